"""What a question insists on: the kind of value and its unit, names, numbers, times, and what it counts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise, takewhile

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

    `text` is the question as completed, `question` as asked. `counted` are the words for what "how many" asks the
    number of; `numbered` what is called by a number ("No. 8 furnace", 第二炼钢厂): the number and the words next to it.
    `since` and `until` span the dates that name a year; `months` (1 to 12) are those named with or without one. `term`
    is what is to be defined, "" if nothing is; `office` that of which the holder is asked for, in the words of `lang`.
    """

    text: str
    question: str
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
    office: str = ""


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
        question=query.question,
        lang=query.lang,
        kind=kind,
        unit=_unit(query.question, query.lang),
        names=tuple(dict.fromkeys(own or names(rest, query.lang))),
        figures=tuple(dict.fromkeys(figures)),
        counted=_counted(query.question, query.lang, kind),
        numbered=numbered(rest, query.lang),
        since=min((s.since for s in spans), default=None),
        until=max((s.until for s in spans), default=None),
        months=named,
        term=term,
        office=_office(query.question, query.lang) if kind == "person" else "",
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


_OFFICES: dict[Lang, str] = {
    "zh": "[一-鿿]长|主任|书记|主席|总理|司令|政委",
    "en": "director|secretary|chairman|president|minister|premier|commander|foreman|manager",
}
_OFFICE: dict[Lang, re.Pattern[str]] = {
    "zh": re.compile(
        f"({_OFFICES['zh']})(?:是谁|是哪[位个]|叫什么|姓什么|的[名姓])|谁(?:是|当|任|担任)[^，。？]*?({_OFFICES['zh']})[？?]?$"
    ),
    "en": re.compile(
        rf"\b(?:who (?:is|was)|name of) (?:the |its )?(?:[\w-]+ )?({_OFFICES['en']})\b",
        re.I,
    ),
}


def _office(question: str, lang: Lang) -> str:
    """The office of which the holder is asked for, folded: 炉长 of 当班的炉长是谁？"""
    match = _OFFICE[lang].search(question)
    return fold(next(part for part in match.groups() if part)) if match else ""


_COUNTED: dict[Lang, re.Pattern[str]] = {
    "en": re.compile(
        r"how (?:many|much)\s+(?:(?:more|less|fewer|other|extra|additional)\s+)?"
        r"(?!did|does|do|was|were|is|are|has|have|had|can|could|will|would)(.*)|\bnumber of\s+(.*)",
        re.I,
    ),
    "zh": re.compile(r"(?:多少|几)[个名条种项座处吨件口炉级支位次]?(.*)"),
}


_PLURAL = re.compile(r"\w+[^s]s|people|men|women|children")
_GENERAL = frozenset({"money", "yuan", "人民币", "people", "persons"})


def _counted(question: str, lang: Lang, kind: Kind) -> tuple[str, ...]:
    """The words for what is counted: "families" of "how many cadre families moved", 农民 of 多少农民.

    Of money it is what was paid, if that is said (多少奖金). People in general are nobody in particular: nothing.

    Chinese may name it before the number (产量达到多少): then the two words before it.
    """
    match = _COUNTED[lang].search(fold(question) if lang == "zh" else question)
    if not match or kind not in ("number", "money"):
        return ()
    said = next((part for part in match.groups() if part), "")
    if lang == "en":
        following = list(written_words(fold(said)))
        if following[:1] and following[0] in _GENERAL:
            return ()
        following = [w for w in following if w not in _GENERAL]
        named = list(takewhile(lambda w: w not in STOPWORDS, following))
        # "how many" counts the last plural before the verb
        heads = [w for w in named if _PLURAL.fullmatch(w)]
        return tuple(heads[-1:] or (named or [w for w in following if w not in STOPWORDS])[:2])
    if said.startswith("人"):
        return ()
    after = [w for w in content_words(said, lang)[:1] if w not in _GENERAL]
    return tuple(after or (content_words(question[: match.start()], lang)[-2:] if kind == "number" else ()))


# A number before a measure of time or a turn counts; before anything else it tells one thing from its likes.
_TURN = re.compile("[次届批季期年天步月日条点]|个月")


def numbered(said: str, lang: Lang) -> tuple[tuple[float, frozenset[str]], ...]:
    """The things that a text calls by a number, each as the number and the words, or the characters of the word, after.

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
                found.append((q.low, frozenset(_first_word(rest))))
        elif re.match(r"no\b|number", q.text, re.I) or re.match(r"\s+[A-Z]", rest):
            found.append((q.low, frozenset(keywords(" ".join(rest.split()[:3])))))
    return tuple(found)


def _first_word(said: str) -> str:
    """The word that a Chinese text begins with, "" if it begins otherwise."""
    import rjieba

    run = HAN.match(said)
    return next(iter(rjieba.cut(fold(run.group()[:6]))), "") if run else ""


_MONTH_WORDS = frozenset(map(fold, MONTHS))
_EN_NAME = re.compile(r"[A-Z][A-Za-zÀ-ɏ'’-]*(?:\s+[A-Z][A-Za-zÀ-ɏ'’-]*)*")
_ZH_PLACE = re.compile(r"[一-鿿]{2,3}?(?=(?:钢|铁|钢铁)厂|煤矿|公社|专区|车间|小组|[省市县矿厂])")
_PLACE_TAGS, _PERSON_TAGS = {"ns", "nt", "nz"}, {"nr", "nrt", "nrfg"}
NAME_TAGS = frozenset(_PLACE_TAGS | _PERSON_TAGS)
"""What the segmenter calls names of places, bodies and persons."""
SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛范彭郎鲁韦马苗方俞任袁柳"
    "史唐费廉岑薛雷贺倪汤滕殷罗毕郝安常于傅齐康伍余顾孟黄穆萧肖尹姚邵汪祁毛狄戴宋庞熊纪舒屈项祝董梁杜阮闵季贾路江童"
    "颜郭梅林钟徐邱骆夏蔡田樊胡凌霍万柯卢莫房干解应宗丁宣邓洪包石崔龚程陆翁段侯武刘龙叶白蒲邰赖卓蔺屠乔谭温庄晏柴"
    "瞿阎连习容向古易廖耿关简饶曾聂"
)
"""The segmenter takes many a pair of characters for a person; only one that opens with a common surname counts."""


# A full name that the segmenter cuts up stands where a sentence begins and before what its bearer does; its pieces are
# nouns to the segmenter (王家, 扬).
_OPENING = re.compile(r"(?:^|[，。；：])([一-鿿]{3})(?=在|对|是|说|做|作|提|把|讲|任)")
_NO_PERSON = frozenset("县省市厂矿区队组社村乡州部院")
_TITLED = re.compile(f"[{''.join(sorted(SURNAMES))}](?:主席|总理|委员长|元帅)")


def _opening_names(folded: str, tags: Mapping[str, str]) -> list[str]:
    """王家扬在…: three characters that open with a surname and are no word. `tags` has the question's words."""
    return [
        name
        for name in _OPENING.findall(folded)
        if name[0] in SURNAMES
        and name[-1] not in _NO_PERSON
        and name not in tags
        and (tags.get(name[:2], "n")[0] == "n" and tags.get(name[:2]) not in NAME_TAGS)
    ]


def people(said: str) -> list[str]:
    """What the segmenter takes for the name of a person in a Chinese text and that opens with a common surname."""
    import rjieba

    return _people(rjieba.tag(fold(said)))


def _people(tagged: Iterable[tuple[str, str]]) -> list[str]:
    return [w for w, tag in tagged if tag in _PERSON_TAGS and len(w) in (2, 3) and w[0] in SURNAMES]


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
        found += _opening_names(folded, dict(tagged)) + _TITLED.findall(folded)
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
