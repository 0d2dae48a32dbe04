"""What one visitor has asked and seen so far. A value, kept by the server for that visitor alone.

The browser is never asked for the history: what it would send could be forged.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace

from rag.datatypes import Answer, Lang, Turn
from ui.web import cards, render

MAX_TURNS = 100  # the page grows with every turn; an older conversation is begun anew
NEARLY_FULL = 10  # turns before that, from which on it is told
REMEMBERED = 8  # turns handed to the archive with a follow-up

Message = dict[str, str]


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question and what stands under it. A number makes it a turn, with evidence; a note has none."""

    question: str
    reply: str = ""
    number: int = 0
    section: tuple[str, str] = ("", "")
    turn: Turn | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """The conversation as it is shown (`messages`, `sections`) and as the archive needs it (`turns`).

    `mark` tells the browser which conversation a turn belongs to; it is made with the first question.
    """

    exchanges: tuple[Exchange, ...] = ()
    mark: str = ""

    @property
    def messages(self) -> tuple[Message, ...]:
        """What the conversation shows."""
        made: list[Message] = []
        for one in self.exchanges:
            made.append({"role": "user", "content": render.question_message(one.question, one.number)})
            made += [{"role": "assistant", "content": one.reply}] if one.reply else []
        return tuple(made)

    @property
    def sections(self) -> tuple[tuple[str, str], ...]:
        """The evidence of each turn as (summary, body), oldest first."""
        return tuple(one.section for one in self.exchanges if one.number)

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The latest turns, for a follow-up."""
        return tuple(one.turn for one in self.exchanges if one.turn)[-REMEMBERED:]

    @property
    def next_turn(self) -> int:
        """The number of the turn that the next answer makes, from 1."""
        return len(self.sections) + 1

    @property
    def left(self) -> int:
        """How many more turns there can be."""
        return MAX_TURNS - len(self.sections)

    def before(self, number: int) -> Session:
        """As it was before the turn `number` was asked; all of it if there is no such turn."""
        at = next((place for place, one in enumerate(self.exchanges) if one.number == number), len(self.exchanges))
        return replace(self, exchanges=self.exchanges[:at])

    def asked(self, question: str) -> Session:
        """With `question` said, and nothing answered yet."""
        exchanges = (*self.exchanges, Exchange(question))
        return Session(exchanges, self.mark or secrets.token_hex(8))

    def noted(self, message: str) -> Session:
        """With an error or hint in the place of an answer; it makes no turn."""
        return self.said(render.note_message(message))

    def said(self, markdown: str) -> Session:
        """With the running answer standing as `markdown`."""
        return replace(self, exchanges=(*self.exchanges[:-1], replace(self.exchanges[-1], reply=markdown)))

    def answered(self, answer: Answer, page_lang: Lang, beads: Mapping[str, render.Beads]) -> Session:
        """With the evidence of `answer` as the newest turn; its text is not yet said."""
        number = self.next_turn
        section = cards.turn_summary(answer, number, page_lang), cards.turn_body(answer, number, page_lang, beads)
        turn = Turn(answer.question, answer.text)
        made = replace(self.exchanges[-1], number=number, section=section, turn=turn)
        return replace(self, exchanges=(*self.exchanges[:-1], made))
