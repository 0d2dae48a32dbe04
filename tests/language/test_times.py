"""The times that a text speaks of, counted from its dateline or its issue; what may mean two is left out."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.align import align
from rag.datatypes import LANGS, Article, Dateline, Lang
from rag.events import spoken_in
from rag.language.datelines import datelines
from rag.language.times import times
from tests.conftest import read, shared
from tests.language.times_sample import kept, outcomes, sample, table

OPEN = "-"


def told(text: str, lang: Lang, issue: str = "1957-06-20") -> list[tuple[str, str, str]]:
    """The times of a text: words, first day, last day; "-" for an end that is open."""
    day = date.fromisoformat(issue)
    found = times(text, lang, day, datelines(text, lang, day))
    return [
        (s.text, *(OPEN if d in (date.min, date.max) else d.isoformat() for d in (s.since, s.until))) for s in found
    ]


ZH: list[tuple[str, str, str, str]] = [
    # issue, text, first day, last day
    ("1957-06-20", "去年全县修了六座水库。", "1956-01-01", "1956-12-31"),
    ("1957-06-20", "前年产量很低。", "1955-01-01", "1955-12-31"),
    ("1957-06-20", "明年将扩建厂房。", "1958-01-01", "1958-12-31"),
    ("1957-08-20", "上半年计划已经完成。", "1957-01-01", "1957-06-30"),
    ("1957-06-20", "今年下半年任务更重。", "1957-07-01", "1957-12-31"),
    ("1957-06-20", "第一季度超额完成。", "1957-01-01", "1957-03-31"),
    ("1957-06-20", "去年三、四季度原料不足。", "1956-07-01", "1956-12-31"),
    ("1957-06-20", "今年前五个月生产很好。", "1957-01-01", "1957-05-31"),
    ("1957-06-20", "1956年1至6月共产钢二百吨。", "1956-01-01", "1956-06-30"),
    ("1957-06-20", "5月份的产量最高。", "1957-05-01", "1957-05-31"),
    ("1957-06-20", "本月中旬开工。", "1957-06-11", "1957-06-20"),
    ("1957-06-20", "上月25日开了会。", "1957-05-25", "1957-05-25"),
    ("1957-06-20", "4月下旬播种完毕。", "1957-04-21", "1957-04-30"),
    ("1957-06-20", "3月底统计，共有八百户。", "1957-03-21", "1957-03-31"),
    ("1957-01-20", "12月份的任务完成了。", "1956-12-01", "1956-12-31"),
    ("1957-06-20", "14日到16日召开了现场会议。", "1957-06-14", "1957-06-16"),
    ("1957-06-20", "2月26日至3月3日举行。", "1957-02-26", "1957-03-03"),
    ("1957-06-20", "5月26、27和28日下了大雨。", "1957-05-26", "1957-05-28"),
    ("1957-06-02", "代表团31日到达北京。", "1957-05-31", "1957-05-31"),
    ("1957-06-02", "比赛定于5日举行。", "1957-06-05", "1957-06-05"),
    ("1957-06-20", "本报今天发表的经验很好。", "1957-06-20", "1957-06-20"),
    ("1957-06-20", "本报讯　昨晚举行了一场比赛。", "1957-06-19", "1957-06-19"),
    ("1957-01-01", "新华社31日讯　今年钢产量增加。", "1956-01-01", "1956-12-31"),
    ("1957-06-01", "新华社31日讯　代表团今天到达北京。", "1957-05-31", "1957-05-31"),
    ("1957-06-20", "去年冬天修了水渠。", "1956-11-01", "1957-02-28"),
    ("1957-01-20", "今冬积肥很多。", "1956-11-01", "1957-02-28"),
    ("1957-06-20", "今春雨水很足。", "1957-02-01", "1957-05-31"),
    ("1957-06-20", "一九五一年建立了互助组。", "1951-01-01", "1951-12-31"),
    ("1957-06-20", "元代的铜炮是公元1351年铸造的。", "1351-01-01", "1351-12-31"),
    ("1957-06-20", "十九世纪的建筑。", "1801-01-01", "1900-12-31"),
    ("1957-06-20", "到1956年底共有四千户。", "1956-10-01", "1956-12-31"),
    ("1957-06-20", "去年6月以来使用良好。", "1956-06-01", "1957-06-20"),
    ("1957-06-20", "从7月1日起实行新运价。", "1957-07-01", OPEN),
    ("1957-06-20", "第一个五年计划期间建成。", "1953-01-01", "1957-12-31"),
    ("1957-06-20", "解放前，这里没有工厂。", OPEN, "1949-12-31"),
    ("1957-06-20", "建国以来成就巨大。", "1949-10-01", "1957-06-20"),
    ("1957-06-20", "1955年建厂，同年10月投产。", "", ""),
]
EN: list[tuple[str, str, str, str]] = [
    ("1957-06-20", "Six reservoirs were built last year.", "1956-01-01", "1956-12-31"),
    ("1957-06-20", "The plan for the first half of this year was met.", "1957-01-01", "1957-06-30"),
    ("1957-06-20", "In the third and fourth quarters of last year ore was short.", "1956-07-01", "1956-12-31"),
    ("1957-06-20", "In the first five months of this year output rose.", "1957-01-01", "1957-05-31"),
    ("1957-06-20", "Output was highest in May.", "1957-05-01", "1957-05-31"),
    ("1957-06-20", "Work began in the middle ten days of this month.", "1957-06-11", "1957-06-20"),
    ("1957-06-20", "Sowing was over in late April.", "1957-04-21", "1957-04-30"),
    ("1957-06-20", "By the end of March there were 800 households.", "1957-03-21", "1957-03-31"),
    ("1957-06-20", "A meeting was held from the 14th to the 16th.", "1957-06-14", "1957-06-16"),
    ("1957-06-02", "The delegation arrived on the 31st.", "1957-05-31", "1957-05-31"),
    ("1957-06-02", "On the 5th the team will play in Wuhan.", "1957-06-05", "1957-06-05"),
    ("1957-06-20", "They came on December 29th last year.", "1956-12-29", "1956-12-29"),
    ("1957-03-20", "It was won last October.", "1956-10-01", "1956-10-31"),
    ("1957-06-01", "Xinhua News Agency, May 31st: The delegation arrived today.", "1957-05-31", "1957-05-31"),
    ("1957-06-20", "(Our newspaper) A match was held last night.", "1957-06-19", "1957-06-19"),
    ("1957-06-20", "By the end of 1956 there were 4,000 households.", "1956-10-01", "1956-12-31"),
    ("1957-06-20", "Since the second half of 1956 output has grown.", "1956-07-01", "1957-06-20"),
    ("1957-06-20", "Before liberation there was no factory here.", OPEN, "1949-12-31"),
    ("1957-06-20", "Hand cannons of the 14th century.", "1301-01-01", "1400-12-31"),
    ("1957-06-20", "It was built during the First Five-Year Plan.", "1953-01-01", "1957-12-31"),
]
TOLD = [("zh", *row) for row in ZH] + [("en", *row) for row in EN]
NOTHING: list[tuple[str, Lang, str]] = [
    ("1957-06-20", "zh", "最近产量提高很快，目前正在推广。"),
    ("1957-06-20", "zh", "年年丰收，每年5月都下雨。"),
    ("1957-06-20", "zh", "三年来一直如此，二百年前也是这样。"),
    ("1957-06-20", "zh", "一日千里，三日之内完成。"),
    ("1957-06-20", "zh", "全国夏季运动会，春节期间停演。"),
    ("1957-06-20", "zh", "中国人民解放军八一队，十月革命的故事。"),
    ("1957-06-20", "zh", "他说：“今天我们胜利了。”"),
    ("1957-06-20", "zh", "苏联第五个五年计划期间，解放前的索非亚。"),
    ("1957-06-20", "zh", "到11月可以建成。"),
    ("1957-06-20", "zh", "今天，妇女已经不同了。"),
    ("1957-06-20", "zh", "农历三月的集市，三年自给。"),
    ("1957-06-10", "zh", "20日，各队集合。"),
    ("1957-06-20", "en", "We may march on. May we work hard!"),
    ("1957-06-20", "en", "Production has risen recently and now goes on."),
    ("1957-06-20", "en", "It was the last year of his life, and in the last month he wrote much."),
    ("1957-06-20", "en", "The 8th Congress, the 40th anniversary, the October Revolution and May Day."),
    ("1957-06-20", "en", "Three years ago, for two months."),
    ("1957-06-20", "en", "The national liberation movement before and after."),
    ("1957-06-20", "en", "Before liberation Sofia had one theatre."),
    ("1957-06-20", "en", "Comrade Jan Druto met Mr. August Bebel's heirs."),
]


@pytest.mark.parametrize(("lang", "issue", "text", "first", "last"), [row for row in TOLD if row[3]])
def test_a_time_is_counted_from_the_day_of_the_text(lang: Lang, issue: str, text: str, first: str, last: str) -> None:
    assert [days for _, *days in told(text, lang, issue)] == [[first, last]]


@pytest.mark.parametrize(("issue", "lang", "text"), NOTHING)
def test_what_tells_no_time_or_may_be_meant_in_two_ways_is_left_out(issue: str, lang: Lang, text: str) -> None:
    assert told(text, lang, issue) == []


def test_a_month_is_of_the_year_that_the_sentence_named_before_it() -> None:
    assert [days for _, *days in told("1955年2月建厂，同年10月投产。", "zh")] == [
        ["1955-02-01", "1955-02-28"],
        ["1955-10-01", "1955-10-31"],
    ]
    said = "去年产量不高，3月更低。"  # of this year or of that one
    assert [words for words, *_ in told(said, "zh")] == ["去年"]


def test_without_an_issue_only_what_names_its_year_is_a_time() -> None:
    found = times("去年和1955年3月，昨天，5日。", "zh", None)
    assert [(s.text, s.since) for s in found] == [("1955年3月", date(1955, 3, 1))]


LINES: list[tuple[Lang, str, str, str, str | None]] = [
    ("zh", "新华社武汉14日电　人们今天集会。", "新华社", "武汉", "1957-06-14"),
    ("zh", "本报阜新电　会议闭幕。", "本报", "阜新", None),
    ("zh", "新华社31日讯　会议闭幕。", "新华社", "", "1957-05-31"),
    ("zh", "据新华社地拉那5月30日电　会议闭幕。", "新华社", "地拉那", "1957-05-30"),
    ("zh", "新华社1日讯　华盛顿消息：会议闭幕。", "新华社", "华盛顿", "1957-06-01"),
    ("zh", "新华社1日讯\n德黑兰消息：会议闭幕。", "新华社", "德黑兰", "1957-06-01"),
    ("zh", "【新华社延安十二日电】会议闭幕。", "新华社", "延安", "1957-06-12"),
    ("en", "Xinhua News Agency, Wuhan, 14th: People rallied.", "Xinhua News Agency", "Wuhan", "1957-06-14"),
    ("en", "Xinhua News Agency, May 30th. People rallied.", "Xinhua News Agency", "", "1957-05-30"),
    ("en", "(Our Shanghai dispatch) People rallied.", "Our", "Shanghai", None),
    ("en", "Our correspondent in Kunming, 28th - People rallied.", "Our correspondent", "Kunming", "1957-05-28"),
    ("en", "Moscow, June 3rd, TASS: The conference has closed.", "TASS", "Moscow", "1957-06-03"),
]


@pytest.mark.parametrize(("lang", "text", "agency", "place", "day"), LINES)
def test_a_dateline_has_its_agency_its_place_and_its_day(
    lang: Lang, text: str, agency: str, place: str, day: str | None
) -> None:
    found = datelines(text, lang, date(1957, 6, 20))[-1]
    assert (found.agency, found.place, found.day and found.day.isoformat()) == (agency, place, day)


def _article(zh: str, en: str) -> Article:
    return Article("a", date(1957, 6, 20), 1, None, None, {}, {"zh": zh, "en": en}, "a", "-")


def test_where_the_translation_says_another_time_the_original_stands() -> None:
    article = _article(
        "前年建成了水库。\n会议在3月4日闭幕。", "The reservoir was built last year.\nIt closed on April 4."
    )
    found = spoken_in(article, align(article)).times["en"]
    assert [(s.text, s.since, s.until) for s in found] == [
        ("last year", date(1955, 1, 1), date(1955, 12, 31)),
        ("April 4", date(1957, 3, 4), date(1957, 3, 4)),
    ]


def test_what_one_language_tells_more_closely_stays() -> None:
    article = _article("今年产量提高。", "Output rose early this year.")
    (found,) = spoken_in(article, align(article)).times["en"]
    assert (found.since, found.until) == (date(1957, 1, 1), date(1957, 4, 30))


def test_a_translation_without_its_dateline_counts_from_that_of_the_original() -> None:
    article = _article("新华社16日讯　代表团今天到达北京。", "A delegation arrived in Beijing today.")
    spoken = spoken_in(article, align(article))
    assert [s.since for s in spoken.times["en"]] == [date(1957, 6, 16)]
    assert spoken.datelines["zh"][0] == Dateline(0, 8, "新华社", "", date(1957, 6, 16))


PIECES = st.sampled_from(
    [
        *(
            "1958",
            "年",
            "3",
            "月",
            "31",
            "日",
            "到",
            "、",
            "以前",
            "以来",
            "去年",
            "今冬",
            "上半年",
            "第三季度",
            "同年",
            "今天",
        ),
        *(
            "“",
            "”",
            "新华社31日讯　",
            "解放前",
            "。",
            "\n",
            "9999",
            "0001",
            "March ",
            "May ",
            " to ",
            "since ",
            "before ",
        ),
        *("the 31st ", "last year", "on the ", "the first half of ", "century", "14th "),
    ]
)


@pytest.mark.parametrize("lang", LANGS)
@given(text=st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=12).map("".join)), day=st.dates())
def test_any_text_gives_ordered_times_of_its_own_words(lang: Lang, text: str, day: date) -> None:
    last = 0
    for found in times(text, lang, day, datelines(text, lang, day)):
        assert last <= found.start < found.end <= len(text)
        assert found.since <= found.until
        assert found.text == text[found.start : found.end]
        last = found.end


def test_of_the_sample_nearly_all_times_are_right_and_next_to_none_wrong() -> None:
    """150 sentences of both languages, of months that the rules were made from and of months that they were not."""
    articles = {article.id: article for article in read(shared("corpus", "bilingual"))}
    for half in ("design", "held"):
        told = [(kind, how) for _, part, kind, (how, _, _) in outcomes(articles) if part == half]
        times = [how for kind, how in told if kind != "none"]
        assert times.count("right") / len(times) >= 0.95
        assert [how for _, how in told].count("wrong") / len(told) <= 0.02
    assert len({(one.article, one.lang, one.sentence) for one in sample()}) == 150
    assert kept() == table(articles)
