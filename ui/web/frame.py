"""The parts of the page that are there before anything is asked. Pure functions.

They stand in both languages at once, since they are made before the browser says which it reads; the style sheet
shows one of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from rag.answer.wording import day, newspapers
from rag.datatypes import LANGS, Lang, Paper
from ui.web.escape import KEPT, esc
from ui.web.render import both, verbatim
from ui.web.strings import text

ROOMS = ("ask", "search", "translation", "evaluate")
MOST_PAPERS = 50  # newspapers offered to limit a search to
LANG_CHOICES = (("both", "中文 + English"), ("zh", "中文"), ("en", "English"))


def choices(status: Mapping[str, Any]) -> list[str]:
    """The names of the newspapers that a search can be limited to, none where there is only one."""
    known = [one for one in status.get("papers", ()) if one["en"] or one["zh"]][:MOST_PAPERS]
    return [name for one in known for name in (one["zh"], one["en"]) if name] if len(known) > 1 else []


def masthead(status: Mapping[str, Any]) -> str:
    """The page's head: name, what the archive holds, the other language, the phone's switch between its two halves."""
    count = dict.fromkeys(LANGS, str(status.get("articles", 0)))
    known = [Paper(one["en"] or "", one["zh"] or "") for one in status.get("papers", ()) if one["en"] or one["zh"]]
    names = {lang: newspapers(known, lang) for lang in LANGS}
    papers = {lang: f"{names[lang]}{'：' if lang == 'zh' else ': '}" if known else "" for lang in LANGS}
    if status.get("dates"):
        first, last = (date.fromisoformat(written) for written in status["dates"])
        since, until = ({lang: day(when, lang) for lang in LANGS} for when in (first, last))
        holdings = both("holdings", papers=papers, articles=count, since=since, until=until)
    else:
        holdings = both("holdings_undated", papers=papers, articles=count)
    rooms = "".join(f'<a href="/?view={room}" data-room="{room}">{both(f"room_{room}")}</a>' for room in ROOMS)
    return (
        '<div class="mast">'
        f'<h1 {KEPT}><span lang="zh-CN">问报</span> <span class="latin" lang="en">Wenbao</span></h1>'
        f'<nav class="rooms" aria-label="Wenbao">{rooms}</nav><p class="holdings">{holdings}</p>'
        f'<a class="other-language in-en" lang="zh-CN" href="?lang=zh">{esc(text("en", "switch"))}</a>'
        f'<a class="other-language in-zh" lang="en" href="?lang=en">{esc(text("zh", "switch"))}</a></div>'
        '<div class="halves" role="group">'
        f'<button type="button" data-half="talk" aria-pressed="true">{both("conversation")}</button>'
        f'<button type="button" data-half="shelf" aria-pressed="false">{both("evidence")}'
        '<span class="count"></span></button></div>'
    )


def welcome(examples: Sequence[tuple[Lang, str]]) -> str:
    """What stands in an empty conversation: how it works, and questions to begin with."""
    asked = "".join(
        f'<button type="button" class="example" value="{esc(question)}" {verbatim(lang)}>{esc(question)}</button>'
        for lang, question in examples
    )
    offered = f'<div class="examples">{both("examples", "p")}{asked}</div>' if asked else ""
    return f'<div class="welcome">{both("intro_head", "h2")}{both("intro", "p")}{offered}</div>'


def no_evidence() -> str:
    """What stands in place of evidence before the first answer."""
    return f'<div class="no-evidence">{both("no_evidence_head", "h2")}{both("no_evidence", "p")}</div>'


def search_room(papers: Sequence[str] = ()) -> str:
    """The form of a search without an answer; its results are put below it. `papers` are the names of newspapers that
    can be chosen, where there are several."""
    langs = "".join(f'<option value="{value}">{shown}</option>' for value, shown in LANG_CHOICES)
    small = "".join(
        f'<label>{both(key)}<input name="{name}" autocomplete="off" maxlength="20" size="10"></label>'
        for name, key in (("since", "since"), ("until", "until"), ("page", "page_field"))
    )
    names = "".join(f'<option value="{esc(name)}"></option>' for name in papers)
    if names:
        small += f'<label>{both("paper_field")}<input name="paper" list="papers" autocomplete="off" maxlength="100">'
        small += f'<datalist id="papers">{names}</datalist></label>'
    return (
        f'<form class="find" role="search"><label class="what">{both("search_label")}'
        f'<input name="q" type="search" autocomplete="off" maxlength="1000"></label>'
        f'<button type="submit">{both("search_do")}</button>'
        f'<div class="narrow">{small}<label>{both("passages_in")}<select name="lang">{langs}</select></label>'
        f'<button type="button" class="clear">{both("clear")}</button></div></form>'
        '<div class="results" aria-live="polite"></div>'
    )


def translation_room() -> str:
    """What sifts the findings of the translation desk, and what is done with all decisions; the list is put below."""
    small = "".join(
        f'<label>{both(key)}<input name="{name}" autocomplete="off" maxlength="{most}"></label>'
        for name, key, most in (("of", "of_article", 200), ("since", "since", 20), ("until", "until", 20))
    )
    return (
        f'<form class="sift">{small}'
        f'<button type="submit">{both("sift")}</button><button type="button" class="clear">{both("clear")}</button>'
        f'<span class="files"><button type="button" class="csv">{both("save_decisions")}</button>'
        f'<button type="button" class="take-in">{both("take_in")}</button>'
        '<input type="file" accept=".csv,text/csv" hidden></span></form><div class="results"></div>'
    )


def go_on(questions: Sequence[str], lang: Lang) -> str:
    """Questions to go on with, each asked by a click."""
    asked = "".join(
        f'<button type="button" class="example" value="{esc(one)}" {verbatim(lang)}>{esc(one)}</button>'
        for one in questions
    )
    return f"<p>{both('go_on')}</p>{asked}" if asked else ""


def foot() -> str:
    """What can be done with the conversation as a whole."""
    buttons = (("kept", "conversations"), ("take-all", "take"))
    return "".join(f'<button type="button" id="{name}">{both(key)}</button>' for name, key in buttons)


def hint(message: str) -> str:
    """A short word beside the question box about what cannot be done as asked."""
    return f'<p class="hint" role="alert">{esc(message)}</p>'


def model_state(model: str, state: str) -> str:
    """The language model that writes answers, and whether it can be asked; nothing if there is none."""
    if not model:
        return ""
    return f'<p class="model" role="status"><span {KEPT}>{esc(model)}</span>: {both(f"model_{state}")}</p>'
