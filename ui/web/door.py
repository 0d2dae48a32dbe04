"""Who may use the routes beside the page, and what is wrong with a request to them.

Where a password is set, a route takes the cookie of a visitor who has logged in to the page, or the password in the
`Authorization` header: `Basic` with the user name, or `Bearer` as API clients send a key.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Callable
from typing import Protocol

from fastapi import HTTPException, Request

USER = "wenbao"  # the name asked for together with the password


class LoggedIn(Protocol):
    """Tells whether a request carries the cookie of a visitor who has logged in."""

    def __call__(self, request: Request) -> bool:
        """True if it does."""
        ...


def is_right(user: str, given: str, password: str) -> bool:
    """True for the right name and password; takes the same time wherever they differ."""
    return user == USER and secrets.compare_digest(given.encode(), password.encode())


def keeper(password: str | None, logged_in: LoggedIn) -> Callable[[Request], None]:
    """What a route depends on: raises 401 for a request that may not use it. Without a password all may."""

    def check(request: Request) -> None:
        if password is None or logged_in(request) or is_right(*_given(request), password):
            return
        raise HTTPException(401, "The password is wanted here.", {"WWW-Authenticate": "Bearer"})

    return check


def _given(request: Request) -> tuple[str, str]:
    """User name and password of the `Authorization` header; a bearer needs no name."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return USER, value.strip()
    try:
        user, _, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return (user, password) if scheme.lower() == "basic" else ("", "")
