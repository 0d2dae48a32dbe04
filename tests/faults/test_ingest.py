"""What is indexed, cases 1 to 23, as an operator meets it: through the command, with real files."""

from __future__ import annotations

import gzip
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from rag.archive import Archive
from rag.corpus import sources
from rag.corpus.dates import read_date
from rag.datatypes import Article
from rag.errors import SourceError
from rag.index.build import build
from rag.index.embedded import embedded_text
from tests.conftest import ROOT, SEEDS
from tests.fakes import HashEmbedder
from tests.faults.conftest import Command
from tests.faults.light import USER
from tests.faults.light import wenbao as alone

GOOD = "Title: Steel\nDate: 1958-11-14\nPage: 2\n\nSteel was made in Anshan.\n"
SEED = next(SEEDS.glob("000*"))


def opened(place: Path) -> Archive:
    return Archive.open(place, embedder=HashEmbedder())


@pytest.mark.fault(4, 5, 6, 7, 8, 17, 18, 20)
def test_a_folder_of_every_kind_of_trouble_is_read_to_its_end_and_each_is_named(tmp_path: Path) -> None:
    """As a user without root's rights, in a process that may hold 4 GB."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "good.txt").write_text(GOOD)
    data = bytearray(SEED.read_bytes())
    at = data.index("本报讯".encode())
    data[at + 1] = 0x20
    (folder / "flipped.txt").write_bytes(data)
    (folder / "half.txt").write_text(SEED.read_text(encoding="utf-8").partition("<hr />")[0], encoding="utf-8")
    (folder / "empty.txt").touch()
    (folder / "header.txt").write_text("Title: T\nAuthor:\nDate: 1958-11-14\nPage: 2\n")
    (folder / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    (folder / "packed.txt").write_bytes(gzip.compress(GOOD.encode()))
    with (folder / "huge.txt").open("wb") as file:
        file.truncate(2 << 30)
    os.mkfifo(folder / "pipe.txt")
    (folder / "loop").symlink_to(".")
    (folder / "passwd.txt").symlink_to("/etc/passwd")
    (folder / "gone.txt").symlink_to("nowhere")
    (folder / "closed.txt").write_text(GOOD)
    (folder / "closed.txt").chmod(0)
    (folder / "shut").mkdir()
    (folder / "shut" / "x.txt").write_text(GOOD)
    (folder / "shut").chmod(0)
    (folder / "-rf \x1b[2J\n$(x).txt").write_bytes(b"\0")
    told = {
        "flipped.txt": f"flipped.txt:{bytes(data).count(10, 0, at) + 1}: byte {at}",
        "empty.txt": "no article text",
        "header.txt": "no article text",
        "picture.txt": "looks binary (NUL at byte 8)",
        "packed.txt": "looks binary (NUL at byte ",
        "huge.txt": "2147483648 bytes, more than the limit of 5000000",
        "pipe.txt": "a named pipe",
        "loop": "a symbolic link, not followed",
        "passwd.txt": "a symbolic link, not followed",
        "gone.txt": "a symbolic link, not followed",
        "closed.txt": "Permission denied",
        "shut": "Permission denied",
        "-rf ": "\\n$(x).txt: looks binary",
    }
    bounded = f"import resource, os, sys; resource.setrlimit(resource.RLIMIT_DATA, (4 << 30, {resource.RLIM_INFINITY}))"
    under = [*USER, sys.executable, "-c", f"{bounded}; os.execvp(sys.argv[1], sys.argv[1:])"]
    done = alone("index", folder, "--store", tmp_path / "store", under=under, timeout=200)
    (folder / "shut").chmod(0o700)
    lines = [line for line in done.stderr.splitlines() if line.startswith("skipped: ")]
    assert (done.returncode, done.stdout, len(lines)) == (3, "", len(told)), done.stderr
    for name, reason in told.items():
        (line,) = [line for line in lines if f"{folder}/{name}" in line]
        assert reason in line and ("Skipped" in line)
    assert "good.txt: no Chinese text (so, or alike, 2 articles)" in done.stderr and "\x1b" not in done.stderr
    archive = opened(tmp_path / "store")
    articles = [archive.article(one) for one in archive.article_ids()]
    archive.close()
    assert sorted(one.id for one in articles) == ["good", "half"]
    assert "\ufffd" not in str(articles)


@pytest.mark.fault(6)
def test_where_everything_is_skipped_no_index_is_made(tmp_path: Path, wenbao: Command) -> None:
    (tmp_path / "in").mkdir()
    for name, text in (("a", ""), ("b", " \n\t\n"), ("c", "Title: T\nDate: 1958-11-14\n")):
        (tmp_path / "in" / f"{name}.txt").write_text(text)
    code, out, err = wenbao("index", tmp_path / "in", "--store", tmp_path / "store")
    assert (code, out, err.count("no article text")) == (3, "", 3) and "nothing was indexed" in err
    assert wenbao("status", "--store", tmp_path / "store")[0] == 4


@pytest.mark.fault(8)
def test_a_line_without_any_end_of_a_sentence_is_cut_and_found(tmp_path: Path) -> None:
    body = "".join(chr(0x4E00 + i * 7919 % 20_000) for i in range(30_000)) + "末尾说江油"
    (tmp_path / "1958-11-14_x.md").write_text(body, encoding="utf-8")
    read = sources([tmp_path], max_bytes=5_000_000)
    report = build(read, tmp_path / "store", HashEmbedder(), sources=[])
    archive = opened(tmp_path / "store")
    hits = archive.search("末尾说江油", 5)
    archive.close()
    assert report.passages["zh"] > 100 and any("末尾说江油" in hit.passage.text for hit in hits)


NUMBERS = st.sampled_from(
    ["1958", "58", "0000", "9999", "11", "02", "2", "30", "31", "13", "40", "１１", "十一", "二十九"]
)
MARKS = st.sampled_from(["-", "/", ".", "", " ", "年", "月", "日", "－", "T", ", "])


@pytest.mark.fault(9)
@pytest.mark.fuzz
@given(st.lists(st.tuples(NUMBERS, MARKS), min_size=1, max_size=5).map(lambda parts: "".join(a + b for a, b in parts)))
def test_a_date_that_is_read_is_one_of_the_calendar(text: str) -> None:
    found = read_date(text)
    if found is not None:
        year, *rest = found.split("-")
        assert 1000 <= int(year) < 3000
        date(int(year), *map(int, (*rest, "1", "1")[:2]))
        assert found == "-".join([f"{int(year):04}", *(f"{int(part):02}" for part in rest)])


@pytest.mark.fault(9)
@pytest.mark.fuzz
@given(st.dates(date(1900, 1, 1), date(1999, 12, 31)), st.integers(0, 3), st.sampled_from("0123456789-"))
def test_a_digit_changed_in_a_date_gives_another_day_or_none(day: date, at: int, digit: str) -> None:
    text = str(day)
    changed = text[: at + 5] + digit + text[at + 6 :]
    found = read_date(changed)
    try:
        expected: str | None = str(date.fromisoformat(changed))
    except ValueError:
        expected = None
    assert expected is None or found == expected


HIDDEN = [
    *range(0xE0000, 0xE0080),
    *range(0xFE00, 0xFE10),
    *range(0x200B, 0x200E),
    0x2060,
    0xFEFF,
    0xAD,
    *range(0x202A, 0x202F),
]


@pytest.mark.fault(15)
@pytest.mark.fuzz
@given(st.lists(st.tuples(st.integers(0, 60), st.sampled_from(HIDDEN)), max_size=20))
def test_characters_that_nobody_sees_change_nothing_that_is_searched(planted: list[tuple[int, int]]) -> None:
    plain = "Steel rails were rolled in Anshan. 鞍山轧出钢轨。"
    text = plain
    for at, code in planted:
        text = text[:at] + chr(code) + text[at:]
    model = HashEmbedder()
    assert embedded_text(model, text, text) == embedded_text(model, plain, plain)


@pytest.mark.fault(16)
def test_a_lone_surrogate_of_json_is_skipped_or_left_out(tmp_path: Path) -> None:
    fields, escaped = ("text", "title", "author", "id", "date", "paper"), ("\\ud800", "\\udfff x", "x\\ud83d")
    cases = [(field, one) for field in fields for one in escaped]
    with (tmp_path / "a.jsonl").open("w") as file:
        for number, (field, one) in enumerate(cases):
            record = {
                "id": f"a{number}",
                "text": f"Steel {number} was made.",
                "date": "1958-11-14",
                field: f"@{number}",
            }
            file.write(json.dumps(record).replace("@", one) + "\n")
    items = list(sources([tmp_path], max_bytes=10_000))
    assert len(items) == len(cases)
    for number, item in enumerate(items):
        str(item).encode("utf-8")
        if isinstance(item, SourceError):
            assert item.line == number + 1 and item.reason
    build(items, tmp_path / "store", HashEmbedder(), sources=[])


@pytest.mark.fault(18)
def test_files_that_are_renamed_and_written_during_a_run_are_read_whole_or_named(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for i in range(300):
        (folder / f"n{i:03}.txt").write_text(GOOD.replace("Steel", f"Steel {i}"))
    child = """
import os, sys
folder = sys.argv[1]
print("begun", flush=True)
while True:
    for i in range(0, 300, 7):
        path = f"{folder}/n{i:03}.txt"
        try:
            with open(path, "a") as file:
                file.write("More was said of it.\\n" * 50)
            os.rename(path, path + ".txt")
            os.rename(path + ".txt", path)
        except FileNotFoundError:
            pass
"""
    with subprocess.Popen([sys.executable, "-c", child, str(folder)], stdout=subprocess.PIPE) as writer:
        try:
            assert writer.stdout and writer.stdout.readline()
            items = list(sources([folder], max_bytes=5_000_000))
        finally:
            writer.kill()
    articles = [item for item in items if isinstance(item, Article)]
    errors = [item for item in items if isinstance(item, SourceError)]
    assert len(articles) >= 250
    for article in articles:
        assert re.fullmatch(r"Steel \d+ was made in Anshan\.\n?(More was said of it\.\n?)*", article.bodies["en"])
    assert {error.reason.split(". ")[0] for error in errors} <= {
        "it was there and is gone",
        "changed while it was read",
    } | {reason for error in errors if (reason := error.reason.split(". ")[0]).startswith("same text as")}


@pytest.mark.fault(19)
@settings(max_examples=50)
@given(
    st.lists(
        st.tuples(st.sampled_from(["a", "A", "dié", "die\u0301", "字"]), st.integers(0, 3)), min_size=1, max_size=6
    )
)
def test_no_article_takes_the_place_of_another_and_a_second_run_adds_none(
    tmp_path_factory: pytest.TempPathFactory, files: list[tuple[str, int]]
) -> None:
    folder = tmp_path_factory.mktemp("in")
    for number, (name, text) in enumerate(files):
        (folder / str(number)).mkdir()
        (folder / str(number) / f"{name}.txt").write_text(GOOD.replace("Anshan", f"Anshan {text}"), encoding="utf-8")
    first, second = (list(sources([folder], max_bytes=10_000)) for _ in range(2))
    articles = [item for item in first if isinstance(item, Article)]
    assert len({one.id for one in articles}) == len(articles) == len({text for _, text in files})
    assert len({unicodedata.normalize("NFC", one.id) for one in articles}) == len(articles)
    assert [getattr(item, "digest", str(item)) for item in first] == [
        getattr(item, "digest", str(item)) for item in second
    ]
    shutil.rmtree(folder)


@pytest.mark.fault(21)
def test_no_text_is_longer_than_the_window_and_the_end_of_a_long_paragraph_is_found(tmp_path: Path) -> None:
    sizes: list[int] = []

    class Counting(HashEmbedder):
        def documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
            sizes.extend(self.count(text) for text in texts)
            return super().documents(texts)

    body = "各工区的战士们连夜修筑土高炉，" * 133 + "最后一句是江油县超额完成了任务。"
    assert len(body) > 2000
    (tmp_path / "1958-11-14_长.md").write_text(body, encoding="utf-8")
    model = Counting(window=128)
    build(sources([tmp_path], max_bytes=5_000_000), tmp_path / "store", model, sources=[])
    archive = Archive.open(tmp_path / "store", embedder=model)
    assert archive.search("江油县超额完成了任务", 1)[0].passage.text.endswith("最后一句是江油县超额完成了任务。")
    archive.close()
    assert max(sizes) <= 128


@pytest.mark.fault(23)
def test_what_is_edited_renamed_and_deleted_is_counted_and_gone_from_answers(tmp_path: Path, wenbao: Command) -> None:
    folder, place = tmp_path / "in", tmp_path / "store"
    folder.mkdir()
    for name, animal in (("a", "owls"), ("b", "mice"), ("c", "cranes")):
        (folder / f"{name}.txt").write_text(GOOD.replace("Steel was made", f"Nine {animal} were counted"))
    assert "3 articles (3 new, 0 changed, 0 gone)" in wenbao("index", folder, "--store", place)[2]
    (folder / "a.txt").write_text(GOOD.replace("Steel was made", "Ten storks were counted"))
    (folder / "b.txt").rename(folder / "d.txt")
    (folder / "c.txt").unlink()
    told = json.loads(wenbao("index", "--store", place, "--json")[1])
    assert (told["added"], told["updated"], told["removed"], told["embedded"]) == (1, 1, 2, 1)
    texts = [
        hit["text"] for hit in json.loads(wenbao("search", "counted in Anshan", "--json", "--store", place)[1])["hits"]
    ]
    assert sorted(re.findall("storks|mice|owls|cranes", " ".join(texts))) == ["mice", "storks"]
    assert wenbao("status", "--articles", "--store", place)[1].split() == ["a", "d"]


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.fault(22)
def test_a_hundred_thousand_files_are_indexed_in_steady_memory_soak(tmp_path: Path) -> None:
    for i in range(100_000):
        folder = tmp_path / "in" / f"{i // 1000:03}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"n{i}.md").write_text(f"Title: N{i}\nDate: 1959-05-01\n\nNote {i} speaks of kiln {i * 7}.\n")
    used: list[int] = []

    def watched(progress: object) -> None:
        resident = re.search(r"VmRSS:\s+(\d+) kB", Path("/proc/self/status").read_text())
        assert resident
        used.append(int(resident[1]) // 1000)

    read = sources([tmp_path / "in"], max_bytes=5_000_000)
    report = build(read, tmp_path / "store", HashEmbedder(), sources=[], progress=watched)
    half = len(used) // 4
    assert report.articles == 100_000
    assert max(used) < used[half] + 500, "MB at most more than after a quarter"


@pytest.mark.slow
@pytest.mark.timeout(14_400)
@pytest.mark.fault(4, 9, 11, 12, 16)
def test_ten_thousand_inputs_for_every_parser_soak() -> None:
    """Every test marked `fuzz`, each with 10,000 examples."""
    command = [sys.executable, "-m", "pytest", "-q", "-m", "fuzz", "--hypothesis-profile=soak", "--timeout=3600"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
