"""What is taken along: complete, in its format, and harmless whatever an article says."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from rag.archive import Archive
from rag.datatypes import Answer, Citation
from ui import export, references

HOSTILE = (
    "Steel} \\input{/etc/passwd} %$#& ![x](http://evil.example/a.png) <img src=x onerror=alert(1)>\nER  - \nTY  - BOOK"
)


@pytest.fixture(scope="module")
def answer(archive: Archive) -> Answer:
    return archive.ask("How much ore was mined in Jiangyou within eight days?")


@pytest.fixture
def hostile(answer: Answer) -> tuple[Citation, ...]:
    """The same citation with an article and a quotation that try to break out of every format."""
    cited = answer.citations[0]
    article = replace(cited.article, titles={"zh": HOSTILE, "en": HOSTILE}, author=HOSTILE)
    return (replace(cited, article=article, quotes=(replace(cited.quotes[0], text=HOSTILE),)),)


def test_every_form_carries_both_titles_date_page_and_quotation(answer: Answer) -> None:
    forms = [
        references.ris(answer.citations),
        references.bibtex(answer.citations),
        references.csl(answer.citations),
        export.markdown(answer),
        json.dumps(export.answer_json(answer), ensure_ascii=False),
    ]
    for form in forms:
        for part in ("把生产任务直接交给群众", "Directly Assign Production Tasks", "1958", "80,000 tons of ore"):
            assert part in form, form


def test_ris_has_one_field_a_line_and_one_end(hostile: tuple[Citation, ...]) -> None:
    lines = references.ris(hostile).splitlines()
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) or not line for line in lines)
    assert [line[:2] for line in lines].count("TY") == [line[:2] for line in lines].count("ER") == 1


def test_bibtex_braces_stay_balanced(hostile: tuple[Citation, ...]) -> None:
    entry = references.bibtex(hostile)
    depth, lowest = 0, 1
    for i, char in enumerate(entry):
        depth += (char == "{") - (char == "}")
        lowest = min(lowest, depth) if entry[:i].count("{") else lowest
    assert depth == 0 and entry.count("@article") == 1 and "\\input" not in entry


def test_csl_is_a_list_of_newspaper_articles(hostile: tuple[Citation, ...], answer: Answer) -> None:
    for citations in (hostile, answer.citations):
        (item,) = json.loads(references.csl(citations))
        assert item["type"] == "article-newspaper" and item["issued"] == {"date-parts": [[1958, 11, 14]]}
        assert item["page"] == "2" and item["title"]


def test_markdown_of_a_hostile_article_is_plain_text(answer: Answer, hostile: tuple[Citation, ...]) -> None:
    text = export.markdown(replace(answer, citations=hostile, question=HOSTILE))
    assert "![" not in text.replace("\\!", "") and "<img" not in text.replace("\\<", "")
    assert len(re.findall(r"(?m)^# ", text)) == 1


def test_the_json_of_an_answer_survives_a_round_trip(answer: Answer, archive: Archive) -> None:
    for one in (answer, archive.ask("法国大革命的起因是什么？")):
        document = export.answer_json(one)
        assert json.loads(json.dumps(document)) == document
        assert len(document["hits"]) == len(one.hits) and bool(document["refusal"]) is not one.answered
