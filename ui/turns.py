"""The shape of a dossier: what a file or a browser may give as a conversation. Checked for its shape, never trusted."""

from __future__ import annotations

import json
from datetime import date as Day
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, ValidationError

from rag.datatypes import (
    Added,
    ChannelScore,
    Filters,
    Lang,
    Paper,
    Period,
    Refusal,
    Sentence,
    Short,
    Value,
)
from rag.errors import UsageError

FORMAT = "wenbao-dossier/1"
Word = Annotated[str, Field(max_length=1_000)]
Prose = Annotated[str, Field(max_length=50_000)]
PartialDate = Annotated[str, Field(pattern=r"^[12]\d{3}(-(0[1-9]|1[0-2]))?$")]
Offset = Annotated[int, Field(ge=0, le=10_000_000)]


class KeptStretch(BaseModel):
    """Characters `start` to `end` of a body in `lang`, and what stood there."""

    lang: Lang
    start: Offset
    end: Offset
    text: Prose = ""


class KeptQuote(KeptStretch):
    """A quotation, its counterpart, what is marked in it, and what was warned of."""

    twin: KeptStretch | None = None
    marks: list[tuple[Offset, Offset]] = Field([], max_length=50)
    warnings: list[Word] = Field([], max_length=100)
    planned: bool = False


class KeptPaper(BaseModel):
    """The names of a newspaper."""

    en: Word | None = None
    zh: Word | None = None

    @property
    def made(self) -> Paper | None:
        """The newspaper, None where no name is known."""
        return Paper(self.en or "", self.zh or "") if self.en or self.zh else None


class KeptCitation(BaseModel):
    """An article that was cited, with its quotations."""

    number: int = Field(ge=1, le=100)
    article: Word
    date: Day | None = None
    partial_date: PartialDate | None = None
    page: int | None = Field(None, ge=1, le=999)
    paper: KeptPaper | None = None
    title: dict[str, Word | None] = {}
    quotes: list[KeptQuote] = Field(min_length=1, max_length=50)


class KeptPrinted(BaseModel):
    """Where a reprint was printed."""

    article: Word
    date: Day | None = None
    partial_date: PartialDate | None = None
    page: int | None = None
    paper: KeptPaper | None = None


class KeptHit(BaseModel):
    """A passage that was found, without what the archive has."""

    article: Word
    passage: Word
    lang: Lang
    score: float
    start: Offset
    end: Offset
    channels: dict[Word, ChannelScore] = Field({}, max_length=12)
    terms: list[Word] = Field([], max_length=20)
    added: tuple[Added, ...] = Field((), max_length=50)
    also: list[KeptPrinted] = Field([], max_length=200)
    twin: KeptStretch | None = None


class KeptModel(BaseModel):
    """The embedding model of an index."""

    name: Word = ""
    digest: Word = ""


class KeptEdition(BaseModel):
    """Which index was asked, by which version of Wenbao."""

    version: Word = ""
    generation: Word = ""
    made: Word = ""
    articles: int = Field(0, ge=0)
    model: KeptModel = KeptModel()


class Turn(BaseModel):
    """One turn of a dossier, checked for its shape."""

    question: Word
    lang: Lang
    text: Prose
    answered: bool
    confidence: float = 0.0
    standalone: Annotated[str, Field(max_length=5_000)] | None = None
    filters: Filters = Filters()
    refusal: Refusal | None = None
    warnings: list[Word] = Field([], max_length=500)
    sentences: tuple[Sentence, ...] = Field((), max_length=100)
    citations: list[KeptCitation] = Field([], max_length=50)
    hits: list[KeptHit] = Field([], max_length=50)
    digests: dict[Word, Word] = Field({}, max_length=200)
    asked_at: Annotated[str, Field(max_length=40)] = ""
    took_ms: float = 0.0
    writer: Word | None = None
    written: Prose = ""
    period: Period | None = None
    named_page: int | None = Field(None, ge=1, le=999)
    added: tuple[Added, ...] = Field((), max_length=50)
    values: tuple[Value, ...] = Field((), max_length=20)
    short: Short | None = None
    undated: int = Field(0, ge=0)
    named_paper: Word | None = None
    through: Word = ""
    edition: KeptEdition | None = None


class Conversation(BaseModel):
    """A whole dossier."""

    format: Literal["wenbao-dossier/1"] = "wenbao-dossier/1"
    title: Word = ""
    turns: list[Turn] = Field(max_length=200)


def read_turns(path: Path) -> list[Turn]:
    """The turns of a dossier, or the one turn that `wenbao ask --json` has printed.

    Raises UsageError: it cannot be read, or is neither; the message names the field.
    """
    try:
        document: Any = json.loads(path.read_bytes().decode("utf-8-sig"))
        is_whole = isinstance(document, dict) and "turns" in document
        turns = Conversation.model_validate(document).turns if is_whole else [Turn.model_validate(document)]
    except ValidationError as err:
        first = err.errors()[0]
        raise UsageError(
            f"{path.name}: {'.'.join(map(str, first['loc'])) or 'the document'}: {first['msg']}. Give a dossier, as "
            "“Take along” on the page saves one, or what wenbao ask --export json has printed."
        ) from err
    except (ValueError, RecursionError) as err:
        raise UsageError(f"{path.name} is no JSON: {err}") from err
    except OSError as err:
        raise UsageError(f"{path.name} cannot be read: {err.strerror}") from err
    if not turns:
        raise UsageError(f"{path.name} holds no question")
    return turns
