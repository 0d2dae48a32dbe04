"""The browsers of the people who visit the page."""

from __future__ import annotations

from collections import defaultdict
from typing import Any


class People:
    """A browser context for each person of a test. They are emptied and used again: the page's scripts are there."""

    def __init__(self, browser: Any) -> None:
        self._browser = browser
        self._idle: dict[str, list[Any]] = defaultdict(list)
        self._visiting: list[tuple[str, Any]] = []

    def one(self, **settings: Any) -> Any:
        """A context of nobody who has been here before, with these settings of Playwright's."""
        key = repr(sorted(settings.items()))
        context = self._idle[key].pop() if self._idle[key] else self._browser.new_context(**settings)
        self._visiting.append((key, context))
        return context

    def leave(self, *addresses: str) -> None:
        """Close what is open and forget what was kept for the pages of these addresses."""
        while self._visiting:
            key, context = self._visiting.pop()
            last = context.new_page()
            for page in context.pages:
                if page != last:
                    page.close()
            driver = context.new_cdp_session(last)
            for address in addresses:
                driver.send("Storage.clearDataForOrigin", {"origin": address, "storageTypes": "all"})
            last.close()
            context.clear_cookies()
            context.clear_permissions()
            self._idle[key].append(context)
