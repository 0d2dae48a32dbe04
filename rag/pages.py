"""Pages of HTML that need nothing else: where their templates are filled."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rag.language.script import visible

if TYPE_CHECKING:
    from jinja2 import Environment


def environment_of(folder: Path) -> Environment:
    """Where the templates of a folder are filled: all texts that they put out are escaped, with hidden characters
    shown, and nothing may be missing."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=lambda value: value if hasattr(value, "__html__") else visible(str(value)),  # markup stays
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
