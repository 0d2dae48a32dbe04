"""What of a question is its request and its source, and what is asked for."""

import pytest

from rag.language.request import asked

ORE_EN, ORE_ZH = "How much ore was mined in Jiangyou within eight days?", "江油县八天内采了多少矿石？"


@pytest.mark.parametrize(
    "request_",
    ["Answer in 50 words.", "Please answer in two sentences.", "Answer briefly, please.", "In no more than 30 words.",
     "Reply in at most three lines.", "Explain it in under 100 words."],
)  # fmt: skip
def test_the_length_wanted_is_not_asked_for(request_: str) -> None:
    assert asked(f"{ORE_EN} {request_}", "en")[0].rstrip(" .") == ORE_EN


@pytest.mark.parametrize(
    "request_",
    [
        "请用20个字回答。",
        "请用一句话回答",
        "请在五十字以内说明。",
        "用两句话概括。",
        "请你用不超过一百字来简要回答。",
        "三十字以内。",
    ],
)
def test_the_length_wanted_is_not_asked_for_in_chinese(request_: str) -> None:
    assert asked(ORE_ZH + request_, "zh")[0].rstrip("。") == ORE_ZH


@pytest.mark.parametrize(
    ("front", "page"),
    [("According to the People's Daily, ", None), ("According to the People’s Daily of 29 January 1958, page 3, ", 3),
     ("On page 12, ", 12), ("As reported by the Renmin Ribao, ", None), ("According to the newspaper, ", None)],
)  # fmt: skip
def test_the_source_is_not_asked_for(front: str, page: int | None) -> None:
    said, found = asked(front + ORE_EN, "en")
    assert found == page
    assert "Daily" not in said and "Ribao" not in said and "page" not in said
    assert said.endswith(ORE_EN[1:])


@pytest.mark.parametrize(
    ("front", "page"),
    [("据《人民日报》报道，", None), ("人民日报报道：", None), ("根据人民日报第二版报道，", 2), ("第十二版说，", 12),
     ("按照《人民日报》所载，", None), ("1958年1月29日《人民日报》第3版报道，", 3)],
)  # fmt: skip
def test_the_source_is_not_asked_for_in_chinese(front: str, page: int | None) -> None:
    said, found = asked(front + ORE_ZH, "zh")
    assert found == page
    assert "人民日报" not in said and "版" not in said
    assert said.endswith(ORE_ZH)


@pytest.mark.parametrize(
    "question",
    [ORE_EN, ORE_ZH, "毛主席用三句话概括了什么方针？", "一百字的课文要学几天？", "《红旗》出版了多少期？", "两句话",
     "What happened in the two lines of the poem he quoted?", "How many pages has the first edition?",
     "Which three facts did the People's Daily correspondent see himself?", "人民日报社长是谁？", "钢铁出版社在哪里？",
     "Who wrote a page of history in Anshan?", "Answer"],
)  # fmt: skip
def test_what_is_asked_for_stays(question: str) -> None:
    lang = "zh" if any(c > "\u2fff" for c in question) else "en"
    assert asked(question, lang) == (question, None)
