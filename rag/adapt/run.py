"""Continue the training of a bilingual model on an archive of its own: the steps behind ``wenbao adapt``.

The pairs come from the archive's alignment (`rag.adapt.mine`). The training step is the one the model was made with
(`rag.adapt.distil`): the model as it was, frozen, gives the vector of every English side, and the new one learns it
for both sides, so that English stays where it is and the Chinese of this archive comes nearer. A lead paragraph is
also searched with its headline. Nothing leaves the machine, and no setting is changed.

What a stopped run needs to go on lies in ``OUT.work``; OUT itself appears whole, at the end.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.adapt.before_after import compare, held_vectors
from rag.adapt.mine import Mined, mine
from rag.adapt.targets import Progress
from rag.adapt.trainable import prepared
from rag.disk import write_atomically
from rag.errors import ResourceError, UsageError

if TYPE_CHECKING:
    from rag.archive import Archive

LEAST_PAIRS = 2_000
"""Fewest aligned sentence pairs worth training on. Of 2,000 some 200 are held back, on which a share of right pairs
near .95 has a standard error of .015: with fewer, nobody could tell whether the new model is better."""
HELD_BACK_SHARE = 20
"""At least one in so many of the least pairs must be held back; a few long articles can fall on one side."""
MOST_PAIRS = 100_000
"""Sentence pairs trained on, about as many as the shipped model saw; of a larger archive a random part is taken."""
BODY_RATE, ROWS_RATE = 3e-5, 3e-4
"""A fifth of the rates of `rag.adapt.distil.Plan`: the model is near where it should be and must not forget."""
PASSES = 2.0
WARM_UP = 20
"""Steps of warm-up: a small archive has few steps in all."""

SPACE = 12
"""Disk that a run takes, in sizes of the base model's folder: two checkpoints with the optimisers' state in single
precision (5 each), the targets and the new model."""


@dataclass(frozen=True)
class Options:
    """How to train. `passes` None stands for 2, or for those of the run that is resumed.

    `least` is the fewest aligned sentence pairs that are trained on, `batch_tokens` the tokens in a batch (memory
    grows with it), `checkpoint_every` the seconds between checkpoints; `seed` chooses and orders the pairs.
    """

    passes: float | None = None
    seed: int = 0
    least: int = LEAST_PAIRS
    batch_tokens: int = 3072
    checkpoint_every: float = 300.0


@dataclass(frozen=True)
class Result:
    """The folder of the new model, and the record that its adapted.json holds."""

    folder: Path
    record: dict[str, Any]


def adapt(
    archive: Archive,
    base: Path,
    out: Path,
    options: Options | None = None,
    *,
    resume: bool = False,
    progress: Progress = lambda stage, done, total, note: None,
) -> Result:
    """Train the model in `base` on the pairs of `archive`, measure it on the held-back articles, write it to `out`.

    Args:
        archive: an index of articles in both languages.
        base: a folder that `rag.adapt.trainable.base_model` gave.
        out: the folder to write; must not exist, or be empty.
        options: how to train.
        resume: go on with a run to the same `out` that was stopped.
        progress: hears of every step.

    Raises:
        UsageError: too few pairs, `out` is taken, or there is no run to resume or it is another one.
        ModelUnavailable: the weights of `base` cannot be read.
        ResourceError: the disk is full or not writable; what was trained up to the last checkpoint is kept.
    """
    options = options or Options()
    work = out.with_name(out.name + ".work")
    _check_place(out, work, resume)
    train, held = mine(archive, options.seed, MOST_PAIRS, lambda done, of: progress("reading articles", done, of, ""))
    status = archive.status()
    _check_size(train, held, options.least, status["store"])
    try:
        with _only_run(work):
            _check_space(base, work)
            digest = _digest(base)
            passes = _same_run(work, digest, train, options)
            record = {
                "made": datetime.now(UTC).isoformat(timespec="seconds"),
                "base": {"name": base.name, "digest": digest},
                "store": str(Path(status["store"]).resolve()),
                "generation": status["generation"],
                "seed": options.seed,
                "passes": passes,
                "trained_on": _counts(train),
                "held_back": _counts(held),
                **_train(base, work, train, held, passes, options, progress),
            }
            text = json.dumps(record, ensure_ascii=False, indent=1)
            (work / "model" / "adapted.json").write_text(text + "\n", encoding="utf-8")
            if out.exists():
                out.rmdir()
            (work / "model").replace(out)
            shutil.rmtree(work, ignore_errors=True)
    except OSError as err:
        raise ResourceError(
            f"{err.filename or work}: {err.strerror or err}. The index is as it was. "
            f"Put that right and go on with: wenbao adapt --resume --out {out}"
        ) from err
    return Result(out, record)


def _digest(folder: Path) -> str:
    from rag.embed import SentenceTransformerEmbedder

    return SentenceTransformerEmbedder(folder).digest


def _counts(part: Mined) -> dict[str, int]:
    return {"articles": part.articles, "sentences": len(part.sentences), "headlines": len(part.headlines)}


def _check_place(out: Path, work: Path, resume: bool) -> None:
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        what = "holds a finished model" if (out / "adapted.json").is_file() else "is there already"
        raise UsageError(f"{out} {what}; nothing is written over it. Name another folder with --out.")
    begun = (work / "run.json").is_file()
    if begun and not resume:
        raise UsageError(
            f"{work} holds a run that was stopped. Go on with it: --resume. "
            "To begin anew delete that folder, or name another with --out."
        )
    if resume and not begun:
        raise UsageError(f"there is no run to go on with in {work}. Begin one without --resume, or check --out.")
    if not begun and work.exists() and any(p.name not in {"lock", "run.part"} for p in work.iterdir()):
        raise UsageError(f"{work}, where checkpoints would go, holds other files. Name another folder with --out.")


def _check_size(train: Mined, held: Mined, least: int, store: str) -> None:
    found, articles = len(train.sentences) + len(held.sentences), train.articles + held.articles
    kept = -(-least // HELD_BACK_SHARE)
    if found >= least and len(held.sentences) >= kept and len(train.sentences) > 1:
        return
    raise UsageError(
        f"{store} has {found:,} aligned sentence pairs in {articles:,} articles, {len(held.sentences):,} of them in "
        f"the {held.articles:,} held back for measuring. Adapting needs {least:,} pairs, {kept:,} of them held back: "
        "with fewer it cannot be told whether it helped. Nothing was written. Index more articles in both languages; "
        "until then keep the model as it is."
    )


def _check_space(base: Path, work: Path) -> None:
    wanted = SPACE * sum(p.stat().st_size for p in base.rglob("*") if p.is_file())
    wanted -= sum(p.stat().st_size for p in work.iterdir() if p.is_file())
    free = shutil.disk_usage(work).free
    if free < wanted:
        raise ResourceError(
            f"the run takes {wanted / 1e6:,.0f} MB beside {work}, {free / 1e6:,.0f} MB are free. "
            "Make room, or name a folder on another disk with --out."
        )


@contextmanager
def _only_run(work: Path) -> Iterator[None]:
    from filelock import FileLock, Timeout

    work.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(work / "lock", timeout=0):
            yield
    except Timeout as err:
        raise UsageError(f"another run is at work in {work}. Wait for it, or name another folder with --out.") from err


def _same_run(work: Path, digest: str, train: Mined, options: Options) -> float:
    """The passes to make; notes what run this is. UsageError if the folder holds another one."""
    path = work / "run.json"
    asked = {"model": digest, "set of articles": train.digest(), "seed": options.seed, "batch": options.batch_tokens}
    if not path.is_file():
        passes = PASSES if options.passes is None else options.passes
        write_atomically(path, json.dumps({**asked, "number of passes": passes}))
        return passes
    begun = json.loads(path.read_text(encoding="utf-8"))
    passes = float(begun["number of passes"] if options.passes is None else options.passes)
    other = [name for name, value in {**asked, "number of passes": passes}.items() if begun.get(name) != value]
    if other:
        raise UsageError(
            f"the run in {work} was begun with another {' and another '.join(other)}. "
            "Set it back, or begin anew with another --out."
        )
    return passes


def _train(
    base: Path, work: Path, train: Mined, held: Mined, passes: float, options: Options, progress: Progress
) -> dict[str, Any]:
    """Train from the last checkpoint on, write ``work/model``, measure; returns the figures."""
    import copy

    from tokenizers import Tokenizer

    from rag.adapt.distil import Plan, Trainer, student_ids
    from rag.adapt.example import Example
    from rag.adapt.export import WINDOW, export
    from rag.adapt.targets import teacher_vectors
    from rag.embed import SentenceTransformerEmbedder

    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    teacher: Any = SentenceTransformerEmbedder(base, dtype="float32").model
    progress("measuring the model as it is", 0, 1, "")
    before = held_vectors(teacher[0].model, tokenizer, held)

    examples = [Example(pair.zh, pair.en, "sentence") for pair in train.sentences]
    for headline, lead in zip(train.headlines, train.leads, strict=True):
        examples.append(Example(headline.zh, headline.en, "headline"))
        examples.append(Example(lead.zh, lead.en, "paragraph", parts=[len(examples) - 1]))
    target = teacher_vectors(work, teacher, [e.english for e in examples], "cpu", progress)

    body = prepared(copy.deepcopy(teacher[0].model), base)
    chinese = student_ids(tokenizer, [e.chinese for e in examples], WINDOW)
    english = student_ids(tokenizer, [e.english for e in examples], WINDOW)
    plan = Plan(
        passes=passes,
        batch_tokens=options.batch_tokens,
        body_rate=BODY_RATE,
        rows_rate=ROWS_RATE,
        warm_up=WARM_UP,
        seed=options.seed,
    )

    def report(step: int, steps: int, loss: float, rate: float) -> None:
        left = (steps - step) / rate / 60 if rate else 0.0
        progress("training", step, steps, f"loss {loss:.3f}, {rate:.2f} steps/s, {left:.0f} min left")

    trainer = Trainer(body, chinese, english, examples, target, plan)
    trainer.run(work / "checkpoint.pt", options.checkpoint_every, report)
    export(body, tokenizer, work / "model")
    progress("measuring the new model", 0, 1, "")
    written: Any = SentenceTransformerEmbedder(work / "model", dtype="float32").model
    return {"steps": trainer.step, **compare(before, held_vectors(written[0].model, tokenizer, held))}
