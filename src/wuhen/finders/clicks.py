"""The object that clicks mean: networks of Segment Anything's kind, MobileSAM among them.

Kirillov et al., "Segment Anything", ICCV 2023; Zhang et al., "Faster Segment Anything: Towards lightweight
SAM for mobile applications", 2023, arXiv 2306.14289. Such a network is two graphs. The *encoder* looks at the
photo, which takes most of the time; the *decoder* turns what it saw and some clicks into a mask, in a
fraction of that. So what the encoder saw of the last photos is kept: further clicks on them cost the decoder
alone.
"""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from wuhen.fill import FillError
from wuhen.finders.errors import FinderError
from wuhen.processors import count_processors

if TYPE_CHECKING:
    from wuhen.fill.guides.runtime import Network

__all__ = [
    "BUILT_IN",
    "SIDE",
    "Click",
    "Clicked",
    "SelectorFiles",
    "Sight",
    "find_clicked",
    "look",
    "masks_at",
]

SIDE: Final = 1024
"""Longer side of what the encoder is shown, in pixels."""
_MASK_SIDE: Final = 256
"""Side of a mask that the decoder could be given to begin with."""
_CELL: Final = SIDE / _MASK_SIDE
_CLOSE: Final = 2
"""Of its pixels: outlines are no more exact than that."""
_KEPT: Final = 4
"""Photos of which it is kept what the encoder saw, 4 MB each."""
_NO_CLICK: Final = -1.0
"""The decoder was trained with one such beside the clicks, where there is no box."""
_WHOLE: Final = np.array([0, 0.12, 0.24], np.float32)
"""What a part, what it is a part of, and the whole are preferred by, and by how much."""
_DOUBT: Final = 1.0
"""How far either way the level that a mask is cut at is moved, to see how much of it hangs on that."""
_VAGUE: Final = 0.5
"""A mask of which less stays then is none."""
_MOST_OF_PHOTO: Final = 0.5
"""What is more of the photo is hardly what a click means."""
_BAND: Final = 1 << 22
"""Pixels that a mask is enlarged by at a time."""
_ENCODER: Final = {"input_image"}
_DECODER: Final = {
    "image_embeddings",
    "point_coords",
    "point_labels",
    "mask_input",
    "has_mask_input",
}
_SIZED: Final = _DECODER | {"orig_im_size"}
"""Of a decoder that answers with masks as large as what was shown alone."""
_MOST_STEPS: Final = 6
"""Looks at an object, each of which begins with what came of the one before."""


class Click(NamedTuple):
    """A pixel of the photo that belongs to the object, or does not.

    Attributes
    ----------
    x, y : float
        In pixels, 0 for the first.
    outside : bool
        Whether it is not of the object.
    """

    x: float
    y: float
    outside: bool = False


class _Asked(NamedTuple):
    """A correction: a pixel of the network's masks, and whether it is to be of the object."""

    x: int
    y: int
    take: bool

    @property
    def window(self) -> tuple[slice, slice]:
        """What is close to it."""
        return (
            slice(max(0, self.y - _CLOSE), self.y + _CLOSE + 1),
            slice(max(0, self.x - _CLOSE), self.x + _CLOSE + 1),
        )


class SelectorFiles(NamedTuple):
    """The network's two graphs."""

    encoder: Path
    decoder: Path


class Sight(NamedTuple):
    """A photo as the network sees it.

    Attributes
    ----------
    shown : (h, w, 3) ndarray of uint8
        What the encoder was shown, its longer side `SIDE`.
    seen : (1, 256, 64, 64) ndarray of float32
        What it saw, of 16 by 16 pixels each; beyond what was shown it is of no use.
    """

    shown: NDArray[np.uint8]
    seen: NDArray[np.float32]


_WEIGHTS: Final = Path(__file__).parent / "weights"
BUILT_IN: Final = SelectorFiles(_WEIGHTS / "select-encoder.onnx", _WEIGHTS / "select-decoder.onnx")
"""MobileSAM, in the package."""


@dataclass(frozen=True, slots=True, eq=False)
class Clicked:
    """What the clicks mean.

    Attributes
    ----------
    mask : (H, W) ndarray of bool
        True on the object; at its outline no finer than a 256th of the photo's longer side.
    score : float
        How well the network thinks that it fits, from 0 to 1.
    """

    mask: NDArray[np.bool_] = field(repr=False)
    score: float


def find_clicked(
    photo: NDArray[np.uint8], clicks: Sequence[Click], files: SelectorFiles, *, threads: int | None = None
) -> Clicked:
    """Find the object that clicks mean.

    Parameters
    ----------
    photo
        uint8 ``(H, W, 3)``.
    clicks
        At least one that lies on the object.
    files
        Where the network lies.
    threads
        To compute with; by default as many as there are processors.

    Raises
    ------
    FinderError
        No click lies on the object, the files are no such network, or ONNX Runtime is not there.
    MemoryError
        There is not memory enough.
    """
    if all(click.outside for click in clicks):
        raise FinderError("at least one click must lie on what is meant")
    try:
        shown, seen = look(photo, files, threads=threads)
        logits, score = _decode(seen, clicks, photo.shape[:2], shown.shape[:2], files.decoder)
    except FillError as error:
        raise FinderError(str(error)) from error
    return Clicked(_enlarge(logits, photo.shape[:2]), score)


def look(photo: NDArray[np.uint8], files: SelectorFiles, *, threads: int | None = None) -> Sight:
    """Look at a photo, uint8 ``(H, W, 3)``, with the encoder; what was seen of the last ones is kept.

    Raises
    ------
    wuhen.fill.FillError
        The encoder cannot be computed.
    """
    shown = _shrink(photo)
    return Sight(shown, _seen.look(shown, files.encoder, threads or count_processors()))


def masks_at(
    sight: Sight, x: float, y: float, files: SelectorFiles
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return what one point may mean: a part, what that is a part of, the whole.

    Parameters
    ----------
    sight
        What `look` returned.
    x, y
        In pixels of what was shown.
    files
        Where the network lies; its decoder answers with all its masks, as MobileSAM's does.

    Returns
    -------
    logits
        float32 ``(3, 256, 256)``, above 0 in the mask; a cell is 4 by 4 pixels of what was shown.
    scores
        float32 ``(3,)``: how well the network thinks that they fit, from 0 to 1 or a little more.
    """
    scores, masks = _open(files.decoder, 1, _DECODER).run(
        "iou_predictions",
        "low_res_masks",
        image_embeddings=sight.seen,
        mask_input=np.zeros((1, 1, _MASK_SIDE, _MASK_SIDE), np.float32),
        has_mask_input=np.zeros(1, np.float32),
        **_prompt(np.array([[x, y]]), [1.0]),
    )
    return masks[0, 1:], scores[0, 1:]


def _shrink(photo: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Bring a photo's longer side to `SIDE`, as the network's training did: bilinear, over what is shrunk."""
    height, width = photo.shape[:2]
    # Of a large one every second pixel and so on will do: half as many again are still averaged.
    step = max(1, max(height, width) // (2 * SIDE))
    size = (
        max(1, round(width * SIDE / max(height, width))),
        max(1, round(height * SIDE / max(height, width))),
    )
    picture = Image.fromarray(np.ascontiguousarray(photo[::step, ::step, :3]))
    return np.asarray(picture.resize(size, Image.Resampling.BILINEAR))


class _Seen:
    """What the encoder saw of the last photos."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[Path, bytes], NDArray[np.float32]] = OrderedDict()
        self._turn = threading.Lock()

    def look(self, shown: NDArray[np.uint8], path: Path, threads: int) -> NDArray[np.float32]:
        """Return float32 ``(1, 256, 64, 64)``."""
        digest = hashlib.sha256(repr(shown.shape).encode() + shown.tobytes()).digest()
        with self._turn:
            found = self._kept.pop((path, digest), None)
            if found is None:
                network = _open(path, threads, _ENCODER)
                (found,) = network.run("image_embeddings", input_image=shown.astype(np.float32))
            self._kept[path, digest] = found
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return found


_seen = _Seen()


def _decode(
    seen: NDArray[np.float32],
    clicks: Sequence[Click],
    size: tuple[int, ...],
    shown: tuple[int, ...],
    path: Path,
) -> tuple[NDArray[np.float32], float]:
    """Return how far each pixel that was shown is the object, above 0 where it rather is, and the score.

    Clicks are taken one after another, as they were made: each further one corrects the mask that came of
    those before. The network is asked with that mask and without: given one with a click at its very outline,
    it now and then answers something else altogether.
    """
    # It computes as fast with one thread, and is then the same graph whatever looked before.
    network = _open(path, 1, _DECODER, _SIZED)
    scale = np.array([shown[1] / size[1], shown[0] / size[0]])
    places = (np.array([click[:2] for click in clicks]) + 0.5) * scale - 0.5
    labels = [float(not click.outside) for click in clicks]
    inputs = {
        "image_embeddings": seen,
        "mask_input": np.zeros((1, 1, _MASK_SIDE, _MASK_SIDE), np.float32),
        "has_mask_input": np.zeros(1, np.float32),
    }
    if "orig_im_size" in network.inputs:
        inputs["orig_im_size"] = np.array(shown, np.float32)
    if "masks" in network.outputs:
        return _sized(network, inputs, _prompt(places, labels), shown)
    first = labels.index(1.0) + 1
    mask: NDArray[np.float32] | None = None
    # Whoever scribbles much at once is answered as soon: what is left over comes with the first look.
    for count in range(max(first, len(clicks) - _MOST_STEPS + 1), len(clicks) + 1):
        prompt = _prompt(places[:count], labels[:count])
        masks, scores = _answers(network, inputs | prompt)
        if mask is None:
            best = _choose(masks, scores)
        else:
            before = inputs | {"mask_input": mask[None, None], "has_mask_input": np.ones(1, np.float32)}
            corrected, how_well = _answers(network, before | prompt)
            masks, scores = np.concatenate([corrected, masks]), np.concatenate([how_well, scores])
            x, y = np.clip((places[count - 1] + 0.5) / _CELL, 0, _MASK_SIDE - 1).astype(int)
            asked = _Asked(int(x), int(y), labels[count - 1] > 0)
            best = _nearest(masks, scores, mask, asked)
        mask = masks[best]
    whole = Image.fromarray(masks[best]).resize((SIDE, SIDE), Image.Resampling.BILINEAR)
    return np.asarray(whole)[: shown[0], : shown[1]], float(np.clip(scores[best], 0, 1))


def _answers(
    network: "Network", inputs: dict[str, NDArray[np.float32]]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Ask a decoder that answers with all its masks, and how well it thinks that each fits."""
    scores, masks = network.run("iou_predictions", "low_res_masks", **inputs)
    if masks.shape != (1, scores.size, _MASK_SIDE, _MASK_SIDE):
        raise FinderError(f"the network {network.name} answered masks of {masks.shape}")
    return masks[0], scores[0]


def _choose(masks: NDArray[np.float32], scores: NDArray[np.float32]) -> int:
    """Choose what a lone click means: a part, what that is a part of, or the whole, the last three masks.

    Whoever erases rather means the whole, if it is not most of the photo.
    """
    most = (masks[1:] > 0).mean(axis=(1, 2)) > _MOST_OF_PHOTO
    vague = _stability(masks[1:]) < _VAGUE
    return 1 + int(np.argmax(scores[1:] + _WHOLE - most - vague))


def _stability(masks: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return how little each mask changes when it is cut a little higher or lower: from 0 to 1.

    Kirillov et al., appendix B. What the network is not sure of at all may still have a high score.
    """
    surely = (masks > _DOUBT).sum(axis=(1, 2))
    return np.asarray(surely / np.maximum(1, (masks > -_DOUBT).sum(axis=(1, 2))), np.float64)


def _nearest(
    masks: NDArray[np.float32], scores: NDArray[np.float32], before: NDArray[np.float32], asked: _Asked
) -> int:
    """Choose what a correction means: what fits, does what was asked, and is not quite another object.

    What was asked close to the outline is finer than the network's masks are, which so may fail to do it and
    be right: then the least change is meant.
    """
    old, new = before > 0, masks > 0
    common = (old & new).sum(axis=(1, 2)) / np.maximum(1, (old | new).sum(axis=(1, 2)))
    beside = old[asked.window]
    far = bool((beside != asked.take).all())
    done = new[:, asked.y, asked.x] == asked.take
    return int(np.argmax(scores * _stability(masks) + common + far * done))


def _prompt(places: NDArray[np.float64], labels: list[float]) -> dict[str, NDArray[np.float32]]:
    return {
        "point_coords": np.concatenate([places, np.zeros((1, 2))])[None].astype(np.float32),
        "point_labels": np.array([[*labels, _NO_CLICK]], np.float32),
    }


def _sized(
    network: "Network",
    inputs: dict[str, NDArray[np.float32]],
    prompt: dict[str, NDArray[np.float32]],
    shown: tuple[int, ...],
) -> tuple[NDArray[np.float32], float]:
    """Ask a decoder that chooses and enlarges its masks."""
    masks, score = network.run("masks", "iou_predictions", **inputs, **prompt)
    if masks.ndim != 4 or masks.shape[2:] != shown:  # noqa: PLR2004 - batch, masks, height, width
        raise FinderError(f"the network {network.name} answered {masks.shape} for a photo of {shown}")
    best = int(np.argmax(score[0]))
    return masks[0, best], float(np.clip(score[0, best], 0, 1))


def _open(path: Path, threads: int, *inputs: set[str]) -> "Network":
    # With what a network needs, which takes a while to load.
    from wuhen.fill.guides.runtime import open_network  # noqa: PLC0415

    network = open_network(path, threads)
    if network.inputs.keys() not in inputs:
        found, wanted = (", ".join(sorted(names)) for names in (network.inputs, inputs[-1]))
        raise FinderError(f"{network.name} is a different network: it takes {found}, not {wanted}")
    return network


def _enlarge(logits: NDArray[np.float32], size: tuple[int, ...]) -> NDArray[np.bool_]:
    """Interpolate and cut at 0, some rows at a time: the photo may have a hundred times as many pixels."""
    height, width = size[:2]
    small: Any = Image.fromarray(logits)
    mask = np.empty((height, width), bool)
    rows = max(1, _BAND // width)
    for top in range(0, height, rows):
        bottom = min(height, top + rows)
        box = (0, top / height * small.height, small.width, bottom / height * small.height)
        band = small.resize((width, bottom - top), Image.Resampling.BILINEAR, box=box)
        mask[top:bottom] = np.asarray(band) > 0
    return mask
