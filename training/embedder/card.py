"""The figures of the model card: ``figures.json`` as measured, and the tables of README.md made from it.

``python -m training.embedder.evaluate ... --card`` measures, keeps the figures of the sets it did not measure this
time, and writes both.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from docs.marked import Marked, share
from rag.model import WEIGHTS

CARD = WEIGHTS.parent / "README.md"
FIGURES = WEIGHTS.parent / "figures.json"
MARKED = Marked("<!-- figures: made by training.embedder.evaluate --card -->", "<!-- end of figures -->")
SYSTEMS = ("wenbao", "all-MiniLM-L6-v2", "BM25")

Figures = dict[str, Any]
"""{"ranking": {"task, measure": {system: figure}}, "tokens": {system: {name: figure}}, "throughput": {...}}."""


def merged(old: Figures, new: Figures) -> Figures:
    """The figures of both, the new ones where both have them; nothing is changed in place."""
    both = {**old, **new}
    return {
        k: merged(old[k], v) if isinstance(v, dict) and isinstance(old.get(k), dict) else v for k, v in both.items()
    }


def tables(figures: Figures) -> str:
    """The figures as Markdown: search, then tokens and speed."""
    lines = ["| set and measure | Wenbao | all-MiniLM-L6-v2 | BM25 |", "| --- | --- | --- | --- |"]
    for name, row in figures.get("ranking", {}).items():
        lines.append(f"| {name} | " + " | ".join(_three(row.get(system)) for system in SYSTEMS) + " |")
    lines += ["", "| | Wenbao | all-MiniLM-L6-v2 |", "| --- | --- | --- |"]
    tokens = figures.get("tokens", {})
    for name in tokens.get("wenbao", {}):
        show = _share if "unknown" in name else _tenth
        lines.append(f"| {name} | " + " | ".join(show(tokens.get(s, {}).get(name)) for s in SYSTEMS[:2]) + " |")
    for lang, speeds in figures.get("throughput", {}).items():
        plain = speeds.get("all-MiniLM-L6-v2 float32", {}).get("per CPU second")
        for dtype in ("float32", "bfloat16"):
            own = speeds.get(f"wenbao {dtype}")
            if own:
                ratio = f"{own['per CPU second']:.1f} ({own['ratio']:.2f} x)"
                lines.append(
                    f"| passages per CPU second, {lang}, {dtype} (beside float32) | {ratio} | {_tenth(plain)} |"
                )
    return "\n".join(lines) + "\n"


def _three(value: float | None) -> str:
    return "" if value is None else share(value)


def _tenth(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.1%}"


def write(new: Figures, card: Path = CARD, figures: Path = FIGURES) -> None:
    """Merge ``new`` into the kept figures and write the tables into the card."""
    old = json.loads(figures.read_text(encoding="utf-8")) if figures.is_file() else {}
    all_of_them = merged(old, new)
    figures.write_text(json.dumps(all_of_them, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    MARKED.write(card, tables(all_of_them))
