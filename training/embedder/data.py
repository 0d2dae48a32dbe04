"""Training examples made from the licensed pairs.

Files read from the ``--pairs`` folder (form: Chinese, tab, English; see its README.txt for origin and licence):
sentences from wmt_news_2017_2023, tatoeba, threeam_captions and tico19, terms from cedict_terms and rmrb_glossary.
Nothing else is read: ``flores_devtest.tsv`` lies beside them and is for measuring only.

Besides the sentences themselves there are four made kinds, because an archive is searched with questions and names
over paragraphs, and the pairs are single statements:

- paragraphs: consecutive sentences of the news and health files, joined up to a passage's length;
- lists: a few dictionary terms joined, so that one example teaches several names in a context;
- questions: short questions about a dictionary term, from templates of our own;
- swaps: sentences in which a name that the dictionary knows is exchanged for another one, on both sides.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from pathlib import Path

from rag.adapt.example import Example

NEWS, TICO = "wmt_news_2017_2023", "tico19"
SENTENCE_FILES = (NEWS, "tatoeba", "threeam_captions", TICO)
TERM_FILES = ("cedict_terms", "rmrb_glossary")
DIGITS = str.maketrans("0123456789", "〇一二三四五六七八九")

QUESTIONS = (
    ("什么是{}？", "What is {}?"), ("{}是什么？", "What is {}?"), ("{}的意思是什么？", "What does {} mean?"),
    ("{}在哪里？", "Where is {}?"), ("{}是谁？", "Who is {}?"), ("{}是什么时候开始的？", "When did {} begin?"),
    ("为什么{}很重要？", "Why is {} important?"), ("{}有多少？", "How many {} are there?"),
    ("{}有哪些特点？", "What are the characteristics of {}?"), ("{}位于哪个国家？", "In which country is {} located?"),
    ("报纸怎样报道{}？", "How did the newspaper report {}?"), ("关于{}有什么新闻？", "What news is there about {}?"),
    ("{}和{}有什么关系？", "What is the relation between {} and {}?"), ("{}的{}是什么？", "What is the {1} of {0}?"),
    ("谁提出了{}？", "Who proposed {}?"), ("{}是哪一年成立的？", "In which year was {} founded?"),
    ("哪个地区的{}最多？", "Which region has the most {}?"),
    ("怎样解决{}问题？", "How can the problem of {} be solved?"),
)  # fmt: skip


def read_pairs(folder: Path, name: str) -> list[tuple[str, str]]:
    """The pairs of one file of the folder; FileNotFoundError names the file that is missing."""
    path = Path(folder) / f"{name}.tsv"
    if not path.is_file():
        raise FileNotFoundError(path)
    with path.open(encoding="utf-8") as lines:
        rows = (line.rstrip("\n").split("\t") for line in lines)
        return [(row[0], row[1]) for row in rows if len(row) == 2 and row[0] and row[1]]


def paragraphs(sentences: Sequence[Example], rng: random.Random, longest: int) -> list[Example]:
    """Consecutive sentences joined to between 60 and ``longest`` Chinese characters, each sentence used once."""
    made: list[Example] = []
    parts: list[int] = []
    size, limit = 0, rng.randint(80, longest)
    for number, sentence in enumerate([*sentences, None]):
        if sentence is None or size + len(sentence.chinese) > limit:
            if len(parts) > 1 and size >= 60:
                chinese = "".join(sentences[i].chinese for i in parts)
                english = " ".join(sentences[i].english for i in parts)
                made.append(Example(chinese, english, "paragraph", parts))
            parts, size, limit = [], 0, rng.randint(80, longest)
        if sentence is not None:
            parts = [*parts, number]
            size += len(sentence.chinese)
    return made


def term_lists(terms: Sequence[tuple[str, str]], rng: random.Random) -> list[Example]:
    """All terms in random order, joined three to six at a time; ours (the glossary) are seen ten times."""
    order = list(terms)
    rng.shuffle(order)
    made, at = [], 0
    while at < len(order):
        group = order[at : at + rng.randint(3, 6)]
        at += len(group)
        mark = rng.choice(("、", "，", " "))
        made.append(Example(mark.join(z for z, _ in group), ", ".join(e for _, e in group), "list"))
    return made


def questions(terms: Sequence[tuple[str, str]], rng: random.Random, count: int) -> list[Example]:
    """``count`` template questions about random terms that are nouns (no gloss that begins with "to ")."""
    nouns = [(z, e) for z, e in terms if len(z) > 1 and not e.startswith("to ") and len(e) < 40]
    made = []
    for _ in range(count if nouns else 0):
        chinese, english = rng.choice(QUESTIONS)
        (z1, e1), (z2, e2) = rng.choice(nouns), rng.choice(nouns)
        made.append(Example(chinese.format(z1, z2), english.format(e1, e2), "question"))
    return made


def swaps(sentences: Sequence[Example], terms: Sequence[tuple[str, str]], rng: random.Random) -> list[Example]:
    """Sentences with one known name exchanged on both sides for another name of the dictionary."""
    names = {z: e for z, e in terms if len(z) > 1 and re.fullmatch(r"[A-Z][\w'-]+(?: [A-Z][\w'-]+)*", e)}
    pool = sorted(names.items())
    known = re.compile("|".join(sorted(map(re.escape, names), key=len, reverse=True)) or "(?!)")
    made = []
    for sentence in sentences:
        found = known.findall(sentence.chinese)
        found = [z for z in found if re.search(rf"\b{re.escape(names[z])}\b", sentence.english)]
        if not found or len(sentence.chinese) > 120:
            continue
        old, (new, gloss) = rng.choice(found), rng.choice(pool)
        english = re.sub(rf"\b{re.escape(names[old])}\b", gloss.replace("\\", r"\\"), sentence.english)
        made.append(Example(sentence.chinese.replace(old, new), english, "swap"))
    return made


def chinese_years(text: str) -> str:
    """The text with its years and months in Chinese figures, as the newspaper of the period prints them."""
    text = re.sub(r"(?<!\d)([12]\d{3}) ?年", lambda m: m[1].translate(DIGITS) + "年", text)
    return re.sub(r"(?<!\d)([1-9]) ?([月日])", lambda m: m[1].translate(DIGITS) + m[2], text)


def examples(folder: Path, seed: int, longest: int = 320, question_count: int = 15000) -> list[Example]:
    """All training examples, sentences first and in the order of their files. The same seed gives the same list."""
    rng = random.Random(seed)
    made: list[Example] = []
    joined: list[tuple[int, int]] = []
    for name in SENTENCE_FILES:
        start = len(made)
        made += [Example(z, e, "sentence") for z, e in read_pairs(folder, name)]
        if name in (NEWS, TICO):
            joined.append((start, len(made)))
    sentences = list(made)
    for start, end in joined:
        for example in paragraphs(sentences[start:end], rng, longest):
            example.parts = [start + part for part in example.parts]
            made.append(example)
    terms = read_pairs(folder, TERM_FILES[0])
    glossary = read_pairs(folder, TERM_FILES[1])
    made += term_lists([*terms, *glossary * 10], rng)
    made += questions([*terms, *glossary * 20], rng, question_count)
    made += swaps(sentences, [*terms, *glossary], rng)
    for example in made:
        if rng.random() < 0.3:
            example.chinese = chinese_years(example.chinese)
    return made
