"""Question files: what is read, and that every fault is told with its line."""

from __future__ import annotations

import csv
import io
import json
import textwrap
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eval.sets.load import load
from eval.sets.questions import Question, split_of
from eval.sets.sheet import CSV_COLUMNS
from rag.datatypes import Turn
from rag.errors import UsageError

GOOD = """\
set: no
version: 001
author: A. Historian
questions:
  - id: q-1
    ask:
      zh: 江油县的生铁日产量达到多少？
      en: "How much iron: a day?"
    kind: fact
    answer:
      zh: [三千多吨]
      en: ["more than three thousand tons", "3,000 tons"]
    must_say:
      - zh: 数十吨
        en: dozens of tons
      - zh: 一周内
        okay: true
    sources:
      - article: a-1
        grade: 2               # answers it
        quote:
          zh: 由数十吨一跃而产三千多吨好铁
          en: >-
            jumped from dozens of tons
            to more than three thousand tons
      - article: a-2
        grade: 0
  - id: q-2
    ask:
      en: no
    kind: unanswerable
  - id: q-3
    follow_up_of: q-1
    ask:
      zh: 矿石呢？
    dates:
      from: 1958-10-01
      to: 1958-12-31
"""


def write(folder: Path, text: str, name: str = "gold.yaml") -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path


def faults(path: Path) -> list[str]:
    with pytest.raises(UsageError) as told:
        load(path)
    lines = str(told.value).splitlines()
    assert "nothing was asked" in lines[-1]
    return lines[:-1]


def question(**fields: str) -> str:
    """A good question in YAML with some of its fields replaced (or, as "", removed)."""
    parts = {
        "id": "id: q",
        "ask": "ask: {zh: 问}",
        "answer": "answer: {zh: 答}",
        "sources": "sources: [{article: a, quote: {zh: 答}}]",
    }
    kept = [text for text in {**parts, **fields}.values() if text]
    body = "\n".join(textwrap.indent(text, "    ") for text in kept)
    return "questions:\n  -\n" + body + "\n"


def test_a_set_is_read_as_it_was_written(tmp_path: Path) -> None:
    got = load(write(tmp_path, GOOD))
    assert (got.name, got.version) == ("no", "001")  # not false and 1
    first, second, third = got.questions
    assert first.ask["en"] == "How much iron: a day?"
    assert first.references == ("三千多吨", "more than three thousand tons", "3,000 tons")
    assert [(n.texts, n.okay) for n in first.must_say] == [(("数十吨", "dozens of tons"), False), (("一周内",), True)]
    assert first.grades == {"a-1": 2, "a-2": 0}
    assert first.sources[0].quotes["en"] == ("jumped from dozens of tons to more than three thousand tons",)
    assert first.sources[0].line == 19
    assert second.ask == {"en": "no"}
    assert not second.answerable
    assert (third.kind, third.follow_up_of) == ("follow_up", "q-1")
    assert (third.since, third.until) == (date(1958, 10, 1), date(1958, 12, 31))
    assert [w.split(":")[1] for w in got.warnings] == ["32"]  # q-3 has no sources


def test_two_wordings_are_two_cases_of_one_cluster_and_follow_ups_keep_the_language(tmp_path: Path) -> None:
    cases = list(load(write(tmp_path, GOOD)).cases())
    assert [(c.id, c.cluster, c.lang, c.follow_up_of) for c in cases] == [
        ("q-1@zh", "q-1", "zh", None),
        ("q-1@en", "q-1", "en", None),
        ("q-2", "q-2", "en", None),
        ("q-3", "q-3", "zh", "q-1@zh"),
    ]
    assert [c.id for c in load(write(tmp_path, GOOD)).cases(limit=1)] == ["q-1@zh", "q-1@en"]


@pytest.mark.parametrize("text", ["", "\n", "questions:\n", "questions: []\n", "# nothing yet\n"])
def test_an_empty_set_is_a_set(tmp_path: Path, text: str) -> None:
    assert load(write(tmp_path, text)).questions == ()


@pytest.mark.fault(79)
@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("questions:\n  - id: a\n    ask:\n      en: What is this: a test?\n", "gold.yaml:4: this line cannot be read"),
        ("questions:\n  - id: a\n    ask: {en: in 1961?}\n", "gold.yaml:3: this line cannot be read as YAML"),
        ("questions:\n\t- id: a\n", "gold.yaml:2: a tab where YAML wants spaces"),
        ("a: b\0c\n", "gold.yaml:1: a character that YAML does not take"),
        ("questions: 5\n", 'gold.yaml:1: field "questions" must be a list'),
        ("wrong: 5\nquestions: []\n", 'gold.yaml:1: unknown field "wrong"'),
        ("set: x\n", 'gold.yaml:1: field "questions" is missing'),
        ("just text", "gold.yaml:1: a question set starts with"),
        ("questions:\n  - just text\n", "gold.yaml:2: a question must be a mapping"),
        ("questions:\n  - {}\n", 'gold.yaml:2: field "id" is missing'),
        ("questions:\n  - &a\n    id: x\n    ask: {zh: 问}\n    answer: {zh: 答}\n  - *a\n", "references (* and &)"),
        (
            "questions:\n  - id: x\n    id: y\n    ask: {zh: 问}\n    answer: {zh: 答}\n",
            'gold.yaml:3: field "id" stands twice',
        ),
        (question(id=""), 'field "id" is missing'),
        (question(id="id: a b"), "white space"),
        (question(id="id: a@zh"), "the endings @zh and @en"),
        (question(id="id: [a]"), 'gold.yaml:3: field "id" must be a text'),
        (question(ask=""), 'field "ask" needs a wording'),
        (question(ask="ask: 问"), 'gold.yaml:4: field "ask" must be a mapping'),
        (question(ask="ask: {fr: quoi}"), 'unknown field "ask.fr"'),
        (question(ask=f"ask: {{zh: {'问' * 1001}}}"), "1001 characters"),
        (question(kind="kind: facts"), 'field "kind" is "facts" and must be one of fact, list'),
        (question(more="sorces: []"), 'gold.yaml:7: unknown field "sorces"'),
        (question(sources="sources: a"), 'gold.yaml:6: field "sources" must be a list'),
        (question(sources="sources: [{article: a}]"), 'field "sources.quote" is missing'),
        (question(sources="sources: [{quote: {zh: 答}}]"), 'field "sources.article" is missing'),
        (question(sources="sources: [{article: a, grade: 3, quote: {zh: 答}}]"), 'field "sources.grade" is "3"'),
        (question(answer="", sources=""), '"q" has no gold'),
        (question(kind="kind: unanswerable", answer=""), "grades an article 2, but a question of kind unanswerable"),
        (question(kind="kind: out_of_scope", sources=""), "is out_of_scope, but an answer is given"),
        (question(dates="dates: {from: 1958-13-40}"), 'field "dates.from" is "1958-13-40", which is not a date'),
        (question(dates="dates: {from: 1958}"), "not a date like 1958-11-14"),
        (question(dates="dates: {from: 1959-01-01, to: 1958-01-01}"), "before it begins"),
        (question(must="must_say: [{okay: true}]"), "without a text"),
        (question(must="must_say: [{zh: 一, okay: perhaps}]"), 'field "must_say.okay" is "perhaps"'),
        (question(follow="follow_up_of: nobody"), 'follow_up_of "nobody": no question above has this id'),
        (question(follow="follow_up_of: q"), "no question above"),
        (question(lang="lang: fr"), 'field "lang" is "fr"'),
        (question(history="history: [{role: system, text: x}]"), 'field "history.role" is "system"'),
    ],
)
def test_a_faulty_yaml_set(tmp_path: Path, text: str, wanted: str) -> None:
    told = faults(write(tmp_path, text))
    assert any(wanted in line for line in told), told
    assert all(line.startswith("gold.yaml:") for line in told)


@pytest.mark.fault(79)
def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    lines = [
        {"id": "a", "ask": {"zh": "问"}, "answer": {"zh": ["答"]}},
        {"id": "a", "ask": {"zh": "再问"}, "answer": {"zh": ["答"]}},
        {"id": "b", "ask": {"zh": "又问"}, "answer": 5, "sources": "x", "colour": "red"},
    ]
    text = "\n".join([*(json.dumps(line) for line in lines), '{"id": "c",}', "{", '{"id":"d","id":"e"}', "{}"])
    told = faults(write(tmp_path, "\ufeff" + text.replace("\n", "\r\n"), "gold.jsonl"))
    assert [line.split(": ")[0] for line in told if "JSON" in line] == ["gold.jsonl:4", "gold.jsonl:5"]
    for wanted in (
        'gold.jsonl:2: id "a" was used on line 1',
        'gold.jsonl:3: field "sources" must be a list',
        'gold.jsonl:3: unknown field "colour"',
        'gold.jsonl:3: field "answer" must be a mapping of fields',
        'gold.jsonl:6: field "id" stands twice',
        'gold.jsonl:7: field "id" is missing',
    ):
        assert any(line.startswith(wanted) for line in told), (wanted, told)
    assert told == sorted(told)


def test_what_is_odd_is_warned_of(tmp_path: Path) -> None:
    text = """\
questions:
  - id: a
    ask:
      zh: 江油有几处土高炉群 # eight
    answer: {zh: 十处}
    sources: [{article: x, quote: {zh: 江油县境有八处土高炉群}}]
  - id: b
    ask:
      zh: 江油，有幾處土高爐群？
    answer: {zh: 八处}
"""
    told = load(write(tmp_path, text)).warnings
    assert [w.split(": ")[0] for w in told] == ["gold.yaml:2", "gold.yaml:4", "gold.yaml:7", "gold.yaml:7"]
    assert "none of its answers" in told[0]
    assert "comment" in told[1]
    assert 'asks the same as "a" on line 2' in told[2]
    assert "no sources" in told[3]


@pytest.mark.parametrize(("name", "why"), [("gold.txt", "is a .yaml"), ("none.yaml", "there is no such")])
def test_a_file_that_is_no_set(tmp_path: Path, name: str, why: str) -> None:
    write(tmp_path, "x", "gold.txt")
    with pytest.raises(UsageError, match=why):
        load(tmp_path / name)


def test_a_file_that_is_not_utf8_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "gold.yaml"
    path.write_bytes(b"set: x\nauthor: \xd6\xd0\n")
    with pytest.raises(UsageError, match=r"gold\.yaml:2: not UTF-8"):
        load(path)


def as_json(q: Question) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": q.id,
        "ask": dict(q.ask),
        "kind": q.kind,
        "answer": {lang: list(texts) for lang, texts in q.answers.items()},
        "sources": [
            {"article": s.article, "grade": s.grade, "quote": {k: list(v) for k, v in s.quotes.items()}}
            for s in q.sources
        ],
        "follow_up_of": q.follow_up_of,
    }
    if q.must_say:
        row["must_say"] = [dict(zip(("zh", "en"), n.texts, strict=False)) | {"okay": n.okay} for n in q.must_say]
    if q.since:
        row["dates"] = {"from": str(q.since), "to": str(q.until)}
    return {name: value for name, value in row.items() if value}


def test_yaml_json_lines_and_csv_are_one_set(tmp_path: Path) -> None:
    wanted = load(write(tmp_path, GOOD))
    lines = [json.dumps({"set": "no"}), *(json.dumps(as_json(q)) for q in wanted.questions)]
    from_json = load(write(tmp_path, "\n".join(lines) + "\n", "gold.jsonl"))
    rows = io.StringIO()
    table = csv.writer(rows)
    table.writerow(CSV_COLUMNS)
    for q in wanted.questions:
        cells = dict.fromkeys(CSV_COLUMNS, "")
        cells |= {"id": q.id, "kind": q.kind, "follow_up_of": q.follow_up_of or ""}
        cells |= {f"ask.{k}": v for k, v in q.ask.items()} | {
            f"answer.{k}": " | ".join(v) for k, v in q.answers.items()
        }
        for nugget in q.must_say:
            for lang, text in zip(("zh", "en"), nugget.texts, strict=False):
                cells[f"{'okay' if nugget.okay else 'must'}_say.{lang}"] = text
        if q.since:
            cells |= {"from": str(q.since), "to": str(q.until)}
        extra = []
        for number, source in enumerate(q.sources):
            mine = {"article": source.article, "grade": str(source.grade)}
            mine |= {f"quote.{k}": " | ".join(v) for k, v in source.quotes.items()}
            if number == 0:
                cells |= mine
            else:
                extra.append(dict.fromkeys(CSV_COLUMNS, "") | mine)
        for row in (cells, *extra):
            table.writerow([row[name] for name in CSV_COLUMNS])
    from_csv = load(write(tmp_path, "\ufeff" + rows.getvalue(), "gold.csv"))
    assert from_json.questions == wanted.questions
    assert from_csv.questions == wanted.questions
    assert from_json.digest == from_csv.digest == wanted.digest


def test_the_digest_follows_the_content(tmp_path: Path) -> None:
    digest = load(write(tmp_path, GOOD)).digest
    assert load(write(tmp_path, GOOD.replace("  # answers it", "").replace("author: A", "author: B"))).digest == digest
    assert load(write(tmp_path, GOOD.replace("grade: 0", "grade: 1\n        quote: {zh: 一}"))).digest != digest
    assert load(write(tmp_path, GOOD.replace("矿石", "燃料"))).digest != digest


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("id,ask.zh,colour\n", 'gold.csv:1: unknown column "colour"'),
        ("id,id\n", 'gold.csv:1: column "id" stands twice'),
        ('id,ask.zh\nq,"一\n二"\nr,1,2\n', "gold.csv:4: 3 cells, but the first line names 2 columns"),
        ("id,article\n,a\n", 'gold.csv:2: field "id" is missing'),
        (
            "id,ask.zh,answer.zh,article\nq,问,答,\n,再问,,a\n",
            'gold.csv:3: a row without an id only adds a source, but fills "ask.zh"',
        ),
        ('id,ask.zh\nq,"问\n', "not a line of CSV"),
    ],
)
def test_a_faulty_csv_set(tmp_path: Path, text: str, wanted: str) -> None:
    assert any(wanted in line for line in faults(write(tmp_path, text, "gold.csv")))


def test_history_is_read_as_turns(tmp_path: Path) -> None:
    row = {
        "id": "q",
        "ask": {"en": "And then?"},
        "answer": {"en": ["x"]},
        "history": [
            {"role": "user", "text": "One?"},
            {"role": "assistant", "text": "1."},
            {"role": "assistant", "text": "More."},
            {"role": "user", "text": "Two?"},
        ],
    }
    got = load(write(tmp_path, json.dumps(row), "gold.jsonl")).questions[0]
    assert got.history == (Turn("One?", "1.\nMore."), Turn("Two?"))


def test_the_split_is_by_id_and_about_half() -> None:
    dev = sum(split_of(f"q-{i}") == "dev" for i in range(1000))
    assert 430 < dev < 570
    assert split_of("js-001") == split_of("js-001")


@pytest.mark.fault(79)
@pytest.mark.fuzz
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_mutated_set_is_read_or_refused_with_a_line_of_it(tmp_path: Path, data: st.DataObject) -> None:
    lines = GOOD.splitlines(keepends=True)
    at = data.draw(st.integers(0, len(lines) - 1))
    line = lines[at]
    how = data.draw(st.sampled_from(["drop", "twice", "cut", "junk", "rename"]))
    cut = data.draw(st.integers(0, len(line)))
    junk = data.draw(st.text(max_size=5))
    changed = {
        "drop": "",
        "twice": line * 2,
        "cut": line[:cut] + "\n",
        "junk": line[:cut] + junk + line[cut:],
        "rename": line.replace(":", "x:", 1),
    }[how]
    text = "".join([*lines[:at], changed, *lines[at + 1 :]])
    path = tmp_path / "gold.yaml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    many = text.count("\n") + text.count("\r") + text.count("\x85") + text.count("\u2028") + text.count("\u2029")
    try:
        load(path)
    except UsageError as err:
        for told in str(err).splitlines()[:-1]:
            name, number, _ = told.split(":", 2)
            assert name == "gold.yaml"
            assert 1 <= int(number) <= many + 1
