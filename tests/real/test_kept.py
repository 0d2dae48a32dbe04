from __future__ import annotations

from pathlib import Path

import pytest

from rag.llm.endpoint import Endpoint, EndpointFault
from tests.llm.scripted import Reply, saying, serving
from tests.real.kept import Kept

ASKED = [{"role": "user", "content": "八万吨？"}]


def test_what_was_answered_is_not_asked_again_and_comes_as_it_came(tmp_path: Path) -> None:
    file = tmp_path / "answers.jsonl"
    with serving(saying("八万吨矿石。", piece=2)) as server:
        first = Kept(Endpoint(server.url, "m"), file)
        said = list(first.stream(ASKED))
        first.keep(question="q1")
        file.write_text(file.read_text(encoding="utf-8") + '{"key": "ha', encoding="utf-8")  # stopped while it wrote
        again = Kept(Endpoint(server.url, "m"), file)
        assert list(again.stream(ASKED)) == said and len(said) > 1 and again.used["question"] == "q1"
        assert list(again.stream([{"role": "user", "content": "?"}])) == said
        assert len(server.requests) == 2


def test_what_was_cut_off_is_kept_as_cut_off_and_what_failed_is_asked_again(tmp_path: Path) -> None:
    def script(reply: Reply, _: object) -> None:
        if len(server.requests) == 1:
            reply.head(500, "application/json")
            reply.raw(b"{}")
        else:
            reply.says("again and " * 9)

    file = tmp_path / "answers.jsonl"
    with serving(script) as server:
        kept = Kept(Endpoint(server.url, "m"), file)
        with pytest.raises(EndpointFault):
            list(kept.stream(ASKED))
        kept.keep()
        assert not file.read_text(encoding="utf-8")
        words = kept.stream(ASKED)
        begun = [next(words), next(words)]
        words.close()
        kept.keep()
        again = Kept(Endpoint(server.url, "m"), file).stream(ASKED)
        assert [next(again), next(again)] == begun
        with pytest.raises(EndpointFault, match="length"):
            next(again)
