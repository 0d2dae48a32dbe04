"""From paths to articles: files, folders of any nesting, JSON Lines, BEIR folders, mixed.

Whatever cannot be taken becomes a `SourceError` among the articles and the walk goes on. One file is in memory at
a time, and the names of the folder it is in; what went before is remembered in a temporary file.
"""

from __future__ import annotations

import gzip
import io
import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import IO

from rag.corpus import bilingual, jsonl
from rag.corpus.article import id_notes, safe_id, shown
from rag.corpus.decode import Undecodable, decode
from rag.corpus.names import in_text
from rag.corpus.seen import Seen
from rag.datatypes import Article, Paper
from rag.errors import SourceError, UsageError

_JSONL = (".jsonl", ".jsonl.gz")
_TEXT = (".md", ".txt")
_ABOUT = re.compile(
    r"(README|LICEN[CS]E|COPYING|NOTICE|CHANGELOG|CONTRIBUTING|AUTHORS)(\.[\w-]{1,8})?\.(md|txt)", re.IGNORECASE
)
_BEIR = ("corpus.jsonl", "corpus.jsonl.gz")
_KINDS = {stat.S_IFIFO: "a named pipe", stat.S_IFSOCK: "a socket", stat.S_IFCHR: "a device", stat.S_IFBLK: "a device"}


@dataclass(frozen=True, slots=True)
class _File:
    path: str
    follow: bool  # a link that the user named is followed, one met in a folder is not


@dataclass(slots=True)
class Meter:
    """How far a walk is, in bytes of the files it reads (of a `.gz`, as they are on disk)."""

    total: int = 0
    done: int = 0

    @classmethod
    def of(cls, paths: Sequence[Path]) -> Meter:
        """A meter for these paths: walks them once to add up the sizes of what will be read."""
        meter = cls()
        for path in paths:
            for file in _files(os.fspath(path)):
                if not isinstance(file, SourceError):
                    meter.total += _size(file.path)
        return meter


def sources(
    paths: Sequence[Path],
    *,
    max_bytes: int,
    encoding: str | None = None,
    meter: Meter | None = None,
    papers: Mapping[Path, Paper] = MappingProxyType({}),
) -> Iterator[Article | SourceError]:
    """The articles under `paths` in a fixed order, and a `SourceError` for every file or line that is not taken.

    Folders are walked by name; in them `.md`, `.txt`, `.jsonl` and `.jsonl.gz` are read, hidden files, README and
    LICENSE files and other suffixes are passed over, links are not followed, and of a folder that holds
    `corpus.jsonl(.gz)` only that is read. A file named in `paths` is read whatever it is called. `max_bytes` limits a
    bilingual file, and a line of JSON Lines; `encoding` is tried where a file is not UTF-8; `papers` are the newspapers
    of what under these paths names none itself (`rag.corpus.papers`).

    An article's id is its file's name without suffix, or the `id` of its line, made safe; of different articles with
    one id the first keeps it, a later one gets `~` and the start of its digest. The same article again (of JSON
    Lines: with the same id) is an error that names the first, and is passed over in silence if one path leads to it
    twice. `meter` is told how many bytes are behind. Raises `UsageError` at once for a path that does not exist or an
    unknown encoding.
    """
    given = [os.fspath(path) for path in paths]
    for path in given:
        try:
            os.stat(path)
        except (FileNotFoundError, NotADirectoryError, ValueError) as err:
            raise UsageError(f"{shown(path)}: no such file or folder. Nothing was read; check the path.") from err
        except OSError:
            pass  # it is there but closed to us: reported among the articles
    if encoding is not None:
        _check_encoding(encoding)
    told = [papers.get(path) for path in paths]
    return _unique(given, told, max_bytes, encoding, meter or Meter())


def _check_encoding(name: str) -> None:
    try:
        b"a".decode(name)
    except UnicodeDecodeError:
        return  # known, and wants more bytes than one
    except (LookupError, ValueError) as err:
        known = "utf-8, gb18030, big5, utf-16-le"
        raise UsageError(f"encoding {name!r} is unknown. Nothing was read; name one such as {known}.") from err


def _unique(
    paths: Sequence[str], papers: Sequence[Paper | None], max_bytes: int, encoding: str | None, meter: Meter
) -> Iterator[Article | SourceError]:
    with Seen() as seen:
        for path, paper in zip(paths, papers, strict=True):
            for file in _files(path):
                if isinstance(file, SourceError):
                    yield file
                    continue
                lines = file.path.lower().endswith(_JSONL)
                start, size = meter.done, _size(file.path)
                for item in (
                    _json_lines(file, max_bytes, encoding, paper, meter)
                    if lines
                    else _bilingual(file, max_bytes, encoding, paper)
                ):
                    admitted = seen.admit(item, by_id=lines) if isinstance(item, Article) else item
                    if admitted is not None:
                        yield admitted
                meter.done = start + size


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return 0


def _files(path: str) -> Iterator[_File | SourceError]:
    try:
        mode = os.stat(path).st_mode
    except OSError as err:
        yield _cannot(path, err)
        return
    if stat.S_ISDIR(mode):
        yield from _walk(path)
    elif stat.S_ISREG(mode):
        yield _File(path, follow=True)
    else:
        yield _special(path, mode)


def _walk(top: str) -> Iterator[_File | SourceError]:
    folders = [(top, _names(top))]
    while folders:
        folder, names = folders[-1]
        name = next(names, None)
        if name is None:
            folders.pop()
            continue
        if isinstance(name, SourceError):
            yield name
            continue
        path = os.path.join(folder, name)
        try:
            mode = os.lstat(path).st_mode
        except OSError as err:
            yield _cannot(path, err)
            continue
        if stat.S_ISDIR(mode):
            folders.append((path, _names(path)))
        elif not stat.S_ISREG(mode):
            yield _special(path, mode)
        elif name.lower().endswith((*_JSONL, *_TEXT)) and not _ABOUT.fullmatch(name):
            yield _File(path, follow=False)


def _names(folder: str) -> Iterator[str | SourceError]:
    try:
        names = sorted(name for name in os.listdir(folder) if not name.startswith("."))
    except OSError as err:
        return iter([_cannot(folder, err)])
    corpus = next((name for name in _BEIR if name in names), None)
    return iter([corpus] if corpus else names)


def _bilingual(
    file: _File, max_bytes: int, encoding: str | None, paper: Paper | None
) -> Iterator[Article | SourceError]:
    source = shown(file.path)
    try:
        data = _bytes(file, max_bytes)
        decoded = decode(data, encoding)
        name = in_text(os.path.basename(file.path), encoding)
        stem = os.path.splitext(name)[0]
        article = bilingual.parse(decoded.text, name=name, article_id=safe_id(stem), source=source, paper=paper)
    except Undecodable as err:
        yield SourceError(source, f"{err.reason}. Skipped; convert it to UTF-8 or pass --encoding.", err.line)
    except SourceError as err:
        yield err
    except OSError as err:
        yield _cannot(file.path, err)
    else:
        encoded = [] if decoded.encoding.startswith("utf-8") else [f"read as {decoded.encoding}"]
        yield replace(article, notes=(*encoded, *article.notes, *id_notes(stem)))


def _json_lines(
    file: _File, max_bytes: int, encoding: str | None, paper: Paper | None, meter: Meter
) -> Iterator[Article | SourceError]:
    try:
        stream = _open(file)
    except OSError as err:
        yield _cannot(file.path, err)
        return
    except SourceError as err:
        yield err
        return
    with stream:
        lines: IO[bytes] = stream
        if file.path.lower().endswith(".gz"):
            lines = io.BufferedReader(gzip.GzipFile(fileobj=stream))
        start = meter.done
        named = shown(file.path)
        for item in jsonl.articles(lines, source=named, max_bytes=max_bytes, encoding=encoding, paper=paper):
            meter.done = start + stream.tell()
            yield item


def _bytes(file: _File, max_bytes: int) -> bytes:
    """The bytes of a file that did not change meanwhile; a second try is made. Raises `SourceError`, `OSError`."""
    for _ in range(2):
        with _open(file) as stream:
            before = os.fstat(stream.fileno())
            if before.st_size > max_bytes:
                reason = (
                    f"{before.st_size} bytes, more than the limit of {max_bytes}. Skipped; split it or raise the limit."
                )
                raise SourceError(shown(file.path), reason)
            data = stream.read(before.st_size + 1)
            after = os.fstat(stream.fileno())
        if (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns) and len(data) == after.st_size:
            return data
    raise SourceError(shown(file.path), "changed while it was read. Skipped; run again when it is complete.")


def _open(file: _File) -> IO[bytes]:
    """Opens a regular file without ever waiting for one that has become a pipe or following one that became a link."""
    flags = os.O_RDONLY
    for flag in ("O_NONBLOCK", "O_CLOEXEC", "O_BINARY", *(() if file.follow else ("O_NOFOLLOW",))):
        flags |= getattr(os, flag, 0)
    stream = os.fdopen(os.open(file.path, flags), "rb")
    mode = os.fstat(stream.fileno()).st_mode
    if not stat.S_ISREG(mode):
        stream.close()
        raise _special(file.path, mode)
    return stream


def _special(path: str, mode: int) -> SourceError:
    if stat.S_ISLNK(mode):
        return SourceError(shown(path), "a symbolic link, not followed. Skipped; name its target to read it.")
    return SourceError(
        shown(path), f"{_KINDS.get(stat.S_IFMT(mode), 'no regular file')}. Skipped; only files are read."
    )


def _cannot(path: str, err: OSError) -> SourceError:
    if isinstance(err, FileNotFoundError):
        return SourceError(shown(path), "it was there and is gone. Skipped; run again when nothing changes the folder.")
    return SourceError(shown(path), f"cannot be read: {err.strerror or err}. Skipped; check its permissions.")
