"""An OpenAI-compatible chat endpoint, read as a stream, and everything that can go wrong with one.

A request has one deadline by the clock, from the first lookup of the name to the last word. No timeout of httpx is
that: it counts each read anew, and a server that sends a byte now and then never trips it. So the request is read in an
event loop, where it ends at its deadline, and at once when nobody reads its words any more.
"""

from __future__ import annotations

import atexit
import json
import queue
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from anyio.from_thread import BlockingPortal, BlockingPortalProvider
from pydantic import SecretStr

from rag.llm.limits import Limits, limits
from rag.llm.protocol import Busy, Part, Refused, words
from rag.llm.protocol import EndpointFault as EndpointFault
from rag.llm.protocol import Fault as Fault

Message = Mapping[str, str]

CONNECT_SECONDS = 3.0
"""Longest wait for a connection; a server that is up takes milliseconds."""
BUSY_SECONDS = 2.0
"""Longest wait before the one further try that a busy server (429, 503) gets."""
ASIDE_SECONDS, ASIDE_BYTES = 2.0, 4_000_000
"""What a question about the server itself may take."""
FAULTS_IN_A_ROW, REST_SECONDS = 3, 60.0
"""After so many faults in a row no request is made for so long: nobody waits for an endpoint that is down."""
_PORTALS = BlockingPortalProvider()


class Endpoint:
    """One model behind one address. Safe between threads; nothing is sent before `stream` is called.

    Args:
        url: base address, such as http://127.0.0.1:11434/v1.
        model: name of the model, as the server knows it.
        key: sent as a bearer token, never shown.
        seconds: the deadline of a request.
    """

    def __init__(self, url: str, model: str, key: SecretStr | None = None, seconds: float = 60.0) -> None:
        self.model, self.seconds = model, seconds
        self._address = url.rstrip("/").removesuffix("/chat/completions") + "/chat/completions"
        self._key = key
        self._lock = threading.Lock()
        self._faults, self._rests_until = 0, 0.0
        self._left_out: frozenset[Part] = frozenset()  # what the server was found not to take
        self._limits: Limits | None = None

    def __repr__(self) -> str:
        return f"Endpoint({self.model!r})"

    @property
    def address(self) -> str:
        """Where requests go, without the key."""
        return self._address

    @property
    def state(self) -> str:
        """ready, or resting after faults in a row; nothing is asked for it."""
        with self._lock:
            return "resting" if time.monotonic() < self._rests_until else "ready"

    def start(self) -> None:
        """Begin what can be done beforehand: nothing, of a server."""

    def close(self) -> None:
        """Give up what is held: nothing, of a server."""

    def stream(self, messages: Sequence[Message], seconds: float | None = None) -> Iterator[str]:
        """The model's words as they come, within `seconds` (default: the endpoint's) from the call to the last.

        Raises:
            EndpointFault: no whole answer came; what was yielded before must not pass for one.
        """
        with self._lock:
            if time.monotonic() < self._rests_until:
                raise EndpointFault("resting")
        try:
            yield from self._patiently(messages, time.monotonic() + (seconds or self.seconds))
        except EndpointFault as err:
            # a question too long for the model is no sign that the next one fails
            self._count(None if err.fault in ("too_long", "empty", "stopped") else err.fault)
            raise
        self._count(None)

    def limits(self, deadline: float) -> Limits:
        """How much the model takes, asked once and before `deadline` (by `time.monotonic`). Nothing is known of a
        server that cannot be reached or is left alone."""
        with self._lock:
            if self._limits is not None or time.monotonic() < self._rests_until:
                return self._limits or Limits()
        root = self._address.removesuffix("/chat/completions").removesuffix("/v1")
        reached = False

        def fetch(path: str, document: Mapping[str, Any] | None) -> Any:
            nonlocal reached
            left = min(deadline - time.monotonic(), ASIDE_SECONDS)
            if left <= 0 or (not reached and path != "/props"):
                return None
            was_reached, told = aside(root + path, document, self._key, left)
            reached = reached or was_reached
            return told

        found = limits(self.model, fetch)
        if reached:
            self._limits = found
        return found

    def _count(self, fault: Fault | None) -> None:
        with self._lock:
            self._faults = self._faults + 1 if fault else 0
            if self._faults >= FAULTS_IN_A_ROW:
                self._faults, self._rests_until = 0, time.monotonic() + REST_SECONDS

    def _patiently(self, messages: Sequence[Message], deadline: float) -> Iterator[str]:
        """One request, and a second one if the server was busy and there is time, or does not take a part of it.

        What it did not take is left out from then on, if it answers without.
        """
        left_out, waited = self._left_out, False
        while True:
            try:
                for word in self._once(messages, deadline, left_out):
                    self._left_out = left_out
                    yield word
                return
            except Busy as busy:
                pause = min(busy.seconds, BUSY_SECONDS)
                if waited or time.monotonic() + pause >= deadline:
                    raise EndpointFault("busy", busy.detail) from None
                waited = True
                time.sleep(pause)
            except Refused as refused:
                if refused.part in left_out:
                    raise
                left_out |= {refused.part}

    def _once(
        self, messages: Sequence[Message], deadline: float, left_out: frozenset[Part] = frozenset()
    ) -> Iterator[str]:
        told: queue.Queue[str | EndpointFault | None] = queue.Queue()
        left = deadline - time.monotonic()
        reading = _portal().start_task_soon(self._read, _body(self.model, messages, left_out), left, told)
        try:
            while (word := told.get()) is not None:
                if isinstance(word, EndpointFault):
                    raise word
                yield word
        finally:
            reading.cancel()

    async def _read(
        self, body: Mapping[str, Any], seconds: float, told: queue.Queue[str | EndpointFault | None]
    ) -> None:
        """Put the words of a response into `told`, and None or what was the matter behind the last."""
        import anyio
        import httpx

        headers = {"Accept": "text/event-stream, application/json;q=0.5", "Accept-Encoding": "identity"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key.get_secret_value()}"
        # trust_env off: a proxy or a .netrc of this machine must not see the question or change the key
        client = httpx.AsyncClient(
            timeout=httpx.Timeout(None, connect=CONNECT_SECONDS), follow_redirects=False, trust_env=False
        )
        try:
            with anyio.fail_after(seconds):
                async with client, client.stream("POST", self._address, json=body, headers=headers) as response:
                    finished = False
                    async for word in words(response.status_code, response.headers, response.aiter_raw()):
                        finished = finished or word is None
                        if word:
                            told.put(word)
                    told.put(None if finished else EndpointFault("cut"))
        except EndpointFault as err:
            told.put(err)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            told.put(EndpointFault("unreachable"))
        except TimeoutError:
            told.put(EndpointFault("timeout"))
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
            told.put(EndpointFault("cut"))
        except Exception:  # noqa: BLE001 - whatever a server makes a library do, the question is answered
            told.put(EndpointFault("rubbish"))


@cache
def _portal() -> BlockingPortal:
    """The event loop that reads responses, in a thread of its own that ends with the process."""
    portal = _PORTALS.__enter__()
    # while threads still run: when Python takes its modules apart, it would wait for a thread that runs no more
    atexit.register(_PORTALS.__exit__, SystemExit, SystemExit(), None)
    return portal


def aside(
    address: str, document: Mapping[str, Any] | None = None, key: SecretStr | None = None, seconds: float = 2.0
) -> tuple[bool, Any]:
    """Get the JSON at an address, or post a document there: whether a server answered, and what, None if no JSON.

    It has `seconds` from the first byte sent; a proxy or redirect is not followed, a longer reply than 4 MB not read.
    """
    import httpx

    headers = {"Authorization": f"Bearer {key.get_secret_value()}"} if key else {}
    until = time.monotonic() + seconds
    try:
        with (
            # certificates take longer to be read than a server on this machine to answer
            httpx.Client(
                timeout=seconds, follow_redirects=False, trust_env=False, verify=address.startswith("https:")
            ) as client,
            client.stream("GET" if document is None else "POST", address, json=document, headers=headers) as response,
        ):
            held = b""
            for chunk in response.iter_raw():
                held += chunk
                if len(held) > ASIDE_BYTES or time.monotonic() > until:
                    return True, None
            return True, json.loads(held) if response.status_code == 200 else None
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.InvalidURL):
        return False, None
    except (httpx.HTTPError, ValueError):
        return True, None


def _body(model: str, messages: Sequence[Message], left_out: frozenset[Part]) -> dict[str, Any]:
    """A request without what is left out; rules that cannot be a message of their own stand before the first."""
    said = [dict(one) for one in messages]
    if "system" in left_out and len(said) > 1 and said[0]["role"] == "system":
        rules, first, *rest = said
        said = [{**first, "content": f"{rules['content']}\n\n{first['content']}"}, *rest]
    body: dict[str, Any] = {"model": model, "messages": said, "stream": "stream" not in left_out}
    return body if "temperature" in left_out else {**body, "temperature": 0}
