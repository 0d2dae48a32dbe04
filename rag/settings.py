"""Every setting of Wenbao: its name, its default, its environment variable (`WENBAO_` + the name in capitals).

A command-line flag beats the environment, the environment beats the default.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from rag.errors import UsageError


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
    offline: bool = Field(False, description="never fetch a model named in embedding_model, only use a copy on disk")
    max_file_bytes: int = Field(5_000_000, gt=0, description="an article file larger than this is skipped")
    chroma_url: str | None = Field(
        None, description="a Chroma server that keeps the vectors, such as http://127.0.0.1:8000; default: the store"
    )
    chroma_token: SecretStr | None = Field(None, description="sent to that server as Authorization: Bearer")
    host: str = Field("127.0.0.1", description="address the chat listens on")
    port: int = Field(7860, ge=1, le=65535, description="port the chat listens on")
    password: SecretStr | None = Field(None, description="asked for by the chat; wanted beyond loopback")
    cases: Path = Field(Path("questions/asked.yaml"), description="question set that judged answers are saved to")


def load() -> Settings:
    """The settings of this process, read from the environment. Raises `UsageError` naming the variable at fault."""
    try:
        return Settings()
    except ValidationError as err:
        first = err.errors()[0]
        name = "WENBAO_" + ".".join(map(str, first["loc"])).upper()
        raise UsageError(f"{name}={first.get('input')!r}: {first['msg']}. Correct or unset it.") from err
