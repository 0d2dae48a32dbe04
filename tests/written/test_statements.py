"""What models write around an answer is taken away, and what they state stays."""

from __future__ import annotations

import pytest

from rag.datatypes import Lang
from rag.written.statements import finds_nothing, is_looping, statements

EN, ZH = "How much ore was mined in Jiangyou within eight days?", "江油县八天内开采了多少矿石？"


def said(raw: str, lang: Lang, ended: bool = True) -> list[str]:
    return [one.text for one in statements(raw, EN if lang == "en" else ZH, lang, ended=ended)]


FRAMES = [
    ("en", "According to the passages, 80,000 tons of ore were mined.", "80,000 tons of ore were mined."),
    ("en", "According to passage 2, 80,000 tons of ore were mined.", "80,000 tons of ore were mined."),
    ("en", "According to passages 1 and 3, 80,000 tons were mined.", "80,000 tons were mined."),
    ("en", "Based on the provided information, eighty thousand tons.", "Eighty thousand tons."),
    ("en", "Based on the information provided in the passages, it was 80,000 tons.", "It was 80,000 tons."),
    ("en", "Based on the text given, it was 80,000 tons.", "It was 80,000 tons."),
    ("en", "As stated in the numbered passages above: it was 80,000 tons.", "It was 80,000 tons."),
    ("en", "The passage states that 80,000 tons of ore were mined.", "80,000 tons of ore were mined."),
    ("en", "Passage 1 mentions that ore was mined.", "Ore was mined."),
    ("en", "The answer is: 80,000 tons.", "80,000 tons."),
    ("en", "Answer: 80,000 tons", "80,000 tons"),
    ("en", "Sure! Here is the answer: 80,000 tons.", "80,000 tons."),
    ("en", "Here's what the passages say: 80,000 tons of ore.", "80,000 tons of ore."),
    ("en", "In summary, 80,000 tons were mined.", "80,000 tons were mined."),
    ("en", "From the context provided, 80,000 tons were mined.", "80,000 tons were mined."),
    ("en", "According to People's Daily, ore was mined.", "According to People's Daily, ore was mined."),
    ("en", "According to Comrade Li, 80,000 tons were mined.", "According to Comrade Li, 80,000 tons were mined."),
    ("en", "The texture of the ore is fine.", "The texture of the ore is fine."),
    ("en", "Surely 80,000 tons were mined.", "Surely 80,000 tons were mined."),
    ("en", "In the county, 80,000 tons were mined.", "In the county, 80,000 tons were mined."),
    ("zh", "根据段落内容，八天内采矿石八万吨。", "八天内采矿石八万吨。"),
    ("zh", "根据提供的段落，八天内采矿石八万吨。", "八天内采矿石八万吨。"),
    ("zh", "根据上述资料可知，八天内采矿石八万吨。", "八天内采矿石八万吨。"),
    ("zh", "根据第2段的内容，八天内采矿石八万吨。", "八天内采矿石八万吨。"),
    ("zh", "根据段落1和段落2，八天内采矿石八万吨。", "八天内采矿石八万吨。"),
    ("zh", "从文章中可以看出，八天内采矿石八万吨。", "八天内采矿石八万吨。"),
    ("zh", "段落2中提到，八天内采矿石八万吨。", "八天内采矿石八万吨。"),
    ("zh", "文章指出：八天内采矿石八万吨。", "八天内采矿石八万吨。"),
    ("zh", "答案：八万吨", "八万吨"),
    ("zh", "问题的答案是八万吨。", "八万吨。"),
    ("zh", "以下是回答：八天内采矿石八万吨。", "八天内采矿石八万吨。"),
    ("zh", "综上所述，八天内采矿石八万吨。", "八天内采矿石八万吨。"),
    ("zh", "据报道，八天内采矿石八万吨。", "据报道，八天内采矿石八万吨。"),
    ("zh", "据《人民日报》报道，八天内采矿石八万吨。", "据《人民日报》报道，八天内采矿石八万吨。"),
    ("zh", "根据中央的指示，八天内采矿石八万吨。", "根据中央的指示，八天内采矿石八万吨。"),
    ("zh", "在八天内，采矿石八万吨。", "在八天内，采矿石八万吨。"),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "raw", "kept"), FRAMES)
def test_a_frame_is_cut_and_nothing_else(lang: Lang, raw: str, kept: str) -> None:
    assert said(raw, lang) == [kept]


NOTHING = [
    ("en", "[1][2]"), ("en", "1, 2"), ("en", "Passages 1 and 2."), ("en", "Passage 3"), ("en", EN),
    ("en", "How much ore was mined in Jiangyou within eight days"), ("en", "I hope this helps!"),
    ("en", "Let me know if you need more."), ("en", "Sources: [1], [2]"), ("en", "<passage number=\"1\">ore</passage>"),
    ("en", "<think>80,000 tons, surely.</think>"), ("en", "<think>80,000 tons"), ("en", "<|im_end|>"), ("en", "---"),
    ("en", "```"), ("en", "Here is the answer:"), ("en", "Is there anything else?"),
    ("en", "To find this out, we need to follow these steps:"), ("zh", "计算步骤如下："),
    ("zh", "[1]、[2]"), ("zh", "段落1和段落2"), ("zh", "第1段、第3段"), ("zh", "1、2、3"), ("zh", ZH),
    ("zh", "希望对您有帮助！"),
    ("zh", "以下是回答："), ("zh", "如有其他问题，请告诉我。"), ("zh", "<think>先看段落一"), ("zh", "来源：[1][2]"),
    ("zh", "##"),
    ("zh", "请问还有什么可以帮您？"),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "raw"), NOTHING)
def test_what_states_nothing_is_no_statement(lang: Lang, raw: str) -> None:
    assert said(raw, lang) == []


MARKUP = [
    ("en", "**80,000 tons** of ore were mined.", ["80,000 tons of ore were mined."]),
    ("en", "## Result\n\n80,000 tons of ore were mined.", ["80,000 tons of ore were mined."]),
    ("en", "- coal was dug\n- ore was mined", ["coal was dug", "ore was mined"]),
    ("en", "1. coal was dug\n2. ore was mined", ["coal was dug", "ore was mined"]),
    ("en", "1) 8.5 tons of coal\n2) 9 tons of ore", ["8.5 tons of coal", "9 tons of ore"]),
    ("en", "8.5 tons of coal were dug.", ["8.5 tons of coal were dug."]),
    ("en", "| coal | ore |\n| --- | --- |\n| 5 tons | 8 tons |", ["coal, ore", "5 tons, 8 tons"]),
    ("en", "See [the article](http://x.example/a) on ore.", ["See the article on ore."]),
    ("en", "`80,000 tons`<|im_end|>", ["80,000 tons"]),
    ("en", "It was 80,000 tons; the fuel was 200,000 tons.", ["It was 80,000 tons;", "the fuel was 200,000 tons."]),
    ("en", "Let us see.</think>\n\nIt was 80,000 tons.", ["It was 80,000 tons."]),
    ("en", "It is \\(\\boxed{10000}\\) tons.", ["It is 10000 tons."]),
    ("zh", "**八万吨**矿石。", ["八万吨矿石。"]),
    ("zh", "（一）思想工作\n（二）技术工作", ["思想工作", "技术工作"]),
    ("zh", "1、思想工作好\n2、技术工作好", ["思想工作好", "技术工作好"]),
    ("zh", "①思想工作\n②技术工作", ["思想工作", "技术工作"]),
    ("zh", "# 结果\n采矿石八万吨。", ["采矿石八万吨。"]),
    ("zh", "八天内采矿石八万吨；抢运燃料二十万吨。", ["八天内采矿石八万吨；", "抢运燃料二十万吨。"]),
    ("zh", "<thinking>想一想</thinking>采矿石八万吨。", ["采矿石八万吨。"]),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "raw", "kept"), MARKUP)
def test_markup_and_thoughts_are_left_out(lang: Lang, raw: str, kept: list[str]) -> None:
    assert said(raw, lang) == kept


REPEATED = [
    ("en", "Ore was mined. Ore was mined. Ore was mined.", 1),
    ("en", "80,000 tons of ore were mined in eight days. In eight days 80,000 tons of ore were mined.", 1),
    ("en", "80,000 tons of ore were mined. 90,000 tons of ore were mined.", 2),
    ("zh", "采矿石八万吨。采矿石八万吨。", 1),
    ("zh", "八天内开采矿石八万吨运到工厂。八天内开采矿石九万吨运到工厂。", 2),
]


@pytest.mark.parametrize(("lang", "raw", "count"), REPEATED)
def test_what_is_said_again_is_said_once(lang: Lang, raw: str, count: int) -> None:
    assert len(said(raw, lang)) == count


@pytest.mark.parametrize(
    "raw", ["80,000 tons of ore were mined. " * 4, "采矿石八万吨到工厂。" * 4, "- ore and coal\n" * 4]
)
def test_a_model_that_goes_round_is_noticed(raw: str) -> None:
    assert is_looping(raw) and not is_looping(raw[: len(raw) // 2]) and not is_looping("120,000,000,000,000,000")


@pytest.mark.parametrize(
    ("raw", "lang", "expected"),
    [
        ("NO_ANSWER", "en", True), ("NO_ANSWER.", "zh", True),
        ("The passages do not answer the question.", "en", True),
        ("段落中没有提到这个问题。", "zh", True), ("对不起，无法回答。", "zh", True),
        ("I'm sorry, I cannot say.", "en", True),
        ("80,000 tons.", "en", False), ("没有人死亡。", "zh", False), ("", "en", True),
    ],
)  # fmt: skip
def test_that_there_is_no_answer_is_understood(raw: str, lang: Lang, expected: bool) -> None:
    assert finds_nothing(raw, lang) is expected


def test_marks_are_hints_for_the_statement_they_stand_behind() -> None:
    found = statements("Ore was mined [2]. Coal was dug.[1, 3]\n[4]", EN, "en", ended=True)
    assert [(one.text, one.hints) for one in found] == [("Ore was mined.", (2,)), ("Coal was dug.", (1, 3, 4))]


def test_only_the_last_can_be_unfinished_and_a_half_mark_or_tag_is_not_shown() -> None:
    for rest in ("", " [1", " <|im_"):
        *done, last = statements(f"Ore was mined [1]. Coal was{rest}", EN, "en", ended=False)
        assert [one.whole for one in done] == [True] and (last.text, last.whole) == ("Coal was", False)


def test_the_language_of_each_statement_is_told() -> None:
    found = statements("Ore was mined in the county.\n采矿石八万吨。\n80,000", EN, "en", ended=True)
    assert [one.lang for one in found] == ["en", "zh", "en"]
    assert [one.lang for one in statements("GDP\n1958", ZH, "zh", ended=True)] == ["zh", "zh"]
