"""A request fits the window of the model: as many passages as go in, best first, and always one."""

from __future__ import annotations

import re
from datetime import date

import pytest

from rag.datatypes import Article, Hit, Lang, Passage
from rag.written import prompt

SENTENCE = {
    "zh": "江油县八天内采矿石八万吨运到厂里。",
    "en": "Within eight days 80,000 tons of ore were mined in the county. ",
}


def hits(lang: Lang, *sizes: int) -> list[Hit]:
    """Passages of so many sentences."""
    made = []
    for n, size in enumerate(sizes):
        said = SENTENCE[lang] * size
        article = Article(f"a{n}", date(1958, 11, 14), 2, None, None, {}, {lang: said}, "a", "d")
        made.append(Hit(Passage(f"p{n}", f"a{n}", lang, 0, len(said), said), article, 1.0, {}))
    return made


def sent(lang: Lang, window: int, *sizes: int) -> tuple[str, int]:
    messages, count = prompt.messages("多少？", lang, hits(lang, *sizes), prompt.room(window), prompt.estimate)
    return "\n".join(one["content"] for one in messages), count


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("window", [1024, 2048, 3072, 4096, 32768])
def test_what_is_sent_leaves_room_for_the_answer(lang: Lang, window: int) -> None:
    for sizes in ((20,) * 8, (300,), (1, 200, 1), (4,) * 8):
        said, count = sent(lang, window, *sizes)
        assert prompt.estimate(said) <= window - window // 7
        assert count == len(re.findall("<passage number=", said)) >= 1


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_wider_window_takes_more_passages_best_first(lang: Lang) -> None:
    counts = [sent(lang, window, *(12,) * 8)[1] for window in (1024, 2048, 4096)]
    assert counts == sorted(counts) and counts[0] < counts[1] <= counts[2]
    said, _ = sent(lang, 2048, *(12,) * 8)
    assert re.findall(r'<passage number="(\d)"', said) == [str(n) for n in range(1, counts[1] + 1)]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_passage_that_alone_is_too_long_is_cut_at_a_sentence(lang: Lang) -> None:
    said, count = sent(lang, 1024, 300, 1)
    inside = re.findall(r"<passage[^>]*>\n(.*)\n</passage>", said)[0]
    assert count == 1 and inside.endswith(SENTENCE[lang].strip()) and inside.count("。" if lang == "zh" else ".") > 3


def test_the_tokens_of_the_server_count_where_it_tells_them() -> None:
    few, many = (prompt.messages("?", "en", hits("en", *(12,) * 8), prompt.room(2048), count)[1]
                 for count in (lambda said: len(said), lambda said: len(said) // 8))  # fmt: skip
    assert few == 1 < many
