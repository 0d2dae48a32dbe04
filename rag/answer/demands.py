"""What a question insists on: the kind of value and its unit, names, numbers, times, and what it counts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from rag.answer.kinds import Kind, kind_of
from rag.datatypes import Lang
from rag.language.dates import MONTHS, dates
from rag.language.fold import fold
from rag.language.lexicon import ENGLISH
from rag.language.quantities import quantities
from rag.language.script import HAN
from rag.language.tokens import STOPWORDS, content_words, keywords, written_words
from rag.query import Query


@dataclass(frozen=True, slots=True)
class Demands:
    """What a question insists on: the kind of value and its unit, names, figures (number tokens), times.

    `counted` are the words for what "how many" asks the number of; `numbered` what is called by a number ("No. 8
    furnace", 第二炼钢厂): the number and the words next to it. `since` and `until` span the dates that name a year;
    `months` (1 to 12) are those named with or without one. `term` is what is to be defined, "" if nothing is.
    """

    text: str
    lang: Lang
    kind: Kind
    unit: str
    names: tuple[str, ...]
    figures: tuple[str, ...]
    counted: tuple[str, ...]
    numbered: tuple[tuple[float, frozenset[str]], ...]
    since: date | None
    until: date | None
    months: frozenset[int]
    term: str


def demands(query: Query) -> Demands:
    """Read them from the question: kind and unit from its own wording, the rest from the completed one."""
    spans = dates(query.text, query.lang)
    rest = query.text
    for span in reversed(spans):
        rest = rest[: span.start] + " " * (span.end - span.start) + rest[span.end :]
    named = months(query.text)
    own = names(query.question, query.lang)  # a follow-up that names somebody else is about them
    if query.is_topic:
        own = [name for name in own if name in query.text]
    figures = [t for t in keywords(rest) if t.startswith("#") and t[1:] not in map(str, named)]
    kind: Kind = "topic" if query.is_topic else kind_of(query.question, query.lang)
    if len({s.since.year for s in spans if s.since.year == s.until.year}) > 1 or _side_by_side(query, own):
        kind = "compare"
    term = _term(query.question, query.lang) if kind in ("other", "list", "summary") else ""
    if term:
        kind = "definition"
    return Demands(
        text=query.text,
        lang=query.lang,
        kind=kind,
        unit=_unit(query.question, query.lang),
        names=tuple(dict.fromkeys(own or names(rest, query.lang))),
        figures=tuple(dict.fromkeys(figures)),
        counted=_counted(query.question, query.lang) if kind == "number" else (),
        numbered=numbered(rest, query.lang),
        since=min((s.since for s in spans), default=None),
        until=max((s.until for s in spans), default=None),
        months=named,
        term=term,
    )


def _unit(question: str, lang: Lang) -> str:
    """The unit asked for ("how many tons", 多少吨), by reading the question as if it gave a number."""
    given = re.sub(r"how (many|much)|what (number|quantity|amount) of", "three", question, flags=re.I)
    given = re.sub("多少|几", "三", given)
    if given == question:
        return ""
    return next((q.unit for q in quantities(given, lang) if q.low == 3 and q.unit), "")


def _side_by_side(query: Query, named: list[str]) -> bool:
    """Whether the question asks of several names side by side: "in Jiangyou and at the Anshan plant", 江油和阜新."""
    joined = r"[^，。；？]{0,10}[、和与跟同及][^，。；？]{0,6}"
    if query.lang == "en":
        joined = r"(?:,|\W(?:\w+\W+){0,3}?and\W)\W*(?:\w+\W+){0,3}?"
    named = [n for n in dict.fromkeys(named) if fold(n) not in ENGLISH]
    return any(re.search(re.escape(a) + joined + re.escape(b), query.question) for a, b in pairwise(named))


_TERM: dict[Lang, re.Pattern[str]] = {
    "zh": re.compile(
        '[“"「]([^”"」]{2,20})[”"」](?:到底|究竟|具体)?(?:是什么|指什么|是指|指的是|什么意思|的?(?:具体)?(?:内容|含义))'
        '|什么(?:是|叫)[“"「]?([^”"」？?]{2,20})'
    ),
    "en": re.compile(
        r"what (?:is|was|are|were|does) (?:the |meant by )?[\"“']([^\"”]{2,60})[\"”']"
        r"|(?:meaning|definition|content) of (?:the )?[\"“']?([^\"”?]{2,60}?)[\"”']?\s*(?:\bin\b|\bat\b|[?]|$)"
        r"|^what (?:is|are) (?:an? |the )?(\w+(?: \w+){0,2})\?$",
        re.I,
    ),
}


def _term(question: str, lang: Lang) -> str:
    """The term that a question wants defined, folded: 四包一交 of “四包一交”是什么？"""
    match = _TERM[lang].search(question)
    return fold(next(part for part in match.groups() if part)).strip() if match else ""


_COUNTED: dict[Lang, re.Pattern[str]] = {
    "en": re.compile(
        r"how (?:many|much)\s+(?!did|does|do|was|were|is|are|has|have|had|can|could|will|would)(.*)|\bnumber of\s+(.*)",
        re.I,
    ),
    "zh": re.compile(r"(?:多少|几)[个名条种项座处吨件口炉级支位次]?(.*)"),
}


def _counted(question: str, lang: Lang) -> tuple[str, ...]:
    """The words for what is counted: "farmers" of "how many farmers left", 农民 of 多少农民.

    Chinese may name it before the number (产量达到多少): then the two words before it.
    """
    match = _COUNTED[lang].search(fold(question) if lang == "zh" else question)
    if not match:
        return ()
    said = next((part for part in match.groups() if part), "")
    if lang == "en":
        own = {fold(name) for name in names(question, lang)}
        return tuple([w for w in written_words(fold(said)) if w not in STOPWORDS | own][:2])
    return tuple(content_words(said, lang)[:1] or content_words(question[: match.start()], lang)[-2:])


# A number before a measure of time or a turn counts; before anything else it tells one thing from its likes.
_TURN = re.compile("[次届批季期年天步月日条点]|个月")


def numbered(said: str, lang: Lang) -> tuple[tuple[float, frozenset[str]], ...]:
    """The things that a text calls by a number, each as the number and the words, or pairs of characters, after it.

    第二炼钢厂, 八号平炉; "No. 8 open-hearth furnace", "the Second Steel Plant". Turns are left out (第二次, "the second
    wave").
    """
    found = []
    for q in quantities(said, lang):
        if q.kind != "ordinal":
            continue
        rest = said[q.end : q.end + 40]
        if lang == "zh":
            if not _TURN.match(rest):
                run = HAN.match(rest)
                near = fold(run.group()[:4]) if run else ""
                found.append((q.low, frozenset(a + b for a, b in pairwise(near))))
        elif re.match(r"no\b|number", q.text, re.I) or re.match(r"\s+[A-Z]", rest):
            found.append((q.low, frozenset(keywords(" ".join(rest.split()[:3])))))
    return tuple(found)


_MONTH_WORDS = frozenset(map(fold, MONTHS))
_EN_NAME = re.compile(r"[A-Z][A-Za-zÀ-ɏ'’-]*(?:\s+[A-Z][A-Za-zÀ-ɏ'’-]*)*")
_ZH_PLACE = re.compile(r"[一-鿿]{2,3}?(?=(?:钢|铁|钢铁)厂|煤矿|公社|专区|车间|小组|[省市县矿厂])")
_PLACE_TAGS, _PERSON_TAGS = {"ns", "nt", "nz"}, {"nr", "nrt", "nrfg"}
# The segmenter takes many a pair of characters for a person; only one that opens with a common surname counts.
_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛范彭郎鲁韦马苗方俞任袁柳"
    "史唐费廉岑薛雷贺倪汤滕殷罗毕郝安常于傅齐康伍余顾孟黄穆萧肖尹姚邵汪祁毛狄戴宋庞熊纪舒屈项祝董梁杜阮闵季贾路江童"
    "颜郭梅林钟徐邱骆夏蔡田樊胡凌霍万柯卢莫房干解应宗丁宣邓洪包石崔龚程陆翁段侯武刘龙叶白蒲邰赖卓蔺屠乔谭温庄晏柴"
    "瞿阎连习容向古易廖耿关简饶曾聂"
)


def people(said: str) -> list[str]:
    """What the segmenter takes for the name of a person in a Chinese text and that opens with a common surname."""
    import rjieba

    return _people(rjieba.tag(fold(said)))


def _people(tagged: Iterable[tuple[str, str]]) -> list[str]:
    return [w for w, tag in tagged if tag in _PERSON_TAGS and len(w) in (2, 3) and w[0] in _SURNAMES]


def names(question: str, lang: Lang) -> list[str]:
    """Names of people, places and works in a question.

    English: capitalised words but for the first of a sentence, months and stop words. Chinese: what the segmenter
    tags as a name, the word before 省 市 县 矿 厂 车间 小组, and Latin words.
    """
    if lang == "zh":
        import rjieba

        folded = fold(question)
        tagged = rjieba.tag(folded)
        known = set(rjieba.cut(folded, False))  # without the words that the segmenter makes up
        found = [w for w, tag in tagged if tag in _PLACE_TAGS and len(w) > 1]
        found += _people(tagged)
        for match in _ZH_PLACE.finditer(folded):
            words = [
                w for w, tag in tagged if len(w) > 1 and match.group().endswith(w) and (tag[0] in "nj" or w in known)
            ]
            found += [w for w in words if w not in STOPWORDS][:1]
        return found + re.findall(r"[A-Za-z]{2,}", question)
    found = []
    for match in _EN_NAME.finditer(question):
        words = match.group().split()
        opening = match.start() == 0 or question[: match.start()].rstrip()[-1:] in {".", "?", "!", '"', "“"}
        words = words[1:] if opening else words
        found += [re.sub(r"['’]s?$", "", w) for w in words if fold(w) not in STOPWORDS | _MONTH_WORDS]
    return found


_EN_MONTH = re.compile(rf"\b({'|'.join(MONTHS)})\b")
_NUMERAL = "(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})"
_ZH_MONTH = re.compile(rf"({_NUMERAL}(?:[、和至到]{_NUMERAL})*)(?:[两三四]个?)?月(?!内|后|前|来)")
_DIGITS = {c: i for i, c in enumerate("一二三四五六七八九十", 1)}


def months(said: str) -> frozenset[int]:
    """The months of the year that a text names: 8月份, 6、7两月, 十一月, in August; not numbers of months."""
    found = {MONTHS.index(m[1]) + 1 for m in _EN_MONTH.finditer(said)}
    for match in _ZH_MONTH.finditer(said):
        for part in re.findall(_NUMERAL, match[1]):
            value = int(part) if part.isdigit() else sum(_DIGITS[c] for c in part)
            found |= {value} if 1 <= value <= 12 else set()
    return frozenset(found)
