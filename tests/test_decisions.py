"""Files of readers' decisions: what is wrong in one is named, with its line and what to do, and the file stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rag.errors import SourceError
from rag.register import partings
from rag.translation import corrections

DECISION = b"article,kind,original,translation,verdict\na,figure,x,y,right\n"


@pytest.mark.parametrize(
    ("beside", "data", "line", "told"),
    [
        (partings, b"form,is_not\nAngang,\n", 2, "two different forms"),
        (partings, b"Angang,Ansteel\n", 1, "no column form, is_not. No undone union is honoured; add a header line"),
        (partings, b"form,is_not\n\xb0\xb0,b\n", None, "save it as UTF-8"),
        (partings, b"form,is_not\na,b\na," + b"x" * 200_000, 3, "is no CSV from here on"),
        (corrections, b"article,kind\na,figure\n", 1, "no column original, translation, verdict. Nothing was taken"),
        (corrections, DECISION.replace(b"right", b"perhaps"), 2, "'perhaps' is no verdict (right, wrong, corrected)"),
        (corrections, DECISION.replace(b"right", b"corrected"), 2, "no reading"),
        (corrections, DECISION + b"\xff", None, "save it as UTF-8"),
        (corrections, DECISION + b"a," + b"x" * 200_000, 3, "is no CSV from here on"),
    ],
)
def test_what_is_wrong_in_a_file_is_named(tmp_path: Path, beside: Any, data: bytes, line: int, told: str) -> None:
    (tmp_path / beside.NAME).write_bytes(data)
    with pytest.raises(SourceError) as error:
        beside.read(tmp_path)
    assert error.value.line == line
    assert told in str(error.value) and beside.NAME in str(error.value)
    assert (tmp_path / beside.NAME).read_bytes() == data
