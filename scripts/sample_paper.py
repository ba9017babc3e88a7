"""Paper and its like for the sample inbox: letters as PDF, a scan without text, a locked PDF, a Word document.

Written without compression, so that the bytes depend on nothing but the words.
"""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Sequence

_MARGIN, _TOP, _LEADING = 64, 770, 16
_SCAN_SCALE = 3


def paper_pdf(lines: Sequence[str], title: str, **given: Any) -> bytes:
    """A letter of one A4 page, a line of text for each of `lines`; longer ones are wrapped."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfbase.pdfmetrics import stringWidth
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    page = Canvas(out, pagesize=A4, invariant=1, pageCompression=0, **given)
    page.setTitle(title)
    page.setAuthor("sample inbox")
    y = _TOP
    for line in lines:
        indent = len(line) - len(line.lstrip())
        current = line[:indent]
        for word in line.split():
            longer = f"{current} {word}" if current.strip() else current + word
            if stringWidth(longer, "Helvetica", 11) > A4[0] - 2 * _MARGIN:
                page.setFont("Helvetica", 11)
                page.drawString(_MARGIN, y, current)
                y -= _LEADING
                longer = " " * (indent + 5) + word
            current = longer
        page.setFont("Helvetica", 11)
        page.drawString(_MARGIN, y, current)
        y -= _LEADING
    page.showPage()
    page.save()
    return out.getvalue()


def locked_pdf(lines: Sequence[str], title: str) -> bytes:
    """A letter that opens with a password only."""
    from reportlab.lib.pdfencrypt import StandardEncryption

    lock = StandardEncryption("a password that nobody wrote down", ownerPassword="nor this one", strength=128)
    return paper_pdf(lines, title, encrypt=lock)


def scanned_pdf(lines: Sequence[str]) -> bytes:
    """A page that is only a picture of words, as a scanner makes it: no text to copy, one bit a pixel."""
    from PIL import Image, ImageDraw, ImageFont

    font = ImageFont.load_default_imagefont()  # drawn by hand once: the same in every version, unlike a scaled typeface
    small = Image.new("1", (240, 340), 1)
    draw = ImageDraw.Draw(small)
    for n, line in enumerate(lines):
        draw.text((14, 16 + 13 * n), line, font=font, fill=0)
    picture = small.resize((small.width * _SCAN_SCALE, small.height * _SCAN_SCALE), Image.Resampling.NEAREST)
    return _picture_pdf(picture.width, picture.height, picture.tobytes())


def _picture_pdf(width: int, height: int, bits: bytes) -> bytes:
    """A PDF of one page, filled by a black-and-white picture."""
    packed = _run_length(bits)
    drawing = b"q 595 0 0 842 0 0 cm /P Do Q"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /XObject << /P 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing),
        b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 1"
        b" /Filter /RunLengthDecode /Length %d >>\nstream\n%s\nendstream" % (width, height, len(packed), packed),
    ]
    out = io.BytesIO()
    out.write(b"%PDF-1.4\n")
    places: list[int] = []
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
    return out.getvalue()


def _run_length(data: bytes) -> bytes:
    """`data` as PDF's RunLengthDecode filter reads it (ISO 32000-1, 7.4.5), which needs no compression library."""
    out = bytearray()
    at = 0
    while at < len(data):
        run = 1
        while run < 128 and at + run < len(data) and data[at + run] == data[at]:
            run += 1
        if run > 1:
            out += bytes((257 - run, data[at]))
            at += run
            continue
        end = at + 1
        while end < len(data) and end - at < 128 and data[end] != data[end - 1]:
            end += 1
        out.append(end - at - 1)
        out += data[at:end]
        at = end
    out.append(128)
    return bytes(out)


_WORD: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_TYPES: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def docx(paragraphs: Sequence[tuple[str, int | None]]) -> bytes:
    """A Word document. A paragraph with a level (0, 1) is numbered by Word itself: the number is not in its text."""
    body = "".join(_paragraph(words, level) for words, level in paragraphs)
    levels = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="%{n + 1}."/></w:lvl>'
        for n, form in enumerate(("decimal", "lowerLetter"))
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_TYPES}.document.main+xml"/>'
        f'<Override PartName="/word/numbering.xml" ContentType="{_TYPES}.numbering+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>',
        "word/numbering.xml": f'<w:numbering xmlns:w="{_WORD}">'
        f'<w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_OFFICE}/numbering" Target="numbering.xml"/></Relationships>',
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, text in parts.items():
            data = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + text
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 30, 10, 0, 0)), data.encode("utf-8"))
    return out.getvalue()


def _paragraph(words: str, level: int | None) -> str:
    numbered = ""
    if level is not None:
        numbered = f'<w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr></w:pPr>'
    return f'<w:p>{numbered}<w:r><w:t xml:space="preserve">{escape(words)}</w:t></w:r></w:p>'
