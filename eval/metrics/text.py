"""What an answer says, compared with what it should say: by substring, by exact match, by overlap."""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

from eval.sets.questions import Nugget
from rag.language.fold import fold, fold_with_map

_MARK = re.compile(r"\[\d+\]")
_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_TOKEN = re.compile(rf"[{_HAN}]|[^\s{_HAN}]+")
_ARTICLES = frozenset(("a", "an", "the"))


def without_marks(text: str) -> str:
    """`text` without its `[1]` citation marks."""
    return _MARK.sub(" ", text)


def says(text: str, wanted: str) -> bool:
    """True if `wanted` stands in `text` after NFKC, lower case, simplified characters, no spaces or punctuation.

    A number has to match whole (3,000 is not in 13,000 nor 99 in 99.995) and a Latin word from its beginning (ten
    is not in often, but is in tenth). Citation marks are no part of the text; a blank `wanted` is in nothing.
    """
    text = without_marks(text)
    needle = "".join(char for char in fold(wanted) if char.isalnum())
    if not needle:
        return False
    folded, offsets = fold_with_map(text)
    kept = [at for at, char in enumerate(folded) if char.isalnum()]
    dense = "".join(folded[at] for at in kept)
    start = dense.find(needle)
    while start >= 0:
        first, last = offsets[kept[start]], offsets[kept[start + len(needle) - 1]]
        if _starts_whole(text, first) and _ends_whole(text, last):
            return True
        start = dense.find(needle, start + 1)
    return False


def _starts_whole(text: str, first: int) -> bool:
    before = text[:first][-2:]
    if text[first].isdigit():
        return not (before[-1:].isdigit() or (before[-1:] in (".", ",") and before[:-1].isdigit()))
    return not (_is_latin(text[first]) and _is_latin(before[-1:]))


def _ends_whole(text: str, last: int) -> bool:
    after = text[last + 1 : last + 3]
    if not text[last].isdigit():
        return True
    return not (after[:1].isdigit() or (after[:1] in (".", ",") and after[1:].isdigit()))


def _is_latin(char: str) -> bool:
    return char.isalpha() and ord(char) < 0x250


def says_any(text: str, wanted: Iterable[str]) -> bool:
    """True if `text` says (see `says`) at least one of `wanted`."""
    return any(says(text, one) for one in wanted)


def answer_in_text(text: str, references: Sequence[str], nuggets: Sequence[Nugget]) -> float | None:
    """Wanted statements found in `text` / wanted statements, 0 to 1, higher is better; None if nothing is wanted.

    The references are one statement together (any of them will do), each vital nugget is one more.
    """
    groups = [references] if references else []
    groups += [nugget.texts for nugget in nuggets if not nugget.okay]
    return sum(says_any(text, group) for group in groups) / len(groups) if groups else None


def nugget_recall(text: str, nuggets: Sequence[Nugget], *, vital_only: bool) -> float | None:
    """Nuggets that `text` says / nuggets, 0 to 1, higher is better; None if there are none.

    AutoNuggetizer's strict_vital and strict_all, with assignment by substring: support or not, nothing partial.
    """
    counted = [nugget for nugget in nuggets if not (vital_only and nugget.okay)]
    return sum(says_any(text, nugget.texts) for nugget in counted) / len(counted) if counted else None


def tells_falsehood(text: str, falsehoods: Sequence[str]) -> float | None:
    """1 if `text` says one of `falsehoods` (see `says`), else 0; lower is better; None if there are none."""
    return float(says_any(text, falsehoods)) if falsehoods else None


def tokens(text: str) -> list[str]:
    """Latin words after SQuAD's normalisation (lower case, punctuation and a, an, the dropped), Han characters singly.

    Folded first (NFKC, accents, simplified characters), which the official script does not do.
    """
    bare = "".join(c for c in fold(without_marks(text)) if c not in string.punctuation and _not_punctuation(c))
    return [token for token in _TOKEN.findall(bare) if token not in _ARTICLES]


def _not_punctuation(char: str) -> bool:
    return char.isascii() or not unicodedata.category(char).startswith("P")


def overlap_f1(said: Sequence[str], wanted: Sequence[str]) -> float:
    """F1 of two bags of tokens, 0 to 1, higher is better. Two empty bags agree (1), an empty and a full one do not."""
    if not said or not wanted:
        return float(not said and not wanted)
    common = sum((Counter(said) & Counter(wanted)).values())
    return 2 * common / (len(said) + len(wanted))


def f1(text: str, references: Iterable[str]) -> float:
    """SQuAD's bag-of-tokens F1 with the best reference, 0 to 1, higher is better.

    CMRC 2018's own script counts the longest common substring instead. Raises `ValueError` without references.
    """
    said = tokens(text)
    return max(overlap_f1(said, tokens(reference)) for reference in references)


def exact_match(text: str, references: Iterable[str]) -> float:
    """1 if `text` has the tokens of a reference, in order, else 0 (SQuAD's exact match)."""
    said = tokens(text)
    return float(any(said == tokens(reference) for reference in references))
