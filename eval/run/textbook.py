"""BM25 as the textbooks have it, over the whole documents of a BEIR folder: a reference that shares no code with
Wenbao's own search.

Lucene's variant, k1 1.2, b 0.75, over title and text. Tokens are pairs of neighbouring Han characters (one alone where
it stands alone) and runs of Latin letters and digits in lower case; no stemming, no stop words. Wenbao's keyword
channel differs: it searches passages instead of documents, adds single characters, long words, stems, numbers and
dates, leaves out function words, and completes a follow-up from the questions before it.
"""

from __future__ import annotations

import math
import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.sets.beir import load_beir
from eval.sets.questions import QuestionSet
from rag.corpus import sources
from rag.datatypes import LANGS, Article, Lang

K1, B = 1.2, 0.75
DEPTH = 100
_RUN = re.compile("[\u3400-\u9fff]+|[a-z0-9\u00df-\u024f]+")


def tokens(text: str) -> list[str]:
    """Pairs of Han characters and Latin words, in order."""
    found: list[str] = []
    for run in _RUN.findall(text.lower()):
        if run[0] < "\u3400" or len(run) == 1:
            found.append(run)
        else:
            found += map("".join, zip(run, run[1:], strict=False))
    return found


class TextbookBM25:
    """BM25 over documents given as token lists, each taken in as it comes."""

    def __init__(self, documents: Iterable[Sequence[str]]) -> None:
        from scipy.sparse import csc_matrix

        self._words: dict[str, int] = {}
        rows, columns, counts, lengths = array("i"), array("i"), array("i"), array("i")
        for row, document in enumerate(documents):
            lengths.append(len(document))
            for word, count in Counter(document).items():
                rows.append(row)
                columns.append(self._words.setdefault(word, len(self._words)))
                counts.append(count)
        long = np.asarray(lengths, dtype=np.float64)
        average = long.mean() if len(long) else 1.0
        places, said = np.asarray(rows, dtype=np.int32), np.asarray(counts, dtype=np.float64)
        said /= said + K1 * (1 - B + B * long[places] / average)
        self._weights = csc_matrix((said, (places, np.asarray(columns))), shape=(len(long), len(self._words)))
        held = np.diff(self._weights.indptr)
        self._idf = np.log(1 + (len(long) - held + 0.5) / (held + 0.5))

    def scores(self, query: Sequence[str]) -> NDArray[np.float64]:
        """The score of every document, shape (documents,); a word asked twice counts twice."""
        asked = np.zeros(len(self._words))
        for word, count in Counter(query).items():
            if word in self._words:
                asked[self._words[word]] = count * self._idf[self._words[word]]
        return np.asarray(self._weights @ asked)


def textbook_run(folder: Path, *, other_language: bool = False) -> Iterator[str]:
    """The lines of the TREC run of the queries of a BEIR folder over its corpus, the query's own document left out.

    `other_language`: only documents in the language that the query is not in. Queries are searched as they stand,
    without their history. Raises `UsageError` for a faulty folder.
    """
    questions: QuestionSet = load_beir(folder)
    pools: dict[str, _Pool] = (
        {lang: _Pool(folder, without=lang) for lang in LANGS} if other_language else {"all": _Pool(folder)}
    )
    for case in questions.cases():
        pool = pools[case.lang if other_language else "all"]
        scores = pool.bm25.scores(tokens(case.text))
        rank = 0
        for place in np.argsort(-scores, kind="stable")[: DEPTH + 1]:
            document = pool.ids[place]
            if scores[place] > 0 and document != case.id and rank < DEPTH and math.isfinite(scores[place]):
                rank += 1
                yield f"{case.id} Q0 {document} {rank} {-rank} textbook-bm25"


class _Pool:
    """The documents of a folder, but for those in the language `without`."""

    def __init__(self, folder: Path, without: Lang | None = None) -> None:
        self.ids: list[str] = []
        self.bm25 = TextbookBM25(self._documents(folder, without))

    def _documents(self, folder: Path, without: Lang | None) -> Iterator[list[str]]:
        for article in sources([folder], max_bytes=5_000_000):
            if isinstance(article, Article) and (lang := article.langs[0]) != without:
                self.ids.append(article.id)
                yield tokens(f"{article.titles.get(lang, '')}\n{article.bodies[lang]}")
