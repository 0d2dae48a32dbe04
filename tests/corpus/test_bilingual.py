"""The bilingual format: nothing of a file is lost, and its header says what it says."""

from __future__ import annotations

import dataclasses
import random
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from rag.corpus.bilingual import parse
from rag.datatypes import Article
from rag.errors import SourceError

ROOT = Path(__file__).resolve().parents[2]
SEEDS = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "seeds").glob("*.txt"))]
SEED = SEEDS[0]
FIELD = re.compile(r"(Title|Author|Date|Page|Edition|Column):")


def read(text: str, name: str = "x.txt") -> Article:
    return parse(text, name=name, article_id="x", source=f"archive/{name}")


def refused(text: str, name: str = "x.txt") -> SourceError:
    with pytest.raises(SourceError) as caught:
        read(text, name)
    return caught.value


def assert_nothing_lost(text: str, article: Article) -> None:
    """Every line is in the body of its language, but for header, divider and the named entities at the end."""
    english, _, chinese = text.partition("<hr /> \n\nOriginal: \n\n\n### ")
    english = english.partition("**Named Entities**")[0]
    lines = [line for line in english.split("\n") if line.strip()]
    header = [line for line in lines[:6] if FIELD.match(line)]
    body = [line for line in lines if line not in header]
    if article.column and body and body[0].strip() in article.column:
        body = body[1:]
    assert [line for line in article.bodies["en"].split("\n") if line.strip()] == body
    below = chinese.split("\n")[5:]  # headline, author or nothing, date, page, column
    assert [line for line in article.bodies["zh"].split("\n") if line.strip()] == [x for x in below if x.strip()]


def test_no_line_of_a_seed_is_lost(seed: Path) -> None:
    text = seed.read_text(encoding="utf-8")
    article = read(text, seed.name)
    assert_nothing_lost(text, article)
    assert article.notes == ()


def test_no_line_of_the_other_real_articles_is_lost(real_files: list[Path]) -> None:
    assert len(real_files) >= 9
    for path in real_files:
        text = path.read_text(encoding="utf-8")
        article = read(text, path.name)
        assert_nothing_lost(text, article)
        assert article.date is not None and path.name.startswith(article.date.isoformat())
        assert article.titles["zh"] in text and article.titles["en"] in text


def test_no_line_of_three_thousand_synthetic_articles_is_lost(synthetic_files: list[Path]) -> None:
    assert len(synthetic_files) == 3000
    for path in synthetic_files:
        text = path.read_text(encoding="utf-8")
        article = read(text, path.name)
        assert_nothing_lost(text, article)
        assert article.date is not None and article.date.strftime("%Y.%m") == path.parent.name
        assert article.page is not None and article.notes == ()


def test_the_headers_of_the_seeds_are_read_as_they_stand() -> None:
    found = [(a.date, a.page, a.author, a.column, len(a.decks["zh"])) for a in map(read, SEEDS)]
    assert found == [
        (date(1958, 11, 14), 2, None, None, 2),
        (date(1960, 8, 15), 2, None, None, 3),
        (date(1958, 1, 29), 3, None, None, 2),
        (date(1958, 3, 20), 1, None, None, 3),
        (date(1957, 1, 9), 1, None, None, 2),
    ]
    article = read(SEED)
    assert article.titles["zh"] == "把生产任务直接交给群众  四川江油开钢铁战士代表会"
    assert article.titles["en"].startswith("Directly Assign Production Tasks to the Masses: Jiangyou")
    assert article.decks["zh"] == ("把生产任务直接交给群众", "四川江油开钢铁战士代表会")
    assert article.decks["en"][0] == "Handing Production Tasks Directly to the Masses"
    assert article.bodies["zh"].startswith("    把生产任务直接交给群众\n    四川江油开钢铁战士代表会\n    本报讯")
    assert article.bodies["en"].startswith("Handing Production Tasks Directly to the Masses\nJiangyou")
    assert article.langs == ("zh", "en")


def test_the_headers_of_the_real_articles_are_read_as_they_stand(real_files: list[Path]) -> None:
    found = {
        path.stem[11:]: (a.page, a.author, a.column)
        for path in real_files
        for a in [read(path.read_text(encoding="utf-8"), path.name)]
    }
    expected = {
        "南捷签订友谊互助条约": (3, None, None),
        "友好往来": (1, None, "友好往来"),
        "糖精一批进口": (4, "朱有仁 (Zhu Youren)", "市场巡礼 (Market Tour)"),
        "来信更正": (4, None, None),
        "一套新邮票_欢迎志愿军（图片）": (8, "江城 (Jiang Cheng)", None),
        "四十八天收小麦": (6, None, None),
        "非洲": (8, "大卫·迪奥普 (Dàwèi·Dí'àopǔ)", None),
        "货车静载重": (2, None, "工业常识 (Industrial Common Knowledge)"),
        "董全蓉（图片）": (4, "萧林 (Xiao Lin)", None),
    }
    assert {name: found.get(name) for name in expected} == expected


ENGLISH = "    Steel Rises\n    The furnace gave 126 tons of pig iron on Friday."
CHINESE = "    钢产量上升\n    周五高炉出铁一百二十六吨。"


def made(
    head: str = "Title: Steel Rises\nAuthor:\nDate: 1958-11-14\nPage: 2\n\n",
    english: str = ENGLISH,
    divider: str = "\n\n\n\n<hr /> \n\nOriginal: \n\n\n",
    chinese_head: str = "### 钢产量上升\n\n1958-11-14\n第2版()\n专栏：\n\n",
    chinese: str = CHINESE,
) -> str:
    return head + english + divider + chinese_head + chinese + "\n"


@pytest.mark.parametrize(
    "head",
    [
        "Title: Steel Rises\n\nAuthor: \nDate: 1958-11-14\nPage: 2\n\n",
        "Title: Steel Rises\nAuthor:\nDate: 1958-11-14\nPage: 2\n",
        "Title: Steel Rises\nAuthor:\nDate: 1958-11-14\nEdition: 2\n\n",
        "Page: 2\nDate: 1958-11-14\nTitle: Steel Rises\n\n",
        "\n\nTitle:Steel Rises\nAuthor:\nDate:1958-11-14\nPage:2\n\n",
        "Title: Steel Rises\nDate: １９５８-１１-１４\nPage: ２\n\n",
        "Title: Steel Rises\nDate: 19581114\nPage: 2\n\n",
        "Title: Steel Rises\n\n",
        "Title: Steel Rises\nDate:\nPage:\n\n",
        "\ufeffTitle: Steel Rises\nDate: 1958-11-14\nPage: 2\n\n",
    ],
)
def test_every_variant_of_the_english_header_gives_the_same_article(head: str) -> None:
    article = read(made(head))
    plain = read(made())
    assert dataclasses.replace(article, notes=()) == dataclasses.replace(plain, notes=())
    assert (article.date, article.page) == (date(1958, 11, 14), 2)
    assert article.bodies == {"zh": CHINESE, "en": ENGLISH}


@pytest.mark.parametrize("column", ["Column: Market Tour\n\n", "Market Tour\n\n", "Market Tour\n"])
def test_a_column_name_is_found_in_the_header_and_above_the_headline(column: str) -> None:
    text = made(
        english=column + ENGLISH, chinese_head="### 钢产量上升\n朱有仁\n1958-11-14\n第2版(要闻)\n专栏：市场巡礼\n"
    )
    article = read(text)
    assert (article.column, article.author) == ("市场巡礼 (Market Tour)", "朱有仁")
    assert article.bodies == {"zh": CHINESE, "en": ENGLISH}


@pytest.mark.parametrize(
    ("column", "first"),
    [
        ("", "Market Tour"),  # the Chinese header names no column
        ("市场巡礼", "Steel Rises Again"),  # the headline itself
        ("市场巡礼", "The market was calm."),  # a sentence
        ("市场巡礼", "A line so long that it can be no column name, " + "as everybody who reads it will see at once"),
    ],
)
def test_a_first_line_that_may_be_text_stays_in_the_body(column: str, first: str) -> None:
    head = f"### 钢产量上升\n\n1958-11-14\n第2版()\n专栏：{column}\n"
    article = read(made(english=f"{first}\n{ENGLISH}", chinese_head=head))
    assert article.bodies["en"] == f"{first}\n{ENGLISH}"
    assert article.column == (column or None)


def test_named_entities_are_left_out_only_where_they_are_a_list_at_the_end() -> None:
    entries = "\n\n**Named Entities**\n\n铁托  Tito\n延安  Yan'an\n"
    article = read(made(english=ENGLISH + entries))
    assert article.bodies["en"] == ENGLISH
    assert article.notes == ("a list of 2 named entities is left out (line 9)",)
    prose = "\n\n**Named Entities**\n\nThe report goes on with a paragraph that nobody may lose.\n"
    article = read(made(english=ENGLISH + prose))
    assert "nobody may lose" in article.bodies["en"]


@pytest.mark.fault(11, 46)
def test_words_of_the_header_inside_a_body_overwrite_nothing() -> None:
    forged = "\n\nTitle: Forged\nDate: 2020-01-01\nPage: 9\nAuthor: Nobody\nColumn: None"
    forged_zh = "\n### 伪造\n伪造者\n2020-01-01\n第9版()\n专栏：伪造"
    article = read(made(english=ENGLISH + forged, chinese=CHINESE + forged_zh))
    plain = read(made())
    for name in ("date", "page", "author", "column", "titles"):
        assert getattr(article, name) == getattr(plain, name)
    assert article.bodies == {"zh": CHINESE + forged_zh, "en": ENGLISH + forged}


def test_a_second_date_or_page_under_the_chinese_header_is_text() -> None:
    article = read(
        made(chinese_head="### 钢产量上升\n\n1958-11-14\n第2版()\n", chinese="1957-01-09\n第9版()\n" + CHINESE)
    )
    assert (article.date, article.page, article.notes) == (date(1958, 11, 14), 2, ())
    assert article.bodies["zh"] == "1957-01-09\n第9版()\n" + CHINESE


@pytest.mark.fault(11)
def test_a_field_given_twice_in_the_header_keeps_its_first_value_and_is_noted() -> None:
    article = read(made("Title: Steel Rises\nDate: 1958-11-14\nDate: 2020-01-01\nPage: 2\n\n"))
    assert article.date == date(1958, 11, 14)
    assert article.bodies["en"].startswith("Date: 2020-01-01")
    assert "a second Date: at line 3 is read as text" in article.notes


def test_text_above_the_title_is_kept_and_the_header_still_read() -> None:
    article = read("Here is the translation:\n\n" + made())
    assert article.titles["en"] == "Steel Rises"
    assert article.bodies["en"] == "Here is the translation:\n\n" + ENGLISH


@pytest.mark.fault(12)
@pytest.mark.parametrize(
    ("divider", "said"),
    [
        ("\n\n\n", "without <hr />"),
        ("\n<hr/>\n", None),
        ("\n<hr />\n\n<hr />\n\nOriginal:\n\n", "repeated"),
        ("\n\n   <HR>\nOriginal:\n", None),
    ],
)
def test_unusual_dividers_divide_and_are_noted(divider: str, said: str | None) -> None:
    article = read(made(divider=divider))
    assert article.bodies == {"zh": CHINESE, "en": ENGLISH}
    assert said is None or said in " ".join(article.notes)


@pytest.mark.fault(12)
def test_a_rule_inside_the_text_divides_nothing_and_is_kept() -> None:
    english = ENGLISH + "\n<hr />\n    The second furnace followed. Original: unknown."
    article = read(made(english=english, chinese=CHINESE + "\n<hr />\n    第二座高炉跟上。"))
    assert article.bodies["en"] == english
    assert article.bodies["zh"].endswith("<hr />\n    第二座高炉跟上。")
    assert "an <hr /> line inside the text is kept as text (line 8)" in article.notes


def test_a_divider_without_chinese_under_it_is_text_of_an_english_article() -> None:
    text = "Title: T\nDate: 1958-11-14\n\nOne half.\n\n<hr />\n\n### A heading\n\nThe other half.\n"
    article = read(text)
    assert article.langs == ("en",)
    assert article.bodies["en"] == "One half.\n\n<hr />\n\n### A heading\n\nThe other half."


@pytest.mark.fault(5)
def test_one_half_alone_is_an_article_in_one_language() -> None:
    english, _, chinese = SEED.partition("<hr /> \n\nOriginal: \n\n\n")
    alone = read(english)
    assert (alone.langs, alone.date) == (("en",), date(1958, 11, 14))
    assert "no Chinese text" in alone.notes
    alone = read(chinese)
    assert (alone.langs, alone.date, alone.page) == (("zh",), date(1958, 11, 14), 2)
    assert alone.titles == {"zh": "把生产任务直接交给群众  四川江油开钢铁战士代表会"}
    assert alone.bodies == {"zh": read(SEED).bodies["zh"]}
    assert "no English text" in alone.notes


def test_a_file_without_a_header_takes_date_and_title_from_its_name() -> None:
    article = read("    有一束普通的麦子。\n", "1958-11-01_四十八天_收小麦.md")
    assert (article.date, article.titles) == (date(1958, 11, 1), {"zh": "四十八天 收小麦"})


@pytest.mark.fault(14)
def test_lines_end_in_any_way_and_indents_stay() -> None:
    text = made(english="\tSteel Rises\n\u3000\u3000One.\n    Two.")
    plain = read(text)
    for end in ("\r\n", "\r", "\u2028", "\u2029"):
        assert read(text.replace("\n", end)) == plain
    assert plain.bodies["en"] == "\tSteel Rises\n\u3000\u3000One.\n    Two."


def test_a_body_is_in_nfc_and_otherwise_as_written() -> None:
    article = read(made(english=ENGLISH + " Die\u0300p  ？ ①"))
    assert article.bodies["en"] == ENGLISH + " Di\u00e8p  ？ ①"


@pytest.mark.fault(9, 16)
@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        ("", "no article text", None),
        (" \n\u3000\n\t\n", "no article text", None),
        ("Title: T\nAuthor:\nDate: 1958-11-14\nPage: 2\n\n", "no article text", None),
        (
            "Title: T\nDate: 1958-11-14\n\n\n<hr /> \n\nOriginal: \n\n\n### 标题\n\n1958-11-14\n",
            "no article text",
            None,
        ),
        ("Title: T\n\nSome text.\n", "no date in the header or the file name", None),
        (made().replace("Date: 1958-11-14", "Date: 1958-13-40"), 'date "1958-13-40" is not a real date', 3),
        (made().replace("Date: 1958-11-14", "Date: 1958-02-30"), 'date "1958-02-30" is not a real date', 3),
        (made().replace("Date: 1958-11-14", "Date: 0000-11-14"), 'date "0000-11-14" is not a real date', 3),
        (made().replace("Date: 1958-11-14", "Date: 9999-12-31"), 'date "9999-12-31" is not a real date', 3),
        (made().replace("Date: 1958-11-14", "Date: 01/02/1958"), 'date "01/02/1958" is not a real date', 3),
        ("Title: T\nDate: Friday\n\nText.\n", 'date "Friday" is not a real date', 2),
        ("Title: T\nDate: \u202e1958\n\nText.\n", 'date "\\u202e1958" is not a real date', 2),
        ("### 钢\n\n1958-13-40\n第2版()\n\n正文。\n", 'date "1958-13-40" is not a real date', 3),
        (made(english="a \ud800 b"), "lone surrogate (\\ud800)", 6),
        (made(english="a \0 b"), "NUL", 6),
        (made(english="a" + "\u0301" * 40), "combining marks", 6),
    ],
)
def test_what_cannot_be_taken_is_refused_with_reason_and_line(text: str, reason: str, line: int | None) -> None:
    error = refused(text)
    assert reason in error.reason
    assert "Skipped; " in error.reason
    assert (error.path, error.line) == ("archive/x.txt", line)


def test_a_long_run_of_combining_marks_is_refused_at_once() -> None:
    refused(made(english="a" + "\u0301\u0316" * 1_000_000))  # normalising this would take hours


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "line",
    [
        "第1版{}x",
        "1958{}x",
        "专栏{}x",
        "**Named Entities{}x",
        "###{}",
        "Date{}",
        "Date: 1{}x",
        "<hr{}x",
        "Original{}x",
        "{}x",
    ],
)
def test_a_line_of_a_million_spaces_costs_no_time(line: str) -> None:
    long = line.format(" " * 1_000_000)
    for text in (
        made(english=long),
        made(chinese=long),
        made(chinese_head=f"### 钢\n{long}\n{long}\n"),
        f"{long}\n{made()}",
    ):
        assert read(text, "1958-11-14.txt").bodies


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "line", ["<hr />", "### 标题", "<hr />\n### 标题", "### ", "Title: T", "**Named Entities**", "专栏："]
)
def test_a_line_repeated_a_hundred_thousand_times_costs_no_time(line: str) -> None:
    article = read(made(english=f"{line}\n" * 100_000 + ENGLISH, chinese=CHINESE + f"\n{line}" * 100_000))
    assert CHINESE in "\n".join(article.bodies.values())
    assert "126 tons" in "\n".join(article.bodies.values())


def test_chinese_text_with_chinese_headings_is_one_article() -> None:
    text = "前言写在这里。\n### 一、钢\n正文。\n<hr />\n### 二、铁\n正文。"
    article = read(text.replace("<hr />\n", ""), "1958-11-14_钢铁.md")
    assert article.bodies == {"zh": text.replace("<hr />\n", "")}


def test_a_date_in_words_gives_way_to_the_chinese_one() -> None:
    article = read(made().replace("Date: 1958-11-14", "Date: a Friday in autumn"))
    assert article.date == date(1958, 11, 14)
    assert 'date "a Friday in autumn" (line 3) is not a real date and is not used' in article.notes


@pytest.mark.fault(10)
def test_headers_that_disagree_are_noted_with_both_lines_and_the_english_wins() -> None:
    article = read(made().replace("\n1958-11-14\n第2版", "\n1958-11-15\n第3版"))
    assert (article.date, article.page) == (date(1958, 11, 14), 2)
    assert article.notes == (
        "the header dates differ: 1958-11-14 (line 3), 1958-11-15 (line 18); 1958-11-14 is used",
        "the pages differ: 2 (line 4), 3 (line 19); 2 is used",
    )


@pytest.mark.fault(15)
def test_hidden_characters_are_counted_and_kept() -> None:
    hidden = "\u200b\u202e\u2066\U000e0041\ufe0f"
    article = read(made(english=ENGLISH + hidden))
    assert article.bodies["en"] == ENGLISH + hidden
    assert article.notes == ("5 hidden format characters",)


@pytest.mark.fault(15)
def test_letters_that_only_look_latin_are_counted_and_kept() -> None:
    alike = "St\u0435\u0435l was made in \u0410nshan; Москва and Ανσάν and 5 kΩ are what they are."
    article = read(made(english=alike))
    assert article.bodies["en"] == alike
    assert article.notes == ("3 Cyrillic or Greek letters in Latin words, which look Latin",)


RULES = ["<hr />", "<hr/>", "Original:", "Original: ", "### ", "### 标题", "", "***", "---", "Original: the text"]


@pytest.mark.fuzz
@pytest.mark.fault(12)
@given(st.lists(st.tuples(st.sampled_from(["en", "zh", "rule"]), st.sampled_from(RULES)), max_size=14))
def test_no_line_is_lost_wherever_dividers_stand(parts: list[tuple[str, str]]) -> None:
    lines = {"en": "Line {} was read in the county.", "zh": "第{}行在县里读过了。"}
    written = [lines[kind].format(i) if kind in lines else rule for i, (kind, rule) in enumerate(parts)]
    sentences = [line for line, (kind, _) in zip(written, parts, strict=True) if kind in lines]
    article = read("\n".join(["Title: T", "Date: 1958-11-14", "Page: 2", "", "The first line of all.", *written]))
    said = "\n".join([*article.titles.values(), article.author or "", article.column or "", *article.bodies.values()])
    assert [line for line in sentences if said.count(line) != 1] == []


def test_the_digest_follows_content_and_id_and_nothing_else() -> None:
    def digest(text: str, article_id: str = "x", source: str = "a") -> str:
        return parse(text, name="x.txt", article_id=article_id, source=source).digest

    base = digest(made())
    assert re.fullmatch("[0-9a-f]{64}", base)
    assert digest(made(), source="b") == base
    assert digest(made() + "\n\n") == base
    changed = [
        digest(made(), article_id="y"),
        digest(made(english=ENGLISH + " More.")),
        digest(made(chinese=CHINESE + "又及。")),
        digest(made().replace("Page: 2", "Page: 3")),
        digest(made().replace("Date: 1958-11-14", "Date: 1958-11-15")),
        digest(made().replace("Title: Steel", "Title: Iron")),
        digest(made().replace("### 钢", "### 铁")),
        digest(made().replace("Author:", "Author: Xie")),
        digest(made().replace("专栏：", "专栏：工业")),
    ]
    assert len({base, *changed}) == 10


@pytest.mark.fault(5)
def test_a_seed_cut_anywhere_is_an_article_or_a_named_trouble(seed: Path) -> None:
    text = seed.read_text(encoding="utf-8")
    whole = read(text)
    points = random.Random(5).sample(range(len(text)), 200)
    for end in {*range(len(text) - 300, len(text)), *points}:
        try:
            article = read(text[:end])
        except SourceError as error:
            assert "no article text" in error.reason or "date" in error.reason
            continue
        for body in article.bodies.values():
            assert body.strip() in text
        if "### " in text[:end] and "en" in article.bodies:
            assert article.bodies["en"] == whole.bodies["en"]


PIECES = st.sampled_from(
    [
        "Title: ",
        "Date: 1958-11-14",
        "Date: ",
        "Page: 2",
        "Column: x",
        "<hr />",
        "Original: ",
        "### ",
        "### 标题",
        "第2版()",
    ]
    + ["专栏：", "1958-11-14", "**Named Entities**", "正文。", "Text.", "", "\u2028", "\r", "\ud800", "\0", "\u0301"]
)


@pytest.mark.fuzz
@given(st.lists(st.one_of(PIECES, st.text(max_size=30))).map("\n".join))
@example("<hr />\n" * 50_000)
@example("### \n" * 50_000)
def test_any_text_is_an_article_or_a_named_trouble(text: str) -> None:
    try:
        article = read(text)
    except SourceError as error:
        assert error.reason
        return
    assert article.date is not None and article.bodies
    assert all(body.strip() for body in article.bodies.values())
    assert all(not body.startswith("\n") and not body.endswith("\n") for body in article.bodies.values())


@pytest.mark.fuzz
@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(SEEDS),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 40), st.one_of(PIECES, st.text(max_size=5)))),
)
def test_a_seed_changed_at_random_keeps_its_text_or_says_why(text: str, edits: list[tuple[float, int, str]]) -> None:
    for where, cut, new in edits:
        at = int(where * len(text))
        text = text[:at] + new + text[at + cut :]
    try:
        article = read(text)
    except SourceError as error:
        assert error.reason
        return
    assert sum(map(len, article.bodies.values())) > 0.8 * len(text) - 1000


CHINESE_HEAD = "### 糖精一批进口\n朱有仁\n{}\n专栏：市场巡礼\n\n      外贸部门三月初进口糖精四吨。\n"


@pytest.mark.parametrize(
    ("lines", "issued", "page"),
    [
        ("1958-03-02\n第4版()", "1958-03-02", 4),
        ("一九五八年三月二日　星期日\n第四版()", "1958-03-02", 4),
        ("1958年3月2日 星期日\n第4版(国内新闻)", "1958-03-02", 4),
        ("1958-03-02 星期日\n第4版", "1958-03-02", 4),
        ("一九六○年三月二日（周三）\n第十二版：国内新闻", "1960-03-02", 12),
        ("人民日报 一九五八年三月二日 星期日 农历正月十三\n第 四 版", "1958-03-02", 4),
        ("人民日报 一九五八年三月二日 星期日 第四版", "1958-03-02", 4),
        ("1958年3月2日 第4、5版", "1958-03-02", 4),
        ("第四版\n1958年3月2日", "1958-03-02", 4),
        ("1958年3月2日\n第四版 国内新闻", "1958-03-02", 4),
        ("日期：一九五八年三月二日\n版次：四", "1958-03-02", 4),
        ("出版日期: 1958-03-02\n版面：第4版", "1958-03-02", 4),
        ("Sunday, March 2, 1958\n第４版", "1958-03-02", 4),
        ("一九五八年三月\n第四版", "1958-03", 4),
        ("民国四十七年三月二日\n第四版", "1958-03-02", 4),
        ("五八年三月二日 星期日\n第四版", "1958-03-02", 4),
        ("1958年\n第廿四版", "1958", 24),
        ("一九五八年\n第4版", "1958", 4),
    ],
)
def test_a_chinese_header_is_read_as_mastheads_write_it(lines: str, issued: str, page: int) -> None:
    article = read(CHINESE_HEAD.format(lines))
    assert (article.issued, article.page, article.author, article.column) == (issued, page, "朱有仁", "市场巡礼")
    assert article.bodies == {"zh": "      外贸部门三月初进口糖精四吨。"}


def test_a_date_of_another_calendar_drags_nothing_into_the_body() -> None:
    article = read(CHINESE_HEAD.format("光绪二十三年三月二日\n第四版"), "1958-03-02_x.md")
    assert (article.issued, article.page, article.author, article.column) == ("1958-03-02", 4, "朱有仁", "市场巡礼")
    assert article.bodies == {"zh": "      外贸部门三月初进口糖精四吨。"}
    assert 'date "光绪二十三年三月二日" (line 3) is not a real date and is not used' in article.notes


def test_a_year_in_words_above_the_date_is_no_date() -> None:
    article = read("### 国民经济计划\n一九五八年\n1957-12-31\n第1版()\n专栏：\n\n    正文。\n")
    assert (article.issued, article.author) == ("1957-12-31", "一九五八年")


@pytest.mark.parametrize(
    ("date_line", "page_line", "issued", "page"),
    [
        ("Sunday, March 2, 1958", "Page 4", "1958-03-02", 4),
        ("2 March 1958", "Four", "1958-03-02", 4),
        ("1958年3月2日 星期日", "第四版", "1958-03-02", 4),
        ("March 1958", "4", "1958-03", 4),
        ("1958", "十二", "1958", 12),
    ],
)
def test_an_english_header_is_read_as_people_write_it(date_line: str, page_line: str, issued: str, page: int) -> None:
    article = read(f"Title: T\nDate: {date_line}\nPage: {page_line}\n\nThe text.\n")
    assert (article.issued, article.page, article.bodies) == (issued, page, {"en": "The text."})


@pytest.mark.parametrize(
    ("english", "chinese", "name", "issued", "odd"),
    [
        ("1958-11", "1958-11-14", "x.md", "1958-11-14", False),
        ("1958", "1958-11", "x.md", "1958-11", False),
        ("1958-11", "1958-11", "1958-11-14_x.md", "1958-11-14", False),
        ("1958-11-14", "1958-11", "x.md", "1958-11-14", False),
        ("1958-11", "1958-12-05", "x.md", "1958-11", True),
        ("1958-11-14", "1958-11-14", "1958-11-15_x.md", "1958-11-14", False),
    ],
)
def test_the_closest_of_dates_that_agree_is_taken(
    english: str, chinese: str, name: str, issued: str, odd: bool
) -> None:
    text = made().replace("Date: 1958-11-14", f"Date: {english}").replace("\n1958-11-14\n", f"\n{chinese}\n")
    article = read(text, name)
    assert article.issued == issued
    assert any("dates differ" in note for note in article.notes) is odd


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("letter.txt", "no date in the header or the file name (anywhere in it, as 1958-03-02"),
        ("x_1958-13-45.txt", '"1958-13-45" in the file name is not a real date'),
        ("x_02-03-1958.txt", "day or month may come first"),
        ("a_1958-03-02_1958-03-03.txt", "two dates"),
    ],
)
def test_a_file_without_a_date_is_told_where_one_is_looked_for(name: str, reason: str) -> None:
    error = refused("Title: T\n\nSome text.\n", name)
    assert reason in error.reason and "Skipped; add a line Date: YYYY-MM-DD." in error.reason


def test_a_name_gives_date_page_and_title_where_the_header_has_none() -> None:
    article = read("全村打了四十眼井。\n", "人民日报1958年3月2日第四版_水井.txt")
    assert (article.date, article.page, article.titles) == (date(1958, 3, 2), 4, {"zh": "人民日报 水井"})
    article = read("Title: Wells\nDate: 1958-03-03\nPage: 2\n\nForty wells.\n", "rmrb1958-03-02_p4.txt")
    assert (article.date, article.page, article.titles) == (date(1958, 3, 3), 2, {"en": "Wells"})


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("红旗人\u2ea0公社成立。", "1 character that only looks like Chinese ones"),
        ("⽔库修好了，\u2ec4安。", "2 characters that only look like Chinese ones"),
        ("\uf9f7正。", "1 character that only looks like Chinese ones"),
        ("昨天\ue004成立。", "1 private-use character,"),
        ("昨天\ue004成\U000f0001立。", "2 private-use characters,"),
    ],
)
def test_characters_that_only_look_like_others_are_told(text: str, note: str) -> None:
    article = read(made(chinese=f"    {text}"))
    assert [one for one in article.notes if one.startswith(note)]
    if "\uf9f7" not in text:
        assert article.bodies["zh"] == f"    {text}"
    assert not read(made(chinese="    红旗人民公社﨎成立。")).notes


def test_a_label_before_the_author_is_none_of_his_name() -> None:
    article = read("### 标题\n作者：朱有仁\n日期：1958-03-02\n版次：4\n专栏：\n\n    正文。\n")
    assert (article.author, article.issued, article.page) == ("朱有仁", "1958-03-02", 4)
    assert article.bodies == {"zh": "    正文。"}
