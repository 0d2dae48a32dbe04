"""A question of a dossier is asked again of another index: what is different is told, and why."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.archive import Archive
from rag.corpus import sources
from rag.embed import Embedder
from rag.errors import UsageError
from rag.index.build import build
from tests.commanded import wenbao
from tests.conftest import SEEDS
from tests.web.hostile import PAYLOADS
from ui.again import Again, again_json, asked_again, lines
from ui.dossier import conversation_json, edition_of, turn_json
from ui.turns import Turn, read_turns
from ui.web import comparing

ORE = "How much ore was mined in Jiangyou within eight days?"
FURNACE = "鞍钢八号平炉最后一次炼一炉钢用了多少时间？"
CARMEN = "Who wrote the opera Carmen?"
Indexed = Callable[..., Archive]


@pytest.fixture
def indexed(tmp_path: Path, embedder: Embedder) -> Iterator[Indexed]:
    """Archives over folders of articles, closed in the end."""
    opened: list[Archive] = []

    def made(*files: Path) -> Archive:
        place = tmp_path / f"store-{len(opened)}"
        build(sources(list(files), max_bytes=5_000_000), place, embedder, sources=[])
        opened.append(Archive.open(place, embedder=embedder))
        return opened[-1]

    yield made
    for one in opened:
        one.close()


def kept(archive: Archive, *questions: str) -> list[Turn]:
    """The questions asked of the archive, as a browser keeps the answers."""
    turns: list[Any] = [turn_json(archive.ask(one), slim=True, edition=edition_of(archive)) for one in questions]
    return [Turn.model_validate(json.loads(json.dumps(turn))) for turn in turns]


def why(again: Again) -> list[str]:
    return [one.what for one in again.reasons]


def seed(number: str) -> Path:
    return next(SEEDS.glob(f"{number}*"))


@pytest.mark.parametrize("question", [ORE, FURNACE, CARMEN])
def test_of_the_same_index_nothing_is_different(archive: Archive, question: str) -> None:
    again = asked_again(kept(archive, question), archive)
    assert again.outcome == ("neither" if question == CARMEN else "same")
    assert again.articles == () and why(again) == ["nothing"]
    assert all(one.then == one.now is not None for one in again.quotes)


def test_what_came_since_is_told(archive: Archive, indexed: Indexed) -> None:
    turns = kept(indexed(seed("000"), seed("001")), FURNACE)
    again = asked_again(turns, archive)
    assert again.outcome == "answered" and not again.turn.answered
    assert all(one.then is None for one in again.quotes) and again.quotes
    new = [one for one in again.articles if one.then is None]
    assert any(one.now == 1 and one.article.startswith("002") and one.fate is None for one in new)
    assert [(one.what, one.then, one.now) for one in again.reasons] == [("articles", "2", "5")]
    back = asked_again(kept(archive, FURNACE), indexed(seed("000"), seed("001")))
    assert back.outcome == "refused" and why(back)[0] == "removed"
    gone = {one.article[:3] for one in back.articles if one.fate == "removed"}
    assert "002" in gone and gone <= {"002", "003", "004"}


def test_an_article_whose_text_has_changed_is_told(archive: Archive, indexed: Indexed, tmp_path: Path) -> None:
    turns = kept(archive, FURNACE)
    [quote] = [quote for one in turns[0].citations for quote in one.quotes]
    folder = Path(shutil.copytree(SEEDS, tmp_path / "altered"))
    path = next(folder.glob("002*"))
    text = path.read_text(encoding="utf-8")
    assert text.count("六个小时零二十分钟") == 1
    path.write_text(text.replace("六个小时零二十分钟", "七个小时零二十分钟"), encoding="utf-8")
    again = asked_again(turns, indexed(folder))
    assert again.outcome == "other" and why(again) == ["altered"]
    assert [one.text for one in again.quotes if one.now is None] == [quote.text]
    assert all("七个小时" in one.text for one in again.quotes if one.then is None)
    assert [one.article[:3] for one in again.articles if one.fate] == ["002"]


def test_a_follow_up_is_asked_after_what_came_before_it(archive: Archive) -> None:
    first = turn_json(archive.ask(ORE), slim=True)
    later = archive.ask("And how much fuel?", history=[])
    turns = [Turn.model_validate(json.loads(json.dumps(one))) for one in (first, turn_json(later, slim=True))]
    again = asked_again(turns, archive)
    assert again.answer.standalone and ORE in again.answer.standalone
    assert why(again) == ["unknown"], "kept by a version that did not tell which index it asked"


def test_another_order_is_no_other_answer(archive: Archive) -> None:
    [turn] = kept(archive, "What was said about the Great Leap Forward in steel?")
    assert sum(len(one.quotes) for one in turn.citations) > 1
    turn.citations.reverse()
    for one in turn.citations:
        one.quotes.reverse()
    assert asked_again([turn], archive).outcome == "order"


def test_the_comparison_is_told_in_the_language_of_the_question(archive: Archive) -> None:
    for question, words in ((ORE, "The same answer"), (FURNACE, "回答相同")):
        told = lines(asked_again(kept(archive, question), archive), 1)
        assert told[0].endswith(question) and words in told[1]


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_a_hostile_dossier_stays_text(archive: Archive, payload: str) -> None:
    [turn] = kept(archive, CARMEN)
    turn = turn.model_copy(update={"text": payload[:1000], "asked_at": payload[:40], "answered": True})
    said = {**turn.model_dump(mode="json"), "question": CARMEN}
    said["hits"][0]["article"] = payload[:500]
    said["edition"]["version"] = payload[:500]
    again = asked_again([Turn.model_validate(said)], archive)
    page = comparing.sheet(again, "en")
    assert not any(tag in page.lower() for tag in ("<script", "<img", "<svg", "<iframe", 'onerror="', "javascript:"))
    assert json.dumps(again_json(again))


def test_a_file_of_turns_is_read_or_refused(archive: Archive, tmp_path: Path) -> None:
    turns = kept(archive, ORE, CARMEN)
    answers = [archive.ask(ORE), archive.ask(CARMEN)]
    whole, one = tmp_path / "whole.json", tmp_path / "one.json"
    whole.write_text(json.dumps(conversation_json("t", list(zip(turns, answers, strict=True)), archive.status())))
    one.write_text("\ufeff" + json.dumps(turn_json(answers[0])), encoding="utf-8")
    assert [turn.question for turn in read_turns(whole)] == [ORE, CARMEN]
    assert [turn.edition and turn.edition.articles for turn in read_turns(whole)] == [5, 5]
    assert [turn.question for turn in read_turns(one)] == [ORE]
    for text in ("", "{", "[]", "{}", '{"turns": []}', '{"turns": [{"question": 5}]}', "[" * 100_000, "null"):
        one.write_text(text)
        with pytest.raises(UsageError, match=r"one\.json"):
            read_turns(one)
    with pytest.raises(UsageError, match="cannot be read"):
        read_turns(tmp_path)


@pytest.mark.fuzz
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda x: (
            st.lists(x)
            | st.dictionaries(
                st.sampled_from(["turns", "question", "lang", "text", "answered", "citations", "hits", "edition"]), x
            )
        ),
    )
)
def test_any_json_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, document: object) -> None:
    path = tmp_path_factory.getbasetemp() / "any.json"
    path.write_text(json.dumps(document))
    try:
        assert all(isinstance(one, Turn) for one in read_turns(path))
    except UsageError as err:
        assert path.name in str(err)


def test_from_the_command_line(seeds_store: Path, tmp_path: Path) -> None:
    told = wenbao("ask", FURNACE, "--export", "json", "--store", seeds_store)
    path = tmp_path / "q.json"
    path.write_text(told.stdout, encoding="utf-8")
    assert "回答相同" in wenbao("again", path, "--store", seeds_store).stdout
    [one] = json.loads(wenbao("again", path, "--json", "--store", seeds_store).stdout)
    assert one["outcome"] == "same" and one["now"]["answered"] and one["reasons"][0]["what"] == "nothing"
    path.write_text("{")
    wrong = wenbao("again", path, "--store", seeds_store)
    assert wrong.returncode == 2 and "q.json is no JSON" in wrong.stderr and "Traceback" not in wrong.stderr
