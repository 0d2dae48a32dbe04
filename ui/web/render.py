"""Answers as markup. Pure functions; every text from outside goes through `esc`.

An answer is written in the language of its question, what the page says around it in the reader's (`page_lang`).
Keys name a source within a visit: "t3-1" is citation 1 of turn 3, "t3-h2" the second of its nearest passages.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from rag.answer import wording
from rag.datatypes import LANGS, Answer, Article, Bead, Draft, Lang, Sentence, other
from rag.language.script import detect
from rag.language.sentences import sentence_spans
from ui.web.chips import in_chat
from ui.web.escape import KEPT, esc
from ui.web.strings import text

Beads = Sequence[Bead]

HOVER = 500  # characters of quotation that appear over a marker
ACTS = ("edit", "again", "take", "judge")  # what can be done with a turn


def both(key: str, tag: str = "span", **values: dict[Lang, str]) -> str:
    """A wording in both languages; the style sheet shows that of the page."""
    return "".join(
        f'<{tag} class="in-{lang}" {lang_attr(lang)}>'
        f"{esc(text(lang, key, **{name: value[lang] for name, value in values.items()}))}</{tag}>"
        for lang in LANGS
    )


def lang_attr(lang: Lang) -> str:
    """The attribute that tells browsers and screen readers what language a text is in."""
    return 'lang="zh-CN"' if lang == "zh" else 'lang="en"'


def verbatim(lang: Lang) -> str:
    """The attributes of what has to stay as it is, in the language it is in: quotations, titles, names, questions.

    A browser that translates the page leaves it alone (HTML, section 3.2.6.3: `translate`).
    """
    return f"{lang_attr(lang)} {KEPT}"


def channel(name: str, page_lang: Lang) -> str:
    """A search channel's name as a reader knows it ("keyword-zh": words, Chinese); an unknown one as it is."""
    kind, _, lang = name.partition("-")
    if kind not in ("keyword", "dense") or lang not in ("zh", "en"):
        return name
    return text(page_lang, f"channel_{kind}", script=text(page_lang, f"short_{lang}"))


# The conversation


def question_message(question: str, number: int = 0) -> str:
    """A question as chat Markdown; with a number, what can be done with its turn stands behind it."""
    acts = "".join(f'<a class="act" href="#{act}-{number}">{both(act)}</a>' for act in ACTS) if number else ""
    return f'<p class="asked" {verbatim(detect(question))}>{esc(question)}</p>' + (
        f'<p class="acts">{acts}</p>' if acts else ""
    )


def waiting_message(page_lang: Lang) -> str:
    """What stands in the place of an answer while it is looked for."""
    return f'<p class="waiting" role="status">{esc(text(page_lang, "searching"))}</p>'


def draft_message(draft: Draft) -> str:
    """An answer that is being written: what was checked, and in grey what was not yet."""
    lang = detect(draft.text or draft.tail)
    tail = f'<span class="unchecked">{esc(draft.tail)}</span>' if draft.tail else ""
    return _wrap(lang, "answer", f"<p>{esc(draft.text)} {tail}</p>")


def note_message(message: str) -> str:
    """An error or hint in the conversation: plain text in, Markdown out."""
    return f'<p class="note" role="alert">{esc(message)}</p>'


def answer_steps(answer: Answer, turn: int, without: Collection[str] = ()) -> tuple[str, ...]:
    """The growing Markdown of an answer, sentence by sentence; the last step is the whole message.

    `without` is what was taken out of the question (`fields.WITHOUT`).
    """
    if not answer.answered:
        return (_wrap(answer.lang, "refusal", _refusal(answer, turn, without)),)
    steps, done = [], ""
    for sentence in answer.sentences:
        for _, end in sentence_spans(sentence.text, answer.lang):
            steps.append(done + f"<p>{_said(answer, sentence, end)}</p>")
        links = "".join(_link(answer, turn, number) for number in sentence.citations)
        done += f"<p>{_said(answer, sentence, len(sentence.text))}{links}{_doubt(sentence, answer.lang)}</p>"
    after = "".join(f'<p class="note" {KEPT}>{esc(warning)}</p>' for warning in answer.warnings)
    after += _written(answer) + _values(answer) + _read_as(answer, turn, without)
    return tuple(_wrap(answer.lang, "answer", step) for step in (*steps, done + after))


def _written(answer: Answer) -> str:
    """What a language model wrote and nothing bears out, to be looked at by those who want to."""
    if not answer.written:
        return ""
    lines = "".join(f"<p>{esc(line)}</p>" for line in answer.written.splitlines())
    return f'<details class="unsupported"><summary>{both("unborne")}</summary>{lines}</details>'


def _values(answer: Answer) -> str:
    """The table of figures on which the cited articles differ."""
    rows = wording.value_rows(answer)
    if not rows:
        return ""
    head = "".join(f'<th scope="col">{esc(name)}</th>' for name in wording.HEADINGS[answer.lang])
    body = "".join(
        f"<tr>{''.join(f'<td {verbatim(detect(cell))}>{esc(cell)}</td>' for cell in row)}</tr>" for row in rows
    )
    return f'<table class="values"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _said(answer: Answer, sentence: Sentence, end: int) -> str:
    """The first `end` characters of a sentence, "People's Daily ... reported:" set apart from what is quoted.

    A quotation stays as it is when the page is translated; what a language model wrote need not.
    """
    cited = (one.article for one in answer.citations if one.number in sentence.citations)
    opening = next((o for o in (wording.attributed(a, answer.lang) for a in cited) if sentence.text.startswith(o)), "")
    source = f'<span class="source" {KEPT}>{esc(opening)}</span>' if opening else ""
    said = sentence.text[len(opening) : end]
    return source + (
        f"<span {verbatim(detect(said))}>{esc(said)}</span>" if sentence.support == "quoted" else esc(said)
    )


def _doubt(sentence: Sentence, lang: Lang) -> str:
    """What is to be known of a sentence that a language model wrote and the evidence does not bear out."""
    if sentence.support in ("quoted", "supported"):
        return ""
    told = text(lang, sentence.support, missing=("、" if lang == "zh" else ", ").join(sentence.missing) or "–")
    return f' <span class="doubt">{esc(told)}</span>'


def _wrap(lang: Lang, kind: str, inside: str) -> str:
    # One line without blanks between tags: Markdown then leaves the block alone.
    return f'<div class="{kind}" {lang_attr(lang)}>{inside}</div>'


def _link(answer: Answer, turn: int, number: int) -> str:
    cited = next((one for one in answer.citations if one.number == number), None)
    if cited is None:
        return ""
    label = text(answer.lang, "cite", n=number, where=where(cited.article, answer.lang))
    said = (q.text if q.lang == answer.lang or not q.twin else q.twin.text for q in cited.quotes)
    label = f"{label}: {' … '.join(said)}"
    label = label if len(label) <= HOVER else f"{label[:HOVER]}…"
    # a word joiner (U+2060) keeps the number on the line of the sentence it belongs to
    return f'&#8288;<a class="ref" {KEPT} href="#cite-t{turn}-{number}" title="{esc(label)}">&#91;{number}&#93;</a>'


def _refusal(answer: Answer, turn: int, without: Collection[str]) -> str:
    refusal = answer.refusal
    parts = [f'<p class="verdict">{esc(text(answer.lang, "refused"))}</p>']
    parts.append(f"<p>{esc(refusal.message if refusal else answer.text)}</p>")
    if answer.hits:
        parts.append(f'<p><a class="ref" href="#cite-t{turn}-h1">{esc(text(answer.lang, "nearest"))}</a></p>')
    return "".join(parts) + _read_as(answer, turn, without)


def _read_as(answer: Answer, turn: int, without: Collection[str]) -> str:
    """How the question was read: completed from the turns before, limited to the time it names, widened."""
    told = []
    if answer.standalone and answer.standalone != answer.question:
        before, after = text(answer.lang, "searched_as", wording="\n").split("\n")
        told.append(f"{esc(before)}<span {KEPT}>{esc(answer.standalone)}</span>{esc(after)}")
    if answer.period and not answer.period.applied:
        told.append(esc(text(answer.lang, "not_limited", words=answer.period.text)))
    return "".join(f'<p class="aside">{line}</p>' for line in told) + in_chat(answer, turn, without)


# What an article is called and where it stands


def titles(article: Article, page_lang: Lang, tag: str) -> str:
    """The title as a `tag`, in the reader's language where there is one, and the other language's under it."""
    order = [lang for lang in (page_lang, other(page_lang)) if article.titles.get(lang)]
    if not order:
        return f"<{tag}>{esc(text(page_lang, 'untitled'))}</{tag}>"
    first, rest = order[0], order[1:]
    second = "".join(f'<p class="alt" {verbatim(lang)}>{esc(article.titles[lang])}</p>' for lang in rest)
    return f"<{tag} {verbatim(first)}>{esc(article.titles[first])}</{tag}>{second}"


def where(article: Article, lang: Lang) -> str:
    """Newspaper, date, page and author in one line of plain text."""
    paper = article.paper.name(lang) if article.paper else ""
    parts = [wording.day(article.date, lang)]
    if article.page is not None:
        parts.append(text(lang, "page", page=article.page))
    if article.author:
        parts.append(text(lang, "author", author=article.author))
    if lang == "zh":
        return (f"《{paper}》" if paper else "") + "，".join(parts)
    return ", ".join([paper, *parts] if paper else parts)


def where_html(article: Article, lang: Lang) -> str:
    """The same line as markup."""
    line = esc(where(article, lang))
    return f'<time {KEPT} datetime="{article.date.isoformat()}">{line}</time>' if article.date else line
