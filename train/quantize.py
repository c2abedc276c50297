"""Turn an exported network's convolutions into 8-bit arithmetic: half the file, twice as fast.

    python train/quantize.py FLOAT.onnx OUT.onnx PACK [--photographs 64]

`FLOAT.onnx` is what `export.py` wrote; `PACK` is the folder of photographs and shapes that training used. The
ranges of what flows through the network are read off some training photographs with holes; weights are scaled
per channel (Krishnamoorthi, Quantizing deep convolutional networks for efficient inference, 2018). The first
convolution and the last stay as they are: there an error is seen at once, and they are a small part of the
time.

Weights use seven of their eight bits. Processors without VNNI add two products in sixteen bits, which would
overflow with eight; so every processor gets the same sums.
"""

from __future__ import annotations

import argparse
import hashlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from masks import Shapes, make_bank
from network import STRIDE
from numpy.typing import NDArray
from onnx import numpy_helper, shape_inference
from onnxruntime import quantization
from PIL import Image

import photographs

SEED = 78
"""Of the photographs and holes that ranges are read off."""
SIDES = (96, 256)
"""Longer side of what the network sees in use, from and to."""

Inputs = dict[str, NDArray[np.float32]]


class Readings(quantization.CalibrationDataReader):  # type: ignore[misc]
    """Training photographs with holes, as the network sees them in use.

    Parameters
    ----------
    pack : Path
        Folder of ``photos-0.npz`` and ``shapes.npz``.
    count : int
        How many to show.
    """

    def __init__(self, pack: Path, count: int) -> None:
        shown = photographs.load([pack / "photos-0.npz"])
        random = np.random.default_rng(SEED)
        chosen = random.choice(len(shown.pixels), count, replace=False)
        holes = make_bank(Shapes.load(pack / "shapes.npz"), count, seed=SEED)
        self._inputs: Iterator[Inputs] = (
            _shrink(
                shown.pixels[index, : shown.sizes[index, 0], : shown.sizes[index, 1]],
                hole,
                int(random.integers(*SIDES, endpoint=True)),
            )
            for index, hole in zip(chosen, holes, strict=True)
        )

    def get_next(self) -> Inputs | None:
        """Return the next photograph, or None after the last."""
        return next(self._inputs, None)


def _shrink(photo: NDArray[np.uint8], hole: NDArray[np.bool_], side: int) -> Inputs:
    """Bring a photograph and a hole to a longer side, and to multiples of the network's stride."""
    scale = side / max(photo.shape[:2])
    height, width = (max(STRIDE, round(length * scale / STRIDE) * STRIDE) for length in photo.shape[:2])
    shrunk = Image.fromarray(photo).resize((width, height), Image.Resampling.BOX)
    image = np.asarray(shrunk, np.float32) / np.float32(255)
    mask = np.asarray(Image.fromarray(hole).resize((width, height)), np.float32)
    return {"image": (image * (1 - mask[..., None])).transpose(2, 0, 1)[None], "hole": mask[None, None]}


def widen(model: onnx.ModelProto) -> onnx.ModelProto:
    """Undo `export.halve`: weights in single precision, without casts before their use."""
    graph = model.graph
    halves = {weight.name: weight for weight in graph.initializer}
    for cast in [node for node in graph.node if node.op_type == "Cast" and node.input[0] in halves]:
        half = halves[cast.input[0]]
        values = numpy_helper.to_array(half).astype(np.float32)
        graph.initializer.append(numpy_helper.from_array(values, cast.output[0]))
        graph.initializer.remove(half)
        graph.node.remove(cast)
    return model


def quantize(model: onnx.ModelProto, path: Path, readings: Readings) -> None:
    """Write the model with its convolutions in eight bits to `path`."""
    convolutions = [node.name for node in model.graph.node if node.op_type == "Conv"]
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "float.onnx"
        onnx.save(shape_inference.infer_shapes(model), whole)
        quantization.quantize_static(
            str(whole), str(path), readings, op_types_to_quantize=["Conv"], per_channel=True,
            nodes_to_exclude=[convolutions[0], convolutions[-1]], reduce_range=True,
            activation_type=quantization.QuantType.QUInt8, weight_type=quantization.QuantType.QInt8,
        )  # fmt: skip
    made = onnx.load(path)
    made.producer_name, made.doc_string = model.producer_name, model.doc_string
    onnx.checker.check_model(made, full_check=True)
    onnx.save(made, path)


def mean_difference(one: Path, other: Path, readings: Readings) -> float:
    """Return how far the two networks' fills differ inside the holes, in 8-bit levels."""
    sessions = [
        onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"]) for path in (one, other)
    ]
    differences = []
    while (inputs := readings.get_next()) is not None:
        first, second = (session.run(["fill"], inputs)[0] for session in sessions)
        inside = np.broadcast_to(inputs["hole"] > 0, first.shape)
        differences.append(float(np.abs(first - second)[inside].mean()))
    return 255 * float(np.mean(differences))


def main() -> None:
    """Quantize, compare and print the checksum."""
    parser = argparse.ArgumentParser(description="Turn convolutions into 8-bit arithmetic.")
    parser.add_argument("float", type=Path, help="what export.py wrote")
    parser.add_argument("out", type=Path)
    parser.add_argument("pack", type=Path, help="folder of photos-0.npz and shapes.npz")
    parser.add_argument("--photographs", type=int, default=64, help="how many ranges are read off")
    args = parser.parse_args()
    args.out.parent.mkdir(parents=True, exist_ok=True)
    quantize(widen(onnx.load(args.float)), args.out, Readings(args.pack, args.photographs))
    print(f"{args.out.stat().st_size:,} bytes, sha256 {hashlib.sha256(args.out.read_bytes()).hexdigest()}")
    difference = mean_difference(args.float, args.out, Readings(args.pack, args.photographs))
    print(f"mean difference inside the holes {difference:.2f} levels")


if __name__ == "__main__":
    main()
