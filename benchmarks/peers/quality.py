"""What each peer finds, question by question; kept, so that a run that was stopped is taken up."""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from benchmarks.peers import kept
from benchmarks.peers.corpora import Asked, Corpus
from benchmarks.peers.peer import Peer
from benchmarks.peers.scoring import DEPTH, scores
from benchmarks.peers.table import PEERS
from eval.metrics.text import answer_in_text

Rows = Sequence[Mapping[str, Any]]
"""Of each question: `id`, `cluster`, `line`, and its `values` by measure."""
ANSWER = "answer in the text"


def measured(name: str, corpora: Sequence[Corpus], work: Path) -> None:
    """Ask a peer the questions of every corpus, in this process, and keep what came of it.

    Raises whatever the peer raises; what it was asked of the corpora before is kept.
    """
    entry = PEERS[name]
    missing = [corpus for corpus in corpora if _read(name, corpus, work) is None]
    if not missing:
        return
    peer = entry.make()
    with kept.shared(work / "vectors.sqlite") if entry.vectors else nullcontext():
        peer.load()
        for corpus in missing:
            started = time.perf_counter()
            peer.open(_indexed(peer, entry.index or name, corpus, work))
            rows = [_asked(peer, corpus, one) for one in corpus.asked if peer.chats or not one.history]
            file = _file(name, corpus, work)
            file.parent.mkdir(parents=True, exist_ok=True)
            partial = file.with_suffix(".tmp")
            partial.write_text(json.dumps({**_state(name, corpus), "rows": rows}), encoding="utf-8")
            partial.replace(file)
            print(
                f"{name}: {corpus.name}, {len(rows)} questions, {time.perf_counter() - started:.0f} s", file=sys.stderr
            )


def answered(name: str, corpora: Sequence[Corpus], work: Path) -> None:
    """Ask a peer that answers for its answers, in this process, and keep which of them say what they should.

    It needs the indexes of `measured`. A peer without a method `answer` is passed over.
    """
    peer = PEERS[name].make()
    if not isinstance(peer, Answering):
        return
    peer.load()
    for corpus in corpora:
        file = _answers(name, corpus, work)
        done = {row["id"] for row in _lines(file)}
        asked = [one for one in corpus.asked if one.answers and one.id not in done]
        if asked:
            peer.open(_indexed(peer, PEERS[name].index or name, corpus, work))
        for one in asked:
            said = answer_in_text(peer.answer(one.text), one.answers, one.must_say)
            row = {"id": one.id, "cluster": one.cluster, "line": one.line, "values": {ANSWER: said}}
            with file.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(row) + "\n")


def results(name: str, corpora: Sequence[Corpus], work: Path) -> Rows:
    """What is kept of a peer for these corpora."""
    found = [row for corpus in corpora for row in _read(name, corpus, work) or ()]
    return [*found, *(row for corpus in corpora for row in _lines(_answers(name, corpus, work)))]


def _answers(name: str, corpus: Corpus, work: Path) -> Path:
    return _file(name, corpus, work).with_name(f"{corpus.name}-{corpus.digest}.answers.jsonl")


def _lines(file: Path) -> Rows:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.is_file() else []


@runtime_checkable
class Answering(Peer, Protocol):
    """A peer that composes answers without a language model."""

    def answer(self, question: str) -> str:
        """The answer, "" if it is refused."""


def _asked(peer: Peer, corpus: Corpus, asked: Asked) -> dict[str, Any]:
    found = peer.search(asked.text, DEPTH, asked.history)
    values = scores(asked, found, own_ids=corpus.own_ids)
    return {"id": asked.id, "cluster": asked.cluster, "line": asked.line, "values": values}


def _indexed(peer: Peer, name: str, corpus: Corpus, work: Path) -> Path:
    """The index of a corpus, made if need be; peers that differ only in how they ask have one between them."""
    folder = work / "indexes" / _plain(name) / f"{corpus.name}-{corpus.indexed}"
    done = folder.with_suffix(".done")
    if not done.is_file():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        peer.index(corpus.articles, folder)
        done.touch()
    return folder


def _plain(name: str) -> str:
    return "".join(char if char.isalnum() else "_" for char in name)


def _state(name: str, corpus: Corpus) -> dict[str, Any]:
    return {"versions": PEERS[name].versions, "corpus": corpus.digest}


def _file(name: str, corpus: Corpus, work: Path) -> Path:
    return work / "quality" / _plain(name) / f"{corpus.name}.json"


def _read(name: str, corpus: Corpus, work: Path) -> Rows | None:
    file = _file(name, corpus, work)
    if not file.is_file():
        return None
    held = json.loads(file.read_text(encoding="utf-8"))
    if {key: held[key] for key in ("versions", "corpus")} != _state(name, corpus):
        return None
    rows: Rows = held["rows"]
    return rows
