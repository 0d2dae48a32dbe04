"""A judged answer as a case of a question set: what people find right and wrong becomes what is measured.

The set is a YAML file in the form that `wenbao eval` reads. Its gold is an article and sentences copied from it, so
the case outlives any change of splitter or model.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from filelock import FileLock

from rag.datatypes import Answer, Lang, Span, other
from rag.errors import ResourceError, UsageError

if TYPE_CHECKING:
    from rag.archive import Archive

HEAD = "set: {name}\nauthor: saved from answers\nquestions:\n"


def candidates(answer: Answer, archive: Archive, most: int = 24) -> list[tuple[str, Span]]:
    """Sentences that may be the right one, as (article id, place): those cited, then those of the passages found."""
    made: dict[tuple[str, Span], None] = {}
    for cited in answer.citations:
        for quote in cited.quotes:
            made[cited.article.id, Span(quote.lang, quote.start, quote.end)] = None
    for hit in answer.hits:
        inside = hit.passage
        for bead in archive.beads(hit.article.id):
            side = bead.side(inside.lang)
            if side and inside.start <= side[0] and side[1] <= inside.end:
                made[hit.article.id, Span(inside.lang, *side)] = None
    return list(made)[:most]


def case(
    answer: Answer, history: Sequence[tuple[str, str]], right: Sequence[tuple[str, Span]], archive: Archive
) -> dict[str, Any]:
    """The case of a judged answer: `right` are the sentences that answer, none if the archive does not say it.

    `history` are the (question, answer) pairs before a follow-up. Raises `UsageError` for a place that is not in its
    article.
    """
    digest = hashlib.sha256(f"{history}{answer.question}{answer.filters}".encode()).hexdigest()[:8]
    made: dict[str, Any] = {"id": f"asked-{digest}", "ask": {answer.lang: answer.question}}
    made["kind"] = "fact" if right else "unanswerable"
    if history and answer.standalone:
        made["history"] = [
            turn for q, a in history for turn in ({"role": "user", "text": q}, {"role": "assistant", "text": a or "-"})
        ]
    dates = {"from": answer.filters.since, "to": answer.filters.until}
    if any(dates.values()):
        made["dates"] = {name: day.isoformat() for name, day in dates.items() if day}
    if right:
        made["sources"] = [_source(identifier, span, archive) for identifier, span in right]
    return made


def _source(identifier: str, span: Span, archive: Archive) -> dict[str, Any]:
    article = archive.article(identifier)
    quote: dict[Lang, str] = {span.lang: article.bodies.get(span.lang, "")[span.start : span.end].strip()}
    if not quote[span.lang]:
        raise UsageError(
            f"{identifier}: there is no sentence at {span.lang} {span.start}-{span.end}. Nothing was saved."
        )
    across = [
        cut
        for bead in archive.beads(identifier)
        if (side := bead.side(span.lang)) and side[0] < span.end and span.start < side[1]
        if (cut := bead.side(other(span.lang)))
    ]
    if across:
        lang = other(span.lang)
        quote[lang] = article.bodies[lang][min(a for a, _ in across) : max(b for _, b in across)].strip()
    return {"article": identifier, "grade": 2, "quote": {lang: [text] for lang, text in sorted(quote.items())}}


def save(path: Path, made: dict[str, Any]) -> str:
    """Append the case to the set at `path`, which is made if it is not there; returns the id it got.

    Raises `ResourceError` if the file cannot be written or read, `UsageError` if it is no question set.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{path}.lock", timeout=10):
            held = path.read_text(encoding="utf-8") if path.exists() else HEAD.format(name=path.stem)
            known = yaml.safe_load(held)
            if not isinstance(known, dict) or not isinstance(known.get("questions") or [], list):
                raise UsageError(f"{path}: is no question set. Nothing was saved. Name another in WENBAO_CASES.")
            taken = {str(one.get("id")) for one in known.get("questions") or [] if isinstance(one, dict)}
            number, name = 1, made["id"]
            while made["id"] in taken:
                number += 1
                made = {**made, "id": f"{name}-{number}"}
            added = yaml.safe_dump([made], allow_unicode=True, sort_keys=False, width=10_000)
            text = held.rstrip("\n") + "\n" + "".join(f"  {line}\n" for line in added.splitlines())
            fresh = path.with_name(f"{path.name}.new")
            fresh.write_text(text, encoding="utf-8")
            fresh.replace(path)
    except (OSError, yaml.YAMLError, TimeoutError) as err:
        raise ResourceError(f"{path}: the case could not be saved ({err}). Name another file in WENBAO_CASES.") from err
    return str(made["id"])
