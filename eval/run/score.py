"""From what the archive gave to the metrics of each wording, and the stage at which a question failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from eval.metrics import citations, consistency, official, ranking, text
from eval.metrics.refusal import Decision
from eval.run.seen import AnswerSeen, HitSeen, Outcome
from eval.sets.questions import Case, split_of
from eval.sets.verify import Gold

STAGES = (
    "failed", "wrongly answered", "not retrieved", "wrongly refused", "retrieved, not cited",
    "cited, answer missing", "rightly refused", "fine", "apart",
)  # fmt: skip
"""What became of a question, worst first; the last three are no failures."""
GOOD_STAGES = ("rightly refused", "fine", "apart")
FACTS = ("fact", "follow_up")
"""Kinds of question whose answer one quotation can give."""

RETRIEVED_AT = 10


@dataclass(frozen=True, slots=True)
class Scored:
    """One wording with its outcome, the metrics that apply to it, and what became of it.

    `groups` are the slices it counts in (all, zh, en, zh->en ...). `missing` names relevant articles that the archive
    lacks. A question all of whose articles are missing is set `apart`: it has no metrics. `beside` holds the
    retrieval metrics of each reference search, `judged` the figures of a judge (`eval.run.judged`).
    """

    case: Case
    outcome: Outcome
    gold: Gold
    stage: str
    metrics: Mapping[str, float]
    groups: tuple[str, ...]
    decision: Decision | None
    missing: tuple[str, ...] = ()
    apart: bool = field(default=False)
    beside: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    judged: Mapping[str, float] = field(default_factory=dict)


def score(
    cases: Sequence[Case],
    gold: Mapping[str, Gold],
    outcomes: Mapping[str, Outcome],
    *,
    search_only: bool,
    beside: Sequence[str] = (),
) -> list[Scored]:
    """Score every case, in order; a case without an outcome has failed. Failed ones get 0, or the worst rate.

    `beside` names the reference searches that were made.
    """
    grades = {c.id: _present(gold[c.cluster]) for c in cases}
    ranked = ranking.ranking_metrics(grades, {case: outcome.ranking for case, outcome in outcomes.items()})
    scored = []
    for case in cases:
        outcome = outcomes.get(case.id) or Outcome(case.id, error="was not asked")
        scored.append(_score(case, outcome, gold[case.cluster], ranked.get(case.id, {}), search_only))
    scored = _with_pairs(scored, search_only)
    return _with_references(scored, grades, beside)


def _with_references(
    scored: list[Scored], grades: Mapping[str, Mapping[str, int]], names: Sequence[str]
) -> list[Scored]:
    """Add the retrieval metrics of the reference searches; where a question failed they are 0 as well."""
    ranked = {
        name: ranking.ranking_metrics(
            grades, {s.case.id: s.outcome.beside[name].ranking for s in scored if name in s.outcome.beside}
        )
        for name in names
    }
    made = []
    for one in scored:
        beside: dict[str, dict[str, float]] = {}
        for name in names if not one.apart else ():
            hits = one.outcome.beside[name].hits if name in one.outcome.beside else ()
            beside[name] = {**ranked[name].get(one.case.id, {}), **_quote_hits(one.gold, hits)}
        made.append(replace(one, beside=beside))
    return made


def _quote_hits(gold: Gold, hits: Sequence[HitSeen]) -> dict[str, float]:
    places = [(hit.article, (hit.span, hit.twin) if hit.twin else (hit.span,)) for hit in hits]
    found = {f"quote_hit@{k}": ranking.quote_hit(gold.quotations, places, k) for k in ranking.QUOTE_CUTS}
    return {name: value for name, value in found.items() if value is not None}


def _present(gold: Gold) -> dict[str, int]:
    return {article: grade for article, grade in gold.grades.items() if article not in gold.missing}


def _score(case: Case, outcome: Outcome, gold: Gold, ranked: Mapping[str, float], search_only: bool) -> Scored:
    grades = _present(gold)
    relevant = [article for article, grade in grades.items() if grade > 0]
    missing = tuple(article for article in gold.missing if gold.grades[article] > 0)
    apart = bool(missing) and not relevant
    if apart:
        return Scored(case, outcome, gold, "apart", {}, (), None, missing, True)
    metrics: dict[str, float | None] = {**ranked, **_quote_hits(gold, outcome.hits)}
    if outcome.hits:
        metrics["own_language@10"] = sum(hit.span.lang == case.lang for hit in outcome.hits) / len(outcome.hits)
    decision = None
    if not search_only:
        answer = None if outcome.error else outcome.answer
        decision = Decision(
            case.question.answerable, answer.answered if answer else None, answer.confidence if answer else None
        )
        metrics["false_refusal_rate" if case.question.answerable else "false_answer_rate"] = float(decision.wrong)
        metrics |= _citation_metrics(answer, outcome.ranking)
        said = answer.text if answer and answer.answered else ""
        told = text.tells_falsehood(said, case.question.must_not_say)
        metrics["falsehood_rate"] = told if answer or told is None else 1.0
        if case.question.answerable:
            metrics |= _answer_metrics(answer, case, gold, relevant)
    kept = {name: value for name, value in metrics.items() if value is not None}
    stage = _stage(case, outcome, relevant, kept, search_only)
    return Scored(
        case=case,
        outcome=outcome,
        gold=gold,
        stage=stage,
        metrics=kept,
        groups=_groups(case, gold),
        decision=decision and replace(decision, fine=stage in GOOD_STAGES),
        missing=missing,
    )


def _citation_metrics(answer: AnswerSeen | None, ranking_: Sequence[str]) -> dict[str, float | None]:
    if answer is None:
        return {"citation_validity": 0.0, "exact_quotes": 0.0}
    return {
        "citation_validity": citations.citation_validity(answer, frozenset(ranking_)),
        "exact_quotes": citations.exact_quotes(answer),
    }


def _answer_metrics(
    answer: AnswerSeen | None, case: Case, gold: Gold, relevant: Sequence[str]
) -> dict[str, float | None]:
    question = case.question
    said = answer.text if answer and answer.answered else ""
    metrics: dict[str, float | None] = {}
    found = text.answer_in_text(said, question.references, question.must_say)
    metrics["answer_in_text"] = found
    metrics["answer_in_text_strict"] = None if found is None else float(found == 1.0)
    metrics["nuggets_vital"] = text.nugget_recall(said, question.must_say, vital_only=True)
    metrics["nuggets_all"] = text.nugget_recall(said, question.must_say, vital_only=False)
    metrics["answer_chars"] = float(len(text.without_marks(said).strip()))
    if question.references:
        metrics["em"] = text.exact_match(said, question.references)
        metrics["f1"] = text.f1(said, question.references)
        metrics |= _official(said, case)
    if own := question.answers.get(case.lang, ()):
        short = answer.short.strip() if answer and answer.answered else ""
        metrics["short_em"] = text.exact_match(short, own) if short else 0.0
        metrics["short_f1"] = text.f1(short, own) if short else 0.0
    if question.references and question.kind in FACTS:
        for name, most in (("first_quote", 1), ("first_two_quotes", 2)):
            told = answer and answer.answered
            metrics[name] = citations.first_quotes_say(answer, question.references, most) if answer and told else 0.0
    cited = [c.article for c in answer.citations] if answer and answer.answered else []
    if relevant:
        scores = citations.source_scores(cited, relevant)
        metrics |= dict(zip(("source_precision", "source_recall", "source_f1"), scores, strict=True))
    if any((gold.quoted or {}).values()):
        evidence = citations.evidence_f1(answer, gold.quoted or {}) if answer and answer.answered else 0.0
        metrics["evidence_f1"] = evidence
        if question.references and evidence is not None:
            metrics["joint"] = (metrics["f1"] or 0.0) * evidence
    return metrics


def _official(said: str, case: Case) -> dict[str, float | None]:
    """The scores of the official script for the language of the question, against references in it."""
    references = case.question.answers.get(case.lang, ())
    if not references:
        return {}
    bare = text.without_marks(said).strip()
    if case.lang == "zh":
        return {"cmrc_em": official.cmrc_em(bare, references), "cmrc_f1": official.cmrc_f1(bare, references)}
    return {"squad_em": official.squad_em(bare, references), "squad_f1": official.squad_f1(bare, references)}


def _stage(
    case: Case, outcome: Outcome, relevant: Sequence[str], metrics: Mapping[str, float], search_only: bool
) -> str:
    if outcome.error:
        return "failed"
    retrieved = not relevant or not set(relevant).isdisjoint(outcome.ranking[:RETRIEVED_AT])
    if search_only or outcome.answer is None:
        return "fine" if retrieved else "not retrieved"
    answer = outcome.answer
    if not case.question.answerable:
        return "wrongly answered" if answer.answered else "rightly refused"
    cited = not relevant or not set(relevant).isdisjoint(c.article for c in answer.citations)
    if not retrieved and not (answer.answered and cited):
        return "not retrieved"
    if not answer.answered:
        return "wrongly refused"
    if not cited:
        return "retrieved, not cited"
    return "fine" if metrics.get("answer_in_text", 1.0) == 1.0 else "cited, answer missing"


def _groups(case: Case, gold: Gold) -> tuple[str, ...]:
    """all, the language, the split, and `zh->en` where the relevant articles are in the other language only."""
    groups = ["all", case.lang, split_of(case.cluster)]
    if len(gold.langs) == 1 and gold.langs[0] != case.lang:
        groups.append(f"{case.lang}->{gold.langs[0]}")
    return tuple(groups)


def _with_pairs(scored: list[Scored], search_only: bool) -> list[Scored]:
    """Add the consistency of the two wordings of a question to both; if one has failed, they do not agree."""
    by_cluster: dict[str, list[Scored]] = {}
    for one in scored:
        by_cluster.setdefault(one.case.cluster, []).append(one)
    made = []
    for one in scored:
        pair = by_cluster[one.case.cluster]
        if len(pair) == 2 and not one.apart:
            agree = _agreement([p.outcome for p in pair], search_only)
            one = replace(one, metrics={**one.metrics, **agree})
        made.append(one)
    return made


def _agreement(pair: Sequence[Outcome], search_only: bool) -> dict[str, float]:
    first, second = (outcome.hits for outcome in pair)
    agree = {
        "same_first_article": consistency.same_first_article(first, second),
        "same_first_paragraph": consistency.same_first_paragraph(first, second),
    }
    if not search_only:
        answers = [outcome.answer for outcome in pair if not outcome.error and outcome.answer]
        for name, same in (("same_articles", consistency.same_articles), ("same_figures", consistency.same_figures)):
            agree[name] = same(*answers) if len(answers) == 2 else 0.0
    return agree
