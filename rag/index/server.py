"""A Chroma server that keeps the vectors instead of the store folder (`WENBAO_CHROMA_URL`).

Chroma's server has no accounts: whoever reaches its port can read and write everything. So plain http is taken for
this machine only; anything beyond it must be https with a token, which a proxy in front of the server checks.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from rag.disk import write_atomically
from rag.errors import UsageError
from rag.settings import Settings, is_loopback


@dataclass(frozen=True, slots=True)
class Server:
    """Where the server is: host, port, https or not, and the token sent as `Authorization: Bearer`, "" for none."""

    url: str
    host: str
    port: int
    ssl: bool
    token: str = field(default="", repr=False)


def server(url: str | None, token: str = "") -> Server | None:
    """The server at `url` (http://127.0.0.1:8000, https://chroma.example.org), or None without a URL.

    Raises:
        UsageError: no such form of URL, or a server beyond this machine without https and a token.
    """
    if not url:
        return None
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = 0
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0 or parts.username or parts.query:
        raise UsageError(f"WENBAO_CHROMA_URL={url!r}: write it as http://127.0.0.1:8000 or https://HOST:PORT.")
    if parts.path.strip("/"):
        raise UsageError(f"WENBAO_CHROMA_URL={url!r}: only host and port, no path.")
    ssl = parts.scheme == "https"
    if not is_loopback(parts.hostname) and not (ssl and token):
        raise UsageError(
            f"WENBAO_CHROMA_URL={url!r} is another machine. A Chroma server has no accounts, so this needs https and "
            "WENBAO_CHROMA_TOKEN (checked by a proxy before the server), or a tunnel to 127.0.0.1."
        )
    return Server(url, parts.hostname, port or (443 if ssl else 8000), ssl, token)


def configured(settings: Settings) -> Server | None:
    """The server that the settings name, or None. Raises UsageError as `server` does."""
    token = settings.chroma_token.get_secret_value() if settings.chroma_token else ""
    return server(settings.chroma_url, token)


def collection_prefix(store: Path) -> str:
    """What the names of this store's collections on a server begin with; made once, so that stores never meet."""
    path = store / "server.json"
    try:
        name = str(json.loads(path.read_text(encoding="utf-8"))["name"])
    except (OSError, ValueError, KeyError, TypeError):
        name = f"wenbao-{uuid.uuid4().hex[:12]}"
        write_atomically(path, json.dumps({"name": name}) + "\n")
    return name
