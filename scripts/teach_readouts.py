"""Teach the encoder's readouts on the corpus: what beside the mean of a text's words tells its labels.

    python scripts/teach_readouts.py [--out models/encoder] [--epochs 6]
    python scripts/teach_readouts.py --compare [--out models/encoder]

Needs PyTorch (a maintainer's tool: nothing at run time does) and some 6 GB of memory. The encoder itself is left alone:
its vectors of every token are made once, and a small network learns to read them (`classifier/model/readout.py`). One
readout is for questions and one for letters; on the two of them and their vectors a linear layer gives a question's
topics, its grounds' odds and its rules, and on the letter's another one its kind and whether somebody is in danger. The
first layer is kept (`foi-triage train` refines it), the second is thrown away, since `train` fits its own.

A fifth of the voices is never shown to the network: the manifest names them, and every figure of the model card is
measured on them alone. `--compare` teaches nothing: it prints these figures with the readouts and without. What came
of it: `docs/models.md`. Another machine may give other weights: they are an input of `train`, which gives the same
bytes for the same ones.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from torch import nn

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from classifier.letters.kinds import kind_view
from classifier.model.encoder import WIDTH, Encoder
from classifier.model.readout import SHARP, Readout, Readouts, Taught
from classifier.model.store import Model, ModelWriter
from classifier.model.vectors import KeptVectors, PlainVectors
from classifier.referral.register import load_register
from classifier.resources import ENCODER, cache_folder, data_file
from classifier.tagging.views import views
from classifier.taxonomy import taxonomy
from classifier.training.build import SUMMED, fit_parts, fit_sums
from classifier.training.corpus import Example, corpus_files, examples, load
from classifier.training.held_out import held_out_figures
from classifier.training.odds import LetterOdds, load_odds
from classifier.training.rows import kind_rows, question_rows
from classifier.training.terms import load_terms

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from classifier.model.readout import Name
    from classifier.training.terms import Term

SEED = 20261122
UNSEEN = 5
"""One voice in so many is kept from the network."""
HEADS, KEPT, FEATURES = 16, 48, 256
QUESTION_TOKENS, LETTER_TOKENS = 96, 128
LETTERS_A_STEP, TERMS_A_STEP, TERMS_COUNT, DANGER_COUNT = 32, 16, 0.3, 0.3
RATE, DECAY, DROPOUT = 2e-3, 0.01, 0.25
LEFT_OUT = 0.05
"""The share of tokens that a reading leaves out, so that no single one decides."""
SCALE = 0.1
"""Brings features to the length of vectors, one or so, for the ridge regressions that read both."""


def is_unseen(voice: str) -> bool:
    """Whether a voice is kept from the network, by a hash of its name."""
    return hashlib.sha256(voice.encode()).digest()[0] % UNSEEN == 0


class Asked(NamedTuple):
    """A letter to learn from: its text, its questions' texts with their truths, its kind's number, and danger."""

    letter: str
    questions: list[str]
    truths: list[np.ndarray]
    kind: int
    danger: float


class Tokens:
    """The encoder's vectors of the tokens of every text, in half precision."""

    def __init__(self, encoder: Encoder, texts: Sequence[str]) -> None:
        self._of: dict[str, np.ndarray] = {}
        wanted = sorted(set(texts), key=len)
        for start in range(0, len(wanted), 256):
            part = wanted[start : start + 256]
            for text, shares in zip(part, encoder.shares(part), strict=True):
                self._of[text] = (shares * len(shares)).astype(np.float16)
        self._rng = np.random.default_rng(SEED + 1)

    def padded(self, texts: Sequence[str], limit: int) -> tuple[torch.Tensor, torch.Tensor]:
        """The vectors of the first tokens of texts, a few left out, and the mask of those that are there."""
        rows = [self._of[text][:limit] for text in texts]
        rows = [row[self._rng.random(len(row)) >= LEFT_OUT] if len(row) > 4 else row for row in rows]
        out = torch.zeros(len(rows), max(1, *map(len, rows)), WIDTH)
        mask = torch.zeros(out.shape[:2], dtype=torch.bool)
        for i, row in enumerate(rows):
            out[i, : len(row)] = torch.from_numpy(row.astype(np.float32))
            mask[i, : len(row)] = True
        return out, mask


class Reading(nn.Module):
    """`model.readout.Readout`, to be taught."""

    def __init__(self) -> None:
        super().__init__()
        self.heads = nn.Linear(WIDTH, HEADS, bias=False)
        self.take = nn.Linear(WIDTH, KEPT)
        self.join = nn.Linear(HEADS * KEPT + WIDTH, FEATURES)
        self.drop = nn.Dropout(DROPOUT)
        nn.init.normal_(self.heads.weight, std=0.02)
        with torch.no_grad():
            self.take.weight *= SHARP / 2

    def forward(self, tokens: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """The mean of the tokens, and the features, side by side."""
        mean = (tokens * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True)
        tokens = self.drop(tokens)
        scores = (SHARP * self.heads(tokens)).masked_fill(~mask[:, :, None], -1e4)
        seen = torch.einsum("btk,btd->bkd", scores.softmax(1), torch.relu(self.take(tokens))).flatten(1)
        return torch.cat([SHARP * mean, torch.relu(self.join(torch.cat([seen, SHARP * mean], 1)))], 1)

    def taught(self) -> Readout:
        """The weights, with features brought to `SCALE`."""
        w = [x.detach().numpy() for x in (self.heads.weight, self.take.weight, self.take.bias)]
        return Readout(*w, SCALE * self.join.weight.detach().numpy(), SCALE * self.join.bias.detach().numpy())


class Network(nn.Module):
    """Both readouts, and the linear layers on them."""

    def __init__(self, labels: int, kinds: int) -> None:
        super().__init__()
        self.question, self.letter = Reading(), Reading()
        self.labels = nn.Linear(2 * (WIDTH + FEATURES), labels)
        self.kinds = nn.Linear(WIDTH + FEATURES, kinds + 1)
        self.drop = nn.Dropout(DROPOUT)
        nn.init.constant_(self.labels.bias, -4.0)

    def weights(self) -> tuple[np.ndarray, np.ndarray]:
        """The first layer for vectors and features as the program has them: labels x columns, and biases."""
        columns = np.tile(np.r_[np.full(WIDTH, SHARP), np.full(FEATURES, 1 / SCALE)], 2)
        return self.labels.weight.detach().numpy() * columns, self.labels.bias.detach().numpy()


def asked(found: Sequence[Example], odds: Mapping[str, LetterOdds], labels: Mapping[str, list[str]]) -> list[Asked]:
    """What each letter teaches."""
    kinds = taxonomy().kind_ids
    out: list[Asked] = []
    for x in found:
        read = odds.get(x.gold.id)
        texts, truths = [], []
        for view, q, item in zip(
            views(x.gold.subject, x.letter.blind, x.questions), x.questions, x.labels, strict=False
        ):
            if q.kind == "request":
                likely = read.of(item.id) if read else dict.fromkeys(item.exemptions or (), 1.0)
                said = dict.fromkeys((*(item.topics or ()), *(item.referral or ())), 1.0) | dict(likely)
                texts.append(view.own)
                truths.append(np.array([said.get(label, 0.0) for of in labels.values() for label in of]))
        opening, _ = kind_view(x.gold.subject, x.letter.blind)
        out.append(Asked(opening, texts, truths, kinds.index(str(x.gold.kind)), float(bool(x.gold.urgent))))
    return out


def teach(
    letters: Sequence[Asked], terms: Sequence[Term], tokens: Tokens, labels: Mapping[str, list[str]], epochs: int
) -> Network:
    """The taught network. The rate rises over the first hundred steps and falls to nothing at the end."""
    torch.manual_seed(SEED)
    rng = np.random.default_rng(SEED)
    network = Network(sum(map(len, labels.values())), len(taxonomy().kind_ids))
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY)
    common = np.bincount([x.kind for x in letters], minlength=len(taxonomy().kind_ids))
    balance = torch.tensor(np.sqrt(len(letters) / np.maximum(common, 1) / len(common)), dtype=torch.float32)
    total = epochs * ((len(letters) + LETTERS_A_STEP - 1) // LETTERS_A_STEP)
    step, began = 0, time.monotonic()
    network.train()
    for epoch in range(epochs):
        order, losses = rng.permutation(len(letters)), []
        for start in range(0, len(order), LETTERS_A_STEP):
            for group in optimizer.param_groups:
                group["lr"] = RATE * min(1.0, step / 100) * (1 - step / total)
            batch = [letters[i] for i in order[start : start + LETTERS_A_STEP]]
            few = [terms[int(i)] for i in rng.choice(len(terms), TERMS_A_STEP, replace=False)]
            loss = _loss(network, batch, tokens, balance) + TERMS_COUNT * _term_loss(network, few, tokens)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            losses.append(loss.item())
            step += 1
        print(f"epoch {epoch + 1}: loss {np.mean(losses):.3f}, {time.monotonic() - began:.0f} s", flush=True)
    return network.eval()


def _loss(network: Network, batch: Sequence[Asked], tokens: Tokens, balance: torch.Tensor) -> torch.Tensor:
    letters = network.letter(*tokens.padded([x.letter for x in batch], LETTER_TOKENS))
    said = network.kinds(network.drop(letters))
    loss = nn.functional.cross_entropy(said[:, :-1], torch.tensor([x.kind for x in batch]), weight=balance)
    danger = torch.tensor([x.danger for x in batch])
    loss = loss + DANGER_COUNT * nn.functional.binary_cross_entropy_with_logits(said[:, -1], danger)
    texts = [text for x in batch for text in x.questions]
    if not texts:
        return loss
    owner = [i for i, x in enumerate(batch) for _ in x.questions]
    both = torch.cat([network.question(*tokens.padded(texts, QUESTION_TOKENS)), letters[owner]], 1)
    truth = torch.tensor(np.array([t for x in batch for t in x.truths]), dtype=torch.float32)
    wrong = nn.functional.binary_cross_entropy_with_logits(network.labels(network.drop(both)), truth, reduction="sum")
    return loss + wrong / len(texts)


def _term_loss(network: Network, few: Sequence[Term], tokens: Tokens) -> torch.Tensor:
    """Terms of `corpora/terms.toml`, as the words of questions whose letters say nothing."""
    topics = taxonomy().topic_ids
    read = network.question(*tokens.padded([term for term, _ in few], QUESTION_TOKENS))
    said = network.labels(network.drop(torch.cat([read, torch.zeros_like(read)], 1)))[:, : len(topics)]
    truth = torch.tensor([[float(x in names) for x in topics] for _, names in few])
    return nn.functional.binary_cross_entropy_with_logits(said, truth, reduction="sum") / len(few)


def write(network: Network, labels: Mapping[str, list[str]], unseen: Sequence[str], out: Path) -> None:
    """Put the readouts into the encoder's folder, beside what is there."""
    matrix, bias = network.weights()
    taught, at = {}, 0
    for part, of in labels.items():
        taught[part] = Taught(of, matrix[at : at + len(of)], bias[at : at + len(of)])
        at += len(of)
    readouts: dict[Name, Readout] = {"question": network.question.taught(), "letter": network.letter.taught()}
    before = Model.open(data_file(ENCODER))
    writer = ModelWriter(out)
    for name in ("encoder.onnx", "vocab.txt", "LICENSE.txt", "NOTICE.txt"):
        writer.copy(before.path(name))
    Readouts(readouts, taught).save(writer)
    kept = {k: before.manifest[k] for k in ("name", "weights_sha256")}
    model = writer.finish(**kept, unseen_voices=list(unseen))
    print(f"{out}: version {model.version}")


def compare(folder: Path) -> None:
    """Print what the labels come to on the voices that the readouts never saw, with them and without."""
    corpus = data_file("corpora")
    found = list(examples(load(corpus_files(corpus))))
    terms, odds = load_terms(corpus), load_odds(corpus)
    with KeptVectors(Encoder(folder, threads=2), cache_folder()) as kept:
        for name, encoder in (("without readouts", PlainVectors(kept)), ("with readouts", kept)):
            data, kinds = question_rows(found, encoder, terms, odds), kind_rows(found, encoder)
            report = dict(fit_parts(data, kinds, encoder))
            sums = {part: fit_sums(part, report[part], data) for part in SUMMED}
            print(f"{name}:")
            for f in held_out_figures(report, sums, data, kinds):
                print(f"  {f.name:60} {f.value:.3f}  ({f.low:.3f} to {f.high:.3f})  n {f.n}", flush=True)


def main() -> None:
    """Read the corpus, teach, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=data_file(ENCODER))
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--compare", action="store_true", help="print the figures with the readouts and without")
    given = parser.parse_args()
    if given.compare:
        compare(given.out)
        return
    corpus = data_file("corpora")
    found = list(examples(load(corpus_files(corpus))))
    unseen = sorted({x.gold.source for x in found if is_unseen(x.gold.source)})
    print(f"{len(found)} letters; never shown: {', '.join(unseen)}")
    labels = {
        "topics": taxonomy().topic_ids,
        "grounds": taxonomy().ground_labels,
        "rules": list(load_register().rules),
    }
    letters = asked([x for x in found if not is_unseen(x.gold.source)], load_odds(corpus), labels)
    terms = load_terms(corpus)
    texts = [x.letter for x in letters] + [q for x in letters for q in x.questions] + [term for term, _ in terms]
    tokens = Tokens(Encoder(data_file(ENCODER), threads=2), texts)
    print("every token's vector is made", flush=True)
    write(teach(letters, terms, tokens, labels, given.epochs), labels, unseen, given.out)


if __name__ == "__main__":
    main()
