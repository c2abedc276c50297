"""Known networks as guides: LaMa and MI-GAN, whose files `wuhen models` fetches.

Each takes what it takes: how large a picture may be, what its numbers mean, which of the mask's values is the
hole. `docs/models.md` tells whose they are.
"""

import threading
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wuhen.fill.errors import FillError
from wuhen.fill.guides.protocol import Guide
from wuhen.fill.guides.runtime import Network, open_network

__all__ = ["check_known", "load_known"]

_SIDE = 512
"""Side of the square that both networks paint, in pixels."""
_ANY = 1 << 24
"""A side that no picture has."""
_BYTE = 255
_CHANNELS = {"image": 3, "mask": 1}


@lru_cache(maxsize=4)
def load_known(name: str, path: Path, threads: int, *, whole: bool = False) -> Guide:
    """Load a network, or return the loaded one, and see that it is what it is said to be.

    Parameters
    ----------
    name
        ``"lama"`` or ``"migan"``.
    path
        Of its file.
    threads
        How many threads one picture may use.
    whole
        Whether it is shown pictures at their full size where it can shrink them by itself.

    Returns
    -------
    Guide
        It may be called from several threads at once; they take turns.

    Raises
    ------
    FillError
        ONNX Runtime is not installed, or the file is no such network.
    MemoryError
        There is not memory enough.
    """
    return _guide(name, open_network(path, threads), whole=whole)


def check_known(name: str, path: Path) -> None:
    """See that a file is the network it is said to be, and keep nothing of it. Raises like `load_known`."""
    _guide(name, open_network(path, 1, keep=False), whole=False)


def _guide(name: str, network: Network, *, whole: bool) -> Guide:
    return _Lama(network) if name == "lama" else _Migan(network, whole=whole)


class _Lama:
    """Takes float32 squares, 0 to 1, and 1 in the hole; gives 0 to 255."""

    def __init__(self, network: Network) -> None:
        self._run = _Runner(network, "float")
        self._sides = [side or _SIDE for side in network.inputs["image"].shape[2:]]
        self.side = min(self._sides)

    def __call__(self, image: NDArray[np.float32], hole: NDArray[np.bool_]) -> NDArray[np.float32]:
        height, width = hole.shape
        # Mirrored, not stretched: it knows how large things are.
        margins = [(0, side - length) for side, length in zip(self._sides, hole.shape, strict=True)]
        square = np.pad(image, (*margins, (0, 0)), "symmetric")
        mask = np.pad(hole, margins, "symmetric").astype(np.float32)
        return self._run(square, mask)[:height, :width] / np.float32(_BYTE)


class _Migan:
    """Takes uint8 pictures of any size, and 255 where they are kept; gives uint8."""

    def __init__(self, network: Network, *, whole: bool) -> None:
        self._run = _Runner(network, "uint8")
        self.side = _ANY if whole else _SIDE

    def __call__(self, image: NDArray[np.float32], hole: NDArray[np.bool_]) -> NDArray[np.float32]:
        levels = np.rint(image * _BYTE).astype(np.uint8)
        return self._run(levels, np.where(hole, np.uint8(0), np.uint8(_BYTE))) / np.float32(_BYTE)


class _Runner:
    """One picture at a time through a network with the inputs ``image`` and ``mask``.

    Its pictures are large and each has all threads: two at once would only take twice the memory.
    """

    def __init__(self, network: Network, kind: str) -> None:
        _check(network, kind)
        self._network = network
        self._output = next(iter(network.outputs))
        self._turn = threading.Lock()

    def __call__(self, image: NDArray[Any], mask: NDArray[Any]) -> NDArray[np.float32]:
        """Return float32 ``(h, w, 3)`` for ``(h, w, 3)`` and ``(h, w)``."""
        with self._turn:
            planes = np.ascontiguousarray(image.transpose(2, 0, 1)[None])
            (painted,) = self._network.run(self._output, image=planes, mask=mask[None, None])
        if painted.shape != (1, 3, *mask.shape):
            raise FillError(
                f"the network {self._network.name} answered {painted.shape} for a picture of {mask.shape}"
            )
        return np.asarray(painted[0].transpose(1, 2, 0), np.float32)


def _check(network: Network, kind: str) -> None:
    """Make sure that a network takes what we give and gives what we take."""
    wanted = ", ".join(
        f"{name} {kind} (batch, {channels}, height, width)" for name, channels in _CHANNELS.items()
    )
    ports = {name: port for name, port in network.inputs.items() if name in _CHANNELS}
    right = len(ports) == len(network.inputs) == len(_CHANNELS) and all(
        port.kind == kind
        and len(port.shape) == 4  # noqa: PLR2004 - batch, channels, height, width
        and port.shape[0] in {1, None}
        and port.shape[1] in {_CHANNELS[name], None}
        for name, port in ports.items()
    )
    if not right or next(iter(network.outputs.values())).kind != kind:
        found = ", ".join(f"{name} {port.kind} {port.shape}" for name, port in network.inputs.items())
        raise FillError(f"{network.name} is a different network: it takes {found}, not {wanted}")
