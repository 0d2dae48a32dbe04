"""Line breaks inside a sentence are white space; those between headlines, verses, items and paragraphs are kept."""

from __future__ import annotations

import re
import textwrap
from datetime import date

import pytest

from rag.align import align
from rag.datatypes import LANGS, Article, Lang
from rag.language.dates import dates
from rag.language.quantities import quantities
from rag.language.sentences import line_spans, sentence_spans
from rag.language.tokens import keywords
from tests.conftest import read, shared


def sentences(text: str, lang: Lang) -> list[str]:
    """The sentences as they are shown: line breaks as blanks, or as nothing between Chinese characters."""
    return [shown(text[a:b], lang) for a, b in sentence_spans(text, lang)]


def shown(text: str, lang: Lang) -> str:
    return re.sub(r"\s+", "" if lang == "zh" else " ", text)


WRAPPED: list[tuple[Lang, str, list[str]]] = [
    (
        "en",
        "The county library of Pingyuan opened on\nSaturday with three thousand volumes, of\n"
        "which eight hundred were given by the\nrailway workers of the town. The reading\nroom seats forty.",
        [
            "The county library of Pingyuan opened on Saturday with three thousand volumes, of which eight hundred"
            " were given by the railway workers of the town.",
            "The reading room seats forty.",
        ],
    ),
    ("zh", "平原县图书馆开馆，有藏书三千册，其中\n八百册是铁路工人赠送的。",
     ["平原县图书馆开馆，有藏书三千册，其中八百册是铁路工人赠送的。"]),
    ("zh", "全县社员连夜修筑土高炉，八天内采了\n矿石八万吨，抢运燃料二十万吨，生铁\n日产三千多吨。",
     ["全县社员连夜修筑土高炉，八天内采了矿石八万吨，抢运燃料二十万吨，生铁日产三千多吨。"]),
    ("zh", "今年全县修了六座水库，灌溉面积，\n达九万亩。\r\n社员十分高兴。",
     ["今年全县修了六座水库，灌溉面积，达九万亩。", "社员十分高兴。"]),
    ("zh", "沙湾大桥昨天通车。该桥\n全长二百四十公尺，由铁路第三工\n程队的四百名工人建造，只用了九\n十二天。",
     ["沙湾大桥昨天通车。", "该桥全长二百四十公尺，由铁路第三工程队的四百名工人建造，只用了九十二天。"]),
    ("en", "The dam holds. Comrade\nLi Dequan, who planned it with the workers of the upper village, is glad.",
     ["The dam holds.", "Comrade Li Dequan, who planned it with the workers of the upper village, is glad."]),
    ("en", "The plan was carried out by Mr.\nLi in three days.", ["The plan was carried out by Mr. Li in three days."]),
    ("en", "The third work-\nshop made 300 tons.", ["The third work- shop made 300 tons."]),
    ("en", "Output rose to\n3,000 tons a day.", ["Output rose to 3,000 tons a day."]),
    ("en", "The delegation headed by Comrade Li\nDequan left Peking for Moscow yesterday.",
     ["The delegation headed by Comrade Li Dequan left Peking for Moscow yesterday."]),
    ("en", "    The bridge was built by the workers\nof Shawan. It is long.\n    The dam holds.",
     ["The bridge was built by the workers of Shawan.", "It is long.", "The dam holds."]),
    ("en", "They said: the dam of the upper village\nholds.\n\nThe wells\nare deep.",
     ["They said: the dam of the upper village holds.", "The wells are deep."]),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "text", "expected"), WRAPPED)
def test_a_break_inside_a_sentence_is_white_space(lang: Lang, text: str, expected: list[str]) -> None:
    assert sentences(text, lang) == expected


KEPT: list[tuple[Lang, list[str]]] = [
    ("en", ["Handing Production Tasks Directly to the Masses",
            "Jiangyou Holds Representatives Meeting of Steel Warriors"]),
    ("en", ["A Library Opens", "The county library opened with three thousand volumes and a reading room."]),
    ("en", ["Local Pavilions Introduction",
            "Jiangyou county shows its native furnaces, which were built in eight days."]),
    ("zh", ["把生产任务直接交给群众", "四川江油开钢铁战士代表会"]),
    ("zh", ["钢铁计划", "东北今年计划产钢一千零七十万吨，比去年增加很多。"]),
    ("zh", ["江油县超额完成炼铁计划", "本报讯　四川省江油县超额完成了计划。"]),
    ("zh", ["来信更正编辑同志：", "去年您报刊登的文章有误。"]),
    ("en", ["The river rises in the east,", "The masses build the dam,",
            "Ten thousand hands move the mountain,", "And we sing."]),
    ("zh", ["河水从东方涨起来，", "群众修起大坝，", "万双手移动高山，", "我们歌唱。"]),
    ("zh", ["天上没有玉皇", "地上没有龙王", "我就是玉皇", "我就是龙王"]),
    ("en", ["1. Dig wells", "2. Plant trees", "3. Build kilns."]),
    ("en", ["- dig wells in the hills", "- plant trees on the slopes", "- build kilns."]),
    ("zh", ["一、打井", "二、种树", "三、修窑。"]),
    ("zh", ["（一）大办钢铁", "（二）大办水利。"]),
    ("en", ["Li Ming, director", "Wang Hua, secretary"]),
    ("zh", ["李明", "王华", "张三"]),
    ("en", ["Steel 1,200 tons", "Pig iron 900 tons", "Coal 3,000 tons."]),
    ("zh", ["全文完毕。", "中国盲人福利会"]),
    ("zh", ["请予更正", "（附图片）"]),
    ("en", ["The dam holds", "(Attached picture)"]),
    ("en", ["The first paragraph is one line and ends here.", "So does the second one, which is somewhat longer."]),
    ("zh", ["第一段只有一行。", "第二段也只有一行，但是长得多，因为它说了很多的话。"]),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "lines"), KEPT)
@pytest.mark.parametrize("gap", ["\n", "\n\n", "\n    ", "\n\t", "\n　　", "\r\n"])
def test_headlines_verses_lists_and_paragraphs_keep_their_ends(lang: Lang, lines: list[str], gap: str) -> None:
    text = gap.join(lines)
    assert [text[a:b] for a, b in line_spans(text)] == lines
    assert sentences(text, lang) == [shown(line, lang) for line in lines]


@pytest.mark.parametrize(("lang", "text", "expected"), WRAPPED)
def test_a_wrapped_text_says_the_same_after_a_headline(lang: Lang, text: str, expected: list[str]) -> None:
    headline = "A Year of Great Change" if lang == "en" else "可喜的变化"
    assert sentences(f"{headline}\n\n{text}", lang) == [shown(headline, lang), *expected]


@pytest.mark.parametrize("width", [36, 52, 76])
@pytest.mark.parametrize("indent", ["", "    "])
def test_articles_broken_off_at_a_width_keep_their_sentences(articles: list[Article], width: int, indent: str) -> None:
    """The seeds and the nearest real articles, with the line breaks of a column put into them."""
    right = count = 0
    for one in articles:
        for lang in one.langs:
            body = one.bodies[lang]
            long = [body[a:b] for a, b in line_spans(body) if b - a > (60 if lang == "zh" else 200)]
            whole = [shown(p[a:b], lang) for p in long for a, b in sentence_spans(p, lang)]
            broken = ("\n" if indent else "\n\n").join(indent + "\n".join(lines(p, lang, width)) for p in long)
            found = sentences(broken, lang)
            right += sum(one in found for one in whole)
            count += len(whole)
    assert right >= 0.95 * count


def lines(paragraph: str, lang: Lang, width: int) -> list[str]:
    if lang == "en":
        return textwrap.wrap(paragraph, width, break_on_hyphens=False)
    half = width // 2
    return [line for at in range(0, len(paragraph), half) if (line := paragraph[at : at + half].strip())]


def test_real_articles_have_no_broken_lines() -> None:
    """What the archive prints is one line a paragraph: nothing there may be taken for a column."""
    for one in read(shared("corpus", "bilingual")):
        for lang in one.langs:
            assert all("\n" not in one.bodies[lang][a:b] for a, b in line_spans(one.bodies[lang]))


def test_a_stretch_of_a_text_is_read_as_the_text_is() -> None:
    text = "阅览室有座位四十个，每天开放八小时。该馆\n于星期六开馆，有藏书三千册，其中八百册\n是铁路工人赠送的。"
    _, (start, end) = sentence_spans(text, "zh")
    assert sentence_spans(text, "zh", start, end) == [(start, end)]
    assert sentence_spans(text, "zh", start + 3, end) == [(start + 3, end)]
    assert sentence_spans(text, "zh", 0, 5) == [(0, 5)]


def test_sentences_of_a_column_find_their_translations() -> None:
    zh = "平原县图书馆于星期六开馆，有藏书三千册，其中\n八百册是铁路工人赠送的。阅览室有四十个座位。"
    en = WRAPPED[0][1]
    one = Article("a", date(1958, 3, 2), 4, None, None, {}, {"zh": zh, "en": en}, "a.txt", "")
    pairs = [(shown(zh[slice(*b.zh)], "zh"), shown(en[slice(*b.en)], "en")) for b in align(one) if b.zh and b.en]
    assert [(z[-3:], e[-12:]) for z, e in pairs] == [("送的。", "of the town."), ("座位。", "seats forty.")]


@pytest.mark.parametrize(
    ("text", "token"),
    [("江油县人民公\n社成立", "公社"), ("in March\n1958", "@1958-03"), ("三千\n吨铁", "#3000"),
     ("eight\nhundred tons", "#800"), ("1958\n年3月", "@1958-03"), ("the produc-\ntion plan", "product")],
)  # fmt: skip
def test_words_figures_and_dates_reach_across_a_break(text: str, token: str) -> None:
    assert token in keywords(text)


@pytest.mark.parametrize("lang", LANGS)
def test_figures_and_dates_keep_their_places_across_a_break(lang: Lang) -> None:
    text = "一九五八\n年三月产钢三千\n吨。" if lang == "zh" else "In March\n1958 they made three\nthousand tons."
    (day,) = dates(text, lang)
    (amount,) = [q for q in quantities(text, lang) if q.kind == "number"]
    assert (day.since, day.until) == (date(1958, 3, 1), date(1958, 3, 31))
    assert (amount.low, amount.unit) == (3000, "t")
    assert text[day.start : day.end] == day.text and text[amount.start : amount.end] == amount.text


@pytest.mark.parametrize("line", ["word", "字", "字，", "Word,", "-", "1."])
def test_endless_lines_are_taken_in_stride(line: str) -> None:
    text = f"{line}\n" * 20_000
    assert line_spans(text)
