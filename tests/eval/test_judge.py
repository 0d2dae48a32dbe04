"""Citations judged by a model: a scripted endpoint, a cross-encoder made here, and the block of their figures."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from eval.run.evaluate import RunResult, evaluate
from eval.run.judge import Entailment, LanguageModel, open_judge
from rag.errors import EndpointError, ModelUnavailable, UsageError
from rag.llm.endpoint import Endpoint
from rag.settings import load
from tests.eval.fake import seed_archive
from tests.llm.scripted import Reply, Script, saying, serving

SEEDS = Path(__file__).parents[2] / "eval" / "sets" / "seeds.yaml"
CASE = ("八天内，采矿石八万吨。", "江油采矿石八万吨。")


@pytest.mark.parametrize(
    ("reply", "verdict"),
    [
        ("yes", True),
        ("Yes.", True),
        (" **No**, the passage says eight days.", False),
        ("是。", True),
        ("不支持", False),
        ("<think>yes or no? Yes, perhaps</think>\nno", False),
        ("It depends.", None),
        ("nothing", None),
        ("yesterday", None),
    ],
)
def test_a_language_model_says_yes_or_no(reply: str, verdict: bool | None) -> None:
    with serving(saying(reply)) as server:
        assert LanguageModel(Endpoint(server.url, "judge-1")).supports(*CASE) is verdict
    (asked,) = server.requests
    assert asked["model"] == "judge-1" and asked["temperature"] == 0
    assert all(text in asked["messages"][-1]["content"] for text in CASE)


def test_an_endpoint_that_fails_stops_the_judging_and_says_what_is_kept() -> None:
    broken: Script = lambda reply, _: reply.head(500, "application/json")  # noqa: E731
    with serving(broken) as server, pytest.raises(EndpointError, match="kept.*again"):
        LanguageModel(Endpoint(server.url, "judge-1")).supports(*CASE)


def test_a_judge_that_is_not_there_is_refused_before_anything_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WENBAO_LLM_URL", raising=False)
    with pytest.raises(UsageError, match="WENBAO_LLM_URL"):
        evaluate(SEEDS, seed_archive(), out=tmp_path / "run", judge="llm")
    (tmp_path / "no-model").mkdir()
    with pytest.raises(ModelUnavailable, match="no-model"):
        evaluate(SEEDS, seed_archive(), out=tmp_path / "run", judge=str(tmp_path / "no-model"))
    with pytest.raises(UsageError, match="search-only"):
        evaluate(SEEDS, seed_archive(), out=tmp_path / "run", judge="llm", search_only=True)
    assert not (tmp_path / "run").exists()


Judged = Callable[[Script], tuple[RunResult, list[dict[str, Any]]]]


@pytest.fixture
def judged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Judged]:
    """Runs the first questions with a scripted judge; gives the result and what the judge was asked."""
    with serving(saying("")) as server:
        monkeypatch.setenv("WENBAO_LLM_URL", server.url)
        monkeypatch.setenv("WENBAO_LLM_MODEL", "judge-1")

        def run(script: Script) -> tuple[RunResult, list[dict[str, Any]]]:
            server.script, server.requests = script, []
            return evaluate(SEEDS, seed_archive(0.2), out=tmp_path / "run", limit=4, judge="llm"), server.requests

        yield run


def judging(reply: Reply, body: dict[str, Any]) -> None:
    """Yes to what quotes Chinese, no to English."""
    statement = body["messages"][-1]["content"].split("Statement:\n")[1].split("\n\n")[0]
    reply.says("yes" if any(ord(char) > 0x4E00 for char in statement) else "no")


def test_judged_figures_stand_apart(judged: Judged, tmp_path: Path) -> None:
    result, requests = judged(judging)
    block = result.summary["judged"]
    assert block["judge"] == "judge-1" and block["unclear"] == 0
    assert block["cases"] == len(requests) > 0
    recall = block["metrics"]["citation_recall"]
    assert (recall["zh"], recall["en"]) == (1.0, 0.0) and 0 < recall["all"] < 1
    assert "citation_recall" not in result.summary["metrics"]
    asked = requests[0]["messages"][-1]["content"]
    assert "《人民日报》1958年11月14日第2版" in asked or "People's Daily, 14 November 1958, page 2" in asked
    assert "[1]" not in asked

    folder = result.folder
    rows = [json.loads(line) for line in (folder / "per_question.jsonl").read_text("utf-8").splitlines()]
    assert {row["judged"]["citation_recall"] for row in rows if row["lang"] == "zh" and "judged" in row} == {1.0}
    page, text = (folder / "report.html").read_text("utf-8"), (folder / "report.md").read_text("utf-8")
    assert "Judged by judge-1" in page and "Judged by judge-1" in text and "judged by judge-1" in result.text
    assert "citation_recall" not in page.split('id="judged"')[0]

    # a second time nothing is asked: verdicts are kept; without a judge the figures of counting are the same
    again, more = judged(judging)
    assert more == [] and again.summary == result.summary
    plain = evaluate(SEEDS, seed_archive(0.2), out=tmp_path / "run", limit=4)
    assert "judged" not in plain.summary
    assert plain.summary["metrics"] == result.summary["metrics"]
    assert "Judged" not in (folder / "report.html").read_text("utf-8")


def test_a_judging_that_was_stopped_goes_on_where_it_was(judged: Judged, tmp_path: Path) -> None:
    asked = 0

    def failing(reply: Reply, body: dict[str, Any]) -> None:
        nonlocal asked
        asked += 1
        if asked > 2:
            reply.head(500, "application/json")
        else:
            judging(reply, body)

    with pytest.raises(EndpointError):
        judged(failing)
    with (tmp_path / "run" / "verdicts.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"case": "to')  # a line torn by a kill
    result, requests = judged(judging)
    assert len(requests) == result.summary["judged"]["cases"] - 2


def test_a_reply_that_cannot_be_read_is_no_support_and_is_counted(judged: Judged) -> None:
    result, _ = judged(saying("perhaps"))
    block = result.summary["judged"]
    assert block["unclear"] == block["cases"] > 0
    assert block["metrics"]["citation_recall"]["all"] == block["metrics"]["citation_precision"]["all"] == 0.0


@pytest.fixture(scope="module")
def cross_encoder(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """A cross-encoder that gives the label it is made for, whatever it reads."""

    def make(labels: dict[int, str], wins: int = 0) -> Path:
        import torch
        from sentence_transformers import CrossEncoder
        from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

        from rag.model import WEIGHTS

        folder = tmp_path_factory.mktemp("judge")
        tokenizer = AutoTokenizer.from_pretrained(str(WEIGHTS))
        config = BertConfig(
            vocab_size=len(tokenizer), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
            intermediate_size=32, num_labels=len(labels), id2label=labels,
        )  # fmt: skip
        model = BertForSequenceClassification(config)
        with torch.no_grad():
            model.classifier.weight.zero_()
            model.classifier.bias.copy_(torch.tensor([9.0 if n == wins else -9.0 for n in range(len(labels))]))
        model.save_pretrained(folder / "base")
        tokenizer.save_pretrained(folder / "base")
        CrossEncoder(str(folder / "base"), device="cpu").save_pretrained(str(folder / "model"))
        return folder / "model"

    return make


NLI = {0: "contradiction", 1: "ENTAILMENT", 2: "neutral"}


@pytest.mark.parametrize(
    ("labels", "wins", "verdict"),
    [
        (NLI, 1, True),
        (NLI, 0, False),
        ({0: "not_entailment", 1: "entailment"}, 0, False),
        ({0: "LABEL_0"}, 0, True),
        ({0: "LABEL_0"}, 1, False),
    ],
)
def test_a_cross_encoder_judges_by_its_labels(
    cross_encoder: Callable[..., Path], labels: dict[int, str], wins: int, verdict: bool
) -> None:
    folder = cross_encoder(labels, wins)
    judge = open_judge(str(folder), load())
    assert isinstance(judge, Entailment) and judge.name == str(folder)
    assert judge.supports(*CASE) is verdict


def test_a_cross_encoder_without_such_a_label_is_refused(cross_encoder: Callable[..., Path]) -> None:
    with pytest.raises(ModelUnavailable, match="named entailment, but label_0, label_1"):
        open_judge(str(cross_encoder({0: "LABEL_0", 1: "LABEL_1"})), load())
