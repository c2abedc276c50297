"""Tiny networks that take and give what the files of LaMa, MI-GAN and MobileSAM do.

What the first two paint is simple to tell: the mean colour of what they were shown as known, brighter from
left to right by as much as `slope` says. What the last selects is, too: whatever has the colour of a click on
the object, and not that of a click beside it.
"""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

__all__ = ["tiny_lama", "tiny_migan", "tiny_sam"]

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

    def write(self, path: Path, inputs: dict[str, Shape], outputs: dict[str, Shape]) -> Path:
        """Save a graph of floating-point numbers."""
        taken, given = (
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in ports.items()]
            for ports in (inputs, outputs)
        )
        graph = helper.make_graph(self.nodes, "tiny", taken, given, self.constants)
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


def tiny_sam(folder: Path) -> tuple[Path, Path]:
    """Write encoder and decoder of MobileSAM's contract, by the names of its files."""
    folder.mkdir(parents=True, exist_ok=True)
    return _sam_encoder(folder / "mobile_sam_image_encoder.onnx"), _sam_decoder(
        folder / "sam_mask_decoder_single.onnx"
    )


def _sam_encoder(path: Path) -> Path:
    """The picture, beside and below it black up to 1024 pixels, in cells of 16: three channels of 256."""
    graph = _Graph()
    planes = graph.add("Unsqueeze", graph.add("Transpose", "input_image", perm=[2, 0, 1]), *_axes(graph, 0))
    size = graph.add("Shape", planes)
    missing = graph.add("Sub", graph.constant([1, 3, 1024, 1024], np.int64), size)
    pads = graph.add("Concat", graph.constant([0, 0, 0, 0], np.int64), missing, axis=0)
    cells = graph.add("AveragePool", graph.add("Pad", planes, pads), kernel_shape=[16, 16], strides=[16, 16])
    graph.add("Pad", cells, graph.constant([0, 0, 0, 0, 0, 253, 0, 0], np.int64), out="image_embeddings")
    return graph.write(path, {"input_image": ["height", "width", 3]}, {"image_embeddings": [1, 256, 64, 64]})


def _sam_decoder(path: Path) -> Path:
    graph = _Graph()
    seen = graph.add("Transpose", graph.add("Squeeze", "image_embeddings", *_axes(graph, 0)), perm=[1, 2, 0])
    points = graph.add("Squeeze", "point_coords", *_axes(graph, 0))
    cells = graph.add("Floor", graph.add("Div", points, graph.constant(16)))
    inside = graph.add("Clip", cells, graph.constant(0), graph.constant(63))
    places = graph.add("Gather", inside, graph.constant([1, 0], np.int64), axis=1)
    colours = graph.add("GatherND", seen, graph.add("Cast", places, to=TensorProto.INT64))
    apart = graph.add(
        "Sub",
        graph.add("Unsqueeze", seen, *_axes(graph, 0)),
        graph.add("Unsqueeze", colours, *_axes(graph, 1, 2)),
    )
    distance = graph.add("ReduceSum", graph.add("Abs", apart), *_axes(graph, 3), keepdims=0)
    near = graph.add("Sub", graph.constant(100), distance)
    labels = graph.add(
        "Unsqueeze", graph.add("Squeeze", "point_labels", *_axes(graph, 0)), *_axes(graph, 1, 2)
    )
    on, off = (_nearest(graph, near, labels, label) for label in (1, 0))
    logits = graph.add("Sub", on, graph.add("Relu", off))
    small = graph.add("Unsqueeze", logits, *_axes(graph, 0, 1))
    large = graph.add("Resize", small, "", "", graph.constant([1, 1, 1024, 1024], np.int64), mode="linear")
    ends = graph.add("Cast", "orig_im_size", to=TensorProto.INT64)
    graph.add("Slice", large, graph.constant([0, 0], np.int64), ends, *_axes(graph, 2, 3), out="masks")
    graph.add("Identity", graph.constant([[0.9]]), out="iou_predictions")
    # What it could begin with, it does not look at; nobody gives it anything yet.
    unused = graph.add("Mul", "mask_input", "has_mask_input")
    graph.add("Identity", unused, out="low_res_masks")
    inputs: dict[str, Shape] = {
        "image_embeddings": [1, 256, 64, 64],
        "point_coords": [1, "points", 2],
        "point_labels": [1, "points"],
        "mask_input": [1, 1, 256, 256],
        "has_mask_input": [1],
        "orig_im_size": [2],
    }
    outputs: dict[str, Shape] = {
        "masks": [1, 1, "height", "width"],
        "iou_predictions": [1, 1],
        "low_res_masks": [1, 1, 256, 256],
    }
    return graph.write(path, inputs, outputs)


def _axes(graph: _Graph, *axes: int) -> tuple[str, ...]:
    return (graph.constant(axes, np.int64),)


def _nearest(graph: _Graph, near: str, labels: str, label: int) -> str:
    """How near the most similar point of a label is; far where there is none."""
    meant = graph.add("Equal", labels, graph.constant(label))
    kept = graph.add("Where", meant, near, graph.constant(-1000))
    return graph.add("ReduceMax", kept, axes=[0], keepdims=0)
