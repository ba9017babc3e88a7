"""Outlook messages (.msg) with python-oxmsg, in the reading process.

The properties are read through oxmsg's storage and property classes: its `Message` gives no attached messages and no
delivery time. A text property that cannot be decoded costs that property.
"""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING, Final

from classifier.errors import ReadError, TooDeep, TooLarge, UnknownFormat
from classifier.intake import headers, html, mime
from classifier.intake.body import better
from classifier.intake.decode import clean
from classifier.intake.wire import Enclosure, Extract, Mail
from classifier.records import Person, Problem

if TYPE_CHECKING:
    from datetime import datetime

    from oxmsg.properties import Properties
    from oxmsg.storage import Storage

    from classifier.intake.limits import Limits

MEDIA_TYPE: Final = "application/vnd.ms-outlook"
MARK: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PROPERTIES: Final = "__properties_version1.0"
_EMBEDDED: Final = "__substg1.0_3701000D"
# Where the properties begin in their stream: [MS-OXMSG] 2.4.
_ROOT, _INNER, _OBJECT = 32, 24, 8
(
    _SUBJECT, _HEADERS, _BODY, _HTML, _RTF, _SENDER, _SENDER_ADDRESS, _SENDER_SMTP, _FOR, _FOR_SMTP, _SUBMITTED,
    _DELIVERED, _MESSAGE_ID, _IN_REPLY_TO, _REFERENCES, _TO, _CLASS,
) = (
    0x0037, 0x007D, 0x1000, 0x1013, 0x1009, 0x0C1A, 0x0C1F, 0x5D01, 0x0042, 0x5D02, 0x0039, 0x0E06, 0x1035, 0x1042,
    0x1039, 0x0E04, 0x001A,
)  # fmt: skip
_DATA, _LONG_NAME, _SHORT_NAME, _MIME, _SHOWN, _SMTP, _ADDRESS, _KIND, _HIDDEN = (
    0x3701, 0x3707, 0x3704, 0x370E, 0x3001, 0x39FE, 0x3003, 0x0C15, 0x7FFE,
)  # fmt: skip


def claims(head: bytes, name: str) -> int:
    """How surely a file that begins with `head` is an Outlook message: old Word and Excel files share its container."""
    if not head.startswith(MARK):
        return 0
    return 90 if name.endswith((".msg", ".oft")) or "__substg1.0".encode("utf-16-le") in head else 50


def read(data: bytes, limits: Limits) -> Extract:
    """The message in an Outlook file. Raises ReadError where it is damaged, UnknownFormat where it is another kind."""
    from olefile import OleFileIO
    from olefile.olefile import OleFileError
    from oxmsg.storage import Storage

    try:
        with OleFileIO(io.BytesIO(data)) as ole:
            root = Storage.from_ole(ole)
    except (OleFileError, OSError, ValueError, IndexError, struct.error) as e:
        raise ReadError(f"the Outlook file is damaged: {e}") from e
    if not any(stream.name == _PROPERTIES for stream in root.streams):
        raise UnknownFormat("no Outlook message but another kind of Office file (an old .doc or .xls, perhaps)")
    return Extract(mail=_mail(root, _ROOT, limits, 0))


def _mail(storage: Storage, offset: int, limits: Limits, depth: int) -> Mail:
    from oxmsg.properties import Properties

    properties = Properties(storage, properties_header_offset=offset)
    problems: list[Problem] = []
    tree = mime.parse((_text(properties, _HEADERS) or "").encode("utf-8", "replace").strip() + b"\n\n", limits)
    top = tree.root
    when, basis = headers.received(top, None)
    delivered, submitted = _time(properties, _DELIVERED), _time(properties, _SUBMITTED)
    if basis != "received header" and delivered:
        when, basis = delivered, "received header"
    elif when is None and submitted:
        when, basis = submitted, "date header"
    return Mail(
        subject=" ".join((_text(properties, _SUBJECT) or headers.text(top.header("subject"))).split()),
        sender=_sender(properties, top),
        to=_to(storage, properties, top),
        headers=_kept(properties, top),
        sent=submitted or headers.moment(top.header("date")),
        received=when,
        received_basis=basis,
        body=_cut(_body(properties, problems), limits, problems),
        enclosures=tuple(_enclosures(storage, limits, depth, problems)),
        problems=tuple(problems),
    )


def _text(properties: Properties, pid: int) -> str | None:
    try:
        value = properties.str_prop_value(pid)
    except (UnicodeError, LookupError, KeyError, struct.error):
        return None
    return clean(value) if value else None


def _binary(properties: Properties, pid: int) -> bytes | None:
    try:
        return properties.binary_prop_value(pid)
    except (LookupError, struct.error):
        return None


def _time(properties: Properties, pid: int) -> datetime | None:
    try:
        value = properties.date_prop_value(pid)
        return headers.to_london(value) if value else None
    except (OverflowError, ValueError, LookupError, AttributeError, struct.error):
        return None


def _sender(properties: Properties, top: mime.Part) -> Person:
    """The sender: the From header where there is one, as Outlook's own address may be an internal name (X.500)."""
    name = _text(properties, _SENDER) or _text(properties, _FOR) or ""
    for pid in (_SENDER_SMTP, _FOR_SMTP, _SENDER_ADDRESS):
        if (address := _text(properties, pid)) and "@" in address:
            return Person(name="" if name == address else name, address=address.strip())
    found = headers.people(top.header("from"))
    return found[0] if found else Person(name=name)


def _to(storage: Storage, properties: Properties, top: mime.Part) -> tuple[str, ...]:
    from oxmsg.properties import Properties as Of

    if top.header("to"):
        return headers.written(headers.people(top.header("to")))
    out: list[Person] = []
    for recipient in list(storage.iter_recipient_storages())[:200]:
        of = Of(recipient, properties_header_offset=_OBJECT)
        try:
            kind = of.int_prop_value(_KIND)
        except (LookupError, struct.error):
            kind = None
        if kind in (None, 0, 1):
            address = next((a for a in (_text(of, _SMTP), _text(of, _ADDRESS)) if a and "@" in a), "")
            name = _text(of, _SHOWN) or ""
            out.append(Person(name="" if name == address else name, address=address))
    shown = _text(properties, _TO)
    return headers.written(out) or ((shown,) if shown else ())


def _kept(properties: Properties, top: mime.Part) -> dict[str, str]:
    out = headers.kept(top)
    for name, pid in (("message-id", _MESSAGE_ID), ("in-reply-to", _IN_REPLY_TO), ("references", _REFERENCES)):
        if name not in out and (value := _text(properties, pid)):
            out[name] = value.strip()
    if (kind := _text(properties, _CLASS)) and kind.upper().startswith("REPORT."):
        out.setdefault("content-type", "multipart/report; report-type=delivery-status")
    return out


def _body(properties: Properties, problems: list[Problem]) -> str:
    plain = _text(properties, _BODY) or ""
    markup: bytes | str = _binary(properties, _HTML) or _text(properties, _HTML) or ""
    if isinstance(markup, bytes):
        try:
            label = properties.body_encoding
        except (LookupError, struct.error):
            label = None
        rich = html.from_bytes(markup, label)
    else:
        rich = html.to_text(markup)
    text = better(plain.strip("\n"), rich)
    if not text.strip() and _binary(properties, _RTF):
        detail = "its text is kept in Outlook's rich text alone, which cannot be read here"
        problems.append(Problem(code=ReadError.code, part="body", detail=detail))
    return text


def _cut(text: str, limits: Limits, problems: list[Problem]) -> str:
    if len(text) > limits.text_chars:
        detail = f"the text was cut after {limits.text_chars} characters"
        problems.append(Problem(code=TooLarge.code, part="body", detail=detail))
    return text[: limits.text_chars]


def _enclosures(storage: Storage, limits: Limits, depth: int, problems: list[Problem]) -> list[Enclosure]:
    from oxmsg.properties import Properties

    out: list[Enclosure] = []
    for number, attachment in enumerate(storage.iter_attachment_storages(), 1):
        if number > limits.mime_parts:
            detail = f"only the first {limits.mime_parts} attachments were listed"
            problems.append(Problem(code=TooLarge.code, part="parts", detail=detail))
            break
        of = Properties(attachment, properties_header_offset=_OBJECT)
        name = _text(of, _LONG_NAME) or _text(of, _SHORT_NAME) or _text(of, _SHOWN) or ""
        inner = next((s for s in attachment.storages if s.name == _EMBEDDED), None)
        mail: Mail | None = None
        if inner is not None and any(stream.name == _PROPERTIES for stream in inner.streams):
            if depth + 1 >= limits.message_depth:
                detail = f"messages attached to messages, more than {limits.message_depth} deep"
                problems.append(Problem(code=TooDeep.code, part=name or f"attachment {number}", detail=detail))
            else:
                mail = _mail(inner, _INNER, limits, depth + 1)
        out.append(Enclosure(name, _text(of, _MIME) or "", _binary(of, _DATA) or b"", mail))
    return out
