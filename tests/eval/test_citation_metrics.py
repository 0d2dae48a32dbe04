"""Citations, refusal and consistency, case by case."""

from __future__ import annotations

from typing import cast

import pytest

from eval.metrics.citations import citation_validity, evidence_f1, exact_quotes, source_scores
from eval.metrics.consistency import figures, same_articles, same_figures
from eval.metrics.refusal import (
    Decision,
    auroc,
    balanced_accuracy,
    confidence,
    coverage_at_risk,
    risk_coverage,
    roc,
)
from eval.run.seen import AnswerSeen, CitationSeen, QuoteSeen
from rag.datatypes import Lang, Span


def read(text: str) -> str:
    """`text` as read from a file: equal to the same words in a program, but not the same object."""
    return "".join(list(text))


def quote(text: str, lang: Lang = "zh", *, exact: bool = True, twin: str = "") -> QuoteSeen:
    opposite = "en" if lang == "zh" else "zh"
    other = Span(cast(Lang, read(opposite)), 0, len(twin)) if twin else None
    return QuoteSeen(Span(cast(Lang, read(lang)), 0, len(text)), text, other, twin, exact)


def answer(
    text: str, *citations: CitationSeen, answered: bool = True, hits: tuple[str, ...] = ("a", "b")
) -> AnswerSeen:
    return AnswerSeen(text, answered, 0.9, None if answered else "not_answered", (), citations, hits)


A = CitationSeen(1, "a", (quote("甲"),))
B = CitationSeen(2, "b", (quote("乙"),))


@pytest.mark.parametrize(
    ("given", "value"),
    [
        (answer("甲 [1] 乙 [2]", A, B), 1.0),
        (answer("甲 [1] 甲 [1]", A), 1.0),
        (answer("甲 [1] 乙 [3]", A), 0.5),  # a mark without a citation
        (answer("甲 [1]", A, B), 0.5),  # a citation that is never marked
        (answer("甲 [1]", A, CitationSeen(1, "b", (quote("乙"),))), 0.0),  # one number, two citations
        (answer("甲 [1]", CitationSeen(1, "a", ())), 0.0),  # nothing quoted
        (answer("甲 [1]", CitationSeen(1, "a", (quote("甲"), quote("改", exact=False)))), 0.0),
        (answer("甲 [1]", CitationSeen(1, "elsewhere", (quote("甲"),))), 0.0),  # not retrieved
        (answer("no marks at all"), 0.0),
        (answer("not found", answered=False), None),
        (answer("甲 [1]", answered=False), 0.0),  # a refusal that cites
    ],
)
def test_citation_validity(given: AnswerSeen, value: float | None) -> None:
    assert citation_validity(given, frozenset()) == value


def test_an_article_found_by_search_counts_as_retrieved() -> None:
    assert citation_validity(answer("甲 [1]", A, hits=()), {"a"}) == 1.0
    assert citation_validity(answer("甲 [1]", A, hits=()), set()) == 0.0


def test_exact_quotes() -> None:
    mixed = CitationSeen(1, "a", (quote("甲"), quote("乙", exact=False)))
    assert exact_quotes(answer("甲 [1]", mixed, B)) == pytest.approx(2 / 3)
    assert exact_quotes(answer("nothing quoted")) == 0.0
    assert exact_quotes(answer("not found", answered=False)) is None


def test_source_scores_by_hand() -> None:
    assert source_scores(["a", "x", "y"], ["a", "b"]) == pytest.approx((1 / 3, 1 / 2, 0.4))
    assert source_scores([], ["a"]) == (0.0, 0.0, 0.0)
    assert source_scores(["x"], ["a"]) == (0.0, 0.0, 0.0)
    assert source_scores(["a", "a"], ["a"]) == (1.0, 1.0, 1.0)


def test_evidence_f1_by_hand() -> None:
    cited = CitationSeen(1, "a", (quote("三千多吨好铁", twin="good iron"),))
    assert evidence_f1(answer("[1]", cited), {"zh": ("三千多吨好铁",)}) == 1.0
    assert evidence_f1(answer("[1]", cited), {"zh": ("三千多吨",)}) == pytest.approx(8 / 10)
    assert evidence_f1(answer("[1]", cited), {"en": ("the good iron",)}) == 1.0  # by its counterpart
    assert evidence_f1(answer("[1]", cited), {"zh": ("完全无关",), "en": ("good coal",)}) == 0.5
    both = (CitationSeen(1, "a", (quote("甲乙"), quote("丙丁"))),)
    assert evidence_f1(answer("[1]", *both), {"zh": ("甲乙", "丙丁")}) == 1.0  # both wanted, both quoted
    assert evidence_f1(answer("[1]"), {"zh": ("甲",)}) == 0.0
    assert evidence_f1(answer("[1]", cited), {}) is None
    assert evidence_f1(answer("[1]", cited), {"zh": ()}) is None


YES, NO, BROKE = True, False, None


def test_refusal_rates_by_hand() -> None:
    decisions = [
        Decision(True, YES, 0.9),
        Decision(True, NO, 0.4),
        Decision(True, YES, 0.7),
        Decision(True, BROKE),
        Decision(False, YES, 0.8),
        Decision(False, NO, 0.1),
    ]
    assert balanced_accuracy(decisions) == 0.5
    # pairs (0.9, 0.4, 0.7, 0) against (0.8, 0.1): 2 + 1 + 1 + 0 of 8
    assert auroc(decisions) == 0.5
    assert balanced_accuracy([*decisions, Decision(False, BROKE)]) == pytest.approx(1 - (1 / 2 + 2 / 3) / 2)
    assert auroc([Decision(True, YES, 0.5), Decision(False, NO, 0.5)]) == 0.5  # a tie is half
    assert auroc([Decision(True, YES, 0.9), Decision(False, BROKE)]) == 0.0
    # without a confidence, the worst of the class
    assert [confidence(Decision(can, BROKE)) for can in (True, False)] == [0.0, 1.0]
    assert confidence(Decision(True, YES)) == 0.0


def test_refusal_of_one_class_only() -> None:
    only = [Decision(True, YES, 0.9)]
    assert balanced_accuracy(only) is None
    assert auroc(only) is None


def test_risk_coverage_by_hand() -> None:
    points = risk_coverage([0.9, 0.8, 0.8, 0.1], [False, True, False, True])
    assert points == [(0.25, 0.0), (0.75, 1 / 3), (1.0, 0.5)]
    assert coverage_at_risk(points) == 0.25
    assert coverage_at_risk(points, 0.4) == 0.75
    assert coverage_at_risk([(0.5, 0.05)]) == 0.5  # as much as is allowed
    assert risk_coverage([0.1, 0.9], [True, False]) == [(0.5, 0.0), (1.0, 0.5)]  # in whatever order they come
    assert coverage_at_risk([]) == 0.0
    # equal, but not the same object: they enter together all the same
    assert risk_coverage([float("0.8"), float("0.8")], [True, False]) == [(1.0, 0.5)]
    with pytest.raises(ValueError, match="argument 2"):
        risk_coverage([0.9, 0.8], [True])
    with pytest.raises(ValueError, match="inconsistent numbers"):
        roc([0.9, 0.8, 0.7], [True, False])


def test_figures_of_the_original_and_not_of_words() -> None:
    assert figures("三千多吨好铁，三千") == figures("3000多吨好铁")
    assert figures("一致认为，一切") == frozenset()
    assert figures("85％") != figures("85")
    assert figures("6个") == {(6.0, False)}
    assert figures("江油县八天内一共采了矿石三千吨") == {(3000.0, False)}


def test_consistency_of_two_answers() -> None:
    zh = answer("[1]", CitationSeen(1, "a", (quote("六个小时零二十分钟，八千条"),)))
    en = answer("[1]", CitationSeen(1, "a", (quote("six hours", "en", twin="六个小时零二十分钟，八千条"),)))
    wrong = answer("[1]", CitationSeen(1, "b", (quote("nine thousand", "en", twin="九千条"),)))
    refused, bare = answer("", answered=False), answer("no citation")
    assert (same_articles(zh, en), same_figures(zh, en)) == (1.0, 1.0)
    assert (same_articles(zh, wrong), same_figures(zh, wrong)) == (0.0, 0.0)
    assert (same_articles(zh, refused), same_figures(zh, refused)) == (0.0, 0.0)
    assert (same_articles(refused, refused), same_figures(refused, refused)) == (1.0, 1.0)
    for one, two in ((bare, refused), (refused, bare)):  # to refuse is not to answer without a source
        assert (same_articles(one, two), same_figures(one, two)) == (0.0, 0.0)
    more = answer("[1] [2]", *zh.citations, CitationSeen(2, "b", (quote("九千条"),)))
    for one, two in ((zh, more), (more, zh)):
        assert (same_articles(one, two), same_figures(one, two)) == (0.0, 0.0)


def test_figures_are_read_from_the_chinese_side_alone() -> None:
    plain = answer("[1]", CitationSeen(1, "a", (quote("八千条"),)))
    translated = answer("[1]", CitationSeen(1, "a", (quote("八千条", twin="9,000 items"),)))
    untranslated = answer("[1]", CitationSeen(1, "a", (quote("9,000 items", "en"),)))
    assert same_figures(plain, translated) == 1.0
    assert same_figures(plain, untranslated) == 0.0
    assert same_figures(answer("[1]", CitationSeen(1, "a", (quote("没有数字"),))), untranslated) == 1.0


def test_roc_by_hand() -> None:
    points = roc([0.9, 0.8, 0.8, 0.1], [True, False, True, False])
    assert points == [(0.0, 0.0), (0.0, 0.5), (0.5, 1.0), (1.0, 1.0)]
    assert roc([0.9, 0.8], [True, True]) == [] and roc([0.9], [False]) == [] and roc([], []) == []
    points = roc([0.5, 0.5, 0.2], [True, False, False])
    assert points == [(0.0, 0.0), (0.5, 1.0), (1.0, 1.0)]
