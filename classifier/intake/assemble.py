"""One item to messages: the format's reader is called, enclosures are opened, problems are written down.

Pure: the same item gives the same messages, in any process. Nothing here raises for bad input.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final

import msgspec

from classifier.errors import Empty, Encrypted, ReadError, TooDeep, TooLarge, UnknownFormat
from classifier.intake import child, formats, html, mail, mbox, printed, text
from classifier.intake.headers import by_option, to_london, written
from classifier.intake.limits import DEFAULT, Limits
from classifier.intake.wire import Enclosure, Extract, Mail, Outcome, Page
from classifier.records import Attachment, Document, Message, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from classifier.intake.formats import Format
    from classifier.intake.items import RawItem
    from classifier.records import ReceivedBasis

_NAME: Final = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
# Attachments that hold nothing to read: signatures, calendars, business cards, delivery reports.
_WORDLESS: Final = frozenset([
    "application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature",
    "application/pgp-encrypted", "application/pgp-keys", "text/calendar", "application/ics", "text/vcard",
    "text/x-vcard", "text/directory", "text/css", "text/csv", "text/xml", "application/xml", "text/rfc822-headers",
    "message/delivery-status", "message/global-delivery-status", "message/disposition-notification",
    "message/feedback-report",
])  # fmt: skip
_WORDLESS_SUFFIXES: Final = (".ics", ".vcf", ".p7s", ".asc", ".sig", ".csv", ".xml", ".css", ".json", ".log")
_OPAQUE: Final = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_TEXT_SUFFIXES: Final = (".txt", ".text", ".md", ".rtf", ".doc", ".eml")
_EXTENSIONS: Final = {
    "application/pdf": ".pdf", "image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "text/html": ".html",
    "text/plain": ".txt", "message/rfc822": ".eml",
}  # fmt: skip
_NOTHING: Final = Problem(code=Empty.code, part="body", detail="the message holds no text")
_SENT: Final = "%d %B %Y %H:%M"


def parse_item(item: RawItem, received: date | None = None, limits: Limits = DEFAULT) -> list[Message]:
    """The messages of an item, at least one; never raises for bad input, which gives a message with problems.

    `received` is the day, in London, for inputs that carry no date of their own.
    """
    work = _Work(item, received, limits)
    if item.problem is not None:
        return [work.failed(item.problem.code, item.problem.detail)]
    try:
        data = item.read(limits.message_bytes + 1)
    except OSError as e:
        return [work.failed(ReadError.code, f"cannot be read: {e.strerror or e}")]
    except MemoryError:
        return [work.failed(TooLarge.code, "there is not enough memory to read it")]
    over = len(data) > limits.message_bytes
    if item.mbox:
        data = mbox.message(data)
    work.data = data[: limits.message_bytes]
    if not data.strip():
        return [work.failed(Empty.code, "the file is empty")]
    messages = work.messages()
    if over:
        cut = Problem(
            code=TooLarge.code, part=item.source, detail=f"only the first {limits.message_bytes} bytes were read"
        )
        messages[0] = msgspec.structs.replace(messages[0], problems=(*messages[0].problems, cut))
    return messages


class _Work:
    """An item on its way to messages."""

    def __init__(self, item: RawItem, option: date | None, limits: Limits) -> None:
        self.item = item
        self.option = option
        self.limits = limits
        self.data = b""

    def id(self) -> str:
        """The SHA-256 of the item's bytes; of its source where it has none that could be read."""
        return hashlib.sha256(self.data or self.item.source.encode("utf-8", "replace")).hexdigest()

    def failed(self, code: str, detail: str) -> Message:
        """The record of an item that gave nothing."""
        when, basis = by_option(self.option)
        problem = Problem(code=code, part=self.item.source, detail=detail)
        source = self.item.source
        return Message(id=self.id(), source=source, received=when, received_basis=basis, problems=(problem,))

    def messages(self) -> list[Message]:
        name = self.item.name
        found = formats.sniff(self.data[: formats.HEAD], name)
        if self.item.mbox or (found is not None and found.name in ("mail", "mbox")):
            data = mbox.message(self.data) if not self.item.mbox and found and found.name == "mbox" else self.data
            return self.mails(mail.read(data, self.limits, self.option))
        if found is None or found.name in ("zip", "pst"):
            kind = formats.media_type(self.data[: formats.HEAD], name)
            return [self.failed(UnknownFormat.code, _unknown(kind))]
        outcome = _document(found, self.data, self.limits)
        if outcome.extract is None:
            return [self.failed(outcome.code, outcome.detail)]
        if outcome.extract.mail is not None:
            return self.mails(outcome.extract.mail)
        return self.documents(found, outcome.extract)

    def documents(self, found: Format, extract: Extract) -> list[Message]:
        """The messages of a document: the mails that were printed into it, or the letter that it is."""
        problems = _placed(extract.problems, self.item.source)
        mails = printed.messages(extract.pages, self.limits.printed_messages)
        if not mails:
            if not extract.text.strip():
                return [self.failed(Empty.code, "it holds no text")]
            mails = [Mail(body=extract.text.strip("\n"))]
        out: list[Message] = []
        identity = self.id()
        for number, letter in enumerate(mails, 1):
            when, basis = _london(letter) if letter.received else (None, "none")
            if when is None:
                when, basis = by_option(self.option)
            body, cut = _cut(letter.body, self.limits, self.item.source)
            out.append(
                Message(
                    id=identity if number == 1 else f"{identity}#{number}",
                    source=self.item.source if len(mails) == 1 else f"{self.item.source}#{number}",
                    received=when,
                    received_basis=basis,
                    subject=letter.subject,
                    sender=letter.sender,
                    to=letter.to,
                    headers={"content-type": found.media_type},
                    body=body,
                    problems=(*(problems if number == 1 else ()), *cut),
                )
            )
        return out

    def mails(self, top: Mail) -> list[Message]:
        """The message that a mail is, and those attached to it where there are several."""
        opened = _Opened(self.limits)
        opened.enclosures(top.enclosures, 1)
        problems = [*top.problems, *opened.problems]
        body = top.body
        if len(opened.attached) == 1:
            body = _forwarded(body, opened.attached[0], opened, problems, 1, self.limits)
        sealed = any(p.part == "body" and p.code in (Encrypted.code, ReadError.code) for p in top.problems)
        if not sealed:
            problems += opened.unsupported
            if not body.strip() and not opened.documents and not opened.attached:
                problems += opened.silent or [_NOTHING]
        body, cut = _cut(body, self.limits, "body")
        when, basis = _london(top)
        if when is None:
            when, basis = by_option(self.option)
        identity = self.id()
        message = Message(
            id=identity,
            source=self.item.source,
            received=when,
            received_basis=basis,
            subject=top.subject,
            sender=top.sender,
            to=top.to,
            headers=top.headers,
            body=body,
            documents=tuple(opened.documents),
            attachments=tuple(opened.attachments),
            problems=(*problems, *cut),
        )
        if len(opened.attached) < 2:
            return [message]
        return [message, *self.parts(opened.attached, identity)]

    def parts(self, attached: Sequence[_Attached], identity: str) -> list[Message]:
        """Messages that came attached to one, each of its own."""
        out: list[Message] = []
        for number, one in enumerate(attached, 2):
            opened = _Opened(self.limits)
            opened.enclosures(one.mail.enclosures, 2)
            problems = [*one.mail.problems, *opened.problems, *opened.unsupported]
            body = one.mail.body
            for inner in opened.attached:
                body = _forwarded(body, inner, opened, problems, 2, self.limits)
            if not body.strip() and not opened.documents and not problems:
                problems += opened.silent or [_NOTHING]
            body, cut = _cut(body, self.limits, "body")
            when, basis = _london(one.mail)
            if when is None:
                when, basis = by_option(self.option)
            out.append(
                Message(
                    id=one.digest or f"{identity}#{number}",
                    source=f"{self.item.source}{'/' if '#' in self.item.source else '#'}{one.name}",
                    part_of=identity,
                    received=when,
                    received_basis=basis,
                    subject=one.mail.subject,
                    sender=one.mail.sender,
                    to=one.mail.to,
                    headers=one.mail.headers,
                    body=body,
                    documents=tuple(opened.documents),
                    attachments=tuple(opened.attachments),
                    problems=(*problems, *cut),
                )
            )
        return out


class _Attached(msgspec.Struct, frozen=True):
    """A message that was attached: its bytes' SHA-256, "" where it has no bytes of its own."""

    name: str
    mail: Mail
    digest: str


class _Opened:
    """The enclosures of a message, opened as far as they can be read."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.attachments: list[Attachment] = []
        self.documents: list[Document] = []
        self.attached: list[_Attached] = []
        self.problems: list[Problem] = []
        self.unsupported: list[Problem] = []  # a kind of file that might hold words, but not for this program
        self.silent: list[Problem] = []  # pictures: worth a word only where the message has no text

    def problem(self, code: str, part: str, detail: str) -> None:
        self.problems.append(Problem(code=f"attachment-{code}", part=part, detail=detail))

    def enclosures(self, enclosures: Sequence[Enclosure], depth: int) -> None:
        """List every enclosure, and open those that can be read."""
        for number, enclosure in enumerate(enclosures, 1):
            kind = formats.media_type(enclosure.data[: formats.HEAD], enclosure.name, enclosure.declared)
            if enclosure.mail is not None:
                kind = "application/vnd.ms-outlook"
            elif enclosure.declared in ("message/rfc822", "message/global"):
                kind = "message/rfc822"
            elif kind == "message/rfc822" and enclosure.declared == "text/plain":
                kind = "text/plain"  # a text about mail, with headers pasted into it
            name = safe_name(enclosure.name) or f"part-{number}{_EXTENSIONS.get(kind, '')}"
            if number > self.limits.attachments:
                self.problem(TooLarge.code, name, f"only the first {self.limits.attachments} attachments were opened")
                read = False
            else:
                read = self.open(enclosure, name, kind, depth)
            self.attachments.append(Attachment(name=name, type=kind, bytes=len(enclosure.data), read=read))

    def open(self, enclosure: Enclosure, name: str, kind: str, depth: int) -> bool:
        data = enclosure.data
        if enclosure.mail is not None:
            self.attached.append(_Attached(name, enclosure.mail, ""))
            return True
        if enclosure.declared in _OPAQUE:
            detail = "encrypted, or signed in a form that hides its text (S/MIME)"
            self.unsupported.append(Problem(code=f"attachment-{Encrypted.code}", part=name, detail=detail))
            return False
        if kind in _WORDLESS or name.lower().endswith(_WORDLESS_SUFFIXES) or enclosure.declared in _WORDLESS:
            return False
        if not data.strip():
            self.problem(Empty.code, name, "the attachment is empty")
            return False
        if kind == "message/rfc822":
            return self.open_mail(mail.read(data, self.limits, None), data, name, depth)
        found = formats.TEXT if kind == "text/plain" else formats.sniff(data[: formats.HEAD], name)
        if (
            found is None
            or found.name in ("zip", "mbox", "pst")
            or (found.name == "text" and not _wordy(name, enclosure))
        ):
            self.unopened(name, kind)
            return False
        outcome = _document(found, data, self.limits)
        if outcome.extract is None:
            if outcome.code == UnknownFormat.code:
                self.unopened(name, kind)
            else:
                self.problem(outcome.code, name, outcome.detail)
            return False
        if outcome.extract.mail is not None:
            return self.open_mail(outcome.extract.mail, data, name, depth)
        words, cut = _cut(outcome.extract.text.strip("\n"), self.limits, name)
        self.problems += [_as_attachment(p, name) for p in (*outcome.extract.problems, *cut)]
        if not words.strip():
            self.problem(Empty.code, name, "the attachment holds no text")
            return False
        self.documents.append(Document(name=name, type=found.media_type, text=words))
        return True

    def open_mail(self, found: Mail, data: bytes, name: str, depth: int) -> bool:
        if depth > self.limits.message_depth:
            self.problem(
                TooDeep.code, name, f"messages attached to messages, more than {self.limits.message_depth} deep"
            )
            return False
        self.attached.append(_Attached(name, found, hashlib.sha256(data).hexdigest()))
        return True

    def unopened(self, name: str, kind: str) -> None:
        """Note a kind of file that cannot be read here."""
        if kind.startswith("image/"):
            detail = "a picture; if it shows a letter, it has to be read by a person"
            self.silent.append(Problem(code="attachment-needs-ocr", part=name, detail=detail))
        elif kind.startswith(("audio/", "video/", "font/")):
            self.silent.append(Problem(code=f"attachment-{UnknownFormat.code}", part=name, detail=_unknown(kind)))
        elif kind == "application/ms-tnef" or name.lower() == "winmail.dat":
            detail = "Outlook's own wrapping (winmail.dat), which cannot be opened here; ask for the attachments again"
            self.problem(ReadError.code, name, detail)
        else:
            problem = Problem(code=f"attachment-{UnknownFormat.code}", part=name, detail=_unknown(kind))
            self.unsupported.append(problem)


def _document(found: Format, data: bytes, limits: Limits) -> Outcome:
    """What a document holds; PDF and Office files are read in the reading process."""
    if found.name in ("pdf", "docx", "msg"):
        return child.read(found.name, data, limits)
    if found.name == "mail":
        return Outcome(extract=Extract(mail=mail.read(data, limits, None)))
    if found.name == "html":
        problems: tuple[Problem, ...] = ()
        if len(data) > limits.html_bytes:
            detail = f"only the first {limits.html_bytes} bytes were read"
            problems = (Problem(code=TooLarge.code, part="", detail=detail),)
        page = html.from_bytes(data[: limits.html_bytes])
        return Outcome(extract=_one_page(page, problems))
    return Outcome(extract=_one_page(text.from_bytes(data), ()))


def _one_page(words: str, problems: tuple[Problem, ...]) -> Extract:
    return Extract(pages=(Page(text=words, full=False),), problems=problems)


def _wordy(name: str, enclosure: Enclosure) -> bool:
    """Whether an attachment that looks like text is meant as text, and is no program's data."""
    return enclosure.declared == "text/plain" or name.lower().endswith(_TEXT_SUFFIXES) or "." not in name


def _forwarded(body: str, one: _Attached, outer: _Opened, problems: list[Problem], depth: int, limits: Limits) -> str:
    """`body` with an attached message under it, as an inline forward would have it; its own enclosures join `outer`."""
    opened = _Opened(limits)
    opened.enclosures(one.mail.enclosures, depth + 1)
    outer.attachments += opened.attachments
    outer.documents += opened.documents
    outer.unsupported += opened.unsupported
    outer.silent += opened.silent
    problems += [_as_attachment(p, one.name) for p in one.mail.problems] + opened.problems
    lines = [f"From: {''.join(written([one.mail.sender]))}"]
    sent = one.mail.sent or one.mail.received
    if sent is not None and (local := to_london(sent)) is not None:
        lines.append(f"Sent: {local.strftime(_SENT)}")
    lines += [f"To: {'; '.join(one.mail.to)}", f"Subject: {one.mail.subject}"]
    inner = one.mail.body
    for further in opened.attached:
        inner = _forwarded(inner, further, outer, problems, depth + 1, limits)
    return "\n".join([*([body.rstrip("\n"), ""] if body.strip() else []), *lines, "", inner])


def _london(of: Mail) -> tuple[datetime | None, ReceivedBasis]:
    """When a mail was received; times lose the name of their zone on the way from the reading process."""
    when = to_london(of.received) if of.received else None
    return when, of.received_basis if when else "none"


def _cut(words: str, limits: Limits, part: str) -> tuple[str, tuple[Problem, ...]]:
    if len(words) <= limits.text_chars:
        return words, ()
    detail = f"the text was cut after {limits.text_chars} characters"
    return words[: limits.text_chars], (Problem(code=TooLarge.code, part=part, detail=detail),)


def _placed(problems: Sequence[Problem], source: str) -> tuple[Problem, ...]:
    return tuple(msgspec.structs.replace(p, part=f"{source} {p.part}".strip()) for p in problems)


def _as_attachment(problem: Problem, name: str) -> Problem:
    code = problem.code if problem.code.startswith("attachment-") else f"attachment-{problem.code}"
    return Problem(
        code=code, part=f"{name} {problem.part}".strip() if problem.part != name else name, detail=problem.detail
    )


def safe_name(name: str) -> str:
    """An attachment's name for showing: the last step of a path, without characters that turn or hide text."""
    last = _NAME.sub("", name.replace("\\", "/").rpartition("/")[2]).strip(" .")
    return last[-200:]


def _unknown(kind: str) -> str:
    if kind == "application/vnd.ms-outlook-pst":
        return "an Outlook data file (PST): export its folder as .msg or .eml files first"
    return f"no reader for this kind of file ({kind}): a person has to look at it"
