"""JSON Lines, as in BEIR's `corpus.jsonl`: one article in one language a line.

    {"_id": "d1", "title": "...", "text": "...", "lang": "en", "date": "1958-11-14", "page": 2, "author": "...",
     "twin": "d1-zh"}

Only an id and `text` are required. A twin is kept as the note `twin: <id>` and not joined to its article: both are
documents that relevance judgements name, and joining them would need the whole file in memory.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator
from datetime import date
from typing import IO, Any

from rag.corpus.article import assemble, clean, main_language, oddities, real_date, safe_id, shown, trimmed
from rag.datatypes import Article, Lang
from rag.errors import SourceError

_LONGEST_ID = 512
_SHOWN = 40
_PIECE = 1 << 20
_TIME_OF_DAY = re.compile(r"(?<=\d)[T ]\d{1,2}:.*", re.DOTALL)


def articles(
    stream: IO[bytes], *, source: str, max_bytes: int, encoding: str | None = None
) -> Iterator[Article | SourceError]:
    """The articles of `stream`, read line by line, and a `SourceError` with the line number for each that is broken.

    A line longer than `max_bytes` is passed over without being kept in memory. Lines are UTF-8, as JSON demands,
    unless `encoding` names another in which a line feed is the byte 10. Blank lines are ignored; a stream without a
    line is one error, and so is one that ends or breaks in the middle, as a damaged `.gz` does.
    """
    number = records = 0
    try:
        for number, line in enumerate(_lines(stream, max_bytes), 1):
            if line is None:
                records += 1
                yield SourceError(source, f"the line is longer than {max_bytes} bytes. Skipped; split it.", number)
            elif line.strip():
                records += 1
                yield _taken(line, source, number, encoding)
    except (OSError, EOFError, zlib.error) as err:
        yield SourceError(source, f"cannot be read on: {err}. The lines before were taken.", number + 1)
        return
    if not records:
        yield SourceError(source, "the file is empty. Skipped; add articles or remove it.")


def _lines(stream: IO[bytes], max_bytes: int) -> Iterator[bytes | None]:
    """The lines of `stream`; None for one that is too long, less than 1 MiB of which is held at a time."""
    while line := stream.readline(max_bytes + 1):
        if len(line.rstrip(b"\r\n")) <= max_bytes:
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(_PIECE)
        yield None


def _taken(line: bytes, source: str, number: int, encoding: str | None) -> Article | SourceError:
    try:
        text = line.decode(encoding or "utf-8")
        return _article(json.loads(text.removeprefix("\ufeff")), f"{source}:{number}")
    except SourceError as err:
        return SourceError(source, err.reason, number)
    except UnicodeDecodeError as err:
        reason = f"byte {err.start} of the line: not valid {encoding or 'utf-8'}"
    except UnicodeError as err:
        reason = f"not valid {encoding}: {err}"
    except json.JSONDecodeError as err:
        reason = f"not valid JSON: {err.msg} (column {err.colno})"
    except (ValueError, RecursionError) as err:  # a number of thousands of digits, nesting without end
        reason = f"not readable JSON: {err}"
    return SourceError(source, f"{reason}. Skipped; correct the line.", number)


def _article(record: Any, source: str) -> Article:
    if not isinstance(record, dict):
        raise _wrong(source, "not a JSON object", "write one object a line")
    notes: list[str] = []
    raw = clean(_text(record, "text", source), source)
    body = trimmed(raw.split("\n"))
    title = " ".join(clean(_text(record, "title", source), source).split("\n")).strip()
    lang = _lang(record, body or title, source)
    if title and not body:  # BEIR has such documents, and judgements of them
        body = title
        notes.append("no text, the title stands for it")
    if twin := _text(record, "twin", source):
        notes.append(f"twin: {safe_id(twin[:_LONGEST_ID])}")
    return assemble(
        id=_id(record, source),
        date=_date(record, source),
        page=_page(record, notes),
        column=None,
        author=clean(_text(record, "author", source), source).strip(),
        titles={lang: title},
        bodies={lang: body},
        decks={lang: (title,) if title else ()},
        source=source,
        notes=[*notes, *oddities(raw)],
    )


def _id(record: dict[str, Any], source: str) -> str:
    value = record.get("id") if record.get("_id") is None else record["_id"]
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value.strip():
        raise _wrong(source, "no id", 'give "id" or "_id" as text')
    if len(value) > _LONGEST_ID:
        raise _wrong(source, f"the id is longer than {_LONGEST_ID} characters", "shorten it")
    return safe_id(value)


def _text(record: dict[str, Any], key: str, source: str) -> str:
    """The field as text, "" if it is absent or null (`text` itself must be there)."""
    value = record.get(key)
    if key == "twin" and isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value is None and key != "text":
        return ""
    if not isinstance(value, str):
        raise _wrong(source, f'"{key}" is missing' if value is None else f'"{key}" is not text', "correct the line")
    return value


def _lang(record: dict[str, Any], text: str, source: str) -> Lang:
    value = record.get("lang")
    if value is None or value == "":
        return main_language(text)
    code = value.lower().replace("_", "-").split("-")[0] if isinstance(value, str) else ""
    if code in ("zh", "en"):
        return "zh" if code == "zh" else "en"
    raise _wrong(source, f'lang "{shown(str(value), _SHOWN)}" is neither zh nor en', "correct or remove it")


def _date(record: dict[str, Any], source: str) -> date | None:
    value = record.get("date")
    if value is None or value == "":
        return None
    day = real_date(_TIME_OF_DAY.sub("", str(value)))
    if day is None:
        raise _wrong(source, f'date "{shown(str(value), _SHOWN)}" is not a real date', "write it as YYYY-MM-DD")
    return day


def _page(record: dict[str, Any], notes: list[str]) -> int | None:
    value = record.get("page")
    if value is None or value == "":
        return None
    if not isinstance(value, bool) and isinstance(value, (int, str)) and str(value).strip().isdecimal():
        page = int(str(value).strip()[:4])
        if 0 < page < 1000:
            return page
    notes.append(f'page "{shown(str(value), _SHOWN)}" is no page number')
    return None


def _wrong(source: str, what: str, advice: str) -> SourceError:
    return SourceError(source, f"{what}. Skipped; {advice}.")
