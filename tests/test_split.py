"""Passages: exact slices, nothing left out, nothing too long, the same blocks in both languages."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.align import align
from rag.corpus import sources
from rag.datatypes import Article
from rag.split import Split, split
from tests.conftest import SHARED, read, shared
from tests.fakes import HashEmbedder

COUNT = HashEmbedder().count


def passages(article: Article, max_tokens: int = 200) -> list[Split]:
    return split(article, align(article), length=COUNT, max_tokens=max_tokens)


def assert_sound(article: Article, parts: list[Split], max_tokens: int) -> None:
    for lang in article.langs:
        body, at = article.bodies[lang], 0
        for part in (p.passage for p in parts if p.passage.lang == lang):
            assert body[part.start : part.end] == part.text
            assert not body[at : part.start].strip(), f"{article.id}: {lang} {at}-{part.start} is in no passage"
            assert COUNT(part.text) <= max_tokens
            assert part.paragraphs
            at = part.end
        assert not body[at:].strip(), f"{article.id}: the {lang} body after {at} is in no passage"
    assert len({p.passage.id for p in parts}) == len(parts)


@pytest.mark.parametrize("max_tokens", [200, 60, 12])
def test_every_character_of_every_seed_lies_in_one_exact_passage(articles: list[Article], max_tokens: int) -> None:
    for article in articles:
        assert_sound(article, passages(article, max_tokens), max_tokens)


def test_real_and_synthetic_articles_split_without_loss() -> None:
    folders = [SHARED / "corpus" / "bilingual", SHARED / "corpus" / "synthetic_bilingual_format" / "1958.01"]
    if not SHARED.exists():
        pytest.skip("needs ../shared/corpus, which is not here")
    for article in read(*folders):
        assert_sound(article, passages(article), 200)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_every_article_of_the_given_corpus_splits_without_loss() -> None:
    count = 0
    for article in sources([shared("corpus")], max_bytes=5_000_000):
        if isinstance(article, Article):
            assert_sound(article, passages(article), 200)
            count += 1
    assert count > 1000


@pytest.mark.fuzz
@pytest.mark.fault(12)
@given(st.text(alphabet="钢铁。，！？；\n 　a.b!\t”“1", max_size=400), st.integers(8, 40))
def test_any_text_splits_without_loss(text: str, max_tokens: int) -> None:
    article = Article("x", None, None, None, None, {}, {"zh": text} if text.strip() else {}, "x", "x")
    assert_sound(article, passages(article, max_tokens), max_tokens)


def test_white_space_between_long_sentences_is_in_the_text_once(articles: list[Article]) -> None:
    """White space has no tokens; the splitter's merging once took such a piece into two passages."""
    body = "试验结果：" + "".join(f"{'甲' * n}。 （{n}）{'乙' * (30 - n)}， " for n in range(5, 25))
    for max_tokens in range(10, 40):
        article = replace(articles[0], bodies={"zh": body})
        assert_sound(article, passages(article, max_tokens), max_tokens)


@pytest.mark.fault(21)
def test_the_last_sentence_of_a_very_long_paragraph_is_in_a_passage(articles: list[Article]) -> None:
    body = "    " + "各工区的战士们连夜修筑土高炉，" * 140 + "最后一句是：江油县超额完成任务。"
    article = replace(articles[0], bodies={"zh": body})
    parts = passages(article)
    assert len(parts) > 5
    assert parts[-1].passage.text.endswith("江油县超额完成任务。")
    assert all(p.passage.text[-1] in "，。" for p in parts), "cut inside a clause"


def test_passages_end_at_sentence_ends(articles: list[Article]) -> None:
    for article in articles:
        for part in passages(article):
            text = part.passage.text
            rest = article.bodies[part.passage.lang][part.passage.end :]
            ended = text[-1] in '。！？；.!?;”"）)：' or rest.startswith("\n") or not rest.strip()
            assert ended, text[-30:]


def test_both_languages_of_a_paragraph_share_their_block(articles: list[Article]) -> None:
    for article in articles:
        blocks = {lang: [p.block for p in passages(article) if p.passage.lang == lang] for lang in ("zh", "en")}
        shared = set(blocks["zh"]) & set(blocks["en"])
        assert len(shared) >= 0.6 * len(set(blocks["zh"]) | set(blocks["en"])), article.id
