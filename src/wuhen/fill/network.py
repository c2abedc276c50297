"""The coarse network as a guide. Needs ONNX Runtime, which the extra ``network`` installs.

What the network takes and gives is in `docs/model-card.md`.
"""

import importlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wuhen.fill.errors import FillError
from wuhen.fill.guide import Guide

__all__ = ["load_network"]

_WEIGHTS = Path(__file__).parent / "weights" / "coarse.onnx"


def load_network(threads: int = 1) -> Guide:
    """Load the network.

    Parameters
    ----------
    threads
        How many threads one picture may use. What is painted does not depend on it.

    Returns
    -------
    Guide
        To be kept: loading takes longer than painting. It may be called from several threads at once.

    Raises
    ------
    FillError
        When ONNX Runtime is not installed.
    """
    try:
        runtime = importlib.import_module("onnxruntime")
    except ImportError as error:
        raise FillError("the network needs ONNX Runtime: install wuhen[network]") from error
    options = runtime.SessionOptions()
    options.intra_op_num_threads = threads
    # Threads that wait for more work must not take the processor from the fill's own.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = runtime.InferenceSession(str(_WEIGHTS), options, providers=["CPUExecutionProvider"])

    def paint(image: NDArray[np.float32], hole: NDArray[np.bool_]) -> NDArray[np.float32]:
        inputs = {
            "image": np.ascontiguousarray(image.transpose(2, 0, 1)[None]),
            "hole": hole.astype(np.float32)[None, None],
        }
        (fill,) = session.run(["fill"], inputs)
        return np.asarray(fill[0].transpose(1, 2, 0), np.float32)

    return paint
