"""Circulations and letters in one casebook, through `run` as a force would use it."""

from __future__ import annotations

import json
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from conftest import Foi

REQUEST = """1. How many police dogs were retired in each year since 2015, and at what age?
2. How many retired dogs were rehomed with their handlers, and how many with charities?
3. What did veterinary bills for retired dogs cost in the last financial year?
"""
LETTER = f"Under the Freedom of Information Act 2000 please answer the following.\n\n{REQUEST}"
CIRCULAR = f"""OFFICIAL - SENSITIVE
POLICE EYES ONLY

Log Number: 00041724

Logged with: National

Applicants Request:

{REQUEST}
CRU Advice:

No harm in release.

Requests on drones flown over protests are no longer a mandatory referral.

Kind regards
"""
CRU = "NPCC CRU <npcc.cru@npcc.police.uk>"


def write(folder: Path, name: str, body: str, sender: str, *, day: str = "03 Jun 2024", subject: str = "FOI") -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "foi@thornshire.police.uk", subject
    message["Date"] = f"{day} 09:00:00 +0100"
    message["Message-ID"] = f"<{name}@mail.example>"
    message.set_content(body)
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.eml").write_bytes(message.as_bytes())


def run(foi: Foi, inbox: Path, out: Path, *options: object) -> tuple[dict[str, dict[str, Any]], Mapping[str, Any], str]:
    """The records by file name, run.json, and what was printed."""
    said = foi("run", inbox, "--out", out, *options)
    assert said.code == 0, said.err
    lines = (out / "triage.jsonl").read_text(encoding="utf-8").split("\n")
    records = [json.loads(line) for line in lines if line]
    about = json.loads((out / "run.json").read_text(encoding="utf-8"))
    return {r["source"].rsplit("/", 1)[-1].partition(".")[0]: r for r in records}, about, said.out


def rules(record: Mapping[str, Any]) -> dict[str, str]:
    return {r["rule"]: r["because"] for r in record["referrals"]}


def relations(record: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(r["relation"], r["id"]) for r in record["related"]]


def test_a_circulation_and_a_letter_that_ask_the_same_meet_whichever_came_first(foi: Foi, tmp_path: Path) -> None:
    book = ("--casebook", tmp_path / "book.sqlite")
    write(tmp_path / "monday", "open", LETTER, "Ann Other <ann@mail.example>")
    first = run(foi, tmp_path / "monday", tmp_path / "out1", *book)[0]["open"]
    assert "NAT-01" not in rules(first)
    write(tmp_path / "tuesday", "paper", CIRCULAR, CRU, subject="CRU Circulation")
    records, about, said = run(foi, tmp_path / "tuesday", tmp_path / "out2", *book)
    paper = records["paper"]
    assert ("same request to other forces", first["id"]) in relations(paper)
    assert paper["kind"]["label"] == "cru_circulation"
    assert paper["references"][0] == "CRU 417/24"
    assert "NAT-01" not in rules(paper)
    write(tmp_path / "friday", "late", LETTER, "Bob Else <bob@mail.example>")
    late = run(foi, tmp_path / "friday", tmp_path / "out3", *book)[0]["late"]
    assert ("same request to other forces", paper["id"]) in relations(late)
    assert "seen at another force or the referral unit" in rules(late)["NAT-01"]
    # What the paper announces is proposed, without the words of a paper for police eyes only.
    assert [(p["rule"], p["level"], p["from"], p["words"]) for p in about["proposals"]] == [
        ("TEC-03", "withdrawn", "2024-06-03", None)
    ]
    assert about["needs_person"] == 1
    assert "register accept" in said
    assert "drones" not in said
    assert "drones" not in (tmp_path / "out2" / "run.json").read_text(encoding="utf-8")


def test_an_accepted_change_counts_in_the_next_run(foi: Foi, tmp_path: Path, force_file: Path) -> None:
    write(tmp_path / "in", "paper", CIRCULAR, CRU, subject="CRU Circulation")
    out = tmp_path / "out"
    assert len(run(foi, tmp_path / "in", out)[1]["proposals"]) == 1
    assert foi("register", "accept", out, 1, "--who", "B. Head", "--force", force_file).code == 0
    write(tmp_path / "next", "asked", "How many police drones were flown over protests?", "a@mail.example")
    records, about, _ = run(foi, tmp_path / "next", tmp_path / "out2", "--force", force_file)
    assert [r["level"] for r in records["asked"]["referrals"] if r["rule"] == "TEC-03"] == ["withdrawn"]
    assert about["versions"]["register"].endswith("+own.toml")
    again = run(foi, tmp_path / "in", tmp_path / "out3", "--force", force_file)[1]
    assert again["proposals"] == []


def test_the_fourth_sender_of_one_text_may_be_a_campaign(foi: Foi, tmp_path: Path) -> None:
    for n, name in enumerate(("ann", "bob", "cat", "dan")):
        write(tmp_path / "in", f"{n}{name}", LETTER, f"{name}@mail.example")
    records = run(foi, tmp_path / "in", tmp_path / "out")[0]
    assert ["NAT-04" in rules(records[name]) for name in sorted(records)] == [False, False, False, True]


def test_a_deadline_beyond_the_known_bank_holidays_is_a_problem_of_the_record(foi: Foi, tmp_path: Path) -> None:
    write(tmp_path / "in", "far", LETTER, "ann@mail.example", day="03 Jun 2041")
    write(tmp_path / "in", "near", LETTER + "\nThank you.", "bob@mail.example")
    records, about, _ = run(foi, tmp_path / "in", tmp_path / "out")
    assert [p["code"] for p in records["far"]["problems"]] == ["calendar-unknown"]
    assert records["near"]["problems"] == []
    assert about["problems"] == {"calendar-unknown": 1}


def test_the_casebook_that_the_force_file_names_lies_beside_it(foi: Foi, tmp_path: Path, force_file: Path) -> None:
    force_file.write_text('casebook = "cases.sqlite"\n', encoding="utf-8")
    write(tmp_path / "in", "one", LETTER, "ann@mail.example")
    run(foi, tmp_path / "in", tmp_path / "out", "--force", force_file)
    assert (force_file.parent / "cases.sqlite").exists()
    assert not (tmp_path / "out" / "casebook.sqlite").exists()
