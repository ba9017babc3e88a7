"""Writes small files that are hard on a reader: for tests, and for trying a change by hand.

    python scripts/make_hostile.py FOLDER

Each is made on purpose and small on disk (a few megabytes in all); what it does to a careless reader is in its name.
"""

from __future__ import annotations

import base64
import io
import struct
import sys
import zipfile
import zlib
from pathlib import Path

HEAD = (
    b"From: A Person <a@example.org>\r\nTo: foi@police.example\r\nSubject: Request\r\n"
    b"Date: Tue, 05 Mar 2024 09:30:00 +0000\r\n"
)
ASK = b"\r\nDear Sir,\r\n\r\n1. How many drones do you own?\r\n"


def nested_multiparts(depth: int) -> bytes:
    """Multiparts inside each other, with text at the bottom and a long tail of lines that look like boundaries."""
    parts = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (i, i) for i in range(depth))
    return HEAD + parts + b"Content-Type: text/plain\r\n" + ASK + b"--nothing\r\n" * 20_000


def nested_messages(depth: int) -> bytes:
    """Messages attached to messages."""
    return (
        HEAD
        + b"Content-Type: message/rfc822\r\n\r\n"
        + (HEAD + b"Content-Type: message/rfc822\r\n\r\n") * depth
        + HEAD
        + ASK
    )


def many_parts(count: int) -> bytes:
    """A multipart of very many empty parts."""
    return HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\n" * count + b"--b--\r\n"


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip with the given members, their names as they are."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return out.getvalue()


def bomb(megabytes: int) -> bytes:
    """A zip whose only member unpacks to many megabytes of nothing."""
    return zipped({"letter.txt": b"\0" * (megabytes * 1024 * 1024)})


def lying_zip() -> bytes:
    """A zip whose directory states a small size for a big member."""
    data = bytearray(zipped({"letter.txt": b"a" * 20_000_000}))
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 100)
    return bytes(data)


def endless_pdf() -> bytes:
    """A PDF whose page tree points back to itself."""
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 100000>>endobj\n"
        b"trailer<</Root 1 0 R>>\n%%EOF\n"
    )


def bomb_pdf() -> bytes:
    """A PDF whose page content unpacks to 140 MB of drawing."""
    packed = zlib.compress(b"0 0 m 1 1 l S\n" * 10_000_000, 1)
    packed = zlib.compress(packed)
    return (
        b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>endobj\n"
        b"4 0 obj<</Length %d/Filter[/FlateDecode/FlateDecode]>>stream\n%b\nendstream endobj\n"
        b"trailer<</Root 1 0 R>>\n%%%%EOF\n" % (len(packed), packed)
    )


def entity_docx() -> bytes:
    """A Word document whose XML declares entities that grow a thousand millionfold, and one that reads a file."""
    entities = b"".join(b'<!ENTITY a%d "%b">' % (i, b"&a%d;" % (i - 1) * 10) for i in range(1, 10))
    xml = b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY f SYSTEM "file:///etc/hostname"><!ENTITY a0 "x">' + entities
    xml += b']><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r>'
    xml += b"<w:t>&a9;&f;</w:t></w:r></w:p></w:body></w:document>"
    return zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": xml})


def bomb_docx() -> bytes:
    """A Word document of 60 MB of one character."""
    xml = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>'
    xml += b"a" * 60_000_000 + b"</w:t></w:r></w:p></w:body></w:document>"
    return zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": xml})


def files() -> dict[str, bytes]:
    """All files by name. Takes a few seconds, most of them for packing bombs."""
    word = b"=?utf-8?Q?=C3=A9?= "
    attachment = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n" + ASK
    return {
        "empty.eml": b"",
        "blank.txt": b" \r\n\r\n",
        "noise.eml": bytes((i * i * 7 + i // 3) % 256 for i in range(5_000)),
        "no-headers.eml": b"Please tell me how many horses you have.\r\n",
        "only-headers.eml": HEAD + b"\r\n",
        "nested-multiparts.eml": nested_multiparts(3_000),
        "nested-messages.eml": nested_messages(500),
        "many-parts.eml": many_parts(100_000),
        "one-megabyte-subject.eml": b"Subject: " + b"a" * 1_000_000 + b"\r\n" + HEAD + ASK,
        "encoded-words.eml": b"Subject: "
        + word * 20_000
        + b"\r\nFrom: "
        + word * 20_000
        + b"<a@b.example>\r\nDate: x\r\n"
        + ASK,
        "many-headers.eml": HEAD + b"X-Nothing: 1\r\n" * 100_000 + ASK,
        "many-addresses.eml": b"From: a@b.example\r\nDate: x\r\nTo: " + b"a@b.example, " * 50_000 + b"\r\n" + ASK,
        "parameters.eml": HEAD + b"Content-Type: text/plain; " + b'a="; ' * 20_000 + b"\r\n" + ASK,
        "unknown-charset.eml": HEAD + b"Content-Type: text/plain; charset=x-klingon\r\n" + ASK,
        "punycode.eml": HEAD + b"Content-Type: text/plain; charset=punycode\r\n\r\n" + b"a-9" * 100_000,
        "bad-base64.eml": HEAD
        + b"Content-Transfer-Encoding: base64\r\n\r\n"
        + base64.b64encode(ASK * 5)[:-3]
        + b"!*\r\n",
        "wrong-boundary.eml": HEAD + attachment.replace(b"boundary=b", b"boundary=c") + b"--b--\r\n",
        "climbing-name.eml": HEAD
        + attachment
        + b"--b\r\nContent-Type: text/plain\r\n"
        + b'Content-Disposition: attachment; filename="../../etc/cron.d/x.txt"\r\n\r\nhello\r\n--b--\r\n',
        "winmail.eml": HEAD
        + attachment
        + b"--b\r\nContent-Type: application/ms-tnef; name=winmail.dat\r\n\r\n\x78\x9f\x3e\x22abc\r\n--b--\r\n",
        "encrypted.eml": HEAD
        + b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\r\n\r\n0\x80\x06\x09",
        "deep.html": b"<html>" + b"<div>" * 200_000 + b"How many?",
        "lists.html": b"<html>" + b"<ol><li>" * 50_000 + b"How many?",
        "attributes.html": b"<html><p " + b" ".join(b"a%d=1" % i for i in range(100_000)) + b">How many?",
        "quotes.html": b"<html>" + b"<blockquote>" * 5_000 + b"How many?<br>" * 2_000,
        "nuls.txt": b"How\0 many\0 cars?" * 10,
        "wide.txt": "How many cars do you own?".encode("utf-16-le"),
        "bomb.zip": bomb(60),
        "lying.zip": lying_zip(),
        "cut.zip": zipped({"a.txt": b"How many?" * 1000})[:-30],
        "climbing.zip": zipped({"../../evil.txt": b"How many cars?", "C:\\Windows\\x.txt": b"How many vans?"}),
        "nested.zip": zipped({"b.zip": zipped({"c.zip": zipped({"d.zip": zipped({"e.txt": b"How many?"})})})}),
        "empty.zip": zipped({}),
        "cut.pdf": b"%PDF-1.7\n1 0 obj<</Type/Catalog",
        "endless.pdf": endless_pdf(),
        "bomb.pdf": bomb_pdf(),
        "entities.docx": entity_docx(),
        "bomb.docx": bomb_docx(),
        "cut.docx": entity_docx()[:200],
        "cut.msg": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1_000,
        "picture.eml": b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
    }


def write(folder: Path) -> list[Path]:
    """Write all files into `folder`; their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    for name, data in files().items():
        path = folder / name
        path.write_bytes(data)
        paths.append(path)
    return paths


if __name__ == "__main__":
    for written in write(Path(sys.argv[1])):
        print(written.stat().st_size, written)
