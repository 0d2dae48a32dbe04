"""Models that the user configured by name: taken from this machine's cache, else fetched. Nothing else ever is."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlsplit
from urllib.request import getproxies

Model = TypeVar("Model")

ANSWERS_WITHIN = 3.0
"""Seconds that the hub may take to accept a connection. The hub's own client tries for more than a minute."""


def by_name(load: Callable[[bool], Model], *, offline: bool) -> Model:
    """What `load` loads.

    Args:
        load: loads the model; given True, from the local cache alone.
        offline: never fetch it.

    Raises:
        Exception: what `load` raised the last time it was called.
    """
    os.environ["HF_HUB_OFFLINE"] = "1" if offline else "0"  # read when the hub's client is imported
    try:
        return load(True)
    except Exception:
        if offline or not _answers():
            raise
    return load(False)


def _answers() -> bool:
    """True if the hub can be reached; through a proxy only the hub's client can tell."""
    from huggingface_hub.constants import ENDPOINT

    hub = urlsplit(ENDPOINT)
    if not getproxies().keys().isdisjoint({hub.scheme, "all"}):
        return True
    port = hub.port or (80 if hub.scheme == "http" else 443)
    try:
        socket.create_connection((hub.hostname or "", port), ANSWERS_WITHIN).close()
    except OSError:
        return False
    return True
