"""The one way to run a network: a graph in ONNX, loaded once per process, by ONNX Runtime.

On a CUDA device where the installed package can use one (the extra ``cuda``), else on the processor.
Graphs in 8-bit integers are computed in them only where the processor multiplies and adds such numbers in one
instruction: that is twice as fast as in floating point, and slower without.
"""

import os
import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from llvmlite import binding  # type: ignore[import-untyped]
from numpy.typing import NDArray

from wuhen.fill.errors import FillError

__all__ = ["Network", "Port", "open_network"]

_MAX_REASON_LENGTH = 200
#: What LLVM calls products of bytes that are summed at once, on x86 and ARM.
_BYTE_PRODUCTS = ("avx512vnni", "avxvnni", "dotprod")
_loading = threading.Lock()


@dataclass(frozen=True, slots=True)
class Port:
    """What a graph says of one of its inputs or outputs.

    Attributes
    ----------
    kind
        Type of its numbers, such as ``float`` or ``uint8``.
    shape
        None stands for a side of any length.
    """

    kind: str
    shape: tuple[int | None, ...]


class Network:
    """A loaded graph.

    Parameters
    ----------
    session
        ONNX Runtime's.
    name
        What messages call it.

    Attributes
    ----------
    inputs, outputs
        By name.
    """

    def __init__(self, session: Any, name: str) -> None:
        self.name = name
        self._session = session
        self.inputs = {port.name: _port(port) for port in session.get_inputs()}
        self.outputs = {port.name: _port(port) for port in session.get_outputs()}

    def run(self, *outputs: str, **inputs: NDArray[Any]) -> list[NDArray[Any]]:
        """Compute some of the outputs. May be called from several threads at once.

        Raises
        ------
        FillError
            The graph cannot be computed for these inputs.
        MemoryError
            There is not memory enough.
        """
        try:
            found = self._session.run(outputs, inputs)
        except Exception as error:
            _tell_of_memory(error)
            reason = _reason(error, self.name)
            raise FillError(f"the network {self.name} failed: {reason}") from error
        return [np.asarray(one) for one in found]


def open_network(path: Path, threads: int, *, keep: bool = True) -> Network:
    """Load a graph, once per process, path and number of threads.

    Parameters
    ----------
    path
        Of the file.
    threads
        How many threads one run may use.
    keep
        Whether it is to be run. One that is only to be looked into is not made fast, and not kept.

    Raises
    ------
    FillError
        ONNX Runtime is not installed, or cannot load the file.
    MemoryError
        There is not memory enough.
    """
    if not keep:
        return _open(path, threads, optimise=False)
    with _loading:
        return _cached_session(path, threads)


@lru_cache(maxsize=4)
def _cached_session(path: Path, threads: int) -> Network:
    return _open(path, threads, optimise=True)


def _open(path: Path, threads: int, *, optimise: bool) -> Network:
    # From 1.32 on it tells its maker how it is used, unless it reads this when it is loaded.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    try:
        import onnxruntime as runtime
    except ImportError as error:
        raise FillError("a network needs ONNX Runtime: pip install onnxruntime") from error
    options = runtime.SessionOptions()
    options.intra_op_num_threads = threads
    # What it says on standard error is not for the caller's terminal; what fails is raised as well.
    options.log_severity_level = 4
    # Threads that wait for more work must not take the processor from the fill's own.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    if not _multiplies_bytes():
        options.add_session_config_entry("session.disable_quant_qdq", "1")
    if not optimise:
        options.graph_optimization_level = runtime.GraphOptimizationLevel.ORT_DISABLE_ALL
    present = runtime.get_available_providers()
    providers = [name for name in ("CUDAExecutionProvider", "CPUExecutionProvider") if name in present]
    try:
        session = runtime.InferenceSession(str(path), options, providers=providers)
    except Exception as error:
        _tell_of_memory(error)
        reason = _reason(error, str(path))
        raise FillError(f"{path.name} is not a network that ONNX Runtime can load: {reason}") from error
    return Network(session, path.name)


@lru_cache(maxsize=1)
def _multiplies_bytes() -> bool:
    """Whether the processor has an instruction for sums of products of bytes."""
    try:
        features = binding.get_host_cpu_features()
    except RuntimeError:  # LLVM does not know this processor
        return False
    return any(features.get(name, False) for name in _BYTE_PRODUCTS)


def _port(port: Any) -> Port:
    kind = port.type.removeprefix("tensor(").removesuffix(")")
    return Port(kind, tuple(side if isinstance(side, int) else None for side in port.shape))


def _tell_of_memory(error: Exception) -> None:
    """Raise MemoryError where that was it: ONNX Runtime has no exception of its own for it."""
    if "alloc" in str(error):
        raise MemoryError("a network needs more memory") from error


def _reason(error: Exception, path: str) -> str:
    """Put what ONNX Runtime says into a line, without the path, which is the operator's business."""
    text = " ".join(str(error).replace(path, Path(path).name).split())
    return text[:_MAX_REASON_LENGTH]
