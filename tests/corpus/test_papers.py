"""Which newspaper an article is of: what its file says counts first, and nothing is guessed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.corpus import sources
from rag.corpus.papers import named
from rag.datatypes import PEOPLES_DAILY, Article, Paper

GUANGMING = Paper("Guangming Daily", "光明日报")
ENGLISH = "Title: A School\nDate: 1958-03-02\nPage: 4\n{paper}\nNinety pupils came to the new school.\n"
CHINESE = "### 新学校\n\n{date}\n{page}\n{more}\n    新学校来了九十名学生。\n"
COLLECTION = {"date": "1958-03-02", "page": "第4版()", "more": "专栏："}


def both(paper: str = "", **chinese: str) -> str:
    return ENGLISH.format(paper=paper) + "\n<hr />\n\nOriginal:\n\n" + CHINESE.format(**(COLLECTION | chinese))


def paper_of(place: Path, name: str, text: str, told: Paper | None = None) -> Paper | None:
    file = place / name
    file.write_text(text, encoding="utf-8")
    [article] = sources([file], max_bytes=10_000, papers={file: told} if told else {})
    assert isinstance(article, Article), article
    assert "报纸" not in "".join(article.bodies.values()) and "Paper:" not in "".join(article.bodies.values())
    return article.paper


@pytest.mark.parametrize(
    ("text", "paper"),
    [
        ("Guangming Daily", Paper("Guangming Daily", "")),
        ("《光明日报》", Paper("", "光明日报")),
        ("Guangming Daily 光明日报", GUANGMING),
        ("光明日报 (Guangming Daily)", GUANGMING),
        ("Ta Kung Pao / 大公报（天津）", Paper("Ta Kung Pao", "大公报（天津）")),
        ("Renmin Ribao", PEOPLES_DAILY),
        ("the People’s Daily", PEOPLES_DAILY),
        ("人民日報", PEOPLES_DAILY),
        (" \u200b ", None),
        ("—", None),
    ],
)
def test_a_newspaper_is_named_in_one_or_both_languages(text: str, paper: Paper | None) -> None:
    assert named(text) == paper


@pytest.mark.parametrize(
    ("text", "paper"),
    [
        (both("Paper: Guangming Daily"), Paper("Guangming Daily", "")),
        (both("Newspaper: Guangming Daily 光明日报"), GUANGMING),
        (both("Paper: Guangming Daily", more="报纸：光明日报\n专栏："), GUANGMING),
        (both(more="专栏：\n报纸：光明日报"), Paper("", "光明日报")),
        (both(date="光明日报 一九五八年三月二日 星期日"), Paper("", "光明日报")),
        (both(date="一九五八年三月二日 《光明日报》"), Paper("", "光明日报")),
        (ENGLISH.format(paper="Paper: Guangming Daily"), Paper("Guangming Daily", "")),
        (both("Paper: Renmin Ribao"), PEOPLES_DAILY),
    ],
)
@pytest.mark.parametrize("told", [None, Paper("Another Paper", "另一报")])
def test_what_a_header_says_counts_before_what_a_run_says(
    tmp_path: Path, text: str, paper: Paper, told: Paper | None
) -> None:
    assert paper_of(tmp_path, "rmrb_19580302_p4.txt", text, told) == paper


@pytest.mark.parametrize("told", [GUANGMING, None])
def test_a_run_completes_the_name_that_a_header_gives_in_one_language(tmp_path: Path, told: Paper | None) -> None:
    text = both("Paper: Guangming Daily")
    assert paper_of(tmp_path, "a.txt", text, told) == (told or Paper("Guangming Daily", ""))


@pytest.mark.parametrize(
    ("name", "text", "paper"),
    [
        ("a.txt", both(), PEOPLES_DAILY),  # all that its collection puts into a header
        ("a.txt", both(more=""), None),  # written like it, but not all
        ("a.txt", both(page="第4版"), None),
        ("a.txt", ENGLISH.format(paper=""), None),
        ("rmrb_19580302_p4.txt", ENGLISH.format(paper=""), PEOPLES_DAILY),
        ("RMRB-2-Mar-1958.txt", ENGLISH.format(paper=""), PEOPLES_DAILY),
        ("rmrb2019010104.txt", "新学校来了九十名学生。\n", PEOPLES_DAILY),
        ("People's Daily, 2 March 1958, p. 4.txt", ENGLISH.format(paper=""), PEOPLES_DAILY),
        ("人民日报1958年3月2日第四版.txt", "新学校来了九十名学生。\n", PEOPLES_DAILY),
        ("光明日报1958年3月2日第四版.txt", "新学校来了九十名学生。\n", Paper("", "光明日报")),
        ("Guangming Daily, 2 March 1958.txt", ENGLISH.format(paper=""), Paper("Guangming Daily", "")),
        ("工作汇报1958年3月2日.txt", "新学校来了九十名学生。\n", None),
        ("1958年3月2日人民日报社论.txt", "新学校来了九十名学生。\n", None),
    ],
)
def test_of_a_file_that_says_nothing_only_its_form_and_name_tell(
    tmp_path: Path, name: str, text: str, paper: Paper | None
) -> None:
    assert paper_of(tmp_path, name, text) == paper
    assert paper_of(tmp_path, name, text, Paper("Another Paper", "另一报")) == Paper("Another Paper", "另一报")


@pytest.mark.parametrize(
    ("given", "paper"),
    [
        ({}, None),
        ({"paper": None}, None),
        ({"paper": "光明日报"}, Paper("", "光明日报")),
        ({"paper": "Guangming Daily 光明日报"}, GUANGMING),
        ({"paper": {"en": "Guangming Daily", "zh": "光明日报"}}, GUANGMING),
        ({"paper": {"en": "Guangming Daily", "zh": None}}, Paper("Guangming Daily", "")),
        ({"paper": "RMRB"}, PEOPLES_DAILY),
    ],
)
def test_a_line_of_json_says_it_or_the_run_does(tmp_path: Path, given: dict[str, object], paper: Paper | None) -> None:
    line = json.dumps({"id": "a", "text": "Ninety pupils came.", **given})
    assert paper_of(tmp_path, "a.jsonl", line) == paper
    told = Paper("Another Paper", "另一报")
    assert paper_of(tmp_path, "a.jsonl", line, told) == (paper or told)


def test_the_same_report_in_two_newspapers_is_two_articles(tmp_path: Path) -> None:
    for folder, paper in (("a", "People's Daily"), ("b", "Guangming Daily"), ("c", "Guangming Daily")):
        (tmp_path / folder).mkdir()
        text = ENGLISH.format(paper=f"Paper: {paper}")
        (tmp_path / folder / "school.txt").write_text(text, encoding="utf-8")
    first, second, third = sources([tmp_path], max_bytes=10_000)
    assert isinstance(first, Article) and isinstance(second, Article)
    assert first.id == "school" and second.id.startswith("school~") and first.digest != second.digest
    assert "same text" in str(third)
