"""A second reading of the corpus: blind sheets out, labels in, agreement between two readings.

    python scripts/annotate.py sheets DIR          letters without labels, one text file a voice, items in ⟦q1: …⟧
    python scripts/annotate.py labels DIR          the labels as they stand, in the form below
    python scripts/annotate.py agree A B           how far two folders of labels agree
    python scripts/annotate.py resolve A B C DIR   the labels that two readings and the decisions between them (C) give
    python scripts/annotate.py apply DIR           write labels into corpora/authored

What two readings give: a ground stands where both name it, since a letter's real answer has fewer than either would
consider; topics beside the main one are the second reading's, made by the sharper guideline; where kinds, main topics
or rules differ, a third person decided (C: lines of letter, what, labels, parted by tabs).

The form, tab-separated, one file a voice; `-` stands for none, several labels are joined by commas, kinds by `+`:

    @@ letter-id    kind+also    urgent yes|no    the letter's topics, main one first
    q1              topics       grounds          referral rules
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from classifier.training.corpus import corpus_files, load

if TYPE_CHECKING:
    from classifier.records import LabelledLetter

ROOT = Path(__file__).resolve().parents[1]
AUTHORED = ROOT / "corpora" / "authored"
_TAG = re.compile(r"<(q|format|scope|remark)((?:\s+[a-z]+=\"[^\"\n]*\")*)\s*>")
_ATTRIBUTE = re.compile(r"([a-z]+)=\"([^\"\n]*)\"")
_BLOCK = re.compile(r"^@@ *(\S+)[^\n]*\n", re.MULTILINE)


class Item(NamedTuple):
    """One reading of a request."""

    topics: tuple[str, ...]
    grounds: tuple[str, ...]
    rules: tuple[str, ...]


class Reading(NamedTuple):
    """One reading of a letter. `kinds`: the kind, then what else it is."""

    kinds: tuple[str, ...]
    urgent: bool
    topics: tuple[str, ...]
    items: dict[str, Item]


def sheets(letters: list[LabelledLetter], out: Path) -> None:
    """Write blind sheets."""
    pages: dict[str, list[str]] = {}
    for x in letters:
        text = x.text
        for q in reversed([q for q in x.questions or () if q.kind == "request" and q.span]):
            a, b = q.span or (0, 0)
            text = f"{text[:a]}⟦{q.id}: {text[a:b]}⟧{text[b:]}"
        page = pages.setdefault(x.source, [])
        page.append(f"@@ {x.id}\nfrom: {x.sender}   subject: {x.subject}\n{text.strip()}\n")
    out.mkdir(parents=True, exist_ok=True)
    for voice, page in pages.items():
        (out / f"{voice}.txt").write_text("\n".join(page), encoding="utf-8")


def labels(letters: list[LabelledLetter]) -> dict[str, Reading]:
    """The labels as they stand."""
    return {
        x.id: Reading(
            (x.kind or "-", *(x.also or ())),
            bool(x.urgent),
            x.topics or (),
            {
                q.id: Item(q.topics or (), q.exemptions or (), q.referral or ())
                for q in x.questions or ()
                if q.kind == "request"
            },
        )
        for x in letters
    }


def _put(given: tuple[str, ...] | None) -> str:
    return ",".join(given or ()) or "-"


def read(folder: Path) -> dict[str, Reading]:
    """The readings of a folder, by letter."""
    out: dict[str, Reading] = {}
    for path in sorted(folder.glob("*.tsv")):
        now: Reading | None = None
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if not line.strip():
                continue
            cells = line.split("\t")
            if len(cells) != 4:
                sys.exit(f"{path}, line {number}: four cells are wanted, parted by tabs")
            if line.startswith("@@"):
                now = Reading(tuple(cells[1].split("+")), cells[2] == "yes", _get(cells[3]), {})
                out[cells[0][2:].strip()] = now
            elif now is None:
                sys.exit(f"{path}, line {number}: an item before any letter")
            else:
                now.items[cells[0]] = Item(_get(cells[1]), _get(cells[2]), _get(cells[3]))
    return out


def _get(cell: str) -> tuple[str, ...]:
    return () if cell.strip() == "-" else tuple(cell.strip().split(","))


def agree(one: dict[str, Reading], two: dict[str, Reading]) -> None:
    """Print the agreement of two readings on the letters that both hold."""
    both = [(one[i], two[i]) for i in sorted(one.keys() & two.keys())]
    items = [(a.items[i], b.items[i]) for a, b in both for i in a.items.keys() & b.items.keys()]
    print(f"letters {len(both)}, items {len(items)}")
    print(f"kind of message     same {_share([a.kinds[0] == b.kinds[0] for a, b in both])}")
    print(f"urgent              same {_share([a.urgent == b.urgent for a, b in both])}")
    with_topics = [(a, b) for a, b in both if a.topics and b.topics]
    print(f"letter's topics     F1 {_f1([(a.topics, b.topics) for a, b in with_topics])}", end="   ")
    print(f"main one same {_share([a.topics[0] == b.topics[0] for a, b in with_topics])}", end="   ")
    print(f"one's main among the other's {_share([a.topics[0] in b.topics for a, b in with_topics])}")
    named = [(a, b) for a, b in items if a.topics and b.topics]
    print(f"item's topics       F1 {_f1([(a.topics, b.topics) for a, b in items])}", end="   ")
    print(f"main one same {_share([a.topics[0] == b.topics[0] for a, b in named])}")
    print(f"item's grounds      F1 {_f1([(a.grounds, b.grounds) for a, b in items])}", end="   ")
    print(f"same set {_share([set(a.grounds) == set(b.grounds) for a, b in items])}")
    print(f"item's rules        F1 {_f1([(a.rules, b.rules) for a, b in items])}")


def _share(right: list[bool]) -> str:
    return f"{sum(right) / max(1, len(right)):.3f}"


def _f1(pairs: list[tuple[tuple[str, ...], tuple[str, ...]]]) -> str:
    hit = sum(len(set(a) & set(b)) for a, b in pairs)
    return f"{2 * hit / max(1, sum(len(a) + len(b) for a, b in pairs)):.3f}"


def resolve(
    one: dict[str, Reading], two: dict[str, Reading], decided: dict[tuple[str, str], str]
) -> dict[str, Reading]:
    """The labels of letters that were read twice."""
    out: dict[str, Reading] = {}
    for name, b in two.items():
        a = one[name]
        items: dict[str, Item] = {}
        for i, y in b.items.items():
            x = a.items[i]
            given, rules = decided.get((name, f"{i} topics")), decided.get((name, f"{i} rules"))
            items[i] = Item(
                _get(given) if given else y.topics or x.topics,
                tuple(g for g in y.grounds if g in x.grounds),
                _get(rules) if rules else x.rules,
            )
        kinds, topics = decided.get((name, "kind")), decided.get((name, "letter topics"))
        out[name] = Reading(
            tuple(kinds.split("+")) if kinds else a.kinds, a.urgent, _get(topics) if topics else b.topics, items
        )
    return out


def decisions(folder: Path) -> dict[tuple[str, str], str]:
    """What was decided between two readings, by letter and what it is about."""
    lines = [x for path in sorted(folder.glob("*.tsv")) for x in path.read_text(encoding="utf-8").splitlines()]
    cells = [x.split("\t") for x in lines if x.strip()]
    return {(name, what): labels for name, what, labels in cells}


def write(readings: dict[str, Reading], out: Path) -> None:
    """Write readings in the form above, a file a voice (a letter's id without its number)."""
    lines: dict[str, list[str]] = {}
    for name, x in readings.items():
        mine = lines.setdefault(name.rpartition("-")[0], [])
        mine.append("\t".join([f"@@ {name}", "+".join(x.kinds), "yes" if x.urgent else "no", _put(x.topics)]))
        mine += ["\t".join([i, _put(q.topics), _put(q.grounds), _put(q.rules)]) for i, q in x.items.items()]
    out.mkdir(parents=True, exist_ok=True)
    for voice, mine in lines.items():
        (out / f"{voice}.tsv").write_text("\n".join(mine) + "\n", encoding="utf-8")


def apply(readings: dict[str, Reading]) -> None:
    """Write readings into the authored letters: the items' attributes and the letters' header lines."""
    for path in sorted(AUTHORED.glob("*.letters")):
        text = path.read_text(encoding="utf-8")
        starts = [m.start() for m in _BLOCK.finditer(text)]
        blocks = [text[a:b] for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]
        new = text[: starts[0]] + "".join(_block(block, readings) for block in blocks)
        if new != text:
            path.write_text(new, encoding="utf-8", newline="\n")


def _block(block: str, readings: dict[str, Reading]) -> str:
    first = _BLOCK.match(block)
    if first is None or (reading := readings.get(first[1])) is None:
        return block
    head, sep, body = block.partition("\n--\n")
    count = 0

    def tag(m: re.Match[str]) -> str:
        nonlocal count
        count += 1
        item = reading.items.get(f"q{count}")
        if m[1] != "q" or item is None:
            return m[0]
        kept = [(k, v) for k, v in _ATTRIBUTE.findall(m[2]) if k not in "txr"]
        given = [("t", item.topics), ("x", item.grounds), ("r", item.rules)]
        return "<q" + "".join(f' {k}="{v}"' for k, v in [*kept, *((k, " ".join(v)) for k, v in given if v)]) + ">"

    lines = [x for x in head.split("\n") if not x.startswith(("kind:", "also:", "urgent:", "topics:"))]
    lines.append(f"kind: {reading.kinds[0]}")
    if len(reading.kinds) > 1:
        lines.append(f"also: {' '.join(reading.kinds[1:])}")
    if reading.urgent:
        lines.append("urgent: yes")
    if reading.topics:
        lines.append(f"topics: {' '.join(reading.topics)}")
    return "\n".join(lines) + sep + _TAG.sub(tag, body)


def main(arguments: list[str]) -> None:
    """Run one of the tasks above."""
    match arguments:
        case ["sheets", out]:
            sheets(load(corpus_files(ROOT / "corpora")), Path(out))
        case ["labels", out]:
            write(labels(load(corpus_files(ROOT / "corpora"))), Path(out))
        case ["agree", one, two]:
            agree(read(Path(one)), read(Path(two)))
        case ["resolve", one, two, decided, out]:
            write(resolve(read(Path(one)), read(Path(two)), decisions(Path(decided))), Path(out))
        case ["apply", folder]:
            apply(read(Path(folder)))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
