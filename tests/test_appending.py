"""A case is added to a set in whatever form people and programs write sets; what was there is never lost."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from eval.sets.load import load
from rag.errors import UsageError
from ui import cases
from ui.appending import appended

Q1: dict[str, Any] = {"id": "q1", "ask": {"en": "Who?"}, "kind": "unanswerable"}
Q2: dict[str, Any] = {"id": "q2", "ask": {"zh": "何时？"}, "kind": "unanswerable"}
CASE: dict[str, Any] = {
    "id": "asked-1",
    "ask": {"zh": "江油县：采了多少矿石？ #八万"},
    "kind": "fact",
    "history": [{"role": "user", "text": "[a] & b?"}, {"role": "assistant", "text": '- "no": {x}\nand a second line'}],
    "dates": {"from": "1958-10-01"},
    "sources": [{"article": "a", "grade": 2, "quote": {"en": ["80,000 tons"], "zh": ["采矿石八万吨"]}}],
}
SECOND: dict[str, Any] = {"id": "asked-1", "ask": {"en": "no"}, "kind": "unanswerable"}

FORMS = {  # the text of a file, and the ids of its questions
    "dumped by PyYAML": (yaml.safe_dump({"set": "a", "questions": [Q1]}), ["q1"]),
    "dumped unsorted": (
        yaml.safe_dump({"questions": [Q1, Q2], "set": "a"}, sort_keys=False, allow_unicode=True),
        ["q1", "q2"],
    ),
    "dumped in brackets": (yaml.safe_dump({"set": "a", "questions": [Q1]}, default_flow_style=True), ["q1"]),
    "indented by two": ("set: a\nquestions:\n  - id: q1\n    ask: {en: Who}\n    kind: unanswerable\n", ["q1"]),
    "indented by four": ("questions:\n    - id: q1\n      ask: {en: Who}\n      kind: unanswerable\nset: c\n", ["q1"]),
    "indented by one": ("set: a\nquestions:\n - id: q1\n   ask: {en: Who}\n   kind: unanswerable\n", ["q1"]),
    "not indented": ("set: a\nquestions:\n- id: q1\n  ask: {en: Who}\n  kind: unanswerable\nauthor: x\n", ["q1"]),
    "wide dashes": ("questions:\n-   id: q1\n    ask: {en: Who}\n    kind: unanswerable\n", ["q1"]),
    "dash on a line of its own": (
        "questions:\n  -\n    id: q1\n    ask: {en: Who}\n    kind: unanswerable\n",
        ["q1"],
    ),
    "empty list": ("set: b\nquestions: []\n", []),
    "empty list over lines": ("set: b\nquestions: [\n  # none yet\n]\nauthor: x\n", []),
    "empty list, no line end": ("set: b\nquestions: []", []),
    "empty key": ("set: b\nquestions:\n", []),
    "empty key with a comment, then another": ("questions: # none yet\nauthor: x\n", []),
    "tilde": ("questions: ~\nset: b\n", []),
    "null": ("questions: null # later\nset: b\n", []),
    "no questions": ("set: b\nauthor: x\n", []),
    "no questions, no line end": ("set: b", []),
    "nothing": ("", []),
    "a comment alone": ("# my questions\n", []),
    "a document begun": ("---\n", []),
    "an empty key after it": ("questions:\n- id: q1\n  ask: {en: Who}\n  kind: unanswerable\nauthor:\n", ["q1"]),
    "document marks": ("---\nquestions:\n- {id: q1, ask: {en: Who}, kind: unanswerable}\n...\n", ["q1"]),
    "a comment at the end": ("questions:\n- {id: q1, ask: {en: Who}, kind: unanswerable}\n\n# the end", ["q1"]),
    "a comment of the last": (
        "questions:\n  - id: q1\n    ask: {en: Who}\n    kind: unanswerable # ask again\n    # see p. 4\n\nset: a\n",
        ["q1"],
    ),
    "no line end": ("questions:\n- id: q1\n  ask: {en: Who}\n  kind: unanswerable", ["q1"]),
    "a note in a block": (
        "questions:\n- id: q1\n  ask: {en: Who}\n  kind: unanswerable\n  note: |\n    one\n\n    two\n\n\nset: a\n",
        ["q1"],
    ),
    "a kept block at the end": (
        "questions:\n- id: q1\n  ask: {en: Who}\n  kind: unanswerable\n  note: |+\n    one\n\n",
        ["q1"],
    ),
    "a block without a line end": (
        "questions:\n- id: q1\n  ask: {en: Who}\n  kind: unanswerable\n  note: >-\n    one\n    two",
        ["q1"],
    ),
    "an empty field last": ("questions:\n- id: q1\n  ask: {en: Who}\n  kind: unanswerable\n  note:\nset: a\n", ["q1"]),
    "a text over lines": (
        "questions:\n- id: q1\n  kind: unanswerable\n  ask:\n    en: Who\n      and when\n\nset: a\n",
        ["q1"],
    ),
    "a quoted text over lines": (
        'questions:\n- id: q1\n  kind: unanswerable\n  ask:\n    en: "Who\n\n  and when"\nset: a\n',
        ["q1"],
    ),
    "a list alone": ("- id: q1\n  ask: {en: Who}\n  kind: unanswerable\n", ["q1"]),
    "an anchor": ("questions: &all\n   - id: q1\n     ask: {en: Who}\n     kind: unanswerable\n", None),
    "JSON": (json.dumps({"set": "a", "questions": [Q1, Q2]}, ensure_ascii=False, indent=1), ["q1", "q2"]),
    "JSON without questions": ('{"set": "a"}', []),
    "brackets with a comma at the end": (
        "questions: [\n  {id: q1, ask: {en: Who}, kind: unanswerable}, # the first\n]\n",
        ["q1"],
    ),
    "a quoted key": ('"questions":\n- id: q1\n  ask: {en: Who}\n  kind: unanswerable\n"set": x\n', ["q1"]),
    "carriage returns": ("set: a\r\nquestions:\r\n- id: q1\r\n  ask: {en: Who}\r\n  kind: unanswerable\r\n", ["q1"]),
    "a byte order mark": ("\ufeffquestions:\n- id: q1\n  ask: {zh: 何人}\n  kind: unanswerable\n", ["q1"]),
    "a byte order mark alone": ("\ufeff", []),
    "a date that is none": (
        "questions:\n- id: 001\n  ask: {zh: 何人}\n  kind: unanswerable\n  note: 1958-13-40\n",
        ["001"],
    ),
    "characters of other planes": (
        "questions:\n- id: q1\n  ask: {zh: 𠀀𠀁何人}\n  kind: unanswerable\nset: 𠀀\n",
        ["q1"],
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_two_cases_are_added_to_every_form_of_a_yaml_set(tmp_path: Path, form: str) -> None:
    text, known = FORMS[form]
    path = tmp_path / "asked.yaml"
    path.write_bytes(text.encode())
    assert [cases.save(path, CASE), cases.save(path, SECOND)] == ["asked-1", "asked-1-2"]
    made = path.read_bytes().decode()
    before, after = (yaml.load(t, Loader=yaml.BaseLoader) for t in (text, made))
    questions = after if isinstance(after, list) else after["questions"]
    assert questions[-2]["ask"] == CASE["ask"] and questions[-1]["ask"] == SECOND["ask"]
    assert questions[-2]["history"] == CASE["history"]
    if isinstance(before, dict):
        assert {k: v for k, v in after.items() if k != "questions"} == {
            k: v for k, v in before.items() if k != "questions"
        }
    assert all(line[line.index("#") :] in made for line in text.splitlines() if "#" in line)
    assert ("\r\n" in text) is ("\r\n" in made) and (not made.count("\r\n") or "\n" not in made.replace("\r\n", ""))
    if known is not None:
        found = load(path)
        assert [q.id for q in found.questions] == [*known, "asked-1", "asked-1-2"]
        assert found.questions[-2].sources[0].quotes == {"en": ("80,000 tons",), "zh": ("采矿石八万吨",)}


@pytest.mark.parametrize(
    ("name", "held", "why"),
    [
        ("s.yaml", "- a list\n", "is no question set"),
        ("s.yaml", "just a text\n", "is no question set"),
        ("s.yaml", "questions: 5\n", '"questions" are no list'),
        ("s.yaml", "questions: {id: q1}\n", '"questions" are no list'),
        ("s.yaml", "questions:\n- id: q1\n   ask: x\n", r"cannot be read as YAML \(line 3\)"),
        ("s.yaml", "questions:\n\t- id: q1\n", r"cannot be read as YAML \(line 2\)"),
        ("s.yaml", "a: 1\n---\nquestions: []\n", "cannot be read as YAML"),
        ("s.yaml", "questions: " + "[" * 5000, "cannot be read as YAML"),
        ("s.yaml", "---\n...\n", "nothing can be added"),
        ("s.jsonl", '{"id": "q1"}\n{"id": \n', "line 2 is not JSON"),
        ("s.jsonl", "[1]\n", "line 1 is no JSON object"),
        ("s.csv", "id,ask.en\n", r"no .yaml, .yml or .jsonl file"),
        ("s.txt", "", r"no .yaml, .yml or .jsonl file"),
    ],
)
def test_what_no_case_can_be_added_to_stays_as_it_is(tmp_path: Path, name: str, held: str, why: str) -> None:
    path = tmp_path / name
    path.write_text(held, encoding="utf-8")
    with pytest.raises(UsageError, match=why) as told:
        cases.save(path, CASE)
    assert "Nothing was saved" in str(told.value) and "WENBAO_CASES" in str(told.value)
    assert path.read_text(encoding="utf-8") == held
    assert {p.name for p in tmp_path.iterdir()} <= {name, f"{name}.lock"}


def test_a_file_in_another_encoding_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_bytes("questions: []\nauthor: 王\n".encode("gbk"))
    with pytest.raises(UsageError, match="is not UTF-8"):
        cases.save(path, CASE)
    assert path.read_bytes() == "questions: []\nauthor: 王\n".encode("gbk")


@pytest.mark.parametrize("held", [None, "", '{"set": "mine"}\n', '\ufeff{"set": "mine"}', '{"set": "mine"}\r\n\n'])
def test_json_lines_get_a_line_more(tmp_path: Path, held: str | None) -> None:
    path = tmp_path / "s.jsonl"
    if held is not None:
        path.write_bytes(held.encode())
    assert [cases.save(path, CASE), cases.save(path, SECOND)] == ["asked-1", "asked-1-2"]
    found = load(path)
    assert found.name == ("mine" if held else "s") and [q.id for q in found.questions] == ["asked-1", "asked-1-2"]
    assert path.read_bytes().startswith((held or "").encode().rstrip(b"\n"))


@pytest.mark.parametrize("stem", ["1958-11", "no", "a: b", "[x]", "#1", "江油", "it's", "* "])
@pytest.mark.parametrize("suffix", [".yaml", ".yml", ".jsonl"])
def test_a_new_set_is_named_for_its_file(tmp_path: Path, stem: str, suffix: str) -> None:
    path = tmp_path / f"{stem}{suffix}"
    cases.save(path, CASE)
    assert load(path).name == stem.strip()


@pytest.mark.parametrize("suffix", [".yaml", ".jsonl"])
@pytest.mark.parametrize("char", [*"\u2028\x85\x0b\x0c\x1c\t\ufeff\u3000\U00020000'\"\\"])
def test_any_character_that_a_question_may_hold_comes_back(tmp_path: Path, char: str, suffix: str) -> None:
    asked = f"何人{char}与何时{char}{char}？ {char}"
    path = tmp_path / f"s{suffix}"
    for _ in range(2):
        cases.save(path, {**SECOND, "ask": {"zh": asked}})
    text = path.read_bytes().decode()
    held: list[Any] = (
        yaml.load(text, Loader=yaml.BaseLoader)["questions"]
        if suffix == ".yaml"
        else [json.loads(line) for line in text.split("\n")[1:3]]
    )
    assert [one["ask"]["zh"] for one in held] == [asked, asked]


def test_half_a_character_would_make_the_set_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    with pytest.raises(UsageError, match="half a character"):
        cases.save(path, {**CASE, "ask": {"zh": "何人\ud83d"}})
    assert not path.exists()


def test_a_linked_set_is_changed_where_it_lies_and_keeps_its_rights(tmp_path: Path) -> None:
    real = tmp_path / "real.yaml"
    real.write_text("questions: []\n")
    os.chmod(real, 0o660)
    link = tmp_path / "asked.yaml"
    link.symlink_to(real)
    cases.save(link, CASE)
    assert link.is_symlink() and len(load(real).questions) == 1
    assert real.stat().st_mode & 0o777 == 0o660


def test_a_result_that_does_not_read_back_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.appending._inserted", lambda text, *_: text + "- broken: [")
    with pytest.raises(ValueError, match="nothing can be added to"):
        appended("questions:\n- id: q1\n", ".yaml", CASE, "s")


TEXT = st.text(alphabet="ab :#-[]{}&*!|>'\"%@`\n\u2028何？,", max_size=12)


@pytest.mark.fuzz
@example([{"id": "\u2028", "ask": {}}], {}, {"default_style": "|", "width": 10})
@given(
    st.lists(
        st.fixed_dictionaries({"id": TEXT, "ask": st.dictionaries(st.sampled_from(["zh", "en"]), TEXT)}), max_size=3
    ),
    st.dictionaries(st.sampled_from(["set", "author", "notes", "version"]), TEXT),
    st.fixed_dictionaries(
        {
            "default_flow_style": st.sampled_from([True, False, None]),
            "indent": st.integers(2, 7),
            "explicit_start": st.booleans(),
            "explicit_end": st.booleans(),
            "default_style": st.sampled_from([None, "'", '"', "|", ">"]),
            "width": st.sampled_from([10, 1000]),
            "sort_keys": st.booleans(),
            "line_break": st.sampled_from(["\n", "\r\n"]),
        }
    ),
)
def test_whatever_pyyaml_dumps_keeps_all_it_held(
    questions: list[dict[str, Any]], head: dict[str, str], how: dict[str, Any]
) -> None:
    held = {"questions": questions, **head}
    text = yaml.safe_dump(held, allow_unicode=True, **how)
    before = yaml.load(text, Loader=yaml.BaseLoader)
    after = yaml.load(appended(text, ".yaml", SECOND, "s"), Loader=yaml.BaseLoader)
    assert after["questions"][-1] == SECOND
    assert str(after["questions"][:-1]).split() == str(before["questions"]).split()
    assert after.keys() == before.keys()
