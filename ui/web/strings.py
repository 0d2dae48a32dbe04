"""The words of the page in both languages, from `words.tsv`. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from rag.datatypes import Lang


def _read() -> Mapping[Lang, Mapping[str, str]]:
    lines = Path(__file__).with_name("words.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return {"en": {key: en for key, en, _ in rows}, "zh": {key: zh for key, _, zh in rows}}


STRINGS = _read()
"""The page's wording by language and key."""


def one_of(key: str) -> str:
    """What a wording is called where `n` is 1: "passages_1" for "passages_n", "turns_left_1" for "turns_left"."""
    return f"{key.removesuffix('_n')}_1"


def text(lang: Lang, key: str, **values: object) -> str:
    """The page's wording of `key` in `lang` with `values` filled in; plain text, not escaped.

    Where `n` is 1, the wording of a single one.
    """
    if str(values.get("n")) == "1" and one_of(key) in STRINGS[lang]:
        key = one_of(key)
    return STRINGS[lang][key].format(**values) if values else STRINGS[lang][key]


def interface_language(wish: str | None) -> Lang:
    """The page's language for a browser tag such as "zh-Hant-TW" or "de": Chinese for any Chinese, else English."""
    return "zh" if (wish or "").strip().lower().startswith("zh") else "en"
