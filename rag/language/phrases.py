"""A word or name as it is counted: what the keyword index is asked for, and whether a text holds it as it stands.

Chinese is held by its characters, wherever the segmenter would cut; English by the stems of its words, one after the
other (people's communes: People's Commune), whichever way it is hyphenated. Scripts, widths and romanisations meet as
they do in the index (`rag.language.tokens`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rag.language.fold import fold
from rag.language.romanisation import modern
from rag.language.script import HAN
from rag.language.tokens import LATIN_WORD, keywords

_PIECE = re.compile(rf"{HAN.pattern}|{LATIN_WORD.pattern}|[0-9]+(?:[.,][0-9]+)*[a-z]*")
_JOINT = re.compile(r"[\s'\"-]*")
_APART = r"\W{0,2}"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A word or name. Passages that hold it have all of `tokens`; that a passage with `whole` among its tokens holds it
    is certain, "" if no token says so. Where `is_plain` all with the tokens hold it, and no text has to be read."""

    tokens: frozenset[str]
    whole: str
    is_plain: bool
    _stems: tuple[str, ...]
    _pattern: re.Pattern[str] | None
    _is_han: bool = False

    def stands_in(self, text: str) -> bool:
        """True if a text holds it. To bring old romanisations up to date takes several times as long as all the rest,
        and is done only where it may matter."""
        folded = fold(text)
        if self._pattern:
            return bool(self._pattern.search(folded) or (not self._is_han and self._pattern.search(fold(modern(text)))))
        follows, is_whole = self._follows(folded)
        return follows or (not is_whole and self._follows(fold(modern(text)))[0])

    def _follows(self, folded: str) -> tuple[bool, bool]:
        """Whether the stems follow each other in a folded text, with nothing but blanks and hyphens between them; and
        whether all are there, be it apart."""
        wanted, end = self._stems, -1
        missing, going = set(wanted), [0]
        for word in _PIECE.finditer(folded):
            stems = _stems_of(word[0])
            if missing.isdisjoint(stems) and going == [0] and wanted[0] not in stems:
                continue
            if going != [0] and not _JOINT.fullmatch(folded, end, word.start()):
                going = [0]
            end = word.end()
            missing.difference_update(stems)
            for stem in stems:
                going = [*(at + 1 for at in going if wanted[at] == stem), 0]
                if going[0] == len(wanted):
                    return True, True
        return False, not missing


def phrase(text: str) -> Phrase | None:
    """A word or name as it is counted; None if the keyword index has nothing to find it by (punctuation, "the")."""
    folded = fold(modern(text))
    pieces = [piece[0] for piece in _PIECE.finditer(folded)]
    is_han = [bool(HAN.fullmatch(piece)) for piece in pieces]
    tokens = {token for piece, han in zip(pieces, is_han, strict=True) for token in _tokens(piece, han)}
    if not tokens:
        return None
    if any(is_han):
        pattern = re.compile(_APART.join(map(re.escape, pieces)))
        whole = pieces[0] if len(pieces) == 1 else ""
        return Phrase(frozenset(tokens), whole, 0 < len(whole) < 3, (), pattern, all(is_han))
    stems = tuple(stem for piece in pieces for stem in _stems_of(piece))
    # of open-hearth the index has the two written together, too; of open hearth it has not
    whole = next(iter(keywords(folded.replace("-", ""))), "") if len(pieces) == 1 and len(stems) > 1 else ""
    return Phrase(frozenset(tokens), whole, len(stems) == 1, stems, None)


def _tokens(piece: str, is_han: bool) -> list[str]:
    if is_han:
        return [a + b for a, b in zip(piece, piece[1:], strict=False)] or [piece]
    return [token for part in piece.split("-") for token in keywords(part) if token[0] not in "#@"]


@lru_cache(maxsize=50_000)
def _stems_of(word: str) -> tuple[str, ...]:
    """The stems of a word of a folded text, of a hyphenated one those of its parts; a function word is its own."""
    return tuple(next(iter(keywords(part)), part) for part in word.split("-") if part)
