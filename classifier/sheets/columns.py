"""The columns of `triage.xlsx`, in one place, for what writes the sheet and what reads corrections back.

A person corrects by changing a green cell. What such a cell may hold is a list of labels: shown by name, meant by id.
"""

from __future__ import annotations

from functools import cache
from typing import Final, Literal, NamedTuple, get_args

from classifier.records import ItemKind
from classifier.referral.register import shipped_rules
from classifier.sheets.words import ground_name, kind_name, topic_name
from classifier.taxonomy import taxonomy

LETTERS: Final = "Letters"
QUESTIONS: Final = "Questions"
LABELS: Final = "Labels"
ABOUT: Final = "About"

Values = Literal["text", "number", "date", "moment"]
ListName = Literal["kind", "item", "topic", "ground", "rule", "yes_no"]


class Column(NamedTuple):
    """One column: `key` for programs, `header` for people, `width` in characters.

    `edit`: a person may change its cells; `choices` names the list that they then choose from. `about` stands as a
    comment in the header's cell.
    """

    key: str
    header: str
    width: float
    values: Values = "text"
    edit: bool = False
    choices: ListName | None = None
    about: str = ""


LETTER_COLUMNS: Final = (
    Column("number", "No.", 6, "number", about="The order to read in: urgent, mandatory referrals, then by due date."),
    Column("look_first", "Look first", 17, about="Blank: nothing pressing was found, which is no promise."),
    Column("due", "Due", 13, "date", about="The earliest clock. All of them stand under Clocks."),
    Column("received", "Received", 17, "moment", about="When it first reached the force, London time."),
    Column("kind", "Kind", 22, edit=True, choices="kind"),
    Column("also", "Also", 18, about="What else the message is at the same time."),
    Column("subject", "Subject", 38),
    Column("from", "From", 28),
    Column("asked", "Questions", 10, "number", about="How many questions. Each has its row on the sheet Questions."),
    Column("topics", "Topics", 30),
    Column("grounds", "Grounds to consider", 30, about="Suggestions for a person to weigh, never a decision."),
    Column("referral", "Referral", 44, about="Rules of the referral register, on the day of receipt and today."),
    Column("urgent_words", "Urgent words", 36, about="The words that may mean danger, quoted from the letter."),
    Column("urgent", "Urgent?", 10, edit=True, choices="yes_no"),
    Column("clocks", "Clocks", 40),
    Column("related", "Related", 34),
    Column("problems", "Problems", 36, about="What could not be read, and why."),
    Column("departments", "Departments", 24),
    Column("reference", "Reference", 18),
    Column("regime", "Regime", 11),
    Column("missing", "Missing", 16, about="What section 8(1) asks for and was not found: name, address, description."),
    Column("correct", "Correct?", 10, edit=True, choices="yes_no", about="yes: you checked this row and it is right."),
    Column("notes", "Notes", 36, edit=True),
    Column("source", "Source", 34),
    Column("id", "Id", 14, about="The letter's own number. Leave it: corrections find their letter by it."),
)  # fmt: skip

TOPIC_CELLS: Final = ("topic_1", "topic_2", "topic_3")
GROUND_CELLS: Final = ("ground_1", "ground_2", "ground_3", "ground_4")
RULE_CELLS: Final = ("rule_1", "rule_2", "rule_3")

QUESTION_COLUMNS: Final = (
    Column("number", "No.", 6, "number", about="The letter's number on the sheet Letters."),
    Column("due", "Due", 13, "date"),
    Column("asked_as", "Question", 10, about="As the applicant numbered it."),
    Column("item", "Kind", 11, edit=True, choices="item",
           about="request; format: how to answer; scope: period or definition; remark: an argument."),
    Column("text", "Text", 60),
    Column("topic_1", "Topic 1", 22, edit=True, choices="topic"),
    Column("topic_2", "Topic 2", 22, edit=True, choices="topic"),
    Column("topic_3", "Topic 3", 22, edit=True, choices="topic"),
    Column("topic_why", "Topics: why", 30, about="How likely, and the words that weighed most."),
    Column("ground_1", "Ground 1", 22, edit=True, choices="ground"),
    Column("ground_2", "Ground 2", 22, edit=True, choices="ground"),
    Column("ground_3", "Ground 3", 22, edit=True, choices="ground"),
    Column("ground_4", "Ground 4", 22, edit=True, choices="ground"),
    Column("ground_why", "Grounds: why", 30, about="How likely, and the words that weighed most."),
    Column("rule_1", "Referral 1", 22, edit=True, choices="rule"),
    Column("rule_2", "Referral 2", 22, edit=True, choices="rule"),
    Column("rule_3", "Referral 3", 22, edit=True, choices="rule"),
    Column("rule_why", "Referrals: why", 40),
    Column("correct", "Correct?", 10, edit=True, choices="yes_no", about="yes: you checked this row and it is right."),
    Column("notes", "Notes", 36, edit=True),
    Column("source", "Source", 34),
    Column("letter", "Letter id", 14, about="Leave it: corrections find their letter by it."),
    Column("question", "Question id", 12, about="Leave it: corrections find their question by it."),
)  # fmt: skip


class Label(NamedTuple):
    """An entry of a drop-down: what people choose, what it means to the program, what it covers."""

    shown: str
    id: str
    about: str = ""


LIST_HEADERS: Final[dict[ListName, str]] = {
    "kind": "Kinds of letter",
    "item": "Kinds of item",
    "topic": "Topics",
    "ground": "Grounds",
    "rule": "Referral rules",
    "yes_no": "Yes or no",
}

_ITEMS: Final[dict[ItemKind, str]] = {
    "request": "asks for information",
    "format": "how the answer should be delivered",
    "scope": "a period, definition or breakdown for other items",
    "remark": "an assertion or argument",
}


@cache
def labels(name: ListName) -> tuple[Label, ...]:
    """The entries of a list, in the taxonomy's or the register's order."""
    if name == "kind":
        return tuple(Label(kind_name(k), k) for k in taxonomy().kind_ids)
    if name == "item":
        return tuple(Label(k, k, _ITEMS[k]) for k in get_args(ItemKind))
    if name == "topic":
        return tuple(Label(topic_name(t.id), t.id, t.covers) for t in taxonomy().topic)
    if name == "ground":
        return tuple(Label(ground_name(g.label), g.label, g.class_) for g in taxonomy().ground)
    if name == "rule":
        return tuple(Label(rule_shown(r.id, r.subject), r.id) for r in shipped_rules())
    return (Label("yes", "yes"), Label("no", "no"))


def rule_shown(rule: str, subject: str) -> str:
    """A rule as a cell shows it: "RSO-01 Registered sex offenders: statistics at force level"."""
    return f"{rule} {subject}"


def label_id(name: ListName, cell: str) -> str | None:
    """What a cell means: its label's id, "" for an empty cell, None for words that stand for no label.

    The shown name counts, and so does the bare id, in any case of letters. A rule of the force's own that the shipped
    register does not know is told by its first word.
    """
    wanted = " ".join(cell.split()).casefold()
    if not wanted:
        return ""
    for label in labels(name):
        if wanted in (label.shown.casefold(), label.id.casefold()):
            return label.id
    first, _, rest = cell.strip().partition(" ")
    if name == "rule" and "-" in first and rest and first.isascii():
        return first
    return None
