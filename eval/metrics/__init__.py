"""The metrics of Wenbao: name, range, which direction is better, and what exactly is measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Direction = Literal["higher", "lower", "neither"]


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure of a run. `whole` ones belong to a set of questions and have no value for a single one.

    `best` is the top of the range in its direction; the range is 0 to 1 unless `unit` says otherwise.
    """

    name: str
    group: str
    better: Direction
    what: str
    whole: bool = False
    unit: str = ""


_ALL = (
    Metric(
        "ndcg@10", "retrieval", "higher", "gain of the first 10 articles over the best possible order (linear gain)"
    ),
    Metric("r@5", "retrieval", "higher", "relevant articles among the first 5 / relevant articles"),
    Metric("r@10", "retrieval", "higher", "relevant articles among the first 10 / relevant articles"),
    Metric("r@100", "retrieval", "higher", "relevant articles among the first 100 / relevant articles"),
    Metric("rr@10", "retrieval", "higher", "1 / rank of the first relevant article, 0 beyond rank 10"),
    Metric("success@1", "retrieval", "higher", "the first article is relevant"),
    Metric("hit@3", "retrieval", "higher", "a relevant article is among the first 3"),
    Metric("judged@10", "retrieval", "neither", "judged articles among the first 10 / articles found there"),
    Metric("quote_hit@1", "retrieval", "higher", "the first passage holds 80 % of a gold quotation"),
    Metric("quote_hit@3", "retrieval", "higher", "one of the first 3 passages holds 80 % of a gold quotation"),
    Metric("quote_hit@10", "retrieval", "higher", "one of the first 10 passages holds 80 % of a gold quotation"),
    Metric(
        "own_language@10", "retrieval", "neither", "hits in the question's language among the first 10 / hits there"
    ),
    Metric("answer_in_text", "answers", "higher", "wanted statements found in the answer / wanted statements"),
    Metric("answer_in_text_strict", "answers", "higher", "the answer holds all wanted statements"),
    Metric("nuggets_vital", "answers", "higher", "vital nuggets in the answer / vital nuggets (by substring)"),
    Metric("nuggets_all", "answers", "higher", "nuggets in the answer / nuggets, vital and okay (by substring)"),
    Metric("em", "answers", "higher", "the answer is a reference, word for word (SQuAD rules, Han by character)"),
    Metric("f1", "answers", "higher", "overlap of words and Han characters with the best reference (SQuAD's bag F1)"),
    Metric("squad_em", "answers", "higher", "English questions: SQuAD's exact match, as its script counts"),
    Metric("squad_f1", "answers", "higher", "English questions: SQuAD's F1 of bags of words, as its script counts"),
    Metric("cmrc_em", "answers", "higher", "Chinese questions: CMRC 2018's exact match, as its script counts"),
    Metric("cmrc_f1", "answers", "higher", "Chinese questions: CMRC 2018's F1 by the longest common run of characters"),
    Metric(
        "short_em", "answers", "higher", "the short answer is a reference in the question's language, word for word"
    ),
    Metric(
        "short_f1", "answers", "higher", "overlap of the short answer with the best reference in its language (bag F1)"
    ),
    Metric(
        "falsehood_rate", "answers", "lower", "questions answered with a stated falsehood / questions that state one"
    ),
    Metric(
        "answer_chars", "answers", "neither", "length of the answer: a longer extract holds more", unit="characters"
    ),
    Metric("citation_validity", "citations", "higher", "sound [n] / [n] marked or listed: one citation, all verbatim"),
    Metric("exact_quotes", "citations", "higher", "quotations that are verbatim slices of their article / quotations"),
    Metric("source_precision", "citations", "higher", "cited articles that are relevant / cited articles"),
    Metric("source_recall", "citations", "higher", "relevant articles that are cited / relevant articles"),
    Metric("source_f1", "citations", "higher", "harmonic mean of source precision and recall"),
    Metric("evidence_f1", "citations", "higher", "overlap of what is quoted with the gold quotations (bag F1)"),
    Metric("first_quote", "citations", "higher", "facts: the first quotation or its counterpart says a reference"),
    Metric("first_two_quotes", "citations", "higher", "facts: one of the first two quotations says a reference"),
    Metric("joint", "citations", "higher", "F1 of the answer x evidence F1"),
    Metric("false_answer_rate", "refusal", "lower", "unanswerable questions that were answered / unanswerable"),
    Metric("false_refusal_rate", "refusal", "lower", "answerable questions that were refused / answerable"),
    Metric("balanced_accuracy", "refusal", "higher", "1 - mean of false-answer and false-refusal rate", whole=True),
    Metric("auroc", "refusal", "higher", "chance that an answerable question gets the higher confidence", whole=True),
    Metric(
        "ece", "refusal", "lower", "distance of confidence and share right, in 10 bins (Guo et al. 2017)", whole=True
    ),
    Metric("same_first_article", "consistency", "higher", "question pairs whose first hit is the same article / pairs"),
    Metric(
        "same_first_paragraph", "consistency", "higher", "question pairs whose first hit is the same paragraph / pairs"
    ),
    Metric("same_articles", "consistency", "higher", "question pairs that cite the same articles in zh and en / pairs"),
    Metric("same_figures", "consistency", "higher", "question pairs that quote the same figures in zh and en / pairs"),
)

METRICS: dict[str, Metric] = {metric.name: metric for metric in _ALL}
"""Every metric by name, in the order of the reports."""

JUDGED: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric("citation_recall", "judged", "higher", "sentences that their citations support / sentences (ALCE)"),
        Metric("citation_precision", "judged", "higher", "citations that support and are needed / citations (ALCE)"),
    )
}
"""What a model judges: an estimate that goes by the model's name, in a block of its own, never a floor."""

HEADLINE = (
    "hit@3", "ndcg@10", "quote_hit@3", "answer_in_text", "citation_validity", "exact_quotes", "source_f1",
    "false_answer_rate", "false_refusal_rate", "balanced_accuracy",
)  # fmt: skip
"""The metrics that a comparison of two runs tests: few, so that correcting for their number costs little."""


def worse(metric: str, difference: float) -> bool:
    """True if a change of `metric` by `difference` is for the worse. Metrics without a direction never get worse."""
    better = METRICS[metric].better
    return (better == "higher" and difference < 0) or (better == "lower" and difference > 0)
