"""Write a trained generator as an ONNX file that any runtime reads, and check it against PyTorch.

    python train/export.py RUN OUT.onnx

`RUN` is a checkpoint file, or the folder of a carried one. Weights are stored in half precision behind a cast
to single, which every runtime folds while loading: half the size on disk, nothing lost while computing.
The contract of the file is in docs/model-card.md.
"""

from __future__ import annotations

import argparse
import hashlib
import warnings
from pathlib import Path
from typing import Any

import checkpoint
import numpy as np
import onnx
import onnxruntime
import torch
from network import STRIDE, Generator, count_parameters
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

OPSET = 17
SIZES = ((256, 256), (192, 256), (256, 136), (64, 64), (8, 40))
"""Heights and widths at which the file is checked."""


class Contract(nn.Module):
    """The generator behind the ranges that callers use: colours and errors between 0 and 1."""

    def __init__(self, generator: Generator) -> None:
        super().__init__()
        self.generator = generator

    def forward(self, image: Tensor, hole: Tensor) -> tuple[Tensor, Tensor]:
        """Return the fill (n, 3, h, w) and its expected absolute error (n, 1, h, w)."""
        made = self.generator(image * 2 - 1, hole)
        return ((made.rgb + 1) / 2).clamp(0, 1), torch.exp(made.spread.clamp(-7, 2)) / 2


def load_generator(run: Path) -> Generator:
    """Return the averaged generator of a checkpoint, ready to paint."""
    state: dict[str, Any] = checkpoint.load(run)
    shape = state["config"]["network"]
    generator = Generator(widths=tuple(shape["widths"]), body=shape["body"], heads=shape["heads"])
    generator.load_state_dict(state["average"])
    generator.eval()
    return generator


def halve(model: onnx.ModelProto) -> onnx.ModelProto:
    """Store every large weight in half precision, with a cast to single before its use."""
    graph, casts = model.graph, []
    for weight in list(graph.initializer):
        values = numpy_helper.to_array(weight)
        if values.dtype != np.float32 or values.size < 16:
            continue
        half = numpy_helper.from_array(values.astype(np.float16), f"{weight.name}.half")
        casts.append(helper.make_node("Cast", [half.name], [weight.name], to=TensorProto.FLOAT))
        graph.initializer.remove(weight)
        graph.initializer.append(half)
    for cast in reversed(casts):
        graph.node.insert(0, cast)
    onnx.checker.check_model(model, full_check=True)
    return model


def export(generator: Generator, path: Path) -> None:
    """Write `generator` to `path`."""
    names = {"image": {0: "batch", 2: "height", 3: "width"}, "hole": {0: "batch", 2: "height", 3: "width"}}
    names |= {"fill": names["image"], "error": names["image"]}
    example = (torch.zeros(1, 3, 64, 96), torch.ones(1, 1, 64, 96))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # tracing warns of shapes that the stride makes constant
        torch.onnx.export(
            Contract(generator), example, str(path), dynamo=False, opset_version=OPSET,
            input_names=["image", "hole"], output_names=["fill", "error"], dynamic_axes=names,
        )  # fmt: skip
    model = halve(onnx.load(path))
    model.producer_name, model.doc_string = "wuhen", "Coarse fill of a hole. Contract: docs/model-card.md."
    onnx.save(model, path)


def largest_difference(generator: Generator, path: Path) -> float:
    """Return the largest difference of the file's outputs from PyTorch's, over `SIZES` and a batch of two."""
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    contract, random, worst = Contract(generator), np.random.default_rng(0), 0.0
    for height, width in SIZES:
        image = random.random((2, 3, height, width), np.float32)
        hole = (random.random((2, 1, height, width)) < 0.4).astype(np.float32)
        with torch.no_grad():
            expected = contract(torch.from_numpy(image), torch.from_numpy(hole))
        for found, right in zip(session.run(None, {"image": image, "hole": hole}), expected, strict=True):
            worst = max(worst, float(np.abs(found - right.numpy()).max()))
    return worst


def main() -> None:
    """Export, check and print the checksum."""
    parser = argparse.ArgumentParser(description="Export the generator as ONNX.")
    parser.add_argument("run", type=Path, help="a checkpoint.pt, or a folder of checkpoint.part files")
    parser.add_argument("out", type=Path)
    args = parser.parse_args()
    generator = load_generator(args.run)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    export(generator, args.out)
    print(f"{count_parameters(generator):,} values, sizes are multiples of {STRIDE}")
    print(f"{args.out.stat().st_size:,} bytes, sha256 {hashlib.sha256(args.out.read_bytes()).hexdigest()}")
    print(f"largest difference from PyTorch {largest_difference(generator, args.out):.2e}")


if __name__ == "__main__":
    main()
