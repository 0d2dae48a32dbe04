"""Where an article's original and translation part, by kind and grade, in reading order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from rag.datatypes import Article, Bead, Lang
from rag.language.pairing import RATIO
from rag.language.sentences import sentence_spans
from rag.translation.coverage import gaps, lost_clauses, lost_sources, ratio_of
from rag.translation.figures import compare
from rag.translation.names import misnamed

Kind = Literal["figure", "unit", "date", "missing", "added", "name", "multiple", "about"]
Grade = Literal["differs", "look", "nuance"]
GRADES: dict[Kind, Grade] = {
    "figure": "differs", "unit": "differs", "date": "differs", "missing": "differs", "added": "look", "name": "look",
    "multiple": "look", "about": "nuance",
}  # fmt: skip
"""How grave each kind is: `differs` is warned of in answers, `look` asks for a reader, `nuance` is worth telling."""
ORDER: tuple[Grade, ...] = ("differs", "look", "nuance")
_BEFORE_ZH, _BEFORE_EN = 150, 500
"""How much of the text beside a pair is searched for what seems to be missing in it, in characters."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Two readings that part.

    `zh` and `en` are offsets of the decisive words, `zh_sentence` and `en_sentence` of the sentences that hold them, or
    of all that were compared where no single one does; in the bodies of an article, or in the two texts given to
    `of_pair`. One side is None where it says nothing. `original` and `translation` are the words themselves. `ends` is
    true where the translation breaks off for good.
    """

    kind: Kind
    zh: tuple[int, int] | None
    en: tuple[int, int] | None
    original: str
    translation: str
    zh_sentence: tuple[int, int] | None
    en_sentence: tuple[int, int] | None
    ends: bool = False

    @property
    def grade(self) -> Grade:
        """How grave it is."""
        return GRADES[self.kind]


def of_pair(
    zh: str, en: str, issue: date | None = None, around: tuple[str, str] = ("", ""), ratio: float = RATIO
) -> list[Finding]:
    """The findings in one sentence and its translation: figures, measures, times, names, approximations.

    `issue` is the day of the paper, from which 去年 and "last year" are counted; `around` is what stands beside
    the two, Chinese and English: what the other half says there is not missing here. `ratio` is how many English
    characters stand for a Chinese one.
    """
    whole_zh, whole_en = (0, len(zh)), (0, len(en))
    found = []
    for d in compare(zh, en, issue, around):
        texts = zh[slice(*d.zh)] if d.zh else "", en[slice(*d.en)] if d.en else ""
        found.append(Finding(d.kind, d.zh, d.en, *texts, whole_zh, whole_en))
    for m in misnamed(zh, en, around):
        found.append(Finding("name", m.zh, m.en, zh[slice(*m.zh)], en[slice(*m.en)], whole_zh, whole_en))
    for a, b in [*lost_sources(zh, en + around[1]), *lost_clauses(zh, en, around[1], ratio)]:
        found.append(Finding("missing", (a, b), None, zh[a:b], "", whole_zh, whole_en))
    return sorted(found, key=lambda f: f.zh or (0, 0))


def of_article(article: Article, beads: Sequence[Bead]) -> list[Finding]:
    """The findings of an article in reading order of the original; none for one in a single language."""
    if len(article.langs) < 2:
        return []
    found = [*_in_pairs(article, beads)]
    for gap in gaps(article, beads):
        if gap.kind == "missing":
            text = article.bodies["zh"][slice(*gap.span)]
            found.append(Finding("missing", gap.span, None, text, "", gap.span, None, gap.ends))
        else:
            text = article.bodies["en"][slice(*gap.span)]
            found.append(Finding("added", None, gap.span, "", text, None, gap.span))
    return sorted(found, key=lambda f: (f.zh or (_before(beads, f.en), 0), f.en or (0, 0)))


def _before(beads: Sequence[Bead], en: tuple[int, int] | None) -> int:
    """Where in the original the sentence before a stretch of the translation ends."""
    ends = [b.zh[1] for b in beads if b.zh and b.en and en and b.en[1] <= en[0]]
    return max(ends, default=0)


def _in_pairs(article: Article, beads: Sequence[Bead]) -> Iterator[Finding]:
    zh_body, en_body = article.bodies["zh"], article.bodies["en"]
    ratio = ratio_of(article)
    for bead in beads:
        if not (bead.zh and bead.en):
            continue
        (za, zb), (ea, eb) = bead.zh, bead.en
        around = (
            f"{zh_body[max(0, za - _BEFORE_ZH) : za]}\n{zh_body[zb : zb + _BEFORE_ZH]}",
            f"{en_body[max(0, ea - _BEFORE_EN) : ea]}\n{en_body[eb : eb + _BEFORE_EN]}",
        )
        for f in of_pair(zh_body[za:zb], en_body[ea:eb], article.date, around, ratio):
            zh = (za + f.zh[0], za + f.zh[1]) if f.zh else None
            en = (ea + f.en[0], ea + f.en[1]) if f.en else None
            sentences = _sentence(zh_body, bead.zh, zh, "zh"), _sentence(en_body, bead.en, en, "en")
            yield Finding(f.kind, zh, en, f.original, f.translation, *sentences)


def _sentence(body: str, side: tuple[int, int], words: tuple[int, int] | None, lang: Lang) -> tuple[int, int]:
    """The sentence of one side of a pair that holds some words; the whole side where none does."""
    if words is None:
        return side
    spans = sentence_spans(body, lang, *side)
    return next((span for span in spans if span[0] <= words[0] and words[1] <= span[1]), side)
