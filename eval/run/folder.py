"""A run folder: what is in it, written so that a killed run loses nothing and a finished one is never half there."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from eval.run.seen import Outcome, from_json, to_json
from rag.disk import write_atomically
from rag.errors import ResourceError, UsageError

MANIFEST, QUESTIONS, SUMMARY, PASSAGES = "manifest.json", "per_question.jsonl", "summary.json", "passages.jsonl"
_SYNC_EVERY = 32


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run as read from its folder: `rows` are those of `per_question.jsonl`, in the order asked.

    `passages` are the articles and passages that the report links to (see `eval.run.passages`).
    """

    path: Path
    manifest: Mapping[str, Any]
    summary: Mapping[str, Any]
    rows: tuple[Mapping[str, Any], ...]
    passages: tuple[Mapping[str, Any], ...] = ()


def read_run(path: Path) -> Run:
    """The run in `path`. Raises `UsageError` if it is no run folder or the run was not finished."""
    if not (path / SUMMARY).is_file():
        unfinished = (path / MANIFEST).is_file()
        raise UsageError(
            f"{path}: the run in it was not finished. Run the same `wenbao eval` with --out {path} to go on."
            if unfinished
            else f"{path}: not a run folder (no {SUMMARY} in it). Name a folder that `wenbao eval` has written."
        )
    try:
        passages = _lines(path / PASSAGES) if (path / PASSAGES).is_file() else ()
        return Run(path, _read(path / MANIFEST), _read(path / SUMMARY), _lines(path / QUESTIONS), passages)
    except (OSError, ValueError) as err:
        raise UsageError(f"{path}: the run folder is damaged ({err}). Run the evaluation again.") from err


def _lines(path: Path) -> tuple[Mapping[str, Any], ...]:
    return tuple(json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line)


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def prepare(path: Path, manifest: Mapping[str, Any]) -> None:
    """Make the folder, or take up the run in it if it is the same one (all but its `timing`).

    Raises `UsageError` if the folder holds something else, `ResourceError` if it cannot be written to.
    """
    with _resource(path):
        path.mkdir(parents=True, exist_ok=True)
        if (path / MANIFEST).is_file():
            try:
                earlier = _read(path / MANIFEST)
            except ValueError:
                earlier = {}
            differing = [k for k in sorted({*manifest, *earlier} - {"timing"}) if manifest.get(k) != earlier.get(k)]
            if differing:
                raise UsageError(
                    f"{path}: holds another run ({', '.join(differing)} differ). Nothing was asked."
                    " Name another --out, or remove the folder."
                )
            return
        if any(path.iterdir()):
            raise UsageError(f"{path}: is not empty and holds no run. Nothing was asked. Name another --out.")
        write_json(path / MANIFEST, manifest)


class Journal:
    """The append-only `per_question.jsonl` of a run under way: one outcome a line, in the order asked.

    A line that a killed run left torn is cut off on opening; `done` are the outcomes of the others by case id.
    """

    def __init__(self, path: Path) -> None:
        self._path = path / QUESTIONS
        self._unsynced = 0
        self.done: dict[str, Outcome] = {}
        with _resource(self._path):
            kept = self._read()
            self._file: TextIO = self._path.open("a", encoding="utf-8", newline="\n")
            self._file.truncate(kept)

    def _read(self) -> int:
        """Take in what is there; returns the length in bytes of its sound part."""
        kept = 0
        if not self._path.exists():
            return kept
        for line in self._path.read_bytes().splitlines(keepends=True):
            try:
                if not line.endswith(b"\n"):
                    break
                outcome = from_json(json.loads(line))
            except (ValueError, KeyError, TypeError):
                break
            self.done[outcome.case] = outcome
            kept += len(line)
        return kept

    def add(self, outcome: Outcome) -> None:
        """Append one outcome. Raises `ResourceError` if the disk does not take it."""
        self.done[outcome.case] = outcome
        with _resource(self._path):
            self._file.write(json_line(to_json(outcome)))
            self._file.flush()
            self._unsynced += 1
            if self._unsynced >= _SYNC_EVERY:
                os.fsync(self._file.fileno())
                self._unsynced = 0

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, kind: type[BaseException] | None, err: BaseException | None, tb: TracebackType | None) -> None:
        with _resource(self._path):  # closing writes what a full disk did not take before
            self._file.close()


@contextmanager
def appending(path: Path) -> Iterator[TextIO]:
    """A JSON Lines file to append to; a last line that a killed run left torn is cut off first."""
    with _resource(path):
        if path.exists():
            whole = path.read_bytes()
            os.truncate(path, whole.rfind(b"\n") + 1)
        with path.open("a", encoding="utf-8", newline="\n") as file:
            yield file


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all. Raises `ResourceError`; what was there before is then kept."""
    with _resource(path):
        write_atomically(path, text)


def write_json(path: Path, value: Any) -> None:
    """Write one JSON document, readable by people, whole or not at all."""
    write_text(path, json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def write_lines(path: Path, rows: Iterable[Any]) -> None:
    """Write JSON Lines, whole or not at all."""
    write_text(path, "".join(json_line(row) for row in rows))


def json_line(row: Any) -> str:
    """One line of JSON with its line break."""
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n"


@contextmanager
def _resource(path: Path) -> Any:
    try:
        yield
    except OSError as err:
        raise ResourceError(f"{path}: cannot be written ({err.strerror or err}). What was there is kept.") from err
