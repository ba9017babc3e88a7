"""Writes Outlook messages (.msg) for tests and the sample inbox: a small compound file with MAPI properties.

    python scripts/make_msg.py OUT.msg --subject TEXT --from "Name <address>" --to "Name <address>" \\
        --sent 2024-03-05T09:30:00+00:00 --body FILE [--attach FILE ...]

The container is a Compound File Binary of version 3 ([MS-CFB]): 512-byte sectors, streams below 4,096 bytes in the
mini stream, a directory whose siblings form a balanced tree in the order that [MS-CFB] 2.6.4 prescribes. What is in it
follows [MS-OXMSG]: `__properties_version1.0` in each storage with one 16-byte entry a property, and a stream
`__substg1.0_PPPPTTTT` for each property of variable length. Strings are Unicode, times are UTC.
"""

from __future__ import annotations

import argparse
import struct
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parseaddr
from pathlib import Path

SECTOR, MINI, CUTOFF = 512, 64, 4096
FREE, END, FAT_SECTOR = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
STORAGE, STREAM, ROOT = 1, 2, 5
UNICODE, BINARY, INTEGER, TIME, OBJECT = 0x001F, 0x0102, 0x0003, 0x0040, 0x000D


@dataclass
class Node:
    """A storage (with children) or a stream (with data) of the compound file."""

    name: str
    data: bytes | None = None
    children: list[Node] = field(default_factory=list["Node"])
    left: int = FREE
    right: int = FREE
    child: int = FREE
    start: int = END
    size: int = 0


@dataclass
class Attached:
    """A file attached to a message, or a message where `message` is given."""

    name: str
    data: bytes = b""
    mime: str = "application/octet-stream"
    message: Outlook | None = None


@dataclass
class Outlook:
    """A message. `headers` are the transport headers as text; none for a message that never left Outlook."""

    subject: str
    sender: str
    to: list[str]
    body: str = ""
    html: str = ""
    sent: datetime | None = None
    delivered: datetime | None = None
    headers: str = ""
    message_id: str = ""
    attached: list[Attached] = field(default_factory=list[Attached])


def compound_file(root: Node) -> bytes:
    """The bytes of a compound file whose root storage is `root`."""
    entries: list[Node] = [root]
    _list_entries(root, entries)
    sectors: list[bytes] = []
    fat: list[int] = []
    mini: list[bytes] = []
    mini_fat: list[int] = []

    def put(data: bytes, size: int, store: list[bytes], chain: list[int]) -> int:
        """Store `data` in a chain of sectors of `size`; gives the first."""
        if not data:
            return END
        first, count = len(store), -(-len(data) // size)
        store.extend(data[i * size : (i + 1) * size].ljust(size, b"\0") for i in range(count))
        chain.extend([*range(first + 1, first + count), END])
        return first

    for node in entries:
        if node.data is not None:
            node.size = len(node.data)
            small = node.size < CUTOFF
            node.start = put(
                node.data, MINI if small else SECTOR, mini if small else sectors, mini_fat if small else fat
            )
    stream = b"".join(mini)
    root.start, root.size = put(stream, SECTOR, sectors, fat), len(stream)
    mini_start = put(b"".join(struct.pack("<I", x) for x in mini_fat), SECTOR, sectors, fat)
    mini_count = -(-len(mini_fat) * 4 // SECTOR)
    _pad_last(sectors, mini_start, len(mini_fat) * 4)
    directory = b"".join(
        _entry(node, ROOT if i == 0 else STREAM if node.data is not None else STORAGE) for i, node in enumerate(entries)
    )
    directory += _EMPTY_ENTRY * (-len(entries) % 4)
    directory_start = put(directory, SECTOR, sectors, fat)
    count = 1
    while count * 128 < len(fat) + count:
        count += 1
    if count > 109:
        raise ValueError("more than 6.8 MB: this writer keeps to the sector list of the header")
    fat_at = [len(fat) + i for i in range(count)]
    table = [*fat, *[FAT_SECTOR] * count]
    table += [FREE] * (count * 128 - len(table))
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6, 0, count, directory_start, 0, CUTOFF,
        mini_start, mini_count, END, 0,
    )  # fmt: skip
    header += b"".join(struct.pack("<I", s) for s in [*fat_at, *[FREE] * (109 - count)])
    return header + b"".join(sectors) + b"".join(struct.pack("<I", x) for x in table)


def _pad_last(sectors: list[bytes], start: int, used: int) -> None:
    """Unused entries at the end of the mini FAT are free, not zero."""
    if start != END and used % SECTOR:
        at = start + used // SECTOR
        sectors[at] = sectors[at][: used % SECTOR] + b"\xff" * (SECTOR - used % SECTOR)


def _list_entries(storage: Node, entries: list[Node]) -> None:
    """Give every node below `storage` its place in the directory, and make its children a balanced tree."""
    children = sorted(storage.children, key=lambda n: (len(n.name), n.name.upper()))
    first = len(entries)
    entries.extend(children)

    def tree(low: int, high: int) -> int:
        if low >= high:
            return FREE
        middle = (low + high) // 2
        children[middle].left, children[middle].right = tree(low, middle), tree(middle + 1, high)
        return first + middle

    storage.child = tree(0, len(children))
    for child in children:
        _list_entries(child, entries)


def _entry(node: Node, kind: int) -> bytes:
    name = node.name.encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII16sIQQIQ",
        name, len(name) + 2, kind, 1, node.left, node.right, node.child, b"", 0, 0, 0,
        0 if kind == STORAGE else node.start, node.size,
    )  # fmt: skip


_EMPTY_ENTRY = struct.pack("<64sHBBIII16sIQQIQ", b"", 0, 0, 1, FREE, FREE, FREE, b"", 0, 0, 0, 0, 0)


class Properties:
    """The properties of a message, recipient or attachment: entries of the property stream, and their streams."""

    def __init__(self) -> None:
        self.entries: list[bytes] = []
        self.nodes: list[Node] = []

    def text(self, pid: int, value: str) -> None:
        """Add a Unicode string, where it is not empty."""
        if value:
            self._stream(pid, UNICODE, value.encode("utf-16-le"), 2)

    def binary(self, pid: int, value: bytes) -> None:
        """Add bytes."""
        self._stream(pid, BINARY, value, 0)

    def number(self, pid: int, value: int) -> None:
        """Add a 32-bit integer."""
        self.entries.append(struct.pack("<HHIII", INTEGER, pid, 6, value, 0))

    def time(self, pid: int, value: datetime | None) -> None:
        """Add a time, where there is one: 100 ns since 1601 in UTC."""
        if value is not None:
            ticks = int((value.astimezone(UTC) - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10_000_000
            self.entries.append(struct.pack("<HHIQ", TIME, pid, 6, ticks))

    def _stream(self, pid: int, kind: int, value: bytes, extra: int) -> None:
        self.entries.append(struct.pack("<HHIII", kind, pid, 6, len(value) + extra, 0))
        self.nodes.append(Node(f"__substg1.0_{pid:04X}{kind:04X}", value))

    def finish(self, header: bytes) -> list[Node]:
        """The streams, with the property stream that begins with `header`."""
        return [*self.nodes, Node("__properties_version1.0", header + b"".join(self.entries))]


def message(mail: Outlook, *, embedded: bool = False) -> list[Node]:
    """The children of a message's storage; `embedded` for one that is attached to another."""
    p = Properties()
    name, address = parseaddr(mail.sender)
    p.text(0x001A, "IPM.Note")
    p.text(0x0037, mail.subject)
    p.text(0x1000, mail.body)
    p.text(0x007D, mail.headers)
    p.text(0x0C1A, name or address)
    p.text(0x0C1E, "SMTP" if address else "")
    p.text(0x0C1F, address)
    p.text(0x5D01, address)
    p.text(0x1035, mail.message_id)
    p.text(0x0E04, "; ".join(parseaddr(t)[0] or parseaddr(t)[1] for t in mail.to))
    p.time(0x0039, mail.sent)
    p.time(0x0E06, mail.delivered)
    p.number(0x340D, 0x00040000)  # strings are Unicode
    p.number(0x3FDE, 65001)  # and so is the HTML
    if mail.html:
        p.binary(0x1013, mail.html.encode("utf-8"))
    nodes: list[Node] = []
    for i, recipient in enumerate(mail.to):
        r = Properties()
        shown, at = parseaddr(recipient)
        r.number(0x0C15, 1)
        r.number(0x3000, i)
        r.text(0x3001, shown or at)
        r.text(0x3002, "SMTP" if at else "")
        r.text(0x3003, at)
        r.text(0x39FE, at)
        nodes.append(Node(f"__recip_version1.0_#{i:08X}", children=r.finish(b"\0" * 8)))
    nodes.extend(_attachment(i, a) for i, a in enumerate(mail.attached))
    counts = struct.pack("<8xIIII", len(mail.to), len(mail.attached), len(mail.to), len(mail.attached))
    if not embedded:
        nodes.append(_no_named_properties())
    return [*nodes, *p.finish(counts if embedded else counts + b"\0" * 8)]


def _attachment(number: int, attached: Attached) -> Node:
    a = Properties()
    a.number(0x0E21, number)
    a.text(0x3001, attached.name)
    a.text(0x3707, attached.name)
    if attached.message is None:
        a.number(0x3705, 1)  # by value
        a.text(0x370E, attached.mime)
        a.binary(0x3701, attached.data)
    else:
        a.number(0x3705, 5)  # an attached message
        a.entries.append(struct.pack("<HHIII", OBJECT, 0x3701, 6, 0xFFFFFFFF, 1))
        a.nodes.append(Node("__substg1.0_3701000D", children=message(attached.message, embedded=True)))
    return Node(f"__attach_version1.0_#{number:08X}", children=a.finish(b"\0" * 8))


def _no_named_properties() -> Node:
    """[MS-OXMSG] wants this storage in every file, with three streams, empty where no property has a name."""
    return Node("__nameid_version1.0", children=[Node(f"__substg1.0_000{i}0102", b"") for i in (2, 3, 4)])


def write(mail: Outlook) -> bytes:
    """The bytes of a .msg file."""
    return compound_file(Node("Root Entry", children=message(mail)))


def main() -> None:
    """Write one message from the command line."""
    parser = argparse.ArgumentParser(description="Write an Outlook .msg file.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--subject", required=True)
    parser.add_argument("--from", dest="sender", required=True)
    parser.add_argument("--to", action="append", required=True)
    parser.add_argument("--sent", type=datetime.fromisoformat, required=True)
    parser.add_argument("--body", type=Path, required=True)
    parser.add_argument("--attach", type=Path, action="append", default=[])
    args = parser.parse_args()
    mail = Outlook(
        subject=args.subject,
        sender=args.sender,
        to=args.to,
        body=args.body.read_text(encoding="utf-8").replace("\n", "\r\n"),
        sent=args.sent,
        delivered=args.sent,
        attached=[Attached(path.name, path.read_bytes()) for path in args.attach],
    )
    args.out.write_bytes(write(mail))


if __name__ == "__main__":
    main()
