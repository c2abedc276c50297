"""The network alone as a fill engine, for measuring: each hole at 256 px or less, enlarged again.

    score.py CASES --engines engine:network

Nothing of full resolution is added, so what this paints is what a patch engine gets as its guide.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray

LONGEST = 256
"""Pixels on the longer side of what the network sees, at most."""
CONTEXT = 1.0
"""Surroundings on each side of a hole, as a share of the hole's longer side."""
LEAST_CONTEXT = 48
"""And at least so many pixels."""
MODEL = Path(__file__).parent.parent / "src/wuhen/fill/guides/weights/coarse.onnx"
"""Read where the environment variable COARSE names no other file."""


@cache
def session() -> onnxruntime.InferenceSession:
    """Load the network once."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = min(2, os.cpu_count() or 1)
    path = os.environ.get("COARSE", str(MODEL))
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def _shrink(image: NDArray[np.float32], hole: NDArray[np.bool_], size: tuple[int, int]) -> tuple[
    NDArray[np.float32], NDArray[np.float32]
]:  # fmt: skip
    """Shrink to `size` (width, height) without letting the hole's colours into its surroundings."""
    known = (~hole).astype(np.float32)
    weight = cv2.resize(known, size, interpolation=cv2.INTER_AREA)
    sums = cv2.resize(image * known[..., None], size, interpolation=cv2.INTER_AREA)
    small = sums / np.maximum(weight, 1e-6)[..., None]
    small_hole = (weight < 0.999).astype(np.float32)
    return np.asarray(small * (1 - small_hole[..., None]), np.float32), small_hole


def paint(image: NDArray[np.float32], hole: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Fill one region.

    Parameters
    ----------
    image : NDArray[np.float32]
        (height, width, 3), 0 to 1.
    hole : NDArray[np.bool_]
        (height, width), true where to fill.

    Returns
    -------
    NDArray[np.float32]
        The network's picture at the region's size; meaningful inside the hole.
    """
    height, width = hole.shape
    scale = min(1.0, LONGEST / max(height, width))
    rows, columns = (max(8, int(np.ceil(side * scale / 8)) * 8) for side in (height, width))
    small, small_hole = _shrink(image, hole, (columns, rows))
    inputs = {"image": small.transpose(2, 0, 1)[None], "hole": small_hole[None, None]}
    (fill,) = session().run(["fill"], inputs)
    return np.asarray(cv2.resize(fill[0].transpose(1, 2, 0), (width, height), interpolation=cv2.INTER_CUBIC))


def _regions(hole: NDArray[np.bool_]) -> list[tuple[NDArray[np.bool_], tuple[slice, slice]]]:
    """Group the holes that stand close; return each group with the box of its surroundings."""
    reach = np.ones((33, 33), np.uint8)
    count, labels = cv2.connectedComponents(cv2.dilate(hole.astype(np.uint8), reach))
    regions = []
    for label in range(1, count):
        part = hole & (labels == label)
        left, top, width, height = cv2.boundingRect(part.astype(np.uint8))
        margin = max(LEAST_CONTEXT, int(CONTEXT * max(width, height)))
        rows = slice(max(0, top - margin), min(hole.shape[0], top + height + margin))
        columns = slice(max(0, left - margin), min(hole.shape[1], left + width + margin))
        regions.append((part, (rows, columns)))
    return regions


def network(photo: NDArray[np.uint8], mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Fill `mask` (255 = erase) of `photo` (height, width, 3) by the network alone."""
    hole = mask > 127
    result = photo.copy()
    for part, box in _regions(hole):
        fill = paint(np.asarray(photo[box] / 255, np.float32), hole[box])
        pixels = (np.clip(fill, 0, 1) * 255 + 0.5).astype(np.uint8)
        result[box] = np.where(part[box][..., None], pixels, result[box])
    return result
