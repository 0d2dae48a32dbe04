from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest
from markdown_it import MarkdownIt

from rag.answer.wording import day
from rag.datatypes import (
    LANGS,
    Added,
    Answer,
    Article,
    ChannelScore,
    Citation,
    Filters,
    Hit,
    Lang,
    Passage,
    Period,
    Quote,
    Refusal,
    Sentence,
    Span,
    Twin,
)
from tests.web.fake import FakeArchive, article, beads
from tests.web.hostile import PAYLOADS
from ui.web import cards, frame, reader, render
from ui.web.escape import esc
from ui.web.session import MAX_TURNS, Session

TAGS = {"div", "p", "span", "a", "article", "header", "footer", "h1", "h2", "h4", "time", "mark", "button", "details"}
TAGS |= {"nav", "h3", "summary", "table", "thead", "tbody", "tr", "th", "td", "strong", "ul", "li"}
ATTRIBUTES = {
    "class",
    "lang",
    "href",
    "title",
    "data-key",
    "data-article",
    "data-digest",
    "data-place",
    "data-keep",
    "data-marks",
    "data-p",
    "hidden",
    "data-room",
    "data-half",
    "id",
    "tabindex",
}
ATTRIBUTES |= {"role", "type", "datetime", "scope", "rowspan", "open", "translate", "value"}
ARCHIVE = FakeArchive()
QUESTION = {"zh": "江油县八天内新修了多少炼铁大窑？", "en": "How many kilns were built in Jiangyou within eight days?"}


class Page(HTMLParser):
    """What a browser would make of markup: its tags in order, its visible text, the text inside marks."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text, self.marks = "", []
        self.feed(str(markup))
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)
        if tag == "mark":
            self.marks.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        if "mark" in self.open:
            self.marks[-1] += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)

    def all(self, wanted: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.tags if wanted in (attrs.get("class") or "").split()]


def safe(markup: str) -> Page:
    page = Page(markup)
    for tag, attrs in page.tags:
        assert tag in TAGS
        assert {name for name in attrs if not name.startswith("aria-")} <= ATTRIBUTES
        assert re.fullmatch(
            r"#cite-t\d+-h?\d+|#keep-\d+-[\d.]+|#lift-\d+-[a-z.]*|\?lang=(?:zh|en)|/\?(?:article|view)=[\w%.~-]+(?:#p\d+)?",
            attrs.get("href") or "#cite-t1-1",
        )
    return page


def asked(lang: Lang) -> Answer:
    answer = ARCHIVE.ask(QUESTION[lang])
    assert answer.answered
    return answer


def alignments(answer: Answer) -> dict[str, render.Beads]:
    found = [one.article for one in answer.citations] + [hit.article for hit in answer.hits]
    return {one.id: beads(one) for one in found}


def poisoned(payload: str) -> tuple[Answer, Article]:
    """An answer every text of which, from question to channel name, is `payload`."""
    zh, en = f"前文。{payload}后文。", f"Before. {payload} After."
    one = article(
        "a", (payload, payload), [zh.replace("\n", " ")], [en.replace("\n", " ")], author=payload, source=payload,
        notes=(payload,),
    )  # fmt: skip
    one = replace(one, bodies={"zh": zh, "en": en})
    quote = Quote("zh", 3, 3 + len(payload), payload, Twin("en", 8, 8 + len(payload), payload), (), (payload,))
    passage = Passage("p", "a", "zh", 0, len(zh), zh, (0,))
    hit = Hit(passage, one, 1.5, {payload: ChannelScore(1, 2.0)}, Twin("en", 0, len(en), en), (payload,))
    answer = Answer(
        payload, "en", payload, (Sentence(payload, (1,)),), (Citation(1, one, (quote,)),), (hit,), True, 0.5,
        warnings=(payload,), standalone=payload + "!",
        period=Period(payload, None, date(1958, 1, 1)), added=(Added(payload, payload, "zh", (), "name"),),
    )  # fmt: skip
    return answer, one


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_no_text_from_outside_becomes_markup(payload: str) -> None:
    answer, one = poisoned(payload)
    refused = replace(
        answer, answered=False, citations=(), refusal=Refusal("not_answered", payload, {"zh": 1, "en": 1})
    )
    made = [render.question_message(payload), render.note_message(payload), frame.hint(payload)]
    made.append(frame.welcome([("en", payload)]))
    for lang in LANGS:
        for shown in (answer, refused):
            *partial, whole = render.answer_steps(shown, 1)
            assert all(safe(step) for step in partial)
            made.append(whole)
            made.append(cards.panel([(cards.turn_summary(shown, 1, lang), cards.turn_body(shown, 1, lang, {}))], lang))
        made.append(reader.sheet(one, beads(one), cards.quote_spans(answer.citations[0].quotes), lang))
    said = " ".join(html.unescape(esc(payload)).split())
    for markup in made:
        assert said in " ".join(safe(markup).text.split())
        assert not re.search(r"[`\\${}*_~|]", markup)  # nothing for Markdown or a template to work on


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_markdown_leaves_messages_as_they_are(payload: str) -> None:
    answer, _ = poisoned(payload)
    markdown = MarkdownIt("gfm-like", {"html": True, "linkify": False})
    for message in (render.question_message(payload), *render.answer_steps(answer, 1)):
        before, after = Page(message), Page(markdown.render(message))
        assert after.tags == before.tags
        assert after.text.strip() == before.text.strip()


@pytest.mark.parametrize("lang", LANGS)
def test_each_marker_links_to_the_card_of_its_turn(lang: Lang) -> None:
    answer = asked(lang)
    links = safe(render.answer_steps(answer, 7)[-1]).all("ref")
    keys = [card["data-key"] for card in safe(cards.turn_body(answer, 7, lang, alignments(answer))).all("card")]
    assert [link["href"] for link in links] == [f"#cite-{key}" for key in keys]
    assert keys == [f"t7-{cited.number}" for cited in answer.citations]
    quoted = answer.citations[0].quotes[0]
    sides = {quoted.lang: quoted.text, **({quoted.twin.lang: quoted.twin.text} if quoted.twin else {})}
    assert sides[lang][:60] in html.unescape(links[0]["title"] or ""), "a marker pointed at shows the sentence"


def test_a_marker_written_in_an_article_is_not_a_link() -> None:
    answer = asked("en")
    spoofed = replace(answer, sentences=(Sentence("It said [2](#cite-t9-9) and [1]. [3]", (1,)),))
    links = safe(render.answer_steps(spoofed, 1)[-1]).all("ref")
    assert [link["href"] for link in links] == ["#cite-t1-1"]


@pytest.mark.parametrize("lang", LANGS)
def test_an_answer_grows_to_its_whole_text(lang: Lang) -> None:
    answer = asked(lang)
    texts = [Page(step).text for step in render.answer_steps(answer, 1)]
    assert len(texts) > 1
    assert all(len(a) <= len(b) for a, b in zip(texts, texts[1:], strict=False))
    assert all(sentence.text in texts[-1] for sentence in answer.sentences)


@pytest.mark.parametrize("page_lang", LANGS)
@pytest.mark.parametrize("lang", LANGS)
def test_a_card_shows_where_it_is_from_and_marks_both_languages(lang: Lang, page_lang: Lang) -> None:
    answer = asked(lang)
    for cited in answer.citations:
        page = safe(cards.card(cited, answer.hits, 1, page_lang, alignments(answer)))
        for title in cited.article.titles.values():
            assert title in page.text
        when = cited.article.date
        assert when is not None
        written = (
            f"{when.year}年{when.month}月{when.day}日" if page_lang == "zh" else f"{when.day} {when:%B} {when.year}"
        )
        assert written in page.text
        quote = cited.quotes[0]
        assert quote.twin
        assert set(page.marks) == {quote.text, quote.twin.text}
        assert "keyword" in page.text  # the scores of its channels


def test_a_citation_without_counterpart_says_so() -> None:
    one = article("a", ("题", "T"), ["甲乙丙。"], [])
    cited = Citation(1, one, (Quote("zh", 0, 4, "甲乙丙。"),))
    page = safe(cards.card(cited, (), 1, "en", {"a": beads(one)}))
    assert page.marks == ["甲乙丙。"]
    assert page.all("single")


def test_what_a_model_wrote_in_vain_is_behind_a_click_and_called_so() -> None:
    step = render.answer_steps(replace(asked("en"), written="The moon <b>is</b> cheese.\nSo it is."), 1)[-1]
    folded = step[step.index('<details class="unsupported">') :]
    assert "nothing found bears it out" in html.unescape(folded) and "The moon" in html.unescape(folded)
    assert "<b>" not in folded and "<details" not in render.answer_steps(asked("en"), 1)[-1]


def test_warnings_are_shown_before_any_click() -> None:
    answer, _ = poisoned("二十分钟 is not two minutes")
    page = safe(cards.turn_body(answer, 1, "en", {}))
    assert page.all("warning")
    assert "二十分钟 is not two minutes" in page.text


@pytest.mark.parametrize("lang", LANGS)
def test_how_the_question_was_read_is_told(lang: Lang) -> None:
    period = Period("March 1958", date(1958, 3, 1), date(1958, 3, 31))
    added = (Added("ore", "矿石", "zh", ("矿石",), "lexicon"),)
    plain, told = asked(lang), replace(asked(lang), period=period, added=added)
    shown = render.answer_steps(told, 1)[-1]
    shown, before = html.unescape(shown), html.unescape(render.answer_steps(plain, 1)[-1])
    for words in ("“March 1958”", day(period.since, lang), day(period.until, lang), "ore = 矿石"):
        assert words in shown and words not in before
    lifted = html.unescape(render.answer_steps(replace(told, period=replace(period, applied=False)), 1)[-1])
    assert "March 1958" in lifted and day(period.since, lang) not in lifted, "a limit that was not applied is none"


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        (date(1958, 3, 1), date(1958, 3, 1), "only the issue of 1 March 1958"),
        (date(1958, 3, 1), None, "only issues from 1 March 1958 on"),
        (None, date(1958, 3, 1), "only issues up to 1 March 1958"),
    ],
)
def test_a_limit_with_one_end_is_told_as_such(since: date | None, until: date | None, said: str) -> None:
    told = replace(asked("en"), period=Period("then", since, until))
    assert said in html.unescape(render.answer_steps(told, 1)[-1])


def test_each_chip_takes_one_reading_out_and_what_is_out_can_be_put_back() -> None:
    added = (Added("ore", "矿石", "zh", ("矿石",), "lexicon"),)
    told = replace(asked("en"), period=Period("1958", date(1958, 1, 1), date(1958, 12, 31)), added=added)

    def links(answer: Answer, *without: str) -> list[str | None]:
        return [link["href"] for link in Page(render.answer_steps(answer, 3, without)[-1]).all("lift")]

    assert links(told) == ["#lift-3-dates", "#lift-3-words"]
    assert links(replace(told, period=None), "dates") == ["#lift-3-", "#lift-3-dates.words"]
    assert links(replace(told, added=()), "words") == ["#lift-3-dates.words", "#lift-3-"]
    assert links(replace(told, period=None, added=()), "dates", "words") == ["#lift-3-words", "#lift-3-dates"]
    assert links(asked("en")) == []


def test_a_refusal_says_what_was_searched_and_calls_the_nearest_no_answer() -> None:
    answer = ARCHIVE.ask("Which steel meeting won the 1966 world cup?")
    assert not answer.answered
    assert answer.hits
    message = safe(render.answer_steps(answer, 2)[-1])
    assert answer.refusal
    assert "Not answered" in message.text
    assert answer.refusal.message in message.text
    evidence = safe(cards.turn_body(answer, 2, "en", alignments(answer)))
    assert "do not answer" in evidence.text
    assert evidence.marks == []
    assert [card["data-key"] for card in evidence.all("near")] == [
        f"t2-h{n}" for n in range(1, min(cards.NEAREST, len(answer.hits)) + 1)
    ]


@pytest.mark.parametrize("one", list(ARCHIVE.articles.values()), ids=lambda one: one.id)
@pytest.mark.parametrize("page_lang", LANGS)
def test_the_article_is_whole_and_marked_in_both_languages(one: Article, page_lang: Lang) -> None:
    bead = beads(one)[3]
    marks = [Span(lang, *side) for lang in LANGS if (side := bead.side(lang))]
    page = safe(reader.sheet(one, beads(one), marks, page_lang))
    for lang in LANGS:
        for paragraph in one.bodies[lang].split("\n\n"):
            assert paragraph in page.text
    assert page.marks == [one.bodies[m.lang][m.start : m.end] for m in marks]


def test_missing_facts_are_told_as_missing() -> None:
    bare = replace(article("a", ("", ""), ["甲。"], []), titles={}, date=None, page=None)
    assert "Untitled" in safe(reader.sheet(bare, (), (), "en")).text
    assert "undated" in safe(reader.sheet(bare, (), (), "en")).text
    assert "日期不详" in safe(reader.sheet(bare, (), (), "zh")).text


def test_limits_of_a_search_are_shown() -> None:
    answer = replace(asked("en"), filters=Filters(date(1958, 1, 1), date(1958, 12, 31), "zh", 2, "Lake News"))
    shown = safe(cards.turn_summary(answer, 1, "en")).text
    assert "1 January 1958" in shown
    assert "31 December 1958" in shown
    assert "Chinese passages" in shown
    assert "page 2" in shown
    assert "Lake News only" in shown


def test_the_head_tells_which_newspapers_there_are() -> None:
    one, two, none = {"en": "Lake News", "zh": "湖报"}, {"en": None, "zh": "山报"}, {"en": None, "zh": None}
    days = {"articles": 5, "dates": ["1934-01-09", "1936-08-15"]}
    shown = safe(frame.masthead({**days, "papers": [one, two, none]})).text
    assert "Lake News and 山报: 5 articles" in shown and "《湖报》、《山报》：共 5 篇" in shown
    many = [{"en": f"News {n}", "zh": f"{n}报"} for n in range(7)]
    shown = safe(frame.masthead({**days, "papers": many})).text
    assert "News 0, News 1, News 2 and 4 others: 5" in shown and "《0报》、《1报》、《2报》等7种报纸：" in shown
    assert safe(frame.masthead({**days, "papers": [none]})).text == safe(frame.masthead(days)).text


def test_several_newspapers_can_be_chosen_from() -> None:
    assert 'name="paper"' not in frame.search_room()
    assert 'name="paper"' in (room := frame.search_room(["湖报", '"<b>'])) and "湖报" in room and "<b>" not in room


def test_nothing_is_offered_where_there_are_no_examples() -> None:
    assert "For example" not in frame.welcome([]) and "For example" in frame.welcome([("en", "How many?")])


@pytest.mark.parametrize(
    "status", [{"articles": 5, "dates": ["1957-01-09", "1960-08-15"]}, {"articles": 0, "dates": None}, {}]
)
def test_the_head_tells_what_the_archive_holds(status: dict[str, Any]) -> None:
    shown = safe(frame.masthead(status)).text
    assert str(status.get("articles", 0)) in shown
    assert ("1957年1月9日" in shown) == bool(status.get("dates"))


def test_old_cards_keep_their_turn_and_the_newest_is_open() -> None:
    session = Session()
    for question in (QUESTION["zh"], QUESTION["en"]):
        answer = ARCHIVE.ask(question, history=session.turns)
        session = session.asked(question).answered(answer, "en", alignments(answer))
    page = safe(cards.panel(session.sections, "en"))
    turns = [(attrs.get("class"), "open" in attrs) for tag, attrs in page.tags if attrs.get("class") == "turn"]
    assert turns == [("turn", True), ("turn", False)]
    assert {"t1-1", "t2-1"} <= {card["data-key"] for card in page.all("card")}
    assert session.turns[0].question == QUESTION["zh"]


def test_a_session_keeps_a_bounded_history_and_ends() -> None:
    session, answer = Session(), asked("en")
    for _ in range(MAX_TURNS):
        assert session.left > 0
        session = session.asked("q").answered(answer, "en", {}).said("text")
    assert session.left == 0
    assert len(session.turns) < 20
    assert len(session.messages) == 2 * MAX_TURNS
