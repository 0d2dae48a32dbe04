"""Answers as markup. Pure functions.

An answer is written in the language of its question, what the page says around it in the reader's (`page_lang`).
Keys name a source within a visit: "t3-1" is citation 1 of turn 3, "t3-h2" the second of its nearest passages.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from markupsafe import Markup

from rag.answer import wording
from rag.datatypes import Answer, Bead, Draft, Lang, Sentence
from rag.language.script import detect
from rag.language.sentences import sentence_spans
from ui.web.chips import chips
from ui.web.markup import fill
from ui.web.naming import where
from ui.web.strings import text

Beads = Sequence[Bead]

HOVER = 500  # characters of quotation that appear over a marker
ACTS = ("edit", "again", "compare", "take", "judge")  # what can be done with a turn


def question_message(question: str, number: int = 0) -> Markup:
    """A question as chat Markdown; with a number, what can be done with its turn stands behind it."""
    return fill("chat", "question", question, number, ACTS, detect(question))


def waiting_message(page_lang: Lang) -> Markup:
    """What stands in the place of an answer while it is looked for."""
    return fill("chat", "waiting", page_lang)


def draft_message(draft: Draft) -> Markup:
    """An answer that is being written: what was checked, and in grey what was not yet."""
    return fill("chat", "draft", draft, detect(draft.text or draft.tail))


def note_message(message: str) -> Markup:
    """An error or hint in the conversation: plain text in, Markdown out."""
    return fill("chat", "note", message)


def answer_steps(
    answer: Answer,
    turn: int,
    without: Collection[str] = (),
    picture: Markup = Markup(),  # noqa: B008
) -> tuple[Markup, ...]:
    """The growing Markdown of an answer, sentence by sentence; the last step is the whole message.

    `without` is what was taken out of the question (`fields.WITHOUT`), `picture` what stands under the sentences.
    """
    read = chips(answer, without, answer.lang)
    if not answer.answered:
        return (fill("chat", "refusal", answer, read, turn),)
    steps, done = [], Markup()
    for sentence in answer.sentences:
        opening = _opening(answer, sentence)
        words = sentence.text[len(opening) :]
        for _, end in sentence_spans(sentence.text, answer.lang):
            steps.append(done + _said(sentence, opening, words[: max(end - len(opening), 0)], turn, answer.lang))
        links = [link for number in sentence.citations for link in _links(answer, number)]
        done += _said(sentence, opening, words, turn, answer.lang, links, _doubt(sentence, answer.lang))
    rows = [[(detect(cell), cell) for cell in row] for row in wording.value_rows(answer)]
    done += picture + fill("chat", "below", answer, wording.HEADINGS[answer.lang], rows, read, turn)
    return tuple(fill("chat", "answer", step, answer.lang) for step in (*steps, done))


def _opening(answer: Answer, sentence: Sentence) -> str:
    """The "People's Daily ... reported:" that a sentence begins with; "" if with none."""
    cited = (one.article for one in answer.citations if one.number in sentence.citations)
    return next((o for o in (wording.attributed(a, answer.lang) for a in cited) if sentence.text.startswith(o)), "")


def _said(
    sentence: Sentence,
    opening: str,
    words: str,
    turn: int,
    lang: Lang,
    links: Sequence[tuple[int, str]] = (),
    doubt: str = "",
) -> Markup:
    # a quotation stays as it is when the page is translated; what a language model wrote need not
    kept = detect(words) if sentence.support == "quoted" else None
    return fill("chat", "sentence", opening, words, kept, turn, links, doubt, lang)


def _doubt(sentence: Sentence, lang: Lang) -> str:
    """What is to be known of a sentence that a language model wrote and the evidence does not bear out."""
    if sentence.support in ("quoted", "supported"):
        return ""
    return text(lang, sentence.support, missing=("、" if lang == "zh" else ", ").join(sentence.missing) or "–")


def _links(answer: Answer, number: int) -> Iterator[tuple[int, str]]:
    """Number and hovering words of the source of that number; none if there is none."""
    for cited in (one for one in answer.citations if one.number == number):
        label = text(answer.lang, "cite", n=number, where=where(cited.article, answer.lang))
        said = (q.text if q.lang == answer.lang or not q.twin else q.twin.text for q in cited.quotes)
        label = f"{label}: {' … '.join(said)}"
        yield number, label if len(label) <= HOVER else f"{label[:HOVER]}…"
