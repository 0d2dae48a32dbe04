"""Sentences that one half has and the other has not: left out, added, or lost where a translation breaks off."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.datatypes import Article, Bead
from rag.language.clues import clues
from rag.language.numerals import DECIMAL
from rag.language.pairing import RATIO

_MIN_ZH, _MIN_EN = 9, 40  # characters; what is shorter is a caption, a signature, a cry
_ZH_END = re.compile("[。！？；…][”’』」）]*$")
_EN_END = re.compile(r"[.!?…][\"”’')\]]*$")
_NO_STATEMENT = re.compile(
    "^[（(【].*[）)】]$|^(?:新华社|本报|据|上图|下图|左图|右图|图为|本版|（|附图)|摄$|讯$|[稿供]$|插图|题图|剧照|画$"
)
_NO_EN_STATEMENT = re.compile(
    r"^[(\[].*[)\]]\.?$|^(?:Photo|Picture|Image|Figure|By |Xinhua|Author|Source|Column|Caption)"
)
_FULL = 0.88
"""What share of the length that both together ask for a neighbour must have to hold the sentence as well."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of one half that the other has not; `ends` if the translation breaks off there."""

    kind: str
    span: tuple[int, int]
    ends: bool = False


def gaps(article: Article, beads: Sequence[Bead]) -> list[Gap]:
    """The statements of an article that only one half has, in order."""
    found: list[Gap] = []
    for at, bead in enumerate(beads):
        if bead.zh and not bead.en:
            text = article.bodies["zh"][slice(*bead.zh)]
            if _states_zh(text, article) and not _room_beside(article, beads, at, len(text), "en"):
                rest = beads[at:]
                found.append(Gap("missing", bead.zh, all(b.en is None for b in rest) and _breaks_off(article)))
        elif bead.en and not bead.zh:
            text = article.bodies["en"][slice(*bead.en)]
            if _states_en(text, article) and not _room_beside(
                article, beads, at, int(len(text) / ratio_of(article)), "zh"
            ):
                found.append(Gap("added", bead.en))
    return found


_CLAUSE = re.compile("[^，；。！？：\n]+")
_SPACED = re.compile("(?<=[0-9]) (?=[万亿])")
_MIN_CLAUSE, _MIN_CLUES = 10, 3
_LARGE = 12
_SHORT = 0.8
"""A pair of which the translation is shorter than this share of what the article's own ratio asks for may lack a
clause; and the clause is only told if it is mostly as long as what is lacking (`_LACKING`)."""
_LACKING = 0.6
_HELD = 0.5


def lost_clauses(zh: str, en: str, around_en: str, ratio: float) -> list[tuple[int, int]]:
    """The clauses of a sentence that its translation leaves out.

    `ratio` is the English characters for one Chinese in this article. A clause is told where the translation is too
    short by most of it, and says nothing of its figures (of which it has one), months and words of the small lexicon;
    they may stand beside it (`around_en`), but no more than half of them: else the sentence was divided otherwise.
    """
    length = len("".join(zh.split()))
    lacking = length - len(en) / ratio
    if lacking < _MIN_CLAUSE * _LACKING or len(en) / ratio > _SHORT * length:
        return []
    near = clues(en, "en")
    wide: frozenset[str] | None = None
    found = []
    for match in _CLAUSE.finditer(zh):
        size = len("".join(match[0].split()))
        if size < _MIN_CLAUSE or size == length or lacking < _LACKING * size or zh[: match.start()].count("\n"):
            continue
        wanted = {c for c in clues(_SPACED.sub("", DECIMAL.sub(".", match[0])), "zh") if c[0] in "#=@"}
        if len(wanted) < _MIN_CLUES or wanted & near or not any(map(_is_figure, wanted)):
            continue
        wide = wide if wide is not None else clues(around_en, "en")
        if len(wanted & wide) <= _HELD * len(wanted):
            found.append(match.span())
    return found


def _is_figure(clue: str) -> bool:
    """Whether a clue is a figure that is no day of the week, hour or month."""
    return clue[0] == "#" and (clue[-1] == "%" or float(clue[1:]) > _LARGE)


AGENCIES: dict[str, str] = {
    "塔斯社": "tass", "路透社": "reuter", "法新社": "afp|agence france", "合众社": r"united press|\bup\b|\bupi\b",
    "美联社": r"associated press|\bap\b", "朝中社": "kcna|korean central|central news", "德新社": "dpa|deutsche press",
    "德意志通讯社": r"\badn\b|german news", "共同社": "kyodo", "安塔拉": "antara",
    "捷通社": "ctk|czech", "波通社": r"\bpap\b|polish",
    "越通社": r"\bvna\b|vietnam", "法国新闻社": "afp|agence|french press", "阿通社": "ata|albanian",
}  # fmt: skip
"""News agencies and what the translation has for them."""


def lost_sources(zh: str, en: str) -> list[tuple[int, int]]:
    """Where a sentence names the agency that a report rests on (据塔斯社) and its translation does not."""
    found = []
    for match in re.finditer(f"据({'|'.join(AGENCIES)})", zh):
        if not re.search(AGENCIES[match[1]], en, re.I):
            found.append(match.span())
    return found


def _breaks_off(article: Article) -> bool:
    return not _EN_END.search(article.bodies["en"].rstrip())


def _states_zh(text: str, article: Article) -> bool:
    packed = "".join(text.split())
    title = "".join(article.titles.get("zh", "").split())
    return (
        len(packed) >= _MIN_ZH
        and bool(_ZH_END.search(packed))
        and packed.rstrip("。！？；") not in title
        and not _NO_STATEMENT.search(packed)
    )


def _states_en(text: str, article: Article) -> bool:
    if len(text) < _MIN_EN or not _EN_END.search(text) or _NO_EN_STATEMENT.search(text):
        return False
    return text.rstrip(".!?") not in article.titles.get("en", "")


def _room_beside(article: Article, beads: Sequence[Bead], at: int, length: int, lang: str) -> bool:
    """Whether a neighbouring pair has so much text on the other side that the sentence may stand there."""
    for near in (at - 1, at + 1, at - 2, at + 2):
        bead = beads[near] if 0 <= near < len(beads) else None
        if bead and bead.zh and bead.en:
            zh, en = bead.zh[1] - bead.zh[0], (bead.en[1] - bead.en[0]) / ratio_of(article)
            here, there = (zh, en) if lang == "en" else (en, zh)
            if there >= _FULL * (here + length):
                return True
        elif (
            bead
            and (alone := bead.en if lang == "en" else bead.zh)  # an unpaired stretch of the other language
            and 0.4 * length < (alone[1] - alone[0]) / (RATIO if lang == "en" else 1)
        ):
            return True
    return False


def ratio_of(article: Article) -> float:
    """How many English characters an article has for a Chinese one, within what translations have."""
    length = len("".join(article.bodies["zh"].split()))
    return min(max(len(article.bodies["en"]) / max(length, 1), 3.2), 5.2)
