"""Answers as documents to take along: Markdown and one self-contained HTML page, evidence in both languages."""

from __future__ import annotations

import html
from collections.abc import Sequence

from rag.answer import times
from rag.answer.wording import HEADINGS, source, value_rows
from rag.datatypes import Answer, Citation, Lang
from ui.export import markdown, plain
from ui.noted import note_of, tags_of

STYLE = """
body { max-width: 44em; margin: 3em auto; padding: 0 1.5em; font: 17px/1.65 Georgia, "Noto Serif CJK SC", "Songti SC", serif; color: #1e1c19; }
h1 { font-size: 1.5em; line-height: 1.3; } h2 { margin-top: 2.2em; font-size: 1.15em; line-height: 1.4; }
blockquote { margin: .6em 0 .6em 1.2em; padding-left: 1em; border-left: 3px solid #ddd6c8; }
.source, footer { font-size: .85em; color: #5e584e; } .warning { padding: .4em .8em; background: #fcf0d8; font-size: .9em; }
table { border-collapse: collapse; margin: 1em 0; } th, td { padding: .3em .8em .3em 0; border-bottom: 1px solid #ddd6c8; text-align: left; vertical-align: top; }
section { break-inside: avoid; } ol { padding-left: 1.6em; } @media print { body { margin: 0; font-size: 11pt; } }
"""  # noqa: E501


def markdown_of(title: str, answers: Sequence[Answer]) -> str:
    """A conversation as Markdown; that of a single answer is `export.markdown`."""
    if len(answers) == 1:
        return markdown(answers[0])
    parts = [f"# {plain(title)}\n"] + [markdown(answer, level=2) for answer in answers]
    return "\n".join(parts)


def html_of(title: str, answers: Sequence[Answer], lang: Lang) -> str:
    """A conversation as one HTML page that needs nothing else and prints well."""
    return page("".join(_turn(answer) for answer in answers), title, lang)


def page(body: str, title: str, lang: Lang) -> str:
    """`body`, which is markup, under its title as one HTML page that needs nothing else and prints well."""
    return (
        f'<!doctype html>\n<html {_in(lang)}><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f'<meta name="viewport" content="width=device-width"><title>{html.escape(title)}</title>'
        f'<style>{STYLE}</style></head><body><h1 translate="no">{html.escape(title)}</h1>{body}</body></html>\n'
    )


def _turn(answer: Answer) -> str:
    # quotations stay as they are where a browser translates the page; a refusal, or what a model wrote, need not
    kept = "" if answer.writer or not answer.answered else ' translate="no"'
    said = "".join(f"<p{kept}>{_visible(line)}</p>" for line in answer.text.splitlines() if line.strip())
    warned = "".join(f'<p class="warning" translate="no">{_visible(one)}</p>' for one in answer.warnings)
    cited = "".join(f"<li value={one.number}>{cited_html(one, answer.lang)}</li>" for one in answer.citations)
    sources = f"<ol>{cited}</ol>" if cited else ""
    heading = f'<h2 translate="no">{_visible(answer.question)}</h2>'
    return f"<section {_in(answer.lang)}>{heading}{said}{warned}{_differing(answer)}{sources}</section>"


def _differing(answer: Answer) -> str:
    """The table of figures on which the cited articles differ."""
    rows = value_rows(answer)
    head = "".join(f"<th>{_visible(name)}</th>" for name in HEADINGS[answer.lang])
    body = "".join(f"<tr>{''.join(f'<td>{_visible(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f'<table><thead><tr>{head}</tr></thead><tbody translate="no">{body}</tbody></table>' if rows else ""


def cited_html(cited: Citation, lang: Lang) -> str:
    """A citation as markup: where it was printed, its quotations in both languages, what is told of them."""
    titles = "".join(f"<br><span {_in(side)}>{_visible(title)}</span>" for side, title in cited.article.titles.items())
    made = [f'<p class="source" translate="no">{_visible(source(cited.article, lang))}{titles}</p>']
    for quote in cited.quotes:
        sides = [(quote.lang, quote.text)] + ([(quote.twin.lang, quote.twin.text)] if quote.twin else [])
        made += [f'<blockquote {_in(side)} translate="no">{_visible(words)}</blockquote>' for side, words in sides]
        if told := times.told(quote, lang):
            made.append(f'<p class="source" translate="no">{_visible(told)}</p>')
        made += [f'<p class="warning" translate="no">{_visible(one)}</p>' for one in quote.warnings]
        made += [f"<p>{_visible(line)}</p>" for line in note_of(quote).splitlines() if line.strip()]
        if tags := tags_of(quote):
            made.append(f'<p class="source">{" · ".join(map(_visible, tags))}</p>')
    return "".join(made)


def _in(lang: Lang) -> str:
    return f'lang="{"zh-CN" if lang == "zh" else "en"}"'


def _visible(text: str) -> str:
    return html.escape("".join(c if c.isprintable() or c.isspace() else f"\\u{ord(c):04x}" for c in text))
