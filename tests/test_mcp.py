"""The archive as tools, used by the protocol's own client over the real command."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from rag.corpus import sources
from rag.index.build import build
from tests.fakes import HashEmbedder

ROOT = Path(__file__).parent.parent
mcp = pytest.importorskip("mcp", reason="mcp is not installed")


Call = Callable[..., Awaitable[tuple[bool, str]]]


def used(store: Path, play: Callable[[Call, dict[str, Any]], Awaitable[Any]]) -> Any:
    """What `play` returns, who is given a way to call the tools over `store`, and the tools."""

    async def inside() -> Any:
        command = ["-m", "ui.cli", "mcp", "--store", str(store)]
        door = mcp.StdioServerParameters(command=sys.executable, args=command, cwd=str(ROOT))
        async with mcp.stdio_client(door) as pipes, mcp.ClientSession(*pipes) as client:
            await client.initialize()

            async def call(name: str, **arguments: Any) -> tuple[bool, str]:
                result = await client.call_tool(name, arguments)
                assert result.structured_content is None and len(result.content) == 1
                assert len(result.model_dump_json().encode()) < 62_000
                return result.is_error, result.content[0].text

            return await play(call, {tool.name: tool for tool in (await client.list_tools()).tools})

    return asyncio.run(inside())


def test_an_assistant_asks_searches_and_reads(seeds_store: Path) -> None:
    async def play(call: Call, tools: dict[str, Any]) -> dict[str, Any]:
        return {
            "tools": tools,
            "ask": await call("ask", question="江油县八天内开采了多少矿石？"),
            "refused": await call("ask", question="Who wrote the opera Carmen?"),
            "search": await call("search", question="steel", k=2, until="1958-03"),
            "dated": await call("search", question="steel in November 1958", k=2),
            "undated": await call("search", question="steel in November 1958", k=2, without="dates words"),
            "read": await call("read_article", article="000_0bc8a54cde6efc4b"),
            "wrong": await call("search", question="steel", since="1958-02-30"),
            "gone": await call("read_article", article="nowhere"),
        }

    got = used(seeds_store, play)
    assert set(got["tools"]) == {"ask", "search", "read_article"}
    assert all(tool.annotations.read_only_hint and tool.description for tool in got["tools"].values())
    assert json.loads(got["dated"][1])["filters"]["since"] == "1958-11-01"
    assert json.loads(got["undated"][1])["filters"]["since"] is None
    answer = json.loads(got["ask"][1])
    assert answer["answered"] and answer["citations"][0]["date"] == "1958-11-14"
    assert "采矿石八万吨" in answer["citations"][0]["quotes"][0]["text"]
    refused = json.loads(got["refused"][1])
    assert not refused["answered"] and refused["hits"] and not refused["citations"]
    hits = json.loads(got["search"][1])["hits"]
    assert len(hits) == 2 and all(hit["date"] <= "1958-03-31" for hit in hits)
    assert "大搞群众运动" in json.loads(got["read"][1])["body"]["zh"]
    assert got["wrong"][0] and "1958-02-30" in got["wrong"][1]
    assert got["gone"][0] and "nowhere" in got["gone"][1]


TAKEN = [
    {"since": 1958, "page": 3},
    {"since": None, "until": None, "page": None, "lang": None, "without": None},
    {"since": "null", "lang": "", "page": ""},
    {"k": "5"},
    {"k": 5.0, "offset": "0"},
    {"k": None, "offset": None},
    {"k": 200},
    {"lang": "English", "since": 19570101},
    {"without": ["dates", "words"]},
]
REFUSED = {
    "since": ("yesterday", {"a": 1}, True),
    "page": ("front", 0, [1, 2]),
    "lang": ("fr", 7),
    "without": ("all",),
    "k": ("many", 0, 2.5),
    "offset": (-1, "first"),
}


def test_arguments_are_taken_as_assistants_send_them(seeds_store: Path) -> None:
    async def play(call: Call, tools: dict[str, Any]) -> list[tuple[Any, bool, str]]:
        made = [(given, *await call("search", question="No. 8 furnace", **given)) for given in TAKEN]
        for name, values in REFUSED.items():
            made += [(name, *await call("search", question="furnace", **{name: value})) for value in values]
        made.append(("question", *await call("ask")))
        made.append(("article", *await call("read_article")))
        made.append(("part", *await call("read_article", article="000_0bc8a54cde6efc4b", part=2)))
        assert tools["ask"].input_schema["required"] == ["question"]
        assert tools["ask"].input_schema["properties"]["lang"]["enum"] == ["zh", "en", "both"]
        assert tools["search"].input_schema["properties"]["k"]["type"] == "integer"
        return made

    for given, is_error, text in used(seeds_store, play):
        if isinstance(given, dict):
            assert not is_error, text
            assert json.loads(text)["hits"]
        else:
            assert is_error and given in text, text
            assert "pydantic" not in text and "http" not in text and len(text.splitlines()) == 1


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """An index of articles too large for one reply: one without paragraphs, one of many, one without sentence ends."""
    folder = tmp_path_factory.mktemp("large")
    bodies = {
        "big": "".join(f"The commune dug well {n} in the eastern field. " for n in range(6_400)),
        "paragraphs": "\n\n".join(f"全村在{n}月里打了四十眼井，“共产主义”的井。" * 9 for n in range(400)),
        "endless": "".join(chr(0x4E00 + n * 7919 % 5003) for n in range(90_000)),
    }
    rows = [{"id": name, "lang": "en" if name == "big" else "zh", "date": "1958-10-03", "text": text}
            for name, text in bodies.items()]  # fmt: skip
    rows += [{"id": f"n{n}", "lang": "en", "date": "1958-10-04", "title": "t" * 900, "text": f"Well {n}. " * 150}
             for n in range(60)]  # fmt: skip
    (folder / "large.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    build(sources([folder / "large.jsonl"], max_bytes=5_000_000), folder / "store", HashEmbedder(), sources=["x"])
    return folder / "store", bodies


def test_a_long_article_comes_in_parts_that_make_the_whole(large: tuple[Path, dict[str, str]]) -> None:
    from rag.archive import Archive
    from ui import mcp as tools

    store, bodies = large
    archive = Archive.open(store, embedder=HashEmbedder())
    for name, text in bodies.items():
        whole, part, seen = "", "1", 0
        while True:
            reply = tools._read(archive.article(name), archive.beads(name), part)
            assert tools._line(reply) <= tools.MOST_BYTES
            document = json.loads(reply)
            whole += "".join(document["body"].values())
            seen += 1
            if "next" not in document:
                break
            assert f"part={document['next']['part']}" in document["note"] and "paragraph" in document["note"]
            part = str(document["next"]["part"])
        assert seen == document["parts"] > 1
        assert whole == archive.article(name).bodies["en" if name == "big" else "zh"] and text.strip()[:20] in whole
    archive.close()


def test_a_short_article_is_whole_at_once(seeds_store: Path, archive: Any) -> None:
    from ui import mcp as tools

    for name in archive.article_ids():
        document = json.loads(tools._read(archive.article(name), archive.beads(name), "1"))
        assert document["body"] == dict(archive.article(name).bodies) or document["parts"] > 1


def test_a_long_list_says_where_to_go_on(large: tuple[Path, dict[str, str]]) -> None:
    from rag.archive import Archive
    from ui import mcp as tools
    from ui.export import search_json

    archive = Archive.open(large[0], embedder=HashEmbedder())
    found = search_json(archive.find("well", 50))
    seen: list[str] = []
    while True:
        hits = found["hits"][len(seen) :]
        reply = tools._listed({**found, "hits": hits}, len(seen), "search")
        assert tools._line(reply) <= tools.MOST_BYTES
        document = json.loads(reply)
        seen += [hit["passage"] for hit in document["hits"]]
        if "next" not in document:
            break
        assert document["next"] == {"offset": len(seen)} and f"offset={len(seen)}" in document["note"]
    assert seen == [hit["passage"] for hit in found["hits"]] and len(seen) == 50
    archive.close()


def test_even_a_document_of_one_long_text_has_its_bound() -> None:
    from ui import mcp as tools

    for document in (
        {"text": '\u0001"井' * 90_000, "hits": [{"text": "x" * 200_000}]},
        {"hits": [{"a": "井" * 90_000}] * 3},
    ):
        reply = tools._listed(dict(document), 0, "search")
        assert tools._line(reply) <= tools.MOST_BYTES and "[cut: " in reply
