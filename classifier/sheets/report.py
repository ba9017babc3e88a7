"""`report.html`: the inbox on one page that needs no network, no program and no script, only a browser or a printer.

Everything that comes from a letter is escaped (`markup`), and the page's own policy forbids scripts, forms and anything
from elsewhere. It is written letter by letter, so memory does not grow with the run.
"""

from __future__ import annotations

from datetime import datetime
from importlib import resources
from itertools import islice
from typing import TYPE_CHECKING, Final

from classifier import __version__
from classifier.sheets import words
from classifier.sheets.columns import LETTERS
from classifier.sheets.figures import Totals, bars, count, time_line, weeks
from classifier.sheets.letter import article, badges, title_of
from classifier.sheets.markup import EMPTY, Html, join, tag
from classifier.sheets.order import strictest
from classifier.sheets.rows import LONDON, earliest

if TYPE_CHECKING:
    from pathlib import Path

    from classifier.records import TriageRecord
    from classifier.sheets.order import Ordered

MOST_LETTERS: Final = 500
MOST_FIRST: Final = 25
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


def write_report(path: Path, records: Ordered, *, most: int = MOST_LETTERS) -> None:
    """Write the report to `path`: figures of the whole inbox, and its first `most` letters in full.

    Raises OSError where the file cannot be written.
    """
    totals = count(records)
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write(f'<!DOCTYPE html>\n<html lang="en-GB">\n{_head()}\n<body>\n')
        out.write(tag("a", "Skip to the letters", href="#letters", class_="skip") + "\n")
        out.write(_masthead(totals) + "\n<main>\n")
        out.write(_first(_pressing(records)) + "\n")
        out.write(_pictures(totals) + "\n")
        out.write(_list(records, most) + "\n" if totals.letters else "")
        out.write('<section aria-labelledby="letters">\n')
        out.write(_letters_head(totals, most) + "\n")
        for number, record in enumerate(islice(records, most), 1):
            out.write(article(number, record, records.number_of, most) + "\n")
        out.write(f"</section>\n</main>\n{_foot()}\n</body>\n</html>\n")


def _head() -> Html:
    style = resources.files("classifier.sheets").joinpath("report.css").read_text(encoding="utf-8")
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("meta", name="robots", content="noindex"),
        tag("title", "Triage of an inbox"),
        tag("style", Html(style)),  # our own file
    )


def _masthead(totals: Totals) -> Html:
    figures = [
        (totals.letters, "letters", ""),
        (totals.questions, "questions in them", ""),
        (totals.urgent, "may be urgent", "red"),
        (totals.mandatory, "probably mandatory to refer", "amber"),
        (totals.problems, "not read in full", "yellow"),
    ]
    made = f"Read on {words.long_date(datetime.now(LONDON))} by foi-triage {__version__}"
    shown = [
        tag("div", tag("dt", name), tag("dd", f"{n:,}"), class_=colour if n else "")
        for n, name, colour in figures
    ]  # fmt: skip
    notes = [
        f"{totals.copies:,} exact {'copy' if totals.copies == 1 else 'copies'}." if totals.copies else None,
        f"{totals.protected:,} for police eyes only, here by id alone." if totals.protected else None,
        "Labels are suggestions for a person to check. Nothing here is a decision.",
    ]
    inside = tag(
        "div",
        tag("p", "foi-triage", class_="brand"),
        tag("h1", "Triage of an inbox"),
        tag("p", made, class_="made"),
        tag("dl", join(shown), class_="figures"),
        tag("p", join((n for n in notes if n), " "), class_="quiet"),
        class_="wide",
    )
    return tag("header", inside, class_="masthead")


def _pressing(records: Ordered) -> list[tuple[int, TriageRecord]]:
    """The letters with something pressing: they stand at the top of the list, but for protected papers among them."""
    found: list[tuple[int, TriageRecord]] = []
    for number, record in enumerate(records, 1):
        if not record.urgent and strictest(record) != "mandatory":
            break
        if not record.protected:
            found.append((number, record))
        if len(found) > MOST_FIRST:
            break
    return found


def _first(pressing: list[tuple[int, TriageRecord]]) -> Html:
    head = tag("h2", "Look at these first", id="first")
    if not pressing:
        return tag("section", head, tag("p", "No letter shows danger or a mandatory referral. That is no promise: "
                                             "the program reads words, not situations."))  # fmt: skip
    cards = [
        tag(
            "li",
            tag("a", tag("span", f"{number}", class_="number"), tag("bdi", title_of(record)), href=f"#letter-{number}"),
            badges(record),
            tag("p", _why_first(record), class_="why"),
            _due(record),
        )
        for number, record in pressing[:MOST_FIRST]
    ]
    more = None
    if len(pressing) > MOST_FIRST:
        more = tag("p", "The list below goes on with more of them, in the same order.", class_="quiet")
    return tag("section", head, tag("ol", join(cards), class_="first"), more)


def _why_first(record: TriageRecord) -> Html:
    if record.urgent:
        urgent = record.urgent[0]
        return join([urgent.why, ": ", tag("q", tag("bdi", urgent.because))])
    found = next(r for r in record.referrals if "mandatory" in (r.level, r.level_today))
    return join([f"{found.rule} {found.subject}: ", tag("q", tag("bdi", found.because))])


def _due(record: TriageRecord) -> Html:
    day = earliest(record)
    return tag("p", f"Due {words.long_date(day)}", class_="due") if day else EMPTY


def _pictures(totals: Totals) -> Html:
    kinds = [
        tag("div", tag("dt", name), tag("dd", f"{n:,}"))
        for name, n in sorted(totals.kinds.items(), key=lambda item: (-item[1], item[0]))
    ]
    return join([
        tag("section", tag("h2", "When answers are due"),
            tag("p", "The earliest deadline of each letter, by week.", class_="quiet"), time_line(weeks(totals.due))),
        tag("div",
            tag("section", tag("h2", "What people ask about"), bars(totals.topics)),
            tag("section", tag("h2", "What kinds of letter"), tag("dl", join(kinds), class_="kinds")),
            class_="pair"),
    ])  # fmt: skip


def _list(records: Ordered, most: int) -> Html:
    rows = [
        tag(
            "tr",
            tag("td", tag("a", f"{number}", href=f"#letter-{number}")),
            tag(
                "td",
                words.short_date(day) + f" {day.year}" if (day := earliest(record)) and not record.protected else "–",
            ),
            tag("td", tag("bdi", title_of(record))),
            tag("td", "" if record.protected else words.kind_words(record.kind)),
            tag("td", "" if record.protected else words.look_first(record)),
        )
        for number, record in enumerate(islice(records, most), 1)
    ]
    heads = [tag("th", name, scope="col") for name in ("No.", "Due", "Subject", "Kind", "Look first")]
    table = tag("table", tag("thead", tag("tr", join(heads))), tag("tbody", join(rows)))
    return tag("section", tag("h2", "The list"), tag("div", table, class_="scroll", tabindex="0", role="region",
                                                    aria_label="The list of letters"))  # fmt: skip


def _letters_head(totals: Totals, most: int) -> Html:
    note = "In the order to read them. Marked words are questions; the number before them is the applicant's own."
    if totals.letters > most:
        note += (
            f" This page holds the first {most:,} of {totals.letters:,} letters. All of them are in triage.xlsx, "
            f"on the sheet {LETTERS}."
        )
    return join([tag("h2", "The letters", id="letters"), tag("p", note, class_="quiet")])


def _foot() -> Html:
    note = (
        "To correct a label, change it in triage.xlsx. This page holds personal data: keep it where the letters "
        "themselves are kept."
    )
    return tag("footer", tag("div", tag("p", note), class_="wide"))
