"""Articles by month: counted over the whole archive, and those that speak of something."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from rag.archive import Archive
from rag.corpus import sources
from rag.index.build import build
from tests.fakes import HashEmbedder


def test_months_are_counted_without_gaps_and_words_are_found_in_either_language(tmp_path: Path) -> None:
    texts = {
        "a": ("1958-11-03", "The kiln was lit."),
        "b": ("1958-11-20", "A dam."),
        "c": ("1959-02-01", "砖窑点火了。"),
        "d": ("1959-02-02", "A second kiln was lit in the county.\n\nAnother paragraph about the kiln."),
    }
    for name, (day, text) in texts.items():
        (tmp_path / f"{name}.md").write_text(f"Title: T\nDate: {day}\n\n{text}\n", encoding="utf-8")
    (tmp_path / "loose.jsonl").write_text('{"id": "u", "text": "An undated kiln was lit."}\n', encoding="utf-8")
    build(sources([tmp_path], max_bytes=10_000), tmp_path / "store", HashEmbedder(), sources=[])
    archive = Archive.open(tmp_path / "store", embedder=HashEmbedder())
    counts = [(m.year, m.month, m.articles) for m in archive.months()]
    assert counts == [(1958, 11, 2), (1958, 12, 0), (1959, 1, 0), (1959, 2, 2)]
    assert [m.found for m in archive.months()] == [0, 0, 0, 0]
    assert [m.found for m in archive.months("kiln lit")] == [1, 0, 0, 1]
    assert [m.found for m in archive.months("砖窑")] == [0, 0, 0, 1]
    limited = archive.months("kiln", since=date(1959, 1, 1))
    assert [(m.articles, m.found) for m in limited] == [(2, 0), (0, 0), (0, 0), (2, 1)]
    archive.close()
