"""Numba's decorator behind a typed and fail-safe front.

Numba ships no types, and its on-disk cache raises when neither the package's folder nor the user's cache
folder can be written. Everything compiled in this package goes through `kernel` and `inlined`, so both facts
are dealt with once.

Kernels release the interpreter lock and never start threads of their own: parallel work is handed out by
`wuhen.fill.compute.team`, which keeps results independent of the thread count and safe to call from any
thread or process.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np

__all__ = ["Flat", "as_bits", "as_float", "as_int", "inlined", "kernel"]

#: An array inside a kernel. Its dtype and shape stand in the kernel's signature string, which Numba enforces;
#: Python's type rules for NumPy scalars have no bearing on compiled code.
Flat = Any
#: Conversions inside kernels: 64-bit signed, 64-bit unsigned, 32-bit float.
as_int = cast("Callable[[Any], int]", np.int64)
as_bits = cast("Callable[[Any], int]", np.uint64)
as_float = cast("Callable[[Any], float]", np.float32)

_Function = TypeVar("_Function", bound=Callable[..., Any])

_OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy"}


def kernel(signature: str) -> Callable[[_Function], _Function]:
    """Compile a function for exactly one signature when its module is imported, or load it from the cache.

    Parameters
    ----------
    signature
        Numba's notation, such as ``"void(uint8[::1], int64)"``. Fixed signatures keep a caller's odd dtype
        from starting the compiler in the middle of a request.
    """

    def decorate(function: _Function) -> _Function:
        try:
            compiled = numba.njit(signature, cache=True, **_OPTIONS)(function)
        except RuntimeError as error:
            if "no locator available" not in str(error):
                raise
            # Nowhere to keep compiled code (read-only package and home): compile for this process only.
            compiled = numba.njit(signature, **_OPTIONS)(function)
        return cast("_Function", compiled)

    return decorate


def inlined(function: _Function) -> _Function:
    """Mark a small function as part of the kernels that call it."""
    return cast("_Function", numba.njit(**_OPTIONS)(function))
