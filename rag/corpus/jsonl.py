"""JSON Lines, as in BEIR's `corpus.jsonl`: one article in one language a line.

    {"_id": "d1", "title": "...", "text": "...", "lang": "en", "date": "1958-11-14", "page": 2, "author": "...",
     "paper": "Guangming Daily 光明日报", "twin": "d1-zh"}

Only an id and `text` are required. A twin is kept as the note `twin: <id>` and not joined to its article: both are
documents that relevance judgements name, and joining them would need the whole file in memory.
"""

from __future__ import annotations

import json
import math
import re
import zlib
from collections.abc import Iterator, Mapping
from typing import IO, Any

from rag.corpus.article import assemble, clean, id_notes, main_language, oddities, safe_id, shown, trimmed
from rag.corpus.dates import NUMERAL, counted_day, day_or_month_first, is_vague, read_date
from rag.corpus.header import page_number
from rag.corpus.papers import completed, in_record
from rag.datatypes import Article, Lang, Paper
from rag.errors import SourceError

_LONGEST_ID = 512
_SHOWN = 40
_PIECE = 1 << 20
_COUNT = re.compile(r"-?[0-9]{9,19}")
_PAGE = re.compile(
    rf"(?:第\s*)?[{NUMERAL}]{{1,4}}(?:\s*[、–-]\s*[{NUMERAL}]{{1,4}})?\s*[版页頁]?(?:\s*[(（].*)?"
    r"|(?:p|pg|page)\.?\s*[0-9]{1,4}",
    re.IGNORECASE,
)
# what pandas takes for a missing value (io.parsers, STR_NA_VALUES) and writes for one
_MISSING = frozenset(
    ("#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA", "NULL")
    + ("NaN", "None", "n/a", "nan", "null", "NaT")
)
_UNKNOWN = frozenset(
    ("unknown", "undated", "n.d.", "s.d.", "no date", "日期不详", "不详", "无日期", "未知")
)  # in `date`


def articles(
    stream: IO[bytes], *, source: str, max_bytes: int, encoding: str | None = None, paper: Paper | None = None
) -> Iterator[Article | SourceError]:
    """The articles of `stream`, read line by line, and a `SourceError` with the line number for each that is broken.

    A line longer than `max_bytes` is passed over without being kept in memory. Lines are UTF-8, as JSON demands,
    unless `encoding` names another in which a line feed is the byte 10; `paper` is the newspaper of those that name
    none. Blank lines are ignored; a stream without a
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
                yield _taken(line, source, number, encoding, paper)
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


def _taken(line: bytes, source: str, number: int, encoding: str | None, paper: Paper | None) -> Article | SourceError:
    try:
        text = line.decode(encoding or "utf-8")
        return _article(json.loads(text.removeprefix("\ufeff")), f"{source}:{number}", paper)
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


def _article(record: Any, source: str, paper: Paper | None) -> Article:
    if not isinstance(record, dict):
        raise _wrong(source, "not a JSON object", "write one object a line")
    notes: list[str] = []
    raw = _text(record, "text", source)
    body = trimmed(clean(raw, source).split("\n"))
    title = " ".join(clean(_text(record, "title", source), source).split("\n")).strip()
    if not title and value_of(record, "text") is None and not isinstance(record.get("text"), str):
        raise _wrong(source, '"text" is missing', "correct the line")
    lang = _lang(record, body or title, source)
    if title and not body:  # BEIR has such documents, and judgements of them
        body = title
        notes.append("no text, the title stands for it")
    if twin := _text(record, "twin", source):
        notes.append(f"twin: {safe_id(twin[:_LONGEST_ID])}")
    own, given = in_record(record), _id(record, source)
    return assemble(
        id=safe_id(given),
        date=_date(record, source, notes),
        page=_page(record, notes),
        column=None,
        author=clean(_text(record, "author", source), source).strip(),
        titles={lang: title},
        bodies={lang: body},
        decks={lang: (title,) if title else ()},
        source=source,
        paper=completed(own, paper) if own and paper else own or paper,
        notes=[*notes, *id_notes(given), *oddities(f"{_text(record, 'title', source)}\n{raw}")],
    )


def identifier(record: Mapping[str, Any]) -> str:
    """The id of an article or a query, `_id` or `id`, as text; "" if it has none."""
    value = value_of(record, "_id")
    value = value_of(record, "id") if value is None else value
    return value if isinstance(value, str) else str(value) if _is_whole(value) else ""


def _id(record: dict[str, Any], source: str) -> str:
    value = identifier(record)
    if not value:
        raise _wrong(source, "no id", 'give "id" or "_id" as text')
    if len(value) > _LONGEST_ID:
        raise _wrong(source, f"the id is longer than {_LONGEST_ID} characters", "shorten it")
    return value


def value_of(record: Mapping[str, Any], key: str) -> Any:
    """The field, None if it is missing in any of the ways in which programs write that; 2.0 is 2.

    A table in which some rows have no value is written with NaN for them, and with its whole numbers as fractions.
    """
    value = record.get(key)
    if isinstance(value, float):
        return None if math.isnan(value) else int(value) if value.is_integer() else value
    return None if isinstance(value, str) and (not value.strip() or value.strip() in _MISSING) else value


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 10**20


def _text(record: dict[str, Any], key: str, source: str) -> str:
    """The field as text, "" if it is missing."""
    value = value_of(record, key)
    if value is None:
        return ""
    if key == "twin" and _is_whole(value):
        return str(value)
    if not isinstance(value, str):
        raise _wrong(source, f'"{key}" is not text', "correct the line")
    return value


def _lang(record: dict[str, Any], text: str, source: str) -> Lang:
    value = value_of(record, "lang")
    if value is None:
        return main_language(text)
    code = value.strip().lower().replace("_", "-").split("-")[0] if isinstance(value, str) else ""
    if code in ("zh", "en"):
        return "zh" if code == "zh" else "en"
    raise _wrong(source, f'lang "{shown(str(value), _SHOWN)}" is neither zh nor en', "correct or remove it")


def _date(record: dict[str, Any], source: str, notes: list[str]) -> str | None:
    value = value_of(record, "date")
    if value is None or (isinstance(value, str) and value.strip().lower() in _UNKNOWN):
        return None
    given = shown(str(value), _SHOWN)
    if found := read_date(re.sub(r"\.0+$", "", str(value).strip())):
        return found
    number = float(value) if _is_number(value) or (isinstance(value, str) and _COUNT.fullmatch(value.strip())) else 0.0
    if day := counted_day(number):
        notes.append(f'date "{given}" is read as a count of days or seconds: {day}')
        return day
    if isinstance(value, str) and is_vague(value):
        notes.append(f'date "{given}" is not certain to the year; the article is taken as undated')
        return None
    why = " that can be told: day or month may come first" if day_or_month_first(str(value)) else ""
    raise _wrong(source, f'date "{given}" is not a real date{why}', "write it as YYYY-MM-DD")


def _page(record: dict[str, Any], notes: list[str]) -> int | None:
    value = value_of(record, "page")
    if value is None:
        return None
    text = re.sub(r"\.0+$", "", value.strip()) if isinstance(value, str) else str(value)
    if (_is_whole(value) or isinstance(value, str)) and _PAGE.fullmatch(text) and (page := page_number(text)):
        return page
    notes.append(f'page "{shown(str(value), _SHOWN)}" is no page number')
    return None


def _wrong(source: str, what: str, advice: str) -> SourceError:
    return SourceError(source, f"{what}. Skipped; {advice}.")
