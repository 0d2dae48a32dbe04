"""Article -> passages per language. The one importer of langchain_text_splitters.

Passages follow paragraphs: neighbouring short paragraphs are joined into one block, a long paragraph is cut into
several of about one size, at the ends of aligned sentences. A block is the same in both languages, so that original
and translation become passages that say the same and can be folded into one hit. A sentence that is too long for the
model is cut at clauses, then spaces, then characters. Nothing overlaps and nothing is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from rag.align import paragraph_beads
from rag.datatypes import LANGS, Article, Bead, Lang, Passage
from rag.errors import WenbaoError
from rag.language.sentences import sentence_spans

if TYPE_CHECKING:
    from langchain_text_splitters import TextSplitter

VERSION = 4
"""Raised when the same article would be split differently; stored with an index, which is rebuilt on a change."""

PASSAGE_TOKENS = 100
"""Aimed-at length of a passage; only a longer sentence exceeds it.

One vector holds only so much: on cmrc-drcd-zh dense search alone reaches nDCG@10 .754 with passages of up to 200
tokens and .822 with up to 90, at no loss on clapnq-dev-en (.985).
"""

LETTERS: dict[Lang, float] = {"zh": 2.0, "en": 6.0}
"""Characters a token, rather many, by which a paragraph is expected to be long."""
BOUNDARY, MARGIN = 3, 10
"""Tokens by which a joined text may differ from the sum of its sentences: at each of their boundaries, and overall.
Counting is most of the time of splitting; nothing is counted whose outcome is certain within this."""

CLAUSES = [r"[；;]", r"[，,、：:]", r"\s+", ""]


@dataclass(frozen=True, slots=True)
class Split:
    """One language of one block: passage and the number of its block, the same for both languages."""

    passage: Passage
    block: int


def split(
    article: Article,
    beads: Sequence[Bead],
    *,
    length: Callable[[str], int],
    max_tokens: int,
    min_tokens: int = 60,
) -> list[Split]:
    """Cut an article into passages, Chinese first, each language in reading order.

    Args:
        article: the article; offsets refer to its bodies.
        beads: its alignment; together the beads cover every non-blank character of every body.
        length: number of tokens of a text in the embedding model, without special tokens.
        max_tokens: no passage is longer than this; one of several sentences not longer than PASSAGE_TOKENS.
        min_tokens: paragraphs are joined into one block until one language has this many.

    Returns:
        passages with `bodies[lang][start:end] == text`, proven here, and their block numbers.

    Raises:
        WenbaoError: a passage would break that promise (a fault of the program, never of the input).
    """
    out: list[Split] = []
    blocks = _blocks(article, beads, length, min(PASSAGE_TOKENS, max_tokens), min_tokens)
    for lang in article.langs:
        body = article.bodies[lang]
        for number, block in enumerate(blocks):
            if lang not in block.spans:
                continue
            start, end = block.spans[lang]
            fits = block.most <= max_tokens
            for a, b in _cut(body, start, end, lang, None if fits else length, max_tokens):
                if body[a:b].strip() != body[a:b] or not body[a:b] or not (fits or length(body[a:b]) <= max_tokens):
                    raise WenbaoError(f"{article.id}: {lang} passage {a}-{b} is not a trimmed slice within the window")
                touched = tuple(
                    sorted({k for k, (x, y) in block.paragraphs[lang].items() if x < b and a < y})  # noqa: C416
                )
                passage = Passage(f"{article.id}#{lang}{a}-{b}", article.id, lang, a, b, body[a:b], touched)
                out.append(Split(passage, number))
    return out


@dataclass(slots=True)
class _Block:
    most: int  # tokens it has at most, in either language
    spans: dict[Lang, tuple[int, int]]
    paragraphs: dict[Lang, dict[int, tuple[int, int]]]

    def add(self, bead: Bead) -> None:
        for lang in LANGS:
            if side := bead.side(lang):
                start, end = self.spans.get(lang, side)
                self.spans[lang] = (min(start, side[0]), max(end, side[1]))
                start, end = self.paragraphs[lang].get(bead.paragraph, side)
                self.paragraphs[lang][bead.paragraph] = (min(start, side[0]), max(end, side[1]))


def _blocks(
    article: Article, beads: Sequence[Bead], length: Callable[[str], int], target: int, min_tokens: int
) -> list[_Block]:
    groups: list[list[Bead]] = []
    counted: list[int] = []  # tokens of each group, in the language with more of them
    sizes: dict[Lang, int] = {}
    sentences: dict[int, list[Bead]] = {}
    for bead in beads:
        sentences.setdefault(bead.paragraph, []).append(bead)
    for bead in paragraph_beads(beads):
        inside = sentences[bead.paragraph]
        parts = [_sizes(article, b, length) for b in inside] if _looks_long(bead, target) else []
        new = {lang: sum(part[lang] for part in parts) for lang in LANGS}
        if not parts or max(new.values()) <= target + MARGIN + len(parts) * BOUNDARY:
            new = _sizes(article, bead, length)
        joined = {lang: sizes.get(lang, 0) + new[lang] for lang in LANGS}
        if groups and max(sizes.values()) < min_tokens and max(joined.values()) <= target:
            groups[-1] += inside
            sizes = joined
            counted[-1] = max(joined.values())
        elif max(new.values()) <= target:
            groups.append(inside)
            sizes = new
            counted.append(max(new.values()))
        else:
            parts = parts or [_sizes(article, b, length) for b in inside]
            for start, end in _even(parts, target):
                groups.append(inside[start:end])
                counted.append(max(sum(part[lang] for part in parts[start:end]) for lang in LANGS))
            sizes = dict.fromkeys(LANGS, target)
    blocks = []
    for group, tokens in zip(groups, counted, strict=True):
        block = _Block(tokens + MARGIN + len(group) * BOUNDARY, {}, {"zh": {}, "en": {}})
        for bead in group:
            block.add(bead)
        blocks.append(block)
    return blocks


def _looks_long(bead: Bead, target: int) -> bool:
    """True if a paragraph will hardly fit into one passage, so that its sentences are better counted at once.

    It only saves counting the text twice; 1.5 Chinese characters or 5 English ones a token are usual.
    """
    return any((side := bead.side(lang)) and side[1] - side[0] > per * target for lang, per in LETTERS.items())


def _sizes(article: Article, bead: Bead, length: Callable[[str], int]) -> dict[Lang, int]:
    """Tokens of both sides of a bead; 0 for a side that is missing."""
    sides = {lang: bead.side(lang) for lang in LANGS}
    return {lang: length(article.bodies[lang][slice(*side)]) if side else 0 for lang, side in sides.items()}


def _even(sizes: Sequence[dict[Lang, int]], target: int) -> list[tuple[int, int]]:
    """Sentences in as few runs of at most ``target`` tokens as can be, and of those choices the most even one.

    A short rest at the end of a paragraph would be a passage without its context. A run of one bead may be longer.
    Found by dynamic programming over the ends of runs, least (number of runs, sum of squared sizes) first.
    """
    best: list[tuple[int, int, int]] = [(0, 0, 0)]  # (runs, squares, start of the last run) of the first n beads
    for end in range(1, len(sizes) + 1):
        choices, run = [], dict.fromkeys(LANGS, 0)
        for start in range(end - 1, -1, -1):
            run = {lang: run[lang] + sizes[start][lang] for lang in LANGS}
            size = max(run.values())
            if size > target and start < end - 1:
                break
            choices.append((best[start][0] + 1, best[start][1] + size * size, start))
        best.append(min(choices))
    runs, end = [], len(sizes)
    while end:
        start = best[end][2]
        runs.append((start, end))
        end = start
    return runs[::-1]


def _cut(
    body: str, start: int, end: int, lang: Lang, length: Callable[[str], int] | None, max_tokens: int
) -> list[tuple[int, int]]:
    """The trimmed spans of the passages of body[start:end]; without `length`, it is known to be one."""
    text, size = body[start:end], max_tokens
    if length is None or length(text) <= max_tokens:
        chunks = [text]
    else:
        # Tokens of a joined text can outnumber the sum of its pieces' by a few: ask for less until all fit.
        while True:
            chunks = _splitter(lang, length, size).split_text(text)
            if size < 8 or all(length(chunk.strip()) <= max_tokens for chunk in chunks):
                break
            size = size * 9 // 10
    if "".join(chunks) != text:
        raise WenbaoError(f"splitting lost characters of {text[:40]!r}...")
    spans, at = [], start
    for chunk in chunks:
        a = at + len(chunk) - len(chunk.lstrip())
        b = at + len(chunk.rstrip())
        at += len(chunk)
        if a < b:
            spans.append((a, b))
    return spans


@lru_cache(maxsize=64)
def _splitter(lang: Lang, length: Callable[[str], int], size: int) -> TextSplitter:
    from langchain_text_splitters import RecursiveCharacterTextSplitter, TextSplitter

    options: dict[str, Any] = {
        "chunk_size": size,
        "chunk_overlap": 0,
        # Of pieces that count nothing (white space has no tokens) the splitter would repeat some as an overlap.
        "length_function": lambda text: length(text) or len(text[:1]),
        "keep_separator": "end",
        "strip_whitespace": False,  # pieces joined give the text back, so offsets are sums, not searches
    }
    clauses = RecursiveCharacterTextSplitter(separators=CLAUSES, is_separator_regex=True, **options)

    class SentenceSplitter(TextSplitter):
        def split_text(self, text: str) -> list[str]:
            cuts = [0, *(end for _, end in sentence_spans(text, lang)), len(text)]
            pieces = [text[a:b] for a, b in zip(cuts, cuts[1:], strict=False) if a < b]
            fitting = [p for piece in pieces for p in ([piece] if length(piece) < size else clauses.split_text(piece))]
            return self._merge_splits(fitting, "")

    return SentenceSplitter(**options)
