"""What an answer says around its quotations, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from rag.datatypes import Answer, Article, Holding, Lang, Paper, Quote, RefusalReason, Short
from rag.language.dates import MONTHS
from rag.translation.corrections import Correction
from rag.translation.findings import Finding

MOST_NAMED = 3
"""Newspapers of an index that are named; of others the number is told."""


def day(value: date | None, lang: Lang) -> str:
    """A date as people write it: 14 November 1958; 1958年11月14日."""
    if value is None:
        return "undated" if lang == "en" else "日期不详"
    if lang == "zh":
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def issued(article: Article, lang: Lang) -> str:
    """When an article was printed, as far as it is known: 14 November 1958; November 1958; 1958年11月; 1958; or ""."""
    if article.date:
        return day(article.date, lang)
    if not article.partial_date:
        return ""
    year, _, month = article.partial_date.partition("-")
    if lang == "zh":
        return f"{year}年{int(month)}月" if month else f"{year}年"
    return f"{MONTHS[int(month) - 1]} {year}" if month else year


def source(article: Article, lang: Lang) -> str:
    """Where an article was printed: People's Daily, 14 November 1958, page 2; 《人民日报》1958年11月14日第2版.

    Of an article whose newspaper is not known the title stands instead.
    """
    paper = article.paper.name(lang) if article.paper else ""
    title = article.titles.get(lang) or next(iter(article.titles.values()), "") or article.id
    if lang == "zh":
        return f"《{paper or title}》" + issued(article, lang) + (f"第{article.page}版" if article.page else "")
    parts = [paper or f"“{title}”"]
    parts += [when] if (when := issued(article, lang)) else []
    parts += [f"page {article.page}"] if article.page else []
    return ", ".join(parts)


def newspapers(papers: Iterable[Paper | None], lang: Lang) -> str:
    """The newspapers of an index in words, the first by name; "" if none is known."""
    named = list(dict.fromkeys(paper.name(lang) for paper in papers if paper))
    first, more = named[:MOST_NAMED], len(named) - MOST_NAMED
    if lang == "zh":
        return "、".join(f"《{name}》" for name in first) + (f"等{len(named)}种报纸" if more > 0 else "")
    if more > 0:
        return f"{', '.join(first)} and {more} other{'s' if more > 1 else ''}"
    return " and ".join(filter(None, (", ".join(named[:-1]), *named[-1:])))


def years(held: Sequence[Holding], lang: Lang, joined: str = "") -> str:
    """The years of their issues: 1957 to 1960, 1957至1960年, or with `joined` between them; "" if none is dated."""
    found = sorted({day.year for one in held for day in (one.since, one.until) if day})
    between = joined or (" to " if lang == "en" else "至")
    ends = between.join(map(str, dict.fromkeys((found[0], found[-1])))) if found else ""
    return f"{ends}年" if ends and lang == "zh" else ends


def attributed(article: Article, lang: Lang) -> str:
    """The opening of a statement that says who said it."""
    return f"据{source(article, lang)}报道：" if lang == "zh" else f"{source(article, lang)}, reported: "


def reported(article: Article, quotes: Sequence[Quote], lang: Lang) -> str:
    """What an article printed, quoted, under who printed it."""
    said = (quoted(q.text) + planned(lang) * q.planned for q in quotes)
    return attributed(article, lang) + (" " if lang == "en" else "").join(said)


def quoted(text: str) -> str:
    """A quotation in quotation marks, on one line; bracketed figures inside it cannot pass for citation marks."""
    return f"“{flat(text)}”"


def flat(text: str) -> str:
    """A text on one line, in which bracketed figures cannot pass for citation marks."""
    return re.sub(r"\s+", " ", re.sub(r"\[(\s*\d[\d\s,]*)\]", r"［\1］", text)).strip()


def ended(text: str, lang: Lang) -> str:
    """A statement with a full stop, if it ends without any."""
    bare = text.rstrip("”’」』\"')）")
    return text if bare[-1:] in ".!?;:。！？；：…" else text + ("。" if lang == "zh" else ".")


_VERDICTS: Mapping[str, Mapping[Lang, str]] = {
    "yes": {"en": "Yes, by what is quoted", "zh": "据所引的话，是"},
    "no": {"en": "No, by what is quoted", "zh": "据所引的话，不是"},
}


def in_short(short: Short, lang: Lang) -> str:
    """The short answer as it stands before the quotations; one taken from the original is called so."""
    said = flat(short.text)
    if short.verdict:
        return _VERDICTS[short.verdict][lang]
    if short.lang != lang:
        return f"{said}（原文）" if lang == "zh" else f"{said} (so the original)"
    return said


def planned(lang: Lang) -> str:
    """What follows a quotation that tells of a plan."""
    return "（此为计划或要求，并非结果）" if lang == "zh" else " (a plan or demand, not a result)"


def silent(periods: Sequence[tuple[int, int]], lang: Lang) -> str:
    """That nothing answers for some periods, each the first and the last of its years."""
    said = [str(a) if a == b else f"{a}–{b}" for a, b in periods]
    if lang == "zh":
        return f"{'、'.join(f'{one}年' for one in said)}没有找到可以回答的内容。"
    return f"Nothing that answers was found for {' or '.join(said)}."


def conflicting(lang: Lang) -> str:
    """The warning that articles give different figures."""
    if lang == "zh":
        return "各篇报道所给的数字不同，逐一列出，不取平均，也不作取舍；所指的时间或范围可能不同，请对照原文。"
    return (
        "The articles give different figures. Each is listed, none is preferred; they may speak of different times or"
        " things, so compare the wording."
    )


HEADINGS: Mapping[Lang, tuple[str, str, str]] = {
    "en": ("Figure", "Source", "Wording"),
    "zh": ("数字", "出处", "原文"),
}
"""Above the columns of `value_rows`."""


def value_rows(answer: Answer) -> list[tuple[str, str, str]]:
    """The table of figures on which articles differ: figure, source with its mark, the sentence; by date."""
    rows = []
    for value in answer.values:
        for cited in (c for c in answer.citations if c.number == value.citation):
            if cited.article.bodies.get(value.lang, "")[value.start : value.end] != value.text:
                continue  # a kept conversation whose article is gone
            for q in (q for q in cited.quotes if q.lang == value.lang and q.start <= value.start < q.end):
                said = quoted(q.text) + (planned(answer.lang) if q.planned else "")
                rows.append((value.text, f"{source(cited.article, answer.lang)} [{value.citation}]", said))
    return rows


_PARTED: Mapping[str, Mapping[Lang, str]] = {
    "figure": {"en": "a figure", "zh": "数字"},
    "unit": {"en": "a unit", "zh": "单位或所计之物"},
    "date": {"en": "a date", "zh": "时间"},
    "name": {"en": "a name", "zh": "名称"},
    "multiple": {"en": "a multiple", "zh": "倍数"},
    "about": {"en": "whether a figure is exact", "zh": "约数"},
}
_SHOWN = 160
"""Characters of a statement that a warning repeats."""
_DECIDED = 300
"""Characters of a reader's reading, and of a note."""


def parted(finding: Finding, correction: Correction | None, lang: Lang) -> str:
    """The warning that original and translation part, with the reading that a reader gave; the original comes first."""
    original, translation = _cut(finding.original), _cut(finding.translation)
    if finding.kind == "missing":
        said = f"译文缺这一句：“{original}”。" if lang == "zh" else f"The translation leaves out “{original}”."
    elif finding.kind == "added":
        said = f"原文没有译文的这一句：“{translation}”。"
        said = said if lang == "zh" else f"The original has nothing for “{translation}” of the translation."
    elif lang == "zh":
        what = _PARTED[finding.kind]["zh"]
        said = f"原文与译文的{what}不一致：原文为“{original}”，译文为“{translation}”。"
    else:
        what = _PARTED[finding.kind]["en"]
        said = f"Original and translation disagree on {what}: the original has “{original}”, the translation "
        said += f"“{translation}”."
    if correction and correction.reading:
        return said + corrected(correction, lang)
    return said + ("以原文为准。" if lang == "zh" else " The original counts.")


def corrected(correction: Correction, lang: Lang) -> str:
    """The reading that a reader gave, with the note, as it follows a warning."""
    reading, note = _cut(correction.reading, _DECIDED), _cut(correction.note, _DECIDED)
    if lang == "zh":
        return f"更正后的读法：“{reading}”{f'（{note}）' if note else ''}。"
    return f" Corrected reading: “{reading}”{f' ({note})' if note else ''}."


def breaks_off(finding: Finding, lang: Lang) -> str:
    """What is told at the head of an article whose translation stops before the original does."""
    first = _cut(finding.original, 60)
    if lang == "zh":
        return f"译文没有译完，自此以下缺译：“{first}”"
    return f"The translation stops early; the original goes on, untranslated, from “{first}”."


def _cut(text: str, most: int = _SHOWN) -> str:
    said = flat(text)
    return said if len(said) <= most else f"{said[: most - 1]}…"


def refusal(
    reason: RefusalReason,
    lang: Lang,
    searched: Mapping[Lang, int],
    since: date | None,
    until: date | None,
    unheld: Sequence[str] = (),
) -> str:
    """Why there is no answer, and what was searched: counts of passages per language and the period they cover; and
    the question's words that no article holds."""
    period = f"{day(since, lang)}至{day(until, lang)}" if lang == "zh" else f"{day(since, lang)} to {day(until, lang)}"
    if lang == "zh":
        said = {
            "empty_archive": "资料库中还没有文章。",
            "outside_dates": "所问的时间不在资料库的范围之内，因此没有答案。",
            "filter_too_narrow": "在所设的筛选条件之内没有文章可查；放宽日期、版次、报纸或语言后再问。",
            "nothing_found": "资料库中没有找到与这个问题有关的内容。",
            "not_answered": "资料库中有相近的内容，但没有一句话回答了这个问题。",
        }[reason]
        scope = f"共检索了{searched['zh']}段中文和{searched['en']}段英文"
        said += f"没有一篇文章里有{''.join(f'“{word}”' for word in unheld)}。" if unheld else ""
        return f"{said}{scope}{f'（{period}）' if since and until else ''}。没有找到，并不等于没有发生。"
    said = {
        "empty_archive": "There are no articles in the archive yet.",
        "outside_dates": "The time asked about lies outside the archive, so there is no answer in it.",
        "filter_too_narrow": "No article is left by the filters; widen dates, page, paper or language and ask again.",
        "nothing_found": "Nothing about this was found in the archive.",
        "not_answered": "The archive has passages near to this, but no sentence in it answers the question.",
    }[reason]
    scope = f"{searched['zh']} Chinese and {searched['en']} English passages were searched"
    scope += f", {period}" if since and until else ""
    said += f" No article holds {' or '.join(f'“{word}”' for word in unheld)}." if unheld else ""
    return f"{said} {scope}. That nothing was found does not mean nothing happened."
