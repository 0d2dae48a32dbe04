"""The answer in a few words: as printed, without what is not part of it, and from the original where the two differ."""

from __future__ import annotations

import pytest

from rag.answer.choose import MOST
from rag.answer.short import LONGEST, short, trimmed
from rag.datatypes import LANGS, Lang
from rag.reader.pages import FORMS
from rag.translation.findings import of_article
from tests.answer.made import NUMBERS, article, beads, candidate

TRIMMED = [
    ("，八万吨。", "八万吨"),
    ("八万吨；", "八万吨"),
    ("　八万吨 ", "八万吨"),
    ("“四包一交”", "“四包一交”"),
    ("“四包一交", "四包一交"),
    ("四包一交”", "四包一交"),
    ("《人民日报》", "《人民日报》"),
    ("《人民日报", "人民日报"),
    ("人民日报》，", "人民日报"),
    ("八万吨（", "八万吨"),
    ("（八万吨）", "（八万吨）"),
    ("八万吨（干矿）", "八万吨（干矿）"),
    ("“四包”和“一交”", "“四包”和“一交”"),
    ("——王家扬", "王家扬"),
    ("98.7％。", "98.7％"),
    ("零下5度，", "零下5度"),
    ("-5度", "-5度"),
    ("。，；", ""),
    (" 80,000 tons.", "80,000 tons"),
    ("80,000 tons of ore;", "80,000 tons of ore"),
    ("“four guarantees”,", "“four guarantees”"),
    ("“four guarantees", "four guarantees"),
    ("‘steel warriors’", "‘steel warriors’"),
    ("(80,000 tons", "80,000 tons"),
    ("80,000 tons)", "80,000 tons"),
    ("80,000 tons (dry)", "80,000 tons (dry)"),
    ("(dry) ore", "(dry) ore"),
    ("— Wang Jiayang —", "Wang Jiayang"),
    ("-5 degrees", "-5 degrees"),
    ("[Yu Ping]", "[Yu Ping]"),
    ("98.7%, ", "98.7%"),
    ("No. 9", "No. 9"),
    ("...", ""),
    ("", ""),
]


@pytest.mark.parametrize(("words", "kept"), TRIMMED)
@pytest.mark.parametrize("around", [("", ""), ("据说", "等等"), ("it was ", " and so on")])
def test_edges_are_trimmed(words: str, kept: str, around: tuple[str, str]) -> None:
    before, after = around
    body = before + words + after
    start, end = trimmed(body, len(before), len(before) + len(words))
    assert body[start:end] == kept
    assert len(before) <= start <= end <= len(before) + len(words)


ORE = article(
    "ore",
    zh=[
        "八天内采矿石八万吨。",
        "这一炉用了六个小时零二十分钟。",
        "产铁五千吨。",
        "他们完成了计划。",
        "九口井中有四口出了油。",
        "比前年同期多运来货物三百车。",
    ],
    en=[
        "Within eight days 80,000 tons of ore were mined.",
        "This heat took six hours and two minutes.",
        "5,000 tons of iron were made.",
        "They fulfilled the plan.",
        "Four of the nine wells gave oil.",
        "300 carloads more of goods came than in the same period last year.",
    ],
)
TOLD = [(finding, None) for finding in of_article(ORE, beads(ORE))]


@pytest.mark.parametrize(
    ("text", "words", "twin", "said", "lang"),
    [
        ("Within eight days 80,000 tons of ore were mined.", " 80,000 tons", "八万吨", "80,000 tons", "en"),
        # the translation misread the figure: the original's is told
        (
            "This heat took six hours and two minutes.",
            "six hours and two minutes",
            "六个小时零二十分钟",
            "六个小时零二十分钟",
            "zh",
        ),
        # and not what else the reader found to answer in the original's sentence
        (
            "This heat took six hours and two minutes.",
            "six hours and two minutes",
            "这一炉",
            "六个小时零二十分钟",
            "zh",
        ),
        ("八天内采矿石八万吨。", "八万吨。", "80,000 tons", "八万吨", "zh"),
        (
            "这一炉用了六个小时零二十分钟。",
            "六个小时零二十分钟",
            "six hours and two minutes",
            "六个小时零二十分钟",
            "zh",
        ),
        ("Four of the nine wells gave oil.", "Four of the nine", "九口井中有四口", "Four of the nine", "en"),
        # what departs is only how the answer goes on
        (
            "300 carloads more of goods came than in the same period last year.",
            "300 carloads more of goods came than in the same period last year",
            "三百车",
            "三百车",
            "zh",
        ),
        (
            "300 carloads more of goods came than in the same period last year.",
            "last year",
            "三百车",
            "前年",
            "zh",
        ),
        # no figure in one of them, or none read: nothing differs
        ("They fulfilled the plan.", "the plan", "计划", "the plan", "en"),
        ("5,000 tons of iron were made.", "iron", "五千吨", "iron", "en"),
        ("5,000 tons of iron were made.", "5,000 tons", "", "5,000 tons", "en"),
    ],
)
def test_the_words_are_those_of_the_language_unless_its_figure_differs(
    text: str, words: str, twin: str, said: str, lang: Lang
) -> None:
    made = short("fact", [candidate(ORE, text, words=words, twin_words=twin)], NUMBERS, TOLD)
    assert made and (made.text, made.lang, made.citation, made.verdict) == (said, lang, 1, None)
    assert ORE.bodies[lang][made.start : made.end] == made.text


@pytest.mark.parametrize(
    ("lang", "text", "words", "said"),
    [
        ("zh", "今年产铁一○七○万吨。", "七○万吨", "一○七○万吨"),
        ("zh", "今年产铁二千四百万吨。", "二千四百", "二千四百万吨"),
        ("zh", "他们用三天半修好了桥。", "三天", "三天半"),
        ("en", "They made 1,240,000 tons of iron.", "240,000 tons", "1,240,000 tons"),
        ("en", "It grew by 12.5 percent.", "5 percent", "12.5 percent"),
        ("en", "Li Ming, an engineer, came.", "Li Ming", "Li Ming"),
    ],
)
def test_no_figure_is_cut(lang: Lang, text: str, words: str, said: str) -> None:
    made = short("fact", [candidate(article("cut", **{lang: [text]}), text, words=words)], NUMBERS)
    assert made and made.text == said


@pytest.mark.parametrize("lang", LANGS)
def test_long_words_are_no_short_answer(lang: Lang) -> None:
    char = {"zh": "钢", "en": "x"}[lang]
    for size in (LONGEST[lang], LONGEST[lang] + 1):
        long = article("long", **{lang: [char * size + "。"]})
        made = short("fact", [candidate(long, char * size + "。", words=char * size)], NUMBERS)
        assert (made is not None) == (size <= LONGEST[lang])


@pytest.mark.parametrize("lang", LANGS)
def test_signs_alone_are_no_short_answer(lang: Lang) -> None:
    end = {"zh": "。", "en": "."}[lang]
    text = {"zh": "八天内采矿石八万吨。", "en": "5,000 tons of iron were made."}[lang]
    assert short("fact", [candidate(ORE, text, words=end)], NUMBERS) is None


@pytest.mark.parametrize(
    ("yes", "verdict"), [(5.0, "yes"), (1.0, "yes"), (0.9, None), (0.0, None), (-0.9, None), (-1.0, "no"), (-5.0, "no")]
)
@pytest.mark.parametrize("text", ["他们完成了计划。", "They fulfilled the plan."])
def test_yes_or_no_is_told_where_it_is_sure(text: str, yes: float, verdict: str | None) -> None:
    made = short("yesno", [candidate(ORE, text, words=text, yes=yes)], NUMBERS)
    assert (made.verdict if made else None) == verdict


@pytest.mark.parametrize("form", FORMS)
def test_only_where_one_thing_is_asked_for(form: str) -> None:
    made = short(form, [candidate(ORE, "产铁五千吨。", words="五千吨")], NUMBERS)
    assert MOST[form] and (made is None) == (form in ("list", "topic", "across"))


def test_without_words_there_is_none() -> None:
    assert short("fact", [], NUMBERS) is None
    assert short("fact", [candidate(ORE, "产铁五千吨。")], NUMBERS) is None
