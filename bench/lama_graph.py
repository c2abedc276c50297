"""LaMa's graph in ONNX as it is written down; `lama_fast` has it as a processor likes it.

Batch normalisations are folded into the convolutions, and the Fourier transforms are products with matrices,
which runtimes do at full speed where their own transforms crawl.
"""

from typing import Any

import numpy as np
import onnx
from bench.lama import BLOCKS, EPSILON, GLOBAL, LOCAL, MIDDLE, SIDE, Weights
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

__all__ = ["HALF", "Graph", "N", "fourier_matrices", "straight"]

Array = NDArray[np.floating[Any]]

#: Side of the blocks' maps, and the length of its half spectrum.
N = SIDE // 8
HALF = N // 2 + 1


class Graph:
    """Nodes and constants as they come; each method returns the name of its result."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}

    def constant(self, values: Any, name: str | None = None) -> str:
        """Add an array, once if it has a name."""
        name = name or f"constant{len(self.constants)}"
        if name not in self.constants:
            array = np.asarray(values)
            kind = np.int64 if array.dtype.kind == "i" else np.float32
            self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(array, kind), name)
        return name

    def add(self, kind: str, *inputs: str, **attributes: Any) -> str:
        """Add a node with one output."""
        name = f"{kind}{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def reshape(self, x: str, *shape: int) -> str:
        """Give other sides."""
        return self.add("Reshape", x, self.constant(np.array(shape), f"shape{shape}"))

    def relu(self, x: str) -> str:
        """Drop what is negative."""
        return self.add("Relu", x)

    def norm(self, name: str) -> tuple[Array, Array]:
        """Return a batch normalisation's factor and summand per channel."""
        scale, shift, mean, variance = self.weights[f"{name}.norm"].astype(np.float64)
        factor = scale / np.sqrt(variance + EPSILON)
        return factor, shift - mean * factor

    def folded(self, conv: str, norm: str) -> tuple[Array, Array]:
        """Return a convolution's weights and bias with its normalisation folded in."""
        factor, summand = self.norm(norm)
        return self.weights[conv] * factor[:, None, None, None], summand

    def conv(self, x: str, weight: Array, bias: Array | None = None, stride: int = 1) -> str:
        """Convolve, the margin mirrored."""
        if margin := weight.shape[-1] // 2:
            pads = self.constant(np.array([0, 0, margin, margin] * 2), f"margin{margin}")
            x = self.add("Pad", x, pads, mode="reflect")
        inputs = [self.constant(weight)] + ([] if bias is None else [self.constant(bias)])
        return self.add("Conv", x, *inputs, kernel_shape=weight.shape[2:], strides=[stride] * 2)

    def begin(self) -> str:
        """From image and hole to the blocks' first map, (1, channels, N, N)."""
        kept = self.add("Sub", self.constant(np.float64(1), "one"), "mask")
        x = self.add("Concat", self.add("Mul", "image", kept), "mask", axis=1)
        for name, stride in (("stem", 1), ("down1", 2), ("down2", 2), ("down3", 2)):
            x = self.relu(self.conv(x, *self.folded(name, name), stride))
        return x

    def double(self, x: str) -> str:
        """From the blocks' last map to the features of every pixel."""
        for name in ("up1", "up2", "up3"):
            factor, bias = self.norm(name)
            weight = self.weights[name] * factor[None, :, None, None]
            x = self.add(
                "ConvTranspose", x, self.constant(weight), self.constant(bias), kernel_shape=[3, 3],
                strides=[2, 2], pads=[1] * 4, output_padding=[1, 1],
            )  # fmt: skip
            x = self.relu(x)
        return x

    def end(self, colours: str) -> onnx.ModelProto:
        """Put the painted colours into the hole, and finish."""
        kept = self.add("Mul", self.add("Sub", self.constant(np.float64(1), "one"), "mask"), "image")
        whole = self.add("Add", self.add("Mul", "mask", self.add("Sigmoid", colours)), kept)
        self.nodes.append(
            helper.make_node("Mul", [whole, self.constant(np.float64(255), "white")], ["output"])
        )
        image, mask, output = (
            helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, channels, SIDE, SIDE])
            for name, channels in (("image", 3), ("mask", 1), ("output", 3))
        )
        graph = helper.make_graph(self.nodes, "lama", [image, mask], [output], list(self.constants.values()))
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def straight(weights: Weights) -> onnx.ModelProto:
    """Return the graph with its convolutions as they are."""
    g = Graph(weights)
    to_rows, to_columns, from_columns, from_rows = (g.constant(m) for m in fourier_matrices())

    def unit(at: str, x: str) -> str:
        f = g.add("MatMul", to_rows, g.reshape(x, MIDDLE, N, N))
        f = g.reshape(g.add("MatMul", g.reshape(f, MIDDLE * N, 2 * N), to_columns), MIDDLE, N, 2, HALF)
        f = g.reshape(g.add("Transpose", f, perm=[0, 2, 1, 3]), 1, 2 * MIDDLE, N, HALF)
        f = g.relu(g.conv(f, *g.folded(f"{at}.unit", f"{at}.unit")))
        f = g.add("Transpose", g.reshape(f, MIDDLE, 2, N, HALF), perm=[0, 2, 1, 3])
        f = g.add("MatMul", g.reshape(f, MIDDLE * N, 2 * HALF), from_columns)
        return g.reshape(g.add("MatMul", from_rows, g.reshape(f, MIDDLE, 2 * N, N)), 1, MIDDLE, N, N)

    def fourier(at: str, near: str, far: str) -> tuple[str, str]:
        (local, bias), (whole, summand) = g.norm(f"{at}.local"), g.norm(f"{at}.global")
        scaled = {
            name: weights[f"{at}.{name}"] * factor[:, None, None, None]
            for name, factor in (("ll", local), ("gl", local), ("lg", whole), ("out", whole))
        }
        a = g.add("Add", g.conv(near, scaled["ll"], bias), g.conv(far, scaled["gl"]))
        inner = g.relu(g.conv(far, *g.folded(f"{at}.in", f"{at}.in")))
        spectral = g.conv(g.add("Add", inner, unit(at, inner)), scaled["out"])
        return g.relu(a), g.relu(g.add("Add", g.conv(near, scaled["lg"], summand), spectral))

    x = g.begin()
    near, far = (
        g.add("Slice", x, *(g.constant(np.array([n])) for n in (first, end, 1)))
        for first, end in ((0, LOCAL), (LOCAL, LOCAL + GLOBAL))
    )
    for block in range(BLOCKS):
        a, b = fourier(f"{block}b", *fourier(f"{block}a", near, far))
        near, far = g.add("Add", near, a), g.add("Add", far, b)
    x = g.double(g.add("Concat", near, far, axis=1))
    return g.end(g.conv(x, weights["last"]))


def fourier_matrices() -> list[Array]:
    """Real matrices of the 2-D transforms of (N, N), forwards for rows and columns, and backwards.

    A row of the first is the real or the imaginary part of one frequency; the third weighs the half
    spectrum's columns by how often they occur.
    """
    at = np.arange(N)
    turns = 2 * np.pi * np.outer(at, at) / N
    to_rows = np.stack([np.cos(turns), -np.sin(turns)], 1).reshape(2 * N, N)
    cos, sin = np.cos(turns[:, :HALF]), np.sin(turns[:, :HALF])
    to_columns = np.block([[cos, -sin], [sin, cos]])
    often = np.where((at[:HALF] == 0) | (at[:HALF] == N // 2), 1.0, 2.0)
    cos, sin = (cos * often).T, (sin * often).T
    from_columns = np.block([[cos, sin], [-sin, cos]])
    from_rows = np.stack([np.cos(turns), -np.sin(turns)], 2).reshape(N, 2 * N)
    return [matrix / N**0.5 for matrix in (to_rows, to_columns, from_columns, from_rows)]
