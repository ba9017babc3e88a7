"""Makes the sample inbox, `corpora/inbox/`: the same bytes each time.

    python scripts/make_sample_inbox.py            # write it
    python scripts/make_sample_inbox.py --check    # say what differs from what is there

Nothing is compressed and every date is fixed, so that the files do not depend on the libraries' versions more than they
must. The words are in `sample_letters.py`; what each file shows is in `corpora/inbox.md`.
"""

from __future__ import annotations

import argparse
import io
import sys
import zipfile
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

# Run as a script or imported by a test: its neighbours are found either way.
sys.path.insert(0, str(Path(__file__).resolve().parent))

import make_msg
import sample_letters as letters
from sample_paper import docx, locked_pdf, paper_pdf, scanned_pdf

INBOX = Path(__file__).resolve().parent.parent / "corpora" / "inbox"
LONDON = ZoneInfo("Europe/London")
FOI = "FOI <foi@wealdmere.police.example>"
Transfer = Literal["7bit", "8bit", "quoted-printable", "base64"]


def at(text: str) -> datetime:
    """A moment in London from "2026-01-12 09:10"."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=LONDON)


def mail(
    sender: str, subject: str, when: str, body: str, *, html: str = "", cte: Transfer = "7bit", to: str = FOI,
    attached: tuple[tuple[str, str, bytes], ...] = (), received: bool = True, **headers: str,
) -> EmailMessage:  # fmt: skip
    """A message as a mail server delivers it. `headers` use _ for -; `attached` are names, media types and bytes."""
    moment = at(when)
    key = f"{moment:%Y%m%d%H%M}.{abs(sum(ord(c) * n for n, c in enumerate(subject + sender, 1)))}"
    message = EmailMessage(policy=SMTP)
    if received:
        message["Received"] = f"from relay.mail.example by mx.wealdmere.police.example; {format_datetime(moment)}"
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"] = format_datetime(moment)
    message["Message-ID"] = f"<{key}@{parseaddr(sender)[1].rpartition('@')[2]}>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    if html:
        message.set_content(html, subtype="html", cte=cte)
    else:
        message.set_content(body, cte=cte)
    for name, media, data in attached:
        main, _, sub = media.partition("/")
        message.add_attachment(data, maintype=main, subtype=sub, filename=name)
    if message.is_multipart():
        message.set_boundary(f"=_{key}")
    return message


def bundle(entries: list[tuple[str, bytes]]) -> bytes:
    """A zip of the entries, stored as they are, with a fixed date."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, data in entries:
            archive.writestr(zipfile.ZipInfo(name, (2026, 2, 1, 12, 0, 0)), data)
    return out.getvalue()


def mailbox(messages: list[EmailMessage]) -> bytes:
    """A mailbox file: each message after a line that begins with "From "."""
    out: list[bytes] = []
    for message in messages:
        text = message.as_bytes().replace(b"\r\n", b"\n").replace(b"\nFrom ", b"\n>From ")
        out.append(b"From MAILER-DAEMON Mon Jan 26 06:00:00 2026\n" + text + b"\n")
    return b"".join(out)


def build() -> dict[str, bytes]:
    """All files of the inbox by name."""
    files = {**_plain(), **_documents(), **_open_cases(), **_others(), **_troubles()}
    files["32-response-times-again.eml"] = files["01-response-times.eml"]
    return dict(sorted(files.items()))


def _plain() -> dict[str, bytes]:
    """Requests in the mail formats that an inbox holds."""
    week = [
        mail("Rupert Ganley <office@ganley.example>", "FOI request: vehicle recovery", "2026-01-20 11:02",
             letters.RECOVERY),
        mail("Marguerite Sloe <m.sloe@mail.example>", "Re: FOI 0311/25", "2026-01-20 16:40", letters.THANKS,
             In_Reply_To="<foi-0311-25@wealdmere.police.example>"),
        mail("DocuVeil Events <events@docuveil.example>", "REDACT LIVE! Your place is waiting", "2026-01-21 07:00",
             letters.WEBINAR, List_Unsubscribe="<https://docuveil.example/stop>", Precedence="bulk"),
        mail("Callum Dray <callum@wealdmereecho.example>", "Tanner's Lane - statement please", "2026-01-21 12:31",
             letters.PRESS),
    ]  # fmt: skip
    outlook = make_msg.Outlook(
        subject="Birds of prey", sender="H. Vantongeren <vantongeren@mail.example>", to=[FOI],
        body=letters.WILDLIFE.replace("\n", "\r\n"), sent=at("2026-01-22 08:15"), delivered=at("2026-01-22 08:16"),
        message_id="<birds-20260122@mail.example>",
    )  # fmt: skip
    two = [
        ("overtime.eml", mail("Priti Lockyer-Danes <priti@mail.example>", "New Year overtime", "2026-01-28 13:20",
                              letters.OVERTIME).as_bytes()),
        ("more/graffiti.eml", mail("Gus Tremaine <gus@mail.example>", "graffiti", "2026-01-29 08:03",
                                   letters.GRAFFITI).as_bytes()),
    ]  # fmt: skip
    plain = mail("Doreen Applegarth <doreen.applegarth@mail.example>", "101 - how long is a piece of string",
                 "2026-01-12 09:10", letters.RESPONSE_TIMES)  # fmt: skip
    page = mail("Tobias Wren-Halloran <tobias@mail.example>", "FOI request – drones", "2026-01-21 19:44", "",
                html=letters.DRONES, cte="quoted-printable")  # fmt: skip
    coded = mail("Ysolde Marchbanks <y.marchbanks@college.example>", "Food in the cells", "2026-01-19 14:26",
                 letters.CUSTODY, cte="base64")  # fmt: skip
    return {
        "01-response-times.eml": plain.as_bytes(),
        "02-drone-flights.eml": page.as_bytes(),
        "03-custody-meals.eml": coded.as_bytes(),
        "04-week-of-mail.mbox": mailbox(week),
        "05-birds-of-prey.msg": make_msg.write(outlook),
        "12-lost-property.txt": letters.AUCTIONS.encode("cp1252"),
        "13-police-horses.html": letters.HORSES.encode("utf-8"),
        "14-two-in-a-zip.zip": bundle(two),
    }  # fmt: skip


def _documents() -> dict[str, bytes]:
    """Requests on paper, and in files that are attached to an empty mail."""
    cameras = paper_pdf(letters.BODY_CAMERAS, "Request for information")
    counters = docx(letters.KEYS)
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    return {
        "06-letter-on-paper.pdf": paper_pdf(letters.PARISH, "Speeding on the B3811"),
        "07-printed-mail.pdf": paper_pdf(letters.PRINTED, "Taser and the over seventies"),
        "08-scanned-page.pdf": scanned_pdf(letters.SCANNED),
        "09-see-attached-pdf.eml": mail("Ines Okonjo-Baird <ines@mail.example>", "FOI request", "2026-01-29 17:55", "",
                                        attached=(("request.pdf", "application/pdf", cameras),)).as_bytes(),
        "10-see-attached-word.eml": mail("Lambert Osei-Whitlock <lambert@mail.example>", "Front counters",
                                         "2026-01-30 10:12", "Please see attached.\n",
                                         attached=(("counters.docx", word, counters),)).as_bytes(),
        "11-front-counters.docx": docx([*letters.KEYS[:4], ("Enid Varley", None)]),
    }  # fmt: skip


def _open_cases() -> dict[str, bytes]:
    """Mail about requests that are open or answered."""
    mails = {
        "15-reply-with-history.eml": mail(
            "Fergus Abiola <f.abiola@mail.example>", "RE: FOI 0029/26: clarification needed", "2026-01-29 09:32",
            letters.CLARIFIED, In_Reply_To="<foi-0029-26@wealdmere.police.example>"),
        "16-forwarded.eml": mail(
            "Trevor Amis <trevor.amis@wealdmere.police.example>", "FW: special constables", "2026-02-02 08:05",
            letters.FORWARDED),
        "17-request-site.eml": mail(
            "Ottoline Garrity <request-900417-1a2b3c4d@requests.example>",
            "Freedom of Information request - Facial recognition at Marl Park", "2026-01-27 12:00", letters.SITE),
        "18-chaser.eml": mail(
            "Hal Bickerstaff <hal@mail.example>", "FOI 0298/25 - where is it?", "2026-02-02 07:48", letters.CHASER),
        "19-internal-review.eml": mail(
            "Imogen Sardely <imogen.sardely@mail.example>", "FOI 0274/25", "2026-01-23 20:19", letters.REVIEW),
    }  # fmt: skip
    return {name: message.as_bytes() for name, message in mails.items()}


def _others() -> dict[str, bytes]:
    """Mail that is no request, or not only one."""
    asked = letters.ROUND_ROBIN
    mails = {
        "20-cru-circulation.eml": mail(
            "NPCC CRU Mailbox <cru.mailbox@npcc.police.example>",
            "Log No. 61/26 - CRU Circulation (02/02/2026) - Vending machines - Including Advice", "2026-02-02 15:30",
            letters.CIRCULATION),
        "21-ico.eml": mail(
            "ICO Casework <casework@ico.example>", "IC-300417-S4M9 - Wealdmere Police", "2026-02-02 11:11",
            letters.REGULATOR),
        "22-out-of-office.eml": mail(
            "Moses Tattersall <moses.tattersall@wealdmere.police.example>",
            "Automatic reply: FOI 0018/26 - custody figures", "2026-02-03 09:01", letters.OUT_OF_OFFICE,
            Auto_Submitted="auto-replied"),
        "23-own-file.eml": mail(
            "Dashiell Penhaligon-Roy <dashiell@mail.example>", "FREEDOM OF INFORMATION", "2026-01-26 22:50",
            letters.OWN_FILE),
        "24-urgent.eml": mail(
            "Roisin K <roisin.k@mail.example>", "Re: 0018/26", "2026-02-03 13:25", letters.URGENT),
        "25-round-robin-one.eml": mail(
            "Wilf Dansie <wilf@openroads.example>", "FOI request: electric bikes", "2026-01-30 09:00",
            asked.format(name="Wilf Dansie", body="The Open Roads Study")),
        "26-round-robin-two.eml": mail(
            "Greta Uzoma <greta@quietlanes.example>", "Seized e-bikes", "2026-02-02 16:44",
            asked.format(name="Greta Uzoma", body="the Quiet Lanes Alliance")),
        "27-register-2022.eml": mail(
            "Corisande Blewett <c.blewett@mail.example>", "A question about Saltings", "2022-11-15 10:30",
            letters.REGISTER_OLD),
        "28-register-2026.eml": mail(
            "Corisande Blewett <c.blewett@mail.example>", "The same question about Saltings", "2026-02-03 10:30",
            letters.REGISTER_NEW),
    }  # fmt: skip
    return {name: message.as_bytes() for name, message in mails.items()}


def _troubles() -> dict[str, bytes]:
    """Files that cannot be read, each in its own way."""
    broken = docx(letters.BROKEN)
    return {
        "29-locked.pdf": locked_pdf(letters.LOCKED, "Request for information"),
        "30-broken.docx": broken[: len(broken) // 2],
        "31-nothing-in-it.txt": b"",
    }


def main() -> int:
    """Write the inbox, or check it. Gives 1 where something differs."""
    parser = argparse.ArgumentParser(description="Make the sample inbox.")
    parser.add_argument("--out", type=Path, default=INBOX)
    parser.add_argument("--check", action="store_true", help="write nothing; name the files that would change")
    args = parser.parse_args()
    files = build()
    there = {path.name: path.read_bytes() for path in args.out.iterdir()} if args.out.is_dir() else {}
    changed = sorted(name for name in {*files, *there} if files.get(name) != there.get(name))
    if args.check:
        print("\n".join(changed) or f"{len(files)} files as they should be")
        return 1 if changed else 0
    args.out.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (args.out / name).write_bytes(data)
    print(f"{len(files)} files, {sum(map(len, files.values())):,} bytes in {args.out}")
    strangers = sorted(there.keys() - files.keys())
    if strangers:
        print(f"Not of this inbox, left alone: {', '.join(strangers)}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
