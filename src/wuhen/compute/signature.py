"""The types that a kernel is compiled for, read from its annotations.

A kernel takes arrays (`Flat`, `Plane`, `Cube`), numbers, and bundles of them: named tuples with annotated
fields. So what belongs together stands together, in Python as in compiled code, and is declared once. An
annotation may be a union of two: most kernels know samples of 8 bits only, some those of 16 as well.
"""

from collections.abc import Callable
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

import numba
import numpy as np
from numba import types

__all__ = ["Cube", "Flat", "Plane", "Single", "signature_of"]

_Scalar = TypeVar("_Scalar", bound=np.generic)

#: Arrays of one, two and three dimensions, in C order without gaps.
Flat = np.ndarray[tuple[int], np.dtype[_Scalar]]
Plane = np.ndarray[tuple[int, int], np.dtype[_Scalar]]
Cube = np.ndarray[tuple[int, int, int], np.dtype[_Scalar]]
#: A number in single precision, as `wuhen.compute.compiled.as_float` makes it.
Single = Annotated[float, np.float32]

_NUMBERS = {int: types.int64, float: types.float64, bool: types.boolean, type(None): types.void}


def signature_of(function: Callable[..., Any], member: int = 0) -> Any:
    """Return Numba's signature of a function whose parameters and result are all annotated.

    Parameters
    ----------
    function
        The function.
    member
        Which member of unions to take, 0 or 1.

    Raises
    ------
    TypeError
        An annotation is none of those that kernels can have.
    """
    hints = get_type_hints(function, include_extras=True)
    chosen = [
        get_args(hint)[member] if get_origin(hint) in {Union, UnionType} else hint for hint in hints.values()
    ]
    *parameters, result = map(_compiled_type, chosen)
    return result(*parameters)


def _compiled_type(hint: Any) -> Any:
    if hint in _NUMBERS:
        return _NUMBERS[hint]
    if get_origin(hint) is Annotated:
        return numba.from_dtype(np.dtype(get_args(hint)[1]))
    if get_origin(hint) is np.ndarray:
        shape, dtype = get_args(hint)
        return types.Array(numba.from_dtype(np.dtype(get_args(dtype)[0])), len(get_args(shape)), "C")
    if hasattr(hint, "_fields"):
        fields = get_type_hints(hint, include_extras=True).values()
        parts = [_compiled_type(field) for field in fields]
        return types.BaseTuple.from_types(parts, hint)  # type: ignore[no-untyped-call]
    raise TypeError(f"a kernel cannot take or return {hint}")
