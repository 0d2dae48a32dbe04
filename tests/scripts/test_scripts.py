"""The page's scripts as far as they need no page, tested by Node's own runner."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
NODE = shutil.which("node")


@pytest.mark.skipif(NODE is None, reason="Node is not on this machine")
@pytest.mark.parametrize("script", sorted(path.name for path in HERE.glob("*.test.mjs")))
def test_the_scripts_of_the_page(script: str) -> None:
    done = subprocess.run([str(NODE), "--test", str(HERE / script)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
