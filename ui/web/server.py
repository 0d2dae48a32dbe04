"""The chat page as a running server: one port, one guard in front, a clean end."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import UsageError, WenbaoError
from rag.settings import is_loopback

if TYPE_CHECKING:
    from rag.archive import Archive

GRACE = 2  # seconds that open connections get when the server is told to end

log = logging.getLogger(__name__)


def serve(
    open_archive: Callable[[], Archive],
    *,
    host: str,
    port: int,
    password: str | None = None,
    ready: Callable[[str], None],
    cases: Path = Path("questions/asked.yaml"),
    trusted: Sequence[str] = (),
) -> None:
    """Serve the chat until SIGINT or SIGTERM, then return. Must run in the main thread to hear the signals.

    `trusted` are more names of this machine, in a container or behind a proxy. `ready` gets the page's URL, in a
    thread of its own, once the port answers; port 0 takes any free one. Raises `UsageError` if the port is taken or
    `host` can be reached from other machines and there is no password, and whatever `open_archive` raises.
    """
    if not is_loopback(host) and not password:
        raise UsageError(
            f"host {host}: the chat would be open to every machine that reaches this one. Nothing was started. "
            "Set WENBAO_PASSWORD, or listen on 127.0.0.1."
        )
    listener = _listen(host, port)
    try:
        archive = open_archive()
        try:
            _run(archive, listener, host, password, ready, cases, trusted)
        finally:
            archive.close()
    finally:
        listener.close()


def by_itself() -> None:
    """Take out of the environment what Gradio would read there: a platform, or another program's settings, must not
    serve files, change addresses or keep it from starting. Where it keeps temporary files may be told."""
    theirs = ("GRADIO_", "SPACE_", "OAUTH_")
    for name in [one for one in os.environ if one.startswith(theirs) and one != "GRADIO_TEMP_DIR"]:
        del os.environ[name]
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except OSError as err:
        listener.close()
        raise UsageError(
            f"port {port} on {host}: {err.strerror}. Nothing was started. "
            "End what uses it, or choose another with --port."
        ) from err
    return listener


def _run(
    archive: Archive,
    listener: socket.socket,
    host: str,
    password: str | None,
    ready: Callable[[str], None],
    cases: Path,
    trusted: Sequence[str],
) -> None:
    by_itself()
    import uvicorn

    from ui.web.patience import Patience
    from ui.web.site import site
    from ui.web.sparing import to_stderr

    to_stderr()

    def announce() -> None:
        bound = listener.getsockname()[1]
        shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104 - it is only read
        ready(f"http://{shown}:{bound}")
        try:
            archive.warm_up()
        except WenbaoError as err:  # the next question meets it again and tells the visitor
            log.warning("the archive could not be made ready in advance: %s", err)

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                threading.Thread(target=announce, name="announce", daemon=True).start()

        @contextmanager
        def capture_signals(self) -> Iterator[None]:
            # uvicorn raises the signal again when it is done; ended on purpose, the caller should get control back
            if threading.current_thread() is not threading.main_thread():
                yield
                return
            before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
            try:
                yield
            finally:
                for number, handler in before.items():
                    signal.signal(number, handler)

    config = uvicorn.Config(
        site(archive, host, password, cases, trusted),
        http=Patience,
        ws="none",
        workers=1,
        forwarded_allow_ips="127.0.0.1",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE,
        lifespan="on",
    )
    Server(config).run(sockets=[listener])
