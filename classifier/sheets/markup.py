"""HTML that is safe by construction: text becomes markup only by being escaped, tags only by `tag`.

A `str` given to `tag` is escaped; `Html` is put in as it is. Nothing else makes `Html`, so words from a letter cannot
become markup by an oversight.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from classifier.sheets.words import safe

if TYPE_CHECKING:
    from collections.abc import Iterable

_VOID: Final = frozenset({"meta", "br", "hr"})


class Html(str):
    """Markup that may be written as it is."""

    __slots__ = ()


EMPTY: Final = Html()

Child = str | Html | None


def text(words: str) -> Html:
    """`words` as text: escaped, without control characters and characters that turn the direction of text."""
    return Html(escape(safe(words), quote=True))


def tag(name: str, /, *children: Child, **attributes: str | float | bool | None) -> Html:
    """An element. Attributes that are None or False are left out; `class_` is class, `aria_label` aria-label."""
    parts = [f"<{name}"]
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        key = key.rstrip("_").replace("_", "-")
        parts.append(f" {key}" if value is True else f' {key}="{text(str(value))}"')
    parts.append(">")
    if name not in _VOID:
        parts += [child if isinstance(child, Html) else text(child) for child in children if child is not None]
        parts.append(f"</{name}>")
    return Html("".join(parts))


def join(parts: Iterable[Child], between: Child = EMPTY) -> Html:
    """The parts one after the other, with `between` between them."""
    escaped = [part if isinstance(part, Html) else text(part) for part in parts if part is not None]
    glue = between if isinstance(between, Html) else text(between or "")
    return Html(glue.join(escaped))
