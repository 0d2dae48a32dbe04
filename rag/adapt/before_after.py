"""Two models on the held-back pairs of an archive: which texts each of them pairs rightly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rag.adapt.mine import Mined

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

MOST_MEASURED = 2_000
"""Held-back pairs of a kind that are measured: each is searched among all the others."""
FIGURES = {
    "sentence zh->en": ("sentence zh", "sentence en"),
    "sentence en->zh": ("sentence en", "sentence zh"),
    "headline zh->lead zh": ("headline zh", "lead zh"),
    "headline en->lead en": ("headline en", "lead en"),
    "headline zh->lead en": ("headline zh", "lead en"),
    "headline en->lead zh": ("headline en", "lead zh"),
}
"""Success@1: the share of texts of the first kind whose nearest text of the second kind is their own."""


def held_vectors(body: Any, tokenizer: Tokenizer, held: Mined) -> dict[str, torch.Tensor]:
    """Unit vectors float32[n, dimension] of the held-back texts, by kind and language."""
    from rag.adapt.distil import encode_all, student_ids
    from rag.adapt.export import WINDOW

    kinds = {"sentence": held.sentences, "headline": held.headlines, "lead": held.leads}
    result = {}
    for kind, pairs in kinds.items():
        for lang in ("zh", "en"):
            texts = [getattr(pair, lang) for pair in pairs[:MOST_MEASURED]]
            result[f"{kind} {lang}"] = encode_all(body, student_ids(tokenizer, texts, WINDOW))
    return result


def compare(before: dict[str, torch.Tensor], after: dict[str, torch.Tensor]) -> dict[str, Any]:
    """The figures of two models over the same held-back texts, and what they come to.

    `verdict` is "better" or "worse" where the sentences and headlines that one model pairs rightly in more
    directions than the other are more than chance would have it (McNemar 1947: |gained - lost| > 1.96 sqrt(gained +
    lost); each counts once, since its directions go together), else "unchanged". `english_kept` is the mean cosine
    of the English sentences' vectors before and after.
    """
    figures: dict[str, Any] = {}
    change: dict[str, torch.Tensor] = {}
    for name, (asked, pool) in FIGURES.items():
        if not len(before[asked]):
            continue
        old, new = (_paired(vectors[asked], vectors[pool]) for vectors in (before, after))
        kind = asked.split()[0]
        change[kind] = change.get(kind, 0) + new.int() - old.int()
        figures[name] = {
            "before": round(float(old.float().mean()), 4),
            "after": round(float(new.float().mean()), 4),
            "texts": len(old),
            "gained": int((new & ~old).sum()),
            "lost": int((old & ~new).sum()),
        }
    gained = sum(int((c > 0).sum()) for c in change.values())
    lost = sum(int((c < 0).sum()) for c in change.values())
    clear = abs(gained - lost) > 1.96 * (gained + lost) ** 0.5
    kept = (before["sentence en"] * after["sentence en"]).sum(1).mean()
    return {
        "figures": figures,
        "english_kept": round(float(kept), 4),
        "verdict": ("better" if gained > lost else "worse") if clear else "unchanged",
    }


def _paired(asked: torch.Tensor, pool: torch.Tensor) -> torch.Tensor:
    """bool[n]: whether pool[i] is nearer to asked[i] than all others of the pool; a tie is none."""
    scores = asked @ pool.T
    return (scores >= scores.diagonal()[:, None]).sum(1) == 1
