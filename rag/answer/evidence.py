"""What a sentence has to show for itself as the answer to a question: one number per kind of evidence.

The numbers are language-neutral, so one set of weights (gate.py) serves both languages.
"""

from __future__ import annotations

import math
import re
from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache

from rag.answer.bearers import is_of_another
from rag.answer.demands import SURNAMES, Demands, months, numbered, people
from rag.answer.kinds import Kind
from rag.answer.likeness import WordVectors
from rag.answer.opposites import says_the_opposite
from rag.answer.select import Candidate, Vector
from rag.answer.texts import Text, article_text, pronounced, text, years
from rag.datatypes import Article, Lang, other
from rag.language.clues import readings
from rag.language.dates import dates
from rag.language.fold import fold
from rag.language.quantities import Quantity, quantities
from rag.language.script import HAN
from rag.language.tokens import STOPWORDS, keywords

FEATURES: Mapping[str, int] = {
    "coverage": 1,
    "context": 1,
    "article": 1,
    "near": 1,
    "near_context": 1,
    "near_article": 1,
    "lack": -1,
    "lack_article": -1,
    "missing_words": -1,
    "similarity": 1,
    "leads": 1,
    "read": 1,
    "read_both": 1,
    "read_least": 1,
    "read_80": 1,
    "read_60": 1,
    "read_45": 1,
    "read_article": 1,
    "read_article_least": 1,
    "read_article_80": 1,
    "read_article_60": 1,
    "read_article_45": 1,
    "fits": 1,
    "unit": 1,
    "counted": 1,
    "figures": 1,
    "is_headline": -1,
    "rank": 1,
    "length": 0,
    "wants_value": 0,
    "unnamed": 0,
    "words": 0,
    "heaviest": 0,
    "best_near": 1,
    "best_context": 1,
    "best_similarity": 1,
    "best_read": 1,
}
"""Names of the evidence in the order of the weights, with the sign that its weight may have: 1 if more of it cannot
speak against an answer, -1 if not for it, 0 if either. See `evidence` for meaning and range."""
OF_THE_QUESTION = ("wants_value", "unnamed", "words", "heaviest", *(name for name in FEATURES if name[:5] == "best_"))
"""Evidence that is the same for all candidates of a question."""
LIKE = 0.6
"""A word is as good as the one asked for from this cosine on (farmers, peasants: 0.7; farmers, workers: 0.3)."""


def evidence(asked: Demands, chosen: Sequence[Candidate], words: WordVectors) -> list[dict[str, float]]:
    """The evidence for each candidate of a question.

    coverage, context, article: share of the question's words, weighted by rarity, in the sentence (with its
    counterpart), in its passage with the headline, and anywhere in the article; 0 to 1. near, near_context,
    near_article: the same with each word counting as much as the nearest there is like it. lack, lack_article: the
    weight of what sentence and article come least near to, missing_words that of the heaviest word that the article
    has not, against the heaviest of all; 0 to 1. similarity: cosine of question and sentence, below 0 as 0. leads: how
    far it falls short of the most similar candidate, 0 or less. read: how near the sentence comes to the pieces of the
    question read in their context, the mean over the pieces, read_both with the mean of both sides in place of the
    nearer; read_least: how near to the one it comes least near to; read_80, read_60, read_45: the share of pieces that
    it comes at least so near to (the kernels of K-NRM, Xiong et al. 2017, as steps); read_article and the like: the
    same for the candidates of the article together; all 0 to 1. fits: 1 if it holds the kind of value asked for, 0 if
    not, 0.5 if the question asks for no particular kind. unit: 1 if it holds a value in the unit asked for, -1 if not,
    0 if no unit is asked for. counted: how near what its figures count comes to what "how many" asks for, less LIKE; 0
    if nothing is asked to be counted. figures: share of the question's figures in the sentence. is_headline: 0 or 1.
    rank: 1 / rank of its passage. length: natural logarithm of its characters, Chinese ones counted thrice, less 4.
    wants_value, unnamed: 0 or 1, whether the question asks for a value, whether it names nothing. words: natural
    logarithm of its number of words and times and one; heaviest: the share of the heaviest. best_near and the like: the
    highest among all candidates.
    """
    found = [_own(asked, c, words) for c in chosen]
    best = {name: max(values[name] for values in found) for name in ("near", "context", "similarity", "read")}
    for values, c in zip(found, chosen, strict=True):
        values["leads"] = min(c.similarity - best["similarity"], 0.0)
        values.update((f"best_{name}", value) for name, value in best.items())
    return found


def _own(asked: Demands, c: Candidate, words: WordVectors) -> dict[str, float]:
    held = text(c.text, c.twin_text)
    found = quantities(c.text, c.lang)
    length = sum(3 if HAN.match(ch) else 1 for ch in c.text)
    return {
        "coverage": c.coverage,
        "context": c.context,
        "article": c.whole,
        "near": c.near,
        "near_context": c.near_context,
        "near_article": c.near_whole,
        "lack": c.lack,
        "lack_article": c.lack_whole,
        "missing_words": c.missing,
        "similarity": max(c.similarity, 0.0),
        **_read("read", c.read),
        **_read("read_article", c.read_article),
        "read_both": float(c.read_both.mean()) if len(c.read_both) else 0.0,
        "fits": _fits(asked, c, found),
        "unit": 0.0 if not asked.unit else 1.0 if any(q.unit == asked.unit for q in found) else -1.0,
        "counted": _counts(asked, c, words) - LIKE if asked.counted else 0.0,
        "figures": _share(asked.figures, held),
        "is_headline": float(c.is_headline),
        "rank": 1 / c.rank,
        "length": math.log(max(length, 1)) - 4,
        "wants_value": float(asked.kind in WANTED),
        "unnamed": float(not asked.names),
        "words": math.log(c.words + 1),
        "heaviest": c.heaviest,
    }


def _read(name: str, nearest: Vector) -> dict[str, float]:
    """Mean, least, and shares above each step of some cosines."""
    if not len(nearest):
        return dict.fromkeys((name, *(f"{name}_{part}" for part in ("least", 80, 60, 45))), 0.0)
    shares = {f"{name}_{step}": float((nearest >= step / 100).mean()) for step in (80, 60, 45)}
    return {name: float(nearest.mean()), f"{name}_least": float(nearest.min()), **shares}


APART = 0.4
"""Below this cosine to what "how many" asks for, the words beside a figure are taken to count something else."""
_WINDOW: dict[Lang, tuple[int, int]] = {"zh": (8, 10), "en": (25, 35)}
"""Characters before and after a figure in which what it counts is named."""
_STOP = re.compile(
    r"[，。；、！？]|[,;]\s|[都在被把由对向中里]|\b(?:among|in|from|by|for|with|at|on|under|who|which|that)\b"
)
"""Where that ends: 十一名委员都在工人中 counts no workers."""


def _counts(asked: Demands, c: Candidate, words: WordVectors) -> float:
    """Cosine of the nearest word beside a figure of the sentence, on either side, to what is to be counted."""
    best = 0.0
    for said, lang in ((c.text, c.lang), (c.twin_text, other(c.lang))):
        before, after = _WINDOW[lang]
        for q in quantities(said, lang):
            if q.kind in WANTED[asked.kind] and q.kind != "percent":
                beside = _STOP.split(said[max(0, q.start - before) : q.start])[-1] + q.text
                beside += _STOP.split(said[q.end : q.end + after])[0]
                exact = any(text(beside).has(word) for word in asked.counted)
                best = max(best, float(exact), float(words.nearest(asked.counted, fold(beside)).max()))
    return best


def contradictions(asked: Demands, c: Candidate, around: Sequence[Article], values: Mapping[str, float]) -> list[str]:
    """What the question insists on and the candidate, of which `values` is the evidence, has not; so it is no answer.

    "number": something called by a number ("No. 9 furnace") that the article does not call so. "name": a person,
    place or work that the article does not mention, or the group or plant of another. "opposite": it tells of the
    opening where the question asks for the closing. "figure": a number that it does not hold. "year", "time": a year
    it cannot be about, a time its passage does not speak of. "value": the question asks for a number, money, a share,
    a duration or a person and the sentence has none, or counts nothing like what is asked for. "topic": the question
    only names a topic, and the passage with its headline has not all words of it. A comparison takes its names, figures
    and times from several articles: `around`, all that were found; a summary its figures and times.
    """
    articles = around if asked.kind in ("compare", "summary") else [c.article]
    everything = [article_text(a) for a in articles]
    found = []
    if not all(any(_is_numbered(a, n, asked.lang) for a in articles) for n in asked.numbered):
        found.append("number")
    owners = articles if asked.kind == "compare" else [c.article]
    named = all(any(has_name(a, n) for a in owners) for n in asked.names)
    if not named or (asked.kind not in ("compare", "summary") and is_of_another(asked.text, asked.lang, c)):
        found.append("name")
    if not all(any(f in t.tokens for t in everything) for f in asked.figures):
        found.append("figure")
    if asked.kind not in ("compare", "summary"):
        found += ["year"] if _wrong_year(asked, c) else ["time"] if _wrong_time(asked, c) else []
    valued = asked.kind in ("number", "money", "percent", "duration", "person")
    if valued and (not values["fits"] or values["counted"] < APART - LIKE or not _holds_office(asked, c)):
        found.append("value")
    if asked.kind == "topic" and not c.named:
        found.append("topic")
    if asked.kind not in ("compare", "summary", "topic"):
        said = text(c.text, c.twin_text).folded, article_text(c.article).folded
        found += ["opposite"] if says_the_opposite(asked.question, *said) else []
    return found


_DEFINED: dict[Lang, re.Pattern[str]] = {
    "zh": re.compile(
        '[“"]?([^“”"，。；：？！]{2,20})[”"]?的?(?:具体)?(?:内容|意思|含义|做法)?(?:就是|便是|是指|是|指|即)'
    ),
    "en": re.compile(r"[“\"]([^“”\"]{2,60}?),?[”\"] (?:is|are|was|were|means?|refers? to|consists? of)\b"),
}


def defines(asked: Demands, c: Candidate) -> bool:
    """Whether the sentence says what the term asked for is, or what a part of it is ("四包"的具体内容是)."""
    if not asked.term:
        return False
    lang: Lang = "zh" if HAN.search(asked.term) else "en"
    said = fold(c.text if c.lang == lang else c.twin_text)
    found = (part.strip() for match in _DEFINED[lang].finditer(said) for part in match.groups())
    plain = lang == "en" and re.search(rf"\b{re.escape(asked.term)} (?:is|are|was|were|means?|refers? to)\b", said)
    return bool(plain) or any(len(part) > 1 and (part in asked.term or asked.term in part) for part in found)


WANTED: dict[Kind, frozenset[str]] = {
    "number": frozenset({"number", "money", "percent", "duration"}),
    "money": frozenset({"money"}),
    "percent": frozenset({"percent"}),
    "duration": frozenset({"duration", "date"}),
    "date": frozenset({"date", "duration"}),
}
"""Kinds of quantity that can answer a kind of question."""
_ABSOLUTE = re.compile(r"\btotal\b|\boutput\b|总[数额量产]|产量", re.I)
"""A question for a quantity of which a share says nothing."""
_NAME_ASKED = re.compile(r"\bnames?\b|(?<!so-)\b(?:called|named)\b|[叫姓]什么|名字|姓名", re.I)
_FOREIGN = re.compile("[一-鿿]·[一-鿿]|[A-Z][a-z]+")
_NAMED = re.compile(r"\b[A-Z][a-z]+")
_PERSON: dict[Lang, re.Pattern[str]] = {
    "en": re.compile(
        r"\b(?i:secretar|minister|director|chairman|president|premier|leader|member|comrade|"
        r"representative|delegate|reporter|cadre|soldier|engineer|expert)"
    ),
    "zh": re.compile(
        "[书部厂工组社队班院校局处科县市省村乡区连营团师军][记长]|主任|主席|总理|委员|同志|代表|记者|[党团社职队学会议]员|干部|战士|"
        "专家|工程师|技师"
    ),
}
_CROWD: dict[Lang, re.Pattern[str]] = {
    "en": re.compile(r"\b(?i:worker|peasant|farmer|women|people|mass)"),
    "zh": re.compile("工人|群众|农民|社员|妇女|青年|人民|[男女]|的人"),
}
_ONE = re.compile(r"\bwho (?:is|was)\b|谁是|是谁", re.I)
"""A question for one person, whom a crowd does not answer."""
_REASON = re.compile(
    r"\bbecause|due to|owing to|since|as a result|in order to|therefore|thus|so that|reason|led to\b"
    "|因为|由于|因此|为了|所以|以致|因而|原因|使|从而",
    re.I,
)


def _fits(asked: Demands, c: Candidate, found: list[Quantity]) -> float:
    kind = asked.kind
    if kind in WANTED:
        share = kind == "number" and _ABSOLUTE.search(asked.question)
        return float(any(q.kind in WANTED[kind] and not (share and q.kind == "percent") for q in found))
    if kind == "person":
        said = {c.lang: c.text, other(c.lang): c.twin_text}
        # the segmenter knows a Chinese name, a point parts a foreign one (威廉·吉尔伯特), and some stay in Latin
        # letters; English has capitals for plants and places as well
        lang: Lang = "zh" if said["zh"] else "en"
        named = (
            bool(people(said["zh"]) or _FOREIGN.search(said["zh"]))
            if lang == "zh"
            else any(fold(w) not in STOPWORDS for w in _NAMED.findall(c.text))
        )
        told = _PERSON[lang].search(said[lang]) or (_CROWD[lang].search(said[lang]) and not _ONE.search(asked.question))
        return float(named or bool(told and not _NAME_ASKED.search(asked.text)))
    if kind == "reason":
        return float(any(_REASON.search(t) for t in (c.text, c.twin_text)))
    return 0.5


def _holds_office(asked: Demands, c: Candidate) -> bool:
    """Whether the sentence speaks of the office of which the holder is asked for; a deputy does not hold it."""
    said = c.text if c.lang == asked.lang else c.twin_text
    if not asked.office or not said:
        return True
    deputy = "副" if asked.lang == "zh" else r"(?:vice|deputy)[\s-]+"
    held = [m.start() for m in re.finditer(re.escape(asked.office), fold(said))]
    below = [m.end() for m in re.finditer(deputy, fold(said))]
    return any(at not in below for at in held)


def answering_stretches(kind: Kind, c: Candidate) -> tuple[tuple[int, int], ...]:
    """Where in the body the values or persons asked for stand: the stretches to mark in a quotation."""
    if kind == "person":
        return tuple((c.start + a, c.start + b) for a, b in _persons(c))
    wanted = WANTED.get(kind, frozenset())
    return tuple((c.start + q.start, c.start + q.end) for q in quantities(c.text, c.lang) if q.kind in wanted)


_FULL_NAME = re.compile(r"\b[A-Z][a-z]+ [A-Z][a-z]+\b")


def _persons(c: Candidate) -> list[tuple[int, int]]:
    """The persons of a sentence: what reads alike in both languages (喻屏: Yu Ping), surname first.

    The segmenter alone often takes a character too many for a name; it decides where there is no counterpart.
    """
    zh, en = (c.text, c.twin_text) if c.lang == "zh" else (c.twin_text, c.text)
    if not en:
        return sorted({m.span() for name in people(zh) for m in re.finditer(re.escape(name), zh)})
    found: list[tuple[int, int]] = []
    for match in _FULL_NAME.finditer(en):
        spoken = re.sub(r"[^a-z]", "", fold(match.group()))
        there = [
            (i, i + size)
            for i, char in enumerate(zh)
            for size in (2, 3)
            if char in SURNAMES and _reads(zh[i : i + size], spoken)
        ]
        found += there if c.lang == "zh" else [match.span()] * bool(there)
    return sorted(set(found))


def _reads(name: str, spoken: str) -> bool:
    """Whether Chinese characters are read as these letters."""
    if not name or not spoken:
        return not name and not spoken
    return any(spoken.startswith(r) and _reads(name[1:], spoken[len(r) :]) for r in readings(name[0]))


def _is_numbered(article: Article, wanted: tuple[float, frozenset[str]], lang: Lang) -> bool:
    """Whether the article calls something of these words by this number; by the number alone where it lacks the
    question's language or the question says nothing else."""
    number, words = wanted
    if lang not in article.bodies:
        return any(number == n for own, body in article.bodies.items() for n, _ in _numbered(body, own))
    return any(
        n == number and (not words or not near or words & near) for n, near in _numbered(article.bodies[lang], lang)
    )


@lru_cache(maxsize=256)
def _numbered(body: str, lang: Lang) -> tuple[tuple[float, frozenset[str]], ...]:
    return numbered(body, lang)


def has_name(article: Article, name: str) -> bool:
    """True if the name is in the half of its script, or read aloud in the Chinese one (Angang: 鞍钢).

    Of a surname with a title (毛主席) somebody of that surname will do.
    Where there is no half in its script, nothing can be said: True.
    """
    lang: Lang = "zh" if HAN.search(name) else "en"
    if lang not in article.bodies:
        return True
    everything = article_text(article)
    if lang == "zh":
        titled = name[1:] in ("主席", "总理", "委员长", "元帅")
        return fold(name) in everything.folded or (
            titled and any(person[0] == name[0] for person in people(article.bodies["zh"]))
        )
    if set(keywords(name)) <= everything.tokens:
        return True
    spoken = re.sub(r"[^a-z]", "", fold(name))
    return len(spoken) >= 4 and "zh" in article.bodies and spoken in pronounced(article.bodies["zh"])


def _share(wanted: Iterable[str], held: Text) -> float:
    wanted = list(wanted)
    return sum(w in held.tokens for w in wanted) / len(wanted) if wanted else 0.0


def _wrong_year(asked: Demands, c: Candidate) -> bool:
    if asked.since is None or asked.until is None or c.article.days is None:
        return False
    return not any(asked.since.year <= year <= asked.until.year for year in years(c.article))


def _other_year(c: Candidate, since: date, until: date, day: date) -> bool:
    """Whether the sentence tells of the month asked for in another year: "July" in an issue of 1960 is that of 1960."""
    if (since.year, since.month) != (until.year, until.month):
        return False
    said = {m for t in (c.text, c.twin_text) for m in months(t)}
    spoken = {
        y
        for t, lang in ((c.text, c.lang), (c.twin_text, other(c.lang)))
        for s in dates(t, lang, day)
        for y in (s.since.year, s.until.year)
    }
    return since.month in said and since.year not in (spoken | {day.year})


def _wrong_time(asked: Demands, c: Candidate) -> bool:
    """The passage speaks of the times it names (relative ones counted from the issue), else of the issue's own."""
    day, days, twin = c.article.date, c.article.days, c.hit.twin
    said = [(c.hit.passage.text, c.hit.passage.lang), *([(twin.text, twin.lang)] if twin else [])]
    spoken = {m for passage, _ in said for m in months(passage)} or (
        {d.month for d in days} if days and days[0].month == days[1].month else set()
    )
    if asked.months and not asked.months & spoken:
        return True
    if day is None:
        return False
    wanted = [(s.since, s.until) for s in dates(asked.text, asked.lang, day)]
    if any(_other_year(c, since, until, day) for since, until in wanted):
        return True
    near = [(s.since, s.until) for passage, lang in said for s in dates(passage, lang, day)] + [(day, day)]
    near += [_latest(month, day) for passage, _ in said for month in months(passage)]
    return not all(any(a <= until and since <= b for a, b in near) for since, until in wanted)


def _latest(month: int, day: date) -> tuple[date, date]:
    """The last month of this number before or on a day, as its first and last day: "in March" of an issue of August."""
    first = date(day.year - (month > day.month), month, 1)
    return first, date(first.year, month, monthrange(first.year, month)[1])
