"""The reader: a small cross-encoder that reads a question with a passage, in Chinese and English.

Importing this package is cheap; torch and the libraries around it are imported where they are used.
"""

from pathlib import Path

WEIGHTS = Path(__file__).with_name("weights")
"""Folder of the shipped reader."""
