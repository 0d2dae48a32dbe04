"""Cited articles as references: RIS, BibTeX, CSL-JSON, Chicago, GB/T 7714. Each with both titles and the quotations.

Authors stand one by one, in the script of the original, with the names in the other in a note. A date known to the
month or the year only is given to the month or the year.
"""

from __future__ import annotations

import hashlib
import json
import re
from calendar import month_name  # English as long as no locale is set, and none is
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from rag.answer import times
from rag.datatypes import LANGS, Answer, Article, Citation, Lang, Paper, Quote
from rag.language.clues import pinyin_of
from ui.bylines import OTHERS, Author, authors
from ui.noted import note_of, tags_of

MOST_NAMED = 3
"""Authors that GB/T 7714 names of an article."""


def ris(citations: Sequence[Citation]) -> str:
    """The cited articles as RIS records of type NEWS (Research Information Systems format)."""
    out = []
    for c in citations:
        a = c.article
        fields = [
            ("TY", "NEWS"),
            ("ID", a.id),
            ("TI", a.titles.get("zh") or a.titles.get("en")),
            ("TT", a.titles.get("en") if "zh" in a.titles else None),
            *[("AU", one.sorted_name) for one in authors(a.author)],
            ("T2", a.paper.name("zh") if a.paper else None),
            ("DA", a.issued.replace("-", "/") or None),
            ("PY", a.issued[:4] or None),
            ("SP", str(a.page) if a.page else None),
            *[("N1", q.text + (f" / {q.twin.text}" if q.twin else "")) for q in c.quotes],
            *[("N1", times.told(q, q.lang) or None) for q in c.quotes],
            *[("N1", note_of(q) or None) for q in c.quotes],
            *[("KW", tag) for tag in _tags(c)],
            *[("N1", warning) for q in c.quotes for warning in q.warnings],
            ("N1", _other_script(a) or None),
            ("ER", ""),
        ]
        out += [f"{tag}  - {_line(value)}" for tag, value in fields if value is not None]
        out.append("")
    return "\n".join(out)


def bibtex(citations: Sequence[Citation]) -> str:
    """The cited articles as BibTeX entries."""
    out = []
    for c in citations:
        a = c.article
        fields = {
            "title": a.titles.get("zh") or a.titles.get("en"),
            "titleaddon": a.titles.get("en") if "zh" in a.titles else None,
            "author": None,  # takes braces of its own
            "journal": _journal(a),
            "date": a.issued,
            "year": a.issued[:4],
            "pages": str(a.page) if a.page else None,
            "note": " ".join([*_noted(c), _other_script(a)]),
            "keywords": ", ".join(_tags(c)),
        }
        written = {name: _tex(value) for name, value in fields.items() if value}
        if named := authors(a.author):
            written["author"] = " and ".join(map(_tex_name, named))
        rows = [f"  {name} = {{{value}}}," for name, value in written.items()]
        out.append("\n".join([f"@article{{{key(a.id)},", *rows, "}", ""]))
    return "\n".join(out)


def key(identifier: str) -> str:
    """The BibTeX key of an article: its id, if that is made of what a key may hold; else what is left of it with a
    digest of the id behind.

    It depends on nothing but the id, so that it is the same in every export, and two ids have two keys, also for
    programs that make no difference between capitals and small letters.
    """
    plain = re.sub(r"[^A-Za-z0-9_.:-]", "", identifier).strip("_.:-")
    if plain == identifier and plain == plain.lower():
        return plain
    digest = hashlib.blake2b(identifier.encode("utf-8", "surrogatepass"), digest_size=5).hexdigest()
    return f"{plain or 'article'}-{digest}"


def _tex_name(author: Author) -> str:
    """A name as BibTeX takes it apart: what is in braces is one word, as the name of an agency."""
    if author.name in OTHERS:
        return "others"
    plain = _tex(author.sorted_name)
    return f"{{{plain}}}" if author.is_body or " and " in f" {plain} " else plain


def csl(citations: Sequence[Citation]) -> str:
    """The cited articles as CSL-JSON items of type article-newspaper (citeproc's input format)."""
    items = []
    for c in citations:
        a = c.article
        translated = a.titles.get("en") if "zh" in a.titles else None
        item: dict[str, Any] = {
            "id": a.id,
            "type": "article-newspaper",
            "title": a.titles.get("zh") or a.titles.get("en") or "",
            "language": "zh-CN" if "zh" in a.titles else "en",
            # CSL has no variable for a translated title, and none for a name in another script
            "note": " ".join(
                filter(None, [translated and f"English title: {translated}.", *_noted(c), _other_script(a)])
            ),
        }
        if a.paper:
            item["container-title"] = a.paper.name("zh")
        if a.issued:
            item["issued"] = {"date-parts": [[int(part) for part in a.issued.split("-")]]}
        if a.page:
            item["page"] = str(a.page)
        if tags := _tags(c):
            item["keyword"] = ", ".join(tags)
        if named := authors(a.author):
            item["author"] = [_csl_name(one) for one in named]
        items.append(item)
    return json.dumps(items, ensure_ascii=False, indent=1) + "\n"


def chicago(citations: Sequence[Citation]) -> str:
    """Bibliography entries as the Chicago Manual of Style has them for newspapers, one a line, quotations under each.

    Titles stand in characters with the translation in square brackets, as the manual does for Chinese sources.
    """
    made = []
    for c in citations:
        a = c.article
        title, translated = _titles(a)
        named = _chicago_names(authors(a.author))
        parts = [named if named.endswith(".") or not named else f"{named}."]
        parts.append(f"“{title}”" + (f" [{translated}]." if translated else "."))
        if a.paper:
            parts.append(f"{_chicago_paper(a.paper)},")
        parts.append(_chicago_date(a))
        entry = " ".join(filter(None, parts)) + (f", {a.page}." if a.page else ".")
        made += [entry, *_quoted(c), ""]
    return "\n".join(made)


def gbt(citations: Sequence[Citation]) -> str:
    """Entries of GB/T 7714-2015 for newspaper articles [N], Chinese first, the translation's entry after it.

    A translated source may be listed in both languages, the entry of the original first (section 6.1 there).
    """
    made = []
    for c in citations:
        a = c.article
        when = (a.issued or "日期不详") + (f"({a.page})" if a.page else "")
        for lang in LANGS:
            if title := a.titles.get(lang):
                head = f"[{c.number}] " if lang == "zh" or "zh" not in a.titles else "    "
                made.append(f"{head}{_gbt_names(a, lang)}{_line(title)}[N]. {_gbt_paper(a, lang)}{when}.")
        if not a.titles:
            made.append(f"[{c.number}] {_gbt_names(a, 'zh')}{a.id}[N]. {_gbt_paper(a, 'zh')}{when}.")
        made += [*_quoted(c), ""]
    return "\n".join(made)


FORMS: Mapping[str, tuple[str, str, Callable[[Sequence[Citation]], str]]] = {
    "ris": ("ris", "application/x-research-info-systems", ris),
    "bibtex": ("bib", "application/x-bibtex", bibtex),
    "csl": ("json", "application/vnd.citationstyles.csl+json", csl),
    "chicago": ("txt", "text/plain", chicago),
    "gbt": ("txt", "text/plain", gbt),
}
"""Every form of reference: the ending of its file, its media type, its writer."""


def _other_script(a: Article) -> str:
    """A sentence with the names of the authors in the script that the entry does not give them in, or ""."""
    others = [_line(one.other) for one in authors(a.author) if one.other]
    return f"Author{'s' if len(others) > 1 else ''} in English: {'; '.join(others)}." if others else ""


def _csl_name(author: Author) -> dict[str, str]:
    if author.given:
        return {"family": _line(author.family), "given": _line(author.given)}
    return {"literal": _line(author.name)}


def _chicago_names(named: Sequence[Author]) -> str:
    """Zhu Youren 朱有仁 and Li Ping 李萍; of names in Latin letters alone the first is inverted: Snow, Edgar."""
    made = [_line(f"{one.other} {one.name}" if one.other else one.name) for one in named if one.name not in OTHERS]
    if made and named[0].given and not named[0].other:
        western = named[0].name.endswith(named[0].family)
        made[0] = _line(named[0].sorted_name) if western else made[0]
    if len(made) < len(named):
        return ", ".join([*made, "et al."])
    if len(made) > 2:
        return f"{', '.join(made[:-1])}, and {made[-1]}"
    return (", and " if made and "," in made[0] else " and ").join(made)


def _journal(a: Article) -> str | None:
    """The newspaper in both languages, as far as they are known: 人民日报 (People's Daily)."""
    if not a.paper:
        return None
    return f"{a.paper.zh} ({a.paper.en})" if a.paper.zh and a.paper.en else a.paper.name("zh")


def _chicago_paper(paper: Paper) -> str:
    """A newspaper in pinyin, characters and translation: Renmin ribao 人民日报 [People's Daily]."""
    if not paper.zh:
        return _line(paper.en)
    kind = re.search("(?<=..)[日晚晨早时時]?[报報]$", paper.zh)  # Guangming ribao, Dagong bao, but Shenbao
    parts = (paper.zh[: kind.start()], kind[0]) if kind else (paper.zh,)
    pinyin = " ".join(map(pinyin_of, parts)).capitalize()
    return _line(f"{pinyin} {paper.zh}" + (f" [{paper.en}]" if paper.en else ""))


def _chicago_date(a: Article) -> str:
    if a.date:
        return f"{month_name[a.date.month]} {a.date.day}, {a.date.year}"
    year, _, month = a.issued.partition("-")
    return f"{month_name[int(month)]} {year}" if month else year or "n.d."


def _gbt_paper(a: Article, lang: Lang) -> str:
    return f"{_line(a.paper.name(lang))}, " if a.paper else ""


def _gbt_names(a: Article, lang: Lang) -> str:
    """The authors before a title, of more than three the first three (section 8.1.2), in the entry's language."""
    named = [one.other or one.name if lang == "en" else one.name for one in authors(a.author)]
    known = [_line(name) for name in named if name not in OTHERS]
    if not known:
        return ""
    more = len(known) > MOST_NAMED or len(known) < len(named)
    listed = ", ".join(known[:MOST_NAMED]) + (", " + ("et al" if lang == "en" else "等") if more else "")
    return f"{listed}. "


def _titles(a: Article) -> tuple[str, str]:
    first = a.titles.get("zh") or a.titles.get("en") or a.id
    return _line(first), _line(a.titles.get("en", "")) if "zh" in a.titles else ""


def _quoted(c: Citation) -> list[str]:
    made = []
    for q in c.quotes:
        made += [f"    {words}" for words in _both(q)]
        made += [f"    {_line(said)}" for said in (times.told(q, q.lang), note_of(q)) if said]
        made += [f"    ! {_line(warning)}" for warning in q.warnings]
    return made


def _noted(c: Citation) -> list[str]:
    """The quotations of a citation, each with its times, what its keeper noted and the warnings on it, for a field of
    notes."""
    noted = ((*_both(q), times.told(q, q.lang), note_of(q), *q.warnings) for q in c.quotes)
    return [line for of_quote in noted for one in of_quote if (line := _line(one))]


def _both(q: Quote) -> list[str]:
    """The words of a quotation and of its counterpart."""
    return [f"“{_line(text)}”" for text in (q.text, q.twin.text if q.twin else "") if text]


def _tags(c: Citation) -> list[str]:
    """The tags of all that was kept of an article, each once."""
    return list(dict.fromkeys(_line(tag) for q in c.quotes for tag in tags_of(q)))


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _tex(text: str) -> str:
    return re.sub(r"([#$%&_])", r"\\\1", re.sub(r"[{}\\^~]", " ", _line(text)))


def renumbered(answers: Sequence[Answer]) -> tuple[Citation, ...]:
    """The citations of several answers as one list: see `merged`."""
    return merged(one for answer in answers for one in answer.citations)


def merged(citations: Iterable[Citation]) -> tuple[Citation, ...]:
    """Citations as one list: one per article, numbered in the order of first mention, with all their quotations."""
    made: dict[str, Citation] = {}
    for cited in citations:
        known = made.get(cited.article.id)
        if known is None:
            made[cited.article.id] = replace(cited, number=len(made) + 1)
        else:
            fresh = tuple(quote for quote in cited.quotes if quote not in known.quotes)
            made[cited.article.id] = replace(known, quotes=(*known.quotes, *fresh))
    return tuple(made.values())
