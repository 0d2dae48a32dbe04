"""A quotation: verbatim, without its dateline, understood by itself, with its counterpart, marks and warnings."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.align import align
from rag.answer.candidates import sentences
from rag.answer.quote import quote
from rag.datatypes import LANGS, Article, Hit, Lang, Passage, other
from rag.language.datelines import dateline
from rag.translation.corrections import Told
from rag.translation.findings import of_article
from tests.answer.made import article, candidate
from tests.answer.test_candidates import all_articles

LINES: dict[Lang, list[str]] = {
    "zh": [
        "新华社阿克拉28日电　加纳政府宣布一个新政策。",
        "本报讯　鞍钢产钢五万吨。",
        "青山水库动工了。它将灌溉八万亩田。",
        "八号平炉报了喜。这座炉子一炉钢只用六小时。",
        "其中三十人是妇女。",
        "他们用了八天。",
    ],
    "en": [
        "Xinhua News Agency, Accra, 28th: The government of Ghana announced a new policy.",
        "(Our Newspaper) Anshan made 50,000 tons of steel.",
        "Work on the Greenhill Dam began. It will water 80,000 mu of fields.",
        "Furnace No. 8 sent good news. This furnace took six hours for a heat.",
        "Thirty of them are women.",
        "They took eight days.",
    ],
}
OF = article("a", zh=LINES["zh"], en=LINES["en"])
ALONE = {lang: article("a", **{lang: LINES[lang]}) for lang in LANGS}


def told(of: Article) -> list[Told]:
    """Its findings, nothing of which was decided."""
    return [(finding, None) for finding in of_article(of, align(of))]


@pytest.mark.parametrize("of", [OF, None], ids=["both languages", "one"])
@pytest.mark.parametrize(
    ("lang", "sentence", "words", "quoted"),
    [
        ("zh", LINES["zh"][0], "一个新政策", "加纳政府宣布一个新政策。"),
        ("en", LINES["en"][0], "a new policy", "The government of Ghana announced a new policy."),
        ("zh", LINES["zh"][1], "五万吨", "鞍钢产钢五万吨。"),
        ("en", LINES["en"][1], "50,000 tons", "Anshan made 50,000 tons of steel."),
        # the dateline answers: when, or where from
        ("zh", LINES["zh"][0], "28日", LINES["zh"][0]),
        ("en", LINES["en"][0], "28th", LINES["en"][0]),
        # who or what is meant stands in the sentence before
        ("zh", "它将灌溉八万亩田。", "八万亩", LINES["zh"][2]),
        ("en", "It will water 80,000 mu of fields.", "80,000 mu", LINES["en"][2]),
        ("zh", "它将灌溉八万亩田。", "它将灌溉八万亩田", LINES["zh"][2]),
        ("en", "It will water 80,000 mu of fields.", "It will water 80,000 mu of fields", LINES["en"][2]),
        ("zh", "这座炉子一炉钢只用六小时。", "六小时", LINES["zh"][3]),
        ("en", "This furnace took six hours for a heat.", "six hours", LINES["en"][3]),
        # 其中 leans on nothing that a pronoun stands for
        ("zh", LINES["zh"][4], "三十人", LINES["zh"][4]),
        ("en", LINES["en"][4], "Thirty", LINES["en"][4]),
        # nothing stands before it in its line
        ("zh", LINES["zh"][5], "八天", LINES["zh"][5]),
        ("en", LINES["en"][5], "eight days", LINES["en"][5]),
    ],
)
def test_what_is_quoted_can_be_read_by_itself(of: object, lang: Lang, sentence: str, words: str, quoted: str) -> None:
    held = OF if of else ALONE[lang]
    made = quote(candidate(held, sentence, words=words), "en")
    assert made.text == quoted == held.bodies[lang][made.start : made.end]
    ((start, end),) = made.marks
    assert held.bodies[lang][start:end] == words and made.start <= start < end <= made.end


@pytest.mark.parametrize("lang", LANGS)
def test_the_sentence_before_comes_without_its_dateline(lang: Lang) -> None:
    text = {
        "zh": ("新华社开罗2月28日电　青山水库动工了。", "它将灌溉八万亩田。", "青山水库动工了。"),
        "en": ("Xinhua, Cairo, 28th: Work on the dam began. ", "It will water 80,000 mu.", "Work on the dam began."),
    }[lang]
    made = quote(candidate(article("b", **{lang: [text[0] + text[1]]}), text[1]), lang)
    assert made.text.startswith(text[2]) and made.text.endswith(text[1])


@pytest.mark.parametrize("lang", LANGS)
def test_a_sentence_that_is_quoted_itself_is_not_quoted_again_with_the_next(lang: Lang) -> None:
    first, second = {
        "zh": ("青山水库动工了。", "它将灌溉八万亩田。"),
        "en": ("Work on the Greenhill Dam began.", "It will water 80,000 mu of fields."),
    }[lang]
    both = [candidate(OF, one) for one in (first, second)]
    assert [quote(c, lang, beside=both).text for c in both] == [first, second]
    assert quote(both[1], lang, beside=both[1:]).text == LINES[lang][2]


@pytest.mark.parametrize("lang", LANGS)
def test_without_marks_there_are_none(lang: Lang) -> None:
    words = {"zh": "五万吨", "en": "50,000"}[lang]
    assert quote(candidate(OF, LINES[lang][1], words=words), lang, marked=False).marks == ()
    assert quote(candidate(OF, LINES[lang][1]), lang).marks == ()


@pytest.mark.parametrize("lang", LANGS)
def test_the_counterpart_comes_with_it(lang: Lang) -> None:
    for zh, en in zip(LINES["zh"], LINES["en"], strict=True):
        made = quote(candidate(OF, {"zh": zh, "en": en}[lang]), lang)
        assert made.twin and made.twin.lang == other(lang) and made.twin.text == {"zh": en, "en": zh}[lang]
        assert OF.bodies[made.twin.lang][made.twin.start : made.twin.end] == made.twin.text
    assert quote(candidate(ALONE[lang], LINES[lang][5]), lang).twin is None


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    ("zh", "en", "disputed"),
    [
        ("产铁五千吨。", "5,000 tons of iron were made.", None),
        ("产铁五千吨。", "6,000 tons of iron were made.", ("五千吨", "6,000 tons")),
    ],
)
def test_a_figure_that_differs_in_the_counterpart_is_told(
    lang: Lang, zh: str, en: str, disputed: tuple[str, str] | None
) -> None:
    of = article("c", zh=[zh], en=[en])
    made = quote(candidate(of, {"zh": zh, "en": en}[lang]), lang, told(of))
    assert bool(made.warnings) == bool(disputed)
    if disputed:
        assert all(figure in made.warnings[0] for figure in disputed)


def test_the_figures_of_the_sentence_before_are_not_held_against_the_counterpart() -> None:
    of = article(
        "d",
        zh=["炼铁厂前年产铁六千吨。它去年产铁五千吨。"],
        en=["The ironworks made 6,000 tons the year before last. Last year it made 6,000 tons of iron."],
    )
    last = candidate(of, "它去年产铁五千吨。")
    start = of.bodies["en"].index("Last year")
    made = quote(replace(last, twin=(start, len(of.bodies["en"]))), "zh", told(of))
    assert made.text == of.bodies["zh"]
    assert len(made.warnings) == 1 and "五千吨" in made.warnings[0], "6,000 is another year's in the original"


@pytest.mark.parametrize("lang", LANGS)
def test_a_plan_is_called_one(lang: Lang) -> None:
    of = article(
        "e",
        zh=["今年计划在全县修建水库三百座。", "全县修建了水库三百座。"],
        en=["It is planned to build 300 reservoirs in the county this year.", "300 reservoirs were built."],
    )
    for line, planned in ((0, True), (1, False)):
        assert quote(candidate(of, of.bodies[lang].split("\n")[line]), lang).planned == planned


def test_every_sentence_of_every_article_can_be_quoted() -> None:
    for one in all_articles():
        aligned = align(one)
        for lang in one.langs:
            body = one.bodies[lang]
            whole = Hit(Passage("p", one.id, lang, 0, len(body), body), one, 1.0, {})
            for c in sentences(whole, 1, one, aligned, lang):
                made = quote(c, lang)
                assert body[made.start : made.end] == made.text == made.text.strip()
                assert made.end == c.end and "\n" not in made.text
                assert made.start <= c.start + dateline(c.text, lang), "nothing of it is lost but a dateline"
                assert (made.twin is None) == (c.twin is None)
