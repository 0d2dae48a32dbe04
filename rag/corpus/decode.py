"""Bytes to text, strictly: a file is read rightly or refused, never repaired with replacement characters.

The order (byte order mark, UTF-8, GB18030) rests on a property of UTF-8: text in another encoding almost never
passes a strict UTF-8 decoder by chance. GB18030 has no such property and accepts Big5 without complaint, so it
is taken only when charset-normalizer, which looks at what the decoded characters are, agrees.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

# UTF-32 first: its little-endian mark begins with that of UTF-16
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_GB_FAMILY = frozenset({"gb18030", "gbk", "gb2312", "cp936"})
_UTF8_CHARACTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH_BYTE = re.compile(rb"[\x80-\xff]")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
# RFC 1843: GB2312 pairs between ~{ and ~}
_HZ = re.compile(rb"~\{(?:[\x21-\x77][\x21-\x7e])+~\}")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text and the name of the encoding it was read with."""

    text: str
    encoding: str


class Undecodable(ValueError):
    """Bytes whose text cannot be told for certain: the reason, and the byte offset and line (from 1) if known."""

    def __init__(self, reason: str, offset: int | None = None, line: int | None = None) -> None:
        self.reason, self.offset, self.line = reason, offset, line
        super().__init__(reason)


def decode(data: bytes, encoding: str | None = None) -> Decoded:
    """The text of `data`, or `Undecodable`.

    A byte order mark decides; then valid UTF-8; then `encoding` where one is named, else GB18030 with a second
    opinion. A named encoding replaces the guess only: bytes that are valid UTF-8 beyond ASCII are read as such, so
    that one name can be given for a folder of mixed files. Raises `LookupError` if Python does not know `encoding`.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _without_nul(Decoded(_strict(data, name), name))
    if encoding is not None and (data.isascii() or not _is_utf8(data)):
        return _without_nul(Decoded(_strict(data, encoding), codecs.lookup(encoding).name))
    if (nul := data.find(0)) >= 0:
        raise Undecodable(f"looks binary (NUL at byte {nul}); for UTF-16 without a byte order mark name the encoding")
    if data.isascii() and _HZ.search(data):
        raise Undecodable("looks like HZ (Chinese in 7 bits); name the encoding: hz")
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as err:
        return _as_gb18030(data, err)


def _as_gb18030(data: bytes, failure: UnicodeDecodeError) -> Decoded:
    line = _line(data, failure.start)
    not_utf8 = f"byte {failure.start} (line {line}): not valid UTF-8"
    high = len(_HIGH_BYTE.findall(data))
    in_utf8 = sum(map(len, _UTF8_CHARACTER.findall(data)))
    # pairs of GB18030 form UTF-8 characters by accident, but never most of a text
    if 2 * in_utf8 > high or _CONTROL.search(data):
        raise Undecodable(not_utf8, failure.start, line)
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        raise Undecodable(f"{not_utf8}, nor GB18030; name the encoding", failure.start, line) from None
    opinion = _second_opinion(data)
    if opinion not in _GB_FAMILY:
        looks = f"looks like {opinion}" if opinion else "the encoding cannot be told"
        raise Undecodable(f"{not_utf8}; {looks}; name the encoding", failure.start, line)
    return Decoded(text, "gb18030")


def _second_opinion(data: bytes) -> str | None:
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    return best.encoding if best else None


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as err:
        line = _line(data, err.start)
        raise Undecodable(f"byte {err.start} (line {line}): not valid {encoding}", err.start, line) from None
    except UnicodeError as err:  # utf-16 and utf-7 have faults without a position
        raise Undecodable(f"not valid {encoding}: {err}") from None


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _without_nul(decoded: Decoded) -> Decoded:
    if (nul := decoded.text.find("\0")) >= 0:
        line = decoded.text.count("\n", 0, nul) + 1
        raise Undecodable(f"looks binary (NUL at character {nul})", line=line)
    return decoded


def _line(data: bytes, offset: int) -> int:
    return data.count(b"\n", 0, offset) + 1
