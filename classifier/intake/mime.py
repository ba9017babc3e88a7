"""The parts of a MIME message, found in one pass over its bytes.

The standard library's parser recurses once a level, and tests every line against every enclosing boundary: 900 levels
round a large attachment keep it busy for minutes, and 1,100 end in a RecursionError with nothing read. This one looks
only at lines that begin with `--`, finds their boundary in a dictionary, and hands over what it has at each limit.
What the headers mean is `headers`' business, what the parts mean is `mail`'s.
"""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass, field
from email.errors import MessageError
from email.message import Message as HeaderView
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from classifier.intake.decode import decode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classifier.intake.limits import Limits

_FIELD: Final = re.compile(rb"[!-9;-~]{1,200}[ \t]{0,20}:")
_LONGEST_BOUNDARY: Final = 1_000
_GUESS: Final = re.compile(rb"(?:^|\n)--(\S{1,200})[ \t]{0,20}\r?\nContent-[A-Za-z]", re.IGNORECASE)
_PARAMETERS_BYTES: Final = 8_192


class ContentType(NamedTuple):
    """What Content-Type, Content-Disposition and Content-Transfer-Encoding say. `name` is decoded, "" if none."""

    type: str
    charset: str
    boundary: bytes
    report_type: str
    name: str
    start: str
    protocol: str


@dataclass(slots=True)
class Part:
    """A part: its header lines in order (lower-case name, unfolded value) and its body, `data[start:end]`."""

    fields: list[tuple[str, bytes]]
    start: int
    end: int
    depth: int
    content: ContentType
    disposition: str = ""
    name: str = ""
    children: list[Part] = field(default_factory=list["Part"])

    def header(self, name: str) -> bytes | None:
        """The first header of that lower-case name."""
        return next((value for key, value in self.fields if key == name), None)

    def headers(self, name: str) -> list[bytes]:
        """All headers of that lower-case name, topmost first."""
        return [value for key, value in self.fields if key == name]


@dataclass(slots=True)
class Tree:
    """The parts of a message, and which limits its making met."""

    data: bytes
    root: Part
    too_deep: bool = False
    too_many: bool = False
    header_cut: bool = False

    def body(self, part: Part) -> bytes:
        """The bytes of a part's body as they were sent."""
        return self.data[part.start : part.end]


def parse(data: bytes, limits: Limits) -> Tree:
    """The tree of `data`; never raises. A multipart whose boundary is missing or wrong is split at the one in use."""
    tree = Tree(data, Part([], 0, len(data), 0, _NO_TYPE))
    at = len(data) - len(data.lstrip(b"\r\n")) if data[:1] in (b"\r", b"\n") else 0
    tree.root = _open(tree, at, 0, limits)
    tree.root.end = len(data)
    if tree.root.content.type.startswith("multipart/"):
        _split(tree, limits)
        if not tree.root.children and (m := _GUESS.search(data, max(tree.root.start - 1, 0))):
            tree.root.content = tree.root.content._replace(boundary=m[1])
            _split(tree, limits)
    return tree


def _split(tree: Tree, limits: Limits) -> None:
    data, root = tree.data, tree.root
    stack: list[Part] = []
    known: dict[bytes, list[int]] = {}
    current: Part | None = root
    parts = 0

    def push(part: Part) -> None:
        if part.content.boundary:
            known.setdefault(part.content.boundary, []).append(len(stack))
            stack.append(part)

    def pop(depth: int, end: int) -> None:
        """Close every multipart at `depth` of the stack and below it."""
        while len(stack) > depth:
            part = stack.pop()
            part.end = end
            known[part.content.boundary].pop()

    push(root)
    at = root.start - 1  # the line end before the body, so that a boundary may stand first
    while stack:
        at = data.find(b"\n--", at) if at >= 0 else (-2 if data.startswith(b"--") else data.find(b"\n--"))
        if at == -1:
            break
        at = max(at, -1)
        line_end = data.find(b"\n", at + 1, at + 1 + _LONGEST_BOUNDARY)
        line = data[at + 3 : line_end if line_end >= 0 else at + 1 + _LONGEST_BOUNDARY].rstrip(b"\r \t\n")
        last = False
        levels = known.get(line)
        if not levels and line.endswith(b"--"):
            levels, last = known.get(line[:-2]), True
        if not levels:
            at += 3
            continue
        level = levels[-1]
        end = at - 1 if at > 0 and data[at - 1 : at] == b"\r" else max(at, 0)
        if current is not None:
            current.end = max(end, current.start)
        pop(level if last else level + 1, end)
        if last or line_end < 0:
            current = None
            at += 3
            continue
        parent = stack[level]
        parts += 1
        if parts > limits.mime_parts:
            tree.too_many = True
            break
        current = _open(tree, line_end + 1, parent.depth + 1, limits, digest=parent.content.type == "multipart/digest")
        parent.children.append(current)
        if current.content.type.startswith("multipart/"):
            if current.depth >= limits.mime_depth:
                tree.too_deep = True
            else:
                push(current)
        at = current.start - 1
    pop(0, len(data))


def _open(tree: Tree, at: int, depth: int, limits: Limits, *, digest: bool = False) -> Part:
    """The part whose headers begin at `at`; its end is not known yet."""
    data, fields = tree.data, list[tuple[str, bytes]]()
    name, pieces, size = "", list[bytes](), 0
    while at < len(data):
        line_end = data.find(b"\n", at)
        after = line_end + 1 if line_end >= 0 else len(data)
        line = data[at : min(after, at + limits.header_bytes)]
        if not line.strip(b"\r\n"):
            at = after
            break
        if line[:1] in (b" ", b"\t") and name:
            if size < limits.header_bytes:
                pieces.append(b" " + line.strip())
        elif m := _FIELD.match(line):
            _keep(fields, name, pieces)
            name, pieces, size = line[: m.end() - 1].rstrip().decode("ascii").lower(), [line[m.end() :].strip()], 0
            if len(fields) >= limits.header_count:
                tree.header_cut, name = True, ""
                at = min((p for p in (data.find(b"\n\n", at), data.find(b"\n\r\n", at)) if p >= 0), default=len(data))
                at = data.find(b"\n", at + 1) + 1 or len(data)
                break
        elif not fields and not name and depth == 0 and line.startswith((b"From ", b">From ")):
            pass  # a separator that an export left on top
        elif not line.startswith(b"--") and fields and b":" not in line[:200] and _FIELD.match(data, after):
            pass  # one damaged line in the middle of the headers
        else:
            break  # the headers end without an empty line
        size += len(line)
        tree.header_cut = tree.header_cut or size > limits.header_bytes or after - at > limits.header_bytes
        at = after
    _keep(fields, name, pieces)
    part = Part(fields, at, len(data), depth, _NO_TYPE)
    kind, disposition = part.header("content-type") or b"", part.header("content-disposition") or b""
    part.content = content_type(kind[:_PARAMETERS_BYTES])
    if digest and not kind:
        part.content = part.content._replace(type="message/rfc822")
    if disposition:
        part.disposition, name = _disposition(disposition[:_PARAMETERS_BYTES])
        part.name = name or part.content.name
    else:
        part.name = part.content.name
    return part


def _keep(fields: list[tuple[str, bytes]], name: str, pieces: Sequence[bytes]) -> None:
    if name:
        fields.append((name, b"".join(pieces)))


@lru_cache(maxsize=1024)
def content_type(value: bytes) -> ContentType:
    """What a Content-Type header says; text/plain where it says nothing that can be understood."""
    view = HeaderView()
    view["Content-Type"] = decode(value).replace("\n", " ")
    try:
        kind = view.get_content_type()
        return ContentType(
            kind,
            _parameter(view, "charset"),
            _parameter(view, "boundary").encode("utf-8", "replace").rstrip() if kind.startswith("multipart/") else b"",
            _parameter(view, "report-type").lower(),
            view.get_filename("") or "",
            _parameter(view, "start"),
            _parameter(view, "protocol").lower(),
        )
    except (MessageError, ValueError, LookupError, TypeError):
        return _NO_TYPE


def _parameter(view: HeaderView, name: str) -> str:
    value = view.get_param(name, "")
    if isinstance(value, tuple):  # RFC 2231: charset, language, value
        value = value[2]
    return str(value or "").strip()


def _disposition(value: bytes) -> tuple[str, str]:
    view = HeaderView()
    view["Content-Disposition"] = decode(value).replace("\n", " ")
    try:
        return (view.get_content_disposition() or "").lower(), view.get_filename("") or ""
    except (MessageError, ValueError, LookupError, TypeError):
        return "", ""


_NO_TYPE: Final = ContentType("text/plain", "", b"", "", "", "", "")
_BLANK: Final = b"\r\n\t "


def transfer_decode(data: bytes, encoding: bytes | None) -> tuple[bytes, bool]:
    """The bytes behind a Content-Transfer-Encoding, and whether they were whole. Damage costs as little as it can."""
    name = (encoding or b"").strip().lower()
    if name == b"base64":
        packed = data.translate(None, _BLANK)
        try:
            return binascii.a2b_base64(packed, strict_mode=True), True
        except (binascii.Error, ValueError):
            return _damaged_base64(packed), False
    if name == b"quoted-printable":
        return binascii.a2b_qp(data), True
    if name in (b"x-uuencode", b"uuencode", b"x-uue", b"uue"):
        return _uudecode(data)
    return data, True


def _damaged_base64(packed: bytes) -> bytes:
    """Everything that can be read: characters outside the alphabet are skipped, a broken end is completed."""
    only = packed.translate(None, _NOT_BASE64)
    end = len(only) - len(only) % 4
    last = {2: only[end:] + b"==", 3: only[end:] + b"="}.get(len(only) % 4, b"")
    return binascii.a2b_base64(only[:end] + last)


_NOT_BASE64: Final = bytes(
    b for b in range(256) if b not in b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
)


def _uudecode(data: bytes) -> tuple[bytes, bool]:
    out, whole, inside = list[bytes](), True, False
    for line in data.splitlines():
        if not inside:
            inside = line.startswith(b"begin ")
        elif line.rstrip() == b"end":
            return b"".join(out), whole
        else:
            try:
                out.append(binascii.a2b_uu(line))
            except binascii.Error:
                whole = False
    return b"".join(out), False
