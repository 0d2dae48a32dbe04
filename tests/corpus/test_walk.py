"""Paths to articles: everything is read once, in order, or named with the reason why not."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import socket
import sys
import tracemalloc
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.corpus import Meter, safe_id, sources
from rag.datatypes import Article
from rag.errors import SourceError, UsageError

ROOT = Path(__file__).resolve().parents[2]
SEEDS = ROOT / "seeds"
LIMIT = 5_000_000
TEXT = "Title: {0}\nDate: 1958-11-14\n\nThe report {0}.\n"
posix = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX files")


def read(*paths: Path, max_bytes: int = LIMIT, encoding: str | None = None) -> tuple[list[Article], list[SourceError]]:
    articles: list[Article] = []
    errors: list[SourceError] = []
    for item in sources(paths, max_bytes=max_bytes, encoding=encoding):
        if isinstance(item, Article):
            articles.append(item)
        else:
            assert isinstance(item, SourceError)
            errors.append(item)
    return articles, errors


def write(path: Path, text: str | None = None) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(TEXT.format(path.stem) if text is None else text, encoding="utf-8")
    return path


def test_the_seeds_are_five_articles_in_two_languages() -> None:
    articles, errors = read(SEEDS)
    assert errors == []
    assert [a.id for a in articles] == [path.stem for path in sorted(SEEDS.glob("*.txt"))]
    assert all(a.langs == ("zh", "en") and a.source == str(SEEDS / f"{a.id}.txt") for a in articles)


def test_files_folders_and_json_lines_are_read_in_a_fixed_order_in_one_call(tmp_path: Path) -> None:
    for name in ("b/2.txt", "b/1.md", "b/a/9.txt", "a.MD", "c.txt"):
        write(tmp_path / "in" / name)
    (tmp_path / "in" / "d.jsonl").write_text('{"id": "j1", "text": "One"}\n{"id": "j2", "text": "Two"}\n')
    with gzip.open(tmp_path / "in" / "e.jsonl.gz", "wb") as stream:
        stream.write(b'{"id": "z1", "text": "Packed"}\n')
    other = write(tmp_path / "named.article")
    articles, errors = read(other, tmp_path / "in")
    assert errors == []
    assert [a.id for a in articles] == ["named", "a", "1", "2", "9", "c", "j1", "j2", "z1"]
    assert articles == read(other, tmp_path / "in")[0]


def test_what_is_no_article_is_passed_over_unless_it_is_named(tmp_path: Path) -> None:
    for name in (
        "README.md",
        "README.zh.md",
        "LICENSE.txt",
        "license.md",
        "notes.pdf",
        "x.py",
        ".hidden.txt",
        ".git/x.txt",
    ):
        write(tmp_path / name)
    write(tmp_path / "notice_to_readers.txt")
    articles, errors = read(tmp_path)
    assert ([a.id for a in articles], errors) == (["notice_to_readers"], [])
    assert [a.id for a in read(tmp_path / "README.md")[0]] == ["README"]


def test_of_a_beir_folder_only_the_corpus_is_read(tmp_path: Path) -> None:
    for name in ("corpus.jsonl", "queries.jsonl"):
        (tmp_path / name).write_text(json.dumps({"_id": name, "text": "Text"}) + "\n")
    write(tmp_path / "notes.txt")
    write(tmp_path / "qrels" / "test.txt")
    assert [a.id for a in read(tmp_path)[0]] == ["corpus.jsonl"]
    packed = tmp_path / "packed"
    packed.mkdir()
    (packed / "corpus.jsonl.gz").write_bytes(gzip.compress((tmp_path / "corpus.jsonl").read_bytes()))
    write(packed / "notes.txt")
    assert [a.id for a in read(packed)[0]] == ["corpus.jsonl"]


def test_a_path_that_does_not_exist_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    for path in (tmp_path / "none", SEEDS / "000_0bc8a54cde6efc4b.txt" / "x", Path("a\0b")):
        with pytest.raises(UsageError, match="no such file or folder"):
            sources([SEEDS, path], max_bytes=LIMIT)


def test_an_unknown_encoding_is_refused_before_anything_is_read() -> None:
    for name in ("klingon", "hex", "a\0b", ""):
        with pytest.raises(UsageError, match="unknown"):
            sources([SEEDS], max_bytes=LIMIT, encoding=name)


@pytest.mark.fault(1, 3)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_an_article_is_the_same_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    for path in SEEDS.glob("*.txt"):
        (tmp_path / path.name).write_bytes(path.read_text(encoding="utf-8").encode(encoding))
    articles, errors = read(tmp_path)
    plain, _ = read(SEEDS)
    assert errors == []
    assert [(a.id, a.digest, a.bodies, a.titles) for a in articles] == [
        (a.id, a.digest, a.bodies, a.titles) for a in plain
    ]
    expected = () if encoding == "utf-8-sig" else (f"read as {encoding}",)
    assert all(a.notes == expected for a in articles)


@pytest.mark.fault(6, 7)
def test_hostile_files_are_each_named_by_their_trouble_and_the_rest_goes_on(tmp_path: Path) -> None:
    seed = (SEEDS / "000_0bc8a54cde6efc4b.txt").read_bytes()
    big5 = "本報訊四川省江油縣召開鋼鐵生產戰士代表會，把生產任務直接交給群眾，發動了一個群眾運動。".encode("big5")
    hostile = {
        "a_empty.txt": (b"", "no article text"),
        "b_blank.txt": (b" \n\t\n", "no article text"),
        "c_header.txt": (b"Title: T\nAuthor:\nDate: 1958-11-14\nPage: 2\n", "no article text"),
        "d_undated.txt": (b"Title: T\n\nText.\n", "no date in the header or the file name"),
        "e_date.txt": (b"Title: T\nDate: 1958-13-40\n\nText.\n", 'date "1958-13-40" is not a real date'),
        "f_big5.txt": (big5, "looks like big5"),
        "g_nul.txt": (b"Title: T\0\n", "looks binary (NUL at byte 8)"),
        "h_png.txt": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "looks binary (NUL"),
        "i_cut.txt": (seed[:-3], "not valid UTF-8"),
        "j_large.txt": (b"x" * 20_001, "20001 bytes, more than the limit of 20000"),
        "k.jsonl": (b"", "the file is empty"),
        "l.jsonl.gz": (b"no gzip", "cannot be read on"),
        "m_utf16.txt": ("Title: T\nDate: 1958-11-14\n\nText.\n".encode("utf-16-le"), "looks binary (NUL"),
    }
    for name, (data, _) in hostile.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "z_good.txt").write_bytes(seed)
    articles, errors = read(tmp_path, max_bytes=20_000)
    assert [a.id for a in articles] == ["z_good"]
    assert [e.path for e in errors] == [str(tmp_path / name) for name in hostile]
    for error, (_, reason) in zip(errors, hostile.values(), strict=True):
        assert reason in error.reason


@pytest.mark.fault(2)
def test_big5_is_read_where_it_is_named(tmp_path: Path) -> None:
    text = "### 鋼產量上升\n\n1958-11-14\n第2版()\n專欄：\n\n四川省江油縣召開鋼鐵生產戰士代表會。"
    (tmp_path / "x.txt").write_bytes(text.encode("big5"))
    (article,), errors = read(tmp_path, encoding="big5")
    assert errors == [] and article.bodies["zh"].endswith("四川省江油縣召開鋼鐵生產戰士代表會。")


@pytest.mark.fault(17)
@posix
@pytest.mark.timeout(20)
def test_links_pipes_sockets_and_devices_are_named_once_and_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "ok.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    os.symlink(".", tmp_path / "loop")
    os.symlink("/etc/passwd", tmp_path / "passwd.txt")
    os.symlink("nowhere", tmp_path / "dangling.txt")
    monkeypatch.chdir(tmp_path)
    server = socket.socket(socket.AF_UNIX)
    server.bind("socket.txt")
    articles, errors = read(tmp_path)
    server.close()
    assert [a.id for a in articles] == ["ok"]
    assert {Path(e.path).name: e.reason.partition(".")[0] for e in errors} == {
        "dangling.txt": "a symbolic link, not followed",
        "loop": "a symbolic link, not followed",
        "passwd.txt": "a symbolic link, not followed",
        "pipe.txt": "a named pipe",
        "socket.txt": "a socket",
    }
    assert len(errors) == 5
    assert "a named pipe" in read(tmp_path / "pipe.txt")[1][0].reason
    assert "a device" in read(Path("/dev/null"))[1][0].reason


@posix
def test_a_link_that_the_user_names_is_followed(tmp_path: Path) -> None:
    write(tmp_path / "real" / "a.txt")
    os.symlink("real", tmp_path / "folder")
    os.symlink("real/a.txt", tmp_path / "b.txt")
    assert [a.id for a in read(tmp_path / "folder")[0]] == ["a"]
    assert [a.id for a in read(tmp_path / "b.txt")[0]] == ["b"]


@pytest.mark.fault(8)
@posix
def test_a_file_of_two_gigabytes_is_refused_by_its_size(tmp_path: Path) -> None:
    for name in ("huge.txt", "huge.jsonl"):
        write(tmp_path / name, "x")
    os.truncate(tmp_path / "huge.txt", 2 << 30)
    os.truncate(tmp_path / "huge.jsonl", 50 << 20)  # one line of fifty megabytes
    tracemalloc.start()
    _, errors = read(tmp_path, max_bytes=100_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [e.reason.partition(".")[0] for e in errors] == [
        "the line is longer than 100000 bytes",
        "2147483648 bytes, more than the limit of 100000",
    ]
    assert peak < 10_000_000


@pytest.mark.fault(18)
@posix
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_named(tmp_path: Path) -> None:
    write(tmp_path / "a.txt").chmod(0)
    write(tmp_path / "b" / "x.txt").parent.chmod(0)
    write(tmp_path / "c.txt")
    articles, errors = read(tmp_path)
    (tmp_path / "b").chmod(0o700)
    assert [a.id for a in articles] == ["c"]
    assert ["Permission denied" in e.reason for e in errors] == [True, True]


def test_a_system_that_refuses_to_open_a_file_or_folder_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "a.txt")
    write(tmp_path / "b" / "x.txt")
    write(tmp_path / "c.txt")
    real_open, real_list = os.open, os.listdir

    def closed(path: str, flags: int) -> int:
        if str(path).endswith("a.txt"):
            raise PermissionError(13, "Permission denied")
        return real_open(path, flags)

    def unlisted(path: str) -> list[str]:
        if str(path).endswith("b"):
            raise PermissionError(13, "Permission denied")
        return real_list(path)

    monkeypatch.setattr(os, "open", closed)
    monkeypatch.setattr(os, "listdir", unlisted)
    articles, errors = read(tmp_path)
    assert [a.id for a in articles] == ["c"]
    assert [(Path(e.path).name, "Permission denied" in e.reason) for e in errors] == [("a.txt", True), ("b", True)]


@pytest.mark.fault(18)
def test_what_vanishes_during_the_walk_is_named(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt", "c/x.txt", "d/e/y.txt", "f.txt"):
        write(tmp_path / name)
    walk = sources([tmp_path], max_bytes=LIMIT)
    first = next(walk)
    (tmp_path / "b.txt").unlink()
    shutil.rmtree(tmp_path / "c")
    rest = list(walk)
    assert isinstance(first, Article) and first.id == "a"
    assert [i.id if isinstance(i, Article) else Path(i.path).name for i in rest] == ["b.txt", "c", "y", "f"]
    assert all("is gone" in item.reason for item in rest if isinstance(item, SourceError))


@pytest.mark.fault(17, 18)
@posix
@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    ("kind", "reason"), [("pipe", "a named pipe"), ("link", "cannot be read"), ("gone", "is gone")]
)
def test_a_file_exchanged_just_before_it_is_opened_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, reason: str
) -> None:
    write(tmp_path / "secret", TEXT.format("secret"))
    write(tmp_path / "a.txt")
    write(tmp_path / "b.txt")
    real = os.open

    def exchanging(path: str, flags: int) -> int:
        if str(path).endswith("a.txt"):
            os.unlink(path)
            if kind == "pipe":
                os.mkfifo(path)
            elif kind == "link":
                os.symlink("secret", path)
        return real(path, flags)

    monkeypatch.setattr(os, "open", exchanging)
    articles, (error,) = read(tmp_path)
    assert [a.id for a in articles] == ["b"]
    assert reason in error.reason


@pytest.mark.fault(18)
def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    grown = write(tmp_path / "a.txt")
    write(tmp_path / "b.txt")
    real = os.fdopen

    def growing(fd: int, mode: str) -> object:
        stream = real(fd, mode)
        if os.path.sameopenfile(fd, watch.fileno()):
            read_all = stream.read

            class Growing:
                def __enter__(self) -> Growing:
                    return self

                def __exit__(self, *_: object) -> None:
                    stream.close()

                def fileno(self) -> int:
                    return stream.fileno()

                def read(self, size: int) -> bytes:
                    data = read_all(size)
                    with grown.open("ab") as more:
                        more.write(b"more\n")
                    return data

            return Growing()
        return stream

    with grown.open("rb") as watch:
        monkeypatch.setattr(os, "fdopen", growing)
        articles, errors = read(tmp_path)
    assert [a.id for a in articles] == ["b"]
    assert [e.reason for e in errors] == ["changed while it was read. Skipped; run again when it is complete."]


@pytest.mark.fault(19)
def test_the_same_text_twice_is_taken_once_and_the_first_is_named(tmp_path: Path) -> None:
    text = TEXT.format("x")
    for name in ("a/x.txt", "b/x.txt", "c/y.txt"):
        write(tmp_path / name, text)
    articles, errors = read(tmp_path)
    assert [a.source for a in articles] == [str(tmp_path / "a" / "x.txt")]
    assert [Path(e.path).name for e in errors] == ["x.txt", "y.txt"]
    assert all(f"same text as {tmp_path / 'a' / 'x.txt'}" in e.reason for e in errors)


def test_a_file_that_two_paths_lead_to_is_read_once_without_complaint() -> None:
    articles, errors = read(SEEDS, SEEDS, SEEDS / "000_0bc8a54cde6efc4b.txt")
    assert (len(articles), errors) == (5, [])


@pytest.mark.fault(19)
def test_different_articles_of_one_name_get_different_ids_and_keep_them(tmp_path: Path) -> None:
    for folder in "abc":
        write(tmp_path / folder / "图片.md", TEXT.format(folder))
    articles, errors = read(tmp_path)
    assert errors == []
    assert articles[0].id == "图片"
    assert all(a.id.startswith("图片~") and len(a.id) == 11 for a in articles[1:])
    assert len({a.id for a in articles}) == len({a.digest for a in articles}) == 3
    assert read(tmp_path)[0] == articles


@pytest.mark.fault(19)
def test_two_unicode_forms_of_one_name_meet_in_one_id(tmp_path: Path) -> None:
    for form in ("NFC", "NFD"):
        write(tmp_path / form / (unicodedata.normalize(form, "Diệp Áo") + ".txt"), TEXT.format(form))
    articles, _ = read(tmp_path)
    assert articles[0].id == "Diệp_Áo" and articles[1].id.startswith("Diệp_Áo~")


def test_lines_with_their_own_ids_stay_apart_although_their_text_is_the_same(tmp_path: Path) -> None:
    lines = [("a", "Same"), ("b", "Same"), ("a", "Same"), ("a", "Other")]
    path = tmp_path / "x.jsonl"
    path.write_text("".join(json.dumps({"id": i, "text": t}) + "\n" for i, t in lines))
    articles, errors = read(path)
    assert [(a.id.partition("~")[0], dict(a.bodies)) for a in articles] == [
        ("a", {"en": "Same"}),
        ("b", {"en": "Same"}),
        ("a", {"en": "Other"}),
    ]
    assert len({a.id for a in articles}) == 3
    assert [(e.path, e.line, e.reason) for e in errors] == [
        (str(path), 3, f"same text as {path}:1. Skipped; remove one of them.")
    ]


@pytest.mark.fault(20)
@posix
@pytest.mark.parametrize(
    "name",
    [
        "a\nb.txt",
        "'\";$(x).txt",
        "a..;..txt",
        "-rf.txt",
        "🙂.txt",
        "\u202egnp.txt",
        " .txt",
        "a\x1b[31m.txt",
        "字" * 83 + ".txt",
    ],
)
def test_strange_file_names_are_safe_in_ids_sources_and_messages(tmp_path: Path, name: str) -> None:
    write(tmp_path / name, TEXT.format("x"))
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / name).write_bytes(b"")
    (article,), (error,) = read(tmp_path)
    for text in (article.source, error.path, str(error)):
        assert not any(unicodedata.category(c) in ("Cc", "Cf", "Cs") for c in text)
    assert article.id and not any(c.isspace() or not c.isprintable() for c in article.id)


@pytest.mark.fault(16, 20)
@posix
def test_a_name_that_is_no_text_is_shown_escaped(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path)
    for name, data in ((b"\xff1.txt", TEXT.encode()), (b"\xff2.txt", b"")):
        try:
            Path(os.fsdecode(os.path.join(folder, name))).write_bytes(data)
        except OSError:
            pytest.skip("this file system takes only names in UTF-8")
    (article,), (error,) = read(tmp_path)
    assert article.id == "_1" and "\\udcff1.txt" in article.source
    str(error).encode("utf-8")


@pytest.mark.fuzz
@pytest.mark.fault(19, 20)
@given(st.text())
def test_an_id_is_one_word_and_stays_as_it_is(text: str) -> None:
    made = safe_id(text)
    assert made and len(made.split()) == 1 and made == made.strip()
    assert safe_id(made) == made
    made.encode("utf-8")


@pytest.mark.fault(22)
def test_three_thousand_files_are_read_in_the_memory_of_a_few(synthetic_files: list[Path]) -> None:
    folder = synthetic_files[0].parents[1]
    tracemalloc.start()
    ids = set()
    for item in sources([folder], max_bytes=LIMIT):
        assert isinstance(item, Article)
        ids.add(item.id)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(ids) == 3000
    assert peak < 8_000_000


def test_the_meter_counts_to_its_total(tmp_path: Path) -> None:
    for i in range(5):
        (tmp_path / f"{i}.md").write_text(f"Title: N\nDate: 1959-05-01\n\nItem {i}.\n")
    lines = "".join(f'{{"id": "a{i}", "text": "Line {i} of the file."}}\n' for i in range(50))
    (tmp_path / "lines.jsonl").write_text(lines)
    (tmp_path / "packed.jsonl.gz").write_bytes(gzip.compress(lines.replace("a", "b").encode()))
    (tmp_path / "broken.txt").write_bytes(b"\x00")
    meter = Meter.of([tmp_path])
    assert meter.total == sum(p.stat().st_size for p in tmp_path.iterdir()) and meter.done == 0
    seen = [meter.done for _ in sources([tmp_path], max_bytes=5_000_000, meter=meter)]
    assert seen == sorted(seen) and len(set(seen)) > 5 and meter.done == meter.total
