"""A log that a fault which goes on and on does not fill the disk with."""

from __future__ import annotations

import logging
import time

SECONDS, MOST = 60.0, 5
"""Of one place in the code so many lines are written in so many seconds; then they are counted."""


class Sparing(logging.Filter):
    """Lets the first `MOST` records of a place through, then one a minute that tells how many were left out."""

    def __init__(self) -> None:
        super().__init__()
        self._places: dict[tuple[str, int, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to write it; what was left out before is told in it."""
        kind = record.exc_info[0] if record.exc_info else None
        place = (record.pathname, record.lineno, kind.__name__ if kind else "")
        began, count = self._places.get(place, (0.0, 0))
        now = time.monotonic()
        if count and now - began < SECONDS:
            self._places[place] = (began, count + 1)
            return count < MOST
        self._places[place] = (now, 1)
        if count > MOST:
            record.msg = f"{record.getMessage()} ({count - MOST} more like this were not written)"
            record.args = ()
        return True


def to_stderr() -> None:
    """Write what is logged in this process to stderr, sparingly; a second call changes nothing."""
    root = logging.getLogger()
    if any(isinstance(one, Sparing) for handler in root.handlers for one in handler.filters):
        return
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    handler.addFilter(Sparing())
    root.addHandler(handler)
