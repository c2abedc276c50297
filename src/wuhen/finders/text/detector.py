"""The network that marks lines of text, over photos of any size.

It is PP-OCRv6's small detector, of PaddleOCR; `ASSETS.md` says where it comes from, and what was changed.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from wuhen.fill.errors import FillError
from wuhen.fill.guides.runtime import Network, open_network
from wuhen.finders.errors import FinderError
from wuhen.finders.search import Search
from wuhen.processors import count_processors

__all__ = ["WEIGHTS", "look", "scales"]

WEIGHTS = Path(__file__).parents[1] / "weights" / "text.onnx"

#: Sides are multiples of this.
_STEP = 32
#: Pixels of a photo that is looked at as a whole, and the longest side of a tile.
_WHOLE, _TILE = 2_100_000, 1792
#: Larger photos are looked at once more, at up to so many times these pixels, so that small text is seen.
_CLOSER = 4
#: A closer look is not worth its time below this many times the pixels.
_WORTH = 1.5
#: Overlap of tiles in pixels.
_OVERLAP = 128
#: Smaller photos are enlarged until one side has this many pixels, yet by no more than so many times.
_SMALL, _ENLARGE = 480, 2.0


def scales(width: int, height: int) -> list[float]:
    """Return at which scales a photo is looked at; the first one shows it whole."""
    area = width * height
    first = min(1.0, (_WHOLE / area) ** 0.5)
    if max(width, height) < _SMALL:
        first = min(_ENLARGE, _SMALL / max(width, height))
    closer = min(1.0, (_CLOSER * _WHOLE / area) ** 0.5)
    return [first, closer] if closer**2 > _WORTH * first**2 else [first]


def look(photo: NDArray[np.uint8], scale: float, search: Search) -> NDArray[np.float32]:
    """Tell for each pixel how likely a line of text lies there, shrunk.

    Parameters
    ----------
    photo
        uint8 ``(H, W, 3)``.
    scale
        At which it is looked at.

    Returns
    -------
    (h, w) ndarray of float32
        0 to 1, scaled like the photo, at least a pixel each way.

    Raises
    ------
    FinderError
        There is no ONNX Runtime.
    Cancelled
        The caller wants to stop.
    """
    network = _open(search.threads)
    size = tuple(max(1, round(side * scale)) for side in (photo.shape[1], photo.shape[0]))
    scaled = photo
    if size != (photo.shape[1], photo.shape[0]):
        resample = Pillow.Resampling.BICUBIC if scale > 1 else Pillow.Resampling.BOX
        image = Pillow.fromarray(photo)
        scaled = np.asarray(image.resize(size, resample))
    result = np.zeros(scaled.shape[:2], np.float32)
    for rows, columns in _tiles(len(scaled), scaled.shape[1]):
        search.ask()
        part = result[rows, columns]
        np.maximum(part, _run(network, scaled[rows, columns]), out=part)
    return result


def _open(threads: int | None) -> Network:
    try:
        return open_network(WEIGHTS, threads or count_processors())
    except FillError as error:
        raise FinderError(str(error)) from error


def _tiles(height: int, width: int) -> Iterator[tuple[slice, slice]]:
    for rows in _spans(height):
        for columns in _spans(width):
            yield rows, columns


def _spans(length: int) -> list[slice]:
    """Cut a length into equal parts that overlap."""
    count = max(1, -(-(length - _OVERLAP) // (_TILE - _OVERLAP)))
    part = -(-(length + (count - 1) * _OVERLAP) // count)
    starts = [round(i * (length - part) / max(1, count - 1)) for i in range(count)]
    return [slice(start, start + part) for start in starts]


def _run(network: Network, tile: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the probabilities of a tile, uint8 ``(h, w, 3)``; it is filled up to full steps by its edge."""
    height, width = tile.shape[:2]
    missing = ((0, -height % _STEP), (0, -width % _STEP), (0, 0))
    padded = np.pad(tile, missing, "edge")
    # Blue first, from -1 to 1, as it was trained.
    planes = np.ascontiguousarray(padded[..., ::-1].transpose(2, 0, 1), np.float32)
    planes *= np.float32(1 / 127.5)
    planes -= np.float32(1)
    try:
        (found,) = network.run(next(iter(network.outputs)), x=planes[None])
    except FillError as error:
        raise FinderError(str(error)) from error
    result: NDArray[np.float32] = found[0, 0, :height, :width]
    return result
