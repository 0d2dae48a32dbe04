"""`wenbao eval check`: a set against an archive, without asking anything. Every fault is listed with its line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from eval.run.seen import Engine
from eval.sets.load import read
from eval.sets.questions import QuestionSet
from eval.sets.verify import verify
from rag.errors import UsageError


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found. `faults` stop a run, `missing` are gold articles the archive lacks, `warnings` are odd.

    All three are lines `file:line: what`, in the order of the file.
    """

    name: str
    questions: int
    wordings: int
    articles: int
    quotations: int
    faults: tuple[str, ...]
    missing: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """True if every article is there and every quotation is in its article."""
        return not self.faults and not self.missing


def check(path: Path, archive: Engine) -> Checked:
    """Read the set at `path` and look up every article and every quotation of it in `archive`.

    Raises `UsageError` if the file cannot be read at all.
    """
    questions, faults = read(path)
    verified = verify(questions, archive, name=path.name)
    sources = [source for question in questions.questions for source in question.sources]
    absent = set(verified.missing)
    missing = [
        f"{path.name}:{source.line}: the article {source.article} is not in the archive"
        for source in sources
        if source.article in absent
    ]
    return Checked(
        name=questions.name,
        questions=len(questions.questions),
        wordings=sum(len(question.ask) for question in questions.questions),
        articles=len({source.article for source in sources} - absent),
        quotations=sum(len(texts) for s in sources if s.article not in absent for texts in s.quotes.values()),
        faults=tuple(sorted((*faults.errors, *verified.faults), key=_line)),
        missing=tuple(dict.fromkeys(missing)),
        warnings=(*questions.warnings, *_leaks(path, questions, archive)),
    )


def _line(fault: str) -> int:
    number = fault.split(":", 2)[1]
    return int(number) if number.isdigit() else 0


def _leaks(path: Path, questions: QuestionSet, archive: Engine) -> list[str]:
    """A set that was indexed answers itself: its own first question is found in it."""
    case = next(questions.cases(), None)
    try:
        hits = archive.search(case.text) if case else []
    except UsageError:
        return []
    found = [hit.article.id for hit in hits if Path(hit.article.source).name == path.name]
    return [f"{path.name}:1: the archive holds this file itself ({article}). Take it out." for article in found[:1]]
