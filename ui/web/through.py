"""Words through the months as the page shows them, and as a picture to take along. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from markupsafe import Markup

from rag.datatypes import Article, Filters, Lang
from rag.through import Course, Through
from rag.timeline import Month
from ui.through import per_thousand
from ui.web.markup import fill
from ui.web.naming import limits
from ui.web.plot import binned, years
from ui.web.search import VIEWS
from ui.web.strings import text

MEASURES, SCALES = ("share", "count"), ("own", "one")
"""What a bar is as high as: articles of a thousand, or articles; and against the highest of its word, or of all."""
HEIGHT = 60
_SHEET = 84  # bars of the picture to take along are a little higher


@dataclass(frozen=True, slots=True)
class Bar:
    """A month or year of a picture. `height` is a share of the whole, 0 to 1, None where there are no issues; `href`
    leads to the lines, "" where there are none; `told` says it in words."""

    height: float | None
    told: str
    href: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A word as it is drawn: its bars, what the highest of them could be, and what is said above them."""

    course: Course
    bars: tuple[Bar, ...]
    top: str
    forms: str
    told: str

    @property
    def mentions(self) -> list[tuple[str, Article]]:
        """The first article with it and the last, by how they are called; of one alone the first."""
        ends = (("through_first", self.course.first), ("through_last", self.course.last))
        known = [(key, article) for key, article in ends if article]
        return known if len({article.id for _, article in known}) > 1 else known[:1]


def results(
    made: Through, asked: Sequence[tuple[str, str]], filters: Filters, page_lang: Lang, measure: str, scale: str
) -> Markup:
    """The view of the search room; `asked` is what the page's address says besides the view, by its names there."""
    measure, scale = _known(measure, MEASURES), _known(scale, SCALES)
    shown = pictures(made, asked, page_lang, measure, scale)
    here = [(name, value) for name, value in asked if value]
    switches = [
        (name, [(one, _href([*here, ("as", "time"), *_others(name, measure, scale), (name, one)])) for one in known])
        for name, known in (("measure", MEASURES), ("scale", SCALES))
    ]
    files = urlencode([("ui", page_lang), *_of_program(made, here), ("measure", measure), ("scale", scale)])
    span = f"{made.months[0].name} – {made.months[-1].name}" if made.months else ""
    told = " · ".join(filter(None, [span, *limits(filters, page_lang)]))
    return fill(
        "through", "room", VIEWS, shown, years(binned(made.months)) if made.months else [], HEIGHT, switches,
        {measure, scale}, files, _rows(made, asked), told, page_lang,
    )  # fmt: skip


def picture(made: Through, filters: Filters, lang: Lang, measure: str = "share", scale: str = "own") -> str:
    """The same as an SVG file of its own, which needs nothing else."""
    measure, scale = _known(measure, MEASURES), _known(scale, SCALES)
    shown = pictures(made, (), lang, measure, scale)
    marks = years(binned(made.months)) if made.months else []
    note = " · ".join([text(lang, f"through_{measure}"), text(lang, "through_key"), *limits(filters, lang)])
    return fill("through", "sheet", shown, marks, _SHEET, note, lang)


def pictures(made: Through, asked: Sequence[tuple[str, str]], lang: Lang, measure: str, scale: str) -> list[Picture]:
    """The words as they are drawn."""
    columns = [binned(made.of(course)) for course in made.courses]
    tops = [max((_value(bar, measure) for bar in bars), default=0.0) for bars in columns]
    if scale == "one":
        tops = [max(tops)] * len(tops)
    drawn = []
    for course, bars, top in zip(made.courses, columns, tops, strict=True):
        made_bars = tuple(_bar(course, bar, top, asked, lang, measure) for bar in bars)
        label = text(lang, f"through_top_{measure}", n=_number(top)) if top else ""
        drawn.append(Picture(course, made_bars, label, forms(course, lang), _told(course, lang)))
    return drawn


def forms(course: Course, lang: Lang) -> str:
    """What was counted of a word: each form, the articles that hold it, and where it is from."""
    parts = [
        text(
            lang, "through_form" if form.is_exact else "through_loose", text=form.text, n=form.articles,
            source=text(lang, f"through_{form.source}"),
        )
        for form in course.forms
    ]  # fmt: skip
    return ("；" if lang == "zh" else "; ").join(parts)


def _told(course: Course, lang: Lang) -> str:
    said = text(lang, "through_in_n" if course.articles else "through_in_0", n=course.articles)
    if course.undated:
        said += ("，" if lang == "zh" else ", ") + text(lang, "through_undated", n=course.undated)
    return said


def _bar(course: Course, bar: Month, top: float, asked: Sequence[tuple[str, str]], lang: Lang, measure: str) -> Bar:
    if not bar.articles:
        return Bar(None, text(lang, "through_gap", period=bar.name), "")
    told = text(
        lang, "through_told", period=bar.name, articles=bar.articles, found=bar.found, share=_number(per_thousand(bar))
    )
    return Bar(_value(bar, measure) / top if top else 0.0, told, _lines(course, bar, asked) if bar.found else "")


def _lines(course: Course, bar: Month, asked: Sequence[tuple[str, str]]) -> str:
    """The address of the lines of a word in a month: all its forms are looked for."""
    given = [form.text for form in course.forms if form.source in ("asked", "given")]
    kept = [(name, value) for name, value in asked if value and name not in ("q", "since", "until")]
    return _href([("q", " ".join(given)), *kept, ("since", bar.name), ("until", bar.name)])


def _href(asked: Sequence[tuple[str, str]]) -> str:
    return "/?" + urlencode([("view", "search"), *asked])


def _others(name: str, measure: str, scale: str) -> list[tuple[str, str]]:
    return [one for one in (("measure", measure), ("scale", scale)) if one[0] != name]


def _of_program(made: Through, asked: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """What the page's address says as programs say it."""
    called = {"in": "lang", "on": "page"}
    rest = [(called.get(name, name), value) for name, value in asked if name != "q"]
    return [*(("word", course.word) for course in made.courses), *rest]


def _rows(made: Through, asked: Sequence[tuple[str, str]]) -> list[tuple[str, int, list[tuple[str, str, str]]]]:
    """The lines of the table: month, its articles, and of each word how many, of a thousand how many, the address."""
    columns = [(course, made.of(course)) for course in made.courses]
    return [
        (
            month.name,
            month.articles,
            [
                (str(months[at].found), _number(per_thousand(months[at])), _lines(course, months[at], asked))
                for course, months in columns
            ],
        )
        for at, month in enumerate(made.months)
    ]


def _value(bar: Month, measure: str) -> float:
    return (per_thousand(bar) or 0.0) if measure == "share" else float(bar.found)


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:g}"


def _known(value: str, known: Sequence[str]) -> str:
    return value if value in known else known[0]
