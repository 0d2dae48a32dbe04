"""What the page is dressed in: theme, style, scripts and their words."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # read when gradio is imported

import gradio as gr

from rag.datatypes import LANGS
from ui.web.strings import STRINGS, one_of, text

ASSETS = Path(__file__).parent / "assets"
SCRIPTS = (
    "page.js",
    "reader.js",
    "search.js",
    "kept.js",
    "history.js",
    "excerptfile.js",
    "excerpts.js",
    "keeping.js",
    "notebook.js",
    "trials.js",
    "translation.js",
    "names.js",
)  # in the head; panel.js belongs to its component


def look() -> dict[str, Any]:
    """What the page is mounted with. No address but this machine's occurs in it."""
    fonts = ["system-ui", "Noto Sans CJK SC", "sans-serif"]  # names of installed fonts; none is fetched
    return {"theme": gr.themes.Base(font=fonts, font_mono=["ui-monospace", "monospace"]), "i18n": words()}


def head() -> str:
    """The page's own style and script, for `WithHead`."""
    names = "".join(  # of the two buttons of the question box, which Gradio draws as bare pictures
        f'html:lang({lang}) #box .{kind}-button::after {{ content: "{text(lang, key)}"; }}\n'
        for lang in LANGS
        for kind, key in (("submit", "ask"), ("stop", "stop"))
    )
    script = "".join(asset(name) for name in SCRIPTS)
    named = (
        set(re.findall(r"\w+", "".join(path.read_text("utf-8") for path in ASSETS.glob("*.js")))) & STRINGS["en"].keys()
    )
    named |= set(map(one_of, named)) & STRINGS["en"].keys()
    spoken = json.dumps({lang: {key: text(lang, key) for key in sorted(named)} for lang in LANGS}, ensure_ascii=True)
    return f"<style>{asset('page.css')}{names}</style><script>const wenbaoWords = {spoken};{script}</script>"


def words() -> gr.I18n:
    """The page's words as Gradio takes them, chosen by the browser's language."""
    return gr.I18n(en=dict(STRINGS["en"]), **{"zh-CN": dict(STRINGS["zh"])})


def asset(name: str) -> str:
    """The text of a file of the page."""
    return (ASSETS / name).read_text(encoding="utf-8")
