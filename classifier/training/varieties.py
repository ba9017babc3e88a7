"""The same letters in other shapes, so that the learner sees more layouts than anybody can write by hand.

A labelled letter is turned into variants that keep its asks and change how they are set out: other markers or none,
hard wraps, headings above the questions, rows that break a question down, riders and wishes about format. The labels
follow the guidelines of the corpus: rows beneath an ask are `scope`, plain bullets beneath a numbered question belong
to it, a rider in an item belongs to the item, one in a paragraph of its own is `scope`.
"""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from random import Random

Span = tuple[int, int, str]


class Shaped(msgspec.Struct, frozen=True):
    """A text and its items (start, end, kind), in order."""

    text: str
    spans: tuple[Span, ...]


_MARK = re.compile(r"^([ \t]*)((?:[(\[]?(?:\d{1,2}|[a-z])[.):]{1,2}|Q\d{1,2}[.:)]?|[-*•–])[ \t]+)$", re.IGNORECASE)

YEARS = (
    "in:",
    ", in each of:",
    "for these years:",
    "in each of the years below:",
    ", year by year:",
    ", for:",
    "during:",
    "for each calendar year:",
)
SPLITS = (
    ", split by:", ", broken down by:", "by:", ", with a separate figure for:", ", divided into:",
    ", as follows:", "under these heads:", "for each of these:",
    ", set against:", ", sorted by:", ", counting separately:", "from each of the following:", ", namely:",
    "in respect of:",
)  # fmt: skip
RECORDS = (
    ", and for each:", ". For each of them I need:", ", giving for every one:", ", with these details:",
    ", showing:", ". For every case please state:", ", to include:",
    ". Please put down against each:", ", together with:", ". In each case I'd like:", ". It should show:",
    ", and for each one, please:",
)  # fmt: skip
ROWS_YEAR = (
    ("2014", "2015", "2016", "2017"), ("2019/20", "2020/21", "2021/22"), ("2018", "2019", "2020",
    "2021 so far"), ("FY 2021-22", "FY 2022-23", "FY 2023-24"),
    ("January to June 2016", "July to December 2016"), ("the year to March 2012", "the year to March 2013"),
    ("2010;", "2011;", "2012; and", "2013."),
    ("1 April 2013 - 31 March 2014", "1 April 2014 - 31 March 2015", "1 April 2015 to now"),
)  # fmt: skip
ROWS_SPLIT = (
    ("Age", "Sex", "Ethnicity"), ("rank", "department", "length of service"), ("Month", "District", "Outcome",
    "Offence"), ("men", "women", "under 18s"),
    ("Priority one", "Priority two", "Priority three"), ("Fewer than 10", "10 to 49", "50 to 199",
    "200 or more"), ("Arson", "Common assault", "Criminal damage", "Affray"),
    ("cash;", "jewellery;", "vehicles; and", "anything else."), ("Chief Inspectors", "Inspectors",
    "Sergeants", "Constables", "Police staff"), ("Heroin", "Crack", "Ketamine"),
    ("employees", "agency workers", "contractors"), ("Charged / summonsed", "Cautioned", "No further action"),
    ("Payroll", "Custody records", "Duty planning", "Email"),
    ("Foot Patrol (city)", "Foot Patrol (rural)", "Response"), ("adult", "juvenile"), ("North", "South",
    "East", "West"),
)  # fmt: skip
ROWS_RECORD = (
    ("Date", "Place", "Outcome"), ("the date it was made", "who signed it", "what it cost"),
    ("when it began;", "when it ended;", "what it led to; and", "if anyone was charged"),
    ("Make", "Model", "Year of purchase", "Mileage", "Where it is kept"), ("Job title", "Grade",
    "Salary band"), ("how old the person was", "where it was found", "why it was taken"),
    ("Name of supplier", "Start date", "End date", "Annual value"), ("rank of the officer",
    "nature of the complaint", "result"), ("the reason;", "the sum paid;", "the payee."),
    ("Who attended", "How long it took", "Any injury"), ("Serial number", "Colour",
    "Purpose (e.g. training, patrol)", "Base station"), ("Title", "Date last revised", "Author's post"),
    ("the tool used;", "what was taken;", "its value, if known"), ("The time of the call.",
    "The time of arrival.", "The grading."),
)  # fmt: skip
SCOPES = (
    "Please give all figures by month.", "I would like this broken down by district for every question.",
    "The period I am interested in is 1 April 2017 to 31 March 2020.",
    "By 'incident' I mean anything with a log number.", "For clarity, I mean calendar years.",
    "If this exceeds the cost limit please do the latest two years only.",
    "All figures should be for the whole force area.", "Where possible split by age and gender.",
    "If question 1 is too expensive, please answer the others.",
    "I do not need names or any personal details.", "If you hold no figures by year, totals will do.",
    "Could each answer be split between officers and staff please.",
    "The time frame for all of these is January 2015 to the date of your answer.",
    "Please exclude incidents that were later cancelled.", "I only need what is held electronically.",
    "Note that by custody I mean the whole time from arrival to release.",
    "Please split everything by ethnicity as recorded.", "Years mean financial years throughout.",
    "For question 2 a rough figure is enough.", "Can I have the data for each of the last five years.",
    "I'd like it divided into on duty and off duty.",
    "This should cover special constables as well.",
    "To keep within the limit you can leave out anything before 2016.",
    "Please separate attempts from completed offences.",
    "Definitions: a 'vehicle' includes motorcycles and vans.",
    "To be plain, it is the final bill that interests me and not the estimate.",
    "Drafts count as well as the final text.",
)  # fmt: skip
FORMATS = (
    "Please send the answer by email.", "I would prefer the information in an Excel spreadsheet.",
    "A CSV file would be ideal.", "Please reply electronically to this address.",
    "If possible I'd like the data in a spreadsheet.", "Please do not send a scanned PDF.",
    "Kindly set out the answer in a table.", "I would like paper copies by post.",
    "An electronic copy is preferred.", "Please can the data be in a machine-readable format (xlsx or csv).",
    "The layout could be like this: year, number, cost.",
    "Could you put the answers next to each question.",
    "I'd like to receive this by e-mail rather than on disc.", "A simple two-column layout is all I need.",
    "NB. Please supply in .csv or .xls so that it can be re-used.", "Word or Excel is fine.",
    "Please number your answers as I have numbered the questions.",
    "To show you what I mean:\n2017 - 4 - £350", "Like so:\nWard\tMonth\tNumber\nAbbey\tMay\t3",
)  # fmt: skip
RIDERS = (
    "Please break this down by month.", "Please give it by year.", "If you can, split by district.",
    "If not, force-wide figures will do.", "Should that be too much, just do last year.",
    "Where known, please add the outcome.", "If so, please send a copy.", "A rough total will do.",
    "I mean those on the payroll.", "This should include vans.", "Can this be by rank please?",
    "If none, please say so.", "Which ones?", "If yes, how many?", "If it is held, please supply it.",
    "By that I mean a finished case.",
    "Please also say in which of those years the rule changed.", "I would also like the reason in each case.",
    "How was that decided?", "With it, please say who signed each one off.",
    "Also state how many were over a year old.",
    "Put the oldest at the top, please, and give its number.", "Should the post be vacant, who stands in?",
    "Could you mark those that are still open.",
    "Was any of them looked at by somebody from outside?", "Please leave out those that were withdrawn.",
    "I would want the figure for each of the two sites.", "Tell me as well what the usual number is.",
    "Otherwise please give the nearest date for which you have it.",
    "One figure a month.", "For each, please say what it was.", "I ask as the local paper gave two figures.",
)  # fmt: skip
HEADINGS = (
    "Staffing", "Costs", "Training", "Policy and guidance", "Complaints", "Numbers of cases", "Outcomes",
    "Equipment", "Suppliers and contracts", "Recording of data", "Use in the field",
    "Oversight", "Oversight & Audit", "Use of the System", "Future Plans", "Networks / Telephony",
    "Arrests and Charges",
)  # fmt: skip


def varieties(text: str, spans: tuple[Span, ...], rng: Random, how_many: int) -> list[Shaped]:
    """Up to `how_many` variants of one letter, none for a letter that asks nothing."""
    asks = [s for s in spans if s[2] == "request"]
    if not asks:
        return []
    out: list[Shaped] = []
    for _ in range(how_many):
        shaped = Shaped(text, spans)
        if rng.random() < 0.45:
            shaped = _bare(shaped, rng)
        if rng.random() < 0.3:
            shaped = _restyled(shaped, rng)
        draw = rng.random()
        if draw < 0.5:
            for _ in range(rng.choice((1, 1, 1, 2))):
                shaped = _with_rows(shaped, rng)
        elif draw < 0.62:
            shaped = _with_headings(shaped, rng)
        elif draw < 0.68:
            shaped = _with_subjects(shaped, rng)
        if rng.random() < 0.35:
            shaped = _with_rider(shaped, rng)
        if rng.random() < 0.4:
            shaped = _with_closing(shaped, rng)
        draw = rng.random()
        if draw < 0.2:
            shaped = _wrapped(shaped)
        elif draw < 0.45:
            shaped = _spaced(shaped, rng)
        out.append(shaped)
    return out


def _bare(shaped: Shaped, rng: Random) -> Shaped:
    """The letter without what stands before its first item's paragraph, or after the last one's, or both.

    Log entries, web forms and forwarded extracts have no "Dear Sir" and no signature.
    """
    text = shaped.text
    first, last = min(s[0] for s in shaped.spans), max(s[1] for s in shaped.spans)
    draw = rng.random()
    cut_head, cut_tail = draw < 0.7, draw > 0.4
    start = 0
    if cut_head:
        para = text.rfind("\n\n", 0, first)
        start = para + 2 if para >= 0 else 0
        if rng.random() < 0.5:
            start = text.rfind("\n", 0, first) + 1
        elif (
            greeting := re.match(
                r"\s*(?:dear|hello|hi|to whom|good|for the attention)[^\n]{0,80}\n+", text, re.IGNORECASE
            )
        ) and rng.random() < 0.5:
            start = min(greeting.end(), first)
    end = len(text)
    if cut_tail:
        para = text.find("\n", last)
        end = para if para >= 0 else len(text)
    if end - start < 10:
        return shaped
    return Shaped(text[start:end], tuple((a - start, b - start, k) for a, b, k in shaped.spans))


def _edited(shaped: Shaped, edits: list[tuple[int, int, str]], extra: list[Span] | None = None) -> Shaped:
    """`shaped` with stretches replaced; spans move along. `extra` holds new spans as offsets into the result."""
    edits = sorted(edits)
    out: list[str] = []
    at = 0
    for start, end, new in edits:
        out.append(shaped.text[at:start])
        out.append(new)
        at = end
    out.append(shaped.text[at:])

    def moved(place: int, *, end: bool) -> int:
        shift = 0
        for start, stop, new in edits:
            if stop < place or (stop == place and (start < stop or not end)):
                shift += len(new) - (stop - start)
            elif start < place:
                return start + shift + (len(new) if end else 0)
        return place + shift

    spans = [(moved(a, end=False), moved(b, end=True), k) for a, b, k in shaped.spans]
    return Shaped("".join(out), tuple(sorted([*spans, *(extra or [])])))


def _marker_before(text: str, start: int) -> tuple[int, str] | None:
    line = text.rfind("\n", 0, start) + 1
    m = _MARK.match(text[line:start])
    return (line + len(m[1]), m[2]) if m else None


def _restyled(shaped: Shaped, rng: Random) -> Shaped:
    """The numbered or bulleted items of a letter with other markers, or with none."""
    marked = [(s, m) for s in shaped.spans if (m := _marker_before(shaped.text, s[0])) is not None]
    if len(marked) < 2:
        return shaped
    style = rng.choice(
        (
            "",
            "",
            "- ",
            "* ",
            "• ",
            "{n}. ",
            "{n}) ",
            "Q{n}. ",
            "Question {n}: ",
            "({l}) ",
            "{l}. ",
            "{n} - ",
            "Request {n}\n",
        )
    )
    edits = []
    for n, (s, (at, _)) in enumerate(marked, 1):
        letter = "abcdefghijklmnopqrstuvwxyz"[(n - 1) % 26]
        edits.append((at, s[0], style.format(n=n, l=letter)))
    first = marked[0][1][0]
    if (
        not style
        and rng.random() < 0.4
        and (colon := re.search(r":(?=\s{1,4}$)", shaped.text[max(0, first - 5) : first]))
    ):
        at = max(0, first - 5) + colon.start()
        edits.append((at, at + 1, ""))
    return _edited(shaped, edits)


def _with_rows(shaped: Shaped, rng: Random) -> Shaped:
    """One ask with rows beneath that break it down."""
    text = shaped.text
    fit = [
        k
        for k, (a, b, what) in enumerate(shaped.spans)
        if what == "request" and 20 < b - a < 400 and "\n" not in text[a:b] and text[b : b + 1] in {"", "\n"}
    ]
    if not fit:
        return shaped
    k = rng.choice(fit)
    a, b, _ = shaped.spans[k]
    marker = _marker_before(text, a)
    numbered = marker is not None and any(c.isalnum() for c in marker[1])
    lettered = numbered and marker is not None and not any(c.isdigit() for c in marker[1])
    leads, banks = rng.choice(
        ((YEARS, ROWS_YEAR), (SPLITS, ROWS_SPLIT), (RECORDS, ROWS_RECORD), (RECORDS, ROWS_RECORD))
    )
    rows = list(rng.choice(banks))
    if rng.random() < 0.4:
        rows += list(rng.choice(banks))
    styles = ["{l}. ", "{l}) ", "({l}) ", "({r}) ", "{r}. ", "- ", "* ", "• ", "-", "– "]
    if not numbered:
        styles += ["{n}. ", "{n}) ", "- ", "• ", "¿ ", "- "]
    if lettered:
        styles = ["({r}) ", "{r}) ", "- ", "• ", "{n}. "]
    if marker is not None and not numbered:
        styles = ["{n}. ", "o ", "{l}) ", "- " if marker[1].strip() != "-" else "* "]
    if numbered and not lettered and len(rows) > 2:
        styles += ["", ""]  # line by line, without a marker
    style = rng.choice(styles)
    bullets = "{" not in style
    indent = rng.choice(("", "", "   ", "\t"))
    gap = rng.choice(("\n", "\n", "\n\n"))
    lead = rng.choice(leads)
    end = b
    while end > a and text[end - 1] in ".?;, ":
        end -= 1
    new = ("" if lead[0] in ",." else " ") + lead
    spans: list[Span] = []
    place = end + len(new)
    pieces = [new]
    absorbed = bullets and numbered
    for n, row in enumerate(rows, 1):
        mark = style.format(
            n=n,
            l="abcdefghijklmnop"[(n - 1) % 16],
            r=("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")[(n - 1) % 12],
        )
        piece = (gap if n == 1 or gap == "\n" or rng.random() < 0.8 else "\n") + indent + mark
        place += len(piece)
        if not absorbed:
            spans.append((place, place + len(row), "scope"))
        place += len(row)
        pieces += [piece, row]
    grown = Shaped(text[:end] + "".join(pieces) + text[b:], ())
    shift = len("".join(pieces)) - (b - end)
    kept = [
        (x, y, what)
        if y <= a
        else (x, place if absorbed else end + len(new), what)
        if x == a
        else (x + shift, y + shift, what)
        for x, y, what in shaped.spans
    ]
    return Shaped(grown.text, tuple(sorted([*kept, *spans])))


def _with_headings(shaped: Shaped, rng: Random) -> Shaped:
    """Numbered questions with a heading before each, or lettered questions beneath numbered headings."""
    marked = [
        (s, m)
        for s in shaped.spans
        if s[2] == "request" and (m := _marker_before(shaped.text, s[0])) is not None and any(c.isdigit() for c in m[1])
    ]
    if len(marked) < 2:
        return shaped
    names = rng.sample(HEADINGS, len(HEADINGS))
    if rng.random() < 0.5:
        # "1. Costs" and the question on the next line: one item, from its heading on.
        gap = "\n\n" if rng.random() < 0.3 else "\n"
        edits = [(s[0], s[0], names[n % len(names)] + gap) for n, (s, _) in enumerate(marked)]
        out = _edited(shaped, edits)
        starts = {s[0] for s, _ in marked}
        back: list[Span] = []
        grown = 0
        order = {s[0]: len(names[n % len(names)]) + len(gap) for n, (s, _) in enumerate(marked)}
        for old, (a, b, what) in zip(shaped.spans, out.spans, strict=True):
            if old[0] in starts:
                grown = order[old[0]]
                back.append((a - grown, b, what))
            else:
                back.append((a, b, what))
        return Shaped(out.text, tuple(back))
    edits = []
    number = letter = 0
    for n, (s, (at, _)) in enumerate(marked):
        if n == 0 or (letter >= 2 and rng.random() < 0.5):
            number += 1
            letter = 0
        head = f"{number}. {names[number % len(names)]}\n" if letter == 0 else ""
        edits.append((at, s[0], head + "abcdefghijklmnopqrstuvwxyz"[letter % 26] + ") "))
        letter += 1
    return _edited(shaped, edits)


def _with_subjects(shaped: Shaped, rng: Random) -> Shaped:
    """Bulleted or lettered asks beneath a numbered list of the things that they are asked about, which is scope."""
    marked = [s for s in shaped.spans if _marker_before(shaped.text, s[0]) is not None]
    if len(marked) < 2 or len(marked) < len(shaped.spans) or any(s[2] != "request" for s in marked):
        return shaped
    bullet = rng.choice(("- ", "• ", "{l}) "))
    edits = []
    for n, s in enumerate(marked):
        found = _marker_before(shaped.text, s[0])
        at = found[0] if found is not None else s[0]
        edits.append((at, s[0], bullet.format(l="abcdefghijklmnopqrstuvwxyz"[n % 26])))
    out = _edited(shaped, edits)
    place = out.text.rfind("\n", 0, out.spans[0][0]) + 1
    text, spans, at = "", list[Span](), place
    for n, name in enumerate(rng.sample(HEADINGS, rng.randint(2, 5)), 1):
        mark = f"{n}. "
        about = rng.choice(("", "", "\nWhatever goes by that name with you."))
        spans.append((at + len(mark), at + len(mark) + len(name) + len(about), "scope"))
        line = f"{mark}{name}{about}\n"
        text += line
        at += len(line)
    lead = rng.choice(
        ("\nFor each of these please tell me:\n", "For every one of the above I would like:\n", "For each:\n")
    )
    grown = len(text) + len(lead)
    moved = [(a + grown, b + grown, what) for a, b, what in out.spans]
    return Shaped(out.text[:place] + text + lead + out.text[place:], (*spans, *moved))


def _with_rider(shaped: Shaped, rng: Random) -> Shaped:
    """One ask with a rider behind it; in the item where it is marked, else an item of its own."""
    fit = [
        k
        for k, (_, b, what) in enumerate(shaped.spans)
        if what == "request" and shaped.text[b - 1] in ".?" and shaped.text[b : b + 1] in {"", "\n"}
    ]
    if not fit:
        return shaped
    k = rng.choice(fit)
    a, b, _ = shaped.spans[k]
    if _marker_before(shaped.text, a) is None:
        return shaped
    rider = rng.choice((" ", " ", "\n")) + rng.choice(RIDERS)
    text = shaped.text[:b] + rider + shaped.text[b:]
    size = len(rider)
    return Shaped(
        text,
        tuple(
            (x, y, w) if y < b or (y == b and x != a) else (x, y + size, w) if x == a else (x + size, y + size, w)
            for x, y, w in shaped.spans
        ),
    )


def _with_closing(shaped: Shaped, rng: Random) -> Shaped:
    """A scope or format paragraph after the last item."""
    b = max(s[1] for s in shaped.spans)
    if shaped.text[b : b + 1] not in {"", "\n"}:
        return shaped
    text, spans = shaped.text, list(shaped.spans)
    kinds = rng.choice((("scope",), ("format",), ("scope", "format"), ("scope",)))
    for kind in kinds:
        words = rng.choice(SCOPES if kind == "scope" else FORMATS)
        lead = rng.choice(("\n\n", "\n\n", "\n"))
        size = len(lead) + len(words)
        spans = [(x, y, w) if y <= b else (x + size, y + size, w) for x, y, w in spans]
        text = text[:b] + lead + words + text[b:]
        spans.append((b + len(lead), b + size, kind))
        b += size
    return Shaped(text, tuple(sorted(spans)))


_NUMBERED = re.compile(r"[ \t]*\d{1,2}[.)][ \t]")


def _spaced(shaped: Shaped, rng: Random) -> Shaped:
    """A blank line between all lines, as in mail that makes each line a paragraph; numbered lists may stay together."""
    text = shaped.text
    together = rng.random() < 0.6
    edits: list[tuple[int, int, str]] = []
    for m in re.finditer(r"(?<=[^\n])\n(?=[^\n])", text):
        at = m.start()
        above = text[text.rfind("\n", 0, at) + 1 : at]
        if len(above) > 60 and above[-1] not in ".?!:;" and text[at + 1].islower():
            continue  # a hard wrap
        if together and _NUMBERED.match(above) and _NUMBERED.match(text[at + 1 : at + 12]):
            continue
        edits.append((at, at + 1, "\n\n"))
    return _edited(shaped, edits) if edits else shaped


def _wrapped(shaped: Shaped) -> Shaped:
    """The same text broken at 72 columns: spaces become line ends, so places stay."""
    out: list[str] = []
    for line in shaped.text.split("\n"):
        if len(line) <= 72:
            out.append(line)
            continue
        rows = textwrap.wrap(
            line, 72, break_long_words=False, break_on_hyphens=False, replace_whitespace=False, drop_whitespace=False
        )
        joined = "\n".join(
            r.rstrip(" ") + " " * (len(r) - len(r.rstrip(" ")) - 1) if r.endswith(" ") else r for r in rows
        )
        out.append(joined if len(joined) == len(line) else line)
    return Shaped("\n".join(out), shaped.spans)
