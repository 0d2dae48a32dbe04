"""A dateline is told from the dispatch behind it; who says something is no dateline."""

from __future__ import annotations

import pytest

from rag.datatypes import Lang
from rag.language.datelines import dateline
from tests.conftest import read, shared

CUT: list[tuple[Lang, str, str]] = [
    ("zh", "新华社十二日讯  县里新修的水渠昨天放水。", "县里"),
    ("zh", "据新华社开罗2月28日电  港口工人今天复工。", "港口"),
    ("zh", "新华社4日讯苏联访问团昨天到达。", "苏联"),
    ("zh", "本报讯  河上的第二座桥昨天通车。", "河上"),
    ("zh", "本报西安电  医院新设了三个门诊部。", "医院"),
    ("zh", "（新华社哈瓦那3日电）糖厂已经开工。", "糖厂"),
    ("zh", "塔斯社莫斯科三十日电：公报说，会议已经闭幕。", "公报"),
    ("zh", "新华社1日讯 东京消息：码头工人宣布罢工。", "码头"),
    ("zh", "新华社成都6日电 本社记者李明报道：果园丰收。", "果园"),
    ("zh", "仰光讯：议会今天开会。", "议会"),
    ("en", "Xinhua News Agency, Cairo, February 28th: The dockers went back to work.", "The dockers"),
    ("en", "Xinhua News Agency, 12th - The new canal was opened yesterday.", "The new"),
    ("en", "(Our newspaper's dispatch from Xi'an, 3rd) The hospital has three new clinics.", "The hospital"),
    ("en", "Xinhua News Agency, Havana, 3rd. The sugar mills have begun.", "The sugar"),
    ("en", "This newspaper reports: The second bridge was opened.", "The second"),
    ("en", "Moscow, July 31st, TASS: The conference has closed.", "The conference"),
]
KEPT: list[tuple[Lang, str]] = [
    ("zh", "据报道，码头工人宣布罢工。"),
    ("zh", "据塔斯社报道，会议已经闭幕。"),
    ("zh", "电站的第二台机组昨天发电。"),
    ("zh", "电报全文如下：祝贺贵国国庆。"),
    ("zh", "新华社记者 张三摄"),
    ("zh", "6月30日下午，访问团到达北京。"),
    ("zh", "消息说，谈判已经破裂。"),
    ("en", "According to TASS, the conference has closed."),
    ("en", "The news agency said on the 12th that talks had failed."),
    ("en", "On June 30th the delegation arrived. It was met at the station."),
    ("en", "Planting began on March 25th."),
]


@pytest.mark.parametrize(("lang", "sentence", "rest"), CUT)
def test_a_dateline_is_cut(lang: Lang, sentence: str, rest: str) -> None:
    assert sentence[dateline(sentence, lang) :].startswith(rest)


@pytest.mark.parametrize(("lang", "sentence"), KEPT)
def test_what_is_no_dateline_stays(lang: Lang, sentence: str) -> None:
    assert dateline(sentence, lang) == 0


def test_something_is_always_left_and_most_dispatches_begin_with_one() -> None:
    """Over real articles: nothing is cut to nothing, and a line that opens with the agency and a day loses it."""
    opened = cut = 0
    for article in read(shared("corpus", "bilingual")):
        for lang, body in article.bodies.items():
            for line in body.splitlines():
                at = dateline(line, lang)
                assert not at or line[at:].strip()
                dispatch = lang == "zh" and line.strip().startswith(("新华社", "据新华社")) and len(line) > 60
                if dispatch and "日" in line[:12]:
                    opened, cut = opened + 1, cut + bool(at)
    assert opened > 20 and cut / opened > 0.95
