"""Training is the same each time, goes on where it was stopped, and teaches what it was given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import torch

from rag.reader.network import Network
from rag.reader.pages import LONGEST, Page
from tests.reader import small
from training.reader import fit as module
from training.reader.example import UNKNOWN, Example
from training.reader.fit import PARTS, Item, Plan, batches, fit, item, losses

PAGE = Page("", "江油县采了八万吨。他们。", ((0, 9), (9, 12)))
EXAMPLES = [
    Example("采了多少？", PAGE, (1, 0), (5, 8), form="fact", leans=False),
    Example("How much ore was mined?", PAGE, (1, 0), (5, 8), form="fact", leans=False),
    Example("钢铁？", PAGE, (0, 0), form="list", leans=False),
    Example("他们？", PAGE, (UNKNOWN, UNKNOWN), leans=True),
    Example("采了八万吨？", PAGE, (1, UNKNOWN), yes=True, form="yesno"),
    Example("采了二万吨？", PAGE, (1, UNKNOWN), yes=False, form="yesno"),
]
ITEMS = [item(small.tokenizer(), example) for example in EXAMPLES]
PLAN = Plan(passes=4, rate=3e-3, pieces=40, seed=3)


def nothing(step: int, steps: int, means: list[float], rate: float) -> None:
    pass


def trained(
    checkpoint: Path, plan: Plan = PLAN, report: Callable[[int, int, list[float], float], None] = nothing
) -> Network:
    network = small.network(1)
    fit(network, ITEMS, plan, checkpoint, report)
    return network


def weights(network: Network) -> list[torch.Tensor]:
    return [value.clone() for _, value in sorted(network.state_dict().items())]


def same(one: Sequence[torch.Tensor], two: Sequence[torch.Tensor]) -> bool:
    return all(torch.equal(a, b) for a, b in zip(one, two, strict=True))


def test_the_same_seed_gives_the_same_weights(tmp_path: Path) -> None:
    first = weights(trained(tmp_path / "one.pt"))
    torch.rand(7)  # whatever was drawn before does not matter
    assert same(first, weights(trained(tmp_path / "two.pt")))
    other = Plan(passes=PLAN.passes, rate=PLAN.rate, pieces=PLAN.pieces, seed=4)
    assert not same(first, weights(trained(tmp_path / "three.pt", other)))


@pytest.mark.parametrize("stopped", [1, 3, 6])
def test_a_run_that_was_stopped_comes_to_the_same_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stopped: int
) -> None:
    whole = weights(trained(tmp_path / "whole.pt"))
    monkeypatch.setattr(module, "EVERY", -1.0)  # a checkpoint after each step

    def stop(step: int, *_: object) -> None:
        if step == stopped:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        trained(tmp_path / "part.pt", report=stop)
    steps: list[int] = []
    torch.rand(5)
    again = trained(tmp_path / "part.pt", report=lambda step, *_: steps.append(step))
    assert same(whole, weights(again)) and steps[0] == stopped, "steps done are not done again"
    done: list[int] = []
    trained(tmp_path / "part.pt", report=lambda step, *_: done.append(step))
    assert done == [], "a run that was finished is not run again"


def test_what_is_taught_is_learned(tmp_path: Path) -> None:
    means: list[list[float]] = []
    trained(tmp_path / "long.pt", Plan(passes=60, rate=3e-3, pieces=400), lambda *said: means.append(said[2]))
    assert len(means[0]) == len(PARTS)
    assert means[-1][0] < means[0][0] and sum(means[-1]) < 0.8 * sum(means[0])


def test_pieces_keep_their_vectors(tmp_path: Path) -> None:
    before = small.network(1).body.embeddings.word_embeddings.weight
    assert torch.equal(before, trained(tmp_path / "a.pt").body.embeddings.word_embeddings.weight)


@pytest.mark.parametrize("pieces", [1, 40, 100, 4096])
def test_every_pass_reads_every_example_once(pieces: int) -> None:
    items = ITEMS * 7
    plan = Plan(passes=3, pieces=pieces)
    made = batches(items, plan)
    assert sorted(n for batch in made for n in batch) == sorted([*range(len(items))] * 3)
    assert made == batches(items, plan) and all(made)
    assert all(len(b) == 1 or max(len(items[n].pair.ids) for n in b) * len(b) <= pieces for b in made)


def test_an_example_becomes_numbers_of_its_pieces() -> None:
    first, *_ = ITEMS
    places = [first.pair.places[n - first.pair.first] for n in range(first.words[0], first.words[1] + 1)]
    assert [PAGE.text[slice(*place)].strip() for place in places] == ["八", "万", "吨"]
    assert (first.yes, first.leans) == (-1, 0) and ITEMS[3].leans == 1 and ITEMS[4].yes == 1 and ITEMS[5].yes == 0


def test_what_is_beyond_the_window_is_unknown() -> None:
    text = "采" * (LONGEST + 50) + "。八万吨。"
    page = Page("", text, ((0, LONGEST + 51), (LONGEST + 51, len(text))))
    made = item(small.tokenizer(), Example("采？", page, (0, 1), (len(text) - 4, len(text) - 1)))
    assert made.labels == (0, UNKNOWN) and made.words == (-1, -1)


@pytest.mark.parametrize("only", range(len(ITEMS)))
def test_the_loss_is_a_number_whatever_is_known(only: int) -> None:
    unknown = Item(ITEMS[0].pair, (UNKNOWN, UNKNOWN), (-1, -1), -1, -1, -1)
    network = small.network(2)
    for batch in ([ITEMS[only]], [unknown], [ITEMS[only], unknown]):
        parts = losses(network, batch)
        assert len(parts) == len(PARTS) and all(bool(torch.isfinite(part)) and float(part) >= 0 for part in parts)
    assert all(float(part) == 0 for part in losses(network, [unknown])), "of what nobody knows nothing is learned"
