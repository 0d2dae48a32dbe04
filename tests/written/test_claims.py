"""The hard facts of a statement are found in the paper's own words, in either language, and nothing else passes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rag.datatypes import Lang, Paper
from rag.written.claims import Claim, claims
from tests.answer.made import article

ISSUED = date(1958, 11, 14)
# statement, its language, the paper's sentence, its language, whether every fact of the first stands in the second
HELD: list[tuple[str, Lang, str, Lang, bool]] = [
    ("80,000 tons of ore were mined.", "en", "八天内采矿石八万吨。", "zh", True),
    ("80,000 tons of ore were mined.", "en", "eighty thousand tons of ore", "en", True),
    ("90,000 tons of ore were mined.", "en", "八天内采矿石八万吨。", "zh", False),
    ("80,000 mu were ploughed.", "en", "八天内采矿石八万吨。", "zh", False),
    ("采矿石8万吨。", "zh", "80,000 tons of ore were mined", "en", True),
    ("采矿石8万吨。", "zh", "采矿石八万吨", "zh", True),
    ("采矿石80000吨。", "zh", "采矿石八万吨", "zh", True),
    ("采矿石9万吨。", "zh", "80,000 tons of ore were mined", "en", False),
    ("产量增加30%。", "zh", "output rose by 30 percent", "en", True),
    ("产量增加三成。", "zh", "output rose by 30 percent", "en", True),
    ("Output rose by a third.", "en", "产量增加三分之一", "zh", True),
    ("Output rose by 40 percent.", "en", "产量增加百分之三十", "zh", False),
    ("It took six hours and twenty minutes.", "en", "用了六个小时零二十分钟", "zh", True),
    ("用了6小时20分。", "zh", "it took six hours and twenty minutes", "en", True),
    ("It took six hours and two minutes.", "en", "用了六个小时零二十分钟", "zh", False),
    ("In 1957 the plant was built.", "en", "去年建成这个厂", "zh", True),
    ("In 1956 the plant was built.", "en", "去年建成这个厂", "zh", False),
    ("It was printed on 14 November 1958.", "en", "本报讯", "zh", True),
    ("It was printed on 15 November 1958.", "en", "本报讯", "zh", False),
    ("1957年建成。", "zh", "it was built last year", "en", True),
    ("In 1958 the lake was ruled by others.", "en", "湖为他人所据", "zh", True),
    ("From 1957 to 1960 the lake was ruled by others.", "en", "湖为他人所据", "zh", False),
    ("1957年-1960年，湖为他人所据。", "zh", "湖为他人所据", "zh", False),
    ("1957年-1960年，湖为他人所据。", "zh", "1957年到1960年湖为他人所据", "zh", True),
    ("The furnace of Anshan was tapped.", "en", "鞍山的炉子出钢了", "zh", True),
    ("The furnace of Wuhan was tapped.", "en", "鞍山的炉子出钢了", "zh", False),
    ("Anshan tapped a furnace.", "en", "鞍山的炉子出钢了", "zh", True),
    ("Wuhan tapped a furnace.", "en", "鞍山的炉子出钢了", "zh", False),
    ("QUINOX-12 tapped a furnace.", "en", "鞍山的炉子出钢了", "zh", False),
    ("UNESCO opened its conference.", "en", "the conference of UNESCO was opened", "en", True),
    ("鞍山出钢了。", "zh", "鞍山的炉子出钢了", "zh", True),
    ("武汉出钢了。", "zh", "鞍山的炉子出钢了", "zh", False),
    ("The paper reported ore.", "en", "采矿石", "zh", True),
    ("据《人民日报》报道，采了矿石。", "zh", "采矿石", "zh", False),
    ("Twenty-four workshops took part.", "en", "24个车间参加", "zh", True),
    ("两千多座炼铁窑。", "zh", "more than two thousand iron-smelting kilns", "en", True),
]


@pytest.mark.parametrize(("statement", "lang", "said", "side", "held"), HELD)
def test_facts_are_found_where_they_stand(statement: str, lang: Lang, said: str, side: Lang, held: bool) -> None:
    found = claims(statement, lang)
    assert all(claim.found(said, side, ISSUED) for claim in found) is held


@pytest.mark.parametrize(
    ("statement", "lang"),
    [("The Lake News reported ore.", "en"), ("据《湖报》报道，采了矿石。", "zh"), ("《湖报》 reported ore.", "en")],
)
def test_a_newspaper_that_is_named_has_to_be_the_one_that_printed_it(statement: str, lang: Lang) -> None:
    lake, hill = Paper("Lake News", "湖报"), Paper("Hill News", "山报")
    found = claims(statement, lang, [lake, hill])
    assert found and all(claim.stands_over(replace(article("a", zh=["采矿石"]), paper=lake)) for claim in found)
    assert not any(claim.stands_over(replace(article("a", zh=["采矿石"]), paper=hill)) for claim in found)
    assert not any(claim.stands_over(article("a", zh=["采矿石"])) for claim in found)


def test_the_place_in_the_name_of_a_newspaper_is_not_what_it_reports() -> None:
    printed = replace(article("a", zh=["武汉出钢了。"]), paper=Paper("Anshan Daily", "鞍山日报"))
    assert printed.paper
    for statement, lang in (("Anshan tapped a furnace.", "en"), ("鞍山出钢了。", "zh")):
        assert not all(claim.stands_over(printed) for claim in claims(statement, lang, [printed.paper]))  # type: ignore[arg-type]


def test_each_fact_is_told_as_it_was_written() -> None:
    def told(found: list[Claim]) -> set[str]:
        return {claim.said for claim in found}

    assert told(claims("In 1958 Anshan poured 300 tons of steel.", "en")) >= {"1958", "300 tons"}
    assert told(claims("鞍山在1958年炼钢三百吨。", "zh")) == {"1958年", "三百吨", "鞍山"}
