"""The inference graph of a DeBERTa-v3 text classifier, as transformers' DebertaV2ForSequenceClassification computes it.

`graph(shape, weights)` takes the weights by transformers' names; `check_deberta.py` compares it with transformers itself.
"""
from dataclasses import dataclass

import numpy as np
from onnx import ModelProto, TensorProto, helper, numpy_helper

OPSET = 20  # the first with Gelu as one operator, which ONNX Runtime would fuse the export's Erf into anyway
LONGEST = 512
BUCKETS = 256


@dataclass(frozen=True)
class Shape:
    width: int
    layers: int
    heads: int
    inner: int
    vocabulary: int


def parameters(shape: Shape) -> dict[str, tuple[int, ...]]:
    """Name and shape of every weight."""
    width, inner = shape.width, shape.inner
    named: dict[str, tuple[int, ...]] = {"deberta.embeddings.word_embeddings.weight": (shape.vocabulary, width)}

    def linear(name: str, outputs: int, inputs: int) -> None:
        named.update({f"{name}.weight": (outputs, inputs), f"{name}.bias": (outputs,)})

    def norm(name: str) -> None:
        named.update({f"{name}.weight": (width,), f"{name}.bias": (width,)})

    norm("deberta.embeddings.LayerNorm")
    named["deberta.encoder.rel_embeddings.weight"] = (2 * BUCKETS, width)
    norm("deberta.encoder.LayerNorm")
    for layer in range(shape.layers):
        at = f"deberta.encoder.layer.{layer}"
        for part in ("query", "key", "value"):
            linear(f"{at}.attention.self.{part}_proj", width, width)
        linear(f"{at}.attention.output.dense", width, width)
        norm(f"{at}.attention.output.LayerNorm")
        linear(f"{at}.intermediate.dense", inner, width)
        linear(f"{at}.output.dense", width, inner)
        norm(f"{at}.output.LayerNorm")
    linear("pooler.dense", width, width)
    linear("classifier", 2, width)
    return named


def graph(shape: Shape, weights: dict[str, np.ndarray]) -> ModelProto:
    """input_ids and attention_mask int64 [batch, tokens] to logits float32 [batch, 2]; up to 512 tokens."""
    nodes, constants = [], {}

    def constant(name: str, value: np.ndarray) -> str:
        constants.setdefault(name, numpy_helper.from_array(np.asarray(value, order="C"), name))
        return name

    def node(kind: str, *inputs: str, **attributes) -> str:
        output = attributes.pop("output", f"{kind}_{len(nodes)}")
        nodes.append(helper.make_node(kind, list(inputs), [output], name=output, **attributes))
        return output

    def ints(*values: int) -> str:
        return constant("ints_" + "_".join(map(str, values)), np.array(values, np.int64))

    def linear(name: str, rows: str) -> str:
        product = node("MatMul", rows, constant(f"{name}.transposed", weights[f"{name}.weight"].T))
        return node("Add", product, constant(f"{name}.bias", weights[f"{name}.bias"]))

    def norm(name: str, rows: str) -> str:
        scale, shift = (constant(f"{name}.{part}", weights[f"{name}.{part}"]) for part in ("weight", "bias"))
        return node("LayerNormalization", rows, scale, shift, axis=-1, epsilon=1e-7)

    size = shape.width // shape.heads
    scale = constant("scale", np.array(np.sqrt(size * 3), np.float32))  # 3: content, c2p and p2c

    def heads(rows: str) -> str:
        """[batch, n, width] to [batch, heads, n, size]."""
        return node("Transpose", node("Reshape", rows, ints(0, 0, shape.heads, size)), perm=[0, 2, 1, 3])

    tokens = node("Shape", "input_ids", start=1, end=2)
    batch = node("Shape", "input_ids", start=0, end=1)
    positions = buckets()
    square = node("Concat", tokens, tokens, axis=0)
    fan_out = node("Concat", batch, ints(shape.heads), tokens, tokens, axis=0)

    def gather_indices(name: str, table: np.ndarray) -> str:
        """The table's corner [tokens, tokens], for each head."""
        corner = node("Slice", constant(name, table), ints(0, 0), square, ints(0, 1))
        return node("Expand", corner, fan_out)

    content_to_position = gather_indices("c2p", np.clip(positions + BUCKETS, 0, 2 * BUCKETS - 1))
    position_to_content = gather_indices("p2c", np.clip(-positions + BUCKETS, 0, 2 * BUCKETS - 1))

    mask = node("Cast", "attention_mask", to=TensorProto.FLOAT)
    pair = node("Mul", node("Unsqueeze", mask, ints(1, 3)), node("Unsqueeze", mask, ints(1, 2)))
    blocked = node("Mul", node("Sub", constant("one", np.array(1, np.float32)), pair),
                   constant("lowest", np.array(np.finfo(np.float32).min, np.float32)))

    table = constant("embedding", weights["deberta.embeddings.word_embeddings.weight"])
    hidden = norm("deberta.embeddings.LayerNorm", node("Gather", table, "input_ids"))
    hidden = node("Mul", hidden, node("Unsqueeze", mask, ints(2)))
    relative = norm("deberta.encoder.LayerNorm",
                    constant("relative", weights["deberta.encoder.rel_embeddings.weight"][None]))

    for layer in range(shape.layers):
        at = f"deberta.encoder.layer.{layer}"
        query, key, value = (heads(linear(f"{at}.attention.self.{part}_proj", hidden)) for part in
                             ("query", "key", "value"))
        position_key, position_query = (heads(linear(f"{at}.attention.self.{part}_proj", relative)) for part in
                                        ("key", "query"))

        def against(left: str, right: str) -> str:
            return node("MatMul", left, node("Transpose", right, perm=[0, 1, 3, 2]))

        c2p = node("GatherElements", against(query, position_key), content_to_position, axis=-1)
        p2c_by_key = node("GatherElements", against(key, position_query), position_to_content, axis=-1)
        p2c = node("Transpose", p2c_by_key, perm=[0, 1, 3, 2])
        scores = node("Div", node("Add", node("Add", against(query, key), c2p), p2c), scale)
        shares = node("Softmax", node("Add", scores, blocked), axis=-1)
        mixed = node("Reshape", node("Transpose", node("MatMul", shares, value), perm=[0, 2, 1, 3]),
                     ints(0, 0, shape.width))
        attended = linear(f"{at}.attention.output.dense", mixed)
        hidden = norm(f"{at}.attention.output.LayerNorm", node("Add", attended, hidden))
        inner = node("Gelu", linear(f"{at}.intermediate.dense", hidden))
        hidden = norm(f"{at}.output.LayerNorm", node("Add", linear(f"{at}.output.dense", inner), hidden))

    first = node("Gather", hidden, constant("first", np.array(0, np.int64)), axis=1)
    pooled = node("Gelu", linear("pooler.dense", first))
    node("Identity", linear("classifier", pooled), output="logits")
    ids = [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"])
           for name in ("input_ids", "attention_mask")]
    logits = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 2])
    body = helper.make_graph(nodes, "deberta", ids, [logits], list(constants.values()))
    return helper.make_model(body, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=9)


def buckets() -> np.ndarray:
    """Relative positions query - key, [512, 512], beyond half the buckets on a logarithmic scale."""
    at = np.arange(LONGEST)
    relative = at[:, None] - at[None, :]
    middle = BUCKETS // 2
    near = (relative < middle) & (relative > -middle)
    distance = np.where(near, middle - 1, np.abs(relative))
    far = np.ceil(np.log(distance / middle) / np.log((LONGEST - 1) / middle) * (middle - 1)) + middle
    return np.where(np.abs(relative) < middle, relative, (far * np.sign(relative))).astype(np.int64)
