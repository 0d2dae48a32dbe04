"""The measuring itself: a wrong ruler would flatter or damn every model."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from training.embedder import card, devsets, evaluate


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A set of two documents in each language and one query with and one without a positive judgement."""
    documents = [
        {"id": "z1", "lang": "zh", "title": "钢铁", "text": "钢铁产量提高了。"},
        {"id": "z2", "lang": "zh", "title": "", "text": "小麦丰收。"},
        {"id": "e1", "lang": "en", "title": "", "text": "Steel output rose."},
        {"id": "e2", "lang": "en", "title": "", "text": "Wheat was gathered in."},
    ]
    queries = [{"id": "z1", "lang": "zh", "text": "钢铁产量提高了。"}, {"id": "q2", "lang": "zh", "text": "无"}]
    for name, rows in (("corpus", documents), ("queries", queries)):
        (tmp_path / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n", encoding="utf-8")
    (tmp_path / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nz1\te1\t1\nq2\tz2\t0\n", encoding="utf-8")
    return tmp_path


def test_queries_without_a_positive_judgement_are_left_out(folder: Path) -> None:
    task = devsets.ranking_task("toy", folder, passages=False)
    assert task.queries == ["钢铁产量提高了。"] and task.relevant == {0: {2: 1}}
    assert task.documents[0] == ("钢铁", "钢铁产量提高了。")


def test_each_direction_searches_the_other_language(folder: Path) -> None:
    to_english, to_chinese = devsets.news_tasks(folder)
    assert to_english.documents == [("", "Steel output rose."), ("", "Wheat was gathered in.")]
    assert to_english.relevant == {0: {0: 1}} and not to_chinese.queries


def test_a_query_never_finds_itself() -> None:
    assert evaluate._best(np.array([0.9, 0.5, 0.7]), 0, 2) == [2, 1]


def test_scores_are_the_known_ones() -> None:
    task = devsets.Task("toy", "nDCG@10", ["a", "b"], [("", "")] * 3, {0: {0: 1}, 1: {2: 1}})
    assert evaluate.score(task, [[0, 1, 2], [1, 2, 0]]) == pytest.approx((1 + 1 / np.log2(3)) / 2)
    assert evaluate.score(task, [[0], []]) == pytest.approx(0.5), "a query that finds nothing counts 0"
    task.measure = "success@1"
    assert evaluate.score(task, [[0, 1, 2], [1, 2, 0]]) == 0.5


@pytest.mark.parametrize(
    "text", ["", "一句。", "第一句。第二句！“第三句？”最后没有句号", "One. Two? Three\n\nfour 1.5 five"]
)
def test_passages_hold_the_whole_text(text: str) -> None:
    assert "".join(evaluate.split(text, len)) == text


def test_passages_are_whole_sentences_within_the_limit() -> None:
    parts = evaluate.split("这是一个句子。" * 100, len)
    assert all(p.endswith("。") and len(p) <= evaluate.PASSAGE_TOKENS for p in parts) and len(parts) > 1


def test_keywords_are_bigrams_and_words() -> None:
    assert evaluate.keyword_tokens("钢铁厂1958年 Steel-works") == ["钢铁", "铁厂", "1958", "年", "steel", "works"]


def test_keyword_ranks_find_the_word() -> None:
    documents = [("", "wheat harvest"), ("", "steel output"), ("", "rain")]
    task = devsets.Task("toy", "nDCG@10", ["steel", "nothing known"], documents, {})
    assert evaluate.bm25_ranks(task)[0][0] == 1 and evaluate.bm25_ranks(task)[1] == []


def test_a_missing_set_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    argv = ["--evalsets", str(tmp_path), "--parallel", str(tmp_path), "--sets", "flores", "--systems", "BM25"]
    assert evaluate.main(argv) == 2
    assert "flores_devtest.tsv is not there" in capsys.readouterr().err


def test_the_card_shows_the_figures_as_they_were_measured() -> None:
    figures = json.loads(card.FIGURES.read_text(encoding="utf-8"))
    assert card.MARKED.of(card.CARD.read_text(encoding="utf-8")) == card.tables(figures)


def test_a_measurement_keeps_the_figures_of_the_other_sets(tmp_path: Path) -> None:
    file, kept = tmp_path / "README.md", tmp_path / "figures.json"
    file.write_text(f"before\n{card.MARKED.begin}\nold\n{card.MARKED.end}\nafter\n", encoding="utf-8")
    card.write({"ranking": {"one": {"wenbao": 0.5, "BM25": 0.25}, "two": {"wenbao": 1.0}}}, file, kept)
    card.write({"ranking": {"one": {"wenbao": 0.75}}}, file, kept)
    text = file.read_text(encoding="utf-8")
    assert "| one | .750 |  | .250 |" in text and "| two | 1.000 |" in text
    assert text.startswith("before\n") and text.endswith("\nafter\n") and "old" not in text
