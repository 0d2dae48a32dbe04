"""Answers and hits to take along: the JSON of the commands, Markdown, references as RIS, BibTeX and CSL-JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from rag.answer.wording import source
from rag.datatypes import Answer, Article, Citation, Filters, Hit, Lang, Quote, Twin

Json = dict[str, Any]


def filters_json(filters: Filters) -> Json:
    """The filters as given: ISO dates, language, page; None where nothing is limited."""
    return {
        "since": filters.since.isoformat() if filters.since else None,
        "until": filters.until.isoformat() if filters.until else None,
        "lang": filters.lang,
        "page": filters.page,
    }


def search_json(question: str, lang: Lang, filters: Filters, hits: Sequence[Hit], took_ms: float) -> Json:
    """The document that `wenbao search --json` prints."""
    return {
        "question": question,
        "lang": lang,
        "filters": filters_json(filters),
        "took_ms": took_ms,
        "hits": [hit_json(hit, rank) for rank, hit in enumerate(hits, 1)],
    }


def hit_json(hit: Hit, rank: int) -> Json:
    """One hit; offsets are characters of the article's body in `lang`."""
    return {
        "rank": rank,
        "article": hit.article.id,
        "passage": hit.passage.id,
        "lang": hit.passage.lang,
        "score": hit.score,
        "channels": {name: {"rank": c.rank, "score": c.score} for name, c in hit.channels.items()},
        "start": hit.passage.start,
        "end": hit.passage.end,
        "text": hit.passage.text,
        "title": titles_json(hit.article),
        "date": hit.article.date.isoformat() if hit.article.date else None,
        "page": hit.article.page,
        "why": list(hit.why),
        "twin": _twin_json(hit.twin),
    }


def answer_json(answer: Answer) -> Json:
    """The document that `wenbao ask --json` prints."""
    refusal = answer.refusal
    return {
        "question": answer.question,
        "lang": answer.lang,
        "standalone": answer.standalone,
        "answered": answer.answered,
        "text": answer.text,
        "confidence": answer.confidence,
        "refusal": None
        if refusal is None
        else {
            "reason": refusal.reason,
            "message": refusal.message,
            "searched": dict(refusal.searched),
            "since": refusal.since.isoformat() if refusal.since else None,
            "until": refusal.until.isoformat() if refusal.until else None,
        },
        "filters": filters_json(answer.filters),
        "warnings": list(answer.warnings),
        "citations": [
            {
                "number": c.number,
                "article": c.article.id,
                "date": c.article.date.isoformat() if c.article.date else None,
                "page": c.article.page,
                "title": titles_json(c.article),
                "quotes": [_quote_json(q) for q in c.quotes],
            }
            for c in answer.citations
        ],
        "hits": [hit_json(hit, rank) for rank, hit in enumerate(answer.hits, 1)],
        "took_ms": answer.took_ms,
    }


def article_json(article: Article) -> Json:
    """A whole article."""
    return {
        "article": article.id,
        "date": article.date.isoformat() if article.date else None,
        "page": article.page,
        "column": article.column,
        "author": article.author,
        "title": titles_json(article),
        "body": {"en": article.bodies.get("en"), "zh": article.bodies.get("zh")},
        "source": article.source,
        "notes": list(article.notes),
    }


def titles_json(article: Article) -> Json:
    """Both titles, None where there is none."""
    return {"en": article.titles.get("en"), "zh": article.titles.get("zh")}


def _quote_json(q: Quote) -> Json:
    return {
        "lang": q.lang,
        "start": q.start,
        "end": q.end,
        "text": q.text,
        "twin": _twin_json(q.twin),
        "warnings": list(q.warnings),
    }


def _twin_json(twin: Twin | None) -> Json | None:
    return None if twin is None else {"lang": twin.lang, "start": twin.start, "end": twin.end, "text": twin.text}


def markdown(answer: Answer) -> str:
    """The answer with its evidence, both languages, as a Markdown document."""
    lines = [f"# {_plain(answer.question)}", "", _plain(answer.text), ""]
    for c in answer.citations:
        lines.append(f"**[{c.number}]** {_plain(source(c.article, answer.lang))}")
        lines += [f"*{_plain(t)}*" for t in (c.article.titles.get("zh"), c.article.titles.get("en")) if t]
        for q in c.quotes:
            lines += ["", f"> {_plain(q.text)}"]
            lines += [">", f"> {_plain(q.twin.text)}"] if q.twin else []
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _plain(text: str) -> str:
    """Article text inside Markdown: one line, nothing in it acts as markup."""
    return re.sub(r"([\\`*_{}<>#|~]|!(?=\[)|\](?=\())", r"\\\1", re.sub(r"\s+", " ", text)).strip()


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
            ("T2", "人民日报"),
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
            "journal": "人民日报 (People's Daily)",
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
        item: Json = {
            "id": a.id,
            "type": "article-newspaper",
            "title": a.titles.get("zh") or a.titles.get("en") or "",
            "container-title": "人民日报",
            "language": "zh-CN" if "zh" in a.titles else "en",
            "note": " ".join(q.text for q in c.quotes),
        }
        if "zh" in a.titles and "en" in a.titles:
            item["original-title"], item["title-short"] = a.titles["zh"], a.titles["en"]
        if a.date:
            item["issued"] = {"date-parts": [[a.date.year, a.date.month, a.date.day]]}
        if a.page:
            item["page"] = str(a.page)
        if a.author:
            item["author"] = [{"literal": a.author}]
        items.append(item)
    return json.dumps(items, ensure_ascii=False, indent=1) + "\n"


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _tex(text: str) -> str:
    return re.sub(r"([#$%&_])", r"\\\1", re.sub(r"[{}\\^~]", " ", _line(text)))
