"""Cited articles as references: RIS, BibTeX, CSL-JSON, Chicago, GB/T 7714. Each with both titles and the quotations."""

from __future__ import annotations

import json
import re
from calendar import month_name  # English as long as no locale is set, and none is
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rag.answer.wording import is_of_the_daily
from rag.datatypes import Article, Citation


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
            ("AU", a.author),
            ("T2", "人民日报" if is_of_the_daily(a) else None),
            ("DA", a.date.strftime("%Y/%m/%d") if a.date else None),
            ("PY", str(a.date.year) if a.date else None),
            ("SP", str(a.page) if a.page else None),
            *[("N1", q.text + (f" / {q.twin.text}" if q.twin else "")) for q in c.quotes],
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
            "author": a.author,
            "journal": "人民日报 (People's Daily)" if is_of_the_daily(a) else None,
            "date": a.date.isoformat() if a.date else None,
            "year": str(a.date.year) if a.date else None,
            "pages": str(a.page) if a.page else None,
            "note": " ".join(f"“{q.text}”" for q in c.quotes),
        }
        rows = [f"  {name} = {{{_tex(value)}}}," for name, value in fields.items() if value]
        name = re.sub(r"[^A-Za-z0-9_.:-]", "", a.id) or f"article{c.number}"
        out.append("\n".join([f"@article{{{name},", *rows, "}", ""]))
    return "\n".join(out)


def csl(citations: Sequence[Citation]) -> str:
    """The cited articles as CSL-JSON items of type article-newspaper (citeproc's input format)."""
    items = []
    for c in citations:
        a = c.article
        translated = a.titles.get("en") if "zh" in a.titles else None
        quoted = [f"“{_line(q.text)}”" for q in c.quotes]
        item: dict[str, Any] = {
            "id": a.id,
            "type": "article-newspaper",
            "title": a.titles.get("zh") or a.titles.get("en") or "",
            "language": "zh-CN" if "zh" in a.titles else "en",
            # CSL has no variable for a translated title
            "note": " ".join([f"English title: {translated}.", *quoted] if translated else quoted),
        }
        if is_of_the_daily(a):
            item["container-title"] = "人民日报"
        if a.date:
            item["issued"] = {"date-parts": [[a.date.year, a.date.month, a.date.day]]}
        if a.page:
            item["page"] = str(a.page)
        if a.author:
            item["author"] = [{"literal": a.author}]
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
        parts = [f"{_line(a.author)}." if a.author else "", f"“{title}”" + (f" [{translated}]." if translated else ".")]
        if is_of_the_daily(a):
            parts.append("Renmin ribao 人民日报 [People's Daily],")
        parts.append(f"{month_name[a.date.month]} {a.date.day}, {a.date.year}" if a.date else "n.d.")
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
        when = (a.date.isoformat() if a.date else "日期不详") + (f"({a.page})" if a.page else "")
        author = f"{_line(a.author)}. " if a.author else ""
        names = {"zh": "人民日报", "en": "People's Daily"} if is_of_the_daily(a) else {"zh": "", "en": ""}
        for lang in ("zh", "en"):
            if title := a.titles.get(lang):
                head = f"[{c.number}] " if lang == "zh" or "zh" not in a.titles else "    "
                paper = f"{names[lang]}, " if names[lang] else ""
                made.append(f"{head}{author}{_line(title)}[N]. {paper}{when}.")
        if not a.titles:
            made.append(f"[{c.number}] {author}{a.id}[N]. {when}.")
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


def _titles(a: Article) -> tuple[str, str]:
    first = a.titles.get("zh") or a.titles.get("en") or a.id
    return _line(first), _line(a.titles.get("en", "")) if "zh" in a.titles else ""


def _quoted(c: Citation) -> list[str]:
    sides = [(q.text, q.twin.text if q.twin else "") for q in c.quotes]
    return [f"    “{_line(text)}”" for pair in sides for text in pair if text]


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _tex(text: str) -> str:
    return re.sub(r"([#$%&_])", r"\\\1", re.sub(r"[{}\\^~]", " ", _line(text)))
