"""The morning's digest: a page that needs nothing but a browser, and the same as a mail file to send.

The program sends no mail itself. The `.eml` opens as a draft in Outlook (`X-Unsent`), or goes out through whatever the
force sends its own mail with.
"""

from __future__ import annotations

from datetime import date
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from classifier import __version__
from classifier.run import write_whole
from classifier.sheets import words
from classifier.sheets.markup import EMPTY, Html, join, tag

if TYPE_CHECKING:
    from pathlib import Path

    from classifier.batch.config import Digest
    from classifier.batch.morning import Line, Morning, Section

PAGE, MAIL = "digest.html", "digest.eml"
_LONDON: Final = ZoneInfo("Europe/London")
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_STYLE: Final = """
body { font: 1rem/1.5 system-ui, "Segoe UI", Roboto, Arial, sans-serif; color: #16222c; max-width: 50rem;
  margin: 0 auto; padding: 1.5rem 1rem; overflow-wrap: break-word; }
h1 { font-size: 1.7rem; margin: 0 0 .2rem; } h2 { font-size: 1.2rem; margin: 1.6rem 0 .4rem; }
p { margin: 0 0 .5rem; } ul { margin: 0; padding: 0; list-style: none; }
li { border-left: .3rem solid #9fb4bf; padding: .35rem .7rem; margin: 0 0 .5rem; background: #f4f6f7; }
.urgent li, .failed { border-left-color: #b3261e; background: #fbe3e1; }
.mandatory li { border-left-color: #b06a00; background: #fcecd2; }
.failed { border-left: .3rem solid #b3261e; padding: .5rem .7rem; margin: .8rem 0; }
.quiet { color: #4a5864; font-size: .95rem; } q { quotes: "\\201c" "\\201d"; }
"""
_NOTE: Final = (
    "Labels are suggestions for a person to check. The program does not know which letters have been answered. "
    "This digest holds personal data: keep it where the letters themselves are kept."
)


def write_digest(folders: list[Path], morning: Morning, settings: Digest) -> None:
    """Write page and mail into each folder, whole or not at all. Raises OSError."""
    page, mail = html(morning, settings), eml(morning, settings)
    for folder in folders:
        write_whole(folder / PAGE, page)
        write_whole(folder / MAIL, mail)


def html(morning: Morning, settings: Digest) -> str:
    """The digest as a page. Everything from a letter is escaped; the page's policy forbids all but its own style."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", _title(morning)),
        tag("style", Html(_STYLE)),  # our own words
    )
    body = tag(
        "body",
        tag("h1", _title(morning)),
        tag("p", _summary(morning)),
        join(tag("p", said, class_="failed") for said in _failed(morning)),
        join(_section(section, settings) for section in morning.sections),
        tag("p", f"{_NOTE} Made by foi-triage {__version__}.", class_="quiet"),
    )
    return f'<!DOCTYPE html>\n<html lang="en-GB">\n{head}\n{body}\n</html>\n'


def _section(section: Section, settings: Digest) -> Html:
    rows = [
        tag(
            "li",
            tag("strong", tag("bdi", _name(line, settings))),
            tag("br"),
            tag("span", join((tag("bdi", part) for part in _facts(line)), " · ")),
            tag("span", " ", tag("q", tag("bdi", line.quote))) if line.quote and settings.subjects else EMPTY,
        )
        for line in section.lines
    ]
    return tag(
        "section",
        tag("h2", f"{section.title} ({section.total:,})"),
        tag("ul", join(rows)) if rows else tag("p", "None.", class_="quiet"),
        tag("p", _rest(section), class_="quiet") if _rest(section) else EMPTY,
        class_=section.key,
    )


def eml(morning: Morning, settings: Digest) -> str:
    """The digest as a mail, plain text with the page beside it."""
    mail = EmailMessage(policy=policy.SMTP)
    mail["Subject"] = _title(morning)
    if settings.sender:
        mail["From"] = settings.sender
    if settings.to:
        mail["To"] = ", ".join(settings.to)
    mail["Date"] = format_datetime(morning.made)
    mail["X-Unsent"] = "1"
    mail["Auto-Submitted"] = "auto-generated"
    # Base64 for both: what a letter says can then never look like a line of the mail itself.
    mail.set_content(text(morning, settings), cte="base64")
    mail.add_alternative(html(morning, settings), subtype="html", cte="base64")
    mail.set_boundary("=_foi_triage_digest")
    return mail.as_bytes().decode("ascii").replace("\r\n", "\n")


def text(morning: Morning, settings: Digest) -> str:
    """The digest as plain text."""
    lines = [_title(morning), "", _summary(morning), *(f"! {said}" for said in _failed(morning))]
    for section in morning.sections:
        lines += ["", f"{section.title} ({section.total:,})"]
        for line in section.lines:
            lines.append(f"- {words.safe(_name(line, settings))}")
            lines.append(f"  {words.safe(' · '.join(_facts(line)))}")
            if line.quote and settings.subjects:
                lines.append(f"  “{words.safe(line.quote)}”")
        lines += [_rest(section)] if _rest(section) else [] if section.lines else ["None."]
    return "\n".join([*lines, "", _NOTE, ""])


def _title(morning: Morning) -> str:
    day = morning.made.astimezone(_LONDON)
    counts = {s.key: s.total for s in morning.sections}
    first = f", {counts['urgent']} urgent" if counts.get("urgent") else ""
    failed = ", NOT FINISHED" if morning.unfinished or morning.failures else ""
    return f"FOI inbox, {words.long_date(day)}: {morning.read:,} new{first}{failed}"


def _summary(morning: Morning) -> str:
    when = morning.made.astimezone(_LONDON)
    nights = ", ".join(morning.nights)
    where = f" The sheets are in the {'folders' if len(morning.nights) > 1 else 'folder'} {nights}." if nights else ""
    waiting = (
        f" {morning.waiting:,} files had just changed and wait for the next run." if morning.waiting else ""
    )  # fmt: skip
    return f"{morning.read:,} messages read by {when:%H:%M} on {words.long_date(when)}.{where}{waiting}"


def _failed(morning: Morning) -> list[str]:
    unfinished = [f"The run did not finish: {morning.unfinished}"] if morning.unfinished else []
    return unfinished + [f"Not read: {f.source}. {f.detail}" for f in morning.failures]


def _name(line: Line, settings: Digest) -> str:
    """What a person knows the letter by."""
    if line.title and (settings.subjects or line.title == words.PROTECTED):
        return line.title
    return f"Letter {words.short_id(line.id)}"


def _facts(line: Line) -> list[str]:
    day = f"due {words.long_date(date.fromisoformat(line.due))}" if line.due else ""
    return [part for part in (line.why, day, line.reference, f"id {words.short_id(line.id)}") if part]


def _rest(section: Section) -> str:
    left = section.total - len(section.lines)
    return f"{left:,} more are in the sheets." if left > 0 else ""
