"""Gold against the archive, over the five seeds."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.sets.load import load
from eval.sets.questions import Question, QuestionSet, Source
from eval.sets.verify import Place, covered, locate, verify
from rag.datatypes import Span
from tests.eval.fake import FakeArchive, article, seed_archive

JIANGYOU = "000_0bc8a54cde6efc4b"


def one(*sources: Source, evidence: tuple[str, ...] = (), benchmark: bool = False) -> QuestionSet:
    return QuestionSet("s", (Question("q", {"zh": "问"}, sources=sources, evidence=evidence),), benchmark=benchmark)


def test_the_shipped_set_is_sound() -> None:
    path = Path(__file__).parents[2] / "eval" / "sets" / "seeds.yaml"
    got = verify(load(path), seed_archive(), name=path.name)
    assert got.faults == ()
    assert got.missing == ()


def test_a_wrong_quotation_is_named_with_its_line_and_language() -> None:
    bad = Source(JIANGYOU, 2, {"zh": ("江油县境有九处土高炉群",), "en": ("eight groups of native blast furnaces",)}, 17)
    got = verify(one(bad), seed_archive(), name="gold.yaml")
    assert got.faults == (
        f'gold.yaml:17: the quotation "江油县境有九处土高炉群" is not in the Chinese of {JIANGYOU}. Copy it anew.',
    )


def test_quotations_may_differ_in_white_space_only_and_may_be_headlines() -> None:
    wrapped = Source(JIANGYOU, 2, {"en": ("Jiangyou County has eight\n   groups of native blast furnaces.",)})
    headline = Source(JIANGYOU, 2, {"zh": ("四川江油开钢铁战士代表会",)})
    got = verify(one(wrapped, headline), seed_archive())
    assert got.faults == ()
    place = got.gold["q"].quotations[0][0]
    body = seed_archive().article(JIANGYOU).bodies["en"]
    assert body[place.start : place.end] == "Jiangyou County has eight groups of native blast furnaces."


def test_an_article_that_is_not_there_is_no_fault_of_the_set() -> None:
    got = verify(one(Source("elsewhere", 2, {"zh": ("一",)})), seed_archive())
    assert got.faults == ()
    assert got.missing == ("elsewhere",)
    assert got.gold["q"].missing == ("elsewhere",)


def test_quotations_of_both_languages_are_one_and_repeated_ones_have_several_places() -> None:
    archive = FakeArchive([article("a", zh="甲乙。甲乙。", en="x y. z")])
    gold = verify(one(Source("a", 2, {"zh": ("甲乙",), "en": ("x y", "z")})), archive).gold["q"]
    assert gold.quotations == (
        (Place("a", "zh", 0, 2), Place("a", "zh", 3, 5), Place("a", "en", 0, 3)),
        (Place("a", "en", 5, 6),),
    )
    assert (gold.langs, gold.years) == (("zh", "en"), (1958,))


def test_a_question_limited_to_one_language_counts_that_language_only() -> None:
    archive = FakeArchive([article("a", zh="甲乙", en="x y")])
    source = Source("a", 2, {"zh": ("甲乙",), "en": ("x y",)})
    limited = QuestionSet("s", (Question("q", {"zh": "问"}, sources=(source,), lang="en"),))
    assert verify(limited, archive).gold["q"].quotations == ((Place("a", "en", 0, 3),),)


def test_evidence_of_a_benchmark_is_found_where_it_stands_and_never_a_fault() -> None:
    archive = FakeArchive([article("a", en="One thing . Another 's thing .")])
    got = verify(one(Source("a", 1), evidence=("Another 's thing .", "not there"), benchmark=True), archive)
    assert got.faults == ()
    assert got.gold["q"].quotations == ((Place("a", "en", 12, 30),),)


@given(st.text(alphabet="ab \n　", max_size=30), st.data())
def test_every_stretch_of_a_body_is_located(body: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(body)))
    end = data.draw(st.integers(start, len(body)))
    quotation = body[start:end]
    found = locate(quotation, body)
    assert bool(found) == bool(quotation.strip())
    for a, b in found:
        assert "".join(body[a:b].split()) == "".join(quotation.split())


@pytest.mark.parametrize(
    ("span", "share"),
    [(Span("zh", 0, 15), 0.5), (Span("zh", 10, 20), 1.0), (Span("zh", 20, 30), 0.0), (Span("en", 10, 20), 0.0)],
)
def test_covered(span: Span, share: float) -> None:
    assert covered(Place("a", "zh", 10, 20), span) == share
