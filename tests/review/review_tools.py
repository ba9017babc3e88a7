"""Invented letters for the pages, and a small client that reads and posts them as a browser without scripts would."""

from __future__ import annotations

import http.client
import re
from datetime import UTC, date, datetime
from html import unescape
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

import msgspec

from classifier.casebook import Casebook, Keys
from classifier.deadlines import deadlines_for
from classifier.records import (
    Kind,
    Person,
    Problem,
    Question,
    Referral,
    Related,
    Tag,
    TriageRecord,
    Urgent,
    Validity,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CLOCK = datetime(2026, 2, 12, 9, 30, tzinfo=UTC)
TODAY = CLOCK.date()


def letter(
    id_: str, text: str, *asked: str, subject: str = "Request", day: date = date(2026, 2, 10), **changes: Any
) -> TriageRecord:
    """A letter whose questions are `asked`, words that stand in its text: each on drugs, with one doubtful ground."""
    questions: list[Question] = []
    for number, words in enumerate(asked, 1):
        start = text.index(words)
        questions.append(
            Question(
                id=f"q{number}", number=str(number), parent=None, kind="request", span=(start, start + len(words)),
                text=words,
                topics=(
                    Tag(label="drugs", score=0.9, suggested=True, because=("cannabis",)),
                    Tag(label="custody_detention", score=0.2, suggested=False),
                ),
                exemptions=(
                    Tag(label="s12", score=0.55, suggested=True, because=("every",)),
                    Tag(label="s40(2)", score=0.1, suggested=False),
                ),
            )
        )  # fmt: skip
    made = TriageRecord(
        id=id_, source=f"inbox.mbox#{id_}", part_of=None, duplicate_of=None,
        received=datetime(day.year, day.month, day.day, 9, tzinfo=UTC), received_basis="date header", subject=subject,
        references=(), sender_class="public", applicant=Person(name="Ann Other", address="ann@mail.example"),
        kind=Kind(label="new_request", score=0.95), regime="foi", protected=False,
        validity=Validity(name=True, address=True, description=True), text=text, questions=tuple(questions),
        topics=questions[0].topics if questions else (), exemptions=questions[0].exemptions if questions else (),
        referrals=(), departments=("Crime",), deadlines=deadlines_for("new_request", "foi", day), urgent=(), related=(),
        attachments=(), problems=(),
    )  # fmt: skip
    return msgspec.structs.replace(made, **changes)


def rule(id_: str, question: str | None, level: str = "mandatory", because: str = "cannabis") -> Referral:
    """A rule that a question raises."""
    return Referral(
        rule=id_, subject="Registered sex offenders: statistics at force level", level=level, level_today=level,  # pyright: ignore[reportArgumentType]
        evidence="documented", confirmed=None, question=question, because=because, effective_from=None,
        effective_to=date(2023, 1, 24),
    )  # fmt: skip


def inbox() -> list[TriageRecord]:
    """Letters of every reason, two of them alike, one protected."""
    one, two = "How many people were held over cannabis? And what did the cells cost?", "Where?"
    text = f"Dear Thornshire Police\n\n1. {one}\n2. {two}\n"
    danger = Urgent(because="He says he will hurt me tonight", why="a threat")
    like = Related(id="a" * 64, relation="same text", score=1.0)
    unread = Problem(code="needs-ocr", part="scan.pdf", detail="no text")
    report, circular = Kind(label="crime_report", score=0.9), Kind(label="cru_circulation", score=0.99)
    return [
        letter("a" * 64, text, one, two, subject="Cannabis and cells"),
        letter("b" * 64, "He says he will hurt me tonight.", subject="Help", urgent=(danger,), kind=report),
        letter("c" * 64, text, one, two, subject="Register", referrals=(rule("RSO-01", "q1"),)),
        letter("d" * 64, text, one, two, subject="Long overdue", day=date(2025, 11, 3)),
        letter("e" * 64, text, one, two, subject="Cannabis, once more", related=(like,)),
        letter("f" * 64, "", subject="Scan", problems=(unread,), deadlines=()),
        letter(
            "1" * 64, "SECRET ADVICE on boots", subject="CRU secret subject", protected=True,
            references=("CRU 61/26",), kind=circular, deadlines=(),
        ),
    ]  # fmt: skip


def fill(book: Casebook, letters: Sequence[TriageRecord], *, model: str = "m1") -> dict[str, int]:
    """Put letters into a casebook as a run would, and list them; their numbers by the first character of their ids."""
    made = list(letters) or inbox()
    run = book.begin([], {"model": model})
    numbers: dict[str, int] = {}
    for one in made:
        keys = Keys(
            id=one.id, day="", kind=one.kind.label, asks=bool(one.questions), protected=one.protected, applicant="",
            via="", addressed="", topics="", text_key="", signature=b"",
        )  # fmt: skip
        with book.desk() as desk:
            numbers[one.id[0]] = desk.remember(run, keys, [], [])[0]
        book.add(run, one)
    with book.worklist(TODAY, writing=True) as worklist:
        worklist.refresh()
    return numbers


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: str

    def field(self, name: str) -> str:
        """The value of the first hidden or text field of this name on the page."""
        found = re.search(rf'name="{re.escape(name)}" value="([^"]*)"', self.body)
        assert found, f"there is no field {name}"
        return unescape(found[1])


class Client:
    """Asks for pages and posts their forms, and keeps the cookie."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}

    def ask(
        self, path: str, form: Sequence[tuple[str, str]] | None = None, *, headers: Mapping[str, str] | None = None,
        method: str = "",
    ) -> Answer:  # fmt: skip
        """One request; a redirection is not followed."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        sent = {"Host": f"127.0.0.1:{self.port}", **(headers or {})}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        body = None
        if form is not None:
            body = urlencode(form)
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method or ("GET" if form is None else "POST"), path, body, sent)
        response = connection.getresponse()
        for value in response.headers.get_all("set-cookie") or []:
            name, _, rest = value.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        answer = Answer(response.status, dict(response.headers.items()), response.read().decode("utf-8"))
        connection.close()
        return answer

    def post(self, path: str, *fields: tuple[str, str], token: str = "") -> Answer:
        """Post fields with the token of this session."""
        return self.ask(path, [("token", token or self.ask("/keys").field("token")), *fields])

    def save(self, number: int, do: str, *fields: tuple[str, str]) -> Answer:
        """Post a letter's page as it stands, with what `fields` add; a field named "-name" unticks all of that name."""
        page = self.ask(f"/letters/{number}").body
        form = page[page.index('id="letter"') :]
        sent: list[tuple[str, str]] = []
        for tag in re.findall(r"<input [^>]*>", form[: form.index("</form>")]):
            name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
            if name and ('type="hidden"' in tag or " checked" in tag):
                sent.append((unescape(name[1]), unescape(value[1]) if value else ""))
        for name, options in re.findall(r'<select [^>]*name="([^"]*)">(.*?)</select>', form, re.DOTALL):
            chosen = re.search(r'value="([^"]*)" selected', options)
            sent.append((name, chosen[1] if chosen else ""))
        gone = {name[1:] for name, _ in fields if name.startswith("-")}
        given = {name for name, _ in fields}
        kept = [(n, v) for n, v in sent if n not in gone and not (n in given and n.startswith("kind"))]
        return self.ask(f"/letters/{number}", [*kept, *(f for f in fields if not f[0].startswith("-")), ("do", do)])


class Served(NamedTuple):
    """Pages that are being served."""

    port: int
    book: Casebook
    numbers: dict[str, int]
    client: Client
