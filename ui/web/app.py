"""The chat page: Gradio's parts, put together and wired to an archive. Nothing else imports Gradio's parts."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # read when gradio is imported

import gradio as gr

from rag.datatypes import LANGS, Answer, Article, Bead, Turn
from rag.errors import UsageError, WenbaoError
from ui.web import cards, fields, frame, render
from ui.web.parts import logged
from ui.web.session import Session
from ui.web.strings import STRINGS, interface_language, text

if TYPE_CHECKING:
    from rag.archive import Archive

ASSETS = Path(__file__).parent / "assets"
SCRIPTS = ("page.js", "reader.js", "search.js")  # in the head; panel.js belongs to its component
SENTENCE_PAUSE = 0.12  # seconds between the sentences of an answer: read as it comes, not waited for
CONCURRENT = 4  # questions worked on at once, most of them being read out; more wait their turn
WAITING = 32  # questions that may wait


def look() -> dict[str, Any]:
    """What the page is mounted with. No address but this machine's occurs in it."""
    fonts = ["system-ui", "Noto Sans CJK SC", "sans-serif"]  # names of installed fonts; none is fetched
    return {"theme": gr.themes.Base(font=fonts, font_mono=["ui-monospace", "monospace"]), "i18n": _words()}


def head() -> str:
    """The page's own style and script, for `WithHead`."""
    names = "".join(  # of the two buttons of the question box, which Gradio draws as bare pictures
        f'html:lang({lang}) #box .{kind}-button::after {{ content: "{text(lang, key)}"; }}\n'
        for lang in LANGS
        for kind, key in (("submit", "ask"), ("stop", "stop"))
    )
    script = "".join(_asset(name) for name in SCRIPTS)
    return f"<style>{_asset('page.css')}{names}</style><script>{script}</script>"


def _words() -> gr.I18n:
    return gr.I18n(en=dict(STRINGS["en"]), **{"zh-CN": dict(STRINGS["zh"])})


def _asset(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")


def _mounted(name: str) -> str:
    return f"wenbao.mounted('{name}'); watch('value', () => wenbao.mounted('{name}'));"


def build(archive: Archive) -> gr.Blocks:
    """The page over `archive`, ready to be mounted with `look()`."""
    page = _Page(archive)
    tr = _words()
    status = archive.status()
    first, last = status.get("dates") or ("", "")
    demo: gr.Blocks
    with gr.Blocks(title="问报 Wenbao", analytics_enabled=False, fill_height=True, fill_width=True) as demo:
        session = gr.State(Session())
        locale = gr.Textbox(visible=False, elem_id="locale")
        head = gr.HTML(
            frame.masthead(status), elem_id="masthead", js_on_load=_mounted("masthead"), apply_default_css=False
        )
        with gr.Row(elem_id="stage"):
            with gr.Column(elem_id="talk", scale=5, min_width=0):
                chat = gr.Chatbot(
                    elem_id="chat",
                    label=tr("conversation"),
                    show_label=False,
                    placeholder=frame.welcome(archive.examples()),
                    latex_delimiters=[],
                    layout="panel",
                    height="100%",
                    buttons=[],
                    feedback_options=None,
                    group_consecutive_messages=False,
                    allow_file_downloads=False,
                )
                with gr.Column(elem_id="composer", scale=0):
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
                    with gr.Accordion(tr("filters"), open=False, elem_id="filters"), gr.Row():
                        since = gr.Textbox(label=tr("since"), placeholder=first, elem_id="since", max_length=20)
                        until = gr.Textbox(label=tr("until"), placeholder=last, elem_id="until", max_length=20)
                        page_no = gr.Textbox(label=tr("page_field"), elem_id="page", max_length=6)
                        lang = gr.Radio(
                            [(shown, value) for value, shown in frame.LANG_CHOICES],
                            value="both",
                            label=tr("passages_in"),
                            elem_id="lang",
                        )
                    new = gr.Button(tr("new"), elem_id="new", size="sm", variant="secondary")
            with gr.Column(elem_id="shelf", scale=6, min_width=0):
                gr.HTML(frame.no_evidence(), elem_id="no-evidence", apply_default_css=False)
                panel = gr.HTML("", elem_id="panel", js_on_load=_asset("panel.js"), apply_default_css=False)
        gr.HTML(frame.search_room(), elem_id="search", js_on_load=_mounted("search"), apply_default_css=False)
        gr.HTML('<div class="slot"></div>', elem_id="reader", js_on_load=_mounted("reader"), apply_default_css=False)

        private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        form = [box, since, until, page_no, lang, locale, session]
        shown = [box, chat, panel, session, hint]
        asked = box.submit(page.respond, form, shown, concurrency_limit=CONCURRENT, **private)
        # cancelled first, so that what comes after sees the session as it was left
        halted = box.stop(None, None, None, cancels=[asked], queue=False, **private)
        halted.then(page.stopped, [locale, session], [box, chat, session], queue=False, **private)
        emptied = new.click(None, None, None, cancels=[asked], queue=False, **private)
        emptied.then(page.begin, None, shown, queue=False, **private)
        demo.load(page.head, None, head, **private)
        demo.load(None, None, locale, js="() => document.documentElement.lang", **private)
    demo.queue(max_size=WAITING)
    return demo


class _Page:
    """What the page does when something is asked, stopped or opened."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    async def respond(
        self, question: str, since: str, until: str, page_no: str, lang: str, locale: str, session: Session
    ) -> AsyncIterator[tuple[Any, ...]]:
        """One turn: the question at once, then the evidence, then the answer sentence by sentence."""
        page_lang = interface_language(locale)
        idle = gr.Textbox(submit_btn=True, stop_btn=False)
        try:
            form = fields.read(question, since, until, lang, page_lang, page_no)
        except fields.FieldError as err:
            yield gr.skip(), gr.skip(), gr.skip(), gr.skip(), frame.hint(str(err))
            return
        if session.is_full:
            session = Session()
        session = session.asked(form.question)
        busy = gr.Textbox(value="", submit_btn=False, stop_btn=True)
        yield busy, list(session.said(render.waiting_message(page_lang)).messages), gr.skip(), session, ""
        try:
            # in a thread of its own, which Stop need not wait for
            answer, beads = await asyncio.to_thread(self._answered, form, session.turns)
        except WenbaoError as err:
            session = session.noted(str(err))
            yield idle, list(session.messages), gr.skip(), session, gr.skip()
            return
        except Exception:
            session = session.noted(logged("answering a question", page_lang))
            yield idle, list(session.messages), gr.skip(), session, gr.skip()
            return
        turn = session.next_turn
        session = session.answered(answer, page_lang, beads)
        panel: Any = cards.panel(session.sections, page_lang)
        for step in render.answer_steps(answer, turn):
            session = session.said(step)
            yield gr.skip(), list(session.messages), panel, session, gr.skip()
            panel = gr.skip()
            await asyncio.sleep(SENTENCE_PAUSE)
        yield idle, *[gr.skip()] * 4

    def stopped(self, locale: str, session: Session) -> tuple[Any, ...]:
        """The page after Stop: what was said stays, an unanswered question is told to be so."""
        if session.messages and session.messages[-1]["role"] == "user":
            session = session.noted(text(interface_language(locale), "stopped"))
        return gr.Textbox(submit_btn=True, stop_btn=False), list(session.messages), session

    def begin(self) -> tuple[Any, ...]:
        """An empty page."""
        return gr.Textbox(value="", submit_btn=True, stop_btn=False), [], "", Session(), ""

    def head(self) -> str:
        """The page's head for the index as it is now."""
        return frame.masthead(self._archive.status())

    def _answered(self, form: fields.Form, turns: Sequence[Turn]) -> tuple[Answer, dict[str, Sequence[Bead]]]:
        """The answer, and the alignment of every article that its evidence shows."""
        answer = self._archive.ask(form.question, history=turns, **form.limits)
        shown = [cited.article for cited in answer.citations] or [hit.article for hit in answer.hits]
        return answer, {one.id: self._beads(one) for one in shown}

    def _beads(self, article: Article) -> Sequence[Bead]:
        """The alignment of `article`, or none if the index has moved on to another edition of it."""
        try:
            return self._archive.beads(article.id) if self._archive.article(article.id) == article else ()
        except UsageError:
            return ()
