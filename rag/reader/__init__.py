"""The reader: a small cross-encoder that reads a question with a passage, in Chinese and English.

Importing this package is cheap; torch and the libraries around it are imported where they are used.
"""

from pathlib import Path

from rag.errors import ModelUnavailable

WEIGHTS = Path(__file__).with_name("weights")
"""Folder of the shipped reader."""


def damaged(folder: Path, err: Exception) -> ModelUnavailable:
    """What is told where the files in a reader's folder cannot be used, and why."""
    return ModelUnavailable(
        f"the reader in {folder} cannot be loaded ({type(err).__name__}: {str(err)[:200]}). "
        "Its files are damaged or missing: install Wenbao again."
    )
