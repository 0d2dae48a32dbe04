"""Every setting of Wenbao: its name, its default, its environment variable (`WENBAO_` + the name in capitals).

A command-line flag beats the environment, the environment beats the default.
"""

from __future__ import annotations

import difflib
import ipaddress
import logging
import os
import re
from functools import cache
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

from rag.errors import UsageError

_SERVICE = re.compile(r"(tcp|udp|sctp)://", re.IGNORECASE)
"""How a value begins that a container platform sets for a service of the network. Kubernetes and Docker's links set
NAME_PORT=tcp://10.96.0.7:7860 for a service called name (kubernetes.io, "Discovering services")."""
_OF_A_PLATFORM = re.compile(r"_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)$")
"""How the names end that are set with it."""
_TYPO = 0.9
"""How like a setting (`difflib`, of 1) a name has to be to be taken for a slip of the pen."""
_HOST = re.compile(r"(?:\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?")

log = logging.getLogger(__name__)


class Settings(BaseSettings):
    """What Wenbao can be told. An unknown value type or a number out of range is a `UsageError` naming the variable."""

    model_config = SettingsConfigDict(env_prefix="WENBAO_", env_ignore_empty=True, extra="forbid", frozen=True)

    store: Path = Field(Path(".wenbao"), description="folder of the index")
    embedding_model: str | None = Field(
        None, description="name or path of a sentence-transformers model; default: the shipped bilingual one"
    )
    embedding_dtype: Literal["auto", "float32", "bfloat16"] = Field(
        "auto", description="precision of encoding; auto takes bfloat16 where the processor has it"
    )
    offline: bool = Field(False, description="never fetch the model named in embedding_model, only use a copy on disk")
    paper: str | None = Field(None, description="newspaper of files that name none, where wenbao index has no --paper")
    paper_zh: str | None = Field(None, description="its Chinese name")
    max_file_bytes: int = Field(5_000_000, gt=0, description="an article file larger than this is skipped")
    chroma_url: str | None = Field(
        None, description="a Chroma server that keeps the vectors, such as http://127.0.0.1:8000; default: the store"
    )
    chroma_token: SecretStr | None = Field(None, description="sent to that server as Authorization: Bearer")
    host: str = Field("127.0.0.1", description="address the chat listens on")
    port: int = Field(7860, ge=1, le=65535, description="port the chat listens on")
    password: SecretStr | None = Field(None, description="asked for by the chat; wanted beyond loopback")
    trusted_hosts: str | None = Field(
        None, description="more names under which the chat may be called, of a container or a proxy in front, by commas"
    )
    cases: Path = Field(Path("questions/asked.yaml"), description="question set that judged answers are saved to")
    llm_url: str | None = Field(
        None, description="base address of an OpenAI-compatible endpoint that writes answers; without it none is asked"
    )
    llm_model: str | None = Field(None, description="name of the model at that endpoint")
    llm_gguf: Path | None = Field(
        None, description="model file in GGUF that writes answers in this process, instead of an endpoint"
    )
    llm_window: int | None = Field(
        None, ge=512, le=1_000_000, description="tokens that the model takes; default: as its server says, else 4096"
    )
    llm_key: SecretStr | None = Field(None, description="key of that endpoint")
    llm_seconds: float = Field(60.0, gt=0, le=3600, description="time a written answer may take, in seconds")
    llm_unsupported: Literal["mark", "withhold"] = Field(
        "mark", description="what becomes of a written sentence that its citations do not support"
    )
    llm_fallback: bool = Field(True, description="answer with quotations when the endpoint fails, else end with code 9")

    @model_validator(mode="before")
    @classmethod
    def _own(cls, given: dict[str, Any]) -> dict[str, Any]:
        """What a container platform set for a service called wenbao, or one like it, is no setting of ours."""
        foreign = {name for name, value in given.items() if isinstance(value, str) and _is_foreign(name, value)}
        for name in foreign:
            _passed_over(name, given[name])
        return {name: value for name, value in given.items() if name not in foreign}

    @field_validator("store", "cases", "llm_gguf")
    @classmethod
    def _at_home(cls, path: Path | None) -> Path | None:
        """A path that begins with ~ is in the home folder: only shells know that, not what else sets variables."""
        try:
            return path.expanduser() if path else path
        except RuntimeError:
            raise ValueError(f"{path} begins with ~, and this user has no home folder") from None

    @field_validator("trusted_hosts")
    @classmethod
    def _hosts(cls, written: str | None) -> str | None:
        """Host names, with a port if need be, however they are set apart; of an address its host."""
        hosts = [
            urlsplit(one).netloc if "://" in one else one for one in re.split(r"[\s,;，；、]+", written or "") if one
        ]
        hosts = [one.lower() if one.isascii() else one.encode("idna").decode() for one in hosts]
        for host in hosts:
            if not _HOST.fullmatch(host):
                raise _fault("trusted_hosts", f"names {host!r}, which is no host such as archive.example.org")
        return ",".join(hosts) or None

    @model_validator(mode="after")
    def _endpoint(self) -> Self:
        """An endpoint is usable, and its key cannot be read on the way or in a list of processes."""
        if self.llm_url and self.llm_gguf:
            raise _fault("llm_gguf", "and WENBAO_LLM_URL are both set; unset one, there is one model")
        if self.llm_url is None:
            return self
        try:
            parts = urlsplit(self.llm_url)
        except ValueError:
            raise _fault("llm_url", "is no address such as http://127.0.0.1:11434/v1") from None
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise _fault("llm_url", "is no address such as http://127.0.0.1:11434/v1")
        if parts.username or parts.password:
            raise _fault("llm_url", "holds a user or password; put the key into WENBAO_LLM_KEY")
        if not self.llm_model:
            raise _fault("llm_model", "is missing; name the model to ask at WENBAO_LLM_URL")
        if self.llm_key and parts.scheme == "http" and not is_loopback(parts.hostname):
            raise _fault("llm_url", "would send the key unencrypted over a network; use https, or no key")
        return self


def load() -> Settings:
    """The settings of this process, read from the environment. Raises `UsageError` naming the variable at fault, or one
    that is no setting but is written almost like one."""
    for name in sorted(os.environ):
        _known(name.upper())
    try:
        return Settings()
    except ValidationError as err:
        first = err.errors()[0]
        if first["type"] == "setting":
            raise UsageError(f"{first['msg']}.") from None
        name = "WENBAO_" + ".".join(map(str, first["loc"])).upper()
        # the value is not repeated where it may be a secret: the setting, or a fault of all of them
        secret = not first["loc"] or Settings.model_fields[str(first["loc"][0])].annotation == SecretStr | None
        value = "" if secret else f"={first.get('input')!r}"
        raise UsageError(f"{name}{value}: {first['msg']}. Correct or unset it.") from None


def variables() -> list[tuple[str, str, bool]]:
    """Every setting as (variable, value in use, whether the environment gives it); a secret shows only that it is set.

    Raises `UsageError` as `load` does.
    """
    used = load()
    told = []
    for name in Settings.model_fields:
        value = getattr(used, name)
        text = "(set)" if isinstance(value, SecretStr) else "" if value is None else str(value)
        told.append((f"WENBAO_{name.upper()}", text, name in used.model_fields_set))
    return told


def _known(name: str) -> None:
    """Say so if a variable looks like one of ours and is none. Raises `UsageError` for what is plainly a slip."""
    ours = [f"WENBAO_{field.upper()}" for field in Settings.model_fields]
    if not name.startswith("WENBAO_") or name in ours or _OF_A_PLATFORM.search(name):
        return
    near = difflib.get_close_matches(name, ours, 1, 0.8)
    meant = f" Did you mean {near[0]}?" if near else ""
    if difflib.get_close_matches(name, ours, 1, _TYPO):
        raise UsageError(f"{name} is no setting.{meant} Correct or unset it; wenbao settings lists them all.")
    _not_ours(name, meant)


@cache  # told once
def _not_ours(name: str, meant: str) -> None:
    log.warning("%s is no setting and changes nothing.%s", name, meant)


def _is_foreign(name: str, value: str) -> bool:
    """True for a value that is plainly not meant for the setting `name`: an address of a service where none can be."""
    field = Settings.model_fields.get(name)
    if field is None or field.annotation == SecretStr | None or name.endswith("_url"):
        return False
    return bool(_SERVICE.match(value)) or (name == "port" and "://" in value)


@cache  # told once
def _passed_over(name: str, value: str) -> None:
    log.warning(
        "WENBAO_%s=%s is passed over: container platforms such as Kubernetes set it for a service called wenbao.",
        name.upper(),
        value,
    )


def _fault(name: str, what: str) -> PydanticCustomError:
    return PydanticCustomError("setting", "{name} {what}", {"name": f"WENBAO_{name.upper()}", "what": what})


def is_loopback(host: str) -> bool:
    """True for a name or address that only this machine can reach. Names under `localhost` are up to the resolver."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
