"""Names that a question spells as people did at the time: what they are called in the archive, in both languages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag.archive import Archive
from tests.conftest import archive_of

CHINESE = [
    "彭德怀星期日在天津的大会上讲了话。",
    "毛泽东、周恩来和邓小平昨天从北京到了重庆。",
    "江油县八天内采了八万吨矿石。",
    "谢富治在黄河边的工地上劳动了一天。",
    "朱德和贺龙参观了旅顺的船坞。",
]
ENGLISH = ["Peng Dehuai spoke at the rally in Tianjin on Sunday.", "The county of Jiangyou mined 80,000 tons of ore."]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    lines = [{"id": f"zh{n}", "lang": "zh", "date": "1958-05-06", "text": text} for n, text in enumerate(CHINESE)]
    lines += [{"id": f"en{n}", "lang": "en", "date": "1958-05-06", "text": text} for n, text in enumerate(ENGLISH)]
    with archive_of(lines, tmp_path_factory.mktemp("expand")) as opened:
        yield opened


@pytest.mark.parametrize(
    ("question", "added"),
    [
        ("Where did P'eng Te-huai speak?", {"P'eng Te-huai": "彭德怀"}),
        ("Where did P’êng Tê-huai speak?", {"P’êng Tê-huai": "彭德怀"}),
        ("Where did Peng Teh-huai speak?", {"Peng Teh-huai": "彭德怀"}),
        ("Who spoke in Tientsin?", {"Tientsin": "天津"}),
        ("When did Mao Tse-tung leave Peking?", {"Mao Tse-tung": "毛泽东", "Peking": "北京"}),
        ("When did mao tse-tung leave peking?", {"mao tse-tung": "毛泽东", "peking": "北京"}),
        ("Did Chou En-lai go to Chungking?", {"Chou En-lai": "周恩来", "Chungking": "重庆"}),
        ("Did Zhou Enlai go to Chongqing?", {"Zhou Enlai": "周恩来", "Chongqing": "重庆"}),
        ("Where was Teng Hsiao-p'ing?", {"Teng Hsiao-p'ing": "邓小平"}),
        ("Where was Teng Hsiao-ping?", {"Teng Hsiao-ping": "邓小平"}),
        (
            "What did Chu Teh and Ho Lung see in Port Arthur?",
            {"Chu Teh": "朱德", "Ho Lung": "贺龙", "Port Arthur": "旅顺"},
        ),
        ("Who worked beside the Hwang Ho?", {"Hwang Ho": "黄河"}),
        ("What was mined in Chiang-yu?", {"Chiang-yu": "江油"}),
    ],
)
def test_names_of_the_time_are_added_in_chinese(archive: Archive, question: str, added: dict[str, str]) -> None:
    found = {a.term: a.word for a in archive.find(question).added}
    assert added.items() <= found.items()


@pytest.mark.parametrize("question", ["What was built in Foochow?", "Who was Lin Piao?", "What did Kansu harvest?"])
def test_a_known_name_that_the_archive_lacks_is_taken_for_no_other(archive: Archive, question: str) -> None:
    assert not {a.word for a in archive.find(question).added if a.source in ("lexicon", "name")}


@pytest.mark.parametrize(
    ("question", "article"),
    [("P'eng Te-huai", "en0"), ("Tientsin", "en0"), ("Chiang-yu", "en1"), ("Chungking", "zh1"), ("Port Arthur", "zh4")],
)
def test_an_article_is_found_by_the_names_of_the_time(archive: Archive, question: str, article: str) -> None:
    hits = archive.find(question).hits
    assert article in {hit.article.id for hit in hits[:2]} and any(hit.channels for hit in hits)
