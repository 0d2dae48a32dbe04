"""Lists of words: what carries no subject. All folded, none stemmed."""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """The blank-separated words of `text` as a set."""
    return frozenset(text.split())


ENGLISH_FUNCTION_WORDS = words(
    """
    a an the and or but nor if then than that this these those of in on at by for from to with into onto upon as
    is are was were be been being am do does did has have had having it its he him his she her hers they them
    their theirs we us our ours you your yours i me my mine not no so such there here will would shall should can
    could may might must also what which who whom whose when where why how
    """
)
"""Left out of the keyword index and of questions alike."""

STOPWORDS: frozenset[str] = ENGLISH_FUNCTION_WORDS | words(
    """
    many much tell about according please describe explain whether article articles newspaper say said says happen
    happened list give name find any some

    的 了 着 过 吗 呢 吧 啊 呀 嘛 么 是 在 和 与 及 或 而 且 但 也 都 就 还 又 很
    把 被 让 使 从 向 对 于 对于 关于 由 以 为 为了 因 因为 所以 如果 虽然 但是 并 并且
    等 等等 之 其 这 那 这个 那个 这些 那些 这种 那种 此 该 他 她 它 他们 她们 它们 我
    我们 你 你们 您 有 没有 没 不 会 能 可以 上 下 里 中 时 时候 一个 个

    什么 什么样 多少 几 几个 哪 哪个 哪些 哪里 哪儿 哪年 哪天 谁 谁的 何 何时 何地 何人
    为何 如何 怎么 怎样 怎么样 为什么 是否 能否 有没有 是不是 请问 请 告诉 说明 介绍 描述
    列出 说 文章 报道 报纸 提到 多大 多长 多久 多高 多远
    """
)
"""Function words and question words of both languages, and what questions say about articles."""

UNTRANSLATED = words(
    """
    one two three four five six seven eight nine ten eleven twelve hundred thousand million billion first second third
    fourth half quarter once twice double each every all both several few most more less least much many enough only
    also even still already again ever never yet just very too before after since until during within without between
    among under over above below last next past put take get make go come give use good well great large small new
    old high low long short other another same such own year month week day time today yesterday tomorrow
    """
)
"""Words that qualify others, or do: what they are called depends on the rest of the sentence, so that none has a
counterpart to learn and to add to a question."""
