"""Settings from the environment: what is ours, what is plainly not, and what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag import settings
from rag.errors import UsageError
from tests.commanded import wenbao

SERVICE = {  # what Kubernetes sets for a service called wenbao
    "WENBAO_SERVICE_HOST": "10.96.0.7",
    "WENBAO_SERVICE_PORT": "7860",
    "WENBAO_PORT": "tcp://10.96.0.7:7860",
    "WENBAO_PORT_7860_TCP": "tcp://10.96.0.7:7860",
    "WENBAO_PORT_7860_TCP_PROTO": "tcp",
    "WENBAO_PORT_7860_TCP_PORT": "7860",
    "WENBAO_PORT_7860_TCP_ADDR": "10.96.0.7",
}


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in settings.Settings.model_fields:
        monkeypatch.delenv(f"WENBAO_{name.upper()}", raising=False)
    settings._passed_over.cache_clear()


@pytest.mark.fault(102)
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", "tcp://10.96.0.7:7860"),
        ("port", "TCP://10.96.0.7:7860"),
        ("port", "udp://172.17.0.2:53"),
        ("port", "sctp://[fd00::7]:7860"),
        ("port", "http://10.96.0.7:7860"),
        ("host", "tcp://172.17.0.2:7860"),
        ("store", "tcp://172.17.0.2:7860"),
        ("offline", "tcp://172.17.0.2:7860"),
        ("llm_seconds", "tcp://172.17.0.2:7860"),
    ],
)
def test_what_a_platform_set_is_passed_over_with_a_note(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, name: str, value: str
) -> None:
    monkeypatch.setenv(f"WENBAO_{name.upper()}", value)
    loaded = settings.load()
    assert getattr(loaded, name) == settings.Settings.model_fields[name].default
    settings.load()
    [told] = caplog.messages
    assert f"WENBAO_{name.upper()}={value}" in told and "Kubernetes" in told


@pytest.mark.fault(88)
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", "seven"),
        ("port", "0"),
        ("port", "70000"),
        ("port", "10.96.0.7:7860"),
        ("llm_url", "tcp://10.96.0.7:80"),
        ("trusted_hosts", "*"),
        ("trusted_hosts", "archive.example.org, bad host!"),
        ("trusted_hosts", "https://"),
        ("trusted_hosts", "archive.example.org/path"),
    ],
)
def test_what_is_wrong_is_told_with_its_name(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"WENBAO_{name.upper()}", value)
    with pytest.raises(UsageError, match=f"WENBAO_{name.upper()}"):
        settings.load()


@pytest.mark.parametrize("value", ["tcp://10.96.0.7:7860", "a secret"])
def test_a_password_may_look_like_anything(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("WENBAO_PASSWORD", value)
    password = settings.load().password
    assert password and password.get_secret_value() == value


@pytest.mark.parametrize(
    ("written", "hosts"),
    [
        ("wenbao", "wenbao"),
        ("host.docker.internal, wenbao", "host.docker.internal,wenbao"),
        ("wenbao;Archive.Example.org", "wenbao,archive.example.org"),
        ("wenbao，archive.example.org、x", "wenbao,archive.example.org,x"),
        ("https://archive.example.org/wenbao", "archive.example.org"),
        ("http://archive.example.org:8443", "archive.example.org:8443"),
        ("[::1]:7860 [fd00::7]", "[::1]:7860,[fd00::7]"),
        ("my_service:80", "my_service:80"),
        ("档案.example", "xn--dyv4b.example"),
        (" , ", None),
    ],
)
def test_hosts_are_read_however_they_are_set_apart(
    monkeypatch: pytest.MonkeyPatch, written: str, hosts: str | None
) -> None:
    monkeypatch.setenv("WENBAO_TRUSTED_HOSTS", written)
    assert settings.load().trusted_hosts == hosts


@pytest.mark.fault(102)
def test_commands_run_in_a_cluster(
    seeds_store: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for name, value in SERVICE.items():
        monkeypatch.setenv(name, value)
    done = wenbao("search", "ore", "-k", "1", "--json", "--store", seeds_store)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("{") and (done.stderr + caplog.text).count("Kubernetes") == 1
