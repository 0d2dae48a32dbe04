"""Figures, measures and times that part are told by kind; those that say the same in another way are left alone."""

from __future__ import annotations

from datetime import date

import cn2an
import pytest
from text_to_num import text2num

from rag.translation.figures import compare
from rag.translation.items import items

ISSUE = date(1960, 3, 1)


def kinds(zh: str, en: str, around: tuple[str, str] = ("", "")) -> list[str]:
    return [d.kind for d in compare(zh, en, ISSUE, around) if d.kind != "about"]


SAME = [
    ("成绩是五○点六八公尺", "with a throw of 50.68 meters"),
    ("成绩是五〇点六八公尺", "with a throw of 50.68 meters"),
    ("水位一二○·三○公尺", "a water level of 120.30 meters"),
    ("长一丈二尺", "twelve chi long"),
    ("长一丈二尺", "one zhang and two chi long"),
    ("跳过一公尺九十公分", "cleared one meter and ninety centimeters"),
    ("跳过一公尺九十公分", "cleared 1.90 meters"),
    ("身高一九一公分", "1.91 meters tall"),
    ("口径四百三十五公厘", "a bore of 435 millimeters"),
    ("每户分得七十六元五角", "76.5 yuan for each household"),
    ("每户分得七十六元五角", "seventy-six yuan and five jiao for each household"),
    ("四分二十九秒五", "4 minutes 29.5 seconds"),
    ("一分十一秒六的成绩", "a time of 1 minute 11.6 seconds"),
    ("提前一年零五个月", "one year and five months ahead"),
    ("一年零两天的工作量", "the work of one year and two days"),
    ("六个小时零二十分钟", "six hours and twenty minutes"),
    ("种植的一亩二分四厘黄瓜", "cucumbers planted on 1.24 mu"),
    ("深耕一尺五", "ploughed one chi and five cun deep"),
    ("二十二个半小时", "22.5 hours"),
    ("两个半小时", "two and a half hours"),
    ("上午九时四十三分", "at 9:43 a.m."),
    ("下午三时二十分", "at 3:20 PM"),
    ("八一足球队", "the August 1st football team"),
    ("“八一”队以三比二胜", 'the "Bayi" team won three to two'),
    ("四个市代表队中有三个", "three of the four city teams"),
    ("提高一倍到四、五倍", "increased by one to four or five times"),
    ("郭沫若、茅盾等六人", "Guo Moruo, Mao Dun and four others"),
    ("张三、李四、王五等八人", "Zhang San, Li Si, Wang Wu, and five others"),
    ("一亿零四百万", "104 million"),
    ("五百万零五千头", "5,005,000 head"),
    ("七千二百多头", "more than 7,200"),
    ("两万多观众", "more than 20,000 spectators"),
    ("3、4两月", "in March and April"),
    ("第三、四两卷", "the third and fourth volumes"),
    ("第三十九旅", "the Thirty-Ninth Brigade"),
    ("十五世纪四十年代", "the 1440s"),
    ("五、六个人", "five or six people"),
    ("几千斤", "thousands of jin"),
    ("成千名青年", "thousands of young people"),
    ("数十人", "dozens of people"),
    ("一日千里", "a thousand miles a day"),
    ("十分之六", "60%"),
    ("去年七月", "last July"),
    ("前年同期", "the same period in 1958"),
    ("三成", "30 percent"),
    ("一百公斤", "200 jin"),
    ("廿三日", "on the 23rd"),
    ("卅个", "thirty of them"),
    ("五到六两菠菜", "five to six liang of spinach"),
    ("十二两", "twelve liang"),
    ("一两周前", "one or two weeks ago"),
    ("三两白糖", "three taels of sugar"),
    ("新华社30日电", "Xinhua News Agency, 30th"),
]
PARTING = [
    ("采矿石八万吨", "8,000 tons of ore", "figure"),
    ("几千万亩", "several million mu", "figure"),
    ("一亿零三百八十多万", "100,380,000", "figure"),
    ("二百三十八万四千多吨", "2,384,400 tons", "figure"),
    ("四川、湖北等十二个省", "Sichuan, Hubei and other twelve provinces", "figure"),
    ("李明、王强等二十余人", "Li Ming, Wang Qiang and more than 20 others", "figure"),
    ("李明、王强等三人", "Li Ming, Wang Qiang and two others", "figure"),
    ("上千名", "thousands of people", "figure"),
    ("三十万三千零八十七吨", "300,387 tons", "figure"),
    ("九百多万平方公里", "9.6 million square kilometers", "figure"),
    ("六个小时零二十分钟", "six hours and two minutes", "figure"),
    ("跳过一公尺九十公分", "cleared 1.09 meters", "figure"),
    ("百分之二十五", "35%", "figure"),
    ("二百二十万公担", "2.2 million metric tons", "unit"),
    ("四十一尺", "41 feet", "unit"),
    ("五千二百三十四间", "5,234 houses", "unit"),
    ("一角五分", "one dime and five cents", "unit"),
    ("二角钱", "two dimes", "unit"),
    ("两毛钱", "20 cents", "unit"),
    ("三百公里", "300 li", "unit"),
    ("五百斤", "500 kilograms", "unit"),
    ("八百英镑", "800 dollars", "unit"),
    ("于23日到京", "arrived in Beijing on the 24th", "date"),
    ("新华社31日讯　塔斯社莫斯科30日电：", "Xinhua News Agency, Moscow, 31st - TASS:", "date"),
    ("前年同期", "the same period last year", "date"),
    ("5月开工", "Work began in June", "date"),
    ("1957年完工", "finished in 1958", "date"),
    ("今年上半年", "in the second half of this year", "date"),
    ("上午九时四十三分", "at 9:34 a.m.", "date"),
    ("增加了三倍", "rose by four times", "multiple"),
]


@pytest.mark.parametrize(("zh", "en"), SAME)
def test_the_same_said_otherwise_is_left_alone(zh: str, en: str) -> None:
    assert kinds(zh, en) == []


@pytest.mark.parametrize(("zh", "en", "kind"), PARTING)
def test_what_parts_is_told_by_kind(zh: str, en: str, kind: str) -> None:
    assert kinds(zh, en) == [kind]


@pytest.mark.parametrize(
    ("zh", "en", "told"),
    [
        ("七千二百多头", "7,200 head", True),
        ("九丈来长", "nine zhang long", True),
        ("二十到三十多头", "twenty to thirty", True),
        ("近两千公斤", "2,000 kg", True),
        ("两千公斤", "nearly 2,000 kg", True),
        ("近两千公斤", "nearly 2,000 kg", False),
        ("三十年来", "for thirty years", False),
        ("至少需要二年", "takes at least two years", False),
        ("三个月内", "within three months", False),
        ("五十多年以前", "more than fifty years ago", False),
        ("4％左右", "about 4%", False),
        ("三万多头", "30,000 head", True),
        ("约154点", "154 points", True),
        ("两公里左右", "two kilometers", True),
        ("节约六千公斤", "save 6,000 kilograms", False),
        ("买上两斤鱼", "bought two catties of fish", False),
        ("抵上一斤半橘子", "equal to one and a half jin of oranges", False),
        ("不过一两天", "no more than one or two days", False),
        ("降10°—20°以上", "drop by more than 10°-20°", False),
        ("这四年中", "over the four years", False),
        ("用了五个多月", "took over five months", False),
        ("二十多岁", "in their 20s", False),
        ("每人最多4个课程", "up to 4 courses each", False),
        ("不超过3.67%", "not higher than 3.67%", False),
        ("逾三十名职工", "over 30 employees", False),
        ("突破十万吨", "breaking through 100,000 tons", False),
        ("近两年", "in the last two years", False),
        ("接近8亿", "close to 800 million", False),
        ("“3+1”机制", 'the "3+1" mechanism', False),
    ],
)
def test_approximations_lost_or_added_are_a_nuance(zh: str, en: str, told: bool) -> None:
    assert ("about" in [d.kind for d in compare(zh, en, ISSUE)]) == told


def test_what_the_neighbouring_sentence_says_is_not_missing_here() -> None:
    assert kinds("产铁三千吨", "It made 5,000 tons of steel", ("产钢五千吨", "It made 3,000 tons of iron.")) == []


@pytest.mark.parametrize("value", [7, 20, 38, 105, 200, 1009, 2384, 20000, 103800000, 5005000])
def test_readings_agree_with_those_of_other_libraries(value: int) -> None:
    chinese = cn2an.an2cn(value)
    assert [i.low for i in items(f"{chinese}吨", "zh")] == [cn2an.cn2an(chinese, "normal")] == [value]
    english = {7: "seven", 20: "twenty", 38: "thirty-eight", 105: "one hundred and five", 200: "two hundred",
               1009: "one thousand and nine", 20000: "twenty thousand"}.get(value)  # fmt: skip
    if english:
        assert [i.low for i in items(f"{english} tons", "en")] == [text2num(english, "en")]


def test_a_difference_is_told_of_the_figure_in_the_same_measure() -> None:
    zh = "两天以来，最后一炉钢用了六个小时零二十分钟"
    en = "In recent days the last heat of steel took six hours and two minutes"
    assert [zh[slice(*d.zh)] for d in compare(zh, en, ISSUE) if d.zh] == ["六个小时零二十分钟"]
