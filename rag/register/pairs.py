"""Which name of the original is which of its translation: read aloud, by the terms of the paper, or what is left over.

The place is a bead. An English name that the characters of the original are read as (Shijingshan: 石景山), that sounds
like a transliteration there (Nkrumah: 恩克鲁玛), or that the list of terms renders, is proved by that one place. What
is left of both is told as having stood together, and only the whole archive shows whether it belongs together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rag.datatypes import Lang
from rag.language.clues import readings, syllables
from rag.language.fold import fold
from rag.language.names import PERSON_TAGS, PLACE_TAGS, SURNAMES
from rag.language.romanisation import modern
from rag.language.script import HAN
from rag.language.terms import chinese, plain
from rag.language.wordlists import STOPWORDS
from rag.register.chinese import NO_NAMES, Candidate, Word, candidates, extended, tagged
from rag.register.english import Run, is_demonym, is_titled, reduced, runs
from rag.register.kinds import Kind, chinese_kind, english_kind, place_end, works_in
from rag.translation.foreign import consonants, likeness, reads_in, transliterated

Proof = Literal["read", "term", "sound"]
PROOFS: tuple[Proof, ...] = ("read", "term", "sound")
_Made = tuple[Proof, tuple[int, int], bool]
_STEEL = frozenset({"steel", "steelworks"})
_SEATS = frozenset({"province", "city", "municipality", "county"})
"""What a place may be called by in the translation alone."""
_SOUNDS, _SURE = 0.8, 0.95
"""Likeness from which a transliteration is proved by its sound, and from which one of few consonants is."""
_MOST_LEFT = 12  # pairs of what is left over in a bead
_CLIPPED = frozenset("于和同用由以向对当及并至等从在跟给被把与是的曾也又将")
"""Characters that the segmenter takes into a transliteration though they stand beside it."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it stands in a text, and of what it is, None where nothing tells."""

    text: str
    kind: Kind | None


@dataclass(frozen=True, slots=True)
class Paired:
    """Two names of a bead that belong together, and by what; of those that only stood together `proof` is None."""

    zh: Name
    en: Name
    proof: Proof | None


@dataclass(frozen=True, slots=True)
class Found:
    """The names of a bead: pairs, what may be one, and what stands in English without a counterpart."""

    pairs: Sequence[Paired]
    zh: Sequence[Name]
    en: Sequence[tuple[Name, bool]]
    """With whether a capital and a word of its own show that it is a name."""


def paired(zh: str, en: str) -> Found:
    """The names of a bead."""
    words, english = tagged(zh), runs(en)
    pairs: list[Paired] = []
    taken: list[tuple[int, int]] = []
    left: list[Run] = []

    def take(run: Run, made: _Made | None) -> bool:
        bare = made and (reduced(en, run) if made[2] else run)
        if not made or not bare:
            return False
        proof, (start, end), _ = made
        while end - start > 2 and zh[end - 1] == "·":
            end -= 1
        name = zh[start:end]
        if name in NO_NAMES or not HAN.fullmatch(name.replace("·", "")):
            return False
        kind = _kind(name, words, bare, proof)
        pairs.append(Paired(Name(name, kind), Name(bare.text, kind), proof))
        taken.append((start, end))
        return True

    for run in english:
        if not take(run, _read(zh, words, run, taken) or _short(zh, run) or _term(zh, words, run)):
            left.append(run)
    for run, made in _sounding(zh, words, left):
        if take(run, made):
            left.remove(run)
    free = [c for c in candidates(words) if not any(c.start < b and a < c.end for a, b in taken)]
    unheld = [(Name(r.text, r.kind), _is_sure(r)) for r in left if _is_long(r.text) and not _is_adjective(r)]
    if len(free) * len(unheld) <= _MOST_LEFT:
        pairs += [Paired(Name(c.text, c.kind), r, None) for c in free for r, _ in unheld if _fit(c, r)]
    return Found(pairs, [Name(c.text, c.kind) for c in free], unheld)


def alone(text: str, lang: Lang) -> Found:
    """The names of a sentence that has no counterpart."""
    if lang == "zh":
        return Found([], [Name(c.text, c.kind) for c in candidates(tagged(text))], [])
    left = [r for r in runs(text) if _is_long(r.text) and not _is_adjective(r)]
    return Found([], [], [(Name(r.text, r.kind), _is_sure(r)) for r in left])


def _is_sure(run: Run) -> bool:
    """Whether a run is a name by its letters: of words that are no English ones, with what it is called by, if any."""
    others = [w for w in run.words if w not in run.own]
    called = bool(others) and run.kind in ("place", "work") and english_kind(run.words, run.text) is not None
    return run.sure and bool(run.own) and (not others or (called and not any(map(is_titled, others))))


def _is_adjective(run: Run) -> bool:
    return all(is_demonym(part) for part in run.words)


def _is_long(text: str) -> bool:
    """Whether it may be a name by itself; Li may be anybody."""
    return len(text) > 3 or (len(text) == 3 and len(syllables(fold(text))) != 1)


def _fit(candidate: Candidate, run: Name) -> bool:
    return run.kind is None or run.kind == candidate.kind


def _kind(zh: str, words: list[Word], run: Run, proof: Proof) -> Kind | None:
    if proof == "read" and len(run.words) == 2 == len(run.own) and len(zh) <= 4 and chinese_kind(zh) is None:
        return "person"
    tag = next((w.tag for w in words if w.text == zh), "")
    if (
        len(zh) <= 3
        and chinese_kind(zh) != "work"
        and zh[0] in SURNAMES
        and (run.kind == "person" or (run.kind is None and tag in PERSON_TAGS))
    ):
        return "person"
    if "·" in zh and english_kind(run.words, run.text) is None:
        return "person"
    told = chinese_kind(zh) or english_kind(run.words, run.text) or run.kind
    return told or ("place" if tag == "ns" else "work" if tag == "nt" else None)


def _read(zh: str, words: list[Word], run: Run, taken: Sequence[tuple[int, int]]) -> _Made | None:
    """The stretch that the words of a run that are no English ones are read as, with what it is called by."""
    if not run.own:
        return None
    letters = "".join(re.sub("[^a-z]", "", fold(w)) for w in run.own)
    spans = list(_spans(zh, letters))
    if not spans:
        old = re.sub("[^a-z]", "", fold(modern(" ".join(run.own))))
        spans = list(_spans(zh, old)) if old != letters else []
    spans = [s for s in spans if s[1] - s[0] >= 2]
    if not spans:
        return None
    starts = {w.start for w in words}
    start, end = min(spans, key=lambda s: (any(a <= s[0] < b for a, b in taken), s[0] not in starts, s[0]))
    return _with_generic(zh, words, run, "read", start, end)


def _short(zh: str, run: Run) -> _Made | None:
    """The short name of a steel works, by the first character of its place: 鞍钢, Anshan Iron and Steel."""
    if run.kind != "work" or not run.own or not _STEEL.intersection(map(fold, run.words)):
        return None
    first = syllables(re.sub("[^a-z]", "", fold(run.own[0])))[:1]
    cuts = (m.span() for m in re.finditer("[一-鿿]钢(?!铁)", zh) if first and first[0] in readings(m[0][0]))
    return next((("read", cut, False) for cut in cuts), None)


def _with_generic(zh: str, words: list[Word], run: Run, proof: Proof, start: int, end: int) -> _Made | None:
    """The stretch with what it is called by, as the run has it; True if the run is to be read without what it is
    called by, because the stretch has nothing of it."""
    is_seat = zh[end : end + 1] in ("省", "市", "县") and end - start == 2 and run.kind != "person"
    bare = start, end + 1 if is_seat else end
    if len(run.own) == len(run.words):
        return proof, bare, False
    kind = english_kind(run.words, run.text)
    if kind == "work":
        if chinese_kind(zh[start:end]) == "work":
            return proof, (start, end), False
        number = next((n for n, w in enumerate(words) if w.start == start), None)
        if number is not None:
            word = words[number]  # 哥伦比亚大学 is one word
            if word.end > end and chinese_kind(word.text) == "work":
                return proof, (start, word.end), False
            if last := extended(words, number, works_in(run.words)):
                return proof, (start, last.end), False
    if kind == "place" and (ends := place_end(run.words)):
        if re.fullmatch(ends, zh[end - 1 : end]):  # 黑龙江, Heilongjiang River
            return proof, (start, end), False
        if m := re.compile(ends).match(zh, end):
            return proof, (start, m.end()), False
        if fold(run.words[-1]) in _SEATS and len(run.words) == len(run.own) + 1:
            return proof, (start, end), False
    return proof, bare, True


def _spans(zh: str, letters: str) -> Iterator[tuple[int, int]]:
    """The stretches of Chinese characters that are read as these letters."""
    if len(letters) < 3 or not syllables(letters):
        return
    for at in range(len(zh)):
        if HAN.match(zh[at]) and (end := _reads(zh, at, letters)):
            yield at, end


def _reads(zh: str, at: int, rest: str) -> int:
    if not rest:
        return at
    if at >= len(zh) or not HAN.match(zh[at]):
        return 0
    ends = (_reads(zh, at + 1, rest[len(r) :]) for r in readings(zh[at]) if r and rest.startswith(r))
    return next(filter(None, ends), 0)


def _term(zh: str, words: list[Word], run: Run) -> _Made | None:
    key = tuple(plain(w) for w in run.text.replace("-", " ").split() if w.lower() not in STOPWORDS)
    term = chinese().get(key)
    if term is None or (at := zh.find(term)) < 0:
        return None
    holding = next((w for w in words if w.start <= at < w.end), None)
    if holding is None or holding.tag not in PLACE_TAGS | PERSON_TAGS:
        return None
    if holding.tag == "nz" and chinese_kind(term) is None:
        return None
    if holding.tag != "ns" and holding.text != term:  # 音乐学院 does not name music
        return None
    return "term", (at, at + len(term)), False


def _sounding(zh: str, words: list[Word], left: Sequence[Run]) -> Iterator[tuple[Run, _Made | None]]:
    """Runs with the transliteration that they sound like, the surest first; none of these twice."""
    own = [run for run in left if run.own and not reads_in(zh, run.own[-1])]
    if not own:
        return
    scored = []
    for span in transliterated(zh):
        for run in own:
            score, place = max(_scores(zh, *_trimmed(zh, *span), run))
            if score >= _SOUNDS:
                scored.append((score, place, run))
    used: dict[tuple[int, int], str] = {}
    done: list[Run] = []
    for _, place, run in sorted(scored, key=lambda one: -one[0]):
        if run not in done and used.setdefault(place, run.text) == run.text:
            done.append(run)
            yield run, _with_generic(zh, words, run, "sound", *place)


def _scores(zh: str, start: int, end: int, run: Run) -> Iterator[tuple[float, tuple[int, int]]]:
    """How well a transliteration, or it without a character at an end, sounds like a run."""
    for first, last in ((start, end), (start, end - 1), (start, end - 2), (start + 1, end)):
        if last - first < min(3, end - start):
            continue
        whole = zh[first:last]
        family = re.split("[·•]", whole)[-1]
        score = max(_likeness(whole, "".join(run.own)), _likeness(family, run.own[-1]))
        yield score + 0.001 * (last - first), (first, last)


def _likeness(name: str, word: str) -> float:
    """How surely a transliteration is that of a word; of one with two consonants only where all agree."""
    score = likeness(name, word)
    return score if score >= _SURE or consonants(word) > 2 else 0.0


def _trimmed(zh: str, start: int, end: int) -> tuple[int, int]:
    while end - start > 2 and zh[end - 1] in _CLIPPED:
        end -= 1
    while end - start > 2 and zh[start] in _CLIPPED:
        start += 1
    return start, end
