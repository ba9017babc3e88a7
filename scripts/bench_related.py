"""How well and how fast letters are related: generated letters, among them copies with a tenth of their words changed.

    python scripts/bench_related.py [--letters 50000] [--casebook ADDRESS]

Every fiftieth letter is a copy of an earlier one by another person, with one word in ten replaced by another word of
the same vocabulary; every second copy speaks to another force. Printed: the share of copies whose original was found,
the pairs that were not planted, pairs a letter, milliseconds a letter, memory and the casebook's size.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import psutil

from classifier.casebook import Casebook
from classifier.force import Force
from classifier.records import Kind, Letter, Message, Person, Tag
from classifier.related import Relater, Relations
from classifier.tagging.tagger import Tagged

LONDON = ZoneInfo("Europe/London")
EVERY = 50
SAME = ("same text", "same request to other forces")
OPENINGS = (
    "I am writing to make a request under the Freedom of Information Act 2000.",
    "Under the Freedom of Information Act 2000 please could you provide me with the following information.",
    "Please treat this as a request for information under the FOI Act. I would be grateful for answers.",
    "I would like to request the following recorded information held by your force under the FOIA.",
)
CLOSINGS = (
    "If the request would exceed the cost limit, please advise and assist under section 16 so that I can narrow it.",
    "Please acknowledge receipt and reply within twenty working days by email, preferably in an Excel spreadsheet.",
    "If any part is exempt please say which exemption applies and provide the rest. Thank you for your help.",
    "I understand that a reply is due within 20 working days. I look forward to hearing from you.",
)
FORMS = (
    "How many {what} were {did} {where} {when}?",
    "Please provide the number of {what} {did} {when}, broken down by {by}.",
    "What is the policy on {what} that are {did} {where}, and when was it last reviewed?",
    "For {when}, the total cost of {what}, and how much of it was paid to {firm}.",
    "Copies of any correspondence with {firm} about {what} {when}.",
    "Of the {what} {did} {where}, how many involved {other}? Please split by {by}.",
    "Which {what} have been {did} by {who} {when}, and what was the outcome for each?",
    "The three largest invoices from {firm} for {what} {when}.",
    "Has {who} assessed the risk of {what} near {other}, and what did it conclude?",
)


def _list(text: str) -> list[str]:
    return [" ".join(part.split()) for part in text.split(";")]


WHAT = _list("""
    stolen bicycles; drone incursions; taser discharges; missing children; dog bites; catalytic converter thefts;
    hoax calls; speed cameras; custody deaths; firearms certificates; hate incidents; knife seizures; burglary alarms;
    stop and searches; abandoned vehicles; body worn cameras; vetting failures; grievances; overtime payments;
    shoplifting offences; lost warrant cards; police horses; seized phones; cannabis farms; noise complaints;
    wildlife crimes; cautions; domestic callouts; collisions with deer; laser attacks; parking fines; uniform orders;
    sick days; interpreters; forensic backlogs; ram raids
""")
DID = _list("""
    recorded; reported; investigated; closed without charge; upheld; withdrawn; prosecuted; cancelled; reviewed;
    referred; recovered; detected
""")
PLACES = _list("""
    Ashcombe; Brindle Bay; Corvale; Dunmere; Eastholt; Fernley; Garrow; Harrowby; Inglewick; Kestrel Moor; Lowmarsh;
    Millbrook; Northgate; Oakhampton; Pendle Cross; Quarry Hill; Ravenscar; Saltby; Thornwick; Upper Wray; Yarrow
""")
BY = _list("""
    month; district; age group; ethnicity; offence type; rank; station; disposal; vehicle make; ward; shift;
    hour of the day
""")
FIRM = _list("""
    Halden Systems; Brightwater Ltd; Copperfield Analytics; Orwell Fleet; Sable Security; Tern Software;
    Vantage Kennels; Marlow Forensics; Peregrine Drones; Redfern Uniforms
""")
WHO = _list("""
    the chief officer team; professional standards; the roads policing unit; the dog section; the custody inspector;
    the press office; the rural crime team; neighbourhood officers; the firearms licensing department
""")
OTHER = _list("""
    schools; a suspect under eighteen; off duty staff; rental vans; hospital staff; electric scooters; tourists;
    licensed premises; an ambulance; a railway station; the fire service; football supporters; agency workers
""")
FORCES = ("Thornshire", "Derwentvale", "Estuary", "Caldermoor", "Westmarch")
TOPICS = ("crime_statistics", "drugs", "stop_search", "firearms_licensing", "missing_mental_health", "rural_wildlife")


def request(rng: random.Random) -> str:
    """The body of a made-up request of three to eight questions."""
    questions = [
        rng.choice(FORMS).format(
            what=rng.choice(WHAT), did=rng.choice(DID), where=f"in {rng.choice(PLACES)}", by=rng.choice(BY),
            when=f"in {rng.randint(2012, 2025)}", firm=rng.choice(FIRM), who=rng.choice(WHO), other=rng.choice(OTHER),
        )
        for _ in range(rng.randint(3, 8))
    ]  # fmt: skip
    numbered = "\n".join(f"{n}. {q}" for n, q in enumerate(questions, 1))
    return f"{rng.choice(OPENINGS)}\n\n{numbered}\n\n{rng.choice(CLOSINGS)}\n{rng.choice(CLOSINGS)}"


def changed(text: str, words: list[str], rng: random.Random) -> str:
    """The text with one word in ten, rounded up, replaced."""
    out = text.split()
    for place in rng.sample(range(len(out)), -(-len(out) // 10)):
        out[place] = rng.choice(words)
    return " ".join(out)


def letter(number: int, force: str, body: str, who: int) -> Letter:
    """A letter as the rooms before would have read it."""
    text = f"Dear {force} Police,\n\n{body}"
    received = datetime(2021, 1, 4, 9, tzinfo=LONDON) + timedelta(minutes=30 * number)
    message = Message(
        id=f"{number:064x}", source=f"export.mbox#{number}", received=received, subject="Request for information",
        sender=Person(address=f"writer{who}@mail.example"), headers={"message-id": f"<{number}@mail.example>"},
    )  # fmt: skip
    return Letter(
        message=message, whole=text, zones=(), text=text, blind=text, applicant=message.sender, sender_class="public",
        received=received, received_basis="received header",
    )  # fmt: skip


def main() -> int:
    """Run the benchmark; exit code 1 where fewer than 98 in 100 copies are found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--letters", type=int, default=50_000)
    parser.add_argument("--casebook", default="", help="a file or database address; a temporary file without it")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="foi-triage-") as scratch:
        address = options.casebook or str(Path(scratch) / "casebook.sqlite")
        return measure(options.letters, address)


def measure(count: int, address: str) -> int:
    """Relate `count` letters in the casebook at `address` and print the figures."""
    rng = random.Random(20240229)  # noqa: S311 - the same letters every time, not secrets
    words = request(rng).split() + [w for _ in range(2000) for w in request(rng).split()]
    bodies: dict[int, str] = {}
    origin: dict[int, int] = {}
    kind = Kind(label="new_request", score=1.0)
    process = psutil.Process()
    planted = found = false = pairs = 0
    slowest: list[float] = []
    spent = busy = 0.0
    print("letters  ms/letter  ms processor  99 % under  recall  false pairs  pairs/letter  memory MB  casebook MB")
    with Casebook.open(address) as book:
        relater = Relater(book, book.begin(["generated"], {}), force=Force(name="Thornshire Police"))
        for number in range(1, count + 1):
            force, body = "Thornshire", request(rng)
            if number % EVERY == 0:
                source = rng.choice(sorted(bodies))
                body, origin[number] = changed(bodies[source], words, rng), source
                force = rng.choice(FORCES[1:]) if number % (2 * EVERY) == 0 else force
            elif number % EVERY == 1:
                bodies[number] = body  # what later copies are made of
            topics = (Tag(label=rng.choice(TOPICS), score=0.9, suggested=True),)
            made = letter(number, force, body, rng.randrange(count // 2))
            start, began = time.perf_counter(), time.process_time()
            relations: Relations = relater.relate(made, kind, Tagged((), topics, (), {}))
            slowest.append(time.perf_counter() - start)
            spent += slowest[-1]
            busy += time.process_time() - began
            same = {int(r.id, 16) for r in relations.related if r.relation in SAME}
            root = origin.get(number, number)
            right = {n for n in same if origin.get(n, n) == root}
            pairs += len(same)
            false += len(same - right)
            if number in origin:
                planted += 1
                found += bool(right)
            if number in (10_000, 25_000, count):
                slowest.sort()
                size = _size(address)
                print(
                    f"{number:7d}  {1000 * spent / number:9.2f}  {1000 * busy / number:12.2f}  "
                    f"{1000 * slowest[int(0.99 * len(slowest))]:10.2f}  "
                    f"{found / planted:6.4f}  {false:11d}  {pairs / number:12.4f}  "
                    f"{process.memory_info().rss / 2**20:9.0f}  {size / 2**20:11.0f}",
                    flush=True,
                )  # fmt: skip
                slowest.clear()
    return 0 if found >= 0.98 * planted else 1


def _size(address: str) -> int:
    """Bytes of a casebook that is a file, its write-ahead log among them; 0 for a server's."""
    if "://" in address:
        return 0
    return sum(p.stat().st_size for p in Path(address).parent.glob(Path(address).name + "*"))


if __name__ == "__main__":
    sys.exit(main())
