"""The scores of the official scripts: worked out by hand, and as the scripts give them."""

from __future__ import annotations

import pytest

from eval.metrics.official import cmrc_em, cmrc_f1, squad_em, squad_f1

# (said, references, exact match, F1): the last two are what SQuAD's own script gives
SAID = [
    ("The 80,000 tons!", ["80,000 tons of ore", "8 tons"], 0.0, 2 / 3),
    ("an apple a day", ["Apple: the day"], 1.0, 1.0),
    ("within an ancient theatre", ["ancient theatre", "a theatre within"], 0.0, 0.8),
    ("", ["", "x"], 1.0, 1.0),
    ("", ["x"], 0.0, 0.0),
    ("the", ["a"], 1.0, 1.0),
    ("steel steel steel", ["steel iron"], 0.0, 0.4),
    ("鞍钢 made steel", ["鞍钢", "made steel"], 0.0, 0.8),
    ("Peking's mills", ["pekings mills"], 1.0, 1.0),
    ("tab\tand\nline", ["tab and line"], 1.0, 1.0),
]


@pytest.mark.parametrize(("said", "references", "exact", "overlap"), SAID)
def test_squad_as_its_script_has_it(said: str, references: list[str], exact: float, overlap: float) -> None:
    assert squad_em(said, references) == exact
    assert squad_f1(said, references) == pytest.approx(overlap)


def test_squad_by_hand() -> None:
    assert squad_f1("the red steel mill", ["steel mill", "iron"]) == pytest.approx(2 * 2 / (3 + 2))
    assert squad_em("The Steel-Mill.", ["steelmill"]) == 1.0
    assert squad_em("steel mill", ["steelmill"]) == 0.0
    assert squad_f1("athens", ["hens"]) == 0.0  # articles are dropped as words only
    assert (squad_f1("", [""]), squad_f1("", ["x"]), squad_f1("x", [""])) == (1.0, 0.0, 0.0)
    with pytest.raises(ValueError, match="empty"):
        squad_em("x", [])


@pytest.mark.parametrize(
    ("said", "wanted", "known"),
    [
        ("三千多吨", "三千多吨", 1.0),
        ("产三千多吨好铁", "三千多吨", 2 * 4 / (7 + 4)),
        ("三吨多千", "三千多吨", 2 * 1 / (4 + 4)),  # the bag is the same, the longest run is one
        ("三千，多吨。", "三千多吨", 1.0),  # its punctuation is dropped first
        ("煤", "铁", 0.0),
        ("", "铁", 0.0),
        ("Anshan钢厂", "anshan", 2 * 1 / (3 + 1)),
        ("iron ore", "iron-ore", 0.0),  # the hyphen goes before words are cut: ironore
        ("3,000 吨", "3,000吨", 1.0),
        ("a(b", "a (b", 1.0),
    ],
)
def test_cmrc_f1_by_hand(said: str, wanted: str, known: float) -> None:
    assert cmrc_f1(said, [wanted]) == pytest.approx(known)
    assert cmrc_f1(said, ["别的", wanted]) == pytest.approx(known)


def test_cmrc_exact_match_drops_its_own_punctuation_only() -> None:
    assert cmrc_em("《人民日报》 ", ["人民日报"]) == 1.0
    assert cmrc_em("IRON", ["iron"]) == 1.0
    assert cmrc_em("a b", ["ab"]) == 0.0
    assert cmrc_em("100%", ["100"]) == 0.0
    assert cmrc_em("八万吨", ["九万吨", "八万吨"]) == 1.0
    every = "-:_*^/\\~`+=，。：？！“”；’《》·、「」（）－～『』"
    assert cmrc_em(every, [""]) == 1.0 and cmrc_f1(f"铁{every}", ["铁"]) == 1.0


def test_long_texts_are_compared_whole() -> None:
    text = "钢铁煤矿" * 120
    assert cmrc_f1(f"始{text}", [f"{text}终"]) == pytest.approx(2 * 480 / (481 + 481))
