"""Many readers at once, from the moment the server listens: each gets the answer that one alone gets."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.browser.started import chat

QUESTIONS = [
    "江油县八天内开采了多少矿石？",
    "How much ore was mined in Jiangyou within eight days?",
    "八号平炉炼一炉钢用了多长时间？",
    "How long did No. 8 open-hearth furnace take to smelt a furnace of steel?",
    "阜新现场会议推广了什么经验？",
    "Which steel plant did the paper report on in August 1960?",
    "全国职工共提出合理化建议多少件？",
    "How many rationalization proposals were adopted?",
    "有没有关于试验田的文章？",
    "Who won the world cup in 1958?",
]


def told(url: str, question: str) -> dict[str, Any]:
    while (got := httpx.get(f"{url}/api/ask", params={"question": question}, timeout=300)).status_code == 503:
        time.sleep(float(got.headers["retry-after"]))  # the line is full: a program waits as it is told
    answer = got.raise_for_status().json()
    return {key: answer[key] for key in ("answered", "text", "refusal", "citations", "warnings")}


@pytest.mark.fault(67, 104)
def test_readers_of_a_server_just_started_get_what_one_alone_gets(seeds_store: Path, tmp_path: Path) -> None:
    with chat(tmp_path, seeds_store) as url:
        with ThreadPoolExecutor(20) as pool:
            together = list(pool.map(lambda question: told(url, question), QUESTIONS * 2))
        alone = [told(url, question) for question in QUESTIONS]
    assert together == alone * 2
    assert sum(answer["answered"] for answer in alone) >= 8 and not alone[-1]["answered"]
