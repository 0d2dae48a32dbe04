"""A judged answer as a case of a question set: what people find right and wrong becomes what is measured.

The set is a YAML or JSON Lines file in the form that `wenbao eval` reads. Its gold is an article and sentences copied
from it, so the case outlives any change of splitter or model.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock

from rag.corpus.article import shown
from rag.datatypes import Answer, Lang, Span, other
from rag.disk import write_atomically
from rag.errors import ResourceError, UsageError
from ui.appending import NotASet, appended, ids

if TYPE_CHECKING:
    from rag.archive import Archive


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
    """Add the case to the set at `path`, which is made if it is not there; returns the id it got.

    The file takes the place of the old one only when it reads back as the set that was there and the case. Raises
    `ResourceError` if it cannot be written or read, `UsageError` if it is no question set or none that a case can be
    added to; what was there is then as it was.
    """
    path = path.resolve()  # of a link, the file that it names
    try:
        json.dumps(made, ensure_ascii=False).encode("utf-8")
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{path}.lock", timeout=10):
            held = path.read_bytes().decode("utf-8") if path.exists() else ""
            taken = ids(held, path.suffix)
            number, name = 1, made["id"]
            while made["id"] in taken:
                number += 1
                made = {**made, "id": f"{name}-{number}"}
            write_atomically(path, appended(held, path.suffix, made, shown(path.stem)))
    except NotASet as err:
        raise UsageError(
            f"{path}: {err}. Nothing was saved, the file is as it was. Correct it, or name another in WENBAO_CASES."
        ) from err
    except UnicodeDecodeError as err:
        raise UsageError(
            f"{path}: is not UTF-8. Nothing was saved, the file is as it was. Save it as UTF-8, or name another in"
            " WENBAO_CASES."
        ) from err
    except UnicodeEncodeError as err:
        raise UsageError("the question holds half a character (a lone surrogate). Nothing was saved.") from err
    except (OSError, TimeoutError) as err:
        raise ResourceError(f"{path}: the case could not be saved ({err}). Name another file in WENBAO_CASES.") from err
    return str(made["id"])
