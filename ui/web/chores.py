"""What a chat program asks of a model behind the reader's back: a title for the conversation, tags, what to ask next.

Such a request looks like a question and is none: it speaks of the conversation itself. It gets one plain line, the
first question of that conversation, and the archive is not asked.

The tables are made from the wordings that programs send: Open WebUI (title, tags, follow-up and query templates),
LibreChat, NextChat, LobeChat and Cherry Studio, Chatbox, Jan, opencode, Zed, HuggingChat, Vercel's template. They are
kept narrow, since a question taken for a chore is not answered: sessions, dialogues and headlines are also what
articles tell of.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

LONGEST = 80  # characters of the line: what programs show of a title

ASKS = (
    "generate", "generating", "create", "write", "give", "provide", "produce", "suggest", "propose", "make", "name",
    "return", "reply", "respond", "output", "extract", "determine", "come up with", "rephrase", "rewrite", "assign",
    "summarize", "summarise", "summarizing", "summarising", "choose", "pick",
    "生成", "创建", "写", "给", "起", "取", "拟", "返回", "输出", "回复", "建议", "提出", "推荐", "提取", "改写",
    "命名", "总结", "概括",
)  # fmt: skip
"""What is to be done."""
TITLES = ("title", "titles", "标题", "题目")
MAKES = (
    *TITLES, "name", "tag", "tags", "label", "labels", "headline", "topic", "subject", "keywords", "emoji", "emojis",
    "summary", "follow-up", "follow-ups", "followups", "follow up", "questions", "queries", "prompts",
    "名称", "名字", "主题", "标签", "关键词", "表情", "摘要", "后续", "追问", "问题", "查询",
)  # fmt: skip
"""What is to come of it."""
SUMS_UP = ("summarize", "summarise", "summarizing", "summarising", "总结", "概括")
HERE = (
    "this chat", "our chat", "chat history", "chat session", "this conversation", "our conversation",
    "following conversation", "conversation history", "conversation above", "conversation so far", "given session",
    "user's conversation", "user's request", "user's message", "user's query", "user's first message",
    "这段对话", "此对话", "本对话", "上述对话", "以上对话", "以下对话", "对话内容", "对话历史", "历史对话",
    "我们的对话", "用户的对话", "会话", "聊天记录", "聊天历史", "聊天内容", "本次聊天", "这次聊天", "此聊天",
    "这个聊天", "speaker's likely facial expression",
)  # fmt: skip
"""The conversation itself: with this, a word of `MAKES` or `SUMS_UP` is enough."""
OF = (
    *HERE, "the chat", "a chat", "the conversation", "a conversation", "this thread", "thread title", "chat title",
    "chat titles", "conversation title", "title generator", "word title", "short title", "concise title",
    "descriptive title", "字以内的标题", "字的标题", "聊天标题", "简短的标题", "简短标题", "这句话的简要主题",
)  # fmt: skip
"""The conversation, or a title as only it gets one."""
NOT_OF = ("the conversation between", "the conversation with", "a conversation between", "a conversation with")
"""Conversations that are told in articles, with whom they were."""
SUMMARIES = (
    "summarize the user's request", "summarize the user's query", "summarize the user's message",
    "summarise the user's request", "summarise the user's query", "summarise the user's message",
    "总结用户的请求", "总结用户的消息", "概括用户的请求", "概括用户的消息",
)  # fmt: skip
"""What a system message says that wants a title without saying so."""

_TAG = re.compile(r"<(chat|chat_history|conversation|conversation_history|history|messages|transcript|dialogue)>")
_ROLE = r"^[^\w\n]*(?:{})[^\w\n]*[:：]\s*[\"“]?(.*)"
_USER = re.compile(_ROLE.format("user|human|用户|人类"), re.IGNORECASE | re.MULTILINE)
_MODEL = re.compile(
    _ROLE.format("assistant|ai|bot|chatbot|model|gpt|chatgpt|response|助手|助理|机器人"), re.IGNORECASE | re.MULTILINE
)
_SENTENCE = re.compile(r"[^.!?;。！？；\n]+")
_QUOTED = re.compile(r"[\"“`]([^\"”`]{3,})[\"”`]")


def is_chore(message: str) -> bool:
    """True if a user's `message` asks for something about the conversation and not of the archive, or holds one."""
    return _holds_conversation(message) or any(
        (_has(one, ASKS) and _has(one, MAKES) and _has(one, OF)) or (_has(one, (*MAKES, *SUMS_UP)) and _has(one, HERE))
        for one in _sentences(message)
    )


def wants_title(system: str) -> bool:
    """True if a system message makes the model one that gives titles. Others may speak of anything."""
    return any(
        (_has(one, ASKS) and _has(one, TITLES) and _has(one, OF)) or _has(one, SUMMARIES) for one in _sentences(system)
    )


def line(chore: str, before: Sequence[str]) -> str:
    """The line to answer a chore with: the first question of the conversation.

    `before` are the user's messages before it, oldest first; without any, the conversation stands in the chore.
    """
    found = [*before, *_USER.findall(chore), *_QUOTED.findall(chore), "Wenbao"]
    first = next(" ".join(one.split()) for one in found if any(char.isalnum() for char in one))
    first = first.strip("\"“”'`*# ")
    if len(first) <= LONGEST:
        return first
    head = first[:LONGEST]
    return (head.rsplit(" ", 1)[0] if " " in head[LONGEST // 2 :] else head) + "…"


def _holds_conversation(message: str) -> bool:
    return bool(_TAG.search(message.lower()) or (_USER.search(message) and _MODEL.search(message)))


def _sentences(message: str) -> list[str]:
    """The sentences in small letters, without those on conversations that are told in articles."""
    said = message.lower().replace("’", "'")
    found = [" ".join(one.split()) for one in _SENTENCE.findall(said)]
    return [one for one in found if not any(re.search(rf"\b{with_whom} \w", one) for with_whom in NOT_OF)]


def _has(said: str, words: Sequence[str]) -> bool:
    """True if one of `words` stands in `said`: English ones as whole words, Chinese ones anywhere."""
    return any(
        re.search(rf"(?<![\w]){re.escape(one)}(?![\w])", said) if one.isascii() else one in said for one in words
    )
