"""Sentences as the model reads them are remembered, and no more of them than there is room for."""

from __future__ import annotations

from rag.answer.select import SentenceVectors

from tests.fakes import HashEmbedder


def test_a_sentence_is_encoded_once_and_the_oldest_make_room(light: HashEmbedder) -> None:
    room = SentenceVectors(light, size=12)
    first = room.of(["one two three four", "five six seven eight"])
    assert [len(one.pieces) for one in first] == [4, 4]
    assert room.of(["one two three four"])[0] is first[0] and light.encoded == 2
    room.of(["nine ten eleven twelve", "more than there is room for"])
    room.of(["more than there is room for"])
    assert light.encoded == 4
    room.of(["one two three four"])
    assert light.encoded == 5
