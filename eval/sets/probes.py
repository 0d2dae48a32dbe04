"""Probes: questions of a set with one thing made wrong, to see whether an archive agrees with what it never said.

    year     a year of the question is changed to one that the gold articles do not name
    place    a place is swapped for another that they do not name
    digit    one figure is changed (within eight days -> within nine days)
    moved    the question is asked of a year in which nothing of it happened (1966)

A probe is a question that must be refused. It keeps the gold articles as traps (grade 0).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Literal

from eval.run.seen import Engine
from eval.sets.questions import Question, QuestionSet, Source
from rag.datatypes import LANGS, Article, Lang
from rag.errors import UsageError
from rag.language.numerals import HAN_FIGURES

Kind = Literal["year", "place", "digit", "moved"]
KINDS: tuple[Kind, ...] = ("year", "place", "digit", "moved")
MOVED_TO = 1966

PLACES: tuple[tuple[tuple[str, str], ...], ...] = (
    (
        ("四川", "Sichuan"), ("湖南", "Hunan"), ("辽宁", "Liaoning"), ("湖北", "Hubei"), ("河北", "Hebei"),
        ("山西", "Shanxi"), ("河南", "Henan"), ("山东", "Shandong"), ("江苏", "Jiangsu"), ("浙江", "Zhejiang"),
        ("安徽", "Anhui"), ("福建", "Fujian"), ("江西", "Jiangxi"), ("广东", "Guangdong"), ("广西", "Guangxi"),
        ("贵州", "Guizhou"), ("云南", "Yunnan"), ("陕西", "Shaanxi"), ("甘肃", "Gansu"), ("吉林", "Jilin"),
        ("黑龙江", "Heilongjiang"), ("新疆", "Xinjiang"),
    ),
    (
        ("江油", "Jiangyou"), ("鞍山", "Anshan"), ("鞍钢", "Anshan"), ("大冶", "Daye"), ("阜新", "Fuxin"),
        ("常宁", "Changning"), ("松柏", "Songbai"), ("北京", "Beijing"), ("上海", "Shanghai"), ("天津", "Tianjin"),
        ("武汉", "Wuhan"), ("重庆", "Chongqing"), ("沈阳", "Shenyang"), ("抚顺", "Fushun"), ("本溪", "Benxi"),
        ("哈尔滨", "Harbin"), ("长春", "Changchun"), ("太原", "Taiyuan"), ("西安", "Xi'an"), ("兰州", "Lanzhou"),
        ("成都", "Chengdu"), ("昆明", "Kunming"), ("广州", "Guangzhou"), ("包头", "Baotou"), ("唐山", "Tangshan"),
    ),
)  # fmt: skip
"""Provinces, then cities and works, in both languages: a place is swapped for one of its own kind."""
_EN_DIGITS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_YEAR: Mapping[Lang, re.Pattern[str]] = {"zh": re.compile(r"(1[89]\d\d)(?=年)"), "en": re.compile(r"\b(1[89]\d\d)\b")}
_FIGURE: Mapping[Lang, re.Pattern[str]] = {
    "zh": re.compile(
        r"(?<![\d.,%])[1-9]\d*(?:[.,]\d+)*(?![\d年])|(?<![一-九十百千万第])[二三四五六七八九](?=[天号个名座人吨次班组台倍届万千百十])"
    ),
    "en": re.compile(rf"\b(?!1[89]\d\d\b)[1-9]\d*(?:[.,]\d+)*|\b(?:{'|'.join(_EN_DIGITS[1:])})\b", re.I),
}
_LOWERED = re.compile(
    "(?:how|what|who|whom|whose|when|where|which|why|did|do|does|was|were|is|are|has|have|had|by|at|on|in|for|the)",
    re.I,
)


def probes(questions: QuestionSet, archive: Engine, *, moved_to: int = MOVED_TO) -> QuestionSet:
    """The probes of every answerable question that stands alone; a question may give none or up to four.

    The two wordings of a question are changed alike; a wording that cannot be is left out. Raises `UsageError` if no
    question can be probed, for example because none of the articles is in the archive.
    """
    made = [
        probe
        for question in questions.questions
        if question.answerable and not (question.follow_up_of or question.history)
        for probe in _probes_of(question, archive, moved_to)
    ]
    if not made:
        raise UsageError(f"{questions.name}: no question in it can be probed; it needs answerable ones with sources.")
    return QuestionSet(
        name=f"{questions.name}-probes",
        notes=f"Made of {questions.name} {questions.version}: each question has one thing wrong and must be refused."
        " In a large archive some may by chance have an answer; read them once.",
        questions=tuple(made),
    )


def _probes_of(question: Question, archive: Engine, moved_to: int) -> Iterator[Question]:
    articles = []
    for name in question.grades:
        try:
            articles.append(archive.article(name))
        except UsageError:
            continue
    if not articles:
        return
    said = "\n".join(text for article in articles for text in (*article.bodies.values(), *article.titles.values()))
    changes: Mapping[Kind, Callable[[str, Lang], tuple[str, str] | None]] = {
        "year": lambda text, lang: _year(text, lang, said, articles),
        "place": lambda text, lang: _place(text, lang, said),
        "digit": lambda text, lang: changed_figure(text, lang, said),
        "moved": lambda text, lang: _moved(text, lang, moved_to),
    }
    for kind, change in changes.items():
        changed = {
            lang: found for lang in LANGS if lang in question.ask and (found := change(question.ask[lang], lang))
        }
        if changed:
            yield replace(
                question,
                id=f"{question.id}-{kind}",
                ask={lang: text for lang, (text, _) in changed.items()},
                kind="unanswerable",
                answers={},
                must_say=(),
                sources=tuple(Source(name, 0) for name in question.grades),
                evidence=(),
                tags=(*question.tags, f"probe:{kind}"),
                note=f"from {question.id}: {'; '.join(what for _, what in changed.values())}",
            )


def _year(text: str, lang: Lang, said: str, articles: list[Article]) -> tuple[str, str] | None:
    found = _YEAR[lang].search(text)
    if not found:
        return None
    taken = {article.date.year for article in articles if article.date}
    for step in (2, -2, 3, -3, 4, -4, 5, -5):
        year = int(found[1]) + step
        if year not in taken and str(year) not in said:
            return _put(text, found.span(1), str(year))
    return None


def _place(text: str, lang: Lang, said: str) -> tuple[str, str] | None:
    side = 0 if lang == "zh" else 1
    for level in PLACES:
        for start, pair in enumerate(level):
            at = text.find(pair[side])
            if at < 0:
                continue
            for step in range(1, len(level)):
                swapped = level[(start + step) % len(level)]
                if not any(name in said for name in swapped):
                    return _put(text, (at, at + len(pair[side])), swapped[side])
    return None


def changed_figure(text: str, lang: Lang, said: str) -> tuple[str, str] | None:
    """(`text` with its first figure changed to one that `said` does not have there, what was changed), or None."""
    for found in _FIGURE[lang].finditer(text):
        word = found[0]
        if word in HAN_FIGURES:
            changed = HAN_FIGURES[(HAN_FIGURES.index(word) + 1) % 9]
        elif word.lower() in _EN_DIGITS:
            changed = _EN_DIGITS[(_EN_DIGITS.index(word.lower()) + 1) % 9]
        else:
            changed = f"{int(word[0]) % 9 + 1}{word[1:]}"
        around = changed + text[found.end() : found.end() + (1 if lang == "zh" else 8)]
        if around.strip() not in said:
            return _put(text, found.span(), changed)
    return None


def _moved(text: str, lang: Lang, year: int) -> tuple[str, str] | None:
    if found := _YEAR[lang].search(text):
        return _put(text, found.span(1), str(year))
    if lang == "zh":
        return f"{year}年，{text}", f"moved to {year}"
    first, _, rest = text.partition(" ")
    opening = first.lower() if _LOWERED.fullmatch(first) else first
    return f"In {year}, {opening} {rest}", f"moved to {year}"


def _put(text: str, span: tuple[int, int], new: str) -> tuple[str, str]:
    return f"{text[: span[0]]}{new}{text[span[1] :]}", f"{text[span[0] : span[1]]} -> {new}"
