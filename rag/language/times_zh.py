"""Times in Chinese that leave out their year or are counted from the day of the text; in folded text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from rag.language import counting
from rag.language.counting import At, Days
from rag.language.dates import Named
from rag.language.numerals import parse

_N = "(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_D = "(?:[12][0-9]|3[01]|0?[1-9]|[二三]?十[一二三四五六七八九]?|[廿卅][一二三四五六七八九]?|[一二三四五六七八九])"
_NO_DAY = "(?![之来内间游夜产]|以[来内]|工|程|用|千|益)"  # a number of days, or another word
_MONTH = re.compile(
    r"(?P<never>每年?的?|历年|农历|[阴旧夏]历|逢)?(?<![0-9第几数〇零一二三四五六七八九十百])"
    rf"(?:(?P<which>(?<!日)本|这个|(?<!以)上个?|(?<!以)下个?)月|(?P<first>{_N})(?:月份?)?[到至~—-]+(?P<last>{_N})月"
    rf"|(?P<month>{_N})月|(?P<many>{_N}(?:月?份?[、和及]{_N})+)(?:[两三四]个?)?月)份?"
    r"(?!革命|起义|球|饼|牙|刊|票|经[^过]|薪|息|之久|多|余|有余|工夫)"
    rf"(?:的?(?P<third>[上中下])旬|(?P<part>[初底末])(?!期)|(?P<days>{_D}(?:日?[、和及]{_D})*)[日号]{_NO_DAY})?"
)
_ARABIC = "(?:[12][0-9]|3[01]|[1-9])"
_DAY = re.compile(
    rf"(?<![0-9.:月第几数约共过满达近每一二三四五六七八九十百])(?P<days>{_ARABIC}(?:日?[、和及]{_ARABIC})*)日{_NO_DAY}"
    rf"|(?<=[于在到自从至])(?P<han>(?<=于)[一二三四五六七八九]|[二三]?十[一二三四五六七八九]?|[廿卅][一二三四五六七八九]?)日{_NO_DAY}"
)
_TODAY = re.compile(
    r"(?:(?P<before>大?前)|(?P<yester>昨)|(?P<now>今)|(?P<next>明))(?:[天日](?!的[^,。;]{0,8}(?:情况|形势|中国|世界|青年|社会|时代|条件|生活|水平|日子|人们|农村|科学))|(?(next)[晨晚]|(?(before)晚|[晨晚夜早午])))(?!后|朝|星)"
)
_YEARS = {"前年": -2, "去年": -1, "去": -1, "今年": 0, "本年": 0, "今": 0, "明年": 1, "明": 1}
_SEASON = re.compile(
    r"(?:(?P<rel>前年|去年?|今年?|本年|明年?)|(?P<year>(?:1[89]|20)[0-9]{2})年)的?(?P<season>[春夏秋冬])(?:[天季初末间]|(?![节耕播收种茧小麦粮灌荒汛联笋菜衣装令]))"
)
_HALF = re.compile(r"(?P<half>[上下])半年")
_QUARTER = re.compile(
    r"(?P<first>[1-4一二三四])(?:、|[到至和-])第?(?P<last>[1-4一二三四])(?:两个?)?季度?|第(?P<nth>[1-4一二三四])季度?|(?<![0-9一二三四个])(?P<bare>[一二三四])季度"
)
_FIRST = re.compile(rf"[前头](?P<n>{_N}|两|[二三四]个?季度)(?:个月|(?<=季度))")
_CENTURY = re.compile(
    r"(?<!公元)(?P<before>公元前)?(?<![0-9一二三四五六七八九十])(?P<n>1[0-9]|20|[一二]?十[一二三四五六七八九]?|二十)世纪(?:[初末]期?|中叶|末叶)?(?![0-9一二三四五六七八九十]{1,2}年代)"
)
_OLD_YEAR = re.compile("(?<![0-9])1[0-7][0-9]{2}年(?!前)")
_LIBERATED = re.compile(
    r"(?<!民族)(?<!思想)(?<!妇女)(?:(?P<freed>解放)(?:以|之)?|(?:建国|开国|新中国成立|中华人民共和国成立)(?:以|之)?)"
    r"(?:(?P<before>前)(?!夕|线|进)|(?P<after>后|(?:[一二三四五六七八九十]{1,2}年)?来(?![临到])))"
)
_AHEAD = re.compile(r"(?:[定订将拟]于|[将拟]在|预定|即将|准备|计划|争取|预计|要[在到])[^,。;]{0,6}$")
_COMING = re.compile("[^。;]{0,16}将[在同要于由举]")
_ON = re.compile("[早晚清凌深夜晨上中下午间]*[到至~—-]+")
_YEAR_BEFORE = re.compile(r"(?:的|[,(:]|同年的?)?$")
_OF_SAME = re.compile("同年的?$")
COMPARED = re.compile("(?:比|较|超过|相当于)$")
_CLAUSE = re.compile("[,;:。!?]")


def named(folded: str, at: At, fixed: Sequence[Named]) -> Iterator[Named]:
    """The times of a sentence that `fixed`, those that name their year, do not hold; one that goes on from a year
    before it (1957年1至6月) takes that in."""
    told = list(fixed)
    for start, end, days, is_own in sorted(_found(folded, at, fixed), key=lambda one: (one[0], -one[1])):
        if days is None:
            continue
        begin = start
        for first, last, _, _ in fixed:
            if not is_own and last <= start and _YEAR_BEFORE.fullmatch(folded, last, start):
                begin = first
        told.append((begin, end, *days))
        yield begin, end, *days


_Found = tuple[int, int, Days | None, bool]


def _found(folded: str, at: At, fixed: Sequence[Named]) -> Iterator[_Found]:
    """(start, end, days, whether it needs no year beside it) of everything that may be a time."""
    yield from _by_month(folded, at, fixed)
    yield from _parts_of_year(folded, at, fixed)
    yield from _far(folded, at)
    for match in _TODAY.finditer(folded):
        if at.is_told or folded[max(0, match.start() - 3) : match.start()].endswith("本报"):
            shift = 0 if match["now"] else 1 if match["next"] else -1 if match["yester"] else -len(match["before"]) - 1
            yield *match.span(), counting.day_from(at, shift), True
    for match in _SEASON.finditer(folded):
        name, year = match["season"], int(match["year"] or at.day.year + _YEARS.get(match["rel"] or "", 0))
        is_counted = name == "冬" and match["rel"]
        yield *match.span(), counting.winter_near(year, at) if is_counted else counting.season(name, year), True


def _parts_of_year(folded: str, at: At, fixed: Sequence[Named]) -> Iterator[_Found]:
    """Halves, quarters and first months of a year."""
    for match in _HALF.finditer(folded):
        first = 1 if match["half"] == "上" else 7
        year, own = counted(folded, match.start(), at, fixed)
        yield *match.span(), counting.part_of_year_near(first, first + 5, own, year), False
    for match in _QUARTER.finditer(folded):
        low, high = (_number(match[name] or match["nth"] or match["bare"]) for name in ("first", "last"))
        if low <= high:
            year, own = counted(folded, match.start(), at, fixed)
            yield *match.span(), counting.part_of_year_near(3 * low - 2, 3 * high, own, year), False
    for match in _FIRST.finditer(folded):
        year, _ = counted(folded, match.start(), at, fixed)
        months = 3 * _number(match["n"][0]) if match["n"].endswith("季度") else _number(match["n"])
        if year is not None and 1 <= months <= 12:
            yield *match.span(), counting.of_year(year, 1, months), False


def _far(folded: str, at: At) -> Iterator[_Found]:
    """Times long before: years before 1800, centuries, the liberation."""
    for match in _OLD_YEAR.finditer(folded):
        yield *match.span(), counting.of_year(int(match[0][:4])), True
    for match in _CENTURY.finditer(folded):
        yield *match.span(), None if match["before"] else counting.century(_number(match["n"])), True
    for match in _LIBERATED.finditer(folded):
        if not at.is_abroad:
            yield *match.span(), counting.epoch(bool(match["freed"]), bool(match["before"]), at), True


def _by_month(folded: str, at: At, fixed: Sequence[Named]) -> Iterator[_Found]:
    near: list[Named] = list(fixed)
    matches = sorted([*_MONTH.finditer(folded), *_DAY.finditer(folded)], key=lambda match: match.start())
    for match in matches:
        groups, start = match.groupdict(), match.start()
        if any(first <= start < last for first, last, _, _ in fixed):
            continue
        clause = folded[max(0, start - 40) : start]
        is_ahead = bool(_AHEAD.search(clause))
        if "month" not in groups:
            yield from _days_alone(folded, match, at, near, is_ahead)
            continue
        if groups["never"]:
            yield *match.span(), None, True
            continue
        year, own = counted(folded, start, at, fixed)
        days: Days | None
        if which := groups["which"]:
            days = counting.month_from(at, -1 if which[0] == "上" else 1 if which[0] == "下" else 0)
        elif groups["first"]:
            low, high = _number(groups["first"]), _number(groups["last"])
            months = [counting.month_near(m, own, year, is_ahead) for m in (low, high)]
            days = (months[0][0], months[1][1]) if months[0] and months[1] and months[0] <= months[1] else None
        elif groups["many"]:
            parts = [counting.month_near(_number(n), own, year, is_ahead) for n in re.findall(_N, groups["many"])]
            yield from _listed(
                match,
                parts,
                [
                    (match.start("many") + n.start(), match.start("many") + n.end())
                    for n in re.finditer(_N, groups["many"])
                ],
                False,
            )
            continue
        else:
            days = counting.month_near(_number(groups["month"]), own, year, is_ahead)
        if days is None:
            continue
        if part := groups["third"] or groups["part"]:
            days = counting.third(days, part)
        if groups["days"]:
            yield from _days_of(match, days, near, bool(which))
        else:
            near.append((*match.span(), *days))
            yield *match.span(), days, bool(which)


def _days_of(match: re.Match[str], days: Days, near: list[Named], is_own: bool) -> Iterator[_Found]:
    """The days that are listed behind a month."""
    numerals = list(re.finditer(_D, match["days"]))
    parts = [counting.day_of_month(days, _number(part[0])) for part in numerals]
    places = [(match.start("days") + part.start(), match.start("days") + part.end()) for part in numerals]
    places[0] = (match.start(), places[0][1])
    for one in _listed(match, parts, places, is_own):
        if one[2]:
            near.append((one[0], one[1], *one[2]))
        yield one


def _listed(
    match: re.Match[str], parts: Sequence[Days | None], places: Sequence[tuple[int, int]], is_own: bool
) -> Iterator[_Found]:
    """Times that share their month or year, at their places; those that follow on each other are one."""
    told = [part for part in parts if part]
    if len(told) == len(parts) and all(a[1] + timedelta(days=1) == b[0] for a, b in pairwise(told)):
        yield match.start(), match.end(), (told[0][0], told[-1][1]), is_own
        return
    for part, (start, end) in zip(parts, places, strict=True):
        yield start, match.end() if (start, end) == places[-1] else end, part, is_own


def _days_alone(folded: str, match: re.Match[str], at: At, near: list[Named], is_ahead: bool) -> Iterator[_Found]:
    """The days that are told by their number."""
    group = "days" if match["days"] else "han"
    numerals = list(re.finditer(_ARABIC if group == "days" else _D, match[group]))
    is_maybe = "将" in _CLAUSE.split(folded[max(0, match.start() - 40) : match.start()])[-1]
    is_ahead = is_ahead or bool(_COMING.match(folded, match.end()))
    for part in numerals:
        start = match.start(group) + part.start()
        end = match.end() if part is numerals[-1] else match.start(group) + part.end()
        before = [one for one in near if one[1] <= start and one[2] == one[3]][-1:]
        last = (before[0][2], before[0][3]) if before else None
        is_joined = bool(before) and bool(_ON.fullmatch(folded, before[0][1], start))
        one = counting.day_near(_number(part[0]), at, last, is_ahead, is_joined)
        if is_maybe and not is_ahead and one != counting.day_near(_number(part[0]), at, last, True, is_joined):
            one = None
        if one:
            near.append((start, end, *one))
        yield start, end, one, True


def counted(folded: str, start: int, at: At, fixed: Sequence[Named]) -> tuple[int | None, At]:
    """The year that holds for a time at a place, None if only that of the text does, and what it is counted from."""
    for first, last, since, until in reversed(fixed):
        if last > start or since.year != until.year:
            continue
        if _OF_SAME.search(folded, last, start) or _YEAR_BEFORE.fullmatch(folded, last, start):
            return since.year, at
        if not COMPARED.search(folded, max(0, first - 3), first):
            if not _CLAUSE.search(folded, last, start):
                return since.year, at
            return None, replace(at, is_past=since.year != at.day.year)
    return None, at


def _number(numeral: str) -> int:
    return int(parse(numeral) or 0)
