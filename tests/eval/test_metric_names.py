"""The list of metrics: what reports and floors go by."""

from __future__ import annotations

from eval.metrics import HEADLINE, JUDGED, METRICS, worse

LOWER = {"false_answer_rate", "false_refusal_rate", "falsehood_rate", "ece"}
NEITHER = {"judged@10", "own_language@10", "answer_chars"}


def test_every_metric_has_its_direction_and_a_definition() -> None:
    for name, metric in METRICS.items():
        assert metric.name == name and metric.what
        assert metric.better == ("lower" if name in LOWER else "neither" if name in NEITHER else "higher")
        assert metric.whole is (name in {"balanced_accuracy", "auroc", "ece"})
    assert set(HEADLINE) <= set(METRICS)


def test_judged_figures_are_no_metrics_of_a_run() -> None:
    assert not set(JUDGED) & set(METRICS)
    assert all(metric.name == name and metric.what and metric.better == "higher" for name, metric in JUDGED.items())


def test_worse_goes_by_the_direction() -> None:
    assert worse("ndcg@10", -0.1) and not worse("ndcg@10", 0.1) and not worse("ndcg@10", 0.0)
    assert worse("false_answer_rate", 0.1) and not worse("false_answer_rate", -0.1)
    assert not worse("false_answer_rate", 0.0)
    assert not worse("judged@10", -1.0) and not worse("judged@10", 1.0)
