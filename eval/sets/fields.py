"""Taking the fields of a question out of the tree that its file was read into."""

from __future__ import annotations

import re
from datetime import date

from eval.sets.nodes import Faults, Node
from rag.datatypes import LANGS, Lang

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class Fields:
    """Takes the fields of one mapping, noting each fault; a faulty field reads as empty."""

    def __init__(self, node: Node, faults: Faults, known: tuple[str, ...], where: str = "") -> None:
        self.faults, self.line, self.where = faults, node.line, where
        self.fields: dict[str, Node] = {}
        if not isinstance(node.value, dict):
            what = f'field "{where.rstrip(".")}"' if where else "a question"
            faults.error(node.line, f"{what} must be a mapping of fields")
            return
        self.fields = node.value
        for name, child in node.value.items():
            if name not in known:
                faults.error(child.line, f'unknown field "{where}{name}"; known here: {", ".join(known)}')

    def error(self, name: str, text: str) -> None:
        """Note a fault of the field, with its line."""
        line = self.fields[name].line if name in self.fields else self.line
        self.faults.error(line, f'field "{self.where}{name}" {text}')

    def has(self, name: str) -> bool:
        """True if the field is there and not blank."""
        return name in self.fields and self.fields[name].value != ""

    def text(self, name: str, *, wanted: bool = False) -> str:
        """The text of the field, "" if it is not there; a fault if it is `wanted`."""
        if not self.has(name):
            if wanted:
                self.error(name, "is missing")
            return ""
        return self._text(self.fields[name], name)

    def texts(self) -> dict[str, str]:
        """The text of every field."""
        return {name: self.text(name) for name in self.fields}

    def choice(self, name: str, known: tuple[str, ...]) -> str:
        """The text of the field, one of `known`, or ""."""
        found = self.text(name)
        if found and found not in known:
            self.error(name, f'is "{found}" and must be one of {", ".join(known)}')
            return ""
        return found

    def many(self, name: str) -> tuple[str, ...]:
        """One text or a list of texts."""
        if not self.has(name):
            return ()
        node = self.fields[name]
        items = node.value if isinstance(node.value, list) else [node]
        return tuple(text for item in items if (text := self._text(item, name, prose=True)))

    def nodes(self, name: str) -> list[Node]:
        """The items of a list."""
        if not self.has(name):
            return []
        node = self.fields[name]
        if not isinstance(node.value, list):
            self.error(name, "must be a list")
            return []
        return node.value

    def by_lang(self, name: str) -> dict[Lang, tuple[str, ...]]:
        """Texts by language."""
        if not self.has(name):
            return {}
        inner = Fields(self.fields[name], self.faults, LANGS, f"{self.where}{name}.")
        return {lang: texts for lang in LANGS if (texts := inner.many(lang))}

    def date(self, name: str) -> date | None:
        """A date like 1958-11-14."""
        text = self.text(name)
        if not text:
            return None
        try:
            if _DATE.fullmatch(text):
                return date.fromisoformat(text)
        except ValueError:
            pass
        self.error(name, f'is "{text}", which is not a date like 1958-11-14')
        return None

    def _text(self, node: Node, name: str, *, prose: bool = False) -> str:
        if not isinstance(node.value, str):
            self.faults.error(node.line, f'field "{self.where}{name}" must be a text')
            return ""
        if node.cut and prose:
            self.faults.warn(
                node.line, f'"{self.where}{name}": what follows " #" is a comment; quote the text to keep it'
            )
        if any("\ud800" <= char <= "\udfff" for char in node.value):
            self.faults.error(node.line, f'field "{self.where}{name}" holds half a character (a lone surrogate)')
            return ""
        return node.value.strip()
