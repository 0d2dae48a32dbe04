"""The chat page: Gradio's parts, put together and wired to an archive. Nothing else imports Gradio's parts."""

from __future__ import annotations

import asyncio
import html
import json
import logging
import os
import secrets
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Any

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # read when gradio is imported

import gradio as gr
from pydantic import ValidationError

from rag.datatypes import Answer, Article, Bead, Draft
from rag.errors import UsageError, WenbaoError
from ui.dossier import answer_of, edition_of, turn_json
from ui.suggest import openings
from ui.turns import Conversation
from ui.web import cards, fields, frame, render
from ui.web.look import asset, words
from ui.web.parts import logged
from ui.web.rests import rests
from ui.web.session import MAX_TURNS, NEARLY_FULL, Session
from ui.web.steps import steps_of
from ui.web.strings import interface_language, text

if TYPE_CHECKING:
    from rag.archive import Archive

SENTENCE_PAUSE = 0.12  # seconds between the sentences of an answer: read as it comes, not waited for
CONCURRENT = 4  # questions worked on at once, most of them being read out; more wait their turn
WAITING = 32  # questions that may wait
TAKES_QUESTIONS = "() => ({ __type__: 'update', submit_btn: true, stop_btn: false })"  # the question box

log = logging.getLogger(__name__)


def _mounted(name: str) -> str:
    return f"wenbao.mounted('{name}'); watch('value', () => wenbao.mounted('{name}'));"


def build(archive: Archive) -> gr.Blocks:
    """The page over `archive`, ready to be mounted with `look.look()`."""
    page = _Page(archive)
    tr = words()
    status = archive.status()
    first, last = status.get("dates") or ("", "")
    papers = frame.choices(status)
    demo: gr.Blocks
    with gr.Blocks(title="问报 Wenbao", analytics_enabled=False, fill_height=True, fill_width=True) as demo:
        session = gr.State(Session())
        locale = gr.Textbox(visible=False, elem_id="locale")
        record = gr.HTML("", visible="hidden", elem_id="record", js_on_load=asset("record.js"))
        desk = gr.HTML("", visible="hidden", elem_id="desk", js_on_load=asset("desk.js"))
        head = gr.HTML(
            frame.masthead(status), elem_id="masthead", js_on_load=_mounted("masthead"), apply_default_css=False
        )
        with gr.Row(elem_id="stage"):
            with gr.Column(elem_id="talk", scale=5, min_width=0):
                chat = gr.Chatbot(
                    elem_id="chat",
                    label=tr("conversation"),
                    show_label=False,
                    placeholder=frame.welcome(openings(archive)),
                    latex_delimiters=[],
                    layout="panel",
                    height="100%",
                    buttons=[],
                    feedback_options=None,
                    group_consecutive_messages=False,
                    allow_file_downloads=False,
                )
                with gr.Column(elem_id="composer", scale=0):
                    gr.HTML('<div class="slot"></div>', elem_id="next", apply_default_css=False)
                    hint = gr.HTML("", elem_id="hint", apply_default_css=False)
                    box = gr.Textbox(
                        elem_id="box",
                        label=tr("ask_label"),
                        placeholder=tr("ask_placeholder"),
                        max_length=fields.MAX_QUESTION,
                        lines=1,
                        max_lines=5,
                        autofocus=True,
                        submit_btn=True,
                        stop_btn=False,
                    )
                    with gr.Row(elem_id="writing", visible=bool(archive.model)):
                        ways = [(tr(f"way_{one}"), one) for one in fields.WAYS]
                        way = gr.Radio(ways, value="write", label=tr("way"), elem_id="way")
                        state = gr.HTML(page.state(), elem_id="model-state", apply_default_css=False)
                    gr.HTML("<div></div>", elem_id="limits", js_on_load=asset("limits.js"), apply_default_css=False)
                    with gr.Accordion(tr("filters"), open=False, elem_id="filters"):
                        gr.HTML(
                            "<div></div>",
                            elem_id="span",
                            js_on_load="wenbao.timeline(element.querySelector('div'))",
                            apply_default_css=False,
                        )
                        with gr.Row():
                            since = gr.Textbox(label=tr("since"), placeholder=first, elem_id="since", max_length=20)
                            until = gr.Textbox(label=tr("until"), placeholder=last, elem_id="until", max_length=20)
                            page_no = gr.Textbox(label=tr("page_field"), elem_id="page", max_length=6)
                            example = papers[0] if papers else ""
                            paper = gr.Textbox(
                                label=tr("paper_field"), placeholder=example, elem_id="paper", visible=bool(papers)
                            )
                            lang = gr.Radio(
                                [(shown, value) for value, shown in frame.LANG_CHOICES],
                                value="both",
                                label=tr("passages_in"),
                                elem_id="lang",
                            )
                    keep = gr.Textbox(visible="hidden", elem_id="keep", max_length=24)
                    gr.HTML(frame.foot(), elem_id="foot", apply_default_css=False)
                    new = gr.Button(tr("new"), elem_id="new", size="sm", variant="secondary")
            with gr.Column(elem_id="shelf", scale=6, min_width=0):
                gr.HTML(frame.no_evidence(), elem_id="no-evidence", apply_default_css=False)
                panel = gr.HTML("", elem_id="panel", js_on_load=asset("panel.js"), apply_default_css=False)
        gr.HTML(frame.search_room(papers), elem_id="search", js_on_load=_mounted("search"), apply_default_css=False)
        gr.HTML(
            '<div class="results"></div>', elem_id="excerpts", js_on_load=_mounted("excerpts"), apply_default_css=False
        )
        gr.HTML(
            '<div class="results"></div>', elem_id="evaluate", js_on_load=_mounted("evaluate"), apply_default_css=False
        )
        gr.HTML(
            frame.translation_room(), elem_id="translation", js_on_load=_mounted("translation"), apply_default_css=False
        )
        gr.HTML(frame.names_room(), elem_id="names", js_on_load=_mounted("names"), apply_default_css=False)
        gr.HTML(frame.reader(), elem_id="reader", js_on_load=_mounted("reader"), apply_default_css=False)

        private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        form = [box, since, until, page_no, lang, keep, locale, session, way, paper]
        shown = [box, chat, panel, session, hint, record]
        asked = box.submit(page.respond, form, shown, concurrency_limit=CONCURRENT, **private)
        # Only here: until the end of `respond`, or the word that it is cancelled, has come back, Gradio drops without a
        # word what is sent.
        asked.then(None, None, box, js=TAKES_QUESTIONS, **private)
        asked.failure(None, None, box, js=TAKES_QUESTIONS, queue=False, **private)
        opened = desk.select(page.reopen, [locale], shown, cancels=[asked], queue=False, **private)
        opened.failure(None, None, None, js="() => wenbao.unopened()", queue=False, **private)
        halted = box.stop(None, None, None, cancels=[asked], queue=False, **private)
        halted.then(page.stopped, [locale, session], [chat, session], queue=False, **private)
        emptied = new.click(None, None, None, cancels=[asked], queue=False, **private)
        emptied.then(page.begin, None, shown, queue=False, **private)
        # Past the queue: a question asked while a queued event ends is lost with the stream that the browser shuts then
        if archive.model:
            asked.then(page.state, None, state, queue=False, **private)
            demo.load(page.state, None, state, queue=False, **private)
            way.input(None, way, None, js="(way) => { localStorage.setItem('wenbao-way', way); }", **private)
            demo.load(None, None, way, js="() => localStorage.getItem('wenbao-way') ?? 'write'", **private)
        demo.load(page.head, None, head, queue=False, **private)
        demo.load(None, None, locale, js="() => document.documentElement.lang", **private)
    demo.queue(max_size=WAITING)
    return demo


class _Page:
    """What the page does when something is asked, stopped or opened."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    async def respond(
        self,
        question: str,
        since: str,
        until: str,
        page_no: str,
        lang: str,
        keep: str,
        locale: str,
        session: Session,
        way: str = "write",
        paper: str = "",
    ) -> AsyncIterator[tuple[Any, ...]]:
        """One turn: the question at once, then the evidence, then the answer sentence by sentence.

        `keep` is the number of turns that stay, where an earlier question is asked anew, and what is taken out of the
        question then ("2 dates words"); blank keeps all. `way` is "quote" where a configured language model is not
        to write the answer.
        """
        page_lang = interface_language(locale)
        try:
            kept, _, without = keep.partition(" ")
            within = fields.Within(since, until, lang, page_no, paper, without=without)
            form = fields.read(question, within, page_lang)
        except fields.FieldError as err:
            yield *[gr.skip()] * 4, frame.hint(str(err)), gr.skip()
            return
        if kept.isdecimal():
            session = session.before(int(kept) + 1)
        if not session.left:
            yield *[gr.skip()] * 4, frame.hint(text(page_lang, "full", n=MAX_TURNS)), gr.skip()
            return
        session = session.asked(form.question)
        busy = gr.Textbox(value="", submit_btn=False, stop_btn=True)
        waiting = list(session.said(render.waiting_message(page_lang)).messages)
        yield busy, waiting, cards.panel(session.sections, page_lang) if keep else gr.skip(), session, "", gr.skip()
        try:
            sources = 0
            async for made in steps_of(self._archive, form, session.turns, way != "quote"):
                if isinstance(made, Draft):
                    known: Any = gr.skip()  # the sources, as soon as there is another one
                    if made.so_far and sources < (sources := len(made.so_far.citations)):
                        known = cards.panel(session.answered(made.so_far, page_lang, {}).sections, page_lang)
                    yield gr.skip(), list(session.said(render.draft_message(made)).messages), known, *[gr.skip()] * 3
                else:
                    answer = made
            beads = await asyncio.to_thread(self._aligned, answer)
            picture = await asyncio.to_thread(rests, answer, self._archive)
        except WenbaoError as err:
            session = session.noted(str(err))
            yield gr.skip(), list(session.messages), *self._skipped(session)
            return
        except Exception:
            session = session.noted(logged("answering a question", page_lang))
            yield gr.skip(), list(session.messages), *self._skipped(session)
            return
        turn = session.next_turn
        session = session.answered(answer, page_lang, beads)
        panel: Any = cards.panel(session.sections, page_lang)
        told = turn_json(answer, slim=True, edition=edition_of(self._archive))
        record: Any = _record("keep", mark=session.mark, n=turn, again=bool(keep), turn=told)
        steps = render.answer_steps(answer, turn, form.without, picture)
        for step in steps:
            # the session holds the whole answer from the start: one that is stopped or lost on the way stays complete
            shown = list(session.said(step).messages)
            yield gr.skip(), shown, panel, session.said(steps[-1]), gr.skip(), record
            panel = record = gr.skip()
            await asyncio.sleep(SENTENCE_PAUSE)
        hint = frame.hint(text(page_lang, "turns_left", n=session.left)) if session.left <= NEARLY_FULL else ""
        yield *[gr.skip()] * 4, hint, gr.skip()

    def stopped(self, locale: str, session: Session) -> tuple[Any, ...]:
        """The page after Stop: what was said stays, an unanswered question is told to be so."""
        if session.exchanges and not session.exchanges[-1].reply:
            session = session.noted(text(interface_language(locale), "stopped"))
        return list(session.messages), session

    def begin(self) -> tuple[Any, ...]:
        """An empty page."""
        session = Session(mark=secrets.token_hex(8))
        record = _record("begun", mark=session.mark)
        return gr.Textbox(value=""), [], "", session, "", record

    def reopen(self, locale: str, event: gr.EventData) -> tuple[Any, ...]:
        """A conversation that the browser has kept, read back from its dossier."""
        page_lang = interface_language(locale)
        told = event._data if isinstance(event._data, dict) else {}
        mark = str(told.get("mark", ""))[:80]
        session = Session(mark=mark)
        try:
            for turn in Conversation.model_validate({"turns": told.get("turns", [])}).turns[:MAX_TURNS]:
                answer = answer_of(turn, self._archive)
                session = session.asked(answer.question).answered(answer, page_lang, self._aligned(answer))
                shown = render.answer_steps(answer, session.next_turn - 1, picture=rests(answer, self._archive))
                session = session.said(shown[-1])
        except (ValidationError, WenbaoError) as err:
            log.warning("a kept conversation cannot be opened: %s", err)
            return *[gr.skip()] * 4, frame.hint(text(page_lang, "unreadable")), gr.skip()
        record = _record("opened", mark=mark, n=len(session.sections))
        return gr.skip(), list(session.messages), cards.panel(session.sections, page_lang), session, "", record

    def head(self) -> str:
        """The page's head for the index as it is now."""
        return frame.masthead(self._archive.status())

    def state(self) -> str:
        """The configured language model and whether it can be asked, in words."""
        return frame.model_state(self._archive.model or "", self._archive.model_state)

    def _aligned(self, answer: Answer) -> dict[str, Sequence[Bead]]:
        shown = [cited.article for cited in answer.citations] or [hit.article for hit in answer.hits]
        return {one.id: self._beads(one) for one in shown}

    def _beads(self, article: Article) -> Sequence[Bead]:
        """The alignment of `article`, or none if the index has moved on to another edition of it."""
        try:
            return self._archive.beads(article.id) if self._archive.article(article.id) == article else ()
        except UsageError:
            return ()

    @staticmethod
    def _skipped(session: Session) -> tuple[Any, ...]:
        return gr.skip(), session, gr.skip(), gr.skip()


def _record(event: str, **what: Any) -> str:
    """What was done, for the browser, as the text of an element; JSON in ASCII, so that escaping leaves it whole.

    "keep" is a turn to be kept; "opened" and "begun" tell which conversation the page shows from now on.
    """
    return html.escape(json.dumps({"event": event, **what}))
