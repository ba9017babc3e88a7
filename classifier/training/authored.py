"""The compact form in which letters are written for the corpus, and its compilation to labelled letters.

The form is described in ``corpora/GUIDELINES.md``: a block of header lines, ``--``, then the letter with its items
wrapped in ``<q>``, ``<format>``, ``<scope>`` or ``<remark>``. Compiling takes the tags out and keeps each item's place
as character offsets into the text that remains.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from classifier.errors import CorpusError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KIND_OF_TAG = {"q": "request", "format": "format", "scope": "scope", "remark": "remark"}

_TAG = re.compile(r"<(/?)(q|format|scope|remark)((?:\s+[a-z]+=\"[^\"\n]*\")*)\s*>")
_ATTRIBUTE = re.compile(r"([a-z]+)=\"([^\"\n]*)\"")
_HEADER = re.compile(r"([a-z]+):[ \t]*(.*)")
# What stands between the start of a line (or of the sentence) and an item's first word.
_MARKER = re.compile(
    r"(?:^|(?<=\s))[\[(]?(?:(?:question|request|part|item|q)[ .:]{0,2})?"
    r"(\d{1,3}(?:\.\d{1,2}){0,2}[a-z]?|[a-z]|[ivx]{1,5})[\])]?\s?[.):/\-–]{0,2}[\])]?\s*$",
    re.IGNORECASE,
)

MOST_TOPICS = 3
"""Topics a letter has: the convention of the labels (`corpora/GUIDELINES.md`)."""

HEADERS = {
    "subject", "received", "kind", "also", "sender", "urgent", "regime", "from", "topics", "rules", "note", "protected",
}  # fmt: skip


def read_authored(path: Path) -> Iterator[dict[str, Any]]:
    """The labelled letters (``contract.md``'s form, as plain dicts) of one ``.letters`` file, UTF-8.

    Raises CorpusError with the file, the letter and the line where the form is broken.
    """
    text = path.read_text(encoding="utf-8").replace("\r\n", "\n")
    blocks = re.split(r"^@@ *(.*)$", text, flags=re.MULTILINE)
    if blocks[0].strip():
        raise CorpusError(f"{path}: text before the first '@@ id' line")
    for name, block in zip(blocks[1::2], blocks[2::2], strict=True):
        yield _letter(path, name.strip(), block)


def _letter(path: Path, name: str, block: str) -> dict[str, Any]:
    where = f"{path.name}: {name}"
    head, sep, body = block.partition("\n--\n")
    if not sep:
        raise CorpusError(f"{where}: no '--' line between the header and the text")
    header: dict[str, str] = {}
    for line in head.strip().split("\n"):
        m = _HEADER.fullmatch(line.strip())
        if not m or m[1] not in HEADERS:
            raise CorpusError(f"{where}: header line not understood: {line!r}")
        header[m[1]] = m[2].strip()
    for needed in ("received", "kind"):
        if needed not in header:
            raise CorpusError(f"{where}: header '{needed}' is missing")
    try:
        date.fromisoformat(header["received"])
    except ValueError as e:
        raise CorpusError(f"{where}: received: {e}") from e
    text, items = untag(body.strip("\n") + "\n", where)
    topics = header.get("topics", "").split() or _subjects(items)
    return {
        "id": name,
        "source": path.stem,
        "annotator": "author",
        "date": None,
        "reference": None,
        "received": header["received"],
        "subject": header.get("subject", ""),
        "sender": header.get("sender", "public"),
        "from": header.get("from"),
        "text": text,
        "kind": header["kind"],
        "also": header.get("also", "").split(),
        "regime": header.get("regime", "foi"),
        "urgent": header.get("urgent", "no") == "yes",
        "protected": header.get("protected", "no") == "yes" or header["kind"] == "cru_circulation",
        "questions": items,
        "topics": topics,
        "exemptions": _summed(items, "exemptions"),
        "referral": list(dict.fromkeys(_summed(items, "referral") + header.get("rules", "").split())),
        "note": header.get("note") or None,
    }


def _weights(items: list[dict[str, Any]], field: str) -> dict[str, int]:
    """How much a letter's items speak for each label: two for an item's first, one for a further one."""
    count: dict[str, int] = {}
    for item in items:
        for rank, label in enumerate(item[field] or []):
            count[label] = count.get(label, 0) + (2 if rank == 0 else 1)
    return count


def _summed(items: list[dict[str, Any]], field: str) -> list[str]:
    """A letter's labels: its items', the commonest first."""
    count = _weights(items, field)
    return sorted(count, key=lambda x: -count[x])


def _subjects(items: list[dict[str, Any]]) -> list[str]:
    """A letter's one to three topics: those that carry at least a third of what the main one does."""
    count = _weights(items, "topics")
    most = max(count.values(), default=0)
    return [t for t in sorted(count, key=lambda x: -count[x]) if 3 * count[t] >= most][:MOST_TOPICS]


def untag(body: str, where: str) -> tuple[str, list[dict[str, Any]]]:
    """The text without its tags, and the items with their spans. ``where`` is named in errors."""
    out: list[str] = []
    length = at = 0
    open_item: dict[str, Any] | None = None
    items: list[dict[str, Any]] = []
    count = 0
    for m in _TAG.finditer(body):
        piece = body[at : m.start()]
        out.append(piece)
        length += len(piece)
        at = m.end()
        if m[1]:
            if open_item is None or KIND_OF_TAG[m[2]] != open_item["kind"]:
                raise CorpusError(f"{where}: </{m[2]}> closes nothing, near {piece[-40:]!r}")
            open_item["span"][1] = length
            items.append(_tidy("".join(out), open_item, items, where))
            open_item = None
            continue
        if open_item is not None:
            raise CorpusError(f"{where}: an item opens inside another, near {piece[-40:]!r}")
        count += 1
        given = dict(_ATTRIBUTE.findall(m[3]))
        if unknown := set(given) - {"n", "in", "t", "x", "r"}:
            raise CorpusError(f"{where}: unknown attribute {sorted(unknown)}")
        before = "".join(out)[-80:].rsplit("\n", 1)[-1]
        read = _MARKER.search(before)
        open_item = {
            "id": f"q{count}",
            "number": given.get("n") or (read[1] if read else ""),
            "parent": given.get("in"),
            "kind": KIND_OF_TAG[m[2]],
            "span": [length, length],
            "topics": given.get("t", "").split(),
            "exemptions": given.get("x", "").split(),
            "referral": given.get("r", "").split(),
            "result": None,
        }
    if open_item is not None:
        raise CorpusError(f"{where}: item {open_item['id']} is never closed")
    out.append(body[at:])
    text = "".join(out)
    if left := re.search(r"</?(?:q|format|scope|remark)\b[^>\n]*>?", text):
        raise CorpusError(f"{where}: a tag is not understood: {left[0]!r}")
    return text, items


def _tidy(text: str, item: dict[str, Any], earlier: list[dict[str, Any]], where: str) -> dict[str, Any]:
    start, end = item["span"]
    words = text[start:end]
    item["span"] = [start + len(words) - len(words.lstrip()), end - len(words) + len(words.rstrip())]
    if item["span"][0] >= item["span"][1]:
        raise CorpusError(f"{where}: item {item['id']} is empty")
    if item["parent"] is not None:
        above = [e for e in earlier if e["number"].lower() == item["parent"].lower()]
        if not above:
            raise CorpusError(f"{where}: item {item['id']}: no earlier item is numbered {item['parent']!r}")
        item["parent"] = above[-1]["id"]
    return item
