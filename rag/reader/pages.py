"""What the reader reads and says, and a question and a page as the pieces that its network takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from tokenizers import Tokenizer

LONGEST, QUESTION = 288, 64
"""Most pieces of a pair, and of the question in it; a longer one is cut off."""
BEGIN, END, PADDING = 0, 2, 1
"""The special pieces."""
BETWEEN = " | "
"""What stands between the headline with its date and the passage."""
FORMS = ("fact", "yesno", "why", "define", "list", "view", "topic", "across")
"""What a question wants: a word or figure; yes or no; a reason or a way; what something is; all of several; what
somebody thinks; what there is on a subject; several articles side by side or by date."""


@dataclass(frozen=True, slots=True)
class Page:
    """What is read: `head` is the headline with the date, `sentences` are (start, end) in characters of `text`."""

    head: str
    text: str
    sentences: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Read:
    """What is said of a sentence: log-odds that it answers and that it says yes, and the words that answer, (start,
    end) in characters of the page's text, with their own score, higher is surer."""

    answers: float
    yes: float
    words: tuple[int, int]
    sure: float


@dataclass(frozen=True, slots=True)
class PageRead:
    """A page that was read: its sentences in order, None for one beyond the window, and the log-odds of each form of
    answer and of the question leaning on the one before it."""

    sentences: tuple[Read | None, ...]
    forms: Mapping[str, float]
    leans: float


class Reader(Protocol):
    """What Wenbao needs of a reader."""

    @property
    def digest(self) -> str:
        """Changes whenever what it says would."""

    def read(self, question: str, pages: Sequence[Page]) -> list[PageRead]:
        """Read each page with the question, in order."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A question with a page in pieces: `types` are 0 and 1, `sentences` the numbers of the pieces of each; the page
    begins at the piece `first`, and `places` tells where each from there on stands in its text."""

    ids: list[int]
    types: list[int]
    sentences: list[list[int]]
    first: int
    places: list[tuple[int, int]]


def paired(tokenizer: Tokenizer, question: str, page: Page) -> Pair:
    """A question and a page as the network takes them; what is beyond the window is left out."""
    asked = tokenizer.encode(question, add_special_tokens=False).ids[:QUESTION]
    front = page.head + BETWEEN if page.head else ""
    read = tokenizer.encode(front + page.text, add_special_tokens=False)
    room = LONGEST - len(asked) - 3
    places = [(a - len(front), b - len(front)) for a, b in read.offsets[:room]]
    first = len(asked) + 2
    sentences = [
        [first + i for i, (a, b) in enumerate(places) if a < b and a < end and b > max(start, 0)]
        for start, end in page.sentences
    ]
    ids = [BEGIN, *asked, END, *read.ids[:room], END]
    return Pair(ids, [0] * first + [1] * (len(ids) - first), sentences, first, places)
