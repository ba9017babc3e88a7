"""Which format a file is in: told from its first bytes; the name only tips the scales between text-like formats."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple, Protocol

from classifier.intake import archive, docx, html, mail, mbox, msg, pdf, pst, text

HEAD: Final = 8_192  # bytes that are looked at

FormatName = Literal["mail", "msg", "pdf", "docx", "html", "text", "mbox", "zip", "pst"]


class Claims(Protocol):
    """What a format's module offers: how surely a file that begins with `head` is one of its own, 0 to 100."""

    def __call__(self, head: bytes, name: str) -> int:
        """0 for a file that is certainly of another format; the highest claim wins."""
        ...


class Format(NamedTuple):
    """A format: `name` as the program calls it, what it is for a person, its suffixes and its claim."""

    name: FormatName
    media_type: str
    about: str
    suffixes: tuple[str, ...]
    claims: Claims


FORMATS: Final = (
    Format("mail", mail.MEDIA_TYPE, "e-mail", (".eml", ".emlx", ".mht"), mail.claims),
    Format("msg", msg.MEDIA_TYPE, "Outlook message", (".msg",), msg.claims),
    Format("pdf", pdf.MEDIA_TYPE, "PDF: letters, and printed e-mail, single or in a bundle", (".pdf",), pdf.claims),
    Format("docx", docx.MEDIA_TYPE, "Word document", (".docx",), docx.claims),
    Format("html", html.MEDIA_TYPE, "web page", (".html", ".htm"), html.claims),
    Format("text", text.MEDIA_TYPE, "plain text", (".txt",), text.claims),
    Format("mbox", mbox.MEDIA_TYPE, "mailbox file", (".mbox", ".mbx"), mbox.claims),
    Format("pst", pst.MEDIA_TYPE, "Outlook data file, with the extra [pst]", (".pst", ".ost"), pst.claims),
    Format("zip", archive.MEDIA_TYPE, "archive of any of these", (".zip",), archive.claims),
)

TEXT: Final = next(f for f in FORMATS if f.name == "text")

# Marks of what cannot be read here, so that attachments are listed by what they are.
_OTHERS: Final = (
    (b"\x89PNG", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"{\\rtf", "application/rtf"),
    (msg.MARK, "application/x-ole-storage"),
    (b"PK\x05\x06", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!", "application/vnd.rar"),
    (b"\x78\x9f\x3e\x22", "application/ms-tnef"),
    (b"ID3", "audio/mpeg"),
)
_OFFICE: Final = (
    (b"word/", docx.MEDIA_TYPE),
    (b"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (b"ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    (b"opendocument.text", "application/vnd.oasis.opendocument.text"),
    (b"opendocument.spreadsheet", "application/vnd.oasis.opendocument.spreadsheet"),
)


def sniff(head: bytes, name: str) -> Format | None:
    """The format of a file that begins with `head`, None where no format claims it. `name` may be empty."""
    if _marked(head) not in ("", "application/x-ole-storage", "application/zip"):
        return None
    lowered = name.lower()
    claims = [f.claims(head, lowered) for f in FORMATS]
    most = max(claims)
    return FORMATS[claims.index(most)] if most > 0 else None


def media_type(head: bytes, name: str, declared: str = "") -> str:
    """The media type of a file that begins with `head`; `declared` counts only for what has no mark of its own."""
    if marked := _marked(head):
        return marked
    if head.startswith(b"PK\x03\x04"):
        for mark, kind in _OFFICE:
            if mark in head:
                return kind
    found = sniff(head, name)
    if found is None:
        return declared.lower() if "/" in declared else "application/octet-stream"
    if found.name == "text" and declared.startswith("text/"):
        return declared.lower()
    return found.media_type


def _marked(head: bytes) -> str:
    """The media type that a file's mark tells, "" where it has none of those known here."""
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp":
        return "image/heic" if head[8:12] in (b"heic", b"heix", b"mif1") else "video/mp4"
    if head.startswith(b"BM") and head[6:10] == b"\0\0\0\0":
        return "image/bmp"
    return next((kind for mark, kind in _OTHERS if head.startswith(mark)), "")


def describe_formats() -> str:
    """The formats for a help text, one a line: what it is and its usual suffixes."""
    return "\n".join(f"{f.about} ({', '.join(f.suffixes)})" for f in FORMATS)
