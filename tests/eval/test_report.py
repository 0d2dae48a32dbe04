"""Reports: hostile text does nothing in them, what failed is named; and two runs compared."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from eval.run.compare import beside, compare, compare_runs
from eval.run.evaluate import BelowFloor, evaluate
from eval.run.folder import read_run
from eval.run.report import worst_first
from eval.run.tables import languages
from rag.errors import UsageError
from tests.eval.fake import FakeArchive, article, seed_archive

SEEDS = Path(__file__).parents[2] / "eval" / "sets" / "seeds.yaml"
EVIL = (
    "<img src=http://evil.test/x onerror=alert(1)> <script>x</script> \x1b]52;c;x\x07 ![i](http://evil.test) | \u202e"
)


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: set[str] = set()
        self.places: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links |= {str(value) for name, value in attrs if name == "href"}
        self.places |= {str(value) for name, value in attrs if name == "id"}


@pytest.mark.fault(86)
def test_hostile_questions_answers_and_articles_do_nothing_in_a_report(tmp_path: Path) -> None:
    archive = FakeArchive([article("a", en=f"{EVIL} evil onerror alert text here.")], threshold=0.0)
    question = {
        "id": "q",
        "ask": {"en": EVIL},
        "answer": {"en": [EVIL]},
        "sources": [{"article": "b<b>", "quote": {"en": "x"}}],
    }
    other = {"id": "r", "ask": {"en": f"evil {EVIL}"}, "answer": {"en": ["no"]}, "kind": "fact"}
    broken = {"id": "s<i>", "ask": {"en": "broken"}, "kind": "unanswerable"}
    own = {
        "id": "t",
        "ask": {"en": "evil text here"},
        "answer": {"en": ["no"]},
        "sources": [{"article": "a", "quote": {"en": "evil"}}],
    }
    path = tmp_path / "set<script>.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in (question, other, broken, own)))
    archive.fail_on = {"broken": RuntimeError(EVIL)}
    result = evaluate(path, archive, out=tmp_path / "run")
    page = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    seen = Tags()
    seen.feed(page)
    assert not seen.tags & {"script", "img", "iframe", "link", "object", "b", "i", "form"}
    assert not {name for name in seen.attributes if name.startswith("on")} | (seen.attributes & {"src"})
    assert seen.links and all(link.startswith("#") for link in seen.links)
    assert "default-src 'none'" in page
    assert "url(" not in page and "@import" not in page
    text = (tmp_path / "run" / "report.md").read_text(encoding="utf-8")
    assert not re.search(r"(?<!\\)<(img|script|b|i)\b", text)
    assert not re.search(r"(?<!\\)!\[|(?<!\\)\]\(", text)
    for shown in (page, text, result.text):
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", shown)


def test_the_worst_come_first_with_the_stage_that_failed(tmp_path: Path) -> None:
    evaluate(SEEDS, seed_archive(), out=tmp_path / "run", limit=60)
    run = read_run(tmp_path / "run")
    worst = worst_first(run.rows)
    order = [
        "failed",
        "wrongly answered",
        "not retrieved",
        "wrongly refused",
        "retrieved, not cited",
        "cited, answer missing",
    ]
    stages = [order.index(row["stage"]) for row in worst]
    assert stages == sorted(stages)
    assert len(set(stages)) >= 2
    page = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    report = (tmp_path / "run" / "report.md").read_text(encoding="utf-8")
    assert page.count("<details") == len(worst)
    assert worst[0]["asked"] in page
    assert f": {worst[0]['stage']}" in report
    assert "## By kind" in report and "## By year" in report and "## Refusal" in report
    counts = run.summary["counts"]
    assert sum(counts["stages"].values()) == counts["asked"] == len(run.rows)


def test_comparing_a_run_with_itself_shows_no_difference(tmp_path: Path) -> None:
    evaluate(SEEDS, seed_archive(), out=tmp_path / "run", limit=20)
    text = compare(tmp_path / "run", tmp_path / "run")
    assert "no question flipped" in text
    assert "better" not in text and "worse" not in text
    assert text.count("no difference shown") >= 8


def test_a_clear_loss_is_shown_named_and_fails_a_build(tmp_path: Path) -> None:
    evaluate(SEEDS, seed_archive(), out=tmp_path / "good")
    mute = seed_archive(threshold=2.0)  # refuses everything
    with pytest.raises(BelowFloor, match="false_refusal_rate fell behind") as missed:
        evaluate(SEEDS, mute, out=tmp_path / "mute", baseline=tmp_path / "good")
    assert "citation_validity" not in str(missed.value)
    found = compare_runs(read_run(tmp_path / "good"), read_run(tmp_path / "mute"))
    verdicts = {d.metric: d.verdict for d in found.differences}
    assert verdicts["false_refusal_rate"] == verdicts["answer_in_text"] == verdicts["source_f1"] == "worse"
    assert verdicts["false_answer_rate"] == "better"
    assert verdicts["hit@3"] == "no difference shown"
    by_name = {d.metric: d for d in found.differences}
    assert by_name["answer_in_text"].wins == 0 < by_name["answer_in_text"].losses
    assert by_name["false_answer_rate"].losses == 0 < by_name["false_answer_rate"].wins
    assert {(f.first, f.second) for f in found.flips} == {
        ("fine", "wrongly refused"),
        ("wrongly answered", "rightly refused"),
    }
    page = (tmp_path / "mute" / "report.html").read_text(encoding="utf-8")
    assert "questions flipped" in page
    back = compare_runs(read_run(tmp_path / "mute"), read_run(tmp_path / "good"))
    for d in back.differences:
        assert d.change == pytest.approx(-by_name[d.metric].change)
        assert (d.wins, d.losses) == (by_name[d.metric].losses, by_name[d.metric].wins)


def test_runs_that_share_no_question_or_are_none(tmp_path: Path) -> None:
    for name, asked in (("one", "What iron?"), ("two", "What ore?")):
        path = tmp_path / f"{name}.jsonl"
        path.write_text(json.dumps({"id": "q", "ask": {"en": asked}, "kind": "unanswerable"}))
        evaluate(path, seed_archive(), out=tmp_path / name)
    with pytest.raises(UsageError, match="share no question"):
        compare(tmp_path / "one", tmp_path / "two")
    with pytest.raises(UsageError, match="not a run folder"):
        compare(tmp_path, tmp_path / "one")
    (tmp_path / "one" / "per_question.jsonl").write_text("{")
    with pytest.raises(UsageError, match="damaged"):
        compare(tmp_path / "one", tmp_path / "two")


def test_every_link_of_a_report_leads_to_the_passage_it_names(tmp_path: Path) -> None:
    evaluate(SEEDS, seed_archive(), out=tmp_path / "run", limit=25)
    run = read_run(tmp_path / "run")
    page = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    seen = Tags()
    seen.feed(page)
    assert len(seen.links) > 10 and {link[1:] for link in seen.links} <= seen.places
    worst = next(row for row in worst_first(run.rows) if row["hits"])
    texts = {
        (row["article"], p["lang"], p["start"], p["end"]): p["text"] for row in run.passages for p in row["passages"]
    }
    hit = worst["hits"][0]
    assert " ".join(texts[hit["article"], *hit["span"].values()].split()).startswith(hit["snippet"][:100])


def test_the_run_stands_beside_one_channel_and_one_language_alone(tmp_path: Path) -> None:
    result = evaluate(SEEDS, seed_archive(), out=tmp_path / "run")
    run = read_run(tmp_path / "run")
    shown = beside(run)
    assert set(shown) == {"keyword", "dense"}
    dense = {d.metric: d for d in shown["dense"]}  # the stand-in's dense search knows lengths only
    assert dense["success@1"].verdict == "better" and dense["success@1"].first < dense["success@1"].second
    assert {d.verdict for d in shown["keyword"]} == {"no difference shown"}
    assert result.summary["references"]["dense"]["success@1"]["all"] == pytest.approx(
        dense["success@1"].first, abs=1e-6
    )
    (ndcg, quotes) = languages(run)
    assert ndcg["metric"] == "ndcg@10" and quotes["metric"] == "quote_hit@3"
    assert ndcg["cells"]["zh"]["zh"] > ndcg["cells"]["zh"]["en"]  # it knows no translation
    assert ndcg["gap"] > 0 and ndcg["interval"][0] > 0
    page = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    report = (tmp_path / "run" / "report.md").read_text(encoding="utf-8")
    assert "Beside one channel alone" in page and "asked in zh" in page and "ROC" in page
    assert "## Beside dense search alone" in report and "asked in en" in report and "alone: keyword" in result.text
    trec = (tmp_path / "run" / "run.dense.trec").read_text()
    assert trec.splitlines()[0].split()[-1] == "wenbao-dense"
    none = evaluate(SEEDS, seed_archive(), out=tmp_path / "none", limit=5, references=False)
    assert none.summary["references"] == {} and not (tmp_path / "none" / "run.dense.trec").exists()
