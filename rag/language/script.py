"""Which language a text is in, and which of its characters nobody can see."""

from __future__ import annotations

import re
import unicodedata

from rag.datatypes import Lang

_LIKE_CLASS = "\u2e80-\u2fdf\u31c0-\u31ef\uf900-\ufaff\U0002f800-\U0002fa1f"
HAN_CLASS = "\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff" + _LIKE_CLASS
"""The Chinese characters and what looks like one, to be put between the brackets of a pattern."""

HAN = re.compile(f"[{HAN_CLASS}]+")
"""A run of Chinese characters: the unified ideographs, their extensions, 〇, and what looks like one of them."""

LIKE_HAN = re.compile(f"[{_LIKE_CLASS}]")
"""A radical, a stroke or a compatibility form: a code point of its own for what looks like a unified ideograph."""

PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")
"""A private-use character: what it looks like is agreed between a program and its font alone."""

# Soft hyphen, joiners, bidirectional controls, fillers, variation selectors, interlinear marks and tag
# characters: the invisible ones of the OWASP list on hidden text. Tab, line breaks and spaces are not among them.
HIDDEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)
"""A run of characters that leave no mark on the screen."""

_LATIN_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]+")
_ENGLISH = re.compile(
    r"\b(?:what|how|who|whom|whose|when|where|which|why|did|does|do|was|were|is|are|the|of|in|to|and|a|an|for|by|from"
    r"|with|tell|about|mean|means|many|much)\b",
    re.IGNORECASE,
)
_ENGLISH_QUESTION = re.compile(
    r"\W*(?:what|how|who|whom|whose|when|where|which|why|did|does|do|was|were|is|are|tell|explain|describe|list)\b",
    re.IGNORECASE,
)
_CHINESE = re.compile("[的了吗呢吧在是有和与哪谁几何怎请于為为對对從从]|什[么麼]|多少|[是能会會可]否")


def detect(text: str) -> Lang:
    """The language a text is written in, judged by its frame and not by the names it quotes.

    "GDP 是多少" is Chinese, "What does 试验田 mean?" is English. Where both languages have function words the
    more voluminous one wins (one English word weighs as much as 1.85 characters, the mean length of a Chinese word
    in the seeds). A text with neither Han nor Latin letters counts as English.
    """
    han = sum(map(len, HAN.findall(text)))
    if not han:
        return "en"
    words = len(_LATIN_WORD.findall(text))
    if not words:
        return "zh"
    if _ENGLISH_QUESTION.match(text):
        return "en"
    english, chinese = bool(_ENGLISH.search(text)), bool(_CHINESE.search(text))
    if english != chinese:
        return "en" if english else "zh"
    return "zh" if han >= 1.85 * words else "en"


def strip_hidden(text: str) -> str:
    """`text` without invisible characters, for searching; what is shown or quoted keeps them."""
    return HIDDEN.sub("", text)


def visible(text: str) -> str:
    """`text` with control, direction and private-use characters written out (`\\u202e`): shown, not obeyed."""
    return "".join(
        c if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co"} else f"\\u{ord(c):04x}"
        for c in text
    )
