"""Every limit that intake puts on what strangers send, in one place, each with its reason.

A limit is never a reason to lose a letter: what was read up to it is kept, and the record says what was left out.
"""

from __future__ import annotations

from classifier.records import Value

KIB = 1024
MIB = 1024 * KIB
GIB = 1024 * MIB


class Limits(Value, frozen=True):
    """Sizes in bytes, times in seconds, the rest are counts. The defaults suit a machine with 4 GiB of memory."""

    # Exchange Online refuses mail above 150 MB; a bigger "message" is an archive that was not recognised.
    message_bytes: int = 150 * MIB
    # A document is sent whole to the reading process and held there: the biggest honest scans are about 50 MB.
    document_bytes: int = 64 * MIB
    # A header line: RFC 5322 allows 998 characters, folded References and To run to tens of thousands.
    header_bytes: int = 64 * KIB
    # Header lines of one part. Long delivery chains have about 100.
    header_count: int = 2_000
    # Parts of one message. A newsletter with inline pictures has about 60.
    mime_parts: int = 1_000
    # Multiparts inside multiparts. Honest mail stays under 10; each level costs a look-up per delimiter line.
    mime_depth: int = 50
    # Attached messages inside attached messages. A chain of "forward as attachment" rarely exceeds 5.
    message_depth: int = 8
    # Attachments of one message that are opened; the rest are listed.
    attachments: int = 100
    # Characters of text kept of one body or document: 300,000 words, more than any request.
    text_chars: int = 2_000_000
    # HTML is parsed in memory at about ten times its size.
    html_bytes: int = 16 * MIB

    # Folders inside folders: guards against loops made of mount points.
    folder_depth: int = 64
    # Zips inside zips: "export.zip" of "january.zip" is as far as honest exports go.
    archive_depth: int = 3
    # Members of one archive.
    archive_members: int = 500_000
    # The directory of a zip is read into memory at about ten times its size.
    archive_directory_bytes: int = 64 * MIB
    # Bytes unpacked from one top-level archive, whatever its members claim: a year of a busy inbox.
    archive_bytes: int = 50 * GIB
    # How often bigger a member may be than its packed form, once it is past `archive_ratio_from`: text packs 1:20,
    # an empty spreadsheet 1:100, a bomb 1:1000.
    archive_ratio: int = 200
    archive_ratio_from: int = 10 * MIB

    # The reading process: whole seconds for one document, of which the reader itself uses four fifths so that it can
    # still hand over what it has.
    child_seconds: float = 60.0
    # Memory of the reading process. pdfium needs about 30 MB, a page for OCR 100 MB, mammoth ten times the XML.
    child_bytes: int = 1 * GIB
    # Seconds between asking the reading process to end and killing it.
    child_grace: float = 2.0
    # Seconds for the reading process to start: interpreters are slow on a cold disk.
    child_start_seconds: float = 30.0

    # Messages of one Outlook data file over which its reader may die or hang before the rest is given up.
    pst_deaths: int = 20

    # Pages of one PDF. The longest request letters have about 20; a bundle of printed mail a few hundred.
    pdf_pages: int = 500
    # Pages whose layout is looked at with pdfplumber, at 70 ms a page.
    pdf_layout_pages: int = 60
    # Pages without text that are given to OCR, at 2 s a page, and the seconds for one.
    ocr_pages: int = 15
    ocr_seconds: float = 20.0
    # Unpacked bytes of one .docx, against bombs in its XML.
    docx_bytes: int = 200 * MIB
    # Messages that one document (a bundle of printed mail) is split into.
    printed_messages: int = 500


DEFAULT = Limits()
