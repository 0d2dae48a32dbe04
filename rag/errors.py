"""The errors of Wenbao. Every one says what happened, to what, what was kept and what to do next.

    WenbaoError            base; faces catch only this                    exit 1
      UsageError           a wrong argument, question, filter or setting       2
        ModelUnavailable   a model cannot be loaded                            2
        NoSuchPaper        the archive holds no newspaper of this name         2
      SourceError          an input that cannot be read: file, line, reason    3
      NoIndex              there is no index where one was looked for          4
      IndexDamaged         the index cannot be read or fails its check         5
      IndexBusy            another run holds the index                         6
      IndexMismatch        made with another model, splitter or schema         7
      ResourceError        disk, memory or permission                          8
      EndpointError        the answer endpoint failed, fallback forbidden      9
      BelowThreshold       an evaluation missed a stated floor                10

The number is the exit code of the `wenbao` command; interrupted runs end with 129 (SIGHUP), 130 (SIGINT) or 143
(SIGTERM).
"""

from __future__ import annotations


class WenbaoError(Exception):
    """Base of all errors that Wenbao raises on purpose; the message is fit to be shown to a user."""

    exit_code = 1


class UsageError(WenbaoError):
    """A wrong argument, question, filter or setting; nothing was done."""

    exit_code = 2


class ModelUnavailable(UsageError):
    """A model cannot be loaded: its name, where it was looked for, how to get it."""


class NoSuchPaper(UsageError):
    """The archive holds no newspaper that is called so; it tells which there are."""


class SourceError(WenbaoError):
    """An input file that cannot be taken. `path`, `line` (from 1, None if unknown) and `reason` are kept apart."""

    exit_code = 3

    def __init__(self, path: str, reason: str, line: int | None = None) -> None:
        self.path, self.line, self.reason = path, line, reason
        super().__init__(f"{path}{f':{line}' if line else ''}: {reason}")


class NoIndex(WenbaoError):
    """There is no index where one was looked for; nothing was created."""

    exit_code = 4


class IndexDamaged(WenbaoError):
    """The index cannot be read, or fails its check."""

    exit_code = 5


class IndexBusy(WenbaoError):
    """Another run holds the index."""

    exit_code = 6


class IndexMismatch(WenbaoError):
    """The index was made with another model, splitter or schema than the one configured."""

    exit_code = 7


class ResourceError(WenbaoError):
    """Disk, memory, permission, or a vector server that does not answer; what was there before is kept."""

    exit_code = 8


class EndpointError(WenbaoError):
    """The answer endpoint failed and falling back to quotations was forbidden."""

    exit_code = 9


class BelowThreshold(WenbaoError):
    """An evaluation missed a stated floor; the message names metric, value and limit."""

    exit_code = 10
