"""What a language model writes is cited with exact quotations, checked, and replaced when it cannot be trusted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import pytest

from rag.archive import Archive
from rag.datatypes import Answer, Draft, Lang
from rag.embed import Embedder
from rag.errors import EndpointError, UsageError
from rag.language.script import detect
from rag.language.sentences import sentence_spans
from rag.settings import Settings, load
from tests.llm.scripted import FAULTS, Reply, Script, Scripted, saying, serving

EN = "How much ore was mined in Jiangyou within eight days?"
ZH = "江油县八天内开采了多少矿石？"
KEY = "sk-canary-51f0"


@pytest.fixture
def asked(seeds_store: Path, embedder: Embedder) -> Any:
    """An archive whose answers a scripted endpoint writes."""

    @contextmanager
    def opened(
        script: Script, seconds: float = 120, unsupported: Literal["mark", "withhold"] = "mark", fallback: bool = True
    ) -> Iterator[tuple[Archive, Scripted]]:
        with serving(script) as server:
            settings = Settings(
                llm_url=server.url, llm_model="m", llm_key=KEY, llm_seconds=seconds,  # type: ignore[arg-type]
                llm_unsupported=unsupported, llm_fallback=fallback,
            )  # fmt: skip
            archive = Archive.open(seeds_store, settings=settings, embedder=embedder)
            yield archive, server
            archive.close()

    return opened


def passage_with(request: dict[str, Any], words: str) -> int:
    """The number of the passage in a request that holds some words."""
    content = request["messages"][1]["content"]
    for number, said in re.findall(r'<passage number="(\d+)"[^>]*>\n(.*?)\n</passage>', content, re.S):
        if words in said:
            return int(number)
    raise AssertionError(f"{words} was not sent")


def citing(words: str, *sentences: str) -> Script:
    """Sentences in which {n} stands for the passage that holds some words."""

    def script(reply: Reply, request: dict[str, Any]) -> None:
        n = passage_with(request, words)
        reply.says(" ".join(sentences).replace("{n}", str(n)))

    return script


def holds(answer: Answer) -> None:
    """What holds for every answer, whoever wrote it."""
    marked = [int(n) for n in re.findall(r"\[(\d+)\]", answer.text)]
    assert sorted(set(marked)) == [c.number for c in answer.citations] == list(range(1, len(answer.citations) + 1))
    for citation in answer.citations:
        for q in citation.quotes:
            assert citation.article.bodies[q.lang][q.start : q.end] == q.text
            if q.twin:
                assert citation.article.bodies[q.twin.lang][q.twin.start : q.twin.end] == q.twin.text


def test_no_call_is_made_unless_an_address_is_configured(archive: Archive) -> None:
    assert archive.model is None and archive.ask(EN).writer is None


def test_a_written_answer_streams_and_cites_the_exact_sentence(asked: Any) -> None:
    script = citing(
        "80,000 tons of ore", "The paper reported that 80,000 tons of ore were mined in eight days [{n}].",
        "It claimed 200,000 tons of fuel.[{n}, 77]",
    )  # fmt: skip
    with asked(script) as (archive, server):
        steps = list(archive.ask_stream(EN))
    *drafts, answer = steps
    assert len(drafts) > 10 and all(isinstance(d, Draft) for d in drafts)
    assert isinstance(answer, Answer) and answer.writer == "m" and answer.warnings == ()
    assert answer.text == (
        "The paper reported that 80,000 tons of ore were mined in eight days. [1] It claimed 200,000 tons of fuel. [1]"
    )
    assert {s.support for s in answer.sentences} == {"supported"}
    [citation] = answer.citations
    assert any("80,000 tons of ore were mined" in q.text and q.twin for q in citation.quotes)
    holds(answer)
    assert len(server.requests) == 1 and citation.article.id not in str(server.requests[0])


def test_a_chinese_answer_is_checked_in_chinese(asked: Any) -> None:
    with asked(citing("采矿石八万吨", "据报道，八天内采矿石8万吨【{n}】。", "抢运燃料三十万吨［{n}］。")) as (
        archive,
        _,
    ):
        answer = archive.ask(ZH)
    assert [s.support for s in answer.sentences] == ["supported", "unsupported"]
    assert answer.sentences[1].missing == ("三十万吨",) and "所引原文中没有：三十万吨" in answer.text
    holds(answer)


WRONG = {
    "a figure": "The paper reported 90,000 tons of ore [{n}].",
    "a year": "The paper reported 80,000 tons of ore in 1961 [{n}].",
    "a place": "The paper reported 80,000 tons of ore in Chongqing [{n}].",
    "a place first": "Chongqing mined 80,000 tons of ore [{n}].",
    "a person": "According to Comrade Li Baohua, 80,000 tons of ore were mined [{n}].",
    "a share": "The plan was exceeded by 30 percent with 80,000 tons of ore [{n}].",
    "a unit": "The paper reported 80,000 mu of ore [{n}].",
    "another subject": "The moon is a large piece of cheese [{n}].",
}


@pytest.mark.fault(47)
@pytest.mark.parametrize("name", WRONG)
def test_what_the_citation_does_not_hold_is_marked_or_withheld(asked: Any, name: str) -> None:
    right = "The paper reported 80,000 tons of ore [{n}]."
    with asked(citing("80,000 tons of ore", right, WRONG[name])) as (archive, _):
        marked = archive.ask(EN)
    assert marked.sentences[0].support == "supported" and marked.sentences[1].support in ("unsupported", "uncited")
    assert "not in the cited text" in marked.text or "not borne out" in marked.text
    holds(marked)
    with asked(citing("80,000 tons of ore", right, WRONG[name]), unsupported="withhold") as (archive, _):
        steps = list(archive.ask_stream(EN))
    told = WRONG[name].replace(" [{n}].", "")
    assert all(told not in (s.text + getattr(s, "tail", "")) for s in steps)
    assert steps[-1].text == "The paper reported 80,000 tons of ore. [1]"


def test_a_figure_of_either_language_supports_and_the_disagreement_is_told(asked: Any) -> None:
    question = "How long did the last heat of No. 8 open-hearth furnace at Anshan take?"
    for time in ("six hours and twenty minutes", "six hours and two minutes"):
        with asked(citing("six hours and two minutes", f"The paper reported {time} [{{n}}].")) as (archive, _):
            answer = archive.ask(question)
        assert answer.sentences[0].support == "supported"
        assert "六个小时零二十分钟" in answer.warnings[0]


@pytest.mark.fault(47)
def test_what_nothing_bears_out_is_marked_whatever_it_cites(asked: Any) -> None:
    right = "The paper reported 80,000 tons of ore [{n}]."
    for other in ("The moon is made of green cheese.", "The moon is made of green cheese [{n}].", "Cats sleep [99]."):
        with asked(citing("80,000 tons of ore", right, other)) as (archive, _):
            answer = archive.ask(EN)
        assert [s.support for s in answer.sentences] == ["supported", "uncited"]
        assert answer.text.endswith(" (not borne out by what was found)") and answer.sentences[1].citations == ()
        holds(answer)


BORNE: dict[str, tuple[str, str]] = {
    "no marks": (EN, "80,000 tons of ore were mined."),
    "unknown marks": (EN, "80,000 tons of ore were mined [99]."),
    "a mark of another passage": (EN, "80,000 tons of ore were mined [2]."),
    "a few words": (EN, "80,000 tons"),
    "a frame": (EN, "According to passage 1, 80,000 tons of ore were mined within eight days."),
    "markdown": (EN, "**Answer:** 80,000 tons of ore"),
    "endless": (EN, "80,000 tons of ore were mined. " * 300),
    "another language": (EN, "据报道，八天内采矿石八万吨[1]。"),
    "another figure's words": (EN, "8万吨"),
    "no marks, Chinese": (ZH, "八天内采矿石八万吨。"),
    "a few words, Chinese": (ZH, "八万吨"),
    "other figures, Chinese": (ZH, "八天内开采了80,000吨矿石。"),
    "a frame, Chinese": (ZH, "根据段落内容，江油县八天内采矿石八万吨。"),
    "another language, Chinese": (ZH, "80,000 tons of ore were mined within eight days."),
    "a list of passages": (ZH, "八天内采矿石八万吨。\n段落1、段落2"),
}


@pytest.mark.parametrize("name", BORNE)
def test_a_right_answer_is_cited_however_it_is_written(asked: Any, name: str) -> None:
    question, said = BORNE[name]
    with asked(saying(said, piece=40)) as (archive, _):
        answer = archive.ask(question)
    assert answer.writer == "m" and {s.support for s in answer.sentences} <= {"supported", "quoted"}
    [sentence] = answer.sentences
    assert detect(sentence.text) == answer.lang and sentence.citations == (1,)
    assert any("八万吨" in text for q in answer.citations[0].quotes for text in (q.text, q.twin.text if q.twin else ""))
    holds(answer)


def verbatim(reply: Reply, request: dict[str, Any]) -> None:
    """The longest sentence of the passage that was found last, word for word."""
    said = re.findall(r"<passage[^>]*>\n(.*?)\n</passage>", request["messages"][1]["content"], re.S)[-1]
    lang: Lang = "zh" if detect(said) == "zh" else "en"
    spans = [said[a:b].strip() for a, b in sentence_spans(said, lang)]
    reply.says(max(spans, key=len))


@pytest.mark.parametrize("question", [EN, ZH])
def test_what_the_quotations_say_is_never_lost(asked: Any, archive: Archive, question: str) -> None:
    with asked(verbatim) as (writing, _):
        answer = writing.ask(question)
    plain = archive.ask(question)
    assert answer.writer == "m" and answer.sentences[0].support == "supported"
    assert answer.sentences[-1].support == "quoted" and answer.sentences[-1].text in plain.text
    kept = {(c.article.id, q.lang, q.start) for c in answer.citations for q in c.quotes}
    assert kept > {(c.article.id, q.lang, q.start) for c in plain.citations for q in c.quotes}
    assert plain.short and answer.short and answer.short.text == plain.short.text
    [cited] = [c for c in answer.citations if c.number == answer.short.citation]
    assert cited.article.bodies[answer.short.lang][answer.short.start : answer.short.end] == answer.short.text
    holds(answer)


def test_what_speaks_of_these_stands_only_with_what_they_are(asked: Any, archive: Archive) -> None:
    printed = archive.ask(EN).citations[0].article.bodies["en"]

    def script(before: str) -> Script:
        def says(reply: Reply, request: dict[str, Any]) -> None:
            passages = re.findall(r"<passage[^>]*>\n(.*?)\n</passage>", request["messages"][1]["content"], re.S)
            spans = [p[a:b].strip() for p in passages for a, b in sentence_spans(p, "en")]
            other = next(s for s in spans if re.fullmatch(r"[^;:\"“—]{60,200}\.", s) and s not in printed)
            reply.says(f"80,000 tons of ore were mined. {before}{other}")

        return says

    with asked(script("")) as (archive, _):
        assert archive.ask(EN).sentences[1].support == "supported"
    with asked(script("These: ")) as (archive, _):
        assert archive.ask(EN).sentences[1].support == "uncited"


@pytest.mark.parametrize(("question", "said"), [(EN, "80,000 tons"), (ZH, "八万吨。")])
def test_a_few_words_become_a_sentence_with_who_printed_them(asked: Any, question: str, said: str) -> None:
    with asked(saying(said)) as (archive, _):
        answer = archive.ask(question)
    opening = (
        "据《人民日报》1958年11月14日第2版报道："
        if question == ZH
        else "People's Daily, 14 November 1958, page 2, reported: "
    )
    assert answer.sentences[0].text == opening + said.rstrip("。") + ("。" if question == ZH else ".")


USELESS = {
    "nothing": "",
    "no answer": "NO_ANSWER",
    "all wrong": "The paper reported 90,000 tons of ore [1].",
    "a wrong figure": "90,000 tons",
    "only thoughts": "<think>80,000 tons [1]",
    "the question": EN,
    "passage numbers": "[1], [2]",
    "off the subject": "The moon is made of green cheese [1].",
}


@pytest.mark.fault(78)
@pytest.mark.parametrize("name", USELESS)
def test_a_useless_text_is_replaced_by_quotations(asked: Any, archive: Archive, name: str) -> None:
    with asked(saying(USELESS[name], piece=50)) as (writing, _):
        answer = writing.ask(EN)
    plain = archive.ask(EN)
    assert (answer.text, answer.citations, answer.writer) == (plain.text, plain.citations, None)
    assert "made of quotations instead" in answer.warnings[0]
    assert bool(answer.written) is (name in ("all wrong", "a wrong figure", "off the subject"))
    assert answer.written in USELESS[name].replace(" [1].", ".")


def test_what_was_written_until_the_limit_is_kept_as_far_as_it_is_borne_out(asked: Any) -> None:
    def script(reply: Reply, request: dict[str, Any]) -> None:
        reply.head()
        reply.word("The paper reported 80,000 tons of ore. It also claimed 200,000 to")
        reply.done("length")

    with asked(script) as (archive, _):
        answer = archive.ask(EN)
    assert answer.text == "The paper reported 80,000 tons of ore. [1]" and answer.writer == "m"


def test_an_answer_is_known_with_its_sources_before_it_is_whole(asked: Any) -> None:
    said = "The paper reported 80,000 tons of ore. It claimed 200,000 tons of fuel."
    with asked(saying(said)) as (archive, _):
        drafts = [step for step in archive.ask_stream(EN) if isinstance(step, Draft)]
    first = next(draft for draft in drafts if draft.so_far)
    assert first.so_far and len(first.so_far.sentences) == 1 and first.so_far.citations and first.tail


@pytest.mark.fault(70, 71, 72, 73, 74, 75)
@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_gives_the_quotations_and_says_so(asked: Any, archive: Archive, name: str) -> None:
    with asked(FAULTS[name][0], seconds=1.0) as (writing, _):
        answer = writing.ask(ZH)
    plain = archive.ask(ZH)
    assert (answer.text, answer.citations, answer.writer) == (plain.text, plain.citations, None)
    assert "改用原文引语" in answer.warnings[0] and "canary" not in repr(answer)


def test_a_fault_is_an_error_where_quotations_are_not_wanted(asked: Any) -> None:
    with asked(FAULTS["server error"][0], fallback=False) as (archive, _), pytest.raises(EndpointError, match="failed"):
        archive.ask(EN)


@pytest.mark.fault(74)
def test_a_question_too_long_for_the_model_is_asked_with_fewer_passages(asked: Any) -> None:
    sizes: list[int] = []

    def script(reply: Reply, request: dict[str, Any]) -> None:
        sizes.append(len(request["messages"][1]["content"]))
        if len(sizes) == 1:
            FAULTS["context too long"][0](reply, request)
        else:
            reply.says("The paper reported 80,000 tons of ore [1].")

    with asked(script) as (archive, server):
        answer = archive.ask(EN)
    assert len(server.requests) == 2 and sizes[1] < 0.7 * sizes[0] and answer.writer == "m"


def test_a_refused_question_is_not_sent(asked: Any) -> None:
    with asked(saying("80,000 tons [1].")) as (archive, server):
        answer = archive.ask("How much iron did Jiangyou make in 1976?")
    assert not answer.answered and not server.requests


def test_a_model_that_thinks_aloud_is_not_quoted_on_it(asked: Any) -> None:
    said = "<think>Passage {n} says 90,000?</think>\n\nThe paper reported 80,000 tons of ore [{n}]."
    with asked(citing("80,000 tons of ore", said)) as (archive, _):
        steps = list(archive.ask_stream(EN))
    assert all("90,000" not in s.text + getattr(s, "tail", "") for s in steps)
    assert steps[-1].text == "The paper reported 80,000 tons of ore. [1]"


# Settings


def settings(monkeypatch: pytest.MonkeyPatch, **values: str) -> Settings:
    for name, value in values.items():
        monkeypatch.setenv(f"WENBAO_LLM_{name.upper()}", value)
    return load()


@pytest.mark.fault(76, 77)
@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"url": "http://127.0.0.1:1/v1"}, "WENBAO_LLM_MODEL is missing"),
        ({"url": "127.0.0.1:1/v1", "model": "m"}, "WENBAO_LLM_URL is no address"),
        ({"url": "http://me:sk-canary@127.0.0.1/v1", "model": "m"}, "put the key into WENBAO_LLM_KEY"),
        ({"url": "http://example.org/v1", "model": "m", "key": "sk-canary"}, "unencrypted"),
        ({"seconds": "-1"}, "WENBAO_LLM_SECONDS"),
        ({"unsupported": "hide"}, "WENBAO_LLM_UNSUPPORTED"),
        ({"window": "12"}, "WENBAO_LLM_WINDOW"),
        ({"url": "http://127.0.0.1:1/v1", "model": "m", "gguf": "m.gguf"}, "WENBAO_LLM_GGUF and WENBAO_LLM_URL"),
    ],
)
def test_a_faulty_setting_is_named_and_no_key_shown(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, str], told: str
) -> None:
    with pytest.raises(UsageError, match=told) as caught:
        settings(monkeypatch, **values)
    assert "canary" not in str(caught.value) and caught.value.__cause__ is None


@pytest.mark.fault(77)
def test_a_key_is_accepted_where_nobody_can_read_it_on_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    for url in ("http://localhost:11434/v1", "http://127.0.0.1:8080/v1", "https://example.org/v1"):
        made = settings(monkeypatch, url=url, model="m", key=KEY)
        assert KEY not in repr(made) and made.llm_key and made.llm_key.get_secret_value() == KEY
