"""The embedding model that reads Chinese and English: how it is made and measured, and its weights.

Importing this package is cheap; torch and the libraries around it are imported where they are used.
"""

from pathlib import Path

WEIGHTS = Path(__file__).with_name("weights")
"""Folder of the shipped model, for ``SentenceTransformer(str(WEIGHTS))``."""
