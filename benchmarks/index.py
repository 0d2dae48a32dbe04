"""What indexing costs, beside encoding alone: `make bench-index`, or `python -m benchmarks.index SOURCE --documents N`.

Everything is measured in one run on one machine, so that the ratios hold whatever the machine. Each build runs in a
process of its own; its memory is the largest sum of resident sizes of that process and its children.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import itertools
import json
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from rag.archive import Archive
from rag.corpus import sources
from rag.corpus.article import renamed
from rag.datatypes import LANGS, Article, Filters, Lang
from rag.embed import Embedder, open_embedder
from rag.errors import SourceError
from rag.index import chroma
from rag.index import store as stores
from rag.index.build import build
from rag.index.reader import Generation
from rag.index.server import configured
from rag.index.writer import PASSAGE
from rag.settings import load

DIMENSION = 384


class Stub:
    """A model of the shipped one's size and token counts whose vectors cost nothing: random, but fixed per text."""

    def __init__(self, real: Embedder) -> None:
        self.name, self.digest, self.dimension, self.window = "stub", "0" * 16, DIMENSION, real.window
        self.languages, self.count, self.warm_up = real.languages, real.count, lambda: None

    def documents(self, texts: list[str]) -> Any:
        """Unit vectors, shape (len(texts), 384), in 500 clusters."""
        return np.stack([self.query(text) for text in texts])

    def query(self, text: str) -> Any:
        """A unit vector, shape (384,)."""
        seed = hash(text) % 2**32
        near = np.random.default_rng(seed % 500).standard_normal(DIMENSION)
        vector = near + 0.7 * np.random.default_rng(seed).standard_normal(DIMENSION)
        return (vector / np.linalg.norm(vector)).astype(np.float32)


def articles(source: Path, documents: int, changed: int = 0, times: int = 1) -> Iterator[Article]:
    """The first `documents` articles; every 100th with a word more if `changed` is 1; all of them so many times, each
    time with another word and id, so that they are other articles."""
    found = (a for a in sources([source], max_bytes=5_000_000) if isinstance(a, Article))
    for i, article in enumerate(itertools.islice(found, documents)):
        yield _with(article, i) if changed and i % 100 == 50 else article
        for copy in range(1, times):
            yield _with(article, copy, f"{article.id}-{copy}")


def _with(article: Article, number: int, name: str | None = None) -> Article:
    bodies = {lang: f"{body}\n{number}" for lang, body in article.bodies.items()}
    return renamed(replace(article, bodies=bodies), name or article.id)


def child(arguments: argparse.Namespace) -> None:
    """One build in this process; prints its report as JSON."""
    embedder: Any = open_embedder()
    if arguments.stub:
        embedder = Stub(embedder)
    elif not arguments.changed:
        embedder.warm_up()
    started, used = time.perf_counter(), time.process_time()
    read: Iterable[Article | SourceError] = articles(
        arguments.source, arguments.documents, arguments.changed, arguments.times
    )
    report = build(read, arguments.store, embedder, sources=["benchmark"], server=configured(load()))
    checked = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = time.process_time() - used + checked.ru_utime + checked.ru_stime
    record = {"wall": time.perf_counter() - started, "cpu": used, "changed": report.changed}
    record |= {"passages": report.passages, "embedded": report.embedded, "seconds": report.seconds}
    print(json.dumps(record))


class Named:
    """The shipped model under the digest of a stub, so that it can ask a store whose vectors cost nothing."""

    def __init__(self, real: Embedder, digest: str) -> None:
        self._real, self.digest = real, digest

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


def ask(store: Path, once: bool) -> None:
    """Ask the store in this process as the chat does, only `once` for the memory it takes; prints as JSON the
    milliseconds (p50) and that."""
    archive, _, _, words = opened(store, 40)
    questions = itertools.cycle(words)
    archive.ask(next(questions))
    figures = {}
    if not once:
        figures["find"] = p50(lambda: archive.find(next(questions)))
        figures["ask"] = p50(lambda: archive.ask(next(questions)), 20)
    process = psutil.Process().memory_full_info()
    figures |= {"resident MB": process.rss / 1e6, "of it private MB": process.uss / 1e6}
    print(json.dumps(figures))


def opened(store: Path, questions: int) -> tuple[Archive, Generation, Lang, list[str]]:
    """A store that a stub made, asked with the shipped model: the archive, its live generation, the language with the
    most passages, and so many questions, words of passages from all over it."""
    live = Generation(stores.current(store), configured(load()))
    embedder: Any = Named(open_embedder(), live.manifest["model"]["digest"])
    lang = max(LANGS, key=live.size.__getitem__)
    rows = np.linspace(0, live.size[lang] - 1, questions).astype(int)
    return Archive.open(store, embedder=embedder), live, lang, [sentence(live.text(lang, row)) for row in rows]


def sentence(text: str) -> str:
    """The first words of a passage, as a question about them."""
    return re.split(r"(?<=[。！？.!?])", text, maxsplit=1)[0][:40]


def run(source: Path, documents: int, store: Path, *options: str) -> tuple[dict[str, Any], float]:
    """A build in a process of its own, or with --ask questions: what it says, and its peak memory in MB, children
    included."""
    command = [sys.executable, "-m", "benchmarks.index", str(source), "--documents", str(documents)]
    command += ["--store", str(store), *options]
    process, peak = psutil.Popen(command, stdout=subprocess.PIPE, text=True), 0
    while process.poll() is None:
        with contextlib.suppress(psutil.NoSuchProcess):
            peak = max(peak, sum(p.memory_info().rss for p in (process, *process.children(recursive=True))))
        time.sleep(0.2)
    output = process.stdout.read() if process.stdout else ""
    if process.returncode:
        raise SystemExit(process.returncode)
    return json.loads(output), peak / 1e6


def encoding_alone(store: Path, embedder: Embedder, most: int) -> tuple[float, int]:
    """Seconds to encode the passages of a store, all handed over at once, and how many there were."""
    generation = Generation(stores.current(store))
    texts = [
        generation.passage(lang, row).text
        for lang in LANGS
        for row in np.linspace(0, generation.size[lang] - 1, min(most, generation.size[lang])).astype(int)
    ]
    generation.close()
    embedder.documents(texts[:32])
    started = time.perf_counter()
    embedder.documents(texts)
    return time.perf_counter() - started, len(texts)


def size_on_disk(store: Path) -> int:
    """Bytes of the live generation of a store."""
    return sum(path.stat().st_size for path in stores.current(store).rglob("*") if path.is_file())


def p50(call: Callable[[], object], times: int = 30) -> float:
    """Median milliseconds of a call, after one that is not counted."""
    call()
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        call()
        taken.append(1000 * (time.perf_counter() - started))
    return statistics.median(taken)


def multiplied(store: Path, folder: Path, lang: Lang, size: int) -> Path:
    """A generation whose vectors of one language are those of `store`, turned slightly, until there are `size`."""
    live, generation = stores.current(store), folder / "gen-000001"
    shutil.copytree(live, generation, ignore=shutil.ignore_patterns(chroma.FOLDER))
    real, table = np.load(live / f"vectors.{lang}.npy"), np.load(live / f"passages.{lang}.npy")
    rows = np.arange(size) % len(real)
    vectors = real[rows] + np.random.default_rng(0).standard_normal((size, real.shape[1])).astype(np.float32) * 0.02
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    passages = np.zeros(size, dtype=PASSAGE)
    passages[:] = table[rows]
    days = np.array([int((date(1957, 1, 1) + timedelta(days=d)).strftime("%Y%m%d")) for d in range(1461)])
    passages["date"] = days[np.arange(size) * 1461 // size]
    slots = np.arange(size, dtype=np.int32)
    manifest = stores.read_manifest(live)
    kept = {name: value for name, value in manifest.items() if name not in ("files", "graphs")}  # no longer as written
    (generation / "manifest.json").write_text(json.dumps(kept), encoding="utf-8")
    for name, values in (("vectors", vectors), ("passages", passages), ("slots", slots)):
        np.save(generation / f"{name}.{lang}.npy", values)
    chroma.write(generation, lang, vectors, slots, prefix=None)
    other: Lang = "en" if lang == "zh" else "zh"
    empty = np.load(generation / f"vectors.{other}.npy")
    chroma.write(generation, other, empty, np.load(generation / f"slots.{other}.npy"), prefix=None)
    return generation


def searching(store: Path, embedder: Embedder, size: int) -> dict[str, float]:
    """Milliseconds (p50) of encoding a question and of finding its 100 nearest among `size` passages."""
    lang: Lang = "zh"
    with tempfile.TemporaryDirectory() as place:
        folder = multiplied(store, Path(place), lang, size)
        generation = Generation(folder)
        questions = itertools.cycle(f"第{i}次会议讨论了哪些生产问题？" for i in range(10_000))
        vector = embedder.query("会议讨论了哪些生产问题？")
        first = date(1957, 3, 1)
        limited = generation.allowed(lang, Filters(since=first, until=first + timedelta(days=72)))
        figures = {
            "encoding": p50(lambda: embedder.query(next(questions))),
            "nearest": p50(lambda: generation.nearest(lang, vector, 100, None)),
            "nearest, dates": p50(lambda: generation.nearest(lang, vector, 100, limited)),
        }
        generation.close()
    return figures


def rounded(figures: dict[str, float]) -> dict[str, float]:
    """To a tenth."""
    return {name: round(value, 1) for name, value in figures.items()}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path)
    parser.add_argument("--documents", type=int, default=2000)
    parser.add_argument("--passages", type=int, default=200_000, help="of the search at scale; 0 leaves it out")
    parser.add_argument("--encode", type=int, default=2000, help="passages encoded alone, for the ratio")
    parser.add_argument("--stub", action="store_true", help="vectors that cost nothing: for memory and for the rest")
    parser.add_argument("--store", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--changed", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--times", type=int, default=1, help=argparse.SUPPRESS)
    parser.add_argument("--ask", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--once", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.ask:
        ask(arguments.store, arguments.once)
        return
    if arguments.store:
        child(arguments)
        return
    embedder = open_embedder()
    with tempfile.TemporaryDirectory() as folder:
        store, stub = Path(folder) / "store", ["--stub"] if arguments.stub else []
        build_again = functools.partial(run, arguments.source, arguments.documents, store, *stub)
        first, memory = build_again()
        size = sum(first["passages"].values())
        print(f"{arguments.documents} documents, {size} passages, {first['wall']:.0f} s, peak memory {memory:.0f} MB")
        disk = size_on_disk(store)
        print(f"  on disk {disk / 1e6:.1f} MB, {disk / size / 1e3:.2f} MB per 1,000 passages")
        parse = time.perf_counter()
        read = sum(1 for _ in articles(arguments.source, arguments.documents))
        stages = {"parse": time.perf_counter() - parse, **first["seconds"]}
        for stage, seconds in stages.items():
            print(f"  {stage:14} {1000 * seconds / size:8.2f} s per 1,000 passages ({read} articles)")
        if not arguments.stub:
            alone, encoded = encoding_alone(store, embedder, arguments.encode)
            print(f"encoding alone {1000 * alone / encoded:.2f} s per 1,000 passages")
            print(f"whole run / encoding alone: {first['wall'] / size / (alone / encoded):.2f}")
            embed = first["seconds"]["embed"]
            print(f"whole run / encoding inside the run: {first['wall'] / embed:.2f}")
        for name, changed in (("nothing changed", 0), ("1 % changed", 1)):
            again, memory = build_again("--changed", str(changed))
            share = 100 * again["wall"] / first["wall"]
            print(f"again, {name}: {again['wall']:.1f} s, {share:.1f} % of the first run, {memory:.0f} MB")
        figures, _ = build_again("--ask")
        print("asked in one process, milliseconds (p50) and memory: " + json.dumps(rounded(figures)))
        if arguments.passages and not arguments.stub:
            figures = searching(store, embedder, arguments.passages)
            print(f"at {arguments.passages} passages, milliseconds (p50): " + json.dumps(rounded(figures)))
            print(f"nearest / encoding: {figures['nearest'] / figures['encoding']:.2f}")
            print(f"with a 5 % date filter / without: {figures['nearest, dates'] / figures['nearest']:.2f}")


if __name__ == "__main__":
    main()
