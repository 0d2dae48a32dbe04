"""Wenbao beside its peers: one rule judges all of them, nobody is flattered, and what is not installed says so."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.peers import cost, quality, tables
from benchmarks.peers.about import about
from benchmarks.peers.corpora import Asked, in_language, over_archive, over_folder, over_seeds, read
from benchmarks.peers.peer import Place, documents
from benchmarks.peers.report import html
from benchmarks.peers.scoring import IN_BUDGET, scores
from benchmarks.peers.table import PEERS, WENBAO, Entry
from rag.datatypes import Article, Turn
from tests.conftest import ROOT

SEEDS = ROOT / "eval" / "sets" / "seeds.yaml"
GOLD = "采矿石八万吨"
ASKED = Asked("q", "q", "line", "zh", "多少？", {"a": 2, "b": 0}, (GOLD, "eighty thousand tons"))


@pytest.mark.parametrize(
    ("places", "rank"),
    [
        ([Place("b", ("nothing",)), Place("a", (f"说：{GOLD}。",))], 2),
        ([Place("a", ("采矿石\n　　八万吨",))], 1),  # white space aside
        ([Place("a", ("a passage", "eighty  thousand\ntons were"))], 1),  # in what is shown beside it
        ([Place("a", ("采矿石八万",)), Place("a", ("吨",))], None),  # cut in two: in neither
        ([Place("b", ("x",))] * 3 + [Place("a", (GOLD,))], 4),
        ([], None),
    ],
)
def test_a_gold_sentence_is_found_where_a_text_contains_all_of_it(places: list[Place], rank: int | None) -> None:
    got = scores(ASKED, places)
    assert [got[f"gold@{cut}"] for cut in (1, 3, 10)] == [float(rank is not None and rank <= cut) for cut in (1, 3, 10)]


def test_who_shows_whole_articles_is_not_ahead_in_the_same_room() -> None:
    whole, passage = Place("a", ("文" * 2_500 + GOLD,)), Place("a", (GOLD,))
    assert scores(ASKED, [whole])["gold@1"] == 1 and scores(ASKED, [whole])[IN_BUDGET] == 0
    assert scores(ASKED, [passage])[IN_BUDGET] == 1
    assert scores(ASKED, [Place("b", ("文" * 1_990,)), passage])["gold@3"] == 1
    assert scores(ASKED, [Place("b", ("文" * 1_996,)), passage])[IN_BUDGET] == 0  # only its beginning is still shown


def test_articles_are_ranked_by_their_first_passage_and_reprints_and_the_own_sentence_do_not_push_them_down() -> None:
    twice = [Place("c", ("x",)), Place("c", ("y",)), Place("a", ("z",), also=("d",))]
    assert scores(ASKED, twice)["ndcg@10"] == pytest.approx(1 / 1.58496, abs=1e-4)
    own = [Place("q", ("多少？",)), Place("a", ("z",))]
    assert scores(ASKED, own)["success@1"] == 0 and scores(ASKED, own, own_ids=True)["success@1"] == 1
    assert "gold@1" not in scores(replace(ASKED, quotes=()), own)


class Scripted:
    """A peer that shows the documents that hold a word of the question, in the order they came."""

    chats, opened = False, 0

    def load(self) -> None:
        pass

    def index(self, articles: Sequence[Article], folder: Path) -> int:
        held = [[d.article, d.text] for d in documents(articles)]
        (folder / "held.json").write_text(json.dumps(held), encoding="utf-8")
        return len(held)

    def open(self, folder: Path) -> None:
        type(self).opened += 1
        self._held = json.loads((folder / "held.json").read_text(encoding="utf-8"))

    def search(self, question: str, k: int, history: Sequence[Turn] = ()) -> list[Place]:
        assert not history
        return [Place(a, (text,)) for a, text in self._held if any(w in text for w in question.split())][:k]


class Deaf(Scripted):
    def search(self, question: str, k: int, history: Sequence[Turn] = ()) -> list[Place]:
        return []

    def answer(self, question: str) -> str:
        return "八万吨" if "八天" in question else ""


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> None:
    made = {WENBAO: Deaf, "other": Scripted}
    entries = {name: Entry(f"x:{name}", ("wenbao",), name) for name in made}
    monkeypatch.setattr("benchmarks.peers.table.PEERS", entries)
    for module in ("quality", "cost", "report"):
        monkeypatch.setattr(f"benchmarks.peers.{module}.PEERS", entries)
    monkeypatch.setattr(Entry, "make", lambda entry: made[entry.what]())
    Scripted.opened = 0


def test_a_peer_that_is_better_is_told_so_and_a_stopped_run_asks_nothing_twice(scripted: None, tmp_path: Path) -> None:
    corpus = over_seeds(read(ROOT / "seeds"), SEEDS)
    lines = {one.line for one in corpus.asked}
    assert lines == {"seeds zh-both", "seeds en-both"} and all(one.quotes for one in corpus.asked)
    corpus = replace(corpus, asked=tuple(replace(one, answers=("八万吨",)) for one in corpus.asked[:40]))
    for _ in range(2):
        for name in (WENBAO, "other"):
            quality.measured(name, [corpus], tmp_path)
            quality.answered(name, [corpus], tmp_path)
    assert Scripted.opened == 1
    made = tables.rows({name: quality.results(name, [corpus], tmp_path) for name in (WENBAO, "other")})
    row = next(row for row in made if row.line == "seeds en-both" and row.measure == "gold@3")
    assert row.best == {"other"} and row.cells[WENBAO].value == 0 and row.ahead[0].peer == "other"
    assert next(row for row in made if row.measure == quality.ANSWER).cells.keys() == {WENBAO}
    rounds = {
        name: [{**dict.fromkeys(cost.MEASURES, x), "passages": 9} for x in (1.0, 2.0)] for name in (WENBAO, "other")
    }
    rounds["other"] = [{**one, "indexing": 3 * one["indexing"]} for one in rounds["other"]]
    table = tables.markdown(made, tables.ratios(rounds), [WENBAO, "other"])
    assert f"**{tables.share(row.cells['other'].value)}**" in table
    assert "seeds en-both, gold@3: other by" in table and "| indexing, times Wenbao's |  | **1.00** | 3.00 |" in table
    once = {name: held[:1] for name, held in rounds.items()}
    assert "Not measured in this run: it; what it costs." in tables.markdown(
        made, tables.ratios(once), [WENBAO], ["it"]
    )
    page = html(made, rounds, [WENBAO, "other"], about([corpus], corpus.articles, ["?"], 9, {"<x>": "why"}))
    assert "other by" in page and "&lt;x&gt;" in page and "<script" not in page and "://" not in page


def test_other_articles_are_asked_anew(scripted: None, tmp_path: Path) -> None:
    corpus = over_seeds(read(ROOT / "seeds"), SEEDS)
    quality.measured("other", [corpus], tmp_path)
    quality.measured("other", [replace(corpus, articles=corpus.articles[:2])], tmp_path)
    assert Scripted.opened == 2


def test_a_round_that_is_not_whole_does_not_count(tmp_path: Path) -> None:
    file = tmp_path / "costs.jsonl"
    rows = [{"round": r, "peer": p, "indexing": 1.0 + r} for r in (0, 1) for p in (WENBAO, "LangChain")][:3]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    held = cost.rounds_of(file)
    assert [len(rounds) for rounds in held.values()] == [1, 1]
    assert cost.ratio(held, "LangChain", "indexing") == (1.0, None)


def test_across_languages_the_archive_holds_the_other_language_alone(tmp_path: Path) -> None:
    both, chinese, english = over_archive(read(ROOT / "seeds"), [SEEDS], 20)
    assert {lang for one in both.articles for lang in one.langs} == {"zh", "en"}
    for corpus, held, asked in ((chinese, "zh", "en"), (english, "en", "zh")):
        assert {lang for one in corpus.articles for lang in one.langs} == {held}
        assert {one.lang for one in corpus.asked} == {asked}
        texts = ["".join(d.text.split()) for d in documents(corpus.articles)]
        for one in corpus.asked:
            assert any("".join(quote.split()) in text for quote in one.quotes for text in texts), one.id
    assert len({one.cluster for one in both.asked}) == 20
    assert in_language(chinese.articles[0], "en") is None


def test_a_sample_of_a_set_keeps_what_is_judged_and_the_turns_before(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    folder.mkdir()
    texts = [{"_id": f"d{i}", "title": "", "text": f"The mill number {i} spins."} for i in range(30)]
    (folder / "corpus.jsonl").write_text("".join(json.dumps(one) + "\n" for one in texts))
    history = [{"role": "user", "text": "Which mills?"}, {"role": "assistant", "text": "Many."}]
    asked = [{"_id": f"q{i}", "text": f"What does mill {i} do?", "history": history} for i in range(10)]
    asked.append({"_id": "q10", "text": "棉纺厂？"})
    (folder / "queries.jsonl").write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in asked))
    (folder / "qrels.tsv").write_text("".join(f"q{i}\td{i}\t{int(i != 3)}\n" for i in range(11)))
    corpora = list(over_folder(folder, 10, tmp_path / "work"))
    assert {one.line for corpus in corpora for one in corpus.asked} == {
        "set en-en", "set en-en, in its conversation", "set zh-en",
    }  # fmt: skip
    for corpus in corpora:
        held = {article.id for article in corpus.articles}
        assert len(held) == 20 and all(held.issuperset(one.grades) for one in corpus.asked)
        assert "q3" not in {one.cluster for one in corpus.asked}


@pytest.mark.parametrize("name", [name for name in PEERS if name != WENBAO])
def test_every_peer_keeps_an_index_and_finds_what_it_was_given(name: str, tmp_path: Path) -> None:
    entry = PEERS[name]
    if entry.missing:
        pytest.skip(f"{entry.missing} is not installed: pip install -e '.[bench]', or make bench")
    articles, peer = read(ROOT / "seeds")[:2], entry.make()
    peer.load()
    assert peer.index(articles, tmp_path) >= 2
    again = entry.make()
    again.open(tmp_path)
    found = again.search("How much ore was mined in Jiangyou within eight days?", 3)
    assert 1 <= len(found) <= 3 and found[0].article == articles[0].id and all(place.texts for place in found)
