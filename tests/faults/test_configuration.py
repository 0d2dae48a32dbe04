"""What an operator sets, and what others have set in the same environment: faults 88 to 93 and 102."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import httpx
import psutil
import pytest
from hypothesis import given
from hypothesis import settings as profile
from hypothesis import strategies as st

from eval.sets.load import load as load_set
from rag import settings
from rag.errors import UsageError
from rag.index import chroma
from tests.conftest import ROOT
from tests.web.serving import serving

WENBAO = [sys.executable, "-m", "ui"]


@contextmanager
def environment(**values: str) -> Iterator[None]:
    """Only these variables of ours are set; what is told once is told again."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("WENBAO_")}
    settings._not_ours.cache_clear()
    with mock.patch.dict(os.environ, {**others, **values}, clear=True):
        yield


def told(**values: str) -> str:
    """What is said of settings that are refused."""
    with environment(**values), pytest.raises(UsageError) as refused:
        settings.load()
    assert refused.value.exit_code == 2
    return str(refused.value)


@pytest.mark.fault(88)
@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PORT", "0", "WENBAO_PORT='0': Input should be greater than or equal to 1. Correct or unset it."),
        ("PORT", "70000", "WENBAO_PORT='70000': Input should be less than or equal to 65535. Correct or unset it."),
        ("LLM_SECONDS", "-1", "WENBAO_LLM_SECONDS='-1': Input should be greater than 0. Correct or unset it."),
        ("LLM_SECONDS", "nan", "WENBAO_LLM_SECONDS='nan': Input should be less than or equal to 3600."),
        ("OFFLINE", "sometimes", "WENBAO_OFFLINE='sometimes': Input should be a valid boolean"),
        ("EMBEDDING_DTYPE", "int8", "WENBAO_EMBEDDING_DTYPE='int8': Input should be 'auto', 'float32' or 'bfloat16'."),
        ("PASWORD", "x", "WENBAO_PASWORD is no setting. Did you mean WENBAO_PASSWORD?"),
        ("LLM_MODELL", "x", "WENBAO_LLM_MODELL is no setting. Did you mean WENBAO_LLM_MODEL?"),
        ("LLM_URL", "http://[", "WENBAO_LLM_URL is no address such as http://127.0.0.1:11434/v1."),
    ],
)
def test_what_is_wrong_is_named_with_what_is_allowed(name: str, value: str, said: str) -> None:
    assert told(**{f"WENBAO_{name}": value}).startswith(said)


@pytest.mark.fault(88, 76)
@pytest.mark.parametrize("wrong", [{"WENBAO_LLM_URL": "http://["}, {"WENBAO_PORT": "x"}, {"WENBAO_LLM_URL": "ftp:x"}])
def test_a_refusal_repeats_no_secret(wrong: dict[str, str]) -> None:
    secrets = ("WENBAO_LLM_KEY", "WENBAO_PASSWORD", "WENBAO_CHROMA_TOKEN")
    assert "canary" not in told(**wrong, **{name: "sk-canary" for name in secrets})


@pytest.mark.fault(88)
def test_a_variable_that_is_none_of_ours_is_passed_over_with_a_note(caplog: pytest.LogCaptureFixture) -> None:
    with environment(WENBAO_RELEASE="7", WENBAO_SERVICE_HOST="10.0.0.1", WENBAO_PORT_7860_TCP_PROTO="tcp"):
        settings.load()
        settings.load()
    assert caplog.messages == ["WENBAO_RELEASE is no setting and changes nothing."]


@pytest.mark.fault(88)
@profile(max_examples=300, deadline=None)
@given(
    st.sampled_from(sorted(settings.Settings.model_fields)),
    st.one_of(
        st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30),
        st.from_regex(r"(https?|tcp)://[\[\]@:/?#.a-z0-9]{0,20}", fullmatch=True),
        st.integers().map(str),
        st.floats().map(str),
    ),
)
def test_any_value_is_taken_or_refused_by_name(name: str, value: str) -> None:
    variable = f"WENBAO_{name.upper()}"
    with environment(**{variable: value}):
        try:
            settings.load()
        except UsageError as err:
            assert variable in str(err) or name.startswith("llm_")


@pytest.mark.fault(89)
def test_a_flag_beats_the_environment_beats_the_default_and_all_can_be_looked_up(tmp_path: Path) -> None:
    def shown(**values: str) -> dict[str, dict[str, str]]:
        with environment(**values):
            done = subprocess.run([*WENBAO, "settings", "--json"], cwd=ROOT, capture_output=True, check=True)
        return dict(json.loads(done.stdout))

    given = shown(WENBAO_PORT="7861", WENBAO_LLM_KEY="sk-canary", WENBAO_HOST="", WENBAO_STORE="~/my archive/索引")
    assert set(given) == {f"WENBAO_{name.upper()}" for name in settings.Settings.model_fields}
    assert given["WENBAO_PORT"] == {"value": "7861", "from": "environment"}
    assert given["WENBAO_HOST"] == {"value": "127.0.0.1", "from": "default"}, "an empty variable is not set"
    assert given["WENBAO_STORE"]["value"] == str(Path.home() / "my archive" / "索引")
    assert given["WENBAO_LLM_KEY"]["value"] == "(set)" and "canary" not in str(given)
    with environment(WENBAO_STORE="elsewhere"):
        flag = [*WENBAO, "status", "--store", str(tmp_path / "带 空格")]
        done = subprocess.run(flag, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 4 and "带 空格" in done.stderr and "elsewhere" not in done.stderr


@pytest.mark.fault(90)
@pytest.mark.parametrize(
    "text",
    [
        "questions: !!python/object/apply:os.system ['touch {mark}']\n",
        "questions:\n  - !!python/object/new:os.system ['touch {mark}']\n",
        "a: &a [x, x, x]\nb: &b [*a, *a, *a]\nc: &c [*b, *b, *b]\nquestions: [*c, *c, *c]\n",
        "[" * 20_000,
        "questions:\n" + "".join(" " * n + "- a:\n" for n in range(1, 1500)),
        "questions: {" * 900,
    ],
    ids=["apply", "new", "aliases", "brackets", "indents", "braces"],
)
def test_a_file_in_yaml_is_text_and_nothing_else(tmp_path: Path, text: str) -> None:
    path, mark = tmp_path / "set.yaml", tmp_path / "mark"
    path.write_text(text.replace("{mark}", str(mark)), encoding="utf-8")
    with pytest.raises(UsageError, match=r"set\.yaml:\d+: "):
        load_set(path)
    assert not mark.exists()


@pytest.mark.fault(91)
def test_no_file_is_read_for_settings_so_none_can_be_tampered_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (".env", "wenbao.toml", "wenbao.yaml", "config.toml", "pyproject.toml"):
        (tmp_path / name).write_text("WENBAO_PORT=1\nWENBAO_LLM_KEY=sk-canary\nCHROMA_API_IMPL=os.system\n")
    monkeypatch.chdir(tmp_path)
    with environment():
        assert settings.load() == settings.Settings.model_construct()
    client = chroma.opened(str(tmp_path / "chroma"), None)
    assert client.list_collections() == []
    client.close()


BARE: dict[str, dict[str, str]] = {
    "nothing": {"HOME": "/nonexistent", "XDG_CACHE_HOME": "/nonexistent", "TERM": "dumb", "COLUMNS": "1"},
    "the C locale": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "an odd locale": {"LC_ALL": "tr_TR.ISO8859-9", "LANG": "xx_YY", "PYTHONIOENCODING": "ascii:strict"},
}


@pytest.mark.fault(92)
@pytest.mark.parametrize("name", BARE)
def test_it_runs_in_a_bare_environment(seeds_store: Path, name: str) -> None:
    command = ["env", "-i", f"PYTHONPATH={ROOT}", *(f"{k}={v}" for k, v in BARE[name].items()), *WENBAO]
    done = subprocess.run([*command, "status", "--store", seeds_store], cwd="/", capture_output=True, timeout=120)
    assert done.returncode == 0 and b"newspaper" in done.stdout and b"Traceback" not in done.stderr
    assert "人民日报".encode() in done.stdout or rb"\u4eba\u6c11\u65e5\u62a5" in done.stdout


@pytest.mark.fault(92)
@pytest.mark.parametrize(("to", "code"), [(">/dev/full", 8), (">&- 2>&- <&-", 0), ("2>/dev/full", 0)])
def test_outputs_that_are_closed_or_full_end_in_words(seeds_store: Path, to: str, code: int) -> None:
    command = f"{sys.executable} -m ui status --store {seeds_store} {to}"
    done = subprocess.run(["sh", "-c", command], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == code and "Traceback" not in done.stderr and "Exception" not in done.stderr
    assert ("the output cannot be written (No space left on device)" in done.stderr) is (code == 8)


@pytest.mark.fault(93)
def test_code_of_others_is_never_run_for_a_model() -> None:
    """The one way in which a model could bring code is not offered, in a setting or in the code."""
    assert not [name for name in settings.Settings.model_fields if "trust" in name and name != "trusted_hosts"]
    sources = [path for part in ("rag", "ui", "eval", "training") for path in (ROOT / part).rglob("*.py")]
    assert sources and not [path for path in sources if "trust_remote_code" in path.read_text(encoding="utf-8")]


PLATFORM: Mapping[str, str] = {
    "HOST": "0.0.0.0", "PORT": "9", "SERVER_NAME": "0.0.0.0", "WEB_CONCURRENCY": "many", "FORWARDED_ALLOW_IPS": "*",
    "UVICORN_HOST": "0.0.0.0", "UVICORN_WORKERS": "x", "ROOT_PATH": "/x", "SYSTEM": "spaces", "SPACE_ID": "a/b",
    "SPACE_HOST": "a-b.example", "OAUTH_CLIENT_ID": "x", "CI": "true", "ENVIRONMENT": "production", "DEBUG": "1",
    "GRADIO_SERVER_NAME": "0.0.0.0", "GRADIO_SERVER_PORT": "abc", "GRADIO_SHARE": "True", "GRADIO_ALLOWED_PATHS": "/",
    "GRADIO_ROOT_PATH": "https://elsewhere.example", "GRADIO_ANALYTICS_ENABLED": "True", "GRADIO_NUM_WORKERS": "x",
    "GRADIO_DEFAULT_CONCURRENCY_LIMIT": "x", "GRADIO_WATCH_DIRS": "/", "GRADIO_MCP_SERVER": "True",
    "GRADIO_SSR_MODE": "true", "GRADIO_VIBE_MODE": "1", "GRADIO_RUN_HISTORY": "True", "GRADIO_DEBUG": "x",
    "HTTP_PROXY": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9", "ALL_PROXY": "http://127.0.0.1:9",
}  # fmt: skip
"""What container platforms, cloud hosts and other programs set, in forms that break a program which reads them."""


@pytest.mark.fault(102, 64, 66)
def test_what_a_platform_sets_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SECRET=canary\n")
    with serving(**PLATFORM, PWD=str(tmp_path)) as (url, process):
        with httpx.Client(base_url=url, trust_env=False) as client:
            config = client.get("/config").json()
            assert "elsewhere.example" not in json.dumps(config) and config.get("root", url).startswith(url)
            assert not any(config.get(name) for name in ("dev_mode", "space_id", "is_space", "vibe_mode"))
            for name in (".env", "/etc/passwd", f"{tmp_path}/.env", "..%2f.env", "%2e%2e/.env"):
                for way in ("/gradio_api/file=", "/file=", "/gradio_api/file/", "/", "/assets/../", "/static/"):
                    answer = client.get(way + name)
                    assert answer.status_code in (400, 403, 404) and "canary" not in answer.text
            assert client.get("/gradio_api/mcp/sse").status_code == 404
            answer = client.get("/api/ask", params={"question": "江油县八天内新修了多少炼铁大窑？"}, timeout=30)
            assert answer.json()["answered"]
            forged = {"X-Forwarded-For": "10.0.0.7", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
            assert "evil.example" not in client.get("/", headers=forged).text
        server = psutil.Process(process.pid)
        assert server.children() == []
        places = {(c.laddr.ip, c.laddr.port) for c in server.net_connections() if c.status == psutil.CONN_LISTEN}
        assert places == {("127.0.0.1", int(url.rpartition(":")[2]))}
        gone = [c.raddr.ip for c in server.net_connections() if c.raddr and c.raddr.ip != "127.0.0.1"]
        assert gone == [], "a connection beyond this machine"
