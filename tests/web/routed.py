"""Routes without the page around them, with their faults as the site tells them."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from starlette.testclient import TestClient

from rag.errors import WenbaoError
from ui.web import frame
from ui.web.fields import FieldError
from ui.web.parts import fault


def routed(*routers: APIRouter) -> TestClient:
    """A client of these routes, told of faults in English."""
    app = FastAPI()
    for one in routers:
        app.include_router(one)

    async def refused(_: Request, err: Exception) -> HTMLResponse:
        status, message = fault(err, "en")
        return HTMLResponse(frame.hint(message), status)

    for kind in (FieldError, WenbaoError, RequestValidationError):
        app.add_exception_handler(kind, refused)
    return TestClient(app)
