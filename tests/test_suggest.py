from __future__ import annotations

import pytest

from rag.archive import Archive
from ui.suggest import follow_ups


@pytest.mark.parametrize(
    "question", ["How much ore was mined in Jiangyou within eight days?", "江油县八天内开采了多少矿石？"]
)
def test_what_is_suggested_is_answered_with_something_new(archive: Archive, question: str) -> None:
    answer = archive.ask(question)
    cited = {quote.text for one in answer.citations for quote in one.quotes}
    suggested = follow_ups(answer, archive)
    assert 1 <= len(suggested) <= 3
    for one in suggested:
        found = archive.ask(one)
        assert found.answered and found.lang == answer.lang
        assert {quote.text for cited_one in found.citations for quote in cited_one.quotes} - cited


def test_no_more_is_asked_once_nobody_waits(archive: Archive) -> None:
    answer = archive.ask("How much ore was mined in Jiangyou within eight days?")
    looks: list[bool] = []

    def left() -> bool:
        looks.append(len(looks) == 1)
        return looks[-1]

    assert follow_ups(answer, archive, left) == [] and looks == [False, True]
