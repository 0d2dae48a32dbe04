"""Bytes are read rightly or refused; no character is ever invented."""

from __future__ import annotations

import codecs
import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.corpus.decode import Undecodable, decode

ROOT = Path(__file__).resolve().parents[2]
SEEDS = [path.read_bytes() for path in sorted((ROOT / "seeds").glob("*.txt"))]
# Traditional characters, as a Taiwan newspaper would print them
TRADITIONAL = (
    "本報訊　四川省江油縣召開鋼鐵生產戰士代表會，把生產任務直接交給群眾，發動了一個轟轟烈烈的群眾運動。"
    "經驗證明，這種代表會是依靠群眾辦好鋼鐵生產的最好方法，許多問題在會上得到了解決，產量天天上升。"
)


def refused(data: bytes, encoding: str | None = None) -> Undecodable:
    with pytest.raises(Undecodable) as caught:
        decode(data, encoding)
    return caught.value


@pytest.mark.fault(1, 3)
@pytest.mark.parametrize(
    ("encoding", "name"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("utf-32", "utf-32"), ("gb18030",) * 2],
)
def test_the_text_of_a_seed_survives_every_encoding_that_is_known(seed: Path, encoding: str, name: str) -> None:
    text = seed.read_text(encoding="utf-8")
    decoded = decode(text.encode(encoding))
    assert (decoded.text, decoded.encoding) == (text, name)


@pytest.mark.fault(3)
def test_both_byte_orders_are_read_by_their_mark() -> None:
    for mark, codec in ((codecs.BOM_UTF16_BE, "utf-16-be"), (codecs.BOM_UTF32_BE, "utf-32-be")):
        assert decode(mark + TRADITIONAL.encode(codec)).text == TRADITIONAL


@pytest.mark.fault(2)
def test_big5_is_refused_unless_named() -> None:
    data = TRADITIONAL.encode("big5")
    assert data.decode("gb18030") != TRADITIONAL  # which is why a strict decoder alone is not enough
    assert "big5" in refused(data).reason
    assert decode(data, "big5").text == TRADITIONAL


@pytest.mark.fault(2)
@pytest.mark.parametrize("length", [6, 12, 20, 40])
def test_a_snippet_of_big5_is_never_read_as_something_else(length: int) -> None:
    for start in range(0, len(TRADITIONAL) - length, 3):
        refused(TRADITIONAL[start : start + length].encode("big5"))


@pytest.mark.fault(3)
@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "hz"])
def test_what_has_no_mark_is_refused_unless_named(codec: str) -> None:
    text = "Title: 钢产量上升\n正文：江油县的钢铁战士代表会。"
    data = text.encode(codec)
    assert "name the encoding" in refused(data).reason
    assert decode(data, codec).text == text


def test_a_named_encoding_does_not_spoil_files_in_utf8() -> None:
    text = SEEDS[0].decode("utf-8")
    assert decode(SEEDS[0], "big5").text == text
    assert decode(text.encode("utf-16"), "big5").text == text
    assert decode(text.encode("gbk"), "gbk").encoding == "gbk"
    assert "not valid ascii" in refused(b"\xff\xfe"[:1], "ascii").reason


@pytest.mark.fault(4)
def test_damage_is_told_with_byte_and_line() -> None:
    data = bytearray(SEEDS[0])
    at = data.index("本报讯".encode())
    data[at + 1] = 0x20
    error = refused(bytes(data))
    line = bytes(data).count(b"\n", 0, at) + 1
    assert (error.offset, error.line) == (at, line)
    assert error.reason == f"byte {at} (line {line}): not valid UTF-8"  # damage, not another encoding


@pytest.mark.fault(7)
@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)),
        gzip.compress(b"text " * 100, mtime=0),  # workers must agree on its name
        b"SQLite format 3\x00" + bytes(100),
        b"Title: T\nDate: 1958-11-14\n\nText\x00more",
        codecs.BOM_UTF16_LE + "a\0b".encode("utf-16-le"),
        bytes(range(128, 256)) * 4,
        b"\x80",
    ],
)
def test_binary_data_is_refused(data: bytes) -> None:
    refused(data)


@pytest.mark.fault(5)
def test_a_seed_cut_in_the_middle_of_a_character_is_refused(seed: Path) -> None:
    data = seed.read_bytes()
    cut = 0
    for end in range(len(data) - 300, len(data)):
        if data[end] & 0xC0 == 0x80:  # the byte at `end` continues a character
            cut += 1
            assert "not valid UTF-8" in refused(data[:end]).reason
        else:
            assert decode(data[:end]).text == data[:end].decode("utf-8")
    assert cut > 50


@pytest.mark.fuzz
@pytest.mark.fault(4)
@given(st.sampled_from(SEEDS), st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=4), st.booleans())
def test_flipped_or_inserted_bytes_give_the_true_utf8_text_or_nothing(
    data: bytes, where: float, new: bytes, insert: bool
) -> None:
    at = int(where * len(data))
    damaged = data[:at] + new + data[at + (0 if insert else len(new)) :]
    try:
        decoded = decode(damaged)
    except Undecodable as error:
        assert error.reason
        return
    assert decoded.encoding == "utf-8"
    assert decoded.text.encode("utf-8") == damaged


@pytest.mark.fuzz
@pytest.mark.fault(4)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_losslessly_or_refused(data: bytes) -> None:
    try:
        decoded = decode(data)
    except Undecodable as error:
        assert error.reason
        return
    assert "\ufffd" not in decoded.text or "\ufffd".encode(decoded.encoding) in data
    assert decoded.text.encode(decoded.encoding) == data or decoded.encoding in ("utf-16", "utf-32", "gb18030")
