"""What an answer that a language model wrote says about itself, in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag.datatypes import Lang, Support
from rag.llm.endpoint import Fault


def unsupported(support: Support, missing: Sequence[str], lang: Lang) -> str:
    """The note after a written sentence that is not borne out, with what the nearest sentences do not hold."""
    if support == "uncited":
        return "（查到的内容不支持此句）" if lang == "zh" else " (not borne out by what was found)"
    if support != "unsupported":
        return ""
    listed = "、".join(missing) if lang == "zh" else ", ".join(missing)
    if lang == "zh":
        return f"（所引原文中没有：{listed}）" if listed else "（所引原文不支持此句）"
    return f" (not in the cited text: {listed})" if listed else " (not borne out by the cited text)"


_FAULTS: Mapping[Fault, tuple[str, str]] = {
    "unreachable": ("could not be reached", "无法连接"),
    "timeout": ("did not finish within {seconds:g} seconds", "未能在{seconds:g}秒内答完"),
    "key": ("refused the key ({detail}); check WENBAO_LLM_KEY", "拒绝了密钥（{detail}），请检查WENBAO_LLM_KEY"),
    "unknown": (
        "does not know this address or model ({detail}); check WENBAO_LLM_URL and WENBAO_LLM_MODEL",
        "不认识这个地址或模型（{detail}），请检查WENBAO_LLM_URL和WENBAO_LLM_MODEL",
    ),
    "rejected": ("rejected the request ({detail})", "拒绝了请求（{detail}）"),
    "too_long": ("cannot take so much text ({detail})", "容不下这么长的文本（{detail}）"),
    "busy": ("is busy ({detail})", "正忙（{detail}）"),
    "failed": ("failed {detail}", "出错{detail}"),
    "cut": ("broke off", "中断了"),
    "rubbish": ("sent something that is no answer", "返回的不是回答"),
    "stopped": ("stopped before the end {detail}", "没有写完{detail}"),
    "empty": ("found no answer in the passages", "没有在段落中找到答案"),
    "unfounded": ("wrote what nothing that was found bears out", "写的内容在查到的段落中都没有依据"),
    "loading": ("is still being loaded", "还在载入"),
    "unloadable": ("could not be loaded; check WENBAO_LLM_GGUF", "无法载入，请检查WENBAO_LLM_GGUF"),
    "resting": ("failed several times and is left alone for a minute", "连续出错，一分钟内不再请求"),
}


def fault(kind: Fault, detail: str, lang: Lang, seconds: float) -> str:
    """That and why a language model did not write the answer, and what stands in its place."""
    english, chinese = (said.format(detail=detail, seconds=seconds).strip() for said in _FAULTS[kind])
    if lang == "zh":
        return f"语言模型{chinese}；以下改用原文引语回答。"
    return f"The language model {english}; this answer is made of quotations instead."
