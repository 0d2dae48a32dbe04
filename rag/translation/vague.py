"""What is told between two figures: 几千万 is 20 to 99 million, "several million" 2 to 9 million, 五、六个 5 to 6."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.datatypes import Lang
from rag.language.numerals import EN_SCALES, HAN_FIGURES, parse

_ZH = re.compile(
    "(?<!第)[数几](?P<scale>[十百千]?[万亿]+|[十百千])|[成上](?P<upper>[百千]?[万亿]|[百千])(?![五六七八九])(?:[成上](?:[百千]?万|千))?"
)
_NEIGHBOURS = re.compile(
    f"(?<![{HAN_FIGURES}十百千万亿第、])([{HAN_FIGURES}])、([{HAN_FIGURES}])(?P<scale>[十百千万亿]{{0,3}})(?=[个人天年倍次里公斤吨元多名尺户亩岁%])"
)
_EN = re.compile(
    r"\b(?:(?:several|a few|many|a couple of|some|couple) (?:(?P<tens>dozen|tens? of|hundreds? of|hundred) )?"
    r"(?P<scale>hundred|thousand|million|billion)s?"
    r"|(?P<plural>tens|scores(?= of)|dozens|several dozen|hundreds|thousands|millions|billions)"
    r"(?: (?:and|upon) (?:hundreds|thousands|millions))?"
    r"(?: of (?P<of>thousand|million|billion)s?)?)\b"
)
_BASE = {"tens": 10, "scores": 20, "dozens": 12, "several dozen": 12} | {f"{w}s": n for w, n in EN_SCALES.items()}
_TENS = {"dozen": 12, "ten": 10, "hundred": 100}


def neighbours(folded: str) -> Iterator[tuple[int, int, float, float]]:
    """(start, end, lower, higher) of two neighbouring figures in a folded Chinese text: 五、六个, 两、三千人."""
    for match in _NEIGHBOURS.finditer(folded):
        low, high = HAN_FIGURES.index(match[1]) + 1, HAN_FIGURES.index(match[2]) + 1
        scale = (parse("一" + match["scale"]) or 1.0) if match["scale"] else 1.0
        if high == low + 1:
            yield *match.span(), low * scale, high * scale


def magnitudes(folded: str, lang: Lang) -> Iterator[tuple[int, int, float, float]]:
    """(start, end, lowest, highest) of every order of magnitude in a folded text."""
    if lang == "zh":
        for match in _ZH.finditer(folded):
            unit = parse("一" + (match["scale"] or match["upper"])) or 0.0
            if match["scale"]:
                yield *match.span(), 2 * unit, 10 * unit - 1
            elif match[0][0] == "上" and len(match[0]) == 2:
                yield *match.span(), unit, 2 * unit - 1
            else:  # 成千, 成千上万
                yield *match.span(), unit, (100 if len(match[0]) > 2 else 10) * unit - 1
        return
    for match in _EN.finditer(folded):
        if match["scale"]:
            scale = match["scale"].removesuffix("s")
            unit = float(EN_SCALES[scale])
            if match["tens"]:
                unit *= _TENS[match["tens"].removesuffix(" of").removesuffix("s")]
        else:
            unit = float(_BASE[match["plural"]]) * EN_SCALES.get(match["of"] or "", 1)
        yield *match.span(), 2 * unit, 10 * unit - 1
