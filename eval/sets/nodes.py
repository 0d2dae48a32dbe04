"""What question files are read into, whatever their format: a tree in which every part knows its line."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from rag.corpus.article import safe_id, shown
from rag.errors import ResourceError, UsageError

_SHOWN = 40
MAX_BYTES = 50_000_000
Named = Literal["article", "question"]


@dataclass(slots=True)
class Node:
    """A text, a list or a mapping, with the line (from 1) it starts on. `cut` marks a text that a comment follows."""

    line: int
    value: str | list[Node] | dict[str, Node]
    cut: bool = False


@dataclass(slots=True)
class Faults:
    """What is wrong with a file, gathered so that all of it can be told at once."""

    name: str
    _errors: list[tuple[int, str]] = field(default_factory=list)
    _warnings: list[tuple[int, str]] = field(default_factory=list)
    _ids: dict[tuple[Named, str], str] = field(default_factory=dict)
    _given: dict[tuple[Named, str], str] = field(default_factory=dict)
    _rewritten: list[tuple[int, str, str]] = field(default_factory=list)

    def error(self, line: int, text: str) -> None:
        """Note an error: the file will not be used."""
        self._errors.append((line, shown(text)))

    def warn(self, line: int, text: str) -> None:
        """Note something odd that does not stop a run."""
        self._warnings.append((line, shown(text)))

    def id(self, line: int, given: str, of: Named = "article") -> str:
        """The id of an article or a question as the index and the run files write it.

        How many were given otherwise is one warning; two that become one are an error.
        """
        if (of, given) in self._ids:
            return self._ids[of, given]
        made = self._ids[of, given] = safe_id(given)
        known = self._given.setdefault((of, made), given)
        if unicodedata.normalize("NFC", known.strip()) != unicodedata.normalize("NFC", given.strip()):
            first, second = (shown(one, _SHOWN) for one in (known, given))
            self.error(line, f'two ids, "{first}" and "{second}", are one as the index writes them: rename one')
        if made != given:
            self._rewritten.append((line, given, made))
        return made

    @property
    def errors(self) -> list[str]:
        """`file:line: what is wrong`, in the order of the file."""
        return [f"{self.name}:{line}: {text}" for line, text in sorted(self._errors)]

    @property
    def warnings(self) -> list[str]:
        """`file:line: what is odd`, in the order of the file."""
        told = list(self._warnings)
        if self._rewritten:
            line, given, made = self._rewritten[0]
            many = f"{len(self._rewritten)} ids are" if len(self._rewritten) > 1 else "1 id is"
            first = f'"{shown(given, _SHOWN)}" as {shown(made, _SHOWN)}'
            told.append((line, f"{many} read as the index writes them (the first: {first})"))
        return [f"{self.name}:{line}: {text}" for line, text in sorted(told)]


def raise_if_any(errors: Sequence[str], name: str) -> None:
    """Raise `UsageError` listing all `errors` of the set `name`, if there are any."""
    if errors:
        many = f"{len(errors)} faults" if len(errors) > 1 else "1 fault"
        raise UsageError("\n".join([*errors, f"{many} in {name}; nothing was asked. Correct them."]))


def read_text(path: Path, most: int = MAX_BYTES) -> str:
    """The file as text: UTF-8, with or without a byte order mark, of at most `most` bytes.

    Raises `UsageError` or `ResourceError`.
    """
    try:
        raw = path.read_bytes()
    except FileNotFoundError as err:
        raise UsageError(f"{path}: there is no such question set. Give a .yaml, .jsonl or .csv file.") from err
    except OSError as err:
        raise ResourceError(f"{path}: cannot be read ({err.strerror}). Nothing was asked.") from err
    if len(raw) > most:
        raise UsageError(f"{path}: {len(raw)} bytes; a file of this kind may have {most}. Split it.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as err:
        line = raw.count(b"\n", 0, err.start) + 1
        raise UsageError(f"{path.name}:{line}: not UTF-8 (byte {err.start}). Save the file as UTF-8.") from err
