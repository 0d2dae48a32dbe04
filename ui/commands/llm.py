"""`wenbao llm`: which language models this machine serves, and whether the configured one can be used."""

from __future__ import annotations

import shlex
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ui.commands.options import open_archive, store_option, tell_memory
from ui.terminal import note, out, out_json

if TYPE_CHECKING:
    from rag.archive import Archive

QUESTIONS = 3
"""Questions that `wenbao llm test` asks."""


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def llm(context: click.Context, as_json: bool) -> None:
    """Find language models on this machine that can write answers.

    Looks at the usual ports of Ollama, llama.cpp, LM Studio and vLLM, and prints the settings to use what is there.
    """
    if context.invoked_subcommand:
        return
    from rag.llm.nearby import PORTS, nearby

    found = nearby()
    if as_json:
        out_json({"found": [asdict(one) for one in found]})
        return
    for one in found:
        out(f"{one.program} at {one.url}: {len(one.models)} model{'' if len(one.models) == 1 else 's'}")
        for model in one.models:
            out(f"  export WENBAO_LLM_URL={one.url} WENBAO_LLM_MODEL={shlex.quote(model)}")
        if not one.models:
            out("  no model is loaded there; load one and look again")
    if not found:
        ports = ", ".join(f"{name} {port}" for name, port in PORTS.items())
        note(f"no server of language models answers on this machine (looked at the ports of {ports})")
        note("set WENBAO_LLM_URL and WENBAO_LLM_MODEL to use one elsewhere, or WENBAO_LLM_GGUF to run a model file")


@llm.command("test")
@store_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def test(store: Path | None, as_json: bool) -> None:
    """Ask the configured model three questions of the archive, and say what of its answers was borne out and how fast.

    Ends with code 9 if the model answered none of them.
    """
    from rag.errors import EndpointError, UsageError
    from rag.settings import load
    from ui.suggest import openings

    tell_memory(load())
    archive = open_archive(store)
    if archive.model is None:
        raise UsageError("no language model is configured: run wenbao llm, or set WENBAO_LLM_URL and WENBAO_LLM_MODEL.")
    asked = [text for _, text in openings(archive)]
    chosen = asked[:: max(len(asked) // QUESTIONS, 1)][:QUESTIONS]  # in both languages
    if not chosen:
        raise UsageError("the archive answers no question about a headline of its own: run wenbao index seeds.")
    results = [_tried(archive, question) for question in chosen]
    if as_json:
        out_json({"model": archive.model, "questions": results})
    else:
        out(archive.model)
        for one in results:
            _print(one)
    if not any(one["written"] for one in results):
        raise EndpointError(f"{archive.model} wrote no answer that is borne out; the reasons stand above.")


def _tried(archive: Archive, question: str) -> dict[str, Any]:
    """What came of one question: sentences borne out and not, seconds to the first word and to the end."""
    from rag.datatypes import Answer

    archive.ask(question, llm=False)  # what is loaded at the first question is no time of the model's
    started, first = time.perf_counter(), None
    for step in archive.ask_stream(question):
        if first is None and not isinstance(step, Answer):
            first = time.perf_counter() - started
    if not isinstance(step, Answer):
        raise AssertionError("a stream that does not end with its answer")
    support = [one.support for one in step.sentences]
    return {
        "question": question,
        "written": step.writer is not None,
        "text": step.text,
        "borne_out": sum(one in ("supported", "quoted") for one in support) if step.writer else 0,
        "not_borne_out": sum(one in ("unsupported", "uncited") for one in support),
        "reason": "" if step.writer else next(iter(step.warnings), ""),
        "rejected": step.written,
        "first_word_s": None if first is None else round(first, 2),
        "seconds": round(time.perf_counter() - started, 2),
    }


def _print(one: dict[str, Any]) -> None:
    first = "" if one["first_word_s"] is None else f"first word after {one['first_word_s']:.1f} s, "
    out(f"\n{one['question']}\n  {first}done after {one['seconds']:.1f} s")
    if one["written"]:
        out(f"  {one['borne_out']} borne out, {one['not_borne_out']} not")
        out(f"  {one['text']}")
    else:
        out(f"  {one['reason']}")
        for line in one["rejected"].splitlines():
            out(f"  > {line}")
