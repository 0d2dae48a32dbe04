"""The whole site as one ASGI app: the page of Gradio, the parts it fetches, the other doors, the guard in front."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # read when gradio is imported

import gradio as gr
from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from gradio.routes import App as GradioApp
from starlette.exceptions import HTTPException
from starlette.routing import Mount

from rag.errors import WenbaoError
from ui.web import completions, frame
from ui.web.api import api
from ui.web.app import build
from ui.web.door import is_right, keeper
from ui.web.fields import FieldError
from ui.web.findings import findings
from ui.web.gate import Gate
from ui.web.guard import Guard
from ui.web.head import WithHead
from ui.web.look import head, look
from ui.web.months import months
from ui.web.names import names
from ui.web.parts import fault, parts
from ui.web.strings import interface_language
from ui.web.trials import Trials, trials

if TYPE_CHECKING:
    from rag.archive import Archive

FAVICON = Path(__file__).parent / "assets" / "favicon.svg"


def site(archive: Archive, host: str, password: str | None, cases: Path, trusted: Iterable[str] = ()) -> Guard:
    """Everything that is served over `archive` on the address `host`; with a password, to those who know it.

    `trusted` are more names of this machine, as `Guard` takes them. Judged answers are saved to the question set at
    `cases`.
    """
    app = FastAPI(title="Wenbao", openapi_url=None, docs_url=None, redoc_url=None)
    for kind in (FieldError, WenbaoError, RequestValidationError, HTTPException, Exception):
        app.add_exception_handler(kind, _refused)

    @app.get("/healthz", include_in_schema=False)
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    kept = [Depends(keeper(password, partial(_logged_in, app)))]
    measured = Trials(archive, cases, Path("runs"))
    for routes in (
        parts(archive),
        trials(measured),
        findings(archive),
        names(archive),
        api(archive, cases),
        months(archive),
        completions.routes(archive),
    ):
        app.include_router(routes, dependencies=kept)
    gr.mount_gradio_app(  # last: it takes every path that is left
        app,
        build(archive),
        path="/",
        auth=partial(is_right, password=password) if password else None,
        auth_message=frame.login(),
        allowed_paths=[],
        show_error=False,
        ssr_mode=False,
        favicon_path=FAVICON,
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        mcp_server=False,
        pwa=False,
        **look(),
    )
    return Guard(Gate(WithHead(app, head())), host, trusted)


async def _refused(request: Request, err: Exception) -> Response:
    """A fault in the form of what was asked for: markup for the page, a JSON document for programs."""
    status, message = fault(err, interface_language(request.query_params.get("ui")))
    if request.url.path.split("/")[1:2] == ["v1"]:
        return completions.refused(err, status, message)
    if request.url.path.startswith("/api/"):
        return JSONResponse({"error": err.named if isinstance(err, FieldError) else message}, status)
    return HTMLResponse(frame.hint(message), status)


def _logged_in(app: FastAPI, request: Request) -> bool:
    """True if the request carries the cookie that Gradio gave at its login page."""
    page = next(r.app for r in app.routes if isinstance(r, Mount) and isinstance(r.app, GradioApp))
    names = (f"access-token-{page.cookie_id}", f"access-token-unsecure-{page.cookie_id}")
    return any(page.tokens.get(request.cookies.get(name)) for name in names)
