"""What a sentence has to show for itself as the answer to a question: one number per kind of evidence.

The numbers are language-neutral, so one set of weights (gate.py) serves both languages.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from rag.answer.kinds import Kind, kind_of
from rag.answer.select import Candidate
from rag.answer.texts import Text, article_text, pronounced, text, years
from rag.datatypes import Article, Lang
from rag.language.dates import dates
from rag.language.fold import fold
from rag.language.quantities import Quantity, quantities
from rag.language.script import HAN
from rag.language.tokens import STOPWORDS, keywords
from rag.query import Query

FEATURES = (
    "coverage",
    "context",
    "article",
    "similarity",
    "leads",
    "fits",
    "unit",
    "figures",
    "is_headline",
    "rank",
    "length",
    "missing_words",
)
"""Names of the evidence, in the order of the weights; see `evidence` for meaning and range."""


@dataclass(frozen=True, slots=True)
class Demands:
    """What a question insists on: the kind of value and its unit, names, figures (number tokens), times.

    `since` and `until` span the dates that name a year; `months` (1 to 12) are those named with or without one.
    """

    text: str
    lang: Lang
    kind: Kind
    unit: str
    names: tuple[str, ...]
    figures: tuple[str, ...]
    since: date | None
    until: date | None
    months: frozenset[int]


def demands(query: Query) -> Demands:
    """Read them from the question: kind and unit from its own wording, the rest from the completed one."""
    spans = dates(query.text, query.lang)
    rest = query.text
    for span in reversed(spans):
        rest = rest[: span.start] + " " * (span.end - span.start) + rest[span.end :]
    named = months(query.text)
    own = names(query.question, query.lang)  # a follow-up that names somebody else is about them
    figures = [t for t in keywords(rest) if t.startswith("#") and t[1:] not in map(str, named)]
    return Demands(
        text=query.text,
        lang=query.lang,
        kind=kind_of(query.question, query.lang),
        unit=_unit(query.question, query.lang),
        names=tuple(dict.fromkeys(own or names(rest, query.lang))),
        figures=tuple(dict.fromkeys(figures)),
        since=min((s.since for s in spans), default=None),
        until=max((s.until for s in spans), default=None),
        months=named,
    )


def _unit(question: str, lang: Lang) -> str:
    """The unit asked for ("how many tons", 多少吨), by reading the question as if it gave a number."""
    given = re.sub(r"how (many|much)|what (number|quantity|amount) of", "three", question, flags=re.I)
    given = re.sub("多少|几", "三", given)
    if given == question:
        return ""
    return next((q.unit for q in quantities(given, lang) if q.low == 3 and q.unit), "")


_EN_NAME = re.compile(r"[A-Z][A-Za-zÀ-ɏ'’-]*(?:\s+[A-Z][A-Za-zÀ-ɏ'’-]*)*")
_ZH_PLACE = re.compile(r"[一-鿿]{2,3}(?=[省市县矿厂]|煤矿|钢厂|铁厂|公社|专区)")
_PLACE_TAGS, _PERSON_TAGS = {"ns", "nt", "nz"}, {"nr", "nrt", "nrfg"}
# The segmenter takes many a pair of characters for a person; only one that opens with a common surname counts.
_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛范彭郎鲁韦马苗方俞任袁柳"
    "史唐费廉岑薛雷贺倪汤滕殷罗毕郝安常于傅齐康伍余顾孟黄穆萧肖尹姚邵汪祁毛狄戴宋庞熊纪舒屈项祝董梁杜阮闵季贾路江童"
    "颜郭梅林钟徐邱骆夏蔡田樊胡凌霍万柯卢莫房干解应宗丁宣邓洪包石崔龚程陆翁段侯武刘龙叶白蒲邰赖卓蔺屠乔谭温庄晏柴"
    "瞿阎连习容向古易廖耿关简饶曾聂"
)


def names(question: str, lang: Lang) -> list[str]:
    """Names of people, places and works in a question.

    English: capitalised words but for the first of a sentence, months and stop words. Chinese: what the segmenter
    tags as a name, the word before 省 市 县 矿 厂, and Latin words.
    """
    if lang == "zh":
        import rjieba

        folded = fold(question)
        tagged = rjieba.tag(folded)
        found = [w for w, tag in tagged if tag in _PLACE_TAGS and len(w) > 1]
        found += [w for w, tag in tagged if tag in _PERSON_TAGS and len(w) in (2, 3) and w[0] in _SURNAMES]
        for match in _ZH_PLACE.finditer(folded):
            found += [w for w, _ in tagged if len(w) > 1 and match.group().endswith(w) and w not in STOPWORDS][:1]
        return found + re.findall(r"[A-Za-z]{2,}", question)
    found = []
    for match in _EN_NAME.finditer(question):
        words = match.group().split()
        opening = match.start() == 0 or question[: match.start()].rstrip()[-1:] in {".", "?", "!", '"', "“"}
        words = words[1:] if opening else words
        found += [re.sub(r"['’]s?$", "", w) for w in words if fold(w) not in STOPWORDS | set(_EN_MONTHS)]
    return found


_EN_MONTHS = ["january", "february", "march", "april", "may", "june"]
_EN_MONTHS += ["july", "august", "september", "october", "november", "december"]
_EN_MONTH = re.compile(rf"\b({'|'.join(m.capitalize() for m in _EN_MONTHS)})\b")
_NUMERAL = "(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})"
_ZH_MONTH = re.compile(rf"({_NUMERAL}(?:[、和至到]{_NUMERAL})*)(?:[两三四]个?)?月(?!内|后|前|来)")
_DIGITS = {c: i for i, c in enumerate("一二三四五六七八九十", 1)}


def months(said: str) -> frozenset[int]:
    """The months of the year that a text names: 8月份, 6、7两月, 十一月, in August; not numbers of months."""
    found = {_EN_MONTHS.index(m[1].lower()) + 1 for m in _EN_MONTH.finditer(said)}
    for match in _ZH_MONTH.finditer(said):
        for part in re.findall(_NUMERAL, match[1]):
            value = int(part) if part.isdigit() else sum(_DIGITS[c] for c in part)
            found |= {value} if 1 <= value <= 12 else set()
    return frozenset(found)


def evidence(asked: Demands, c: Candidate, best_similarity: float) -> dict[str, float]:
    """The evidence for one candidate.

    coverage, context, article: share of the question's words, weighted by rarity, in the sentence (with its
    counterpart), in its passage with the headline, and anywhere in the article; 0 to 1. similarity: cosine of
    question and sentence, below 0 as 0. leads: how far it falls short of the most similar candidate, 0 or less.
    fits: 1 if it holds the kind of value asked for, 0 if not, 0.5 if the question asks for no particular kind.
    unit: 1 if it holds a value in the unit asked for, -1 if not, 0 if no unit is asked for. figures: share of the
    question's figures in the sentence. is_headline: 0 or 1. rank: 1 / rank of its passage. length: natural
    logarithm of its characters, Chinese ones counted thrice, less 4. missing_words: the weight of the heaviest
    word that is nowhere in the article, against the heaviest of all.
    """
    held = text(c.text, c.twin_text)
    found = quantities(c.text, c.lang)
    length = sum(3 if HAN.match(ch) else 1 for ch in c.text)
    return {
        "coverage": c.coverage,
        "context": c.context,
        "article": c.whole,
        "similarity": max(c.similarity, 0.0),
        "leads": min(c.similarity - best_similarity, 0.0),
        "fits": _fits(asked.kind, c, found),
        "unit": 0.0 if not asked.unit else 1.0 if any(q.unit == asked.unit for q in found) else -1.0,
        "figures": _share(asked.figures, held),
        "is_headline": float(c.is_headline),
        "rank": 1 / c.rank,
        "length": math.log(max(length, 1)) - 4,
        "missing_words": c.missing,
    }


def contradictions(asked: Demands, c: Candidate, around: Sequence[Article]) -> list[str]:
    """What the question insists on and the candidate's article does not have; such a candidate is no answer.

    "name": a person, place or work that the article does not mention. "figure": a number that it does not hold.
    "year", "time": a year it cannot be about, a time its passage does not speak of. "value": the question asks for
    a number, money, a share or a duration and the sentence has none. A comparison takes its names, figures and
    times from several articles: `around`, all that were found.
    """
    articles = around if asked.kind in ("compare", "summary") else [c.article]
    everything = [article_text(a) for a in articles]
    found = []
    if not all(any(_has_name(t, n, a) for t, a in zip(everything, articles, strict=True)) for n in asked.names):
        found.append("name")
    if not all(any(f in t.tokens for t in everything) for f in asked.figures):
        found.append("figure")
    if asked.kind not in ("compare", "summary"):
        found += ["year"] if _wrong_year(asked, c) else ["time"] if _wrong_time(asked, c) else []
    if asked.kind in ("number", "money", "percent", "duration") and not _fits(
        asked.kind, c, quantities(c.text, c.lang)
    ):
        found.append("value")
    return found


WANTED: dict[Kind, frozenset[str]] = {
    "number": frozenset({"number", "money", "percent", "duration"}),
    "money": frozenset({"money"}),
    "percent": frozenset({"percent"}),
    "duration": frozenset({"duration", "date"}),
    "date": frozenset({"date", "duration"}),
}
"""Kinds of quantity that can answer a kind of question."""
_PERSON_EN = re.compile(r"\b[A-Z][a-z]+(?: [A-Z][a-z]+)+\b")
_PERSON_ZH = re.compile("书记|部长|厂长|主任|主席|委员|工长|组长|同志|代表|记者|党员")
_REASON = re.compile(
    r"\bbecause|due to|owing to|since|as a result|in order to|therefore|thus|so that|reason|led to\b"
    "|因为|由于|因此|为了|所以|以致|因而|原因|使|从而",
    re.I,
)


def _fits(kind: Kind, c: Candidate, found: list[Quantity]) -> float:
    if kind in WANTED:
        return float(any(q.kind in WANTED[kind] for q in found))
    if kind == "person":
        return float(any(p.search(t) for p in (_PERSON_EN, _PERSON_ZH) for t in (c.text, c.twin_text)))
    if kind == "reason":
        return float(any(_REASON.search(t) for t in (c.text, c.twin_text)))
    return 0.5


def answering_stretches(kind: Kind, c: Candidate) -> tuple[tuple[int, int], ...]:
    """Where in the body the values asked for stand: the stretches to mark in a quotation."""
    wanted = WANTED.get(kind, frozenset())
    return tuple((c.start + q.start, c.start + q.end) for q in quantities(c.text, c.lang) if q.kind in wanted)


def _has_name(everything: Text, name: str, article: Article) -> bool:
    """True if the name is in the half of its script, or read aloud in the Chinese one (Angang: 鞍钢).

    Where there is no half in its script, nothing can be said: True.
    """
    lang: Lang = "zh" if HAN.search(name) else "en"
    if lang not in article.bodies:
        return True
    if lang == "zh":
        return fold(name) in everything.folded
    if set(keywords(name)) <= everything.tokens:
        return True
    spoken = re.sub(r"[^a-z]", "", fold(name))
    return len(spoken) >= 4 and "zh" in article.bodies and spoken in pronounced(article.bodies["zh"])


def _share(wanted: Iterable[str], held: Text) -> float:
    wanted = list(wanted)
    return sum(w in held.tokens for w in wanted) / len(wanted) if wanted else 0.0


def _wrong_year(asked: Demands, c: Candidate) -> bool:
    if asked.since is None or asked.until is None or c.article.date is None:
        return False
    return not any(asked.since.year <= year <= asked.until.year for year in years(c.article))


def _wrong_time(asked: Demands, c: Candidate) -> bool:
    """The passage speaks of the times it names (relative ones counted from the issue), else of the issue's own."""
    day, twin = c.article.date, c.hit.twin
    said = [(c.hit.passage.text, c.hit.passage.lang), *([(twin.text, twin.lang)] if twin else [])]
    spoken = {m for passage, _ in said for m in months(passage)} or ({day.month} if day else set())
    if asked.months and not asked.months & spoken:
        return True
    if day is None:
        return False
    wanted = [(s.since, s.until) for s in dates(asked.text, asked.lang, day)]
    near = [(s.since, s.until) for passage, lang in said for s in dates(passage, lang, day)] + [(day, day)]
    return not all(any(a <= until and since <= b for a, b in near) for since, until in wanted)
