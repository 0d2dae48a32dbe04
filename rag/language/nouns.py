"""The words of a text that name something, as against what is said of it: nouns and names.

Chinese words are told by the segmenter's part of speech, English ones by a table of words that are as a rule no nouns.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from rag.datatypes import Lang
from rag.language.fold import fold_with_map
from rag.language.tokens import keywords
from rag.language.wordlists import STOPWORDS

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SENTENCE_START = re.compile(r"(?:^|[.?!:])[\s\"'“‘(]*$")


def nouns(text: str, lang: Lang) -> list[str]:
    """The nouns and names of a text in one language as they stand there, in order, with repetitions; no stop words.

    A word that is often a verb ("lack", "report") counts as none; with a capital within a sentence any is a name.
    """
    if lang == "en":
        return [m[0] for m in _WORD.finditer(text) if _is_noun(m[0], bool(_SENTENCE_START.search(text[: m.start()])))]
    import rjieba

    folded, offsets = fold_with_map(text)
    found, at = [], 0
    for word, tag in rjieba.tag(folded):
        start, at = at, at + len(word)
        if len(word) > 1 and tag[0] in "nj" and word not in STOPWORDS:  # n: nouns and names, j: names cut short
            found.append(text[offsets[start] : offsets[at - 1] + 1])
    return found


def _is_noun(word: str, begins: bool) -> bool:
    plain = word.lower()
    if plain in STOPWORDS or len(plain) < 3:
        return False
    if word[0].isupper() and not begins:
        return True
    words, stems = _others()
    if plain.endswith(("ed", "ing")):
        return not stems.issuperset(keywords(plain))
    return words.isdisjoint({plain, plain.removesuffix("s"), plain.removesuffix("es")})


@lru_cache(maxsize=1)
def _others() -> tuple[frozenset[str], frozenset[str]]:
    """The words that are no nouns, and the stems of those without irregular forms."""
    lines = Path(__file__).with_name("not_nouns.tsv").read_text(encoding="utf-8").splitlines()
    words = " ".join(line for line in lines if not line.startswith("#"))
    return frozenset(words.split()), frozenset(keywords(words))
