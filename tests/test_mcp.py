"""The archive as tools, used by the protocol's own client over the real command."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
mcp = pytest.importorskip("mcp", reason="mcp is not installed")


def test_an_assistant_asks_searches_and_reads(seeds_store: Path) -> None:
    async def used() -> dict[str, Any]:
        command = ["-m", "ui.cli", "mcp", "--store", str(seeds_store)]
        door = mcp.StdioServerParameters(command=sys.executable, args=command, cwd=str(ROOT))
        async with mcp.stdio_client(door) as pipes, mcp.ClientSession(*pipes) as client:
            await client.initialize()
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}

            async def call(name: str, **arguments: Any) -> Any:
                result = await client.call_tool(name, arguments)
                return result.is_error, result.content[0].text

            return {
                "tools": tools,
                "ask": await call("ask", question="江油县八天内采了多少矿石？"),
                "refused": await call("ask", question="Who wrote the opera Carmen?"),
                "search": await call("search", question="steel", k=2, until="1958-03"),
                "dated": await call("search", question="steel in November 1958", k=2),
                "undated": await call("search", question="steel in November 1958", k=2, without="dates words"),
                "read": await call("read_article", article="000_0bc8a54cde6efc4b"),
                "wrong": await call("search", question="steel", since="1958-02-30"),
                "gone": await call("read_article", article="nowhere"),
            }

    got = asyncio.run(used())
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
