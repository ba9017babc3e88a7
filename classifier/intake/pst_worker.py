"""The process that reads an Outlook data file: `python -m classifier.intake.pst_worker FILE START`.

Takes its limits on standard input and answers with frames (`worker`): one when the file is open, one for each message
from number START on, one at the end. Each message is written as internet mail, so that one reader serves all mail.
"""

from __future__ import annotations

import os
import signal
import sys
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr
from typing import TYPE_CHECKING, Any, Final

import msgspec

from classifier.errors import ReadError, TooLarge
from classifier.intake.decode import decode
from classifier.intake.limits import Limits
from classifier.intake.pst import UNREADABLE
from classifier.intake.wire import PstItem
from classifier.intake.worker import limit_memory, send

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from email.message import Message

# Properties of [MS-OXPROPS] by their tags.
_CLASS, _SUBJECT, _HEADERS, _TO, _SENDER_NAME, _SENDER_ADDRESS, _SENDER_SMTP, _MESSAGE_ID, _IN_REPLY_TO, _CODEPAGE = (
    0x001A, 0x0037, 0x007D, 0x0E04, 0x0C1A, 0x0C1F, 0x5D01, 0x1035, 0x1042, 0x3FDE,
)  # fmt: skip
_NAMES, _MIME, _SHOWN, _SMTP, _ADDRESS, _KIND = (0x3707, 0x3704, 0x3001), 0x370E, 0x3001, 0x39FE, 0x3003, 0x0C15
_TEXT_8, _TEXT_16 = 0x001E, 0x001F
# Kinds of item that are no letters: [MS-OXCMSG] message classes.
_NO_LETTERS: Final = (
    "ipm.contact", "ipm.distlist", "ipm.appointment", "ipm.task", "ipm.activity", "ipm.stickynote", "ipm.configuration",
    "ipm.microsoft", "ipm.rule", "ipm.extendedrule", "ipm.abchpersona", "ipm.post.rss", "ipm.conversationaction",
)  # fmt: skip
# Headers of the parts as they were on the wire: the parts are written anew.
_OF_PARTS: Final = ("content-", "mime-version")


def main() -> None:
    """Read the file named by the first argument, from the item whose number is the second."""
    for name in ("SIGINT", "SIGBREAK"):  # Ctrl-C and Ctrl-Break are the parent's to handle
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    limits = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Limits)
    limit_memory(limits.child_bytes + 4 * limits.message_bytes)
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    import pypff  # pyright: ignore[reportMissingImports]

    file: Any = pypff.file()
    try:
        file.open(sys.argv[1])
        root = file.get_root_folder()
    except (OSError, RuntimeError, ValueError):
        sys.exit(UNREADABLE)
    send(sink, msgspec.msgpack.encode(PstItem(place=0, opened=True)))
    start = place = int(sys.argv[2])
    for place, (folder, item) in enumerate(_letters(root, limits)):
        if place >= start:
            send(sink, msgspec.msgpack.encode(_read(place, folder, item, limits)))
    send(sink, msgspec.msgpack.encode(PstItem(place=place, ended=True)))


def _letters(root: Any, limits: Limits) -> Iterator[tuple[str, Any]]:
    """Every item of every folder, by the folders' order in the file, with its folder's path. A None is damaged."""
    stack: list[tuple[str, Any, int]] = [("", root, 0)]
    while stack:
        path, folder, depth = stack.pop()
        for number in range(_count(folder, "number_of_sub_messages")):
            try:
                item = folder.get_sub_message(number)
            except (OSError, RuntimeError, ValueError):
                item = None
            if item is None or _is_letter(item):
                yield path, item
        inner: list[tuple[str, Any, int]] = []
        for number in range(_count(folder, "number_of_sub_folders")):
            try:
                below = folder.get_sub_folder(number)
                name = (below.name or "").replace("/", "_")
            except (OSError, RuntimeError, ValueError):
                yield path, None
                continue
            if depth < limits.folder_depth:
                inner.append((f"{path}/{name}" if path else name, below, depth + 1))
        stack.extend(reversed(inner))


def _count(of: Any, name: str) -> int:
    try:
        return int(getattr(of, name, 0) or 0)
    except (OSError, RuntimeError, ValueError):
        return 0


def _is_letter(item: Any) -> bool:
    # Associated items (views, forms) come as plain items, without what a message has.
    if not hasattr(item, "plain_text_body"):
        return False
    return not (_properties(item).text(_CLASS) or "ipm.note").lower().startswith(_NO_LETTERS)


def _read(place: int, folder: str, item: Any, limits: Limits) -> PstItem:
    if item is None:
        return PstItem(place=place, folder=folder, code=ReadError.code, detail="the item is damaged")
    try:
        data = _mail(item, limits, 0).as_bytes()
    except Exception as e:  # noqa: BLE001 - the library raises anything on damaged items; all of it is an answer
        return PstItem(
            place=place, folder=folder, code=ReadError.code, detail=f"the item is damaged ({type(e).__name__})"
        )
    if len(data) > 2 * limits.message_bytes:
        return PstItem(place=place, folder=folder, code=TooLarge.code, detail=f"{len(data)} bytes are too many")
    return PstItem(place=place, folder=folder, data=data)


class _Properties:
    """The properties of an item or attachment by their tags; the first of each."""

    def __init__(self, sets: Iterable[Any]) -> None:
        self._entries: dict[int, Any] = {}
        for records in sets:
            for entry in _all(records, "entries"):
                self._entries.setdefault(entry.entry_type, entry)

    def number(self, tag: int) -> int | None:
        """A whole number, or None."""
        try:
            return int(self._entries[tag].get_data_as_integer())
        except (KeyError, OSError, RuntimeError, ValueError, TypeError):
            return None

    def text(self, tag: int) -> str | None:
        """A text without its zeros, or None."""
        entry = self._entries.get(tag)
        if entry is None or entry.value_type not in (_TEXT_8, _TEXT_16):
            return None
        try:
            data = bytes(entry.get_data() or b"")
        except (OSError, RuntimeError, ValueError):
            return None
        said = data.decode("utf-16-le", "replace") if entry.value_type == _TEXT_16 else decode(data, None)
        return said.replace("\0", "").strip() or None


def _properties(of: Any) -> _Properties:
    return _Properties(_all(of, "record_sets"))


def _all(of: Any, name: str) -> Iterator[Any]:
    try:
        yield from getattr(of, name, ()) or ()
    except (OSError, RuntimeError, ValueError):
        return


def _mail(item: Any, limits: Limits, depth: int) -> Message:
    """The item as internet mail: its own headers where it came by mail, and else what Outlook noted."""
    properties = _properties(item)
    parts: list[Message] = _bodies(item, properties, limits)
    room = limits.message_bytes
    for number in range(min(_count(item, "number_of_attachments"), limits.mime_parts)):
        try:
            attachment = item.get_attachment(number)
        except (OSError, RuntimeError, ValueError):
            attachment = None
        enclosed, size = _enclosure(attachment, number, room, limits, depth)
        room -= size
        parts.append(enclosed)
    if len(parts) == 1:
        mail = parts[0]
    else:
        mail = MIMEMultipart("mixed", boundary=f"=_foi_triage_{depth}_mixed")
        for part in parts:
            mail.attach(part)
    _headers(mail, item, properties)
    return mail


def _bodies(item: Any, properties: _Properties, limits: Limits) -> list[Message]:
    plain, markup = item.get_plain_text_body(), item.get_html_body()
    page = properties.number(_CODEPAGE)
    label = {65001: "utf-8", 20127: "ascii"}.get(page or 0, f"cp{page}" if page else None)
    out: list[Message] = []
    if plain:
        words = plain if isinstance(plain, str) else decode(bytes(plain), "utf-8")
        out.append(MIMEText(words[: limits.text_chars].replace("\r\n", "\n"), "plain", "utf-8"))
    if markup:
        # The page says which encoding it is in, or the item does; its bytes stay as they are.
        html = MIMEBase("text", "html")
        if label:
            html.set_param("charset", label)
        html.set_payload(markup.encode() if isinstance(markup, str) else bytes(markup)[: limits.html_bytes])
        _base64(html)
        out.append(html)
    if not out and (rich := item.get_rtf_body()):
        rtf = MIMEBase("application", "rtf")
        rtf.set_payload(bytes(rich)[: limits.document_bytes])
        rtf.add_header("Content-Disposition", "attachment", filename="body.rtf")
        _base64(rtf)
        return [rtf]
    if len(out) == 2:
        both = MIMEMultipart("alternative", boundary="=_foi_triage_alternative")
        for part in out:
            both.attach(part)
        return [both]
    return out or [MIMEText("", "plain", "utf-8")]


def _enclosure(attachment: Any, number: int, room: int, limits: Limits, depth: int) -> tuple[Message, int]:
    """An attachment as a part, and its size in bytes; without its bytes where they are damaged or too many."""
    properties = _properties(attachment)
    name = next((n for tag in _NAMES if (n := properties.text(tag))), f"attachment-{number + 1}")
    if _count(attachment, "number_of_sub_items") and depth < limits.message_depth:
        inner = attachment.get_sub_item(0)
        if hasattr(inner, "plain_text_body"):
            enclosed = MIMEBase("message", "rfc822")
            enclosed.set_payload([_mail(inner, limits, depth + 1)])
            enclosed.add_header("Content-Disposition", "attachment", filename=("utf-8", "", name))
            return enclosed, 0
    try:
        size = min(int(attachment.get_size()), room)
        data = bytes(attachment.read_buffer(size)) if size > 0 else b""
    except (OSError, RuntimeError, ValueError, AttributeError, TypeError):
        data = b""
    kind, _, sub = (properties.text(_MIME) or "application/octet-stream").partition("/")
    plain = (kind + sub).isascii() and all(c.isalnum() or c in "-.+" for c in kind + sub)
    part = (
        MIMEBase(kind, sub) if plain and kind and sub and kind != "message" else MIMEBase("application", "octet-stream")
    )
    part.set_payload(data)
    part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", name))
    _base64(part)
    return part, len(data)


def _base64(part: Message) -> None:
    from email.encoders import encode_base64

    encode_base64(part)


def _headers(mail: Message, item: Any, properties: _Properties) -> None:
    """Put the message's headers before those of its parts."""
    own = list(mail.items())
    for name, _ in own:
        del mail[name]
    there: set[str] = set()
    for name, value in _transport(properties.text(_HEADERS) or item.get_transport_headers() or ""):
        if not name.lower().startswith(_OF_PARTS):
            there.add(name.lower())
            mail[name] = _safe(value)
    noted = {
        "Subject": properties.text(_SUBJECT) and item.get_subject(),
        "From": _address(properties, (_SENDER_SMTP, _SENDER_ADDRESS), _SENDER_NAME),
        "To": ", ".join(_recipients(item)) or properties.text(_TO),
        "Message-ID": properties.text(_MESSAGE_ID),
        "In-Reply-To": properties.text(_IN_REPLY_TO),
    }
    for name, value in noted.items():
        if name.lower() not in there and value:
            mail[name] = _safe(value)
    if "received" not in there and (when := item.get_delivery_time()):
        mail["Received"] = f"by outlook; {format_datetime(when)}"
    if "date" not in there and (when := item.get_client_submit_time()):
        mail["Date"] = format_datetime(when)
    for name, value in own:
        mail[name] = value


def _transport(block: str) -> Iterator[tuple[str, str]]:
    """The header lines that the message came with, unfolded."""
    name, value = "", ""
    for line in block.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if line[:1] in (" ", "\t") and name:
            value += " " + line.strip()
            continue
        if name:
            yield name, value
        name, colon, value = line.partition(":")
        value = value.strip()
        if not colon or not name.isascii() or not name.replace("-", "").replace("_", "").isalnum():
            name = ""
    if name:
        yield name, value


def _safe(value: str) -> str:
    """A header's value on one line, encoded where it is not ASCII."""
    line = " ".join(value.split())
    return line if line.isascii() else Header(line, "utf-8", maxlinelen=10_000_000).encode()


def _address(properties: _Properties, tags: tuple[int, ...], name: int) -> str | None:
    shown = properties.text(name) or ""
    address = next((a for tag in tags if (a := properties.text(tag)) and "@" in a), "")
    if not address:
        return shown or None
    return formataddr((shown if shown != address else "", address), "utf-8") if address.isascii() else address


def _recipients(item: Any) -> list[str]:
    try:
        table = item.recipients
    except (OSError, RuntimeError, ValueError):
        return []
    out: list[str] = []
    for records in _all(table, "record_sets"):
        one = _Properties([records])
        if one.number(_KIND) in (None, 0, 1) and (to := _address(one, (_SMTP, _ADDRESS), _SHOWN)):
            out.append(to)
    return out[:200]


if __name__ == "__main__":
    main()
