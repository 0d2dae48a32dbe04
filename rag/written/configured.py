"""The language model that the settings name."""

from __future__ import annotations

from rag.llm.endpoint import Endpoint
from rag.settings import Settings
from rag.written.write import Writer


def writer_of(settings: Settings) -> Writer | None:
    """The model that writes answers, None if none is named. Nothing is sent to it or loaded here.

    Raises:
        ModelUnavailable: a model file that cannot be used; the message says why.
        ResourceError: it takes more memory than there is.
    """
    if settings.llm_gguf:
        from rag.llm.gguf import InProcess

        endpoint: Endpoint = InProcess(settings.llm_gguf, settings.llm_seconds, settings.llm_window)
    elif settings.llm_url:
        endpoint = Endpoint(settings.llm_url, settings.llm_model or "", settings.llm_key, settings.llm_seconds)
    else:
        return None
    return Writer(endpoint, settings.llm_unsupported, settings.llm_fallback, settings.llm_window)
