"""What a reader of the report has to know of how it was measured."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.peers import scoring
from benchmarks.peers.asking import K
from benchmarks.peers.corpora import UNREAD, Corpus
from rag.datatypes import Article
from training.embedder.devsets import LEARNED


def about(
    corpora: Sequence[Corpus],
    articles: Sequence[Article],
    questions: Sequence[str],
    sample: int,
    left_out: Mapping[str, str],
) -> dict[str, Any]:
    """`machine`, `notes` and `left_out`, as the page takes them."""
    threads = os.environ.get("OMP_NUM_THREADS", "as many as the libraries choose")
    sizes = ", ".join(f"{one.name} {len(one.articles):,} documents, {len(one.asked):,} questions" for one in corpora)
    return {
        "machine": f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} cores, threads: {threads}.",
        "left_out": left_out,
        "notes": (
            f"Indexed and asked: {sizes}.",
            "The peers get each language of an article as a document of its own: headline, day of issue, text. Wenbao"
            " gets the article, as it reads it from the file.",
            "A gold sentence counts as found at k if a text among the first k contains it, white space aside. What a"
            " hit of Wenbao shows is its passage and the counterpart in the other language.",
            f"{scoring.IN_BUDGET}: the same among the first {scoring.BUDGET:,} characters of what is shown. The peers"
            " cut differently, from a sentence or two to whole articles, and one whole article is worth less to a"
            " reader than one passage; here all have the same room.",
            "ndcg@10 and success@1 are those of articles: each counts where its first passage stands. Every peer was"
            f" asked for {scoring.DEPTH} results (as they come, most give fewer).",
            "Each wording of a question is asked by itself. Left out are follow-ups, questions limited to dates and"
            " those without an answer: no peer but Wenbao can refuse, take a limit over from words, or follow a"
            " conversation without a language model. The lines “in its conversation” are Wenbao's alone therefore.",
            f"Nothing of Wenbao was trained or fitted on the months {' and '.join(UNREAD)}. The reader and the weights"
            " of its search have seen the others.",
            "“zh-en”: questions in Chinese, only the English of the articles indexed, as if the archive had no more;"
            " “en-zh” the other way round; “both”: both languages indexed, as people use it.",
            f"Of each public set a sample is indexed: {sample} questions and those made of several, all documents that"
            f" are judged for them, and {sample} others. Of {' and '.join(LEARNED)} the embedding model has learned"
            " one half; only questions of the other are asked. The weights of search were chosen on half of the"
            " questions of these sets. nomiracl-refusal-enzh names no relevant document and is left out.",
            "Answers: only Wenbao composes any without a language model. Refused counts as wrong.",
            "While quality was measured, peers with the same model shared the vectors of equal texts; while time was,"
            " nothing was shared.",
            f"Costs: {len(articles)} articles in both languages, {len(questions)} questions, {K} results each, by turns"
            " on a machine that other work may have used as well. Ratios hold there, times do not. Passages differ in"
            " length, so that the row to go by is the time for the articles. A question is searched, not answered:"
            " what Wenbao takes to read and to quote comes on top, and no other peer does that. Wenbao's indexing"
            " includes the check of what was written, in a process of its own, which weighs the more the fewer"
            " articles there are.",
        ),
    }
