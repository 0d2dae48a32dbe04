"""Figures that original and translation give differently are found, and only those."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from rag.align import align
from rag.archive import Archive
from rag.datatypes import Article, Bead, Lang
from rag.translation.findings import Finding, of_article, of_pair
from tests.test_cli import wenbao


def differing(zh: str, en: str) -> list[Finding]:
    return [f for f in of_pair(zh, en) if f.grade == "differs"]


def graves(article: Article) -> list[Finding]:
    return [f for f in of_article(article, align(article)) if f.kind in ("figure", "unit", "date")]


def test_the_seeds_hold_exactly_one_disputed_figure(articles: list[Article]) -> None:
    found = [(a.id[:3], f.original, f.translation) for a in articles for f in graves(a)]
    assert found == [("002", "六个小时零二十分钟", "six hours and two minutes")]


def test_an_answer_that_rests_on_it_warns_in_the_readers_language(archive: Archive) -> None:
    for question, said in (
        ("鞍钢八号平炉最后一次炼一炉钢用了多少时间？", "以原文为准"),
        (
            "How long did No. 8 open-hearth furnace take to smelt a furnace of steel the last time?",
            "The original counts",
        ),
    ):
        answer = archive.ask(question)
        quote = answer.citations[0].quotes[0]
        assert len(quote.warnings) == 1 and answer.warnings == quote.warnings
        for part in ("六个小时零二十分钟", "six hours and two minutes", said):
            assert part in quote.warnings[0]
        assert quote.warnings[0].index("六个小时") < quote.warnings[0].index("six hours")


def test_of_sentences_compared_together_only_the_one_with_the_figure_is_shown(articles: list[Article]) -> None:
    zh = ("今年人人欢喜。", "全矿采矿石八万吨，超过去年。")
    en = ("Everyone rejoices this year.", "The mine dug 8,000 tons of ore, more than last year.")
    bodies: dict[Lang, str] = {"zh": "".join(zh), "en": " ".join(en)}
    article = replace(articles[0], bodies=bodies)
    together = [Bead(0, (0, len(bodies["zh"])), (0, len(bodies["en"])), 1.0)]
    [finding] = of_article(article, together)
    assert finding.zh_sentence and bodies["zh"][slice(*finding.zh_sentence)] == zh[1]
    assert finding.en_sentence and bodies["en"][slice(*finding.en_sentence)] == en[1]


def test_words_across_two_sentences_are_shown_with_both(articles: list[Article]) -> None:
    zh, en = "新华社31日讯\n塔斯社莫斯科30日电：苏联宣布裁军。", "Moscow, 31st: The Soviet Union announced a reduction."
    bodies: dict[Lang, str] = {"zh": zh, "en": en}
    [finding] = of_article(replace(articles[0], bodies=bodies), [Bead(0, (0, len(zh)), (0, len(en)), 1.0)])
    assert finding.original == "31日讯\n塔斯社莫斯科30日电" and finding.zh_sentence == (0, len(zh))


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("采矿石八万吨", "8,000 tons of ore were mined"),
        ("提高生产效率20％到25％", "increasing production efficiency by 20% to 35%"),
        ("两亿五千多万元的财富", "more than 25 million yuan of wealth"),
        ("仅用了三十分钟", "in only thirteen minutes"),
        ("两项重大措施", "twenty major measures"),
        ("全长18.9千米", "a length of 13.9 kilometers"),
        ("数百人中毒，其中384人住院", "hundreds were poisoned, 884 people were taken to hospital"),
    ],
)
def test_altered_figures_are_found(zh: str, en: str) -> None:
    assert len(differing(zh, en)) == 1


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("生铁日产三千多吨", "more than three thousand tons of pig iron a day"),
        ("生铁日产三千多吨", "3,000 tons of pig iron a day"),
        ("载重量的十分之三到十分之七", "30% to 70% of the load"),
        ("全国盲人约一百五、六十万", "1.5 to 1.6 million blind people"),
        ("抢运燃料二十万吨，采矿石八万吨", "80,000 tons of ore were mined and 200,000 tons of fuel rushed up"),
        ("几天来竞赛十分热烈", "In recent days the competition has been very heated"),
        ("三个经验", "these experiences"),
        ("一条心，一股劲", "one heart, one mind"),
        ("全长18.9千米", "a length of 18.9 kilometers"),
        ("花费了1小时45分钟", "spent an hour and 45 minutes"),
        ("百分之七八十的社员", "70% or 80% of the members"),
        ("每隔两三个小时", "every two or three hours"),
        ("投资110亿", "an investment of £11bn"),
        ("解-7型机车共500台", "500 locomotives of a new type"),
        ("共有46.7万例", "4.67 lakh cases in all"),
    ],
)
def test_agreeing_figures_are_left_alone(zh: str, en: str) -> None:
    assert differing(zh, en) == []


def test_the_list_for_scholars_is_csv(seeds_store: str) -> None:
    done = wenbao("check", "--figures", store=seeds_store)  # type: ignore[arg-type]
    head, row = done.stdout.splitlines()
    assert head.startswith("\ufeffarticle,date,page,original,translation")  # the mark by which Excel knows UTF-8
    assert re.match(r"002_5addbdbbd7c0e56c,1958-01-29,3,六个小时零二十分钟,six hours and two minutes,", row)
