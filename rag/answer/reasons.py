"""Why a passage was found, in words of the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from rag.datatypes import Filters, Hit, Lang, Printed

_CHANNELS: Mapping[str, str] = {
    "keyword-zh": "词语（中文）",
    "keyword-en": "词语（英文）",
    "dense-zh": "语义（中文）",
    "dense-en": "语义（英文）",
}


def why(hit: Hit, filters: Filters, lang: Lang) -> tuple[str, ...]:
    """Its rank in each channel, the question's words that it holds and those added to them, the limits it is within
    (`filters`, those in force), whether its counterpart counted with it, where else it was printed."""
    zh = lang == "zh"
    comma = "、" if zh else ", "
    made = [_rank(name, channel.rank, lang) for name, channel in hit.channels.items() if channel.rank]
    if hit.terms:
        made.append(("含所问词语：" if zh else "terms ") + comma.join(hit.terms))
    if hit.added:
        made.append(("含补充词语：" if zh else "added ") + comma.join(f"{a.term} = {a.word}" for a in hit.added))
    if filters.since or filters.until:
        since, until = filters.since or "...", filters.until or "..."
        made.append(f"刊期在 {since} 至 {until} 之内" if zh else f"issue date within {since} to {until}")
    if filters.event_since or filters.event_until:
        since, until = filters.event_since or "...", filters.event_until or "..."
        made.append(f"所述时间在 {since} 至 {until} 之内" if zh else f"speaks of {since} to {until}")
    if filters.paper:
        made.append(f"报纸：{filters.paper}" if zh else f"newspaper {filters.paper}")
    if {"zh", "en"} <= {name.rpartition("-")[2] for name in hit.channels}:
        made.append("与另一种语言的对应段落合计" if zh else "counted with its counterpart")
    if hit.also:
        made.append(("另刊于 " if zh else "also printed ") + comma.join(_reprint(one, hit, lang) for one in hit.also))
    return tuple(made)


def _rank(channel: str, rank: int, lang: Lang) -> str:
    return f"{_CHANNELS.get(channel, channel)}第 {rank} 名" if lang == "zh" else f"{channel} rank {rank}"


def _reprint(other: Printed, hit: Hit, lang: Lang) -> str:
    """When else it was printed, and where, if that is another newspaper."""
    named = other.paper.name(lang) if other.paper and other.paper != hit.article.paper else ""
    when = other.date or other.partial_date or "?"
    if lang == "zh":
        return f"{f'《{named}》' if named else ''}{when}（{other.article}）"
    return f"{f'{named} ' if named else ''}{when} ({other.article})"
