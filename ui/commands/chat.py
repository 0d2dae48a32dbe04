"""Serve the archive: `wenbao chat` to people, `wenbao mcp` to assistants."""

from __future__ import annotations

from pathlib import Path

import click

from ui.commands.options import open_archive, store_option, tell_memory
from ui.terminal import note


@click.command()
@store_option
@click.option("--host", help="Address to listen on.  [default: $WENBAO_HOST or 127.0.0.1]")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on.  [default: $WENBAO_PORT or 7860]")
def chat(store: Path | None, host: str | None, port: int | None) -> None:
    """Serve the chat in the browser."""
    from rag.archive import Archive
    from rag.index import files
    from rag.index import store as stores
    from rag.settings import load

    settings = load()
    tell_memory(settings)
    # fails at once, before the slow imports, if there is no index, or one over which Chroma could end the process
    generation = stores.current(store or settings.store)
    files.refuse_damaged_graphs(generation, stores.read_manifest(generation))
    from ui.web.server import serve

    def ready(url: str) -> None:
        note(f"Wenbao is ready at {url}  (stop with Ctrl-C)")

    serve(
        lambda: Archive.open(store, settings=settings),
        host=host or settings.host,
        port=port or settings.port,
        password=settings.password.get_secret_value() if settings.password else None,
        ready=ready,
        cases=settings.cases,
        trusted=settings.trusted_hosts.split(",") if settings.trusted_hosts else (),
    )


@click.command()
@store_option
def mcp(store: Path | None) -> None:
    """Serve the archive as tools of the Model Context Protocol, over standard input and output."""
    from ui.mcp import serve

    serve(open_archive(store))
