"""What one visitor has asked and seen so far. A value, kept by the server for that visitor alone.

The browser is never asked for the history: what it would send could be forged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from rag.datatypes import Answer, Lang, Turn
from ui.web import cards, render

MAX_TURNS = 100  # the page grows with every turn; an older conversation is begun anew
REMEMBERED = 8  # turns handed to the archive with a follow-up

Message = dict[str, str]


@dataclass(frozen=True, slots=True)
class Session:
    """The conversation as it is shown (`messages`, `sections`) and as the archive needs it (`turns`)."""

    messages: tuple[Message, ...] = ()
    sections: tuple[tuple[str, str], ...] = ()
    turns: tuple[Turn, ...] = ()

    @property
    def next_turn(self) -> int:
        """The number of the turn that the next answer makes, from 1."""
        return len(self.sections) + 1

    @property
    def is_full(self) -> bool:
        """True if another turn would pass the limit."""
        return len(self.sections) >= MAX_TURNS

    def asked(self, question: str) -> Session:
        """With `question` said, and nothing answered yet."""
        return self._saying("user", render.question_message(question))

    def noted(self, message: str) -> Session:
        """With an error or hint in the place of an answer; it makes no turn."""
        return self._saying("assistant", render.note_message(message))

    def said(self, markdown: str) -> Session:
        """With the running answer standing as `markdown`."""
        kept = self.messages[:-1] if self.messages and self.messages[-1]["role"] == "assistant" else self.messages
        return replace(self, messages=(*kept, {"role": "assistant", "content": markdown}))

    def answered(self, answer: Answer, page_lang: Lang, beads: Mapping[str, render.Beads]) -> Session:
        """With the evidence of `answer` as the newest turn; its text is not yet said."""
        turn = self.next_turn
        section = cards.turn_summary(answer, turn, page_lang), cards.turn_body(answer, turn, page_lang, beads)
        return replace(
            self,
            sections=(*self.sections, section),
            turns=(*self.turns, Turn(answer.question, answer.text))[-REMEMBERED:],
        )

    def _saying(self, role: str, content: str) -> Session:
        return replace(self, messages=(*self.messages, {"role": role, "content": content}))
