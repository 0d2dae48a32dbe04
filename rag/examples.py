"""Questions to begin with: each with the article it is about, one of those that come with Wenbao."""

from __future__ import annotations

from rag.datatypes import Lang

EXAMPLES: tuple[tuple[str, Lang, str], ...] = (
    ("000_0bc8a54cde6efc4b", "zh", "江油县的生铁日产量一周内提高到多少？"),
    ("001_83cb44dda1b502d0", "zh", "大冶钢厂锻造车间的“四包一交”是什么？"),
    ("002_5addbdbbd7c0e56c", "zh", "鞍钢八号平炉最后一次炼一炉钢用了多少时间？"),
    ("003_c17e437a9ce4a8af", "en", "Which three experiences did Liaoning promote in Fuxin?"),
    (
        "004_d6f0426a5ff31012",
        "en",
        "How many rationalization proposals were put forward in the first half of last year?",
    ),
    ("000_0bc8a54cde6efc4b", "en", "How much ore was mined in Jiangyou within eight days?"),
)
