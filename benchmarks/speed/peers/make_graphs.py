"""Writes the peers' graphs once: the public configurations with random weights, in float32 and in dynamic int8.

    python make_graphs.py OUT [OURS_FLOAT_GRAPH]   also writes our own float32 graph in 8-bit blocks (MatMulNBits)
"""
import logging
import sys
from pathlib import Path

import numpy as np
import onnx
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.matmul_nbits_quantizer import DefaultWeightOnlyQuantConfig, MatMulNBitsQuantizer

from deberta import Shape, graph, parameters

SHAPES = {
    "prompt-guard-2-86m": Shape(width=768, layers=12, heads=12, inner=3072, vocabulary=251000),  # mDeBERTa-v3-base
    "prompt-guard-2-22m": Shape(width=384, layers=12, heads=6, inner=1536, vocabulary=128100),  # DeBERTa-v3-xsmall
    "piguard": Shape(width=768, layers=12, heads=12, inner=3072, vocabulary=128100),  # DeBERTa-v3-base
}


def random_weights(shape: Shape) -> dict[str, np.ndarray]:
    random = np.random.default_rng(0)

    def values(name: str, dimensions: tuple[int, ...]) -> np.ndarray:
        if "LayerNorm" in name:
            return np.full(dimensions, name.endswith("weight"), np.float32)
        return random.standard_normal(dimensions, np.float32) * np.float32(0.02)

    return {name: values(name, dimensions) for name, dimensions in parameters(shape).items()}


def once(file: Path, write) -> None:
    """Writes under another name first, so that a run that was stopped leaves nothing half written."""
    if file.exists():
        return
    print(f"writing {file.name}", flush=True)
    part = file.with_suffix(".part")
    write(part)
    part.rename(file)


def in_blocks(source: Path, target: Path) -> None:
    settings = DefaultWeightOnlyQuantConfig(block_size=32, is_symmetric=True, accuracy_level=4, bits=8)
    quantizer = MatMulNBitsQuantizer(onnx.load(source), algo_config=settings)
    quantizer.process()
    onnx.save(quantizer.model.model, target)


def main(out: Path, ours: Path | None) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for name, shape in SHAPES.items():
        full = out / f"{name}.fp32.onnx"
        once(full, lambda file: onnx.save(graph(shape, random_weights(shape)), file))
        once(out / f"{name}.int8.onnx",
             lambda file: quantize_dynamic(full, file, weight_type=QuantType.QInt8))
    if ours is not None:
        once(ours.with_name(ours.name.replace("fp32", "nbits8")), lambda file: in_blocks(ours, file))


logging.disable()  # the quantiser names every tensor it leaves in float
main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
