"""Stand-ins for what is slow or cannot be had, as real classes that explain themselves."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rag.datatypes import LANGS, Lang
from rag.language.fold import fold
from rag.language.tokens import content_keywords
from rag.reader.pages import FORMS, Page, PageRead, Read


class HashEmbedder:
    """A vector of hashed words and character pairs: texts that share words are near, and nothing else is known.

    `encoded` counts the texts it was given, so that a test can tell what was embedded again.
    """

    def __init__(self, name: str = "hash", digest: str = "0123456789abcdef", window: int = 256) -> None:
        self.name, self.digest, self.window = name, digest, window
        self.dimension = 64
        self.languages: frozenset[Lang] = frozenset(LANGS)
        self.encoded = 0

    def count(self, text: str) -> int:
        return len(re.findall(r"[一-鿿]|\w+|[^\w\s]", text))

    def documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.encoded += len(texts)
        return np.stack([self._vector(text) for text in texts]) if texts else np.zeros((0, 64), np.float32)

    def query(self, text: str) -> NDArray[np.float32]:
        return self._vector(text)

    def warm_up(self) -> None:
        pass

    def _vector(self, text: str) -> NDArray[np.float32]:
        folded = " ".join(fold(text).split())  # white space counts for a model once, if at all
        grams = [*re.findall(r"[a-z0-9]+", folded), *(folded[i : i + 2] for i in range(len(folded) - 1))]
        vector = np.full(self.dimension, 1e-3, dtype=np.float32)
        for gram in grams:
            vector[zlib.crc32(gram.encode("utf-8", "replace")) % self.dimension] += 1.0
        return vector / np.float32(np.linalg.norm(vector))


class WordReader:
    """A sentence answers as far as it has the question's words, and the whole sentence is the answer; for a fact."""

    digest = "words"

    def read(self, question: str, pages: Sequence[Page]) -> list[PageRead]:
        asked = set(content_keywords(question))
        forms = {form: 0.0 for form in FORMS} | {"fact": 1.0}
        return [
            PageRead(tuple(self._read(asked, page.text, span) for span in page.sentences), forms, -9.0)
            for page in pages
        ]

    def _read(self, asked: set[str], text: str, span: tuple[int, int]) -> Read:
        share = len(asked & set(content_keywords(text[slice(*span)]))) / max(len(asked), 1)
        return Read(12 * share - 6, 0.0, span, 0.0)
