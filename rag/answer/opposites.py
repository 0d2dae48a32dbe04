"""Words that say the opposite of each other, which word vectors take for much the same: opened and closed.

A sentence that tells of an opening does not say when something was closed. The pairs are few and plain on purpose:
each must speak for one matter only, or it would refuse answers (a plan to raise quality is told by fewer rejects).
"""

from __future__ import annotations

import re

from rag.language.fold import fold

_PAIRS = (
    (r"开幕|\bopen(?:s|ed)?\b", r"闭幕|\bclose[sd]?\b"),
    (
        r"取消|废除|废止|\babolish|\bcancel|\bscrap|\brevok|\brepeal",
        r"推行|实行|施行|建立|\bimplement|\bintroduc|\bestablish",
    ),
    (r"成立|创立|创办|创建|\bfound(?:ed|ing)\b|\bset(?:ting)? up\b", r"解散|\bdissol|\bdisband"),
    (r"进口|\bimport(?:s|ed)?\b", r"出口|\bexport"),
    (r"增加|增产|上升|\bincreas|\brise|\brose\b", r"减少|减产|下降|\bdecreas|\bdecline|\bfell\b|\breduc"),
    (r"采纳|接受|批准|\badopt|\baccept|\bapprov", r"拒绝|否决|驳回|\breject|\brefus"),
)
_COMPILED = [(re.compile(a), re.compile(b)) for a, b in _PAIRS]
_EITHER_WAY = [pair for a, b in _COMPILED for pair in ((a, b), (b, a))]


def says_the_opposite(question: str, sentence: str, article: str) -> bool:
    """Whether a sentence says the opposite of a word of the question, or its article says nothing else of the matter.

    That is, the other side of the pair is there and the question's own side is not; a question with both is left.
    """
    asked = fold(question)
    wanted = [(own, against) for own, against in _EITHER_WAY if own.search(asked) and not against.search(asked)]
    return any(against.search(said) and not own.search(said) for own, against in wanted for said in (sentence, article))
