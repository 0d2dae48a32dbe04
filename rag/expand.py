"""What a question's words are called in the other language, for keyword search across languages.

Three sources, the first that knows a word decides: the terms of the newspaper, the sound of names (江油: Jiangyou;
Angang: 鞍钢), and the term pairs that the archive's own translations taught (`rag.index.terms`). The sound of an
English name fits many Chinese pairs of characters; the one that stands in the translations of the passages that hold
the name is taken, else one that the segmenter knows as a name. Everything added is a value that can be shown.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product

import numpy as np
from numpy.typing import NDArray

from rag.datatypes import Added, Lang, other
from rag.index.reader import Generation
from rag.language.clues import readings
from rag.language.fold import fold_with_map
from rag.language.names import PERSON_TAGS, PLACE_TAGS
from rag.language.romanisation import CHINESE, WORD, old_names
from rag.language.romanisation import readings as old_readings
from rag.language.script import HAN
from rag.language.terms import chinese, english, plain
from rag.language.tokens import content_words, keywords

MOST = 12
"""Words added at most."""
SOURCES = ("lexicon", "name", "archive")
"""Where words come from, as `Added.source` names it."""
_SAME_NAME = 0.3  # Dice coefficient of the passages that hold a name and those whose counterpart does
_MOST_SPELLINGS = 20_000
_MOST_READINGS = 8  # of a name in an old romanisation
_NAME_TAGS = PLACE_TAGS | PERSON_TAGS
_LONGEST = 5  # words of a term
_PART = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Expansion:
    """What is searched for in the other language besides the question's own words, each once, at most MOST.

    `unsaid` counts the question's terms that have nothing there, neither added nor the word itself.
    """

    added: tuple[Added, ...] = ()
    unsaid: int = 0


def expansion(generation: Generation, question: str, lang: Lang, sources: Collection[str] = SOURCES) -> Expansion:
    """The expansion of a question from some of SOURCES; empty if there is no passage in the other language."""
    index = generation.keyword[other(lang)]
    added: dict[str, Added] = {}
    found = _terms(generation, question, lang, sources) if generation.size[other(lang)] else ()
    terms = {term.key: term.added for term in found}
    for one in filter(None, terms.values()):
        if len(added) < MOST:
            added.setdefault(one.word, one)
    unsaid = sum(
        (one is None or one.word not in added) and not any(map(index.known, key)) for key, one in terms.items()
    )
    return Expansion(tuple(added.values()), unsaid)


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a question that carries its subject: as the terms have it, as indexed, and where it stands; of a name
    in an old romanisation its pinyin, and what else that may be (`spoken`)."""

    plain: str
    stem: str
    start: int
    end: int
    spoken: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Term:
    """Words of a question that mean one thing: their keys (stems in English) and what they are called elsewhere."""

    key: tuple[str, ...]
    added: Added | None


def _terms(generation: Generation, question: str, lang: Lang, sources: Collection[str]) -> Iterator[_Term]:
    """The terms of a question in order, the longest that is a known term first."""
    words = _english_words(question) if lang == "en" else _chinese_words(generation, question)
    index = generation.keyword[other(lang)]
    at = 0
    while at < len(words):
        for size in range(min(_LONGEST, len(words) - at), 0, -1):
            these = words[at : at + size]
            written = question[these[0].start : these[-1].end]
            offered = (a for a in _candidates(generation, these, written, lang) if a.source in sources)
            if (added := next((a for a in offered if all(map(index.known, a.tokens))), None)) or size == 1:
                yield _Term(tuple(word.stem for word in these), added)
                at += size
                break


def _english_words(question: str) -> list[_Word]:
    """The words of an English question; of open-hearth both parts, of Tse-tung the whole, in pinyin."""
    found, end = [], 0
    names = {name.start: name for name in old_names(question)}
    for match in WORD.finditer(question):
        if name := names.get(match.start()):
            end = name.end
            spoken = (name.pinyin, *islice(old_readings(question[name.start : end]), _MOST_READINGS))
            stems = content_words(name.pinyin, "en") or [name.pinyin]
            found.append(_Word(name.pinyin, stems[-1], name.start, end, tuple(dict.fromkeys(spoken))))
        elif match.start() >= end:
            for part in _PART.finditer(question, *match.span()):
                if stems := content_words(part[0], "en"):
                    found.append(_Word(plain(part[0]), stems[-1], *part.span()))
    return found


def _chinese_words(generation: Generation, question: str) -> list[_Word]:
    """The words of a Chinese question; what the segmenter takes for one is cut where parts of it are known
    (锻造车间: 锻造, 车间)."""
    folded, offsets = fold_with_map(question)
    found, at = [], 0
    for word in content_words(question, "zh"):
        at = folded.index(word, at)
        whole = len(word) < 4 or word in english() or word in generation.terms.english
        for start, end in [(0, len(word))] if whole else _cut(word, generation.terms.english):
            if end - start > 1:
                found.append(_Word(word[start:end], word[start:end], offsets[at + start], offsets[at + end - 1] + 1))
        at += len(word)
    return found


def _cut(word: str, learned: Container[str]) -> list[tuple[int, int]]:
    """A word as stretches that are known terms, the longest first, and what lies between them."""
    found, at, loose = [], 0, 0
    while at < len(word):
        ends = range(len(word), at + 1, -1)
        end = next((end for end in ends if word[at:end] in english() or word[at:end] in learned), 0)
        if end:
            found += [(loose, at), (at, end)]
            loose = end
        at = end or at + 1
    return [*found, (loose, len(word))]


def _candidates(generation: Generation, words: Sequence[_Word], written: str, lang: Lang) -> Iterator[Added]:
    if lang == "zh":
        if word := english().get("".join(word.plain for word in words)):
            yield Added(written, word, "en", tuple(dict.fromkeys(keywords(word.replace("-", " ")))), "lexicon")
        if len(words) == 1:
            yield from _alone_chinese(generation, words[0].plain, written)
    else:
        said = tuple(word.plain for word in words)
        name = CHINESE.get(tuple(word.replace("'", "") for word in said))
        if term := chinese().get(said) or name:
            yield Added(written, term, "zh", _han_tokens(term), "lexicon")
        if name:
            return  # a name that is known by itself is nobody else's
        if len(words) == 1:
            yield from _alone_english(generation, words[0], written)


def _alone_chinese(generation: Generation, term: str, written: str) -> Iterator[Added]:
    if 2 <= len(term) <= 4:
        for spoken in dict.fromkeys(("".join(map(_reading, term)), "".join(map(_reading, term[1:])))):
            # the given name is written as one word, the surname apart; short sounds are English words too
            tokens = tuple(keywords(spoken)) if len(spoken) >= 5 else ()
            if tokens and (_is_name(term) or _translates(generation, term, tokens[0])):
                yield Added(written, spoken, "en", tokens, "name")
    if learned := generation.terms.english.get(term):
        yield Added(written, learned, "en", tuple(keywords(learned)), "archive")


def _alone_english(generation: Generation, word: _Word, written: str) -> Iterator[Added]:
    stem = word.stem
    name = next(filter(None, (_name(generation, said) for said in word.spoken or (stem,))), "")
    if name and (written[:1].isupper() or _is_name(name)):
        yield Added(written, name, "zh", _han_tokens(name), "name")
    if learned := generation.terms.chinese.get(stem):
        yield Added(written, learned, "zh", _han_tokens(learned), "archive")


def _han_tokens(word: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(t for t in keywords(word) if len(t) == 2 and HAN.match(t))) or (word,)


def _reading(char: str) -> str:
    return next(iter(readings(char)), "")


def _is_name(term: str) -> bool:
    import rjieba

    return any(word == term and tag in _NAME_TAGS for word, tag in rjieba.tag(term))


def _translates(generation: Generation, chinese_term: str, token: str) -> bool:
    """True if the passages that hold the Chinese term are mostly translated by passages that hold the token."""
    twins = generation.passages["en"]["twin"][generation.keyword["en"].rows(token)]
    return _share(generation, chinese_term, np.unique(twins[twins >= 0])) >= _SAME_NAME


def _share(generation: Generation, term: str, rows: NDArray[np.int64]) -> float:
    """Dice coefficient of the Chinese passages that hold every token of a term and some rows, 0 to 1."""
    there = None
    for token in _han_tokens(term):
        held = generation.keyword["zh"].rows(token)
        there = held if there is None else np.intersect1d(there, held)
    if there is None or not len(there) + len(rows):
        return 0.0
    return 2 * len(np.intersect1d(there, rows)) / (len(there) + len(rows))


def _name(generation: Generation, term: str) -> str:
    """The pair of characters in the archive that is read as `term` says; "" if there is none to be sure of."""
    if not 4 <= len(term) <= 12:
        return ""
    sounds = [(_characters().get(term[:i], ""), _characters().get(term[i:], "")) for i in range(1, len(term))]
    if sum(len(a) * len(b) for a, b in sounds) > _MOST_SPELLINGS:
        return ""
    index = generation.keyword["zh"]
    spellings = [a + b for first, second in sounds for a, b in product(first, second) if index.known(a + b)]
    rows = generation.keyword["en"].rows(term)
    twins = generation.passages["en"]["twin"][rows]
    if len(twins := np.unique(twins[twins >= 0])):
        shares = {spelling: _share(generation, spelling, twins) for spelling in spellings}
        best = max(spellings, key=lambda s: shares[s], default="")
        return best if best and shares[best] >= _SAME_NAME else ""
    import rjieba

    known = [s for s in spellings if any(w == s and tag in _NAME_TAGS for w, tag in rjieba.tag(s))]
    return max(known, key=index.idf, default="") or (spellings[0] if len(spellings) == 1 else "")


@lru_cache(maxsize=1)
def _characters() -> dict[str, str]:
    """Syllable -> the characters read so, of the basic block's common part (GB 2312)."""
    found: dict[str, list[str]] = {}
    for code in range(0x4E00, 0x9FA6):
        char = chr(code)
        try:
            char.encode("gb2312")
        except UnicodeEncodeError:
            continue
        for reading in readings(char):
            found.setdefault(reading, []).append(char)
    return {reading: "".join(chars) for reading, chars in found.items()}
