"""Numba's decorator behind a typed front, with a cache of our own.

Numba ships few types, and its on-disk cache serves one user on one machine. Everything compiled in this
package goes through `kernel` and `inlined`, so both facts are dealt with once.

Kernels release the interpreter lock and never start threads of their own: parallel work is handed out by
`wuhen.compute.team`, which keeps results independent of the thread count and safe to call from any
thread or process.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar, cast

import numba
import numpy as np

from wuhen.compute.cache import KernelCache
from wuhen.compute.signature import signature_of

__all__ = [
    "as_bits",
    "as_float",
    "as_int",
    "compile_second",
    "compile_seconds",
    "inlined",
    "kernel",
    "pasted",
]

#: Conversions inside kernels: 64-bit signed, 64-bit unsigned, 32-bit float.
as_int = cast("Callable[[Any], int]", np.int64)
as_bits = cast("Callable[[Any], int]", np.uint64)
as_float = cast("Callable[[Any], float]", np.float32)

_Function = TypeVar("_Function", bound=Callable[..., Any])

#: No entries for callers in C, and arrays are borrowed: nobody counts references to them.
_OPTIONS: dict[str, Any] = {
    "nogil": True,
    "error_model": "numpy",
    "no_cfunc_wrapper": True,
    "_nrt": False,
}

_with_seconds: list[Any] = []


def kernel(function: _Function) -> _Function:
    """Compile a function when its module is imported, or load it from the cache.

    It is compiled for exactly what its annotations say, see `wuhen.compute.signature`: fixed signatures
    keep a caller's odd dtype from starting the compiler in the middle of a request. It makes no arrays: it
    borrows its caller's and counts no references to them, which would cost threads that share them a lot, and
    the compiler a tenth of its time.

    Raises
    ------
    TypeError
        An annotation is none of those that kernels can have; or it calls a kernel, of which there may be
        nothing but what the processor runs. What kernels share is `inlined`.
    """
    compiled: Any = numba.njit(**_OPTIONS)(function)
    if compiled is not function:  # as it is where Numba is switched off
        for name in function.__code__.co_names:
            if isinstance(getattr(function.__globals__.get(name), "_cache", None), KernelCache):
                raise TypeError(f"kernel {function.__qualname__} calls a kernel: mark {name} as inlined")
        compiled._cache = KernelCache(function)  # noqa: SLF001 - Numba lets nobody name another cache
        signature = signature_of(function)
        compiled.compile(signature)
        compiled.disable_compile()
        if signature_of(function, member=1) != signature:
            _with_seconds.append(compiled)
    return cast("_Function", compiled)


def compile_seconds() -> None:
    """Do as `compile_second` for all kernels that have been imported and that have second members."""
    for compiled in _with_seconds:
        compile_second(compiled)


@cache
def compile_second(function: Callable[..., Any]) -> None:
    """Compile a kernel for the second members of the unions in its annotations, or load it from the cache.

    It is compiled for the first ones when it is imported; for these only where somebody needs them, or
    by `compile_seconds` for whoever cannot keep what is compiled later.
    """
    compiled: Any = function
    if hasattr(compiled, "py_func"):  # as it has not where Numba is switched off
        compiled.disable_compile(False)  # noqa: FBT003 - Numba's own parameter
        compiled.compile(signature_of(compiled.py_func, member=1))
        compiled.disable_compile()


def inlined(function: _Function) -> _Function:
    """Mark a function as part of the kernels that call it. Python cannot call it; it can make no arrays."""
    options = {**_OPTIONS, "no_cpython_wrapper": True}
    return cast("_Function", numba.njit(**options)(function))


def pasted(function: _Function) -> _Function:
    """Mark a function like `inlined`, and have it put where it is called however often that is.

    For the few instructions of an inner loop that is called from many places, which the compiler would rather
    call than repeat, with all that their bundles hold as arguments.
    """
    options = {**_OPTIONS, "no_cpython_wrapper": True, "forceinline": True}
    return cast("_Function", numba.njit(**options)(function))
