"""What is told of articles, channels and limits in one line of plain text, and the addresses of articles."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from markupsafe import Markup

from rag.answer.reasons import why
from rag.answer.wording import day
from rag.datatypes import Article, Filters, Hit, Lang, Span, other
from ui.web.strings import text


def where(article: Article, lang: Lang) -> str:
    """Newspaper, date, page and author in one line."""
    paper = article.paper.name(lang) if article.paper else ""
    parts = [day(article.date, lang)]
    if article.page is not None:
        parts.append(text(lang, "page", page=article.page))
    if article.author:
        parts.append(text(lang, "author", author=article.author))
    if lang == "zh":
        return (f"《{paper}》" if paper else "") + "，".join(parts)
    return ", ".join([paper, *parts] if paper else parts)


def titled(article: Article, page_lang: Lang) -> list[Lang]:
    """The languages that an article has a title in, the reader's first."""
    return [lang for lang in (page_lang, other(page_lang)) if article.titles.get(lang)]


def channel(name: str, page_lang: Lang) -> str:
    """A search channel's name as a reader knows it ("keyword-zh": words, Chinese); an unknown one as it is."""
    kind, _, lang = name.partition("-")
    if kind not in ("keyword", "dense") or lang not in ("zh", "en"):
        return name
    return text(page_lang, f"channel_{kind}", script=text(page_lang, f"short_{lang}"))


def limits(filters: Filters, lang: Lang) -> list[str]:
    """The filters in words, as one part of a line; none if nothing is limited."""
    parts = []
    if filters.since:
        parts.append(text(lang, "limit_since", day=day(filters.since, lang)))
    if filters.until:
        parts.append(text(lang, "limit_until", day=day(filters.until, lang)))
    if filters.event_since:
        parts.append(text(lang, "limit_event_since", day=day(filters.event_since, lang)))
    if filters.event_until:
        parts.append(text(lang, "limit_event_until", day=day(filters.event_until, lang)))
    if filters.lang:
        parts.append(text(lang, f"limit_{filters.lang}"))
    if filters.page is not None:
        parts.append(text(lang, "limit_page", page=filters.page))
    if filters.paper is not None:
        parts.append(text(lang, "limit_paper", paper=filters.paper))
    return [text(lang, "limited", limits=("，" if lang == "zh" else ", ").join(parts))] if parts else []


def reasons(hits: Iterable[Hit], filters: Filters, lang: Lang) -> list[str]:
    """Why hits were found, each reason once."""
    return list(dict.fromkeys(line for hit in hits for line in why(hit, filters, lang)))


def spots(places: Iterable[Span]) -> str:
    """Stretches of an article as the page's scripts have them: zh.12.40,en.30.95."""
    return ",".join(f"{one.lang}.{one.start}.{one.end}" for one in places)


def stretches(marks: Iterable[Span], digest: str) -> str:
    """What is to be marked in the edition of an article with that digest, as addresses and cards have it."""
    return ",".join(f"{one.lang}.{one.start}.{one.end}.{digest[:12]}" for one in marks)


def room_address(room: str, name: str, value: str) -> Markup:
    """The address of a room with one thing asked of it, fit for a quoted attribute."""
    return Markup(f"/?view={room}&amp;{name}={quote(value, safe='')}")  # letters, figures, -._~ and % alone


def address(identifier: str, paragraph: int | None = None, marks: Iterable[Span] = (), digest: str = "") -> Markup:
    """The permanent address of an article or of one of its paragraphs (from 0), fit for a quoted attribute.

    With `marks`, stretches of the edition with that digest are marked.
    """
    marked = stretches(marks, digest)
    place = "" if paragraph is None else f"#p{paragraph + 1}"
    query = f"&amp;marks={quote(marked)}" if marked else ""
    return Markup(f"/?article={quote(identifier, safe='')}{query}{place}")  # letters, figures, -._~ and % alone
