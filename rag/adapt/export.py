"""Write a student as a sentence-transformers folder: Transformer, mean Pooling, Normalize, one tokenizer.json.

The weights are stored in half precision and declared as float32, so that a plain ``SentenceTransformer(path)``
computes in float32 and ``model_kwargs={"dtype": torch.bfloat16}`` in bfloat16.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tokenizers import Tokenizer

WINDOW = 256
"""Pieces that the model reads of a text, the special ones included."""


def export(body: Any, tokenizer: Tokenizer, folder: Path) -> None:
    """Write ``folder``. ``body`` is a BertModel with a SplitEmbedding, ``tokenizer`` a tokenizers.Tokenizer."""
    import torch
    from safetensors.torch import save_file

    folder = Path(folder)
    (folder / "1_Pooling").mkdir(parents=True, exist_ok=True)
    (folder / "2_Normalize").mkdir(exist_ok=True)
    rows = body.embeddings.word_embeddings.rows()
    state = {k: v for k, v in body.state_dict().items() if "word_embeddings" not in k and "position_ids" not in k}
    state["embeddings.word_embeddings.weight"] = rows
    state = {k: v.detach().to("cpu", torch.float16).contiguous() for k, v in state.items()}
    weights = folder / "model.safetensors"
    save_file(state, str(weights), metadata={"format": "pt"})
    weights.chmod(0o644)  # safetensors makes it readable by its owner only
    config = body.config.to_diff_dict() | {
        "model_type": "bert", "architectures": ["BertModel"], "vocab_size": len(rows), "pad_token_id": 0,
        "dtype": "float32",
    }  # fmt: skip
    for name in ("_name_or_path", "transformers_version", "torch_dtype"):
        config.pop(name, None)
    dimension = config["hidden_size"]
    write = {
        "config.json": config,
        "sentence_bert_config.json": {"max_seq_length": WINDOW, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "model_type": "SentenceTransformer", "prompts": {}, "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
        ],
        "1_Pooling/config.json": {"word_embedding_dimension": dimension, "pooling_mode_mean_tokens": True},
        "2_Normalize/config.json": {},
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": WINDOW, "unk_token": "[UNK]",
            "pad_token": "[PAD]", "cls_token": "[CLS]", "sep_token": "[SEP]", "mask_token": "[MASK]",
            "model_input_names": ["input_ids", "attention_mask"], "clean_up_tokenization_spaces": False,
        },
    }  # fmt: skip
    for name, content in write.items():
        text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=name == "config.json")
        (folder / name).write_text(text + "\n", encoding="utf-8")
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
