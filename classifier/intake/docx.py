"""Word documents (.docx) to text, in the reading process: mammoth makes HTML of them, `html` walks it.

mammoth knows which paragraphs are numbered, but writes every list as 1, 2, 3. How Word really counts (letters, roman
numerals, `1.1`, lists that go on after an interruption) is read here from the document's own numbering and written into
the paragraphs before mammoth sees them.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections import Counter
from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import Element, ParseError, SubElement, fromstring, tostring

import msgspec

from classifier.errors import Encrypted, ReadError, TooLarge
from classifier.intake.html import marker, to_text
from classifier.intake.wire import Extract, Page

if TYPE_CHECKING:
    from classifier.intake.limits import Limits

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_MAIN: Final = "word/document.xml"
_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_STYLES: Final = {
    "decimal": "1", "decimalZero": "1", "lowerLetter": "a", "upperLetter": "A", "lowerRoman": "i", "upperRoman": "I",
}  # fmt: skip


class Level(msgspec.Struct, frozen=True):
    """How one level of a list counts: its format, first number and pattern (`%1.%2` names the levels)."""

    style: str
    start: int
    pattern: str


class Counted(msgspec.Struct, frozen=True):
    """A list: those of one family count on from each other, except where one restarts a level."""

    family: str
    levels: dict[int, Level]
    restarts: frozenset[int]


def claims(head: bytes, name: str) -> int:
    """How surely a file that begins with `head` is a Word document, 0 to 100."""
    if not head.startswith(b"PK\x03\x04"):
        return 0
    if b"word/" in head:
        return 95
    return 70 if b"[Content_Types].xml" in head and name.endswith((".docx", ".docm", ".dotx")) else 0


def read(data: bytes, limits: Limits) -> Extract:
    """The text of a Word document. Raises TooLarge (unpacked), Encrypted or ReadError (damaged, or no document)."""
    import mammoth

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            if sum(info.file_size for info in package.infolist()) > limits.docx_bytes:
                raise TooLarge(f"it unpacks to more than {limits.docx_bytes} bytes")
            if any(info.flag_bits & 1 for info in package.infolist()):
                raise Encrypted("the document wants a password")
            rewritten = _rewritten(package, limits)
        result = mammoth.convert_to_html(
            rewritten,
            convert_image=mammoth.images.img_element(_no_image),
            include_embedded_style_map=False,
        )
    except (zipfile.BadZipFile, KeyError, EOFError, NotImplementedError, zlib.error) as e:
        raise ReadError(f"the document is damaged: {e}") from e
    except ParseError as e:
        raise ReadError(f"the document's XML is damaged: {e}") from e
    return Extract(pages=(Page(text=to_text(str(result.value)), full=False),))


def _no_image(_: object) -> dict[str, str]:
    return {"src": ""}


def _rewritten(package: zipfile.ZipFile, limits: Limits) -> io.BytesIO:
    """The package with the markers of its lists written into its paragraphs, and without pictures."""
    document = _part(package, _MAIN, limits)
    if document is None:
        raise ReadError("the package holds no document")
    styles = _style_lists(_part(package, "word/styles.xml", limits))
    write_markers(document, _lists(_part(package, "word/numbering.xml", limits), styles), styles)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name in package.namelist():
            if name == _MAIN:
                target.writestr(name, tostring(document))
            elif name.endswith((".xml", ".rels")):
                target.writestr(name, _bytes(package, name, limits))
    out.seek(0)
    return out


def _bytes(package: zipfile.ZipFile, name: str, limits: Limits) -> bytes:
    with package.open(name) as stream:
        data = stream.read(limits.docx_bytes + 1)
    if len(data) > limits.docx_bytes:  # its directory lied
        raise TooLarge(f"it unpacks to more than {limits.docx_bytes} bytes")
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise ReadError("its XML declares entities, which a Word document never does")
    return data


def _part(package: zipfile.ZipFile, name: str, limits: Limits) -> Element | None:
    """A part's XML; None where the package has no such part."""
    if name not in package.namelist():
        return None
    return fromstring(_bytes(package, name, limits))  # noqa: S314 - entities are refused, and the process is limited


def _value(element: Element | None, path: str) -> str | None:
    found = element.find(path) if element is not None else None
    return found.get(f"{_W}val") if found is not None else None


def _whole(value: str | None, default: int) -> int:
    try:
        return min(max(int(value or ""), 0), 100_000)
    except ValueError:
        return default


def _lists(root: Element | None, styles: dict[str, tuple[str, int]]) -> dict[str, Counted]:
    """The lists of the document by their number (`w:numId`)."""
    if root is None:
        return {}
    abstract = {e.get(f"{_W}abstractNumId", ""): e for e in root.iterfind(f"{_W}abstractNum")}
    numbers = {e.get(f"{_W}numId", ""): e for e in root.iterfind(f"{_W}num")}
    out: dict[str, Counted] = {}
    for number, element in numbers.items():
        family = _value(element, f"{_W}abstractNumId") or ""
        if (link := _value(abstract.get(family), f"{_W}numStyleLink")) in styles:
            family = _value(numbers.get(styles[link or ""][0]), f"{_W}abstractNumId") or family
        levels = _levels(abstract.get(family))
        restarts: set[int] = set()
        for override in element.iterfind(f"{_W}lvlOverride"):
            depth = _whole(override.get(f"{_W}ilvl"), 0)
            levels |= _levels(override)
            start = _value(override, f"{_W}startOverride")
            if start is not None and depth in levels:
                levels[depth] = msgspec.structs.replace(levels[depth], start=_whole(start, 1))
                restarts.add(depth)
        out[number] = Counted(family, levels, frozenset(restarts))
    return out


def _levels(element: Element | None) -> dict[int, Level]:
    if element is None:
        return {}
    return {
        _whole(lvl.get(f"{_W}ilvl"), 0): Level(
            _value(lvl, f"{_W}numFmt") or "decimal",
            _whole(_value(lvl, f"{_W}start"), 1),
            _value(lvl, f"{_W}lvlText") or "",
        )
        for lvl in element.iterfind(f"{_W}lvl")
    }


def _style_lists(root: Element | None) -> dict[str, tuple[str, int]]:
    """The styles that number their paragraphs: style to list and level."""
    out: dict[str, tuple[str, int]] = {}
    for style in root.iterfind(f"{_W}style") if root is not None else ():
        if num := _value(style, f"{_W}pPr/{_W}numPr/{_W}numId"):
            out[style.get(f"{_W}styleId", "")] = num, _whole(_value(style, f"{_W}pPr/{_W}numPr/{_W}ilvl"), 0)
    return out


def write_markers(document: Element, lists: dict[str, Counted], styles: dict[str, tuple[str, int]]) -> None:
    """Make every numbered paragraph of `document` a plain one that begins with the marker Word shows before it."""
    # Word keeps two forms of a text box; mammoth reads the second, and only that may count.
    unread = {p for choice in document.iter(f"{_MC}Choice") for p in choice.iter(f"{_W}p")}
    counts: dict[str, Counter[int]] = {}
    begun: set[str] = set()
    for paragraph in document.iter(f"{_W}p"):
        properties = paragraph.find(f"{_W}pPr")
        if properties is None or paragraph in unread:
            continue
        num = _value(properties, f"{_W}numPr/{_W}numId")
        depth = _whole(_value(properties, f"{_W}numPr/{_W}ilvl"), 0)
        if num is None:
            num, depth = styles.get(_value(properties, f"{_W}pStyle") or "", ("", 0))
        counted = lists.get(num)
        if counted is None or depth not in counted.levels:
            continue
        count = counts.setdefault(counted.family, Counter())
        if num not in begun:
            begun.add(num)
            for restarted in counted.restarts:
                count.pop(restarted, None)
        count[depth] = count[depth] + 1 if depth in count else counted.levels[depth].start
        for deeper in [d for d in count if d > depth]:
            del count[deeper]
        for tag in ("numPr", "pStyle"):
            if (found := properties.find(f"{_W}{tag}")) is not None:
                properties.remove(found)
        if shown := _marker(counted.levels, count, depth):
            run = Element(f"{_W}r")
            SubElement(run, f"{_W}t", {"{http://www.w3.org/XML/1998/namespace}space": "preserve"}).text = f"{shown} "
            paragraph.insert(list(paragraph).index(properties) + 1, run)


def _marker(levels: dict[int, Level], count: Counter[int], depth: int) -> str:
    level = levels[depth]
    if level.style in ("bullet", "none"):
        return "-" if level.style == "bullet" else ""
    text = level.pattern or f"%{depth + 1}."
    for d in range(9):
        if f"%{d + 1}" in text:
            at = levels.get(d, level)
            text = text.replace(f"%{d + 1}", marker(count.get(d, at.start), _STYLES.get(at.style, "1")))
    return text.strip()[:40]
