"""A model whose answers are kept in a file as they come, so that a stopped measurement goes on where it was."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rag.llm.endpoint import Endpoint, EndpointFault, Message
from rag.llm.limits import Limits

FAULTS = ("stopped", "empty", "too_long")
"""What a model does every time it is asked; other faults are not kept, and the question is put again."""


class Kept(Endpoint):
    """An endpoint that asks another one only what `file` does not hold: JSON Lines, one request each.

    What is held comes word by word as it came. So the checks can be measured again without the model's time; only its
    tokenizer is needed, by which the passages are chosen.
    """

    def __init__(self, endpoint: Endpoint, file: Path) -> None:
        super().__init__("http://127.0.0.1:0/v1", endpoint.model, None, endpoint.seconds)
        self._endpoint, self._file = endpoint, file
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True) if file.exists() else []
        if lines and not lines[-1].endswith("\n"):  # it was stopped while it wrote
            file.write_text("".join(lines := lines[:-1]), encoding="utf-8")
        self._held: dict[str, dict[str, Any]] = {row["key"]: row for row in map(json.loads, lines)}
        self._fresh: list[dict[str, Any]] = []
        self.used: dict[str, Any] = {}
        """What the last request got: its `key`, `request`, `words`, `first_token_s` and what was noted with it."""

    def start(self) -> None:
        self._endpoint.start()

    def close(self) -> None:
        """Left to who made the endpoint, since several archives share it."""

    def limits(self, deadline: float) -> Limits:
        return self._endpoint.limits(deadline)

    def stream(self, messages: Sequence[Message], seconds: float | None = None) -> Iterator[str]:
        request = [dict(one) for one in messages]
        key = hashlib.sha256(json.dumps([self.model, request]).encode()).hexdigest()[:24]
        if row := self._held.get(key):
            self.used = row
            yield from row["words"]
            if row["fault"]:
                raise EndpointFault(row["fault"], row["detail"])
            return
        words: list[str] = []
        told: dict[str, Any] = {"key": key, "request": request[-1]["content"], "words": words, "first_token_s": None}
        started = time.perf_counter()
        try:
            for word in self._endpoint.stream(messages, seconds):
                if not words:
                    told["first_token_s"] = round(time.perf_counter() - started, 3)
                words.append(word)
                yield word
            self._take(told)
        except GeneratorExit:  # nobody reads on: it repeats itself
            self._take(told, "stopped", "(length)")
            raise
        except EndpointFault as err:
            if err.fault in FAULTS:
                self._take(told, err.fault, err.detail)
            raise

    def _take(self, told: dict[str, Any], fault: str = "", detail: str = "") -> None:
        self.used = {**told, "fault": fault, "detail": detail}
        self._fresh.append(self.used)

    def keep(self, **noted: Any) -> None:
        """Write down what was asked since, with what is to be noted beside it."""
        with self._file.open("a", encoding="utf-8") as file:
            for row in self._fresh:
                row.update(noted)
                self._held[row["key"]] = row
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
        self._fresh.clear()
