"""The forms of a page, as a browser would find them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Form:
    """`fields` are the values that a person who changes nothing would send."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)


class _Reader(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.page = page
        self.forms: list[Form] = []
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            action = told.get("action") or told.get("hx-post") or self.page
            method = "post" if "hx-post" in told else told.get("method", "get")
            self.forms.append(Form(action, method.upper()))
        elif self.forms and "name" in told and tag in ("input", "textarea", "select", "button"):
            self._take(tag, told)
        elif tag == "option" and self._select and ("selected" in told or not self._value()):
            self.forms[-1].fields[self._select] = told.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        self._select = "" if tag == "select" else self._select

    def _take(self, tag: str, told: dict[str, str]) -> None:
        fields, name = self.forms[-1].fields, told["name"]
        if tag == "select":
            self._select = name
        is_choice = told.get("type") in ("radio", "checkbox")
        if not is_choice or "checked" in told or name not in fields:
            fields[name] = told.get("value", "")

    def _value(self) -> str:
        return self.forms[-1].fields.get(self._select, "")


def forms_of(page: str, content: str) -> list[Form]:
    """All forms on the page at this address; a form without an address goes back to it."""
    reader = _Reader(page)
    reader.feed(content)
    return reader.forms
