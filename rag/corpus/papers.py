"""Which newspaper an article is of: as its file says, else as the run says, else as the file's name or form tells.

A file says it in its header (`Paper: Guangming Daily`, 报纸：光明日报), in the masthead that gives its date (光明日报
一九五八年三月二日 星期日), a line of JSON in `paper`. Of a file that says nothing, and of which nobody said anything,
only two things tell: a name such as rmrb_19580302_p4.txt, and the form that the collection of People's Daily has and
no other known one, `第4版()` with its brackets and `专栏：` under the headline. Else the newspaper is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import reduce
from typing import Any

from rag.datatypes import PEOPLES_DAILY, Paper
from rag.language.fold import fold
from rag.language.script import HAN, strip_hidden

LONGEST = 80
"""Characters of a newspaper's name."""
_MASTHEAD = re.compile(
    r"^《?(?P<first>[\u4e00-\u9fff]{1,8}[报報])》?(?=[\s,，]*(?:[0-9０-９一二]|民[国國]))"
    r"|(?<=\s)《?(?P<last>[\u4e00-\u9fff]{1,8}[报報])》?$"
)
_RENMIN_RIBAO = re.compile(r"(?:the )?people['’]?s daily|renmin ?ri ?bao|jen-?min jih-?pao|rmrb|renmrb|人民日报", re.I)
_LOOSE = ' \t\u3000()（）《》[]【】/|,，;；:：·-–—"“”'
_BEFORE_A_DATE = re.compile(
    r"^[\s(（《【\[]*(?P<zh>[\u4e00-\u9fff]{1,6}[日晚晨早时時][报報])[\s)）》】\].,，-]*$"
    r"|(?:^|[^A-Za-z])(?P<en>(?:the )?people['’]s daily|renmin ?ribao|rmrb|renmrb)[\s.,-]*$"
    r"|^(?P<daily>(?:the )?[A-Z][\w'’]+(?: [A-Z][\w'’]+){0,2} daily)[\s.,-]*$",
    re.IGNORECASE,
)


def named(text: str) -> Paper | None:
    """The newspaper that a text names in one or both languages: Guangming Daily 光明日报, 《光明日报》."""
    text = " ".join(strip_hidden(text).split())[:LONGEST]
    han = [m.span() for m in HAN.finditer(text)]
    first, last = (han[0][0], han[-1][1]) if han else (len(text), len(text))
    last += text[last : last + 1] == "）" and "（" in text[first:last]
    zh, en = text[first:last], f"{text[:first]} {text[last:]}".strip(_LOOSE)
    if not any(c.isalnum() for c in en):
        en = ""
    if any(_RENMIN_RIBAO.fullmatch(fold(name)) for name in (en, zh) if name):
        return PEOPLES_DAILY
    return Paper(en, zh) if en or zh else None


def in_record(record: Mapping[str, Any]) -> Paper | None:
    """The newspaper of a line of JSON: `paper` as text, or as an object with the names `en` and `zh`."""
    told = record.get("paper")
    parts = [told.get("en"), told.get("zh")] if isinstance(told, Mapping) else [told]
    return _joined(named(part) for part in parts if isinstance(part, str))


def before_a_date(said: str) -> str:
    """The newspaper that the beginning of a file's name gives, up to the date in it; "" if it gives none."""
    found = _BEFORE_A_DATE.search(said)
    return (found["zh"] or found["en"] or found["daily"]) if found else ""


def of_file(
    headers: Iterable[Mapping[str, str]], told: Paper | None, *, name: str, is_their_form: bool
) -> Paper | None:
    """The newspaper of an article.

    Args:
        headers: fields of its headers, with `paper` and `date` as written.
        told: what the run says of files that say nothing.
        name: the newspaper that the file's name gives.
        is_their_form: whether it has the form of the collection of People's Daily.
    """
    fields = list(headers)
    own = _joined(named(field["paper"]) for field in fields if "paper" in field)
    mastheads = (_MASTHEAD.search(field.get("date", "")) for field in fields)
    own = own or _joined(named(found["first"] or found["last"]) for found in mastheads if found)
    paper = own or told or named(name) or (PEOPLES_DAILY if is_their_form else None)
    return completed(paper, told) if paper and told else paper


def completed(paper: Paper, other: Paper) -> Paper:
    """`paper` with the name that it lacks, if `other` is the same newspaper and has it."""
    same = (paper.en and fold(paper.en) == fold(other.en)) or (paper.zh and fold(paper.zh) == fold(other.zh))
    return Paper(paper.en or other.en, paper.zh or other.zh) if same else paper


def wholes(papers: Iterable[Paper]) -> dict[Paper, Paper]:
    """Each of some newspapers with the name it lacks, where another of them is the same and has it."""
    told = list(papers)
    return {paper: reduce(completed, told, paper) for paper in told}


def _joined(papers: Iterable[Paper | None]) -> Paper | None:
    """One newspaper of what the headers in the two languages say."""
    said = [one for one in papers if one]
    names = (next((one.en for one in said if one.en), ""), next((one.zh for one in said if one.zh), ""))
    return Paper(*names) if any(names) else None
