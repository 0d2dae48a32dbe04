"""`wenbao settings`: what is set, and where it comes from."""

from __future__ import annotations

import click

from ui.terminal import out, out_json


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def settings(as_json: bool) -> None:
    """Say what every setting is and whether the environment gives it; secrets are not shown."""
    from rag.settings import variables

    told = variables()
    if as_json:
        out_json({name: {"value": value, "from": "environment" if given else "default"} for name, value, given in told})
        return
    width = max(len(name) for name, _, _ in told)
    for name, value, given in told:
        out(f"{name:<{width}}  {value or '-'}" + ("  (environment)" if given else ""))
