"""The values that flow through the program: frozen, typed, and the source of the JSON Schemas.

Each room takes some of these and makes new ones; none is ever changed. Times are aware datetimes in London time, dates
are calendar days in the UK, offsets count characters (Unicode code points) from 0, end exclusive.
"""

from __future__ import annotations

from datetime import date, datetime  # noqa: TC003 - msgspec reads the types of fields when the program runs
from typing import Literal

import msgspec

MessageKind = Literal[
    "new_request", "clarification_reply", "chaser", "internal_review", "follow_up", "withdrawal", "regulator",
    "cru_circulation", "other_force", "acknowledgement", "response", "subject_access", "third_party_disclosure",
    "police_complaint", "crime_report", "media_enquiry", "business_as_usual", "internal", "marketing",
]  # fmt: skip
SenderClass = Literal["public", "site", "own_force", "other_force", "cru", "regulator", "automatic", "unknown"]
ReceivedBasis = Literal["received header", "date header", "option", "letter", "none"]
Regime = Literal["foi", "eir", "subject_access", "mixed", "none"]
ItemKind = Literal["request", "format", "scope", "remark"]
ZoneKind = Literal["new", "quoted", "forwarded", "signature", "banner", "footer"]
Level = Literal["mandatory", "advised", "withdrawn"]
Relation = Literal[
    "thread", "same text", "same request to other forces", "answered before", "same person within 60 working days"
]


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """The base of all values here."""


class Problem(Value, frozen=True, kw_only=True):
    """Something that could not be read or decided. `code` is stable (see `errors`), `part` names the place."""

    code: str
    part: str
    detail: str


class Attachment(Value, frozen=True, kw_only=True):
    """What was attached, whether or not it could be read. `type` is the media type told from its content."""

    name: str
    type: str
    bytes: int
    read: bool


class Person(Value, frozen=True, kw_only=True):
    """A name and an e-mail address as they were written; either may be empty."""

    name: str = ""
    address: str = ""


class Document(Value, frozen=True, kw_only=True):
    """The text of an attachment that could be read."""

    name: str
    type: str
    text: str


class Message(Value, frozen=True, kw_only=True):
    """One message as intake read it, before anyone asks what it means.

    `body` is plain text with `\\n` line ends; HTML has been turned into text with its list numbers written out. One
    attached message is appended to `body` under a From/Sent/To/Subject block, as a forward would be. `headers` holds
    lower-case names and decoded values of those headers that later rooms use (`intake.mail.KEPT_HEADERS`).
    """

    id: str
    source: str
    part_of: str | None = None
    received: datetime | None = None
    received_basis: ReceivedBasis = "none"
    subject: str = ""
    sender: Person = Person()
    to: tuple[str, ...] = ()
    headers: dict[str, str] = {}
    body: str = ""
    documents: tuple[Document, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    problems: tuple[Problem, ...] = ()


class Zone(Value, frozen=True, kw_only=True):
    """A labelled stretch of `Letter.whole`; zones cover it without gaps or overlaps, in order."""

    kind: ZoneKind
    start: int
    end: int


class Kind(Value, frozen=True, kw_only=True):
    """What kind of message this is, how sure the program is (0 to 1), and what else it is at the same time."""

    label: MessageKind
    score: float
    also: tuple[MessageKind, ...] = ()
    because: str = ""


class Validity(Value, frozen=True, kw_only=True):
    """FOIA 2000 s8(1): does the request name the applicant, give an address, describe the information?"""

    name: bool
    address: bool
    description: bool


class Urgent(Value, frozen=True, kw_only=True):
    """A sign of present danger: the words, and what they may mean."""

    because: str
    why: str


class Letter(Value, frozen=True, kw_only=True):
    """A message whose words have been told apart.

    `whole` is body and readable attachments; `text` the newest author's own words (the request itself where the message
    only forwards it); `blind` is `text` with everything that tells who wrote it replaced by spaces, so that offsets
    hold in both. Only `blind` may reach a model or a rule for topics, grounds, referrals or questions.
    """

    message: Message
    whole: str
    zones: tuple[Zone, ...]
    text: str
    blind: str
    applicant: Person
    sender_class: SenderClass
    references: tuple[str, ...] = ()
    regime: Regime = "foi"
    protected: bool = False
    received: datetime | None = None
    received_basis: ReceivedBasis = "none"
    kind: Kind | None = None
    urgent: tuple[Urgent, ...] = ()


class Tag(Value, frozen=True, kw_only=True):
    """A label with its calibrated probability, whether it is suggested, and the words that weighed most."""

    label: str
    score: float
    suggested: bool
    because: tuple[str, ...] = ()


class Question(Value, frozen=True, kw_only=True):
    """One item of the letter: `span` are offsets into the letter's `text`."""

    id: str
    number: str
    parent: str | None
    kind: ItemKind
    span: tuple[int, int]
    text: str
    refers_to: tuple[str, ...] = ()
    topics: tuple[Tag, ...] = ()
    exemptions: tuple[Tag, ...] = ()


class Referral(Value, frozen=True, kw_only=True):
    """A rule of the referral register that a question raises, as of receipt and as of today."""

    rule: str
    subject: str
    level: Level
    level_today: Level
    evidence: Literal["documented", "proposal"]
    confirmed: str | None
    question: str | None
    because: str
    effective_from: date | None
    effective_to: date | None
    score: float = 1.0


class Deadline(Value, frozen=True, kw_only=True):
    """One clock: `due` is the last day, by `rule`."""

    what: str
    start: date = msgspec.field(name="from")
    due: date
    rule: str


class Related(Value, frozen=True, kw_only=True):
    """An earlier letter or published answer that has to do with this one."""

    id: str
    relation: Relation
    score: float
    link: str | None = None


class TriageRecord(Value, frozen=True, kw_only=True):
    """One line of `triage.jsonl`: everything the program says of one message."""

    id: str
    source: str
    part_of: str | None
    duplicate_of: str | None
    received: datetime | None
    received_basis: ReceivedBasis
    subject: str
    references: tuple[str, ...]
    sender_class: SenderClass
    applicant: Person
    kind: Kind
    regime: Regime
    protected: bool
    validity: Validity
    text: str
    questions: tuple[Question, ...]
    topics: tuple[Tag, ...]
    exemptions: tuple[Tag, ...]
    referrals: tuple[Referral, ...]
    departments: tuple[str, ...]
    deadlines: tuple[Deadline, ...]
    urgent: tuple[Urgent, ...]
    related: tuple[Related, ...]
    attachments: tuple[Attachment, ...]
    problems: tuple[Problem, ...]


class LabelledQuestion(Value, frozen=True, kw_only=True):
    """One item of a labelled letter. None means not judged, () means none; `start` stands for a `span` not measured."""

    id: str = ""
    number: str = ""
    parent: str | None = None
    kind: ItemKind = "request"
    span: tuple[int, int] | None = None
    start: str | None = None
    topics: tuple[str, ...] | None = None
    exemptions: tuple[str, ...] | None = None
    referral: tuple[str, ...] | None = None
    result: Literal["disclosed", "refused", "ncnd", "not_held", "not_a_request", "clarify"] | None = None


class LabelledLetter(Value, frozen=True, kw_only=True):
    """The one form of the corpus, of corrections, learnt outcomes and gold letters. What is absent was not judged."""

    id: str
    source: str = ""
    annotator: str | None = None
    date: str | None = None
    reference: str | None = None
    received: str | None = None
    subject: str = ""
    text: str
    kind: MessageKind | None = None
    also: tuple[MessageKind, ...] = ()
    regime: Regime | None = None
    urgent: bool | None = None
    protected: bool | None = None
    sender: SenderClass | None = None
    sent_from: str | None = msgspec.field(default=None, name="from")
    questions: tuple[LabelledQuestion, ...] | None = None
    topics: tuple[str, ...] | None = None
    exemptions: tuple[str, ...] | None = None
    referral: tuple[str, ...] | None = None
    note: str | None = None
