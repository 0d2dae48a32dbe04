"""The `wenbao` command: its JSON, its exit codes, its manners on a terminal."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from rag.model import WEIGHTS
from tests import commanded
from tests.conftest import ROOT, SEEDS

ASK_KEYS = "question lang answered text confidence refusal filters warnings citations hits took_ms"
HIT_KEYS = (
    "rank article passage lang score channels start end text title date partial_date page paper why terms added also"
    " twin times warnings"
)
WENBAO = [sys.executable, "-m", "ui"]


ALONE = ["unshare", "--map-root-user", "--net"]  # a machine without any network, not even to itself


def wenbao(*arguments: str | Path, store: Path | None = None, **environment: str) -> commanded.Done:
    """The command in this process, for what it prints and the code it ends with."""
    return commanded.wenbao(*arguments, *(["--store", str(store)] if store else []), **environment)


def started(
    *arguments: str | Path, store: Path | None = None, under: Sequence[str] = (), **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the command as a user does, `under` another one if wanted."""
    command = [*under, *WENBAO, *map(str, arguments), *(["--store", str(store)] if store else [])]
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False, timeout=180
    )


def test_help_lists_the_commands() -> None:
    done = started("--help")
    assert done.returncode == 0
    for name in (
        "index",
        "search",
        "ask",
        "show",
        "chat",
        "status",
        "check",
        "rollback",
        "adapt",
        "eval",
        "compare",
        "llm",
    ):
        assert f"  {name} " in done.stdout


def test_index_ask_and_check_as_a_user_would(tmp_path: Path) -> None:
    store = tmp_path / "store"
    first = started("index", SEEDS, store=store)
    assert first.returncode == 0 and "5 articles" in first.stderr and first.stdout == ""
    again = wenbao("index", "--json", store=store)
    assert json.loads(again.stdout)["embedded"] == 0 and not json.loads(again.stdout)["changed"]

    asked = wenbao("ask", "江油县八天内开采了多少矿石？", "--json", store=store)
    answer = json.loads(asked.stdout)
    assert set(answer) >= set(ASK_KEYS.split())
    assert answer["answered"] and answer["lang"] == "zh" and answer["filters"]["since"] is None
    citation = answer["citations"][0]
    assert citation["number"] == 1 and citation["date"] == "1958-11-14" and citation["page"] == 2
    assert "采矿石八万吨" in citation["quotes"][0]["text"]
    assert "80,000 tons of ore" in citation["quotes"][0]["twin"]["text"]

    found = json.loads(wenbao("search", "ore in Jiangyou", "-k", "3", "--json", store=store).stdout)
    keys = {"question", "lang", "standalone", "filters", "period", "added", "took_ms", "undated", "hits", "named_page"}
    keys |= {"named_paper"}
    assert set(found) == keys and len(found["hits"]) == 3
    assert set(found["hits"][0]) == set(HIT_KEYS.split())

    status = json.loads(wenbao("status", "--json", store=store).stdout)
    assert status["articles"] == 5 and status["dates"] == ["1957-01-09", "1960-08-15"]
    assert wenbao("check", "--full", store=store).returncode == 0
    shown = wenbao("show", "002_5addbdbbd7c0e56c", store=store)
    assert "六个小时零二十分钟" in shown.stdout and "six hours and two minutes" in shown.stdout


def test_an_export_goes_to_stdout(seeds_store: Path) -> None:
    done = wenbao("ask", "How much ore was mined in Jiangyou within eight days?", "--export", "ris", store=seeds_store)
    assert done.returncode == 0 and done.stdout.startswith("TY  - NEWS") and "ER  - " in done.stdout


CODES = [
    (["ask", "？？？"], 2, "no word in this question"),
    (["ask", "钢" * 1001], 2, "at most 1000"),
    (["search", "钢", "-k", "0"], 2, "0"),
    (["search", "钢", "--since", "1958-02-30"], 2, "1958-02-30"),
    (["search", "钢", "--since", "1959-01-01", "--until", "1958-01-01"], 2, "wrong way round"),
    (["show", "no-such-article"], 2, "no article 'no-such-article'"),
    (["nonsense"], 2, "nonsense"),
    (["eval", "no-such-set.yaml"], 2, "no-such-set.yaml"),
]


@pytest.mark.fault(52, 53, 57)
@pytest.mark.parametrize(("arguments", "code", "said"), CODES)
def test_wrong_use_ends_with_one_plain_sentence(seeds_store: Path, arguments: list[str], code: int, said: str) -> None:
    done = wenbao(*arguments, store=None if arguments == ["nonsense"] else seeds_store)
    assert done.returncode == code, done.stderr
    assert said in done.stderr and "Traceback" not in done.stderr and done.stdout == ""


@pytest.mark.fault(32)
def test_codes_of_missing_and_damaged_indexes(tmp_path: Path) -> None:
    missing = started("ask", "钢", store=tmp_path / "nowhere")
    assert missing.returncode == 4 and "wenbao index" in missing.stderr and not (tmp_path / "nowhere").exists()
    assert wenbao("chat", store=tmp_path / "nowhere").returncode == 4
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "CURRENT").write_text("gen-000001\n")
    assert wenbao("check", store=broken).returncode == 5


def test_skipped_files_give_code_3_and_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "good.txt").write_text("Title: A\nDate: 1958-01-01\nPage: 1\n\nSteel was made in Anshan.\n")
    (folder / "bad\x1b[2J.txt").write_bytes(b"\x00\x01")
    done = wenbao("index", folder, store=tmp_path / "store")
    assert done.returncode == 3 and "skipped:" in done.stderr and "\x1b" not in done.stderr


@pytest.mark.fault(88)
def test_a_wrong_setting_is_named(seeds_store: Path) -> None:
    done = wenbao("status", store=seeds_store, WENBAO_PORT="70000")
    assert done.returncode == 2 and "WENBAO_PORT" in done.stderr
    gone = wenbao("ask", "钢", store=seeds_store, WENBAO_EMBEDDING_MODEL="/no/such/model")
    assert gone.returncode == 2 and "/no/such/model" in gone.stderr and "Traceback" not in gone.stderr


@pytest.mark.fault(38, 66)
def test_without_any_network_everything_works(tmp_path: Path) -> None:
    if not shutil.which("unshare") or subprocess.run([*ALONE, "true"], check=False, capture_output=True).returncode:
        pytest.skip("this machine lets nobody make a network of their own")
    store = tmp_path / "store"
    made, asked = commanded.apart(
        [
            (["index", next(SEEDS.glob("000*")), "--store", store], {}),
            (["ask", "江油县八天内开采了多少矿石？", "--store", store], {}),
        ],
        under=ALONE,
    )
    assert made.returncode == 0 and "1 article" in made.stderr
    assert asked.returncode == 0 and "采矿石八万吨" in asked.stdout
    gone = started("ask", "钢", store=store, under=ALONE, WENBAO_EMBEDDING_MODEL="someone/no-such-model")
    assert gone.returncode == 2 and "no-such-model" in gone.stderr
    assert "Retrying" not in gone.stderr and "Traceback" not in gone.stderr


def test_a_named_model_is_taken_from_the_cache_of_this_machine(tmp_path: Path) -> None:
    cached = tmp_path / "hub" / "models--someone--small"
    shutil.copytree(WEIGHTS, cached / "snapshots" / "0123")
    (cached / "refs").mkdir()
    (cached / "refs" / "main").write_text("0123")
    named = {"HF_HOME": str(tmp_path), "WENBAO_EMBEDDING_MODEL": "someone/small", "HF_ENDPOINT": "http://127.0.0.1:9"}
    made = started("index", next(SEEDS.glob("000*")), store=tmp_path / "store", **named)
    assert made.returncode == 0 and "1 article" in made.stderr and "Retrying" not in made.stderr


@pytest.mark.fault(92)
def test_arguments_and_output_survive_a_plain_locale(seeds_store: Path) -> None:
    plain = {"LC_ALL": "C", "PYTHONIOENCODING": "ascii:strict", "PYTHONUTF8": "0"}
    shown = started("show", "000_0bc8a54cde6efc4b", store=seeds_store, **plain)
    assert shown.returncode == 0 and "采矿石八万吨" in shown.stdout
    absent = started("show", "矿石", store=seeds_store, **plain)
    assert absent.returncode == 2 and "no article '矿石'" in absent.stderr


@pytest.mark.fault(28)
def test_a_reader_that_goes_away_is_no_error_to_speak_of(seeds_store: Path) -> None:
    command = [*WENBAO, "status", "--articles", "--store", str(seeds_store)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        assert child.stdout and child.stderr
        child.stdout.close()  # as `wenbao status --articles | head -0` does
        said = child.stderr.read()
    assert child.returncode == 141 and said == ""


@pytest.mark.fault(54)
def test_control_characters_of_articles_do_not_reach_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "evil.txt").write_text(
        "Title: A \x1b]52;c;aGk=\x07 B\nDate: 1958-01-01\nPage: 1\n\nSteel \x1b[2J was \u202emade\u202c here.\n"
    )
    store = tmp_path / "store"
    wenbao("index", tmp_path / "evil.txt", store=store)
    done = wenbao("search", "steel made", store=store)
    assert done.returncode == 0 and "Steel" in done.stdout
    assert not [c for c in done.stdout if (c < " " and c != "\n") or c in "\u202e\u202c"]
