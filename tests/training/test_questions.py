from __future__ import annotations

from collections import Counter

import torch
from hypothesis import given
from hypothesis import strategies as st

from training.embedder.devsets import Task, sampled
from training.embedder.questions import TOKENS, batches, mixed
from training.embedder.sought import Sought

GROUPS = st.lists(st.tuples(st.sampled_from(["cmrc", "months zh-en", "sentences"]), st.integers(10, 900)), max_size=120)


@given(GROUPS, st.integers(1, 3))
def test_a_batch_is_of_one_group_and_each_pair_is_read_once_a_pass(pairs: list[tuple[str, int]], passes: int) -> None:
    sought = [Sought(f"question {n}", f"passage {n}", "", group) for n, (group, _) in enumerate(pairs)]
    sizes = [size for _, size in pairs]
    made = batches(sought, sizes, passes, seed=3)
    assert made == batches(sought, sizes, passes, seed=3)
    assert all(len({sought[n].group for n in batch}) == 1 for batch in made)
    assert all(sum(sizes[n] for n in batch) <= TOKENS for batch in made)
    read = Counter(n for batch in made for n in batch)
    assert set(read.values()) <= set(range(1, passes + 1))
    left = Counter(sought[n].group for n in range(len(pairs)) if read[n] < passes)
    assert all(
        count <= passes for count in left.values()
    )  # one that is left alone at the end has no other to be told from


def test_weights_between_are_those_before_at_none_and_those_after_at_all() -> None:
    before, after = {"a": torch.zeros(3)}, {"a": torch.tensor([1.0, 2.0, 4.0])}
    assert mixed(before, after, 0.0)["a"].tolist() == [0, 0, 0]
    assert mixed(before, after, 1.0)["a"].tolist() == [1, 2, 4]
    assert mixed(before, after, 0.25)["a"].tolist() == [0.25, 0.5, 1]


@given(st.integers(0, 40))
def test_a_sample_keeps_every_document_that_is_judged(others: int) -> None:
    relevant = {0: {7: 1}, 1: {3: 1, 19: 2}}
    task = Task("some", "nDCG@10", ["a", "b"], [("", f"text {n}") for n in range(20)], relevant)
    small = sampled(task, others)
    assert len(small.documents) == min(20, 3 + others)
    for query, grades in relevant.items():
        found = {small.documents[n][1]: grade for n, grade in small.relevant[query].items()}
        assert found == {f"text {n}": grade for n, grade in grades.items()}
