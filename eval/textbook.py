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
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.beir import load_beir
from eval.questions import QuestionSet
from rag.corpus import sources
from rag.datatypes import Article, Lang

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
    """BM25 over documents given as token lists."""

    def __init__(self, documents: Sequence[Sequence[str]]) -> None:
        from scipy.sparse import csc_matrix

        self._words: dict[str, int] = {}
        rows, columns, values = [], [], []
        lengths = np.array([len(document) for document in documents], dtype=np.float64)
        average = lengths.mean() if len(lengths) else 1.0
        for row, document in enumerate(documents):
            for word, count in Counter(document).items():
                rows.append(row)
                columns.append(self._words.setdefault(word, len(self._words)))
                values.append(count / (count + K1 * (1 - B + B * len(document) / average)))
        self._weights = csc_matrix((values, (rows, columns)), shape=(len(documents), len(self._words)))
        held = np.diff(self._weights.indptr)
        self._idf = np.log(1 + (len(documents) - held + 0.5) / (held + 0.5))

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
    ids: list[str] = []
    langs: list[Lang] = []
    documents: list[list[str]] = []
    for article in sources([folder], max_bytes=5_000_000):
        if isinstance(article, Article):
            lang = article.langs[0]
            ids.append(article.id)
            langs.append(lang)
            documents.append(tokens(f"{article.titles.get(lang, '')}\n{article.bodies[lang]}"))
    pools: dict[str, NDArray[np.int64]] = {"all": np.arange(len(ids))}
    if other_language:
        pools = {
            lang: np.array([n for n, of in enumerate(langs) if of != lang], dtype=np.int64) for lang in ("zh", "en")
        }
    searched = {name: TextbookBM25([documents[n] for n in pool]) for name, pool in pools.items()}
    for case in questions.cases():
        name = case.lang if other_language else "all"
        scores = searched[name].scores(tokens(case.text))
        rank = 0
        for place in np.argsort(-scores, kind="stable")[: DEPTH + 1]:
            document = ids[pools[name][place]]
            if scores[place] > 0 and document != case.id and rank < DEPTH and math.isfinite(scores[place]):
                rank += 1
                yield f"{case.id} Q0 {document} {rank} {-rank} textbook-bm25"
