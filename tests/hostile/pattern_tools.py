"""Finds every regular expression of the package, and text that is hard on each: made from the pattern itself."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import random
import re
import time
from pathlib import Path
from re import _parser as parser  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType]
from typing import TYPE_CHECKING, Any, NamedTuple

import classifier

if TYPE_CHECKING:
    from collections.abc import Iterator

GENERAL = ("a", " ", "\n", "1", "a ")


class Found(NamedTuple):
    """A pattern and where it stands: `module.NAME`, or `module:line` for one inside a function. `anchored`: its module
    only asks whether it matches at a given place, never where it does."""

    place: str
    pattern: re.Pattern[Any]
    anchored: bool


def patterns() -> list[Found]:
    """Every pattern that a module of the package holds, however deep in its values, or compiles inside a function."""
    seen: dict[tuple[object, int], Found] = {}
    for module in pkgutil.walk_packages(classifier.__path__, "classifier."):
        if module.name.endswith("__main__"):
            continue
        loaded = importlib.import_module(module.name)
        source = Path(str(loaded.__file__)).read_text(encoding="utf-8")
        for name, value in sorted(vars(loaded).items()):
            calls = set(re.findall(rf"\b{re.escape(name)}\.([a-z]+)\(", source))
            anchored = bool(calls) and calls <= {"match", "fullmatch"}
            for one in _inside(value, 0):
                _note(seen, Found(f"{module.name}.{name}", one, anchored and isinstance(value, re.Pattern)))
        for line, one, anchored in _in_functions(source):
            _note(seen, Found(f"{module.name}:{line}", one, anchored))
    return list(seen.values())


def _note(seen: dict[tuple[object, int], Found], found: Found) -> None:
    key = found.pattern.pattern, found.pattern.flags
    if key not in seen or (seen[key].anchored and not found.anchored):
        seen[key] = found


def _inside(value: Any, depth: int) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif depth < 5 and isinstance(value, (list, tuple, set, frozenset)):
        for one in value:
            yield from _inside(one, depth + 1)
    elif depth < 5 and isinstance(value, dict):
        for pair in value.items():
            yield from _inside(pair, depth + 1)
    elif depth < 5 and str(getattr(type(value), "__module__", "")).startswith("classifier"):
        for name in (*getattr(value, "__struct_fields__", ()), *getattr(value, "__slots__", ())):
            yield from _inside(getattr(value, name, None), depth + 1)
        yield from _inside(getattr(value, "__dict__", None), depth + 1)


def _in_functions(source: str) -> Iterator[tuple[int, re.Pattern[Any], bool]]:
    """Patterns written out in calls such as `re.sub("…", …)`, and whether the call looks at one place only."""
    functions = [n for n in ast.walk(ast.parse(source)) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))]
    for node in (inner for function in functions for inner in ast.walk(function)):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "re"
            and node.func.attr in ("compile", "search", "match", "fullmatch", "sub", "split", "findall", "finditer")
            and node.args
            and isinstance(node.args[0], ast.Constant)
            and isinstance(node.args[0].value, (str, bytes))
        ):
            flags = re.IGNORECASE if "IGNORECASE" in ast.dump(node) else re.RegexFlag(0)
            yield node.lineno, re.compile(node.args[0].value, flags), node.func.attr in ("match", "fullmatch")


def attacks(pattern: re.Pattern[Any], most: int) -> list[tuple[Any, Any]]:
    """At most that many pairs (prefix, piece to be repeated): what leads up to a repeat, and what it lets repeat."""
    tree = parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
    rng = random.Random(7)
    pieces: dict[tuple[str, str], None] = {}
    whole = _sample(list(tree), rng)
    for cut in {len(whole), max(len(whole) - 1, 0), len(whole) // 2}:
        pieces[("", whole[:cut])] = None
    _walk(list(tree), "", pieces, rng)
    own = [p for p in pieces if p[1]]
    chosen = own if len(own) < most else rng.sample(own, most - 2)
    chosen += [("", g) for g in rng.sample(GENERAL, 2)]
    if isinstance(pattern.pattern, bytes):
        return [(a.encode("latin-1", "replace"), b.encode("latin-1", "replace")) for a, b in chosen]
    return list(chosen)


def _walk(items: list[Any], before: str, out: dict[tuple[str, str], None], rng: random.Random) -> None:
    """Note each repeat with what leads up to it."""
    for op, argument in items:
        name = str(op)
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            _, most, body = argument
            piece = _sample(list(body), rng)
            if most > 8:
                out[(before[:60], piece)] = None
                out[("", before[:60] + piece)] = None
                out[(before[:60], piece + " ")] = None
            _walk(list(body), before, out, rng)
            before += piece
        elif name == "SUBPATTERN":
            _walk(list(argument[3]), before, out, rng)
            before += _sample(list(argument[3]), rng)
        elif name == "BRANCH":
            for branch in argument[1]:
                _walk(list(branch), before, out, rng)
            before += _sample([(op, argument)], rng)
        elif name in ("ASSERT", "ASSERT_NOT"):
            _walk(list(argument[1]), before, out, rng)
        elif name == "ATOMIC_GROUP":
            _walk(list(argument), before, out, rng)
            before += _sample(list(argument), rng)
        else:
            before += _sample([(op, argument)], rng)


def _sample(items: list[Any], rng: random.Random) -> str:
    """A short text that the items match, roughly."""
    out: list[str] = []
    for op, argument in items:
        name = str(op)
        if name == "LITERAL":
            out.append(chr(argument))
        elif name in ("NOT_LITERAL", "ANY"):
            out.append("x" if argument != ord("x") else "y")
        elif name == "IN":
            out.append(_of_class(argument))
        elif name == "BRANCH":
            out.append(_sample(list(rng.choice(argument[1])), rng))
        elif name == "SUBPATTERN":
            out.append(_sample(list(argument[3]), rng))
        elif name == "ATOMIC_GROUP":
            out.append(_sample(list(argument), rng))
        elif name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            least, most, body = argument
            out.append(_sample(list(body), rng) * max(min(least, 20), min(1, most)))
    return "".join(out)


_CATEGORIES = {
    "CATEGORY_DIGIT": "1", "CATEGORY_NOT_DIGIT": "a", "CATEGORY_SPACE": " ", "CATEGORY_NOT_SPACE": "a",
    "CATEGORY_WORD": "a", "CATEGORY_NOT_WORD": "-",
}  # fmt: skip


def _of_class(items: list[Any]) -> str:
    negated = str(items[0][0]) == "NEGATE"
    if negated:
        return next(c for c in "a 1-.\n@" if not re.fullmatch(_class_source(items[1:]), c))
    op, argument = items[0]
    name = str(op)
    if name == "RANGE":
        return chr(argument[0])
    return _CATEGORIES.get(str(argument), "a") if name == "CATEGORY" else chr(argument)


def _class_source(items: list[Any]) -> str:
    parts: list[str] = []
    for op, argument in items:
        name = str(op)
        if name == "LITERAL":
            parts.append(re.escape(chr(argument)))
        elif name == "RANGE":
            parts.append(f"{re.escape(chr(argument[0]))}-{re.escape(chr(argument[1]))}")
        else:
            parts.append({"1": r"\d", " ": r"\s", "a": r"\w"}.get(_CATEGORIES.get(str(argument), ""), r"\W"))
    return f"[{''.join(parts)}]"


def seconds(pattern: re.Pattern[Any], text: Any, times: int = 1, *, anchored: bool = False) -> float:
    """Processor time for finding all matches in a text (`anchored`: one at its start, and one of all of it), the least
    of `times`: other programs do not count."""
    best = float("inf")
    for _ in range(times):
        begun = time.process_time()
        if anchored:
            pattern.match(text)
            pattern.fullmatch(text)
        else:
            for _ in pattern.finditer(text):
                pass
        best = min(best, time.process_time() - begun)
    return best
