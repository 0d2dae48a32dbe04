"""Question sets, runs and reports that are damaged, cut off or hostile: faults 79 to 87."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as profile
from hypothesis import strategies as st

from eval.run.evaluate import evaluate
from eval.run.folder import read_run
from eval.sets.load import load
from rag.disk import lacking
from rag.errors import ResourceError, UsageError
from tests.conftest import ROOT
from tests.eval.fake import seed_archive
from tests.eval.test_run import without_times
from tests.faults.test_resources import files_up_to

SEEDS = ROOT / "eval" / "sets" / "seeds.yaml"
GOOD = {
    "id": "q", "ask": {"zh": "采矿石多少？", "en": "How much ore?"}, "answer": {"zh": ["八万吨"]},
    "sources": [{"article": "000_0bc8a54cde6efc4b", "quote": {"zh": "采矿石八万吨"}}],
}  # fmt: skip
RUN = f"""\
import sys
from pathlib import Path
from eval.run.evaluate import evaluate
from tests.eval.fake import seed_archive
evaluate(Path({str(SEEDS)!r}), seed_archive(), out=Path(sys.argv[1]), limit=int(sys.argv[2]))
"""


def running(out: Path, limit: int, **environment: str) -> subprocess.Popen[bytes]:
    """An evaluation in a process of its own."""
    told = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    return subprocess.Popen([sys.executable, "-c", RUN, str(out), str(limit)], cwd=ROOT, env=told)


def read(path: Path) -> list[str]:
    """The faults of a set, one a line; none if it is sound."""
    try:
        load(path)
    except UsageError as err:
        assert err.exit_code == 2
        return str(err).splitlines()[:-1]
    return []


@pytest.mark.fault(79)
@pytest.mark.fuzz
@profile(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_broken_line_is_named_and_the_others_are_read(tmp_path: Path, data: st.DataObject) -> None:
    """One line of three is altered: what is told is told of that line, or the line is still sound."""
    rows = [{**GOOD, "id": f"q{n}", "ask": {"zh": f"第{n}问：采矿石多少？"}} for n in range(3)]
    at = data.draw(st.integers(0, 2))
    row = dict(rows[at])
    how = data.draw(st.sampled_from(["drop", "rename", "retype", "cut", "junk", "comma", "not an object"]))
    field = data.draw(st.sampled_from(sorted(row)))
    if how == "drop":
        del row[field]
    elif how == "rename":
        row[field + "x"] = row.pop(field)
    elif how == "retype":
        row[field] = data.draw(st.sampled_from([7, True, [[1]], {"a": 1}, "", None, [None], 1e308, {"zh": {}}]))
    lines = [json.dumps(one, ensure_ascii=False) for one in (*rows[:at], row, *rows[at + 1 :])]
    if how == "cut":
        lines[at] = lines[at][: data.draw(st.integers(1, len(lines[at]) - 1))]
    elif how == "junk":
        place = data.draw(st.integers(0, len(lines[at])))
        junk = data.draw(st.text(st.characters(codec="utf-8", exclude_characters="\n\r"), max_size=4))
        lines[at] = lines[at][:place] + junk + lines[at][place:]
    elif how == "comma":
        lines[at] += ","
    elif how == "not an object":
        lines[at] = data.draw(st.sampled_from(["7", '"x"', "[]", "null", "[[[]]]", "true"]))
    end = data.draw(st.sampled_from(["\n", "\r\n"]))
    path = tmp_path / "gold.jsonl"
    path.write_bytes((data.draw(st.sampled_from(["", "\ufeff"])) + end.join(lines)).encode())
    told = read(path)
    assert all(line.startswith(f"gold.jsonl:{at + 1}: ") for line in told), told
    if how in ("cut", "comma", "not an object"):
        assert told


@pytest.mark.fault(79)
@pytest.mark.fuzz
@profile(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=400), st.sampled_from(["yaml", "jsonl", "csv"]))
@example(b"\xff\xfe", "csv")
def test_any_bytes_are_read_or_refused(tmp_path: Path, data: bytes, kind: str) -> None:
    path = tmp_path / f"gold.{kind}"
    path.write_bytes(data)
    read(path)


@pytest.mark.fault(81)
@pytest.mark.slow
def test_a_hundred_thousand_questions_are_read_in_bounded_time_and_memory(tmp_path: Path) -> None:
    path = tmp_path / "many.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for n in range(100_000):
            file.write(json.dumps({**GOOD, "id": f"q{n}", "ask": {"en": f"How much ore in pit {n}?"}}) + "\n")
    code = f"from pathlib import Path; from eval.sets.load import load; print(len(load(Path({str(path)!r})).questions))"
    command = ["sh", "-c", 'ulimit -v 6000000; exec "$@"', "-", sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280)
    assert done.stdout.strip() == "100000", done.stderr


@pytest.mark.fault(82)
def test_a_run_killed_at_random_ends_as_one_that_was_not(tmp_path: Path) -> None:
    """kill -9 again and again, at random moments, until it is through."""
    limit, chance = 40, random.Random(82)
    whole = tmp_path / "whole"
    assert running(whole, limit).wait(120) == 0
    broken, kills = tmp_path / "broken", 0
    journal = broken / "per_question.jsonl"
    while not (broken / "report.html").exists():
        child = running(broken, limit)
        # while it asks: somewhere among the questions that are left, and while it writes the report
        aim = chance.randrange(limit * 2) if kills < 4 else 10_000
        while child.poll() is None:
            if journal.exists() and journal.read_bytes().count(b"\n") > aim:
                break
            time.sleep(0.002)
        if child.poll() is None:
            child.send_signal(signal.SIGKILL)
            kills += 1
        child.wait(120)
    assert kills >= 1, "nothing was killed"
    assert without_times(broken) == without_times(whole)


@pytest.mark.fault(83)
@pytest.mark.parametrize("size", [0, 100, 3_000, 20_000, 60_000])
def test_a_full_disk_ends_a_run_which_goes_on_when_there_is_room(tmp_path: Path, size: int) -> None:
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    evaluate(SEEDS, seed_archive(), out=whole, limit=15)
    with files_up_to(size), pytest.raises(ResourceError, match=r"broken.*cannot be written.*is kept") as told:
        evaluate(SEEDS, seed_archive(), out=broken, limit=15)
    assert told.value.exit_code == 8 and lacking(told.value) == ""
    assert not (broken / "summary.json").exists() or not (broken / "report.html").exists()
    assert not list(broken.glob("*.tmp")), "half a file was left"
    evaluate(SEEDS, seed_archive(), out=broken, limit=15)
    assert without_times(broken) == without_times(whole)


@pytest.mark.fault(83)
def test_a_folder_that_may_not_be_written_is_told_before_anything_is_asked(tmp_path: Path) -> None:
    archive = seed_archive()
    with pytest.raises(ResourceError, match="cannot be written") as told:
        evaluate(SEEDS, archive, out=Path("/proc/wenbao/run"), limit=1)
    assert archive.asked == [] and told.value.exit_code == 8


@pytest.mark.fault(84)
def test_hash_seed_threads_locale_and_time_zone_change_no_byte_of_a_report(tmp_path: Path) -> None:
    for name, told in {
        "one": {"PYTHONHASHSEED": "1", "OMP_NUM_THREADS": "1", "TZ": "UTC"},
        "other": {"PYTHONHASHSEED": "4294967295", "OMP_NUM_THREADS": "8", "TZ": "Asia/Shanghai", "LC_ALL": "C"},
    }.items():
        assert running(tmp_path / name, 25, **told).wait(120) == 0
    one, other = (without_times(tmp_path / name) for name in ("one", "other"))
    assert one == other and len(read_run(tmp_path / "one").rows) >= 25
