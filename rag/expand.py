"""What a question's words are called in the other language, for keyword search across languages.

Three sources, the first that knows a word decides: the built-in word list, the sound of names (江油: Jiangyou; Angang:
鞍钢), and the term pairs that the archive's own translations taught (`rag.index.terms`). The sound of an
English name fits many Chinese pairs of characters; the one that stands in the translations of the passages that hold
the name is taken, else one that the segmenter knows as a name. Everything added is a value that can be shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import product

import numpy as np

from rag.datatypes import Added, Lang, other
from rag.index.reader import Generation
from rag.language.clues import readings
from rag.language.lexicon import CHINESE, ENGLISH
from rag.language.script import HAN
from rag.language.tokens import content_words, keywords

MOST = 12
"""Words added at most."""
_SAME_NAME = 0.3  # Dice coefficient of the passages that hold a name and those whose counterpart does
_MOST_SPELLINGS = 20_000
_NAME_TAGS = {"ns", "nt", "nz", "nr", "nrt"}


def additions(generation: Generation, question: str, lang: Lang) -> tuple[Added, ...]:
    """What to search for in the other language besides the question's own words, each word once, at most MOST."""
    target = other(lang)
    if not generation.size[target]:
        return ()
    index = generation.keyword[target]
    found: dict[str, Added] = {}
    written = _written(question, lang)
    for term in dict.fromkeys(content_words(question, lang)):
        for added in _candidates(generation, term, lang):
            if all(index.known(token) for token in added.tokens):
                found.setdefault(added.word, replace(added, term=written.get(term, term)))
                break
        if len(found) == MOST:
            break
    return tuple(found.values())


def unsaid(generation: Generation, question: str, lang: Lang, added: Sequence[Added]) -> int:
    """How many of the question's words have nothing in the other language, neither added nor the word itself."""
    index, terms, written = generation.keyword[other(lang)], {a.term for a in added}, _written(question, lang)
    words = dict.fromkeys(content_words(question, lang))
    return sum(written.get(word, word) not in terms and not index.known(word) for word in words)


def _written(question: str, lang: Lang) -> dict[str, str]:
    """Stem -> the question's own word, which is what a reader is shown; empty for Chinese, which has no stems."""
    words = [] if lang == "zh" else re.findall(r"[^\W\d_][\w'’-]*", question)
    return {stem: word for word in reversed(words) for stem in keywords(word)[:1]}


def _candidates(generation: Generation, term: str, lang: Lang) -> Iterator[Added]:
    if lang == "zh":
        for word in _lexicon_english().get(term, ()):
            yield Added(term, word, "en", tuple(keywords(word)), "lexicon")
        if 2 <= len(term) <= 4:
            for spoken in dict.fromkeys(("".join(map(_reading, term)), "".join(map(_reading, term[1:])))):
                # the given name is written as one word, the surname apart; short sounds are English words too
                if len(spoken) >= 5 and (tokens := tuple(keywords(spoken))):
                    yield Added(term, spoken, "en", tokens, "name")
        if learned := generation.terms.english.get(term):
            yield Added(term, learned, "en", (learned,), "archive")
        return
    for word in _lexicon_chinese().get(term, ()):
        if len(word) > 1:
            yield Added(term, word, "zh", _han_tokens(word), "lexicon")
    if name := _name(generation, term):
        yield Added(term, name, "zh", _han_tokens(name), "name")
    if learned := generation.terms.chinese.get(term):
        yield Added(term, learned, "zh", _han_tokens(learned), "archive")


def _han_tokens(word: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(t for t in keywords(word) if len(t) == 2 and HAN.match(t))) or (word,)


def _reading(char: str) -> str:
    return next(iter(readings(char)), "")


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
        shares = {}
        for spelling in spellings:
            there = index.rows(spelling)
            shares[spelling] = 2 * len(np.intersect1d(there, twins)) / (len(there) + len(twins))
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


@lru_cache(maxsize=1)
def _lexicon_english() -> dict[str, list[str]]:
    """Chinese term -> English words of its meaning, the first one the most usual."""
    meaning: dict[str, list[str]] = {}
    for word, names in ENGLISH.items():
        for name in names:
            if "+" not in word:
                meaning.setdefault(name, []).append(word)
    return {term: meaning[name] for term, name in CHINESE.items() if name in meaning}


@lru_cache(maxsize=1)
def _lexicon_chinese() -> dict[str, list[str]]:
    """English stem -> Chinese terms of its first meaning."""
    terms: dict[str, list[str]] = {}
    for term, name in CHINESE.items():
        terms.setdefault(name, []).append(term)
    return {
        stem: terms[name]
        for word, names in ENGLISH.items()
        if "+" not in word and len(names) == 1
        for stem in keywords(word)[:1]
        for name in names
    }
