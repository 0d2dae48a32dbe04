"""Which models can be trained further: those of the make that `rag.adapt.export` writes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from rag.errors import UsageError
from rag.model import WEIGHTS

HAN_CLASS = "々〇㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff"
HAN = re.compile(f"[{HAN_CLASS}]")
"""A Chinese character, of whatever plane."""


def base_model(configured: str | None) -> Path:
    """The folder of the configured model, the shipped one if None, if its training can be continued.

    Raises UsageError where it is no local folder, or a model of another make than Wenbao's own.
    """
    folder = Path(configured) if configured else WEIGHTS
    if not (folder / "modules.json").is_file():
        if configured is None:
            raise UsageError("the bilingual model is not part of this installation: there is nothing to adapt.")
        raise UsageError(
            f"{configured} is no local model folder; only such a folder can be adapted. "
            "Set WENBAO_EMBEDDING_MODEL to one, or unset it to adapt the shipped model."
        )
    try:
        wrong = _wrong_make(folder)
    except (OSError, ValueError, KeyError, TypeError) as err:
        wrong = f"its files cannot be read ({type(err).__name__}: {err})"
    if wrong:
        raise UsageError(
            f"the model in {folder} cannot be adapted: {wrong}. "
            "Unset WENBAO_EMBEDDING_MODEL to adapt the shipped model, or name one adapted from it."
        )
    return folder


def first_chinese(folder: Path) -> int:
    """The id of the first Chinese piece of a model's tokenizer: all from it on are Chinese, none before it.

    0 if the vocabulary is of another kind.
    """
    model = _read(folder / "tokenizer.json")["model"]
    if model["type"] != "Unigram":
        return 0
    chinese = [HAN.search(piece) is not None for piece, _ in model["vocab"]]
    first = chinese.index(True) if True in chinese else 0
    return first if all(chinese[first:]) else 0


def prepared(body: Any, folder: Path) -> Any:
    """The body of the model in a folder, ready to be trained: in full precision, its piece vectors in two parts."""
    from rag.adapt.split_embedding import SplitEmbedding

    body = body.float()
    body.set_attn_implementation("eager")  # the fused kernel's backward is slower on a CPU at these lengths
    rows = body.embeddings.word_embeddings.weight.detach()
    body.embeddings.word_embeddings = SplitEmbedding(rows, first_chinese(folder))
    return body


def _wrong_make(folder: Path) -> str:
    """Why the model cannot be trained and written as Wenbao's own is; empty if it can."""
    modules = [str(module["type"]).rpartition(".")[2] for module in _read(folder / "modules.json")]
    mean = "pooling_mode_mean_tokens"
    if modules != ["Transformer", "Pooling", "Normalize"] or not _read(folder / "1_Pooling" / "config.json").get(mean):
        return "it is not a transformer with mean pooling and normalised vectors"
    if _read(folder / "config.json")["model_type"] != "bert":
        return "its transformer is not of the BERT kind"
    settings = folder / "config_sentence_transformers.json"
    if settings.is_file() and any((_read(settings).get("prompts") or {}).values()):
        return "it wants prompts"
    if not first_chinese(folder):
        return "its vocabulary is not English pieces followed by Chinese ones"
    return ""


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
