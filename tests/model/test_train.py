"""Training on a tiny data set: it learns, it can be stopped and taken up again, and it says what is wrong."""

from __future__ import annotations

import random
from argparse import Namespace
from pathlib import Path

import pytest
import torch
from sentence_transformers import SentenceTransformer

from training.embedder import data, train

WORDS = [
    ("中国", "China"), ("工人", "worker"), ("学校", "school"), ("小麦", "wheat"), ("钢铁", "steel"), ("医生", "doctor"),
    ("老师", "teacher"), ("铁路", "railway"), ("农民", "farmer"), ("报纸", "newspaper"), ("城市", "city"),
    ("河流", "river"),
]  # fmt: skip


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    """A folder of pairs in the form of the real one."""
    rng = random.Random(0)
    folder = tmp_path / "pairs"
    folder.mkdir()
    for name in data.SENTENCE_FILES:
        lines = []
        for _ in range(30):
            (z1, e1), (z2, e2) = rng.sample(WORDS, 2)
            lines.append(f"1958年，{z1}在{z2}那里看到了很多新的东西，大家都很高兴。\tIn 1958 a {e1} saw a {e2}.")
        (folder / f"{name}.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for name in data.TERM_FILES:
        (folder / f"{name}.tsv").write_text("\n".join("\t".join(w) for w in WORDS) + "\n", encoding="utf-8")
    return folder


def options(pairs: Path, out: Path, **more: object) -> Namespace:
    argv = ["--pairs", str(pairs), "--out", str(out), "--pieces", "7000", "--questions", "4"]
    found = train.parser().parse_args([*argv, "--batch-tokens", "512", "--passes", "0.5", "--checkpoint-every", "0"])
    for name, value in more.items():
        setattr(found, name, value)
    return found


class Stopped(Exception):
    """Stands for a kill."""


def test_a_stopped_run_goes_on_and_ends_like_one_that_was_not(pairs: Path, tmp_path: Path) -> None:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        whole = train.train(options(pairs, tmp_path / "whole"))
        seen: list[int] = []

        def stop_at_two(name: str, done: int, total: int, note: str) -> None:
            if name == "distillation":
                seen.append(done)
                if done == 2 and len(seen) == 2:
                    raise Stopped

        halted = options(pairs, tmp_path / "halted")
        with pytest.raises(Stopped):
            train.train(halted, stop_at_two)
        train.train(halted, stop_at_two)
    finally:
        torch.set_num_threads(threads)
    assert seen[:3] == [1, 2, 2], "the second run took up the checkpoint of step 1"
    one, other = (SentenceTransformer(str(p), device="cpu") for p in (whole, tmp_path / "halted"))
    texts = ["中国工人在学校", "A worker saw a school."]
    assert torch.allclose(*(m.encode(texts, convert_to_tensor=True) for m in (one, other)), atol=1e-3)
    start = other[0].model.embeddings.word_embeddings.weight
    assert torch.isfinite(start).all()


def test_another_seed_does_not_take_up_the_work(pairs: Path, tmp_path: Path) -> None:
    found = options(pairs, tmp_path / "out")
    (tmp_path / "out.work").mkdir()
    (tmp_path / "out.work" / "options.json").write_text('{"seed": 7}', encoding="utf-8")
    with pytest.raises(ValueError, match="other options"):
        train.train(found)


def test_missing_pairs_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert train.main(["--pairs", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    assert "wmt_news_2017_2023.tsv is not there" in capsys.readouterr().err


def test_the_measuring_file_is_not_read_for_training(pairs: Path) -> None:
    (pairs / "flores_devtest.tsv").write_text("测量专用句子\tonly for measuring\n", encoding="utf-8")
    made = data.examples(pairs, seed=0, question_count=4)
    assert {e.kind for e in made} == {"sentence", "paragraph", "list", "question", "swap"}
    assert not any("测量专用" in e.chinese for e in made)


def test_paragraphs_join_what_stands_together(pairs: Path) -> None:
    made = data.examples(pairs, seed=0, question_count=4)
    paragraphs = [e for e in made if e.kind == "paragraph"]
    for paragraph in paragraphs:
        assert paragraph.parts == list(range(paragraph.parts[0], paragraph.parts[-1] + 1))
        assert all(made[i].english in paragraph.english for i in paragraph.parts)
    parts = [i for p in paragraphs for i in p.parts]
    assert len(parts) == len(set(parts))


def test_years_in_chinese_figures() -> None:
    assert data.chinese_years("1958年3月12日") == "一九五八年三月12日"
