from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from ui.web import strings
from ui.web.look import head

ROOT = Path(strings.__file__).parent


def test_both_languages_say_the_same_things_with_the_same_blanks() -> None:
    blanks = {
        lang: {key: sorted(re.findall(r"\{(\w+)\}", words)) for key, words in table.items()}
        for lang, table in strings.STRINGS.items()
    }
    assert blanks["zh"] == blanks["en"]


def test_chinese_is_chinese_and_english_is_english() -> None:
    for key, words in strings.STRINGS["en"].items():
        assert key == "switch" or not re.search("[一-鿿]", words), key
    for key, words in strings.STRINGS["zh"].items():
        assert key == "switch" or re.search("[一-鿿]", words), key


def test_every_wording_is_used() -> None:
    files = [
        path for kind in ("*.py", "templates/*", "assets/*.js") for path in ROOT.glob(kind) if path.name != "strings.py"
    ]
    files += ROOT.parent.glob("*.py")  # what the page and the commands word alike
    source = "".join(path.read_text(encoding="utf-8") for path in files)
    unused = {key for key in strings.STRINGS["en"] if not re.search(f"[\"']{key}[\"']", source)}
    made = {key for key in unused if re.search(f"[\"']{key.rpartition('_')[0]}_({{|[\"'] ~)", source)}  # f"as_{view}"
    made |= set(map(strings.one_of, strings.STRINGS["en"].keys() - unused | made))
    assert unused - made <= {"zh", "en", "unsupported", "uncited"}  # named by a language, by what a sentence rests on


def test_every_wording_that_is_named_is_there() -> None:
    calls = {"templates/*": r"(?:text\([^\"]*?, |both\()", "*.py": r"text\(\w+, ", "assets/*.js": r"said\("}
    for kind, call in calls.items():
        source = "".join(path.read_text(encoding="utf-8") for path in ROOT.glob(kind))
        named = set(re.findall(call + r"[\"'](\w+)[\"'][,)]", source))
        assert named and named <= strings.STRINGS["en"].keys()


@pytest.mark.parametrize(
    ("key", "more", "single"),
    [
        ("passages_n", "2 passages, best first", "1 passage"),
        ("names_in_n", "in 2 articles", "in 1 article"),
        ("turns_left", "2 more questions fit into this conversation.", "1 more question fits into this conversation."),
        ("rank_n", "no. 2", "no. 1"),
    ],
)
def test_of_a_single_one_is_spoken_as_such(key: str, more: str, single: str) -> None:
    assert [strings.text("en", key, n=n) for n in (2, 1)] == [more, single]


def test_the_scripts_are_given_the_words_they_name() -> None:
    [given] = map(json.loads, re.findall(r"const wenbaoWords = (\{.*?\}\});", head()))
    scripts = "".join(path.read_text(encoding="utf-8") for path in ROOT.glob("assets/*.js"))
    assert set(re.findall(r"said\('(\w+)'", scripts)) <= given["en"].keys() == given["zh"].keys()
    assert "1 excerpts" not in given["en"]["storage_used_1"].format(share=1, n=1)
    assert given["zh"]["silent"] != given["en"]["silent"]


@pytest.mark.parametrize(
    ("tag", "lang"),
    [("zh-CN", "zh"), ("zh", "zh"), ("ZH-Hant-TW", "zh"), ("en-GB", "en"), ("de", "en"), ("", "en"), (None, "en")],
)
def test_any_chinese_browser_gets_chinese_all_others_english(tag: str | None, lang: str) -> None:
    assert strings.interface_language(tag) == lang


def test_assets_name_no_other_machine() -> None:
    for path in (ROOT / "assets").iterdir():
        urls = set(re.findall(r"(?:https?:)?//[\w.-]+", path.read_text(encoding="utf-8")))
        assert urls <= {"http://www.w3.org"}, path.name  # the name of SVG, not an address that is called
