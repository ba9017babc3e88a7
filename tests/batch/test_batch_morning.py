"""What is left for people, monitors, technicians: digest, health, metrics, retention, a log without personal data."""

from __future__ import annotations

import email
import json
import re
from datetime import UTC, datetime, timedelta
from email import policy
from typing import TYPE_CHECKING

import msgspec
import pytest
from conftest import put  # pyright: ignore[reportAttributeAccessIssue]

from classifier.batch.config import Digest
from classifier.batch.digest import eml, html
from classifier.batch.job import run_batch
from classifier.batch.morning import gather
from classifier.batch.state import State
from classifier.batch.watch import Health
from classifier.casebook import Casebook
from classifier.errors import ProgramError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from classifier.batch.config import BatchConfig
    from classifier.batch.morning import Morning
    from classifier.records import TriageRecord

DANGER = "He is outside my sister's house now with a knife and says he will kill her tonight. Please help her."
NAME, STREET = "Peregrine Ockenden", "14 Quillet Close"
PAPER = (
    "From: NPCC CRU <npcc.cru@npcc.police.uk>\nTo: foi@wealdmere.police.example\nSubject: CRU Circulation\n"
    "Date: Mon, 07 Sep 2026 09:00:00 +0100\n\nPOLICE EYES ONLY\n\nLog Number: 00041724\n\nLogged with: National\n\n"
    "Applicants Request:\n\n1. What does the force pay for zeppelins?\n\nCRU Advice:\n\nPlease refer.\n\nKind regards\n"
)


def _morning(config: BatchConfig) -> Morning:
    now = datetime.now(UTC)
    with State(config.folder) as state, Casebook.open(str(config.folder / "casebook.sqlite")) as book:
        nights = state.nights(now - timedelta(days=1))
        (record,) = [r.record for r in book.latest() if r.record.subject == "Lanterns 1"]
        day = record.deadlines[0].due - timedelta(days=3)
        return gather(config.folder, nights, book, day, 7, made=now)


def test_the_digest_names_what_must_be_known(inbox: Path, configure: Callable[..., BatchConfig]) -> None:
    put(inbox, 4, DANGER)
    (inbox / "5.pdf").write_bytes(b"%PDF-1.4 broken")
    (inbox / "6.eml").write_text(PAPER, encoding="utf-8")
    config = configure('settle_seconds = 0\n[digest]\nto = ["foi@wealdmere.police.example"]')
    run_batch(config)
    sections = {s.key: s for s in _morning(config).sections}
    assert [line.title for line in sections["urgent"].lines] == ["Lanterns 4"]
    assert "Lanterns 1" in [line.title for line in sections["due"].lines]
    assert sections["aside"].total == 1
    page = (config.folder / "digest.html").read_text(encoding="utf-8")
    mail = email.message_from_bytes((config.folder / "digest.eml").read_bytes(), policy=policy.default)
    plain = mail.get_body(("plain",))
    assert plain is not None
    for said in (page, plain.get_content()):
        assert "Lanterns 4" in said
        assert "zeppelin" not in said
        assert "Writer" not in said
        assert "@mail.example" not in said
    assert mail["To"] == "foi@wealdmere.police.example"
    assert mail["Subject"].endswith("6 new, 1 urgent")
    (night,) = config.folder.glob("20*")
    assert (night / "digest.html").read_text(encoding="utf-8") == page


def test_subjects_and_words_can_be_left_out(inbox: Path, configure: Callable[..., BatchConfig]) -> None:
    put(inbox, 4, DANGER)
    config = configure("[digest]\nsubjects = false")
    run_batch(config)
    page = (config.folder / "digest.html").read_text(encoding="utf-8")
    assert "1 urgent" in page
    assert "Lanterns" not in page
    assert "knife" not in page


def test_what_a_letter_says_cannot_become_markup_or_a_header(
    inbox: Path, configure: Callable[..., BatchConfig]
) -> None:
    path = put(inbox, 4, DANGER)
    path.write_text(
        path.read_text(encoding="utf-8").replace("Subject: Lanterns 4", "Subject: <script>x</script>\u202e")
    )
    config = configure("settle_seconds = 0")
    run_batch(config)
    morning = _morning(config)
    page = html(morning, Digest())
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "\u202e" not in page
    mail = email.message_from_string(eml(morning, Digest()), policy=policy.default)
    assert {k.lower() for k in mail} >= {"subject", "date", "x-unsent"}
    assert mail["To"] is None


@pytest.mark.parametrize("fails", [False, True])
def test_logs_health_and_metrics_hold_no_personal_data(
    fails: bool, inbox: Path, configure: Callable[..., BatchConfig], monkeypatch: pytest.MonkeyPatch
) -> None:
    body = f"How many umbrellas at {STREET}? My number is 07700 900123."
    put(inbox, 4, body, name=f"{NAME}.eml", writer=NAME)
    (inbox / f"{NAME}.pdf").write_bytes(b"%PDF-1.4 broken")
    config = configure("settle_seconds = 0", inputs=f'["inbox", "{NAME}"]')
    if fails:

        def broken(_: object, record: TriageRecord) -> None:
            raise ValueError(f"cannot take {record.text} of {record.applicant.name}")

        monkeypatch.setattr("classifier.journal.Journal.add", broken)
        with pytest.raises(ProgramError, match="ValueError at"):
            run_batch(config)
    else:
        run_batch(config)
    files = [*(config.folder / "log").iterdir(), config.folder / "health.json", config.folder / "foi_triage.prom"]
    said = "\n".join(path.read_text(encoding="utf-8") for path in files)
    for planted in (NAME, "Ockenden", STREET, "Quillet", "900123", "w4@", "mail.example", "umbrella", "Lanterns"):
        assert planted.lower() not in said.lower()
    for line in files[0].read_text(encoding="utf-8").splitlines():
        assert {"at", "event", "pid"} <= set(json.loads(line))


def test_health_and_metrics_say_how_the_run_ended(inbox: Path, configure: Callable[..., BatchConfig]) -> None:
    config = configure('[monitoring]\nhealth = "watch/h.json"\nmetrics = "watch/foi.prom"', inputs='["inbox", "gone"]')
    run_batch(config)
    watch = config.folder.parent / "watch"
    health = msgspec.json.decode((watch / "h.json").read_bytes(), type=Health)
    assert (health.status, health.code, health.failed_sources) == ("failed", "source-failed", ["inputs[1]"])
    assert (health.read, health.last_success) == (3, "")
    (config.folder.parent / "gone").mkdir()
    run_batch(config)
    health = msgspec.json.decode((watch / "h.json").read_bytes(), type=Health)
    assert (health.status, health.known, health.contents) == ("ok", 3, 3)
    assert health.last_success == health.finished
    lines = (watch / "foi.prom").read_text(encoding="utf-8").splitlines()
    samples = [line for line in lines if not line.startswith("#")]
    assert all(re.fullmatch(r'foi_triage_[a-z_]+(\{code="[a-z-]+"\})? [0-9.e+]+', line) for line in samples)
    assert "foi_triage_last_run_ok 1" in samples
    assert "foi_triage_running 0" in samples


def test_letters_are_removed_when_their_time_is_over(
    inbox: Path, configure: Callable[..., BatchConfig], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("classifier.casebook.forget")
    config = configure("keep_days = 30")
    run_batch(config)
    (night,) = config.folder.glob("20*")
    (night / "mine.txt").write_text("mine", encoding="utf-8")
    put(inbox, 4)
    with State(config.folder) as state:
        state._db.execute("UPDATE night SET finished = '2020-01-01T00:00:00.000+00:00'")  # pyright: ignore[reportPrivateUsage]
    run_batch(config)
    assert sorted(p.name for p in night.iterdir()) == ["mine.txt", "run.json"]
    with Casebook.open(str(config.folder / "casebook.sqlite")) as book:
        assert [r.record.subject for r in book.latest()] == ["Lanterns 4"]
    for path in config.folder.rglob("*"):
        if path.is_file() and path.suffix not in (".lock",):
            assert b"Lanterns 2" not in path.read_bytes(), path
    # What was removed is still known: it does not come back with the next run.
    assert run_batch(config).summary is None
