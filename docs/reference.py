"""The reference, made from the program itself: `make reference` writes docs/reference.md.

Commands come from click, settings and exit codes from the classes that hold them, the HTTP routes from the OpenAPI
description and the tools for assistants from the server that offers them. What they say of themselves is said there.
"""

from __future__ import annotations

import asyncio
import inspect
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
from fastapi import FastAPI

from rag.errors import WenbaoError
from rag.settings import Settings
from ui.cli import cli
from ui.mcp import server
from ui.web import completions
from ui.web.api import api
from ui.web.months import months
from ui.web.names import names

PAGE = Path(__file__).parent / "reference.md"
OUTSIDE = {
    "0": "done; a refused question is an answer too",
    "129, 130, 143": "interrupted (terminal closed, Ctrl-C, SIGTERM); the index is as it was",
    "141": "nobody reads what is written any more, as behind `head`",
}
"""Exit codes that are no errors of `rag/errors.py`."""
HEAD = """\
# Reference

Made by `make reference` from the program; do not edit. How things are used is told in the pages beside this one.

- [Commands](#commands)
- [Exit codes](#exit-codes)
- [Settings](#settings)
- [HTTP](#http)
- [Tools for assistants](#tools-for-assistants)
"""


def text() -> str:
    """The whole page."""
    parts = (HEAD, *_commands(), _exit_codes(), _settings(), *_http(), *_tools())
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def _commands() -> Iterator[str]:
    yield (
        "## Commands\n\nAnswers go to stdout; progress, notes and errors to stderr. An option on the command line wins "
        "over the environment variable. Every command has `--help`."
    )
    yield from _those_of(cli, "wenbao")


def _those_of(group: click.Group, above: str) -> Iterator[str]:
    for name, command in group.commands.items():
        arguments = "".join(f" {_argument(one)}" for one in command.params if isinstance(one, click.Argument))
        options = [_option(one) for one in command.params if isinstance(one, click.Option)]
        told = f"### `{above} {name}{arguments}`\n\n{inspect.cleandoc(command.help or '')}"
        yield told + ("\n\n" + _table(("option", "value", "meaning"), options) if options else "")
        if isinstance(command, click.Group):
            yield from _those_of(command, f"{above} {name}")


def _argument(argument: click.Argument) -> str:
    name = argument.metavar or (argument.name or "").upper()
    several = "..." if argument.nargs == -1 and "..." not in name else ""
    return f"{name}{several}" if argument.required or name.startswith("[") else f"[{name}{several}]"


def _option(option: click.Option) -> tuple[str, str, str]:
    names = ", ".join(f"`{name}`" for name in [*option.opts, *option.secondary_opts])
    kind, value = option.type, "" if option.is_flag else option.metavar or option.type.name
    if isinstance(kind, click.Choice):
        value = ", ".join(f"`{one}`" for one in kind.choices)
    elif isinstance(kind, click.IntRange | click.FloatRange):
        value = f"number from {kind.min}" + ("" if kind.max is None else f" to {kind.max}")
    default = f"  [default: {option.default}]" if option.show_default else ""
    return names, value, (option.help or "") + default


def _errors(of: type[WenbaoError]) -> Iterator[type[WenbaoError]]:
    yield of
    for child in of.__subclasses__():
        if child.__module__ == WenbaoError.__module__:  # others are kinds of these, for one part of the program
            yield from _errors(child)


def _exit_codes() -> str:
    told = {code: [meaning] for code, meaning in OUTSIDE.items()}
    for error in _errors(WenbaoError):
        meaning = f"`{error.__name__}`: {_first(inspect.getdoc(error) or '')}"
        told.setdefault(str(error.exit_code), []).append(meaning)
    rows = [(code, " ".join(told[code])) for code in sorted(told, key=lambda code: int(code.split(",")[0]))]
    return (
        "## Exit codes\n\n"
        + _table(("code", "meaning"), rows)
        + "\nCode 3 also ends a run that finished but left some inputs out, each named, or measured a set in part only."
    )


def _settings() -> str:
    rows = []
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None else f"`{field.default}`"
        rows.append((f"`WENBAO_{name.upper()}`", default, field.description or ""))
    return "## Settings\n\nBy environment variable.\n\n" + _table(("variable", "default", "meaning"), rows)


def _http() -> Iterator[str]:
    app, nothing = FastAPI(), Any  # the routes are described, none is called
    app.include_router(api(nothing, Path()))  # type: ignore[arg-type]
    app.include_router(months(nothing))  # type: ignore[arg-type]
    app.include_router(names(nothing))  # type: ignore[arg-type]
    app.include_router(completions.routes(nothing))  # type: ignore[arg-type]
    described = app.openapi()
    yield "## HTTP\n\nServed by `wenbao chat`; the full schemas are at `/api/openapi.json`."
    for path, methods in described["paths"].items():
        for method, route in methods.items():
            told = f"### `{method.upper()} {path}`\n\n{route['summary']}. {route.get('description', '')}".rstrip()
            fields = [
                (one["name"], one["schema"], one.get("description", ""), one["required"])
                for one in route.get("parameters", ())
            ]
            fields += _body(route, described["components"]["schemas"])
            yield told + ("\n\n" + _fields(fields) if fields else "")


def _body(route: Mapping[str, Any], schemas: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any], str, bool]]:
    """The fields of the document that a route takes."""
    content = route.get("requestBody", {}).get("content", {})
    if not content:
        return []
    schema = schemas[content["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]]
    needed = schema.get("required", ())
    return [(name, one, one.get("description", ""), name in needed) for name, one in schema["properties"].items()]


def _tools() -> Iterator[str]:
    yield "## Tools for assistants\n\nServed by `wenbao mcp`, over standard input and output."
    for tool in asyncio.run(server(Any, "").list_tools()):  # type: ignore[arg-type]
        schema = tool.input_schema
        needed = schema.get("required", ())
        fields = [(name, one, "", name in needed) for name, one in schema["properties"].items()]
        yield f"### `{tool.name}`\n\n{inspect.cleandoc(tool.description or '')}\n\n{_fields(fields)}"


def _fields(fields: list[tuple[str, Mapping[str, Any], str, bool]]) -> str:
    rows = [
        (f"`{name}`" + ("" if needed else " (optional)"), _kind(schema), meaning)
        for name, schema, meaning, needed in fields
    ]
    has_meaning = any(meaning for *_, meaning in rows)
    return _table(
        ("field", "type", "meaning")[: 3 if has_meaning else 2], [row[: 3 if has_meaning else 2] for row in rows]
    )


def _kind(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return f"`{schema['$ref'].rsplit('/', 1)[1]}`"
    if "enum" in schema:
        return ", ".join(f"`{one}`" for one in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"] if one.get("type") != "null")
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}"
    return str(schema.get("type", "any"))


def _first(doc: str) -> str:
    """The first sentence of a docstring."""
    return " ".join(doc.split("\n\n")[0].split()).split(". ")[0].rstrip(".") + "."


def _table(head: tuple[str, ...], rows: Any) -> str:
    lines = ["| " + " | ".join(head) + " |", "| " + " | ".join("---" for _ in head) + " |"]
    lines += ["| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    if sys.argv[1:]:
        raise SystemExit(__doc__)
    PAGE.write_text(text(), encoding="utf-8")
