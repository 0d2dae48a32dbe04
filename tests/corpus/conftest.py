from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SEEDS = sorted((ROOT / "seeds").glob("*.txt"))
SHARED = ROOT.parent / "shared" / "corpus"


@pytest.fixture(params=SEEDS, ids=lambda path: path.stem[:3])
def seed(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


@pytest.fixture
def real_files() -> list[Path]:
    """The nine further articles of the archive, which are not part of this repository."""
    return _needed(SHARED / "bilingual", "*.md")


@pytest.fixture
def synthetic_files() -> list[Path]:
    """Three thousand invented articles in the archive's layout, not part of this repository either."""
    return _needed(SHARED / "synthetic_bilingual_format", "*.txt")


def _needed(folder: Path, pattern: str) -> list[Path]:
    files = sorted(folder.rglob(pattern))
    if not files:
        pytest.skip(f"{folder.name} is not beside this checkout")
    return files
