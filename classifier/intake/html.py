"""HTML mail and documents as plain text: the shape a reader sees, with the numbers of lists written out.

Lexbor parses, this walks: in document order, without recursion, in time linear in the document. Ordered lists count as
browsers do (`start`, `value`, `type`, `list-style-type`), quoted history gets the `> ` that plain mail has, cells of a
row are separated by tabs; scripts, styles and what is hidden from the reader are left out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from classifier.intake.decode import clean, codec, decode

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

MEDIA_TYPE: Final = "text/html"


def _tags(names: str) -> frozenset[str]:
    return frozenset(names.split())


_SKIPPED: Final = _tags(
    "script style head title template svg math object embed iframe select button input textarea audio video"
)
_BLOCKS: Final = _tags(
    "address article aside body center dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6"
    " header hr html legend li main nav ol p pre section summary table tbody tfoot thead tr ul caption blockquote"
)
_SPACED: Final = _tags("p h1 h2 h3 h4 h5 h6 table pre blockquote dl")
_HIDDEN: Final = re.compile(
    r"display\s{0,5}:\s{0,5}none|visibility\s{0,5}:\s{0,5}hidden|mso-hide\s{0,5}:\s{0,5}all"
    r"|(?:font-size|max-height)\s{0,5}:\s{0,5}0(?:px|pt|em|%)?\s{0,5}(?:;|!|$)"
)
_LIST_STYLE: Final = re.compile(r"list-style(?:-type)?\s{0,5}:\s{0,5}([a-z-]{1,30})")
_MARGINS: Final = re.compile(r"(?:^|[;\s{])margin(-top|-bottom)?\s{0,3}:\s{0,3}([^;}]{1,60})")
_SIZE: Final = re.compile(r"\d{0,6}\.?\d{0,6}")
_UNFRAMED: Final = re.compile(r"border(?:-[a-z]{1,10})?\s{0,5}:\s{0,5}(?:none|0)")
_STYLES: Final = {
    "a": "a", "A": "A", "i": "i", "I": "I", "1": "1", "lower-alpha": "a", "lower-latin": "a", "upper-alpha": "A",
    "upper-latin": "A", "lower-roman": "i", "upper-roman": "I", "decimal": "1", "none": "", "disc": "-", "circle": "-",
    "square": "-",
}  # fmt: skip
_ROMAN: Final = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_SHEET: Final = 50_000  # characters of a mail's style sheets that are looked at
_DEEPEST: Final = 8  # levels of quoting and of lists that are drawn, so that the text cannot outgrow its source
# Lexbor looks through all open elements at each new one: 50,000 nested divs take it 5 s, a million an hour.
_DEEPEST_TREE: Final = 256
_LONG_TAG: Final = 4_000
_TAG: Final = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:-]{0,30})")
# Elements that cannot nest, or close their like before them.
_VOID: Final = _tags("br hr img meta link input area base col embed source track wbr p li td th tr option dd dt")
_SPACES: Final = re.compile(r"[ \t\n\r\f\xa0]+")
_META: Final = re.compile(
    rb"<meta[^>]{0,200}?charset\s{0,5}=\s{0,5}[\"']?\s{0,5}([A-Za-z0-9._:-]{1,40})", re.IGNORECASE
)
_START: Final = re.compile(
    rb"\s{0,500}(?:<\?xml[^>]{0,200}>\s{0,50})?(?:<!--[^>]{0,500}-->\s{0,50})?"
    rb"<(?:!doctype\s{1,5}html|html|head|body|meta|div|p|table|font|span|ol|ul|h[1-6])[\s>]",
    re.IGNORECASE,
)


def claims(head: bytes, name: str) -> int:
    """How surely a file that begins with `head` is HTML, 0 to 100."""
    if b"\0" in head[:200]:
        head = decode(head[: len(head) // 2 * 2]).encode("utf-8", "replace")
    if _START.match(head.removeprefix(b"\xef\xbb\xbf")):
        return 80
    lowered = head[:4096].lower()
    if b"<html" in lowered or b"<body" in lowered:
        return 60
    return 30 if name.endswith((".html", ".htm")) and b"<" in head else 0


def from_bytes(data: bytes, label: str | None = None) -> str:
    """The text of an HTML document. `label` is the charset that its envelope names; its own meta comes second."""
    if codec(label) is None and (m := _META.search(data[:4096])):
        label = m[1].decode("ascii")
    return to_text(decode(data, label))


def to_text(markup: str) -> str:
    """The text of `markup` as lines separated by `\\n`, without blank lines at either end."""
    from selectolax.lexbor import LexborHTMLParser

    markup = clean(markup)
    root = LexborHTMLParser(_shallow(_short_tags(markup))).root
    if root is None:
        return ""
    walker = _Walker(_flat_classes(markup))
    node: LexborNode | None = root
    while node is not None:
        child = node.first_child if walker.enter(node) else None
        if child is not None:
            node = child
            continue
        while node is not None:
            walker.leave(node)
            following = None if node is root else node.next
            if following is not None:
                node = following
                break
            node = None if node is root else node.parent
    return walker.text()


def _flat_classes(markup: str) -> frozenset[str]:
    """Classes of paragraphs (`""`: of all) that the style sheet sets without a gap, so that a blank line is a paragraph
    of its own: Outlook's `MsoNormal`."""
    flat: set[str] = set()
    start = markup.find("<style")
    end = markup.find("</style", start) if start >= 0 else -1
    if end < 0:
        return frozenset()
    for rule in markup[start : min(end, start + _SHEET)].lower().split("}"):
        selectors, _, style = rule.rpartition("{")
        gap = _gap(style) if "margin" in style else None
        if gap is None:
            continue
        for selector in selectors.rpartition("{")[2].split(","):
            words = selector.split()
            element, _, name = words[-1].rpartition(">")[2].partition(".") if words else ("", "", "")
            if element == "p":
                (flat.discard if gap else flat.add)(name)
    return frozenset(flat)


def _gap(style: str) -> bool | None:
    """Whether a paragraph of this style stands apart from its neighbours; None where the style does not say."""
    edges: dict[str, bool] = {}
    for side, values in _MARGINS.findall(style[:2_000]):
        parts = [_seen(v) for v in values.split()[:4] if v != "!important"]
        if side or not parts:
            edges.update({side[1:]: any(parts[:1])} if side else {})
        else:
            edges["top"], edges["bottom"] = parts[0], parts[2] if len(parts) > 2 else parts[0]
    return None if len(edges) < 2 else any(edges.values())


def _seen(size: str) -> bool:
    """Whether a length such as `0cm`, `.0001pt` or `1em` is more than nothing."""
    number = _SIZE.match(size)
    try:
        return float(number[0]) >= 0.01 if number and number[0] else size not in {"none", "inherit"}
    except ValueError:
        return True


def _short_tags(markup: str) -> str:
    """`markup` in which tags with thousands of attributes have none: Lexbor compares each with all before it."""
    if len(markup) <= _LONG_TAG:
        return markup
    pieces, changed = markup.split(">"), False
    for i, piece in enumerate(pieces):
        if len(piece) > _LONG_TAG and (m := _TAG.search(piece)):
            rest = piece[m.end() :]
            if rest.count("=") + rest.count(" ") + rest.count("\n") + rest.count("\t") > _LONG_TAG // 2:
                pieces[i], changed = piece[: m.end()], True
    return ">".join(pieces) if changed else markup


def _shallow(markup: str) -> str:
    """`markup` without the tags that open elements deeper than `_DEEPEST_TREE`."""
    if markup.count("<") <= _DEEPEST_TREE:
        return markup
    depth, deepest, kept, at = 0, 0, list[str](), 0
    for m in _TAG.finditer(markup):
        if m.start() < at or m[2].lower() in _VOID:
            continue
        closes = bool(m[1])
        if not closes:
            depth += 1
            deepest = max(deepest, depth)
        if depth > _DEEPEST_TREE:
            end = markup.find(">", m.end())
            kept.append(markup[at : m.start()])
            at = end + 1 if end >= 0 else len(markup)
        if closes:
            depth = max(depth - 1, 0)
    return markup if deepest <= _DEEPEST_TREE else "".join([*kept, markup[at:]])


class _Walker:
    """The text so far, and what stands between it and the next word."""

    def __init__(self, flat: frozenset[str] = frozenset()) -> None:
        self.flat = flat  # classes of paragraphs that have no gap between them
        self.flats: list[int] = []  # for each open paragraph of this sort how many pieces came before it, else -1
        self.pieces = 0
        self.lines: list[str] = []
        self.line: list[str] = []  # pieces of the current line
        self.breaks = 0  # line ends due before the next word: 2 leaves a blank line
        self.tab = False  # a new cell of a row was begun
        self.space = False  # a space is due before the next word
        self.fresh = False  # at the very start of a cell or list item: blocks there begin no new line
        self.quotes = 0
        self.quoted: list[bool] = []  # for each open blockquote, whether it quotes
        self.lists: list[tuple[str, int]] = []  # for each open list its style and last number
        self.pre = 0
        self.row_start = False
        self.marker = ""

    def enter(self, node: LexborNode) -> bool:
        """Take in the start of `node`; says whether its children should be walked."""
        tag = node.tag
        if tag == "-text":
            self.word(node.text_content or "")
            return False
        if tag is None or tag in _SKIPPED or tag[0] in "-_!":
            return False
        attributes = node.attributes
        if attributes and self._hidden(attributes):
            return False
        if tag == "br":
            self.br()
        elif tag in ("td", "th"):
            self.cell()
        elif tag in _BLOCKS:
            flat = tag == "p" and self._is_flat(attributes)
            if tag == "p":
                self.flats.append(self.pieces if flat else -1)
            self.block(2 if tag in _SPACED and not flat else 1)
            self.row_start = tag == "tr"
            if tag in ("ol", "ul", "menu"):
                if len(self.lists) > 0:
                    self.breaks = min(self.breaks, 1)
                self.lists.append(self._list(tag, attributes))
            elif tag == "li":
                self.item(attributes)
            elif tag == "blockquote":
                quoting = self._quotes(attributes)
                self.quoted.append(quoting)
                if quoting:
                    self.open_quote()
            elif tag == "pre":
                self.pre += 1
        return True

    def leave(self, node: LexborNode) -> None:
        """Take in the end of `node`, whether or not its children were walked."""
        tag = node.tag
        if tag is None or tag not in _BLOCKS or (node.attributes and self._hidden(node.attributes)):
            return
        if tag in ("ol", "ul", "menu") and self.lists:
            self.lists.pop()
        elif tag == "blockquote" and self.quoted and self.quoted.pop():
            self.end_line()
            self.quotes -= 1
        elif tag == "pre":
            self.pre -= 1
        elif tag == "li" and self.marker:
            self.put("")  # an empty item keeps its number
        elif tag == "tr":
            self.breaks = min(self.breaks, 1)
        self.fresh = False
        before = self.flats.pop() if tag == "p" and self.flats else -1
        # An empty paragraph is a blank line where paragraphs have no gaps.
        gap = self.pieces == before if before >= 0 else tag in _SPACED
        self.block(2 if gap and not self.lists else 1)

    def word(self, text: str) -> None:
        """Take in text; white space counts as one space except in `pre`."""
        if self.pre:
            for i, line in enumerate(text.split("\n")):
                if i:
                    self.br()
                if line:
                    self.put(line)
            return
        text = _SPACES.sub(" ", text)
        bare = text.strip(" ")
        if not bare:
            self.space = self.space or bool(text)
            return
        if text[0] == " ":
            self.space = True
        self.put(bare)
        self.space = text[-1] == " "

    def put(self, text: str) -> None:
        if self.breaks:
            self.end_line()
            for _ in range(self.breaks - 1):
                if self.lines and self.lines[-1].strip("> "):
                    self.lines.append(self.prefix().rstrip())
            self.breaks = 0
            self.space = False
        if self.marker:
            self.line.append("  " * min(len(self.lists) - 1, _DEEPEST) + self.marker)
            self.marker, self.space = "", False
        elif self.tab and self.line:
            self.line.append("\t")
            self.space = False
        elif self.space and self.line:
            self.line.append(" ")
        self.space = self.tab = self.fresh = False
        self.pieces += 1
        self.line.append(text)

    def br(self) -> None:
        if self.breaks:
            self.put("")
        elif self.marker:
            return
        self.end_line(keep_empty=True)
        self.space = self.tab = False

    def block(self, breaks: int) -> None:
        if not self.fresh and not self.marker:
            self.breaks = max(self.breaks, breaks if (self.line or self.lines) else 0)
            self.tab = False

    def cell(self) -> None:
        """Begin a cell: on the line of the cell before it in its row."""
        if not self.row_start and self.line:
            self.tab, self.breaks = True, 0
        self.row_start, self.space, self.fresh = False, False, True

    def open_quote(self) -> None:
        self.end_line()
        if self.breaks > 1 and self.lines and self.lines[-1].strip("> "):
            self.lines.append(self.prefix().rstrip())
        self.breaks = 0
        self.quotes += 1

    def prefix(self) -> str:
        return "> " * min(self.quotes, _DEEPEST)

    def end_line(self, *, keep_empty: bool = False) -> None:
        if self.line or keep_empty:
            body = "".join(self.line).rstrip()
            self.lines.append((self.prefix() + body).rstrip() if self.quotes else body)
            self.line.clear()

    def item(self, attributes: dict[str, str | None]) -> None:
        style, last = self.lists[-1] if self.lists else ("-", 0)
        number = _integer(attributes.get("value"), last + 1)
        if own := _STYLES.get(attributes.get("type") or ""):
            style = own if style != "-" else style
        if self.lists:
            self.lists[-1] = (self.lists[-1][0], number)
        self.breaks = max(self.breaks, 1) if (self.line or self.lines) else 0
        self.marker = "- " if style == "-" else f"{marker(number, style)}. " if style else ""
        self.fresh = True

    def text(self) -> str:
        self.end_line()
        return "\n".join(self.lines).strip("\n")

    def _is_flat(self, attributes: dict[str, str | None]) -> bool:
        gap = _gap(style.lower()) if (style := attributes.get("style")) and "margin" in style.lower() else None
        if gap is not None:
            return not gap
        names = (attributes.get("class") or "").lower().split()
        return any(name in self.flat for name in names) or (not names and "" in self.flat)

    @staticmethod
    def _hidden(attributes: dict[str, str | None]) -> bool:
        style = attributes.get("style")
        return "hidden" in attributes or (style is not None and _HIDDEN.search(style[:2_000].lower()) is not None)

    @staticmethod
    def _list(tag: str, attributes: dict[str, str | None]) -> tuple[str, int]:
        if tag != "ol":
            return "-", 0
        style = _STYLES.get(attributes.get("type") or "1", "1")
        if m := _LIST_STYLE.search((attributes.get("style") or "")[:2_000].lower()):
            style = _STYLES.get(m[1], style)
        return style, _integer(attributes.get("start"), 1) - 1

    def _quotes(self, attributes: dict[str, str | None]) -> bool:
        """Whether a blockquote quotes an earlier message; mail programs also indent with it."""
        names, style = (attributes.get("class") or "").lower(), (attributes.get("style") or "")[:2_000].lower()
        if attributes.get("type") == "cite" or "cite" in attributes:
            return True
        if _UNFRAMED.search(style) and "border-left:" not in style.replace(" ", ""):
            return False  # the indent button of Gmail and Outlook
        return "quote" in names or "cite" in names or "border-left" in style or not style


def _integer(value: str | None, default: int) -> int:
    try:
        return max(-1_000_000, min(int((value or "").strip()[:10]), 1_000_000))
    except ValueError:
        return default


def marker(number: int, style: str) -> str:
    """The number of a list item as HTML writes it: style `1`, `a`, `A`, `i` or `I`."""
    if style in ("a", "A") and number > 0:
        letters, rest = "", number
        while rest:
            rest, digit = divmod(rest - 1, 26)
            letters = chr(97 + digit) + letters
        return letters if style == "a" else letters.upper()
    if style in ("i", "I") and 0 < number < 4000:
        out, rest = "", number
        for value, letters in _ROMAN:
            count, rest = divmod(rest, value)
            out += letters * count
        return out if style == "i" else out.upper()
    return str(number)
