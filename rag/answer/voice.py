"""The source's voice: does a sentence tell of a plan, a target or a demand, or does it claim a result?

Read from the wording, the original's where there is one. In doubt a sentence is left unmarked: the mark says that
the text itself puts something in the future, not that it never came about.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.datatypes import Lang
from rag.language.fold import fold_with_map

_AHEAD: dict[Lang, re.Pattern[str]] = {
    "zh": re.compile(
        "计划(?=[在于到今明把将要从年增生修建用])|打算|争取(?!了)|力争(?!上游)|预计|预定|将要|即将|将(?=[在于从用达建增提成研继召举开为总])"
        "|准备(?=[在把用建修办])|保证(?=[在把要]|[^，。；了质产]{0,6}[内前]|完成)|(?<!的)要求(?=[各全到所在他大省市县])|必须"
        "|(?:提出|[订定]出|制[订定]|规定|确定)了?.{2,25}(?:指标|目标|任务)|提出.{0,12}倡议|要(?=在|把|达到|争取|做到)"
    ),
    "en": re.compile(
        r"\b(?:plan(?:s|ned)? to|intend(?:s|ed)? to|aim(?:s|ed)? (?:to|at)|striv(?:e|es|ed|ing) to|will|shall"
        r"|(?:is|are|was|were) to (?!the\b)|(?:set|fixed) (?:a|the|its|their) (?:target|quota|goal)|targets? of"
        r"|pledg(?:e|es|ed)|guarantee(?:s|d)?|vow(?:s|ed)?|(?:is|are) expected to|called? (?:on|upon)|require(?:s|d)?"
        r"|demand(?:s|ed)? that|must|propos(?:e|es|ed) (?:to|that|an initiative)|by the end of (?:this|next) year)\b",
        re.I,
    ),
}
_DONE: dict[Lang, re.Pattern[str]] = {
    "zh": re.compile(
        "已|完成了|达到了|实现了|超额|突破|创造了|增产了|建成了|修了|办了"
        "|了(?=[，。；、]|[一二两三四五六七八九十百千万0-9])"
    ),
    "en": re.compile(
        r"\b(?:ha(?:s|ve|d) (?:already |now )?(?:been )?\w+ed|already|overfulfilled|completed|achieved|reached)\b", re.I
    ),
}


def is_planned(text: str, lang: Lang, marks: Sequence[tuple[int, int]] = ()) -> bool:
    """Whether a sentence tells what is to be done.

    Args:
        text: the sentence, in the language `lang`.
        lang: its language.
        marks: the stretches of it that answer, (start, end) in characters; the plan must be told before them.
    """
    folded, offsets = fold_with_map(text)
    ahead = _AHEAD[lang].search(folded)
    if not ahead:
        return False
    start = offsets[ahead.start()]
    if marks and min(end for _, end in marks) <= start and lang == "zh":
        return False
    return not _DONE[lang].search(folded, ahead.end())
