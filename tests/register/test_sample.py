"""The register over the two months that it is judged on."""

from __future__ import annotations

import pytest

from tests.conftest import SHARED, read
from tests.register.names_sample import FIGURES, MARKS, judged, sample, table

ARTICLES = SHARED / "corpus" / "bilingual"


def test_the_verdicts_are_such() -> None:
    told = judged()
    assert len(told) > 150
    assert {one.name for one in told.values()} == {"name", "none"}
    for key, one in told.items():
        assert one.union in (("right", "wrong") if " | " in key else ("-",)), key


@pytest.mark.skipif(not ARTICLES.is_dir(), reason="the archive months are not here")
def test_names_are_names_and_unions_right_as_the_page_of_figures_says() -> None:
    drawn = sample(sorted(read(ARTICLES), key=lambda article: article.id))
    verdicts = judged()
    assert drawn.keys() <= verdicts.keys()
    names = [verdicts[key].name == "name" for key in drawn]
    unions = [verdicts[key].union == "right" for key in drawn if verdicts[key].union != "-"]
    assert sum(names) >= 0.9 * len(names)
    assert sum(unions) >= 0.95 * len(unions)
    assert FIGURES.read_text(encoding="utf-8").split(MARKS[0])[1].split(MARKS[1])[0].strip() == table(drawn)
