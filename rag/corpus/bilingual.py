"""The archive's own format: a translated article, `<hr />`, `Original:`, and the Chinese one with its `### ` headline.

Where it is divided: at the first `<hr />` line with `Original:` or a Chinese `### ` line under it; else at the
first `<hr />`, else at the first `### ` line, if only what follows is Chinese; else the file is one article in one
language.
Lines that are neither header nor divider nor the list of named entities are in a body, unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from rag.corpus import header
from rag.corpus.article import assemble, clean, main_language, oddities, require_text, shown, trimmed
from rag.corpus.dates import agree, day_or_month_first, finest, looks_like_a_date, read_date
from rag.corpus.header import HEADLINE, ORIGINAL, Header
from rag.corpus.names import WHERE, FileName, read_name
from rag.corpus.papers import of_file
from rag.datatypes import LANGS, Article, Lang, Paper, other
from rag.errors import SourceError
from rag.language.script import HAN

_RULE = re.compile(r"\s*<hr\s*/?>\s*", re.IGNORECASE)
_ENTITIES = re.compile(r"\s*(?:\*\*|#+\s*)Named Entities[\s:*]*", re.IGNORECASE)
_LATIN = re.compile("[A-Za-z]")
_LONGEST_ENTITY = 200
_SHOWN = 40
_MISSING: dict[Lang, str] = {"zh": "no Chinese text", "en": "no English text"}
_NOTHING = Header({}, {}, 0)


@dataclass(frozen=True, slots=True)
class _Division:
    english: int  # line index at which the English part ends
    chinese: int | None  # line index at which the Chinese part begins
    notes: tuple[str, ...] = ()


def parse(text: str, *, name: str, article_id: str, source: str, paper: Paper | None = None) -> Article:
    """The article that `text` holds, in one or both languages.

    `name` is the file's name, the last place where date, page and title are looked for; `source` is how the file is
    called in messages and in the article; `paper` is the newspaper if the file names none. The headline block that
    many bodies repeat stays in the body. Author and column are given as `Chinese (English)` where both headers have
    them. Raises `SourceError` with the line where there is one: no text, no date, or figures that are no date.
    """
    path = PurePath(name)
    called = read_name(name if path.suffix[1:].isdecimal() else path.stem)  # 1958.03.02 ends in no suffix
    lines = clean(text, source).split("\n")
    division = _divide(lines)
    notes = list(division.notes)
    english = header.read_english(lines, division.english)
    notes += english.notes
    if division.chinese is None:
        return _one_language(lines, english, notes, name=called, article_id=article_id, source=source, paper=paper)

    chinese = header.read_chinese(lines, division.chinese)
    title, chinese_title = english.values.get("title", ""), chinese.values.get("title", "")
    decks = tuple(deck for deck in re.split(" {2,}", chinese_title) if deck)
    start, column = english.end, english.values.get("column")
    if column is None and "column" in chinese.values:
        at = header.bare_column(lines, start, division.english, title)
        if at is not None:
            column, start = lines[at].strip(), at + 1
    body_end = _entities(lines, start, division.english, notes)
    headlines = header.repeated_headlines(lines, start, body_end, len(decks) or 1, title)
    bodies: dict[Lang, str] = {
        "zh": trimmed(lines[chinese.end :]),
        "en": trimmed([*english.preamble, *lines[start:body_end]]),
    }
    require_text(bodies, source)
    notes += [_MISSING[lang] for lang in LANGS if not bodies[lang]]
    titles: dict[Lang, str] = {"zh": chinese_title, "en": title}
    return assemble(
        id=article_id,
        date=_date(english, chinese, called, source, notes),
        page=_page(english, chinese, called, notes),
        column=_both(chinese.values.get("column"), column),
        author=_both(chinese.values.get("author"), english.values.get("author")),
        titles=titles if any(titles.values()) else _title_of_file(called),
        bodies=bodies,
        decks={"zh": decks, "en": headlines or ((title,) if title else ())},
        source=source,
        notes=[*notes, *oddities(text)],
        paper=of_file(
            (english.values, chinese.values), paper, name=called.paper, is_their_form=chinese.is_renmin_ribao
        ),
    )


def _one_language(
    lines: Sequence[str],
    top: Header,
    notes: list[str],
    *,
    name: FileName,
    article_id: str,
    source: str,
    paper: Paper | None,
) -> Article:
    body = trimmed([*top.preamble, *lines[top.end : _entities(lines, top.end, len(lines), notes)]])
    lang = main_language(body)
    require_text({lang: body}, source)
    title = top.values.get("title")
    titles: dict[Lang, str] = {main_language(title): title} if title else _title_of_file(name)
    return assemble(
        id=article_id,
        date=_date(top, _NOTHING, name, source, notes),
        page=_page(top, _NOTHING, name, notes),
        column=top.values.get("column"),
        author=top.values.get("author"),
        titles=titles,
        bodies={lang: body},
        decks={of: (text,) for of, text in titles.items()} if title else {},
        source=source,
        notes=[*notes, _MISSING[other(lang)], *oddities("\n".join(lines))],
        paper=of_file([top.values], paper, name=name.paper, is_their_form=False),
    )


def _divide(lines: Sequence[str]) -> _Division:
    below = _dividers(lines)
    rules = list(below)
    for rule, start in below.items():
        rest = "\n".join(lines[start : start + 3]).strip()
        cut_short = start + 3 >= len(lines) and "Original:".startswith(rest)
        headline = start < len(lines) and HEADLINE.match(lines[start]) and HAN.search(lines[start])
        if cut_short or headline or ORIGINAL.fullmatch(lines[start]):
            return _Division(rule, len(lines) if cut_short else start, _strays(rules, rule, start))
    if rules and _turns_chinese(lines, rules[0]):
        at, start = rules[0], below[rules[0]]
        note = f"divided at an <hr /> line without Original: under it (line {at + 1})"
        return _Division(at, start, (note, *_strays(rules, at, start)))
    at = next((i for i, line in enumerate(lines) if HEADLINE.match(line)), len(lines))
    if _turns_chinese(lines, at):
        note = f"divided at a ### line without <hr /> (line {at + 1})"
        whole = not any(line.strip() for line in lines[:at])
        return _Division(at, at, (*(() if whole else (note,)), *_strays(rules, None, 0)))
    return _Division(len(lines), None, _strays(rules, None, 0))


def _turns_chinese(lines: Sequence[str], at: int) -> bool:
    """True if the text from line index `at` on is Chinese and that above it is not."""
    return main_language("\n".join(lines[at:])) == "zh" and main_language("\n".join(lines[:at])) == "en"


def _dividers(lines: Sequence[str]) -> dict[int, int]:
    """Each `<hr />` line in order -> the first line under it that is neither blank nor another divider."""
    below, text = {}, len(lines)
    for i in reversed(range(len(lines))):
        if _RULE.fullmatch(lines[i]):
            below[i] = text
        elif lines[i].strip():
            text = i
    return dict(reversed(below.items()))


def _strays(rules: Sequence[int], divider: int | None, below: int) -> tuple[str, ...]:
    notes = []
    doubled = [r for r in rules if divider is not None and divider < r < below]
    if doubled:
        notes.append(f"the divider is repeated (line {doubled[0] + 1})")
    if stray := [r for r in rules if divider is None or not divider <= r < below]:
        notes.append(f"an <hr /> line inside the text is kept as text (line {stray[0] + 1})")
    return tuple(notes)


def _entities(lines: Sequence[str], start: int, end: int, notes: list[str]) -> int:
    """Where the English body ends: before the translator's list of named entities, if it closes with one."""
    at = next((i for i in reversed(range(start, end)) if _ENTITIES.fullmatch(lines[i])), None)
    if at is None:
        return end
    entries = [line for line in lines[at + 1 : end] if line.strip()]
    if not all(len(line) <= _LONGEST_ENTITY and HAN.search(line) and _LATIN.search(line) for line in entries):
        notes.append(f"the list of named entities holds other text and is kept in the body (line {at + 1})")
        return end
    notes.append(f"a list of {len(entries)} named entities is left out (line {at + 1})")
    return at


def _date(english: Header, chinese: Header, name: FileName, source: str, notes: list[str]) -> str:
    """The issue date: of the English header, else the Chinese one, else the file name. Never a guess.

    Where one of them knows the month or year only, another that agrees with it and knows more is taken.
    """
    found: list[tuple[str, int]] = []
    unreadable: tuple[str, int] | None = None
    for part in (english, chinese):
        if (text := part.values.get("date")) is None:
            continue
        line, read = part.lines["date"], read_date(text)
        if read is not None:
            found.append((read, line))
            continue
        wrong = f'date "{shown(text, _SHOWN)}" is not a real date'
        wrong += " that can be told: day or month may come first" if day_or_month_first(text) else ""
        if not found and (looks_like_a_date(text) or day_or_month_first(text)):
            raise SourceError(source, f"{wrong}. Skipped; write it as YYYY-MM-DD.", line)
        notes.append(f'date "{shown(text, _SHOWN)}" (line {line}) is not a real date and is not used')
        unreadable = unreadable or (wrong, line)
    if found:
        best = finest([*(read for read, _ in found), *([name.date] if name.date else [])])
        (first, line), (second, second_line) = found[0], found[-1]
        if not agree(first, second):
            notes.append(
                f"the header dates differ: {first} (line {line}), {second} (line {second_line}); {best} is used"
            )
        return best
    if name.date:
        return name.date
    if unreadable:
        raise SourceError(source, f"{unreadable[0]}. Skipped; write it as YYYY-MM-DD.", unreadable[1])
    if name.fault:
        raise SourceError(source, f"no date in the header, and {name.fault}. Skipped; add a line Date: YYYY-MM-DD.")
    raise SourceError(
        source, f"no date in the header or the file name ({WHERE}). Skipped; add a line Date: YYYY-MM-DD."
    )


def _page(english: Header, chinese: Header, name: FileName, notes: list[str]) -> int | None:
    pages = []
    for part in (english, chinese):
        if (text := part.values.get("page")) is None:
            continue
        if (page := header.page_number(text)) is None:
            notes.append(f'page "{shown(text, _SHOWN)}" (line {part.lines["page"]}) is no page number')
        else:
            pages.append((page, part.lines["page"]))
    if pages and pages[0][0] != pages[-1][0]:
        first, last = pages[0], pages[-1]
        notes.append(f"the pages differ: {first[0]} (line {first[1]}), {last[0]} (line {last[1]}); {first[0]} is used")
    return pages[0][0] if pages else name.page


def _both(chinese: str | None, english: str | None) -> str | None:
    if chinese and english and chinese != english:
        return f"{chinese} ({english})"
    return chinese or english


def _title_of_file(name: FileName) -> dict[Lang, str]:
    return {main_language(name.title): shown(name.title)} if name.title else {}
