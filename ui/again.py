"""A question of a dossier, asked again over today's index: what is different, and why.

What was found and quoted then is read from the dossier and compared by article and by words; texts are taken from
today's archive alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from rag.answer.wording import source
from rag.datatypes import Answer, Article, Lang
from rag.datatypes import Turn as Earlier
from ui.dossier import edition_of, there
from ui.export import answer_json
from ui.turns import KeptEdition, Turn
from ui.web.strings import text

if TYPE_CHECKING:
    from rag.archive import Archive

Outcome = Literal["same", "order", "other", "answered", "refused", "neither"]
"""The same answer; the same quotations in another order; others; answered only now; refused only now; refused twice."""
Fate = Literal["altered", "removed"]
"""What has become of an article since: its text is another one; it is not there any more."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """A sentence that is quoted by one of two answers only, or by both. `then` and `now` are numbers of citations."""

    article: str
    lang: Lang
    text: str
    then: int | None
    now: int | None


@dataclass(frozen=True, slots=True)
class Placed:
    """An article among those found, best first from 1; None where it was, or is, not among them."""

    article: str
    then: int | None
    now: int | None
    fate: Fate | None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why answers may differ: `what` is a key of the page's words ("why_" before it), with what was and what is."""

    what: str
    then: str = ""
    now: str = ""


@dataclass(frozen=True, slots=True)
class Again:
    """A turn as it was kept, and the same question today."""

    turn: Turn
    answer: Answer
    outcome: Outcome
    quotes: tuple[Quoted, ...]
    articles: tuple[Placed, ...]
    reasons: tuple[Reason, ...]
    known: Mapping[str, Article]
    """The articles of both that are in the archive today, by id."""

    def named(self, article: str, lang: Lang) -> str:
        """An article by its title and where it was printed; by its id where it is not there any more."""
        if (known := self.known.get(article)) is None:
            return article
        title = known.titles.get(lang) or next(iter(known.titles.values()), "")
        return " · ".join(filter(None, (_plain(title), source(known, lang))))


def asked_again(turns: Sequence[Turn], archive: Archive) -> Again:
    """Ask the last of `turns` again, within its limits and after those before it, and compare.

    A language model words the answer only if one did then. Raises what `Archive.ask` does.
    """
    *before, turn = turns
    limits = turn.filters
    answer = archive.ask(
        turn.question,
        llm=bool(turn.writer),
        history=[Earlier(one.question, one.text) for one in before],
        lang=limits.lang,
        since=limits.since,
        until=limits.until,
        page=limits.page,
        paper=limits.paper,
        event_since=limits.event_since,
        event_until=limits.event_until,
    )
    asked = dict.fromkeys([*(c.article for c in turn.citations), *(hit.article for hit in turn.hits)])
    found = [one.article for one in answer.citations] + [hit.article for hit in answer.hits]
    known = {article.id: article for article in found}
    known |= {name: article for name in asked if (article := there(name, archive))}
    fates = _fates(turn, asked, known)
    then, now = _quoted_then(turn), _quoted_now(answer)
    quotes = [Quoted(*key, then.get(key), now.get(key)) for key in dict.fromkeys([*then, *now])]
    found_then = _ranks(hit.article for hit in turn.hits)
    found_now = _ranks(hit.article.id for hit in answer.hits)
    names = dict.fromkeys([*found_now, *found_then, *fates])
    placed = [Placed(one, found_then.get(one), found_now.get(one), fates.get(one)) for one in names]
    return Again(
        turn,
        answer,
        _outcome(turn, answer, list(then), list(now)),
        tuple(quotes),
        tuple(one for one in placed if one.fate or one.then != one.now),
        tuple(_reasons(turn, answer, KeptEdition.model_validate(edition_of(archive)), fates)),
        known,
    )


def again_json(again: Again) -> dict[str, Any]:
    """The document that `wenbao again --json` prints of one question."""
    then = again.turn
    return {
        "question": then.question,
        "asked_at": then.asked_at,
        "outcome": again.outcome,
        "reasons": [{"what": one.what, "then": one.then, "now": one.now} for one in again.reasons],
        "quotes": [
            {"article": q.article, "lang": q.lang, "text": q.text, "then": q.then, "now": q.now} for q in again.quotes
        ],
        "articles": [{"article": a.article, "then": a.then, "now": a.now, "fate": a.fate} for a in again.articles],
        "then": {"answered": then.answered, "text": then.text, "confidence": then.confidence},
        "now": answer_json(again.answer),
    }


def lines(again: Again, number: int) -> list[str]:
    """The comparison as lines of text, in the language of the question."""
    turn, lang = again.turn, again.turn.lang
    day = f"{text(lang, 'then')} {turn.asked_at[:10]}" if turn.asked_at else text(lang, "then")
    told = [f"{number}  {_plain(turn.question)}", f"   {text(lang, f'again_{again.outcome}')}"]
    if again.outcome not in ("same", "order"):
        told += [f"   {day}: {_plain(turn.text)}", f"   {text(lang, 'today')}: {_plain(again.answer.text)}"]
    told += [f"   {sign(q)} {_plain(q.text)}  ({q.article})" for q in again.quotes if None in (q.then, q.now)]
    told += [f"   {again.named(one.article, lang)}: {where(one, lang)}" for one in again.articles]
    return [*told, f"   {text(lang, 'why')}: " + ("；" if lang == "zh" else "; ").join(worded(again.reasons, lang))]


def sign(quote: Quoted) -> str:
    """ "+" for what is quoted today alone, "-" for what was then alone, "=" for both."""
    return "+" if quote.then is None else "-" if quote.now is None else "="


def where(placed: Placed, lang: Lang) -> str:
    """The places of an article among those found, then and today, and what has become of it."""
    then, now = (text(lang, "not_found") if one is None else str(one) for one in (placed.then, placed.now))
    fate = f" ({text(lang, f'fate_{placed.fate}')})" if placed.fate else ""
    return f"{then} → {now}{fate}"


def worded(reasons: Iterable[Reason], lang: Lang) -> list[str]:
    """The reasons in words."""
    return [text(lang, f"why_{one.what}", then=one.then, now=one.now) for one in reasons]


_Key = tuple[str, Lang, str]


def _quoted_then(turn: Turn) -> dict[_Key, int]:
    return {(c.article, q.lang, _plain(q.text)): c.number for c in turn.citations for q in c.quotes}


def _quoted_now(answer: Answer) -> dict[_Key, int]:
    return {(c.article.id, q.lang, _plain(q.text)): c.number for c in answer.citations for q in c.quotes}


def _plain(text: str) -> str:
    return " ".join(text.split())


def _ranks(articles: Iterable[str]) -> dict[str, int]:
    return {one: rank for rank, one in enumerate(dict.fromkeys(articles), 1)}


def _fates(turn: Turn, asked: Iterable[str], known: Mapping[str, Article]) -> dict[str, Fate]:
    """What has become of the articles that the turn names; those that are as they were are left out."""
    fates: dict[str, Fate] = {}
    for name in asked:
        if name not in known:
            fates[name] = "removed"
        elif turn.digests.get(name) not in (None, known[name].digest):
            fates[name] = "altered"
    return fates


def _outcome(turn: Turn, answer: Answer, then: Sequence[_Key], now: Sequence[_Key]) -> Outcome:
    if not (turn.answered and answer.answered):
        return "neither" if turn.answered == answer.answered else "answered" if answer.answered else "refused"
    in_short = [one and one.text for one in (turn.short, answer.short)]
    if set(then) != set(now) or in_short[0] != in_short[1]:
        return "other"
    return "same" if then == now else "order"


def _reasons(turn: Turn, answer: Answer, today: KeptEdition, fates: Mapping[str, Fate]) -> list[Reason]:
    """What has changed since; where nothing has, that."""
    then, reasons = turn.edition, []
    for fate in ("altered", "removed"):
        if many := sum(one == fate for one in fates.values()):
            reasons.append(Reason(fate, now=str(many)))
    if then is None:
        reasons.append(Reason("unknown"))
    else:
        if then.articles != today.articles:
            reasons.append(Reason("articles", str(then.articles), str(today.articles)))
        if then.model.digest != today.model.digest:
            reasons.append(Reason("model", then.model.name, today.model.name))
        if then.version != today.version:
            reasons.append(Reason("version", then.version, today.version))
        if not reasons and (then.generation, then.made) != (today.generation, today.made):
            reasons.append(Reason("rebuilt", then.made, today.made))
    if (turn.writer or "") != (answer.writer or ""):
        reasons.append(Reason("writer", turn.writer or "", answer.writer or ""))
    return reasons or [Reason("nothing")]
