"""Ports of this machine that nobody else takes."""

from __future__ import annotations

import os
import socket
from itertools import count

# Below the ports that the system gives to whoever asks for any, and a thousand for each worker: a port that was free
# a moment ago is still free when a server started meanwhile takes it.
_NEXT = count(20_000 + 1_000 * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) + os.getpid() % 900)


def free_port() -> int:
    """A port on which nothing listens."""
    for port in _NEXT:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
    raise AssertionError("no port is free")
