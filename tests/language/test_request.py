"""What of a question is its request and its source, and what is asked for."""

import pytest

from rag.language.request import asked

ORE_EN, ORE_ZH = "How much ore was mined in Jiangyou within eight days?", "江油县八天内采了多少矿石？"


@pytest.mark.parametrize(
    "request_",
    ["Answer in 50 words.", "Please answer in two sentences.", "Answer briefly, please.", "In no more than 30 words.",
     "Reply in at most three lines.", "Explain it in under 100 words.", "Use at most 30 words.",
     "In one paragraph, please.", "Limit your answer to twenty words.", "(max. 40 words)", "Give a 50-word answer.",
     "Keep it short.", "Answer in a few short sentences, please.", "No more than two lines."],
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
        "不超过30字。",
        "回答控制在50字以内。",
        "（五十字以内）",
        "请分三点说明。",
        "答案请不要超过两句话。",
        "简要回答即可。",
        "请简单说明一下。",
    ],
)
def test_the_length_wanted_is_not_asked_for_in_chinese(request_: str) -> None:
    assert asked(ORE_ZH + request_, "zh")[0].rstrip("。") == ORE_ZH


@pytest.mark.parametrize(
    ("front", "page"),
    [("According to the People's Daily, ", None), ("According to the People’s Daily of 29 January 1958, page 3, ", 3),
     ("On page 12, ", 12), ("On the front page, ", 1), ("As the People's Daily wrote on page two, ", 2),
     ("People's Daily, 14 November 1958, p. 2: ", 2), ("RMRB 1958-11-14, p2: ", 2), ("In the People's Daily, ", None),
     ("In the People’s Daily of 14 November 1958, ", None),
     ("As reported by the Renmin Ribao, ", None), ("According to the newspaper, ", None)],
)  # fmt: skip
def test_the_source_is_not_asked_for(front: str, page: int | None) -> None:
    said, found = asked(front + ORE_EN, "en")
    assert found == page
    assert "Daily" not in said and "Ribao" not in said and "page" not in said
    assert said.endswith(ORE_EN[1:])


@pytest.mark.parametrize(
    ("question", "said", "page"),
    [
        ("In 50 words, how much ore was mined?", "how much ore was mined?", None),
        ("Explain in two sentences how ore was mined.", "how ore was mined", None),
        ("List the top 5 achievements of Jiangyou.", "achievements of Jiangyou", None),
        ("Name three things that Jiangyou did.", "things that Jiangyou did", None),
        ("Please give us at least two examples of kilns", "examples of kilns", None),
        ("用三句话告诉我江油县采了多少矿石？", "江油县采了多少矿石？", None),
        ("请列举5个鞍钢工人的例子", "鞍钢工人的例子", None),
        ("请说出三个炼铁的办法", "炼铁的办法", None),
        ("What does People's Daily, 14 November 1958, page 2, say about Jiangyou?",
         "What does 14 November 1958 say about Jiangyou?", 2),
        ("《人民日报》1958年11月14日第2版对江油县怎么说？", "1958年11月14日对江油县怎么说？", 2),
        ("人民日报1958年11月14日头版刊登了什么？", "1958年11月14日刊登了什么？", 1),
    ],
)  # fmt: skip
def test_what_is_left_of_a_question(question: str, said: str, page: int | None) -> None:
    assert asked(question, "zh" if question[0] > "\u2fff" else "en") == (said, page)


@pytest.mark.parametrize(
    ("front", "page"),
    [("据《人民日报》报道，", None), ("人民日报报道：", None), ("根据人民日报第二版报道，", 2), ("第十二版说，", 12),
     ("按照《人民日报》所载，", None), ("翻开1958年11月14日的人民日报，", None), ("人民日报头版报道，", 1),
     ("根据1958年11月14日人民日报，", None),
     ("据人民日报一九五八年十一月十四日第二版，", 2), ("《人民日报》1958年11月14日说，", None),
     ("1958年1月29日《人民日报》第3版报道，", 3)],
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
     "Who wrote a page of history in Anshan?", "Answer", "What did he say in a short speech?",
     "Which stories did the brief visit of the three lines of workers bring?", "他说了三点什么意见？",
     "请问三句话是谁说的？", "In how many sentences was the order given?",
     "工人代表提出了几点要求？", "Who is the editor of the People's Daily?"],
)  # fmt: skip
def test_what_is_asked_for_stays(question: str) -> None:
    lang = "zh" if any(c > "\u2fff" for c in question) else "en"
    assert asked(question, lang) == (question, None)
