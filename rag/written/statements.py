"""What a model wrote -> its statements: what it thought aloud, its frames, markup, echoes and repetitions left out.

A model that answers from passages says more than the answer: "According to the passages, ...", a list of passage
numbers, the question once more. None of that is a statement of the paper. The words of frames are a table
(`frames.tsv`); whatever is not known there stays, and is then borne out by a passage or marked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path

from rag.answer.wording import flat
from rag.datatypes import Lang
from rag.language.fold import fold
from rag.language.script import HAN, detect
from rag.language.sentences import sentence_spans
from rag.language.tokens import keywords
from rag.llm.markers import Mark, Markers

FRAMES = Path(__file__).parent / "frames.tsv"
BRIEF = {"zh": 10, "en": 5}
"""Chinese characters or English words of the longest statement that says only together with the question what it is
about."""
ECHO = 0.6
"""A sentence that is this part of the question, word for word, is the question."""
ALIKE = 0.9
"""Two statements with this part of their words in common, and the same figures, are one."""
_THOUGHT = re.compile(
    r"<(think|thinking|thought|thoughts|reason|reasoning|reflection|analysis)>.*?(?:</\1>|\Z)", re.I | re.S
)
_END_OF_THOUGHT = re.compile(r"\A.*</(?:think|thinking|thought|thoughts|reason|reasoning|reflection|analysis)>",
                             re.I | re.S)  # fmt: skip
_PASSAGE = re.compile(r"<passage\b[^<>\n]*>.*?(?:</passage>|\Z)", re.I | re.S)
_TAG = re.compile(r"<[|/!]?[A-Za-z_][^<>\n]{0,80}>|\[/?INST\]|<\|[^<>\n]{0,40}\|>", re.I)
_HALF_TAG = re.compile(r"<[^<>\n]{0,80}\Z")
_LOOP = re.compile(r"((?=[^\n]*[^\W\d_])[^\n]{8,160}?)\1{2,}\Z|((?:[^\n]{4,160}\n+))\2{2,}\Z")
_LINK = re.compile(r"!?\[([^\[\]\n]{0,200})\]\([^()\n]{0,400}\)")
_ITEM = re.compile(
    r"^\s*(?:[-*•·>]+\s+|\(?\d{1,2}(?:[.)、]|）)\s*(?=\D)|[①-⑳]\s*|[（(][一二三四五六七八九十]{1,2}[）)])+"
)
_HEADING = re.compile(r"\s*#{1,6}\s")
_ONLY_NUMBERS = re.compile(r"[\d\s,，、;；.。&和and\[\]()（）【】:：#第至到-]*", re.I)
_NUMBER = r"[#(（\[【]?\s*(?:\d{1,2}|[一二三四五六七八九十])(?!\d|,\d)[)）\]】]?"
_AND = r"\s*(?:[,，、&-]|和|及|与|以及|and\b)\s*"


_Placed = tuple[int, tuple[int, ...]]
"""Where in a line a mark stood, and the passages it names."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement as it can be shown, the passages that the model cited for it, and its language.

    `brief`: of a few words. `whole`: it has ended, so that it can be checked.
    """

    text: str
    hints: tuple[int, ...]
    lang: Lang
    brief: bool
    whole: bool = True


def statements(raw: str, question: str, lang: Lang, *, ended: bool) -> list[Statement]:
    """What a model has written so far, as statements in order; only the last can be unfinished.

    Args:
        raw: its words.
        question: what it was asked, which is no statement if it says it again.
        lang: the language of the question; what has no letters is in it.
        ended: nothing follows.
    """
    found: list[Statement] = []
    lines = _lines(raw, ended)
    for number, (line, marks) in enumerate(lines):
        last = number == len(lines) - 1 and not ended
        for one in _of_line(line, marks, lang, last):
            if one.text and not _says_nothing(one.text, one.lang, question):
                found = _with(found, one)
            elif one.hints and found and not any(ch.isalpha() for ch in one.text):
                found[-1] = replace(found[-1], hints=tuple(dict.fromkeys((*found[-1].hints, *one.hints))))
    return found


def is_looping(raw: str) -> bool:
    """Whether a model says the same thing for the third time running, as small ones do until they are stopped."""
    return bool(_LOOP.search(raw[-600:]))


def finds_nothing(raw: str, lang: Lang) -> bool:
    """Whether all that was written is that there is no answer."""
    said = [one for line, _ in _lines(raw, True) for one in _cut(line, lang)]
    said = [re.sub(r"\s+", " ", fold(unframed(one, lang))).strip() for one in said if any(map(str.isalnum, one))]
    return all(_opens(one, "en", "none") or _opens(one, "zh", "none") for one in said)


def unframed(said: str, lang: Lang) -> str:
    """A statement without what a model says before one: "According to passage 2, ", 根据段落内容，, "Here it is: "."""
    while True:
        match = _frame(lang).match(said) or _announcement(lang).match(said)
        cut = said[match.end() :].lstrip(" ,，:：") if match else said
        if not match or cut == said:
            return said
        said = cut[:1].upper() + cut[1:]


def _lines(raw: str, ended: bool) -> list[tuple[str, list[_Placed]]]:
    """The lines of a text without thoughts and tags, with the marks that were in them and their places."""
    raw = _END_OF_THOUGHT.sub("", _THOUGHT.sub("", raw))
    raw = _TAG.sub(" ", _PASSAGE.sub("\n", raw))
    raw = raw if ended else _HALF_TAG.sub("", raw)
    raw = _LINK.sub(r"\1", raw)
    markers = Markers()
    tokens = [*markers.feed(raw), *(markers.end() if ended else ())]
    lines: list[tuple[str, list[_Placed]]] = [("", [])]
    for token in tokens:
        if isinstance(token, Mark):
            lines[-1][1].append((len(lines[-1][0]), token.keys))
            continue
        first, *others = re.split(r"[\n\r]+", token)
        lines[-1] = (lines[-1][0] + first, lines[-1][1])
        lines += [(other, []) for other in others]
    return lines


def _of_line(
    line: str, marks: Sequence[tuple[int, tuple[int, ...]]], lang: Lang, unfinished: bool
) -> Iterator[Statement]:
    """The statements of a line; a mark between two belongs to the first."""
    if _HEADING.match(line):
        return
    spoken = detect(line) if any(ch.isalpha() for ch in line) and not _is_foreign_name(line, lang) else lang
    spans = _spans(line, spoken)
    hints: list[list[int]] = [[] for _ in spans]
    for at, keys in marks:
        place = max((i for i, (start, _) in enumerate(spans) if start < at), default=0)
        if spans:
            hints[place] += keys
        else:
            yield Statement("", keys, spoken, False)
    for i, (start, end) in enumerate(spans):
        said = _bare(line[start:end], spoken)
        whole = not (unfinished and i == len(spans) - 1)
        yield Statement(said, tuple(dict.fromkeys(hints[i])), spoken, _is_brief(said, spoken), whole)


def _spans(line: str, lang: Lang) -> list[tuple[int, int]]:
    """Sentences, cut at semicolons too: of two halves one may be borne out and the other not."""
    found = []
    for start, end in sentence_spans(line, lang):
        at = start
        for match in re.finditer("[；;](?!$)" if lang == "zh" else r";(?=\s\S)", line[start:end]):
            stop = start + match.end()
            if stop - at > 8 and end - stop > 8:
                found.append((at, stop))
                at = stop
        found.append((at, end))
    return found


def _cut(line: str, lang: Lang) -> list[str]:
    return [_plain(line[a:b]) for a, b in _spans(line, lang)]


@lru_cache(maxsize=1024)
def _bare(written: str, lang: Lang) -> str:
    """A sentence without markup and frames. A text is read again for every word that is added to it."""
    return unframed(_plain(written), lang)


def _plain(written: str) -> str:
    """A sentence without Markdown and on one line; bracketed figures that are no marks cannot pass for ones."""
    text = re.sub(r"\\boxed\{([^{}]*)\}|\\[()\[\]]", r"\1", _ITEM.sub("", written))
    text = re.sub(r"\*\*|__|`+|~~|^\||\|$|(?<!\w)\*(?=\w)|(?<=\w)\*(?!\w)|^\s*\|?[\s|:-]{5,}\|?\s*$", "", text)
    text = re.sub(r"\s*\|\s*", ", ", text)
    return re.sub(r"\s+([.,;:!?。，！？；])", r"\1", flat(text)).strip()


def _is_foreign_name(line: str, lang: Lang) -> bool:
    """Whether a line in the other script can still be an answer in `lang`: a few Latin letters in a Chinese one."""
    return lang == "zh" and not HAN.search(line) and len(re.findall(r"[A-Za-z]+", line)) <= 2


def _is_brief(said: str, lang: Lang) -> bool:
    if lang == "zh":
        return len(re.findall(r"\w", said)) <= BRIEF["zh"]
    return len(re.findall(r"[\w.,'-]+", said)) <= BRIEF["en"]


@lru_cache(maxsize=1024)
def _says_nothing(text: str, lang: Lang, question: str) -> bool:
    """Whether a sentence states nothing of the paper: a question, the question, what announces another (it ends in a
    colon), passage numbers, politeness."""
    said = re.sub(r"\s+", " ", fold(text)).strip()
    if not any(ch.isalnum() for ch in said):
        return True
    if said.rstrip("\"'”’)）").endswith(("?", ":")):
        return True
    if _ONLY_NUMBERS.fullmatch(said) and not re.fullmatch(r"\d[\d,.]*", said.rstrip(".。")):
        return True
    if _opens(said, lang, "empty") or _opens(said, lang, "none"):
        return True
    if re.fullmatch(rf"{_thing(lang)}[.。:：]?", said):
        return True
    own, asked = _letters(said), _letters(fold(question))
    return own in asked and len(own) >= ECHO * len(asked)


def _opens(said: str, lang: Lang, part: str) -> bool:
    """Whether a folded sentence begins with words that play a part."""
    return bool(re.match(_any(lang, part), said))


def _letters(said: str) -> str:
    return re.sub(r"[\W_]+", "", said)


def _with(found: list[Statement], one: Statement) -> list[Statement]:
    """The statements with one more, unless it repeats one of them."""
    letters, own, figures = _gist(one.text)
    for i, known in enumerate(found):
        known_letters, theirs, known_figures = _gist(known.text)
        same = not one.brief and figures == known_figures and len(own & theirs) >= ALIKE * len(own | theirs)
        if letters == known_letters or same:
            hints = tuple(dict.fromkeys((*known.hints, *one.hints)))
            return [*found[:i], replace(known, hints=hints), *found[i + 1 :]]
    return [*found, one]


@lru_cache(maxsize=1024)
def _gist(said: str) -> tuple[str, frozenset[str], tuple[str, ...]]:
    """What tells a statement from others: its letters and figures alone, its words, its figures in order."""
    folded = fold(said)
    figures = re.findall(r"\d[\d,.]*|[〇零一二三四五六七八九十百千万亿]+", folded)
    return _letters(folded), frozenset(keywords(said)), tuple(figures)


@cache
def _frame(lang: Lang) -> re.Pattern[str]:
    """What can stand before a statement, from the parts in the table."""
    lead, says, label, thing = _any(lang, "lead"), _any(lang, "says"), _any(lang, "label"), _thing(lang)
    if lang == "zh":
        pattern = rf"\s*(?:{label}|{lead}{thing}[，,：:]|{lead}?{thing}{says}[，,：:]?)"
    else:
        pattern = rf"\s*(?:{label}(?!\w)|{lead}\s+{thing}\s*[,:]|{thing}\s+{says})"
    return re.compile(pattern, re.IGNORECASE)


@cache
def _thing(lang: Lang) -> str:
    """A pattern for what a model calls the passages: "the passages 1 and 3 above", 上述第1段、第3段的内容"""
    about, what, behind = _any(lang, "about"), _any(lang, "what"), _any(lang, "behind")
    if lang == "zh":
        one = rf"(?:{what}\s*{_NUMBER}|第?\s*{_NUMBER}\s*{what}|{what})"
        return rf"(?:{about})*{one}(?:{_AND}(?:{about})*{one})*(?:{what}|{behind})*"
    return rf"(?:{about}\s+)*{what}(?:\s+{_NUMBER}(?:{_AND}(?:{what}\s+)?{_NUMBER})*)?(?:\s+{behind})*"


@cache
def _announcement(lang: Lang) -> re.Pattern[str]:
    """What announces an answer in front of a colon that it follows: 以下是回答：八万吨"""
    return re.compile(rf"\s*{_any(lang, 'announcement')}[^:：]{{0,60}}[:：](?=.*\w)", re.IGNORECASE)


@cache
def _any(lang: Lang, part: str) -> str:
    """A pattern for any of the words that play a part, the longest first, with whole words and either punctuation."""
    words = (re.escape(word) for word in sorted(_table(lang, part), key=len, reverse=True))
    ends = (rf"{word}(?![A-Za-z])" if word[-1].isascii() and word[-1].isalnum() else word for word in words)
    said = "|".join(ends).replace("：", "[:：]").replace("，", "[,，]")
    return "(?:" + said.replace("'", "['’]") + ")"


@cache
def _table(lang: Lang, part: str) -> tuple[str, ...]:
    rows = (line.split("\t") for line in FRAMES.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return tuple(words for of, kind, words in rows if (of, kind) == (lang, part))
