"""Internet mail (RFC 5322, MIME) to a `Mail`: the body a reader sees, and everything enclosed.

`mime` finds the parts, `headers` reads the headers; here is decided what is body and what is enclosed. Damage costs
what is damaged: text outside all parts is kept, a boundary that was never declared is found, broken base64 is read as
far as it goes, and each leaves a problem.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from classifier.errors import Encrypted, ReadError, TooDeep, TooLarge
from classifier.intake import headers, html, mime
from classifier.intake.body import better
from classifier.intake.decode import clean, decode
from classifier.intake.wire import Enclosure, Mail
from classifier.records import Person, Problem

if TYPE_CHECKING:
    from datetime import date

    from classifier.intake.limits import Limits
    from classifier.intake.mime import Part, Tree

MEDIA_TYPE: Final = "message/rfc822"
_HEAD: Final = re.compile(rb"^([!-9;-~]{1,60})[ \t]{0,5}:", re.MULTILINE)
_TELLING: Final = frozenset(
    b"received return-path message-id mime-version date from delivered-to dkim-signature x-mailer".split()
)
_USUAL: Final = _TELLING | frozenset(b"to cc subject content-type content-transfer-encoding reply-to sender".split())
_EMLX: Final = re.compile(rb"\d{1,10}[ \t]{0,10}\r?\n(?=[!-9;-~]{1,60}:)")
_FLOWED: Final = re.compile(r"format\s{0,3}=\s{0,3}\"?flowed", re.IGNORECASE)
_DELSP: Final = re.compile(r"delsp\s{0,3}=\s{0,3}\"?yes", re.IGNORECASE)
_OPAQUE: Final = {"application/pkcs7-mime", "application/x-pkcs7-mime"}
_PART_LINES: Final = re.compile(r"^(?:--\S{1,200}|content-[a-z-]{1,40}:.{0,500})$", re.IGNORECASE)


def claims(head: bytes, name: str) -> int:
    """How surely a file that begins with `head` is a mail, 0 to 100."""
    block = head.lstrip(b"\xef\xbb\xbf\r\n ")
    if length := _EMLX.match(block):
        block = block[length.end() :]
    block = block.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    if block.startswith((b">From ", b"From ")):
        block = block.partition(b"\n")[2]
    names = [m.lower() for m in _HEAD.findall(block)]
    if names and _HEAD.match(block):
        usual = len(_USUAL.intersection(names))
        # "Sent:" is how Outlook prints a mail as text; no mail has such a header.
        if usual >= 2 and _TELLING.intersection(names) and b"sent" not in names:
            return 90
        if usual >= 2 and b"\0" not in head and name.endswith(_SUFFIXES):
            return 85
    return 25 if name.endswith(_SUFFIXES) and b"\0" not in head[:512] else 0


_SUFFIXES: Final = (".eml", ".emlx", ".mht", ".mhtml", ".msg", ".mail")


def read(data: bytes, limits: Limits, option: date | None) -> Mail:
    """The mail in `data`; never raises. `option` is the day of receipt for mail that carries no date."""
    if m := _EMLX.match(data):  # Apple Mail: the length on the first line, a property list at the end
        data = data[m.end() : m.end() + int(m[0])]
    tree = mime.parse(data, limits)
    reading = _Reading(tree, limits)
    top = tree.root
    body = reading.body(top)
    if tree.too_deep:
        reading.problem(TooDeep.code, "parts", f"parts nested more than {limits.mime_depth} deep were not opened")
    if tree.too_many:
        reading.problem(TooLarge.code, "parts", f"only the first {limits.mime_parts} parts were read")
    if tree.header_cut:
        reading.problem(TooLarge.code, "headers", f"header lines were cut after {limits.header_bytes} bytes")
    if len(body) > limits.text_chars:
        reading.problem(TooLarge.code, "body", f"the text was cut after {limits.text_chars} characters")
        body = body[: limits.text_chars]
    senders = headers.people(top.header("from")) or headers.people(top.header("sender"))
    received, basis = headers.received(top, option)
    return Mail(
        subject=headers.text(top.header("subject")),
        sender=senders[0] if senders else Person(),
        to=headers.written([p for line in top.headers("to") for p in headers.people(line)]),
        headers=headers.kept(top),
        sent=headers.moment(top.header("date")),
        received=received,
        received_basis=basis,
        body=body.strip("\n"),
        enclosures=tuple(reading.enclosures),
        problems=tuple(reading.problems),
    )


class _Reading:
    """One pass over the parts of a message: the body is what is returned, the enclosures gather here."""

    def __init__(self, tree: Tree, limits: Limits) -> None:
        self.tree = tree
        self.limits = limits
        self.enclosures: list[Enclosure] = []
        self.problems: list[Problem] = []

    def problem(self, code: str, part: str, detail: str) -> None:
        self.problems.append(Problem(code=code, part=part, detail=detail))

    def body(self, part: Part) -> str:
        """The text of a part; what is no text goes to the enclosures. As deep as `mime_depth`, no deeper."""
        kind = part.content.type
        if kind.startswith("multipart/"):
            if not part.children:
                return self._salvaged(part)
            if kind == "multipart/alternative":
                return self._alternative(part)
            if kind == "multipart/encrypted":
                self.problem(Encrypted.code, "body", f"the message is encrypted ({part.content.protocol or 'PGP'})")
            if kind == "multipart/related":
                return self._related(part)
            texts = [self.body(child) for child in part.children]
            before = self._outside(part)
            return "\n\n".join(t.strip("\n") for t in [before, *texts] if t.strip())
        if self._is_text(part):
            return self._text(part)
        self._enclose(part)
        return ""

    def _is_text(self, part: Part) -> bool:
        if part.disposition == "attachment" or part.content.type not in ("text/plain", "text/html"):
            return False
        return not part.name or part is self.tree.root

    def _decoded(self, part: Part) -> bytes:
        encoding = part.header("content-transfer-encoding")
        data, whole = mime.transfer_decode(self.tree.body(part), encoding)
        if not whole:
            name = headers.text(part.name.encode("utf-8", "replace")) if part.name else "body"
            code = ReadError.code if self._is_text(part) else f"attachment-{ReadError.code}"
            self.problem(code, name, "its encoding is damaged; what could be read was kept")
        return data

    def _text(self, part: Part) -> str:
        data, label = self._decoded(part), part.content.charset
        if part.content.type == "text/html":
            if len(data) > self.limits.html_bytes:
                self.problem(TooLarge.code, "body", f"only the first {self.limits.html_bytes} bytes of HTML were read")
            return html.from_bytes(data[: self.limits.html_bytes], label)
        text = clean(decode(data, label))
        kind = decode(part.header("content-type") or b"")[:1_000]
        return _unflowed(text, joined=_DELSP.search(kind) is not None) if _FLOWED.search(kind) else text

    def _alternative(self, part: Part) -> str:
        """The form that says most. All forms are walked, since some programs put attachments inside one of them."""
        plain, rich = list[str](), list[str]()
        for child in part.children:
            is_plain = child.content.type == "text/plain" and self._is_text(child)
            text = (self._text(child) if is_plain else self.body(child)).strip("\n")
            forms = plain if is_plain else rich
            if text.strip() and text not in forms:  # two of one kind are two texts: programs differ in which they show
                forms.append(text)
        return better("\n\n".join(plain), "\n\n".join(rich))

    def _related(self, part: Part) -> str:
        """The document among parts that belong together; it is the first unless `start` names another."""
        start = part.content.start
        root = next((c for c in part.children if start and decode(c.header("content-id") or b"") == start), None)
        root = root or part.children[0]
        text = self.body(root)
        others = [self.body(child) for child in part.children if child is not root]
        return text if text.strip() else "\n\n".join(t for t in others if t.strip())

    def _outside(self, part: Part) -> str:
        """Text before the first part, where it is more than the usual note to old programs."""
        data = self.tree.data[part.start : part.children[0].start]
        if len(data) < 200 or part.content.type != "multipart/mixed":
            return ""
        text = clean(decode(data[: self.limits.html_bytes])).partition("\n--")[0]
        return "" if "mime" in text.lower() or len(text.strip()) < 200 else text

    def _salvaged(self, part: Part) -> str:
        """The text of a multipart in which no part can be found: all its lines but those of the wrapping."""
        if part.disposition == "attachment":
            self._enclose(part)
            return ""
        text = clean(decode(self.tree.body(part)[: self.limits.html_bytes]))
        lines = [line for line in text.split("\n") if not _PART_LINES.match(line[:800])]
        if any(line.strip() for line in lines):
            self.problem(ReadError.code, "body", "the message is damaged: its parts cannot be told apart")
        return "\n".join(lines)

    def _enclose(self, part: Part) -> None:
        kind = part.content.type
        name = headers.text(part.name.encode("utf-8", "replace"))
        data = self._decoded(part)
        if kind in _OPAQUE and part is self.tree.root:
            signed = "signed-data" in decode(part.header("content-type") or b"")
            what = "signed in a form that hides its text" if signed else "encrypted"
            self.problem(ReadError.code if signed else Encrypted.code, "body", f"the message is {what} (S/MIME)")
        self.enclosures.append(Enclosure(name, kind, data))


def _unflowed(text: str, *, joined: bool) -> str:
    """Text sent as format=flowed (RFC 3676) with its lines joined again; quoted lines are left as they are."""
    out: list[str] = []
    flowing = False
    for line in text.split("\n"):
        stuffed = line[1:] if line.startswith(" ") else line
        quoted = line.startswith(">")
        if flowing and not quoted and line != "-- ":
            before = out.pop()
            out.append((before[:-1] if joined else before) + stuffed)
        else:
            out.append(stuffed)
        flowing = line.endswith(" ") and not quoted and line != "-- "
    return "\n".join(line.rstrip() if line != "-- " else line for line in out)
