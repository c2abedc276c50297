"""The coarse network as a guide. Needs ONNX Runtime.

What the network takes and gives is in `docs/model-card.md`.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wuhen.fill.guides.protocol import Guide
from wuhen.fill.guides.runtime import open_network

__all__ = ["load_network"]

#: Where it expects to be wrong by less than the first, 0 to 1, it is sure; not at all from the second on.
_SURE, _UNSURE = 0.04, 0.1
_WEIGHTS = Path(__file__).parent / "weights" / "coarse.onnx"


def load_network(threads: int = 1) -> Guide:
    """Load the network, or return the loaded one.

    Parameters
    ----------
    threads
        How many threads one picture may use. What is painted does not depend on it.

    Returns
    -------
    Guide
        It may be called from several threads at once.

    Raises
    ------
    FillError
        When ONNX Runtime is not installed.
    """
    network = open_network(_WEIGHTS, threads)

    def paint(image: NDArray[np.float32], hole: NDArray[np.bool_]) -> NDArray[np.float32]:
        fill, error = network.run(
            "fill", "error",
            image=np.ascontiguousarray(image.transpose(2, 0, 1)[None]),
            hole=hole.astype(np.float32)[None, None],
        )  # fmt: skip
        sure = np.clip((_UNSURE - error[0]) / (_UNSURE - _SURE), 0, 1)
        return np.concatenate([fill[0], np.ones_like(sure), sure], dtype=np.float32).transpose(1, 2, 0)

    paint.vague = True  # type: ignore[attr-defined]
    return paint
