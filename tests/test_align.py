"""Whether the sentences of the original find their translations, and nothing is lost on the way."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.align import align, twin_span
from rag.datatypes import Article, Bead, Lang
from tests.conftest import read, shared

# Sentence pairs of the seeds: seed, how the Chinese begins and ends, how the English does. The aligner proposed them;
# each was then read, beginning and end, and none had to be changed. So this guards against getting worse, and is no
# independent measure of accuracy.
GOLD = [
    ("000", "把生产任务直接交给", "交给群众", "Handing Production Tasks", "o the Masses"),
    ("000", "四川江油开钢铁战士", "士代表会", "Jiangyou, Sichuan Holds ", "eel Warriors"),
    ("000", "本报讯\u3000四川省江油", "的高潮。", "(By our reporter) Sichua", " a new high."),
    ("000", "经验证明，这种代表", "好形式。", "Experience proves that t", "ure quality."),
    ("000", "江油县境有八处土高", "量较低。", "Jiangyou County has eigh", " low yields."),
    ("000", "面对这种情况，10", "表会议。", "Faced with this situatio", "ate October."),
    ("000", "会议在大鸣大放中批", "本问题。", "At the meetings, the ide", "as resolved."),
    ("000", "通过代表会议，改变", "的行动。", "Through the representati", " discussion."),
    ("000", "许多人重新修订了生", "然一新。", "Many people revised prod", "nsformation."),
    ("000", "八天内，新修了两千", "吨好铁。", "Within eight days, more ", "thin a week."),
    ("000", "通过代表会议，进一", "了团结。", "Through the representati", "as enhanced."),
    ("000", "过去只在下边讲、背", "出来了。", "What was previously said", "he meetings."),
    ("000", "许多领导干部根据群", "的关怀。", "Based on the opinions pu", "the workers."),
    ("001", "包思想工作\u3000包加强", "各项指标", "Comprehensive ideologica", "ious targets"),
    ("001", "领导干部深入基层全", "面抓小组", "Leading cadres go deep i", "grasp groups"),
    ("001", "大冶钢厂锻造车间去", "全面跃进", "Daye Steel Plant Forging", "ce Last Year"),
    ("001", "本报武汉14日电\u3000", "面跃进。", "(Our newspaper's report ", "e last year."),
    ("001", "他们在今年上半年提", "得很好。", "In the first half of thi", "pleted well."),
    ("001", "这个车间从去年第三", "赛冠军。", "Since the third quarter ", "es in a row."),
    ("001", "“四包”的具体内容", "产关键。", "The specific contents of", "ction areas."),
    ("001", "“一交”是同工人交", "心朋友。", 'The "one friendship" is ', "the workers."),
    ("001", "车间领导干部深入小", "想工作。", "After the workshop's lea", "ogical work."),
    ("001", "例如，肖功顺小组部", "够团结。", "For example, some leadin", "ited enough."),
    ("001", "党支部委员李成敏深", "结现象。", "After Li Chengmin, a mem", "nd disunity."),
    ("001", "这个小组上半年计划", "00％。", "The group completed the ", "ate of 100%."),
    ("001", "这个车间原来有一个", "完不成。", "There used to be a relat", "e its plans."),
    ("001", "党支部把党员李人庆", "的信心。", "The Party branch transfe", "he advanced."),
    ("001", "7月中旬以后，这个", "成计划。", "Since mid-July, the grou", "s every day."),
    ("001", "领导干部深入小组，", "面跃进。", "Leading cadres who go de", "eap forward."),
    ("001", "例如，杨金庄小组3", ".7％。", "For example, the output ", " only 98.7%."),
    ("001", "车间领导干部深入到", "速提高。", "Leading cadres of the wo", "ved rapidly."),
    ("001", "5月份，这个小组的", "无废品。", "In May, the quality of t", "ve products."),
    ("001", "这个车间的领导干部", "的问题。", "In addition to going dee", "ems in life."),
    ("001", "从去年第三季度以来", "的关系。", "This practice has been a", "even closer."),
    ("001", "领导干部不仅能够及", "很了解。", "Leading cadres can not o", "s very well."),
    ("001", "在深入小组以后，这", "心朋友。", "After going deep into th", "the workers."),
    ("001", "全车间作到了同心同", "争上游。", "The entire workshop has ", "for the top."),
    ("001", "现在，这个车间已有", "批涌现。", "At present, 88% of the w", "rge numbers."),
    ("001", "（附图片）", "附图片）", "(Attached picture)", "hed picture)"),
    ("001", "湖南省常宁县松柏铁", "产发展。", "The leading cadres at al", "development."),
    ("001", "这是副厂长赵福明（", "者王平摄", "This is Vice-Director Zh", "r Wang Ping)"),
    ("002", "本报特约新华社鞍山", "改高潮。", "Anshan, January 28th (Sp", "ctification."),
    ("002", "第一炼钢厂的整风运", "85％。", "The First Steel Plant's ", "ly resolved."),
    ("002", "有些人便认为差不多", "不多了。", "Some people then felt th", "almost over."),
    ("002", "去年末，工厂的主要", "入整改。", "At the end of last year,", "ctification."),
    ("002", "这种“单打一”的作", "变坏了。", 'This "single-minded" app', "lidate them."),
    ("002", "领导作风和生产管理", "少问题。", "There were still many pr", " management."),
    ("002", "本月中旬，这个厂发", "改高潮。", "In mid-January, the fact", "ion upsurge."),
    ("002", "他们首先归纳了群众", "条核对。", "They first summarized th", " one by one."),
    ("002", "改得不好不彻底的，", "迅速改。", "Problems that were not r", "ter posters."),
    ("002", "领导干部们还用个别", "不忽视。", "Leading cadres also used", "not ignored."),
    ("002", "于是，个人的问题个", "重新改。", "Thus, individuals rectif", "e-rectified."),
    ("002", "仅五天的时间，就消", "虚假数。", "In just five days, about", " eliminated."),
    ("002", "连工人们提了几年没", "解决了。", "Even problems that worke", "d this time."),
    ("002", "这次整改复查是结合", "舞作用。", "This rectification revie", " enthusiasm."),
    ("002", "全厂订出了全年增产", "的指标。", "The factory has set a ta", " whole year."),
    ("002", "几天来，各平炉之间", "断出现。", "In recent days, the comp", "ly emerging."),
    ("002", "连设备较旧、过去熔", "十分钟。", "Even No. 8 open-hearth f", "ce of steel."),
    ("003", "本报阜新电\u3000中共辽", "项经验。", "Fuxin Electric News—The ", " production."),
    ("003", "到会的各地一百四十", "众路线。", "More than 300 leading ca", "s mass line."),
    ("003", "参加会议的人听了这", "的讨论。", "After listening to the i", "s overnight."),
    ("003", "大家一致认为，这些", "遍意义。", "Everyone agreed that the", "enterprises."),
    ("003", "这些经验共同的根本", "导生产。", "The common fundamental c", "ion process."),
    ("003", "中央机修厂的经验，", "的途径；", "The experience of the Ce", 'ntal plots";'),
    ("003", "平安煤矿三坑领导干", "的方向；", "the experience of the le", " production;"),
    ("003", "平安煤矿矿一级领导", "好榜样。", "the revolutionary action", " the masses."),
    ("003", "参加会议的人一致认", "的统一。", "The participants unanimo", " technology."),
    ("003", "沈阳市参加会议的四", "部挑战。", "After discussion and del", "the meeting."),
    ("003", "各个地区的领导干部", "战条件。", "The leaders of various r", "e challenge."),
    ("003", "几小时工夫，会场上", "大字报。", "Within a few hours, many", "eting place."),
    ("003", "许多人还往本企业打", "即行动。", "Many people also called ", "r returning."),
    ("003", "到会的人为了推动全", "命竞赛。", "In order to promote a gr", "dership art."),
    ("003", "他们保证在会后三天", "动中去；", "They guaranteed that wit", "into action;"),
    ("003", "参加会议的所有工业", "交的好；", "all leading cadres of in", " and better;"),
    ("003", "打掉官气，肃清特殊", "的活动。", "eliminate bureaucratic a", " activities."),
    ("003", "大会最后由中共辽宁", "结报告。", "Finally, Yu Ping, Secret", " conference."),
    ("003", "喻屏要求到会人员和", "加完整。", "Yu Ping asked the partic", "re complete."),
    ("003", "17日，中共辽宁省", "项经验。", "On the 17th, the Liaonin", "es of Fuxin."),
    ("003", "指示中指出，这三项", "的道路。", "The instructions pointed", " technology."),
    ("003", "（附图片）", "附图片）", "(Attached picture)", "hed picture)"),
    ("003", "下井跟班劳动\u3000\u3000苗", "苗地插图", "下井跟班劳动 苗地插图", "Illustration"),
    ("004", "据新华社7日讯\u3000全", "京开幕。", "Xinhua News Agency, 7th.", "ijing today."),
    ("004", "这次会议将总结去年", "的问题。", "This conference will sum", "ice economy."),
    ("004", "科室工作人员的竞赛", "和解决。", "The competition among cl", " conference."),
    ("004", "全国总工会生产部部", "了报告。", "Wang Jiayang, Director o", "y's meeting."),
    ("004", "王家扬在报告中首先", "和成就。", "In his report, Wang Jiay", "t last year."),
    ("004", "他说，去年全国先进", "显著的。", "He said that the effect ", "significant."),
    ("004", "全国从大城市到中小", "运动中。", "Across the country, from", "ss movement."),
    ("004", "去年工业生产和建设", "不开的。", "The tremendous achieveme", "rs movement."),
    ("004", "在这个运动中各地总", "进经验。", "In this movement, variou", "experiences."),
    ("004", "仅据第一机械、煤矿", "进经验。", "According to incomplete ", "nd promoted."),
    ("004", "去年冶金工业部钢铁", "万多吨。", "Last year, the staff and", "last stoves."),
    ("004", "煤矿系统的职工普遍", "25％。", "The staff and workers of", " 20% to 25%."),
    ("004", "推广先进经验对提高", "大作用。", "The promotion of advance", "g resources."),
    ("004", "随着先进经验的推广", "常活跃。", "With the promotion of ad", "very active."),
    ("004", "技术互助互学的合同", "多样化。", "The contracts for techni", "diversified."),
    ("004", "过去一般只采用“兄", "的合同。", "In the past, generally o", "technicians."),
    ("004", "还有小组和小组、车", "合同等。", "There are also mutual as", "d factories."),
    ("004", "合理化建议的工作也", "和提高。", "The work of rationalizat", "nd improved."),
    ("004", "根据去年上半年的不", "万多件。", "According to incomplete ", "een adopted."),
    ("004", "这些已经采纳的合理", "多万元。", "According to statistics ", "the country."),
    ("004", "先进生产者运动开展", "大发展。", "After the advanced produ", "y developed."),
    ("004", "王家扬在报告中指出", "的问题。", "In his report, Wang Jiay", "rs movement."),
    ("004", "他说，虽然先进生产", "不少的。", "He said that although th", "ny problems."),
    ("004", "在整个运动中，政治", "够细致。", "In the entire movement, ", "iled enough."),
    ("004", "我们对工人群众进行", "都不够。", "We have not done enough ", "collectives."),
    ("004", "由于思想教育工作薄", "滞不前。", "Due to the weakness of i", "s stagnated."),
    ("004", "其次是贯彻“多、快", "够全面。", "The second is that the i", "sive enough."),
    ("004", "在运动中有追求多、", "的现象。", "In the movement, there i", ", and safer."),
    ("004", "在总结和推广先进经", "的毛病。", "In the summary and promo", "lly copying."),
    ("004", "有些先进经验的推广", "的现象。", "The promotion of some ad", "r intensity."),
    ("004", "在合理化建议的工作", "不够好。", "In the work of rationali", "well enough."),
    ("004", "有些企业的先进生产", "的要求。", "The advanced producers m", " management."),
    ("004", "社会主义竞赛的组织", "还薄弱。", "The organizational leade", " still weak."),
    ("004", "针对上述情况和问题", "了意见。", "In response to the above", "n this year."),
    ("004", "这些意见将在会议上", "上讨论。", "These suggestions will b", "the meeting."),
]


# Words that must stand in the two sides of one bead, in the real articles beside the checkout; chosen by reading.
ANCHORS = [
    ("南捷签订友谊互助条约", "铁托元帅", "Marshal Tito"),
    ("南捷签订友谊互助条约", "祝贺演说", "congratulatory speeches"),
    ("友好往来", "马格里勃（摩洛哥）", "Maghreb (Morocco)"),
    ("友好往来", "一行九人", "nine people"),
    ("友好往来", "乘火车", "by train"),
    ("友好往来", "马赛·福特", "Marcel Poot"),
    ("友好往来", "第一次友谊比赛", "first friendly competition"),
    ("友好往来", "一行六人", "six people"),
    ("糖精一批进口", "五千公斤", "5,000 kilograms"),
    ("糖精一批进口", "数万吨", "tens of thousands of tons"),
    ("来信更正", "千分之一", "one in a thousand"),
    ("来信更正", "请予更正", "Please correct this"),
    ("一套新邮票", "共三图", "three designs"),
    ("一套新邮票", "红领巾", "red scarves"),
    ("一套新邮票", "依依惜别", "reluctance to part"),
    ("四十八天收小麦", "综合馆", "comprehensive hall"),
    ("四十八天收小麦", "六季", "six times a year"),
    ("四十八天收小麦", "杨青俊在勤工俭学中", "work-study program"),
    ("四十八天收小麦", "第四天", "four days after sowing"),
    ("四十八天收小麦", "加快三倍", "by three times"),
    ("非洲", "目光", "my eyes"),
    ("非洲", "莫非就是你", "Could that person be you"),
    ("非洲", "没有耐性", "Impatient son"),
    ("非洲", "酸味汁浆", "sour juice"),
    ("货车静载重", "吨数", "tonnage"),
    ("货车静载重", "十分之三到十分之七", "30% to 70%"),
    ("货车静载重", "巧装满载", "skillful loading"),
    ("董全蓉", "挖泥肥", "mud fertilizer"),
    ("董全蓉", "五里多山路", "five miles"),
    ("董全蓉", "不见了", "missing"),
    ("董全蓉", "手镯", "bracelet"),
    ("董全蓉", "都病了", "all sick"),
    ("董全蓉", "毛主席", "Chairman Mao"),
]


def article(zh: str | None = None, en: str | None = None) -> Article:
    bodies: dict[Lang, str] = {}
    if zh is not None:
        bodies["zh"] = zh
    if en is not None:
        bodies["en"] = en
    return Article("a", date(1958, 1, 1), 1, None, None, {}, bodies, "a.txt", "")


def side(of: Article, bead: Bead, lang: Lang) -> str:
    span = bead.side(lang)
    return of.bodies[lang][slice(*span)] if span else ""


def assert_covers(of: Article, beads: Sequence[Bead]) -> None:
    for lang in of.langs:
        body = of.bodies[lang]
        times = [0] * len(body)
        last = 0
        for start, end in filter(None, (bead.side(lang) for bead in beads)):
            assert last <= start < end <= len(body), (lang, start, end)
            assert not body[start].isspace() and not body[end - 1].isspace()
            last = end
            for at in range(start, end):
                times[at] += 1
        assert all(n == 1 for n, char in zip(times, body, strict=True) if not char.isspace())
    assert all(bead.zh or bead.en for bead in beads)
    assert all(0 <= bead.score <= 1 for bead in beads)
    paragraphs = [bead.paragraph for bead in beads]
    assert paragraphs == sorted(paragraphs)
    assert set(paragraphs) == set(range(len(set(paragraphs))))


def test_sentences_read_by_hand_find_their_translations(articles: list[Article]) -> None:
    found: dict[str, list[tuple[str, str]]] = {}
    for one in articles:
        number = re.search(r"(\d{3})_", one.source)
        assert number
        found[number[1]] = [(side(one, bead, "zh"), side(one, bead, "en")) for bead in align(one)]
    wrong = [
        row
        for row in GOLD
        if not any(
            zh.startswith(row[1]) and zh.endswith(row[2]) and en.startswith(row[3]) and en.endswith(row[4])
            for zh, en in found[row[0]]
        )
    ]
    assert len(wrong) <= len(GOLD) // 50, wrong


def test_a_repeated_headline_has_no_partner_where_the_translation_dropped_it(articles: list[Article]) -> None:
    alone = {side(one, bead, "zh") for one in articles for bead in align(one) if bead.zh and not bead.en}
    assert "到群众中去领导群众" in alone
    assert "先进生产者运动如何继续前进？" in alone
    assert not any(bead.en and not bead.zh for one in articles for bead in align(one))


@pytest.mark.parametrize(("name", "zh", "en"), ANCHORS)
def test_real_articles_align_where_they_were_read(name: str, zh: str, en: str) -> None:
    (one,) = [a for a in read(shared("corpus", "bilingual")) if name in a.source]
    start = one.bodies["zh"].index(zh)
    twin = twin_span(align(one), "zh", start, start + len(zh))
    assert twin and en in one.bodies["en"][slice(*twin)]


def test_every_character_of_the_seeds_is_in_one_bead(articles: list[Article]) -> None:
    for one in articles:
        assert_covers(one, align(one))


def test_every_character_of_other_files_is_in_one_bead() -> None:
    rng = random.Random(0)
    folders = sorted(shared("corpus", "synthetic_bilingual_format").iterdir())
    for one in read(shared("corpus", "bilingual"), *rng.sample(folders, 2)):
        assert_covers(one, align(one))


TEXT = st.text(st.sampled_from(list("中国十万3,.。！？；“” \u3000\n\r\u2028\tabA()《》%:\u200b")), max_size=120)


@pytest.mark.fuzz
@given(TEXT, TEXT)
def test_any_two_texts_are_covered(zh: str, en: str) -> None:
    one = article(zh, en)
    assert_covers(one, align(one))


@given(st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_lost_and_foreign_lines_do_not_lose_text(seed: int) -> None:
    rng = random.Random(seed)
    zh = [f"第{n}车间在一九五八年生产了{n}吨钢。" * rng.randint(1, 3) for n in range(30) if rng.random() < 0.7]
    en = [
        f"Workshop {n} produced {n} tons of steel in 1958. " * rng.randint(1, 3)
        for n in range(30)
        if rng.random() < 0.7
    ]
    one = article("\n".join(zh), "\n\n".join(en))
    assert_covers(one, align(one))


def test_a_lost_paragraph_does_not_shift_the_others() -> None:
    numbers = (31, 47, 58, 63, 79, 82, 95)
    zh = "\n".join(f"    这个工厂的第{n}车间，上月完成了生产计划，共生产了钢材{n}0吨，质量也很好。" for n in numbers)
    kept = [n for n in numbers if n not in (58, 79)]
    en = "\n\n".join(
        f"Workshop {n} of this factory completed its plan last month: {n}0 tons of rolled steel of good quality."
        for n in kept
    )
    one = article(zh, en)
    pairs = {(side(one, b, "zh").strip()[:12], side(one, b, "en")[:11]) for b in align(one) if b.zh and b.en}
    assert pairs == {(f"这个工厂的第{n}车间，上月"[:12], f"Workshop {n}") for n in kept}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_one_language_gives_one_sided_beads_per_sentence(lang: Lang) -> None:
    one = article(**{lang: "甲完成了。乙也完成了！\n丙呢？" if lang == "zh" else "One did. Two did too!\nAnd three?"})
    beads = align(one)
    assert len(beads) == 3
    assert all(bead.side(lang) and not (bead.zh and bead.en) for bead in beads)
    assert twin_span(beads, lang, 0, 5) is None


@pytest.mark.parametrize(("zh", "en"), [("", ""), ("   \n", "\n"), ("中", ""), ("", "a"), ("，", "-")])
def test_empty_halves(zh: str, en: str) -> None:
    one = article(zh, en)
    assert_covers(one, align(one))


def test_a_poem_run_together_covers_its_lines() -> None:
    lines = ["The river rises in the east,", "The masses build the dam,", "Ten thousand hands move the mountain,"] * 6
    zh = "河水从东方涨起来，群众修起大坝，万双手移动高山，" * 6 + "我们歌唱。"
    beads = align(article(zh, "\n".join([*lines, "And we sing."])))
    assert len([bead for bead in beads if not (bead.zh and bead.en)]) <= 1


def test_a_long_article_aligns_past_one_window() -> None:
    numbers = [10_000 + 37 * n for n in range(400)]
    zh = "\n".join(f"这一年全县共生产了{n}吨铁。" for n in numbers)
    en = "\n".join(f"The county produced {n} tons of iron in this year." for n in numbers if n % 5)
    one = article(zh, en)
    beads = align(one)
    assert_covers(one, beads)
    both = [(side(one, b, "zh"), side(one, b, "en")) for b in beads if b.zh and b.en]
    right = sum(re.findall(r"\d+", zh) == re.findall(r"\d+", en) for zh, en in both)
    assert right >= 0.97 * len([n for n in numbers if n % 5])


def test_twin_span_covers_every_bead_it_touches() -> None:
    beads = (Bead(0, (0, 5), (0, 9)), Bead(0, (5, 9), None), Bead(1, (10, 20), (12, 40)))
    assert twin_span(beads, "zh", 3, 12) == (0, 40)
    assert twin_span(beads, "en", 9, 12) is None
    assert twin_span(beads, "zh", 6, 9) is None
    assert twin_span(beads, "en", 39, 41) == (10, 20)
