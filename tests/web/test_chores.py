"""What chat programs ask for themselves is told from what readers ask of the archive."""

from __future__ import annotations

import pytest

from ui.web import chores

ORE = "How much ore was mined in Jiangyou within eight days?"
ORE_ZH = "江油县八天内采了多少矿石？"
TALK = f"<chat_history>\nUSER: {ORE}\nASSISTANT: People's Daily reported: “80,000 tons of ore” [1]\n</chat_history>"

# In the form of the programs named, in words of our own where the wording does not matter.
CHORES = {
    "Open WebUI, title": "### Task:\nGenerate a concise, 3-5 word title with an emoji summarizing the chat history.\n"
    f'### Output:\nJSON format: {{ "title": "your title" }}\n### Chat History:\n{TALK}',
    "Open WebUI, tags": "### Task:\nGenerate 1-3 broad tags categorizing the main themes of the chat history, with "
    f"1-3 more specific subtopic tags.\n### Chat History:\n{TALK}",
    "Open WebUI, follow-ups": "### Task:\nSuggest 3-5 relevant follow-up questions that the user might naturally ask "
    f"next in this conversation, based on the chat history.\n{TALK}",
    "Open WebUI, queries": "### Task:\nAnalyze the chat history to determine the need of generating search queries, "
    f"in the given language.\n{TALK}",
    "a title in a few words": "### Task:\nWrite a title of at most five words for this chat. Reply with the title only."
    f"\n<chat>\nUSER: {ORE}\nASSISTANT: 80,000 tons.\n</chat>",
    "LibreChat": "Provide a concise, 5-word-or-less title for the conversation. Only return the title.\n"
    f"Conversation:\nUser: {ORE}\nAI: 80,000 tons.",
    "NextChat": "Please generate a four to five word title summarizing our conversation without any lead-in, "
    "punctuation, quotation marks, periods, symbols, bold text, or additional text.",
    "NextChat, memory": "Summarize our conversation briefly in 200 words or less to use as a prompt later.",
    "NextChat zh": "使用四到五个字直接返回这句话的简要主题，不要解释、不要标点、不要语气词、不要多余文本，不要加粗",
    "NextChat zh, memory": "简要总结一下对话内容，用作后续的上下文提示，控制在 200 字以内",
    "LobeChat": f"user: {ORE_ZH}\nassistant: 八万吨\n\n请总结上述对话为10个字以内的标题，不需要包含标点符号",
    "Chatbox": "Based on the chat history, give this conversation a name.\nKeep it short, no quotes.",
    "Jan": f'Summarize in a 5-word Title. Give the title only. "{ORE}"',
    "Zed": "Generate a concise 3-7 word title for this conversation, omitting punctuation.",
    "of what was said": "Task: Generate a concise 3-5 word title for the conversation we just had before this message.",
    "LangChain": "Given the following conversation and a follow up question, rephrase the follow up question to be a "
    f"standalone question.\nChat History:\nHuman: {ORE}\nAssistant: 80,000 tons.\nFollow Up Input: And fuel?",
    "tags in Chinese": "请根据聊天记录生成三个标签，只输出 JSON。",
    "next questions in Chinese": "请根据以上对话，推荐三个用户可能会追问的问题。",
    "Open WebUI, emoji": "Your task is to reflect the speaker's likely facial expression through a fitting emoji. "
    f'Message: """{ORE}"""',
    "Continue": "Reply with a title for the chat that is 3-4 words in length, no additional text or explanation.",
    "a transcript": f"||>User:\n{ORE}\n||>Response:\n80,000 tons.\n||>Title:",
    "asked like a question": "What would be a good title for this chat?",
    "in one word": "Title this conversation.",
    "asked in Chinese": "这段对话叫什么标题好？",
    "a transcript in Chinese": f"用户：{ORE_ZH}\n助手：八万吨。\n标题：",
}
QUESTIONS = [
    ORE,
    ORE_ZH,
    "What was the title of the article on Jiangyou?",
    "Give me the headlines about steel in November 1958.",
    "Give the title and the date of every article on open-hearth furnaces.",
    "Write the names of the counties that built kilns.",
    "Name the models of labour that were praised in 1958.",
    "Summarize the session of the Liaoning Provincial Committee.",
    "Summarize what was reported about Jiangyou in ten words.",
    "Summarize the conversation between Mao and Khrushchev in 1957.",
    "What was the topic of the conversation with the workers of Anshan?",
    "Suggest which article describes the thread of the argument.",
    "What questions did the delegates ask?",
    "What did the user of the new furnace say?",
    "Which tags did the workers wear?",
    "Who was asked for a summary of the plan?",
    "请用一百字以内概括江油县八天内取得的成绩。",
    "请写出1958年11月14日第2版文章的标题。",
    "这篇社论的主题是什么？",
    "代表会上提出了哪些问题？",
    "毛主席说的这句话的主题是什么，请给出出处。",
    "总结先进生产者运动的经验",
    "工人们怎样回答记者的问题？",
    "工人们聊天时提出了哪些问题？",
    "What questions came up in the conversation of the delegates?",
    "请概括王家扬报告的最后一部分，不要解释。",
    "人民公社的名称是怎样取的？",
    "User: what was reported?",  # half a transcript is none
]


@pytest.mark.parametrize("name", CHORES)
def test_a_chore_is_known_and_gets_the_question_as_its_line(name: str) -> None:
    chore = CHORES[name]
    assert chores.is_chore(chore)
    in_it = ORE in chore or ORE_ZH in chore
    line = chores.line(chore, [] if in_it else [ORE])
    assert line in (ORE, ORE_ZH)


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_of_the_archive_is_none(question: str) -> None:
    assert not chores.is_chore(question)


@pytest.mark.parametrize(
    ("system", "wants"),
    [
        ("You write very short chat titles. Reply with ONLY a 3-6 word title for the conversation.", True),
        ("你是一名擅长会话的助理，你需要将用户的会话总结为 10 个字以内的标题，不要使用标点符号", True),
        ("You are a title generator. You output ONLY a thread title. Nothing else.", True),
        ("Create a precise, descriptive title (2-5 words) for a conversation.", True),
        ("- generate a short title from the first message a user begins a conversation with\n- no quotes", True),
        ("You are a summarization AI. Summarize the user's request in four words or less. Do not answer it.", True),
        ("你负责总结用户的请求，不超过十个字。", True),
        ("Give the title of the article on a conversation with the premier.", False),
        ("First summarize the answer, then give the sources of the user's question.", False),
        ("You are a helpful assistant. Suggest follow-up questions at the end of the conversation.", False),
        ("You are a historian. Give the title of every article you cite.", False),
        ("Examples:\nUser: Hello\nAssistant: Hello! How can I help?", False),
        ("If the user asks, summarize this conversation.", False),
        ("你是历史学者，请注明每篇文章的标题。", False),
        ("", False),
    ],
)
def test_a_system_message_makes_a_giver_of_titles_or_not(system: str, wants: bool) -> None:
    assert chores.wants_title(system) is wants


@pytest.mark.parametrize(
    ("before", "line"),
    [
        ([ORE, "And fuel?"], ORE),
        (["", "  \n ", ORE], ORE),
        (["## Ore\n\nHow much?"], "Ore How much?"),
        (["word " * 60], "word word word word word word word word word word word word word word word word…"),
        (["钢" * 300], "钢" * 80 + "…"),
        ([], "Wenbao"),
    ],
)
def test_the_line_is_one_short_line(before: list[str], line: str) -> None:
    assert chores.line("Give this conversation a name.", before) == line
