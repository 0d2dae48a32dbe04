"""Names in a Chinese sentence: what the segmenter tags as one, and the plants and bodies that are called by one."""

from __future__ import annotations

from dataclasses import dataclass

from rag.language.names import PERSON_TAGS, SURNAMES
from rag.language.script import HAN
from rag.language.terms import english
from rag.language.wordlists import STOPWORDS, words
from rag.register.kinds import Kind, chinese_kind, is_body

MOST_PARTS = 6
_LONGEST = 16
_LINKS = frozenset({"n", "vn", "b", "j", "ns", "nz", "nt", "nr", "a", "an", "v", "f", "m", "s", "ng", "nrt"})
"""Parts of speech that stand between a name and what a plant is called by: 北京 电子管 厂, 上海 第一 钢铁 厂."""
NO_NAMES = words(
    "建国 城市 外国 回国 归国 新建 两国 贵宾 松脂 东西 大桥 共和国 团拜 人民 我国 祖国 全国 各国 "
    "友谊比赛 公路 铁路 农村 乡村 华侨 边疆 内地 沿海 海外 全省 全市 全县 山区 平原 本市 本省 本县 该县 "
    "该省 该市 国际 王国 帝国 半岛 亚非 中苏 中美 同亚非 海洋 人民公社 农业社 拖拉机站 休养院 合作社 "
    "人民共和国 联合会 文学院 音乐学院 党代会 公共汽车 国际联运 党委 省委 县委 市委 地委 美丽 福利 人民军队 "
    "正规军队 现政府 新闻处 文工团 国家机关 驻外使馆 儿童医院 统一安排 公文旅行 大会党 民主党 自由党 新设 "
    "内河 江河 河水 华里 和平共处 首都 省市 县市 城乡 工地 大陆 国外 国内 东风 南方 北方 东方 西方 地方"
)
"""What the segmenter takes for names of places and bodies, although it names none."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the segmenter: where it begins and its tag."""

    text: str
    start: int
    tag: str

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stretch of a Chinese sentence that may be a name, and of what."""

    start: int
    end: int
    text: str
    kind: Kind


def tagged(sentence: str) -> list[Word]:
    """The words of a sentence."""
    import rjieba

    made, at = [], 0
    for word, tag in rjieba.tag(sentence):
        made.append(Word(word, at, tag))
        at += len(word)
    return made


def candidates(words: list[Word]) -> list[Candidate]:
    """The candidates among the words of a sentence, the longest where they overlap, in order."""
    made: list[Candidate] = []
    for number, word in enumerate(words):
        if made and word.start < made[-1].end:
            continue
        kind = _kind(word)
        if kind is None:
            continue
        last = word
        if kind != "person" or len(word.text) > 1:
            last = extended(words, number) or word
        text = "".join(w.text for w in words[number:] if w.end <= last.end)
        if last is not word:
            kind = "work"
        made.append(Candidate(word.start, last.end, text, kind))
    return made


def extended(words: list[Word], number: int, bodies: int = 1) -> Word | None:
    """The last word of the plant or body that begins with the name at a place, None if there is none.

    `bodies` is how many words for a body it may have: 石景山人民公社钢渣磷肥厂 has two.
    """
    best, left = None, bodies
    for at in range(number + 1, min(number + 1 + MOST_PARTS, len(words))):
        word = words[at]
        is_one = is_body(word.text) and word.tag[0] in "njk"
        if word.tag not in _LINKS or not HAN.fullmatch(word.text) or word.text in STOPWORDS:
            break
        if word.end - words[number].start > _LONGEST:
            break
        if word.tag == "v" and not (at + 1 < len(words) and is_body(words[at + 1].text)):
            break
        if is_one:
            best, left = word, left - 1
            if left == 0:
                break
    return best


def _kind(word: Word) -> Kind | None:
    text, tag = word.text, word.tag
    if len(text) < 2 or not HAN.fullmatch(text) or text in STOPWORDS or text in NO_NAMES:
        return None
    if tag in PERSON_TAGS:
        if len(text) == 2 and chinese_kind(text):
            return chinese_kind(text)
        return "person" if len(text) in (2, 3) and text[0] in SURNAMES and text not in english() else None
    if tag == "ns":
        return chinese_kind(text) or "place"
    if tag == "nt":
        return "work" if len(text) > 2 or text.endswith(("报", "社", "大")) else None
    if tag == "nz" and chinese_kind(text) and text not in english():
        return chinese_kind(text)
    return None
