"""Pieces of work side by side."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
import torch

from rag.cpu import side_by_side


@pytest.fixture(params=[1, 3])
def usual(request: pytest.FixtureRequest) -> Iterator[int]:
    before = torch.get_num_threads()
    torch.set_num_threads(request.param)
    yield request.param
    torch.set_num_threads(before)


@pytest.mark.parametrize("count", [0, 1, 2, 50])
def test_what_is_made_comes_in_order_each_with_one_thread_of_torch(usual: int, count: int) -> None:
    workers = set()

    def work(number: int) -> tuple[int, int]:
        workers.add(threading.get_ident())
        return number, torch.get_num_threads()

    assert side_by_side(work, range(count)) == [(number, 1) for number in range(count)]
    assert torch.get_num_threads() == usual and len(workers) <= min(usual, count)


@pytest.mark.parametrize("usual", [2], indirect=True)
def test_several_are_at_work_at_a_time(usual: int) -> None:
    met = threading.Barrier(usual, timeout=30)
    assert len(side_by_side(lambda _: met.wait(), range(usual))) == usual


def test_a_failure_is_told_and_torch_has_its_threads_again(usual: int) -> None:
    with pytest.raises(ZeroDivisionError):
        side_by_side(lambda number: 1 / number, [1, 0, 2, 3])
    assert torch.get_num_threads() == usual
