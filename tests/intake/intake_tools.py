"""What the tests of intake share: small inputs made on the spot, and the scripts that make bigger ones."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from classifier.intake import DEFAULT, Limits, RawItem, parse_item

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from classifier.records import Message

QUICK = Limits(child_seconds=20.0)


def read_all(
    data: bytes, name: str = "letter.eml", *, received: date | None = None, limits: Limits = DEFAULT
) -> list[Message]:
    """The messages of one file's bytes."""
    return parse_item(RawItem(source=name, name=name, data=data), received, limits)


def read_one(
    data: bytes, name: str = "letter.eml", *, received: date | None = None, limits: Limits = DEFAULT
) -> Message:
    """The only message of one file's bytes."""
    (message,) = read_all(data, name, received=received, limits=limits)
    return message


def codes(message: Message) -> list[str]:
    """The codes of a message's problems."""
    return [p.code for p in message.problems]


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def docx(body: str, numbering: str = "", styles: str = "") -> bytes:
    """A Word document with `body` inside `w:body`."""
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/word/document.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    )
    rels = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    parts = {
        "[Content_Types].xml": types,
        "_rels/.rels": f'<Relationships xmlns="{rels}">'
        f'<Relationship Id="r1" Type="{office}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{rels}">'
        f'<Relationship Id="r1" Type="{office}/numbering" Target="numbering.xml"/>'
        f'<Relationship Id="r2" Type="{office}/styles" Target="styles.xml"/></Relationships>',
        "word/numbering.xml": f'<w:numbering xmlns:w="{W}">{numbering}</w:numbering>',
        "word/styles.xml": f'<w:styles xmlns:w="{W}">{styles}</w:styles>',
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(name, text)
    return out.getvalue()


def paragraph(text: str, number: int | None = None, level: int = 0, style: str = "") -> str:
    """A paragraph, in list `number` where one is given."""
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    if number is not None:
        properties += f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def pdf(*pages: Sequence[tuple[float, float, str]], encrypt: str | None = None) -> bytes:
    """A PDF of pages; each is a list of lines with their place (points from the lower left corner of A4)."""
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842), encrypt=StandardEncryption(encrypt) if encrypt else None)
    for page in pages:
        canvas.setFont("Helvetica", 11)
        for x, y, text in page:
            canvas.drawString(x, y, text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def down(*lines: str, top: float = 780, step: float = 14) -> list[tuple[float, float, str]]:
    """Lines one under the other; an empty one leaves a gap."""
    return [(60, top - i * step, line) for i, line in enumerate(lines) if line]
