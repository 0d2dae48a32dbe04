"""`report.html`: every table, bars, what each peer is and how it was measured; one file without a script or link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.peers import cost, scoring, tables
from benchmarks.peers.corpora import READ_LINE, UNREAD_LINE
from benchmarks.peers.table import PEERS, WENBAO
from rag.pages import environment_of

FOLDER = Path(__file__).parent
BARS = {
    "archive": "gold@3",
    "cross": "success@1",
    "set": "ndcg@10",
}


def html(
    made: Sequence[tables.Row],
    rounds: Mapping[str, Sequence[cost.Round]],
    names: Sequence[str],
    about: Mapping[str, Any],
) -> str:
    """The page. `about` tells of the run: `machine`, `notes` (sentences), `left_out` (peer -> why)."""
    template = environment_of(FOLDER).get_template("report.html.j2")
    return template.render(
        names=names,
        own=WENBAO,
        peers=PEERS,
        groups=_groups(made),
        charts=[row for row in made if row.measure == _drawn(row.line)],
        ahead=[row.ahead for row in made if row.ahead],
        sure=tables.SURE,
        ratios=tables.ratios(rounds),
        costs=cost.MEASURES,
        lowest=tables.lowest,
        times=tables.times,
        rounds=rounds,
        middle=_middle(rounds),
        cut=scoring.BUDGET,
        **about,
    )


def _groups(made: Sequence[tables.Row]) -> dict[str, list[tables.Row]]:
    groups: dict[str, list[tables.Row]] = {}
    for row in made:
        name = next((one for one in (UNREAD_LINE, READ_LINE, "seeds") if row.line.startswith(one)), "sets")
        groups.setdefault(name, []).append(row)
    return groups


def _drawn(line: str) -> str:
    if line.startswith((UNREAD_LINE, READ_LINE, "seeds")):
        return BARS["archive"]
    return BARS["cross"] if line.endswith(("zh-en", "en-zh")) else BARS["set"]


def _middle(rounds: Mapping[str, Sequence[cost.Round]]) -> dict[str, dict[str, float]]:
    """Peer -> measure -> the middle of its rounds, as measured, and the seconds to index 1,000 of its passages."""
    made = {}
    for name, held in rounds.items():
        if held:
            figures = {m: sorted(one[m] for one in held)[len(held) // 2] for m in (*cost.MEASURES, "passages")}
            made[name] = {**figures, "per 1,000": 1000 * figures["indexing a passage"]}
    return made
