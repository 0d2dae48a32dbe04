"""The values that travel through Wenbao. Frozen, standard library only.

They know nothing of files, stores, models or screens: an `Article` does not know which file format it was
read from beyond the name in `source`, a `Passage` does not know its vector, a `Hit` does not know which
engine found it. Offsets are counted in characters (code points) of `Article.bodies[lang]`, start inclusive,
end exclusive, so that `bodies[lang][start:end]` is always the text meant.
"""

from rag.datatypes.answered import (
    Answer,
    Citation,
    Draft,
    Quote,
    Refusal,
    RefusalReason,
    Sentence,
    Short,
    Support,
    Value,
)
from rag.datatypes.articles import (
    LANGS,
    PEOPLES_DAILY,
    Article,
    Bead,
    Holding,
    Lang,
    Paper,
    Passage,
    Span,
    days_of,
    other,
)
from rag.datatypes.found import (
    Added,
    Channel,
    ChannelScore,
    Filters,
    Found,
    Hit,
    Limits,
    Period,
    Printed,
    Reading,
    Turn,
    Twin,
)
from rag.datatypes.times import Dateline, DateSpan

__all__ = [
    "Added",
    "Answer",
    "Article",
    "Bead",
    "Channel",
    "ChannelScore",
    "Citation",
    "DateSpan",
    "Dateline",
    "Draft",
    "Filters",
    "Found",
    "Hit",
    "Holding",
    "LANGS",
    "Lang",
    "Limits",
    "PEOPLES_DAILY",
    "Paper",
    "Passage",
    "Period",
    "Printed",
    "Quote",
    "Reading",
    "Refusal",
    "RefusalReason",
    "Sentence",
    "Short",
    "Span",
    "Support",
    "Turn",
    "Twin",
    "Value",
    "days_of",
    "other",
]
