"""Writing so that a crash or a power cut leaves the old file or the new one, on whatever file system there is."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

NO_FILES = frozenset({errno.EMFILE, errno.ENFILE})
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})
_NO_MEMORY = ("allocate memory", "not enough memory", "failed to map segment", "bad_alloc", "paging file is too small",
              "Resource temporarily unavailable")  # fmt: skip
"""How libraries say that memory runs out, whatever kind of error they raise then: the system, torch, the loader, those
that start threads."""
NO_SYNC = frozenset({errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS})
"""What file systems answer that cannot sync a folder: CIFS, vboxsf, some of FUSE. What is written is there all the
same."""


def lacking(err: BaseException | None) -> str:
    """What the machine has too little of, in a sentence, if that is what an error, or what it was raised from, is
    about; "" if it is about something else."""
    while err is not None:
        told, number = str(err), getattr(err, "errno", None)
        if isinstance(err, MemoryError) or number == errno.ENOMEM or any(mark in told for mark in _NO_MEMORY):
            return "There is not enough memory for this. End other programs, or raise the limit (ulimit -v)."
        if number in NO_FILES or "Too many open files" in told:
            return "Too many files are open for this process. Raise the limit: ulimit -n 1024."
        err = err.__cause__ or err.__context__
    return ""


def is_of_the_disk(err: Exception) -> bool:
    """True if what SQLite or Chroma says is that it could not write."""
    return any(what in str(err) for what in ("disk is full", "disk I/O error", "unable to open database file"))


def write_atomically(path: Path, text: str, errors: str = "strict") -> None:
    """Replace the file at `path` as a whole: after a crash it holds the old text or the new, never a part.

    `text` is written as UTF-8 with its line ends as they are, `errors` as `str.encode` takes it; the permissions of a
    file that is replaced stay. Raises OSError or UnicodeEncodeError; the old file is then as it was.
    """
    temporary = path.with_name(path.name + ".tmp")
    try:
        with temporary.open("w", encoding="utf-8", errors=errors, newline="") as file:
            file.write(text)
            file.flush()
            _fsync(file.fileno(), temporary)
        if path.exists():
            shutil.copymode(path, temporary)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    can_sync(path.parent)  # the new text is there already, whatever the disk says now


def can_sync(folder: Path) -> bool:
    """False if the file system refuses to sync folders, so that a power cut may undo what was written last."""
    try:
        return sync(folder)
    except OSError:
        return False


def sync(path: Path) -> bool:
    """Have a file or folder written to the disk; False if its file system does not know how to do that."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return _fsync(descriptor, path)
    finally:
        os.close(descriptor)


def _fsync(descriptor: int, path: Path) -> bool:
    """As `sync`, of what is open. Raises OSError, with the path in it, if the disk fails."""
    try:
        os.fsync(descriptor)
    except OSError as err:
        if err.errno in NO_SYNC:
            return False
        raise OSError(err.errno, err.strerror, str(path)) from err
    return True
