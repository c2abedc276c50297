"""LaMa's graph in ONNX as a processor likes it: the same numbers for half of the products.

The 18 blocks are kept in channels-last layout, and their 3x3 convolutions are done by Winograd's minimal
filtering (Lavin & Gray, *Fast algorithms for convolutional neural networks*, CVPR 2016), F(4x4, 3x3): a
quarter of the products, for transforms that are products with small matrices again. Then all of the blocks is
matrix products, and nothing is moved but in long rows. The mirrored margin is part of the matrices.
"""

from typing import Any

import numpy as np
import onnx
from bench.lama import BLOCKS, GLOBAL, LOCAL, MIDDLE, SIDE, Weights
from bench.lama_graph import HALF, Graph, N, fourier_matrices
from numpy.typing import NDArray

__all__ = ["fast"]

Array = NDArray[np.floating[Any]]

#: Winograd's tiles of 4x4 pixels along a side, and how many one small matrix transforms.
TILES = N // 4
GROUP = 4
GROUPS = TILES // GROUP
#: Pixels from which such a group is computed.
SPAN = 4 * GROUP + 2
#: Pixels that the last convolution makes at once, so that its three colours fill the vectors.
DOWN, ACROSS = 2, 4

# F(4x4, 3x3) at the points 0, 1, -1, 2, -2 and infinity.
_INPUT = np.array(
    [
        [4, 0, -5, 0, 1, 0],
        [0, -4, -4, 1, 1, 0],
        [0, 4, -4, -1, 1, 0],
        [0, -2, -1, 2, 1, 0],
        [0, 2, -1, -2, 1, 0],
        [0, 4, 0, -5, 0, 1],
    ],
    np.float64,
)
_KERNEL = np.array([[6, 0, 0], [-4, -4, -4], [-4, 4, -4], [1, 2, 4], [1, -2, 4], [0, 0, 24]]) / 24
_OUTPUT = np.array([[1, 1, 1, 1, 1, 0], [0, 1, -1, 2, -2, 0], [0, 1, 1, 4, 4, 0], [0, 1, -1, 8, -8, 1]])


def fast(weights: Weights) -> onnx.ModelProto:
    """Return the graph."""
    g = Graph(weights)
    blocks = _Blocks(g)
    x = g.add("Transpose", g.reshape(g.begin(), LOCAL + GLOBAL, N * N), perm=[1, 0])
    near, far = (
        g.add("Slice", x, *(g.constant(np.array([n])) for n in (first, end, 1)))
        for first, end in ((0, LOCAL), (LOCAL, LOCAL + GLOBAL))
    )
    for block in range(BLOCKS):
        a, b = blocks.fourier(f"{block}b", *blocks.fourier(f"{block}a", near, far))
        near, far = g.add("Add", near, a), g.add("Add", far, b)
    x = g.add("Transpose", g.add("Concat", near, far, axis=1), perm=[1, 0])
    return g.end(_last(g, g.double(g.reshape(x, 1, LOCAL + GLOBAL, N, N))))


def _last(g: Graph, x: str) -> str:
    """Convolve to three colours: a kernel for each pixel of a small box, all of them in one convolution."""
    kernel = g.weights["last"]
    channels, side = kernel.shape[1], kernel.shape[-1]
    wide = np.zeros((3, DOWN, ACROSS, channels, side + DOWN - 1, side + ACROSS - 1))
    for i in range(DOWN):
        for j in range(ACROSS):
            wide[:, i, j, :, i : i + side, j : j + side] = kernel
    wide = wide.reshape(-1, *wide.shape[3:])
    pads = g.constant(np.array([0, 0, side // 2, side // 2] * 2), "margin of the last")
    x = g.add("Pad", x, pads, mode="reflect")
    x = g.add("Conv", x, g.constant(wide), kernel_shape=wide.shape[2:], strides=[DOWN, ACROSS])
    x = g.reshape(x, 3, DOWN, ACROSS, SIDE // DOWN, SIDE // ACROSS)
    return g.reshape(g.add("Transpose", x, perm=[0, 3, 1, 4, 2]), 1, 3, SIDE, SIDE)


class _Blocks:
    """The blocks on maps ``(N * N, channels)``."""

    def __init__(self, g: Graph) -> None:
        self.g = g
        starts = np.clip(np.arange(GROUPS) * 4 * GROUP - 1, 0, N - SPAN)
        self.spans = g.constant((starts[:, None] + np.arange(SPAN)).ravel())
        self.to_tiles = g.constant(np.stack([_to_tiles(group, int(s)) for group, s in enumerate(starts)]))
        self.from_tiles = g.constant(
            np.einsum("jq,st->sjqt", _OUTPUT, np.eye(GROUP)).reshape(4 * GROUP, 6 * GROUP)
        )
        to_rows, to_columns, from_columns, from_rows = fourier_matrices()
        # Real and imaginary part beside each other: then they are the next product's channels.
        pairs = np.arange(2 * HALF).reshape(2, HALF).T.ravel()
        self.to_rows, self.from_rows = g.constant(to_rows), g.constant(from_rows)
        self.to_columns = g.constant(to_columns.T[pairs])
        self.from_columns = g.constant(from_columns.T[:, pairs])

    def fourier(self, at: str, near: str, far: str) -> tuple[str, str]:
        """One Fourier convolution: local and global channels in, local and global out."""
        g = self.g
        (local, bias), (whole, summand) = g.norm(f"{at}.local"), g.norm(f"{at}.global")
        tiles, far_tiles = self.tiles(near, LOCAL), self.tiles(far, GLOBAL)
        a = g.add(
            "Add",
            g.add("MatMul", tiles, self.kernel(f"{at}.ll", local)),
            g.add("MatMul", far_tiles, self.kernel(f"{at}.gl", local)),
        )
        a = g.add("Add", self.pixels(a, LOCAL), g.constant(bias))
        b = self.pixels(g.add("MatMul", tiles, self.kernel(f"{at}.lg", whole)), GLOBAL)
        return g.relu(a), g.relu(g.add("Add", b, self.spectral(at, far, whole, summand)))

    def spectral(self, at: str, far: str, whole: Array, summand: Array) -> str:
        g = self.g
        inner = g.relu(self.mix(far, *g.folded(f"{at}.in", f"{at}.in")))
        f = g.add("MatMul", self.to_rows, g.reshape(inner, N, N * MIDDLE))
        f = g.add("MatMul", self.to_columns, g.reshape(f, N, 2 * N, MIDDLE))
        weight, bias = g.folded(f"{at}.unit", f"{at}.unit")
        parts = np.arange(2 * MIDDLE).reshape(MIDDLE, 2).T.ravel()
        f = self.mix(g.reshape(f, N * HALF, 2 * MIDDLE), weight[parts][:, parts], bias[parts])
        f = g.add("MatMul", self.from_columns, g.reshape(g.relu(f), N, 2 * HALF, MIDDLE))
        f = g.add("MatMul", self.from_rows, g.reshape(f, 2 * N, N * MIDDLE))
        y = g.add("Add", inner, g.reshape(f, N * N, MIDDLE))
        return self.mix(y, g.weights[f"{at}.out"] * whole[:, None, None, None], summand)

    def mix(self, x: str, weight: Array, bias: Array) -> str:
        """Convolve 1x1."""
        return self.g.add("Gemm", x, self.g.constant(weight[:, :, 0, 0].T), self.g.constant(bias))

    def kernel(self, name: str, factor: Array) -> str:
        """Transform a 3x3 kernel; the result is ``(36, from, to)``."""
        kernel = self.g.weights[name] * factor[:, None, None, None]
        moved = np.einsum("qi,kcij,pj->qpck", _KERNEL, kernel, _KERNEL)
        return self.g.constant(moved.reshape(36, *moved.shape[2:]))

    def tiles(self, x: str, channels: int) -> str:
        """Transform a map to ``(36, tiles, channels)``: down the rows, then along them."""
        g = self.g
        x = g.add("Gather", g.reshape(x, N, N * channels), self.spans, axis=0)
        x = g.add("MatMul", self.to_tiles, g.reshape(x, GROUPS, SPAN, N * channels))
        x = g.add("Gather", g.reshape(x, 6 * TILES, N, channels), self.spans, axis=1)
        x = g.add("MatMul", self.to_tiles, g.reshape(x, 6 * TILES, GROUPS, SPAN, channels))
        x = g.reshape(x, GROUPS, 6, GROUP, GROUPS, 6, GROUP, channels)
        return g.reshape(g.add("Transpose", x, perm=[1, 4, 0, 2, 3, 5, 6]), 36, TILES * TILES, channels)

    def pixels(self, x: str, channels: int) -> str:
        """Undo `tiles`."""
        g = self.g
        x = g.reshape(x, 6, 6, GROUPS, GROUP, GROUPS, GROUP, channels)
        x = g.add("Transpose", x, perm=[2, 0, 3, 4, 1, 5, 6])
        x = g.add("MatMul", self.from_tiles, g.reshape(x, 6 * TILES * GROUPS, 6 * GROUP, channels))
        x = g.add("MatMul", self.from_tiles, g.reshape(x, GROUPS, 6 * GROUP, N * channels))
        return g.reshape(x, N * N, channels)


def _to_tiles(group: int, start: int) -> Array:
    """Return the matrix that transforms a group of tiles, from `SPAN` pixels; rows are points, then tiles."""
    matrix = np.zeros((6, GROUP, SPAN))
    for tile in range(GROUP):
        for i in range(6):
            at = abs(4 * (group * GROUP + tile) - 1 + i)
            at = 2 * (N - 1) - at if at >= N else at
            matrix[:, tile, at - start] += _INPUT[:, i]
    return matrix.reshape(6 * GROUP, SPAN)
