"""The zones of a letter: whose words stand where. Labelled, never deleted, in time linear in the text.

`read_zones` reads the newest author's words out of a body and its readable documents. Zones cover the whole text in
order without gaps or overlaps: `new` (the newest author's words), `quoted` (older mail, and papers that go with a
letter), `forwarded` (a message or letter that was handed on), `signature`, `banner` (protective marks, outside-sender
warnings, header lines, page furniture) and `footer` (disclaimers, a request site's small print).
"""

from __future__ import annotations

import re
from datetime import datetime  # noqa: TC003 (the structs below resolve it)
from typing import TYPE_CHECKING

import msgspec

from classifier.letters.asks import hands_on, is_cover, is_letter, passes_on
from classifier.letters.dates import parse_header_date
from classifier.letters.furniture import label_banners, label_site_footer
from classifier.letters.history import Older, find_older, read_person
from classifier.letters.lines import Line, marked, split_lines, unquoted, words_of
from classifier.letters.sender import classify_person, is_authority, is_own
from classifier.letters.signature import label_signatures
from classifier.records import Person, SenderClass, Zone, ZoneKind

if TYPE_CHECKING:
    from classifier.records import Document, Message

# A message forwarded more often than this is read no deeper.
_DEEPEST = 8
_FORWARD_SUBJECT = re.compile(r"^\s*(?:\[[^\]]{1,40}\]\s*)?(?:fwd?|fw|tr|wg|ymlaen)\s?:", re.IGNORECASE)
_REPLY_SUBJECT = re.compile(r"^\s*(?:\[[^\]]{1,40}\]\s*)?(?:re|aw|sv|ateb)\s?(?:\[\d+\])?:", re.IGNORECASE)
_OWN_PLACES = re.compile(
    r"\bcame (?:in|into|to|through|via)\b|front (?:desk|counter|office)|\bmailbox\b|\binbox\b|contact (?:centre"
    r"|management)|control room|\b101\b"
    r"|switchboard|(?:sent|e-?mailed|written|addressed|received) (?:this )?(?:to |by )?(?:us|me|our)\b"
    r"|we (?:have )?(?:had|received|got)",
    re.IGNORECASE,
)


class Reading(msgspec.Struct, frozen=True):
    """What was read. `text`: the newest author's own words (of the forwarded message where one is only handed on);
    `banner`, `signature`: the words of those zones around it; `author`: who wrote it, None for the message's sender;
    `author_class`: their class where `author` is given; `sent`: the date in the header of the message that holds it,
    where it reached the authority before it was handed on; `subject`: that header's; `quoted`: the words of the history
    below it; `forwarded`: whether `text` was handed on."""

    whole: str
    zones: tuple[Zone, ...]
    text: str
    banner: str = ""
    signature: str = ""
    quoted: str = ""
    cover: str = ""
    author: Person | None = None
    author_class: SenderClass | None = None
    sent: datetime | None = None
    subject: str = ""
    forwarded: bool = False


class _Context(msgspec.Struct, frozen=True):
    """What is known from outside about the words that are being read."""

    author: Person
    author_class: SenderClass
    own: tuple[str, ...]
    forward: bool
    reply: bool


class _Part(msgspec.Struct, frozen=True):
    """One message of a chain, read: its own lines and, where it was handed on, who wrote it and when."""

    new: list[Line]
    signature: list[Line]
    banner: list[Line]
    quoted: list[Line]
    cover: str = ""
    author: Person | None = None
    author_class: SenderClass | None = None
    sent: datetime | None = None
    subject: str = ""
    forwarded: bool = False


def read_zones(message: Message, sender_class: SenderClass, own: tuple[str, ...]) -> Reading:
    """Tell apart the words of `message`: its body, then each readable document after a blank line.

    `sender_class` is the class of the message's sender, `own` the force's mail domains.
    """
    documents = [d for d in message.documents if d.text.strip()]
    texts = [message.body.strip("\n"), *(d.text.strip("\n") for d in documents)]
    if not texts[0].strip():
        texts[0] = ""
    whole = "\n\n".join(t for t in texts if t)
    lines = split_lines(whole)
    labels: list[str | None] = [None] * len(lines)
    starts = _document_starts(texts)
    context = _Context(
        message.sender,
        sender_class,
        own,
        _FORWARD_SUBJECT.match(message.subject) is not None,
        _REPLY_SUBJECT.match(message.subject) is not None
        or ("in-reply-to" in message.headers and _FORWARD_SUBJECT.match(message.subject) is None),
    )
    part = _read(lines[: starts[0]] if starts else lines, labels, context, 0)
    parts = [part]
    if documents:
        parts = _read_documents(part, documents, [*starts, len(lines)], lines, labels, context)
    first = parts[0]
    return Reading(
        whole=whole,
        zones=_zones(lines, labels),
        text="\n\n".join(t for t in (_pieces(p.new) for p in parts) if t),
        banner="\n".join(_pieces(p.banner) for p in parts),
        signature="\n\n".join(t for t in (_pieces(p.signature) for p in parts) if t),
        quoted="\n\n".join(t for t in (_pieces(p.quoted) for p in (part, *parts[1:])) if t),
        cover=first.cover,
        author=first.author,
        author_class=first.author_class,
        sent=first.sent,
        subject=first.subject,
        forwarded=first.forwarded,
    )


def _document_starts(texts: list[str]) -> list[int]:
    """The number of the line at which each document begins; `texts` are the body and the documents as joined."""
    starts: list[int] = []
    n = texts[0].count("\n") + 2 if texts[0] else 0
    for text in texts[1:]:
        starts.append(n)
        n += text.count("\n") + 2
    return starts


def _read(lines: list[Line], labels: list[str | None], context: _Context, level: int) -> _Part:
    """Label `lines` (one message and all that hangs below it) and read the newest author's words out of them."""
    found = find_older(lines, context.reply)
    older = found.older
    top = lines[: older.start] if older else lines
    _label_quotes(top, labels, found.introductions, context.reply or bool(found.introductions))
    label_banners(top, labels)
    label_site_footer(top, labels)
    label_signatures(top, labels, context.author.name)
    part = _gather(top, labels)
    if older is None:
        return _only_quoted(part, top, labels, context, level)
    inner = lines[older.content :]
    if level < _DEEPEST and _handed_on(_pieces(part.new), older, inner, context):
        handed = _read_handed_on(older, inner, lines, labels, context, level, _pieces(part.new))
        if handed.new:
            return handed
    for line in lines[older.start :]:
        labels[line.n] = "quoted"
    return msgspec.structs.replace(part, quoted=[*part.quoted, *inner])


def _read_handed_on(
    older: Older,
    inner: list[Line],
    lines: list[Line],
    labels: list[str | None],
    context: _Context,
    level: int,
    cover: str,
) -> _Part:
    """Read the message below a forwarder's note as the letter that it is."""
    for line in lines[older.start : older.content]:
        labels[line.n] = "banner"
    full = [x for x in inner if x.bare]
    if full and all(x.depth for x in full):
        inner = [unquoted(x) for x in inner]
    author = older.sender
    author_class = classify_person(
        author, context.own, older.headers.get("subject", ""), "\n".join(x.text for x in inner[:60])
    )
    below = _Context(
        author,
        author_class,
        context.own,
        forward=False,
        reply=_REPLY_SUBJECT.match(older.headers.get("subject", "")) is not None,
    )
    # A chain of colleagues hands on what the first of them got.
    if author_class == "own_force":
        below = msgspec.structs.replace(below, forward=context.forward or hands_on(cover), reply=False)
    part = _read(inner, labels, below, level + 1)
    for line in inner:
        if labels[line.n] is None or labels[line.n] == "new":
            labels[line.n] = "forwarded"
    reached = (
        context.author_class == "own_force" or _OWN_PLACES.search(cover) is not None or _sent_to_own(older, context.own)
    )
    sent = parse_header_date(older.headers.get("date", "")) if reached else None
    no_sender = not context.author.address and not context.author.name and not cover
    return msgspec.structs.replace(
        part,
        cover=cover,
        author=part.author or author,
        author_class=part.author_class or author_class,
        sent=part.sent or sent or (parse_header_date(older.headers.get("date", "")) if no_sender else None),
        subject=part.subject or older.headers.get("subject", ""),
        forwarded=True,
    )


def _sent_to_own(older: Older, own: tuple[str, ...]) -> bool:
    return any(is_own(read_person(value).address, own) for value in older.headers.get("to", "").split(";")[:20])


def _handed_on(note: str, older: Older, inner: list[Line], context: _Context) -> bool:
    """Whether the words above older mail only hand it on, so that the letter is the older mail itself."""
    if not any(line.bare for line in inner):
        return False
    bare_note = not note.strip() or is_cover(note, most=0)
    if not context.author.address and not context.author.name and not note.strip():
        return True  # a printed or saved message: the block at its head is its own header
    forward = older.manner == "forward" or context.forward
    by_authority = is_authority(older.sender, context.own)
    if by_authority and context.author_class != "own_force":
        return False
    if by_authority and not forward and not passes_on(note):
        return False
    if older.manner == "wrote" and not forward and not hands_on(note):
        return False
    if bare_note:
        return True  # nothing was typed above it
    if forward:
        return is_cover(note, most=120 if hands_on(note) else 60)
    if context.reply and not passes_on(note):
        return False
    return hands_on(note) and is_cover(note)


def _label_quotes(lines: list[Line], labels: list[str | None], introductions: frozenset[int], replying: bool) -> None:
    """Label stretches of ">" lines, blank lines inside them, and the "… wrote:" lines that `find_older` named."""
    for i in introductions:
        if i < len(lines):
            labels[lines[i].n] = "quoted"
    i = 0
    while i < len(lines):
        if not lines[i].depth:
            i += 1
            continue
        start = end = i
        while i < len(lines) and (lines[i].depth or not lines[i].bare or _broken_off(lines, i)):
            i += 1
            if lines[i - 1].bare:
                end = i
        if _own_list(lines, start, end, replying):
            for k in range(start, end):
                lines[k] = marked(lines[k])
        else:
            for line in lines[start:end]:
                labels[line.n] = "quoted"


def _broken_off(lines: list[Line], i: int) -> bool:
    """Whether an unmarked line ends the quoted line above, which a program wrapped without marking it again."""
    above = lines[i - 1]
    below = lines[i + 1] if i + 1 < len(lines) else None
    bare = lines[i].bare
    tail = bare[0].islower() or len(above.text) > 68
    return (
        above.depth > 0
        and len(above.text) >= 56
        and len(bare) < 40
        and tail
        and (below is None or below.depth > 0 or not below.bare)
    )


def _own_list(lines: list[Line], start: int, end: int, replying: bool) -> bool:
    """Whether ">" lines are the writer's own: bullets below a colon, or a line that begins "> 65" among others."""
    above = start - 1
    while above >= 0 and not lines[above].bare and start - above <= 2:
        above -= 1
    before = lines[above].bare if above >= 0 else ""
    if end - start == 1 and lines[start].bare[:1].isdigit() and len(lines[start].bare) < 30:
        return start - above == 1 and before != ""
    return (
        not replying and before.endswith(":") and not before.lower().endswith(("wrote:", "said:", "sent:", "replied:"))
    )


def _gather(lines: list[Line], labels: list[str | None]) -> _Part:
    new: list[Line] = []
    signature: list[Line] = []
    banner: list[Line] = []
    quoted: list[Line] = []
    for line in lines:
        label = labels[line.n]
        if label is None:
            new.append(line)
        elif label == "signature":
            signature.append(line)
        elif label == "banner":
            banner.append(line)
        elif label == "quoted":
            quoted.append(line)
    if not any(line.bare for line in new):
        new = []
    return _Part(new, signature, banner, quoted)


def _only_quoted(part: _Part, lines: list[Line], labels: list[str | None], context: _Context, level: int) -> _Part:
    """A message that holds nothing but ">" lines is one that somebody handed on whole."""
    if part.new or not part.quoted or context.reply or level >= _DEEPEST:
        return part
    inner = [unquoted(line) for line in lines if labels[line.n] == "quoted"]
    for line in inner:
        labels[line.n] = None
    below = _read(inner, labels, context, level + 1)
    for line in inner:
        if labels[line.n] is None:
            labels[line.n] = "forwarded"
    return msgspec.structs.replace(below, signature=[*part.signature, *below.signature], forwarded=True)


def _read_documents(
    body: _Part,
    documents: list[Document],
    bounds: list[int],
    lines: list[Line],
    labels: list[str | None],
    context: _Context,
) -> list[_Part]:
    """The parts whose words make the text: an attached letter's where the body only hands it over, else the body's."""
    note = _pieces(body.new)
    letters = [is_letter(d.text) for d in documents]
    covered = is_cover(note) and (not body.forwarded or not note)
    takes = covered and (any(letters) or not note)
    taken: list[_Part] = []
    for k, document in enumerate(documents):
        stretch = lines[bounds[k] : bounds[k + 1]]
        if takes and (letters[k] or not any(letters)) and document.text.strip():
            part = _read(stretch, labels, msgspec.structs.replace(context, forward=False, reply=False), 1)
            if part.new:
                taken.append(part)
                continue
        kind = "forwarded" if letters[k] else "quoted"
        for line in stretch:
            labels[line.n] = kind
    if not taken:
        return [body]
    for line in body.new:
        # The note that hands a letter over stays a new word of the sender's; the text is the letter.
        labels[line.n] = "new"
    first = taken[0]
    if first.author is None and body.author is not None:
        first = msgspec.structs.replace(first, author=body.author, author_class=body.author_class, sent=body.sent)
    if not first.signature:
        first = msgspec.structs.replace(first, signature=body.signature)
    return [msgspec.structs.replace(first, cover=note), *taken[1:]]


def _pieces(lines: list[Line]) -> str:
    """Lines as text: those that follow one another stay together, others are set apart by a blank line."""
    pieces: list[str] = []
    run: list[Line] = []
    for line in lines:
        if run and line.n != run[-1].n + 1:
            pieces.append(words_of(run))
            run = []
        run.append(line)
    if run:
        pieces.append(words_of(run))
    return "\n\n".join(p.strip() for p in pieces if p.strip())


def _zones(lines: list[Line], labels: list[str | None]) -> tuple[Zone, ...]:
    zones: list[Zone] = []
    kind: ZoneKind = "new"
    start = at = 0
    for line in lines:
        label = labels[line.n]
        # A blank line belongs to what stands before it.
        this: ZoneKind = kind if not line.bare and at else (label or "new")  # type: ignore[assignment]
        if this != kind:
            if at > start:
                zones.append(Zone(kind=kind, start=start, end=at))
            kind, start = this, at
        at = line.end
    if at > start:
        zones.append(Zone(kind=kind, start=start, end=at))
    return tuple(zones)
