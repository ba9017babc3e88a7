"""Build and check the corpus: `corpus.py build` compiles the letters, `check FILE...` checks some, `stats` counts."""

from __future__ import annotations

import argparse
import collections
import json
import statistics
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from classifier.errors import CorpusError  # noqa: E402
from classifier.referral.register import load_register  # noqa: E402
from classifier.taxonomy import taxonomy  # noqa: E402
from classifier.training.authored import read_authored  # noqa: E402

AUTHORED = ROOT / "corpora" / "authored"
LETTERS = ROOT / "corpora" / "letters"


def allowed() -> dict[str, set[str]]:
    """The labels that a letter may carry, by field."""
    return {
        "topics": set(taxonomy().topic_ids),
        "exemptions": set(taxonomy().ground_labels),
        "kind": set(taxonomy().kind_ids),
        "referral": set(load_register().rules),
    }


def faults(letter: dict[str, Any], labels: dict[str, set[str]]) -> list[str]:
    """What is wrong with one compiled letter, in words."""
    out = []
    if letter["kind"] not in labels["kind"]:
        out.append(f"kind {letter['kind']!r} is not in the taxonomy")
    out += [f"also {k!r} is not in the taxonomy" for k in letter["also"] if k not in labels["kind"]]
    for field in ("topics", "exemptions", "referral"):
        for holder in [letter, *letter["questions"]]:
            out += [f"{field}: {x!r} is not a known label" for x in holder[field] or [] if x not in labels[field]]
    for q in letter["questions"]:
        if q["kind"] == "request" and not q["topics"]:
            out.append(f"{q['id']}: a request without a topic")
    if letter["kind"] in ("new_request", "clarification_reply") and not any(
        q["kind"] == "request" for q in letter["questions"]
    ):
        out.append("a request letter without a <q> item")
    if not letter["text"].strip():
        out.append("no text")
    return out


def check(paths: list[Path], *, verbose: bool) -> int:
    """Print the faults of the authored files, and return how many there are."""
    labels, bad, seen = allowed(), 0, set()
    letters = 0
    for path in paths:
        try:
            for letter in read_authored(path):
                letters += 1
                wrong = faults(letter, labels)
                if letter["id"] in seen:
                    wrong.append("the id is used twice")
                seen.add(letter["id"])
                for fault in wrong:
                    bad += 1
                    print(f"{path.name}: {letter['id']}: {fault}")
                if verbose:
                    numbers = " ".join((q["number"] or "-") + q["kind"][0] for q in letter["questions"])
                    print(f"{letter['id']}: {letter['kind']} [{numbers}]")
        except CorpusError as e:
            bad += 1
            print(e)
    print(f"{letters} letters, {bad} faults")
    return bad


def build() -> int:
    """Compile all authored letters to `corpora/letters`, unless one has a fault. Returns how many faults there are."""
    LETTERS.mkdir(parents=True, exist_ok=True)
    paths = sorted(AUTHORED.glob("*.letters"))
    if bad := check(paths, verbose=False):
        return bad
    for old in LETTERS.glob("*.jsonl"):
        old.unlink()
    for path in paths:
        lines = [json.dumps(x, ensure_ascii=False, sort_keys=True) for x in read_authored(path)]
        (LETTERS / f"{path.stem}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    return 0


def stats() -> None:
    """Print what the corpus holds: letters, questions, voices, and each label's number."""
    letters = [x for p in sorted(AUTHORED.glob("*.letters")) for x in read_authored(p)]
    asks = [q for x in letters for q in x["questions"] if q["kind"] == "request"]
    requests = [x for x in letters if x["kind"] == "new_request"]
    words = sorted(len(x["text"].split()) for x in requests)
    print(f"{len(letters)} letters, {len(asks)} questions, {len({x['source'] for x in letters})} voices")
    if words:
        low, high = words[len(words) // 10], words[-len(words) // 10]
        print(f"requests: words median {statistics.median(words)}, p10 {low}, p90 {high}")
    for name, count in (
        ("kinds", collections.Counter(x["kind"] for x in letters)),
        ("items", collections.Counter(q["kind"] for x in letters for q in x["questions"])),
        ("topics", collections.Counter(t for q in asks for t in q["topics"])),
        ("grounds", collections.Counter(g for q in asks for g in q["exemptions"] or ["(none)"])),
        ("rules", collections.Counter(r for x in letters for r in x["referral"])),
        ("urgent", collections.Counter(x["urgent"] for x in letters)),
    ):
        print(f"{name}: " + ", ".join(f"{k} {n}" for k, n in count.most_common()))


def main() -> int:
    """The command; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("do", choices=["build", "check", "stats"])
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("-v", "--verbose", action="store_true", help="print what was read of each letter")
    given = parser.parse_intermixed_args()
    if given.do == "stats":
        stats()
        return 0
    if given.do == "build":
        return 1 if build() else 0
    return 1 if check(given.files or sorted(AUTHORED.glob("*.letters")), verbose=given.verbose) else 0


if __name__ == "__main__":
    sys.exit(main())
