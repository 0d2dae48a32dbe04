"""A small archive for the tests of the register: a steel works under four names, two homonyms, a text printed twice."""

from __future__ import annotations

from pathlib import Path

from rag.archive import Archive
from rag.corpus import sources
from rag.index.build import build
from rag.index.report import Report
from tests.fakes import HashEmbedder, WordReader
from tests.test_desk import file

CANAL = (
    "    本报讯 青龙县的农民上月修好了一条灌溉渠道，全长十二里，县长王平参加了劳动，许多学生也来帮忙抬土运石。",
    "Farmers of Qinglong County finished an irrigation canal of twelve li last month; Wang Ping, head of it, took "
    "part, and many students came to help with the carrying of earth and stones.",
)
FILES = {
    "steel-1": file(
        "1958-01-03",
        "    鞍钢的工人今年炼了很多钢，老工人李树华说这是大家的功劳。\n    鞍山的天气很冷，昨天又下了一场雪。",
        "The workers of Angang have made much steel this year, and the old worker Li Shuhua says all have a part in it."
        "\n\nThe weather in Anshan is very cold, and there was snow again yesterday.",
    ),
    "steel-2": file(
        "1958-01-20",
        "    参观团昨天访问了鞍钢，并且同李树华谈了话。\n    鞍山钢铁公司今年计划增产。",
        "The visitors went yesterday to Anshan Iron and Steel and talked with Li Shuhua there for a while."
        "\n\nThe Anshan Iron and Steel Company plans to make more of it this year, as it has told the visitors.",
    ),
    "steel-3": file(
        "1959-07-01",
        "    去年，鞍山钢铁公司的产量又有增加。",
        "Last year the output of Anshan Iron and Steel has risen again, as it has in every year before it.",
    ),
    "canal": file("1957-03-01", *CANAL),
    "canal-again": file("1957-03-09", CANAL[0] + "\n    （新华社）", CANAL[1] + "\n\n(from the agency)"),
    "homonym": file(
        "1957-05-05",
        "    演员王萍昨天到了北京。",
        "The actress Wang Ping came to Beijing yesterday and was met there by all of her old friends.",
    ),
}


def folder_of(place: Path, files: dict[str, str]) -> Path:
    """A folder of the articles with an index of them in it."""
    for name, text in files.items():
        (place / f"{name}.txt").write_text(text, encoding="utf-8")
    indexed(place)
    return place


def indexed(place: Path) -> Report:
    """Index a folder."""
    return build(sources([place], max_bytes=1_000_000), place / "store", HashEmbedder(), sources=[])


def opened(place: Path) -> Archive:
    """The archive of a folder."""
    return Archive.open(place / "store", embedder=HashEmbedder(), reader=WordReader())
