"""The reader says the same whatever it reads beside, keeps to the sentences, and tells when it cannot be loaded."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from rag.answer import decide
from rag.errors import ModelUnavailable
from rag.language.sentences import sentence_spans
from rag.reader import WEIGHTS
from rag.reader.network import load, save, tensors
from rag.reader.pages import FORMS, Page, PageRead, paired
from rag.reader.reader import ShippedReader
from tests.reader import small
from tests.reader.test_pages import EN, HOSTILE, ZH, page

PAGES = [page(text, head) for text in HOSTILE.values() for head in ("", "Ore, 14 November 1958")]
needs_weights = pytest.mark.skipif(not (WEIGHTS / "reader.safetensors").is_file(), reason="no weights are here")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small.folder(tmp_path_factory.mktemp("reader"))


@pytest.fixture(scope="module")
def reader(folder: Path) -> ShippedReader:
    return ShippedReader(folder, "float32")


def numbers(said: PageRead) -> list[float]:
    read = [n for r in said.sentences if r for n in (r.answers, r.yes, r.sure)]
    return [*read, *said.forms.values(), said.leans]


def near(one: PageRead, two: PageRead, tolerance: float = 1e-4) -> bool:
    words = [r.words if r else None for r in one.sentences] == [r.words if r else None for r in two.sentences]
    return words and numbers(one) == pytest.approx(numbers(two), abs=tolerance)


@pytest.mark.parametrize("question", [ZH, EN, "钢" * 1000, "🙂"])
def test_whatever_is_read_gets_numbers_and_words_of_its_own_sentences(reader: ShippedReader, question: str) -> None:
    for read_, said in zip(PAGES, reader.read(question, PAGES), strict=True):
        assert len(said.sentences) == len(read_.sentences) and tuple(said.forms) == FORMS
        assert all(math.isfinite(n) for n in numbers(said))
        for (start, end), one in zip(read_.sentences, said.sentences, strict=True):
            if one:
                assert start <= one.words[0] < one.words[1] <= end
                words = read_.text[slice(*one.words)]
                assert words == words.strip(), "no white space is part of an answer"


def test_no_page_gets_no_reading(reader: ShippedReader) -> None:
    assert reader.read(ZH, []) == []


def test_the_pages_beside_it_change_nothing(reader: ShippedReader) -> None:
    together = reader.read(EN, PAGES)
    for read_, said in zip(PAGES, together, strict=True):
        assert near(reader.read(EN, [read_])[0], said)
    for read_, said in zip(reversed(PAGES), reader.read(EN, PAGES[::-1]), strict=True):
        assert near(said, together[PAGES.index(read_)])


def test_half_precision_says_nearly_the_same(folder: Path, reader: ShippedReader) -> None:
    half = ShippedReader(folder, "bfloat16")
    for one, two in zip(reader.read(ZH, PAGES), half.read(ZH, PAGES), strict=True):
        assert numbers(one) == pytest.approx(numbers(two), abs=0.25, rel=0.1)


def test_several_threads_at_once_hear_what_one_hears_alone(folder: Path) -> None:
    fresh = ShippedReader(folder, "float32")  # is loaded by whichever comes first
    alone = {question: ShippedReader(folder, "float32").read(question, PAGES) for question in (ZH, EN)}
    with ThreadPoolExecutor(4) as pool:
        heard = list(pool.map(lambda q: (q, fresh.read(q, PAGES)), [ZH, EN] * 4))
    for question, said in heard:
        assert all(near(one, two) for one, two in zip(said, alone[question], strict=True))


def test_a_network_saved_and_loaded_says_the_same(tmp_path: Path) -> None:
    made = small.network(3)
    save(made, tmp_path / "one")
    first = load(tmp_path / "one")
    save(first, tmp_path / "two")
    second = load(tmp_path / "two")
    given = tensors([paired(small.tokenizer(), EN, read_) for read_ in PAGES])
    with torch.inference_mode():
        before, after, again = made(*given), first(*given), second(*given)
    for a, b, c in zip(before, after, again, strict=True):
        assert float((a - b).abs().max()) < 0.1 * float(a.abs().max()), "8 bits lose little"
        assert float((b - c).abs().max()) < 0.01 * float(a.abs().max()), "and only once"
    stored = load_file(str(tmp_path / "one" / "reader.safetensors"))
    assert all(value.dtype == torch.int8 for value in stored.values() if value.dim() > 1)
    assert (tmp_path / "one" / "reader.safetensors").stat().st_mode & 0o044 == 0o044, "others may read it"


def test_a_row_of_nothing_is_stored_as_nothing(tmp_path: Path) -> None:
    made = small.network(4)
    with torch.no_grad():
        made.span.weight[0] = 0
    save(made, tmp_path)
    assert load(tmp_path).span.weight[0].abs().sum() == 0


def _cut(place: Path, name: str) -> None:
    file = place / name
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _without(place: Path, name: str) -> None:
    """The weights with one tensor fewer."""
    file = place / "reader.safetensors"
    save_file({n: v for n, v in load_file(str(file)).items() if not n.startswith(name)}, str(file))


def _other_sizes(place: Path) -> None:
    config = json.loads((place / "config.json").read_text(encoding="utf-8"))
    (place / "config.json").write_text(json.dumps({**config, "hidden_size": 32}), encoding="utf-8")


DAMAGE: dict[str, Callable[[Path], None]] = {
    "weights cut off": lambda place: _cut(place, "reader.safetensors"),
    "weights empty": lambda place: (place / "reader.safetensors").write_bytes(b"") and None,
    "no weights": lambda place: (place / "reader.safetensors").unlink(),
    "no tokenizer": lambda place: (place / "tokenizer.json").unlink(),
    "tokenizer cut off": lambda place: _cut(place, "tokenizer.json"),
    "config cut off": lambda place: _cut(place, "config.json"),
    "no config": lambda place: (place / "config.json").unlink(),
    "a tensor missing": lambda place: _without(place, "span.weight"),
    "a layer missing": lambda place: _without(place, "body.encoder.layer.1."),
    "a scale missing": lambda place: _without(place, "hidden.weight.scale"),
    "other sizes": _other_sizes,
    "nothing there": lambda place: shutil.rmtree(place),
}


@pytest.mark.fault(38)
@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_reader_says_what_to_do(folder: Path, tmp_path: Path, name: str) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    DAMAGE[name](copy)
    damaged = ShippedReader(copy)
    for _ in range(2):  # the second question is told the same
        with pytest.raises(ModelUnavailable, match="damaged or missing: install Wenbao again") as told:
            damaged.read(EN, PAGES)
        assert str(copy) in str(told.value)


@pytest.mark.parametrize("stored", [None, "", "{", "[]", "{}", '{"decision": {"threshold": 1}}'])
def test_damaged_numbers_say_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stored: str | None) -> None:
    monkeypatch.setattr(decide, "WEIGHTS", tmp_path)
    if stored is not None:
        (tmp_path / "decision.json").write_text(stored, encoding="utf-8")
    decide.fitted.cache_clear()
    with pytest.raises(ModelUnavailable, match="install Wenbao again"):
        decide.fitted()
    decide.fitted.cache_clear()


def test_the_digest_follows_every_file(folder: Path, tmp_path: Path) -> None:
    found = {ShippedReader(folder).digest}
    for name in ("reader.safetensors", "config.json", "tokenizer.json"):
        copy = Path(shutil.copytree(folder, tmp_path / name))
        assert ShippedReader(copy).digest in found, "a copy is the same"
        (copy / name).write_bytes((copy / name).read_bytes() + b"\n")
        found.add(ShippedReader(copy).digest)
    assert len(found) == 4 and all(len(digest) == 16 for digest in found)


@needs_weights
def test_the_shipped_reader_reads_both_languages() -> None:
    reader = ShippedReader()
    body = {
        "zh": "江油县八天内采矿石八万吨。大冶钢厂的食堂供应了早饭。",
        "en": "Within eight days 80,000 tons of ore were mined in Jiangyou. The canteen at Daye served breakfast.",
    }
    for question in (ZH, "How much ore was mined in Jiangyou within eight days?"):
        for lang, text in body.items():
            spans = tuple(sentence_spans(text, lang))  # type: ignore[arg-type]
            ((ore, breakfast),) = [said.sentences for said in reader.read(question, [Page("", text, spans)])]
            assert ore and breakfast and ore.answers > breakfast.answers
