"""Tiny networks that take and give what LaMa's and MI-GAN's files do.

What they paint is simple to tell: the mean colour of what they were shown as known, brighter from left to
right by as much as `slope` says.
"""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

__all__ = ["tiny_lama", "tiny_migan"]

Shape = list[int | str]


class _Graph:
    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, values: Any, kind: type = np.float32) -> str:
        name = f"constant{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(values, kind), name))
        return name

    def add(self, kind: str, *inputs: str, out: str | None = None, **attributes: Any) -> str:
        name = out or f"value{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def save(
        self, path: Path, kind: int, image: Shape, mask: Shape, names: tuple[str, str], out: str
    ) -> Path:
        inputs = [
            helper.make_tensor_value_info(name, kind, shape)
            for name, shape in zip(names, (image, mask), strict=True)
        ]
        output = helper.make_tensor_value_info(out, kind, image)
        graph = helper.make_graph(self.nodes, "tiny", inputs, [output], self.constants)
        onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
        return path

    def paint(self, image: str, hole: str, slope: float) -> str:
        """Return image float (n, 3, h, w), its hole (1 in the hole) painted."""
        known = self.add("Sub", self.constant(1), hole)
        axes = self.constant([2, 3], np.int64)
        total = self.add("ReduceSum", self.add("Mul", image, known), axes, keepdims=1)
        mean = self.add("Div", total, self.add("ReduceSum", known, axes, keepdims=1))
        # 0 at the left and `slope` at the right: a running sum of ones over the width.
        ones = self.add("Add", known, hole)
        at = self.add("CumSum", ones, self.constant(3, np.int64), exclusive=1)
        across = self.add("Div", at, self.add("ReduceSum", ones, self.constant([3], np.int64), keepdims=1))
        ramp = self.add("Add", mean, self.add("Mul", across, self.constant(slope)))
        return self.add("Add", self.add("Mul", image, known), self.add("Mul", ramp, hole))


def tiny_lama(
    path: Path,
    *,
    side: int = 512,
    slope: float = 0.0,
    names: tuple[str, str] = ("image", "mask"),
    channels: int = 3,
    cut: int = 0,
    hungry: bool = False,
) -> Path:
    """Write a network of LaMa's contract; what is not by default is wrong with it."""
    graph = _Graph()
    image = graph.add("Identity", names[0])
    if channels != 3:
        image = graph.add("Slice", image, *(graph.constant([n], np.int64) for n in (0, 3, 1)))
    painted = graph.add("Mul", graph.paint(image, names[1], slope), graph.constant(255))
    if hungry:  # some 3 GB
        many = graph.add("Tile", image, graph.constant([1, 1, 1, 1000], np.int64))
        painted = graph.add("Add", painted, graph.add("ReduceMax", many, axes=[1, 2, 3], keepdims=1))
    if cut:
        sides = graph.constant([0, cut], np.int64), graph.constant([side, side], np.int64)
        painted = graph.add("Slice", painted, *sides, graph.constant([2, 3], np.int64))
    graph.add("Identity", painted, out="output")
    shapes: tuple[Shape, Shape] = ["batch", channels, side, side], ["batch", 1, side, side]
    return graph.save(path, TensorProto.FLOAT, *shapes, names, "output")


def tiny_migan(path: Path, *, slope: float = 0.0) -> Path:
    """Write a network of MI-GAN's contract."""
    graph = _Graph()
    image = graph.add("Cast", "image", to=TensorProto.FLOAT)
    above = graph.add("Greater", "mask", graph.constant(127, np.uint8))
    kept = graph.add("Cast", above, to=TensorProto.FLOAT)
    hole = graph.add("Sub", graph.constant(1), kept)
    painted = graph.paint(image, hole, slope * 255)
    whole = graph.add("Clip", graph.add("Round", painted), graph.constant(0), graph.constant(255))
    graph.add("Cast", whole, out="result", to=TensorProto.UINT8)
    shapes: tuple[Shape, Shape] = ["batch", 3, "height", "width"], ["batch", 1, "height", "width"]
    return graph.save(path, TensorProto.UINT8, *shapes, ("image", "mask"), "result")
