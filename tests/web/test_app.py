"""The page's handlers, called as Gradio calls them."""

from __future__ import annotations

import asyncio
import html
import json
import re
from types import SimpleNamespace
from typing import Any

import pytest

from rag.datatypes import Turn
from tests.web.fake import FakeArchive
from ui.web import app, look
from ui.web.guard import App
from ui.web.head import WithHead
from ui.web.session import Session

QUESTION = "How many iron-smelting kilns were built in Jiangyou County within eight days?"


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> tuple[Any, FakeArchive]:
    monkeypatch.setattr(app, "SENTENCE_PAUSE", 0)
    archive = FakeArchive()
    return app._Page(archive), archive  # type: ignore[arg-type]


def told(steps: list[tuple[Any, ...]]) -> tuple[str, Session]:
    """What stands in the conversation at the end, and the visitor's session."""
    messages = next(step[1] for step in reversed(steps) if isinstance(step[1], list))
    session = next(step[3] for step in reversed(steps) if isinstance(step[3], Session))
    return messages[-1]["content"], session


def respond(
    page: Any, question: Any, session: Session, since: Any = "", locale: str = "en", keep: str = ""
) -> list[tuple[Any, ...]]:
    async def whole() -> list[tuple[Any, ...]]:
        return [step async for step in page.respond(question, since, "", "", "both", keep, locale, session)]

    return asyncio.run(whole())


def test_an_answer_is_said_sentence_by_sentence_and_its_evidence_comes_first(page: tuple[Any, FakeArchive]) -> None:
    steps = respond(page[0], QUESTION, Session())
    assert len({step[1][-1]["content"] for step in steps if isinstance(step[1], list)}) > 3
    panels = [step[2] for step in steps if isinstance(step[2], str)]
    assert len(panels) == 1
    assert "data-key&#61;" not in panels[0]
    assert 'data-key="t1-1"' in panels[0]
    content, session = told(steps)
    assert "#cite-t1-1" in content
    assert session.messages[-1]["content"] == content


def test_the_archive_gets_the_turns_before_a_follow_up(page: tuple[Any, FakeArchive]) -> None:
    _, session = told(respond(page[0], QUESTION, Session()))
    content, session = told(respond(page[0], "And fuel?", session))
    history = page[1].histories[-1]
    assert [turn.question for turn in history] == [QUESTION]
    assert isinstance(history[0], Turn)
    assert history[0].answer
    assert "#cite-t2-1" in content


@pytest.mark.parametrize(
    ("question", "said"), [("please explode", "log of the server"), ("a damaged index", "run: wenbao check")]
)
def test_trouble_is_told_without_what_is_inside(page: tuple[Any, FakeArchive], question: str, said: str) -> None:
    content, session = told(respond(page[0], question, Session()))
    seen = re.sub(r"&#(\d+);", lambda found: chr(int(found[1])), content)
    assert said in seen
    assert "<b>" not in content
    for leak in ("/home", "secret", "token", "Traceback", "RuntimeError"):
        assert leak not in seen
    content, _ = told(respond(page[0], QUESTION, session))  # and the conversation goes on
    assert "#cite-t1-1" in content


@pytest.mark.parametrize("question", ["", "  ", "x" * 1001, None, {"role": "system"}])
def test_a_wrong_question_searches_nothing(page: tuple[Any, FakeArchive], question: Any) -> None:
    (step,) = respond(page[0], question, Session())
    assert "hint" in step[4]
    assert page[1].asked == []


def test_dates_reach_the_archive_as_dates(page: tuple[Any, FakeArchive]) -> None:
    respond(page[0], QUESTION, Session(), since="1958")
    assert page[1].asked[0]["filters"].since.isoformat() == "1958-01-01"


def test_stopping_before_the_answer_says_so(page: tuple[Any, FakeArchive]) -> None:
    messages, session = page[0].stopped("zh-CN", Session().asked("问"))
    assert "已停止" in messages[-1]["content"]
    assert page[0].stopped("en", session)[0] == messages


def test_the_sources_of_what_is_being_written_are_shown_at_once(page: tuple[Any, FakeArchive]) -> None:
    steps = respond(page[0], f"sourced: {QUESTION}", Session())
    drafted = next(step for step in steps if isinstance(step[1], list) and "kilns" in step[1][-1]["content"])
    assert 'data-key="t1-1"' in drafted[2]


@pytest.mark.parametrize(("way", "llm"), [("quote", False), ("write", True)])
def test_a_reader_chooses_between_quoting_and_writing(page: tuple[Any, FakeArchive], way: str, llm: bool) -> None:
    async def whole() -> None:
        _ = [step async for step in page[0].respond(QUESTION, "", "", "", "both", "", "en", Session(), way)]

    asyncio.run(whole())
    assert page[1].llm == [llm]


def test_the_state_of_the_model_is_told_in_words(page: tuple[Any, FakeArchive]) -> None:
    assert page[0].state() == ""
    page[1].model = "qwen2.5:7b"
    for state, words in {
        "ready": "can be asked",
        "loading": "正在载入",
        "failed": "无法载入",
        "resting": "a minute",
    }.items():
        page[1].model_state = state
        assert words in html.unescape(page[0].state()) and "qwen2.5:7b" in html.unescape(page[0].state())


def test_a_draft_is_shown_while_it_is_written(page: tuple[Any, FakeArchive]) -> None:
    steps = respond(page[0], f"drafted: {QUESTION}", Session())
    shown = [step[1][-1]["content"] for step in steps if isinstance(step[1], list)]
    draft = next(one for one in shown if "unchecked" in one)
    assert "two" in draft and "<b>" not in draft
    assert "unchecked" not in shown[-1] and "#cite-t1-1" in shown[-1]


def test_an_earlier_question_asked_anew_replaces_what_follows_it(page: tuple[Any, FakeArchive]) -> None:
    _, session = told(respond(page[0], QUESTION, Session()))
    _, session = told(respond(page[0], "And fuel?", session))
    steps = respond(page[0], "八号平炉最后一次炼一炉钢用了多长时间？", session, keep="0")
    _, session = told(steps)
    assert [one.question for one in session.exchanges] == ["八号平炉最后一次炼一炉钢用了多长时间？"]
    assert page[1].histories[-1] == ()
    assert session.next_turn == 2


def test_what_a_question_sets_by_itself_is_taken_out_when_it_is_asked_anew(page: tuple[Any, FakeArchive]) -> None:
    _, session = told(respond(page[0], QUESTION, Session()))
    _, session = told(respond(page[0], QUESTION, session, keep="0 dates.words"))
    assert len(session.exchanges) == 1
    assert [(one["read_dates"], one["expand"]) for one in page[1].asked] == [(True, True), (False, False)]
    assert "#lift-1-words" in session.exchanges[0].reply  # the way back
    respond(page[0], QUESTION, session, keep="0 words")
    assert (page[1].asked[-1]["read_dates"], page[1].asked[-1]["expand"]) == (True, False)


def test_a_kept_conversation_is_shown_again_and_goes_on(page: tuple[Any, FakeArchive]) -> None:
    steps = respond(page[0], QUESTION, Session())
    _, before = told(steps)
    record = next(step[5] for step in steps if isinstance(step[5], str) and step[5])
    turn = json.loads(html.unescape(record))["turn"]
    _, messages, panel, session, hint, _ = page[0].reopen("en", SimpleNamespace(_data={"turns": [turn]}))
    assert hint == ""
    assert tuple(messages) == before.messages
    assert 'data-key="t1-1"' in panel
    _, after = told(respond(page[0], "And fuel?", session))
    assert page[1].histories[-1][0].question == QUESTION
    assert after.next_turn == 3
    for damaged in (None, {"turns": "x"}, {"turns": [{}]}, {"turns": [{**turn, "lang": "xx"}]}):
        hint = page[0].reopen("en", SimpleNamespace(_data=damaged))[4]
        assert hint == "" if damaged is None else "damaged" in hint


def test_the_page_builds_and_keeps_its_doors_private() -> None:
    demo = app.build(FakeArchive())  # type: ignore[arg-type]
    public = [fn.api_name for fn in demo.fns.values() if fn.api_visibility == "public"]
    assert public == []


async def _html(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"33")]})
    await send({"type": "http.response.body", "body": b"<html><head><title>", "more_body": True})
    await send({"type": "http.response.body", "body": b"x</title><head>"})


@pytest.mark.parametrize(("path", "changed"), [("/", True), ("/config", False)])
def test_the_style_comes_before_everything_else(path: str, changed: bool) -> None:
    from starlette.testclient import TestClient

    wrapped: App = WithHead(_html, "<style>y</style>")
    text = TestClient(wrapped).get(path).text  # type: ignore[arg-type]
    assert text.startswith("<html><head><style>y</style><title>") is changed
    assert text.count("<style>") == changed


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, 0 to 1 (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_every_text_colour_reads_on_its_ground(theme: int) -> None:
    css = (look.ASSETS / "page.css").read_text(encoding="utf-8")
    blocks = re.findall(r"--paper: .*?\n\}", css, re.DOTALL)
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", blocks[theme]))
    pairs = [
        ("ink", "paper"),
        ("ink", "sheet"),
        ("ink", "mark"),
        ("soft", "paper"),
        ("soft", "sheet"),
        ("red", "paper"),
    ]
    pairs += [("red", "sheet"), ("red", "wash"), ("paper", "red"), ("warn-ink", "warn"), ("warn-ink", "paper")]
    for text, ground in pairs:
        light, dark = sorted((luminance(colours[text]), luminance(colours[ground])), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, (text, ground)
