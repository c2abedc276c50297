"""Work that threads share out among themselves inside one compiled call.

A fill at 500 px is hundreds of steps of a fraction of a millisecond, and waking a thread takes a good part of
that. So a compiled call does many steps, its *phases*, and whoever is in it takes piece after piece of the
phase that is on. A phase begins when all pieces of the one before are done, not when all threads have come: a
thread that comes late finds its way to the phase that is on, or to the end, and nobody has waited for it.

What is in `Turn` is all that such a call needs to know of the others.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, cast

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from wuhen.compute.compiled import as_int, inlined, kernel
from wuhen.compute.signature import Flat

__all__ = [
    "Turn",
    "announce",
    "announce_call",
    "await_call",
    "clear",
    "finish_piece",
    "linger",
    "new_board",
    "take_piece",
    "wait_at_barrier",
]

#: Counters lie so far apart that threads do not fight over a line of the cache.
_APART = 8
#: More pieces than there are of anything.
_PLENTY = 1 << 40
#: Looks at a counter before the processor is offered to others each time.
_SPINS = 2000

_LONG = ir.IntType(64)


class Turn(NamedTuple):
    """One thread's part in one call.

    Attributes
    ----------
    board
        From `new_board`, the same for all threads.
    bell
        int64 ``(1,)``: the number of the call that was begun last.
    number
        This call's.
    patience
        How many times to look at the bell for a next call before leaving this one; 0 for not at all.
    """

    board: Flat[np.int64]
    bell: Flat[np.int64]
    number: int
    patience: int


def new_board(phases: int) -> Flat[np.int64]:
    """Make the counters of so many phases."""
    return np.zeros(2 * phases * _APART, np.int64)


def clear(board: Flat[np.int64]) -> None:
    """Leave nothing to be done of a call that is on: its pieces are all taken, and its barriers open."""
    board[::_APART] = _PLENTY


def _compiled_in(function: Callable[..., Any]) -> Callable[..., int]:
    """Make an intrinsic, which Numba leaves without a type."""
    return cast("Callable[..., int]", intrinsic(function))


def _pointer(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    array = context.make_array(signature.args[0])(context, builder, args[0])
    return builder.gep(array.data, [args[1]])


@_compiled_in
def _fetch_add(_typing: Any, counters: Any, _at: Any) -> tuple[Any, Any]:
    """Add one to a counter, and return what it was."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        pointer = _pointer(context, builder, signature, args)
        return builder.atomic_rmw("add", pointer, ir.Constant(_LONG, 1), "seq_cst")

    return types.int64(counters, types.int64), generate


@_compiled_in
def _fetch_max(_typing: Any, counters: Any, _at: Any, _least: Any) -> tuple[Any, Any]:
    """Raise a counter to a number, unless it is higher already, and return what it was."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        pointer = _pointer(context, builder, signature, args)
        return builder.atomic_rmw("max", pointer, args[2], "seq_cst")

    return types.int64(counters, types.int64, types.int64), generate


@_compiled_in
def _load(_typing: Any, counters: Any, _at: Any) -> tuple[Any, Any]:
    """Read a counter that others write."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.load_atomic(_pointer(context, builder, signature, args), "seq_cst", 8)

    return types.int64(counters, types.int64), generate


@_compiled_in
def _yield_processor(_typing: Any) -> tuple[Any, Any]:
    """Offer the processor to other threads (POSIX)."""

    def generate(_context: Any, builder: Any, _signature: Any, _args: Any) -> Any:
        function_type = ir.FunctionType(ir.IntType(32), [])
        function = cgutils.get_or_insert_function(builder.module, function_type, "sched_yield")  # type: ignore[no-untyped-call]
        return builder.call(function, [])

    return types.int32(), generate


@inlined
def announce_call(bell: Flat[np.int64], number: int) -> None:
    """Tell who listens that a call has begun. Its lock is free by now, which a caller could not say."""
    _fetch_max(bell, 0, number)


@inlined
def take_piece(board: Flat[np.int64], phase: int) -> int:
    """Take a phase's next piece; there are none left if it is none of the pieces there are."""
    return _fetch_add(board, 2 * phase * _APART)


@inlined
def finish_piece(board: Flat[np.int64], phase: int) -> None:
    """Say that a piece that was taken is done."""
    _fetch_add(board, (2 * phase + 1) * _APART)


@inlined
def wait_at_barrier(board: Flat[np.int64], phase: int, count: int) -> None:
    """Wait until all pieces of a phase are done."""
    spins = 0
    while _load(board, (2 * phase + 1) * _APART) < count:
        spins += 1
        if spins > _SPINS:
            _yield_processor()


@inlined
def linger(bell: Flat[np.int64], number: int, patience: int) -> None:
    """Stay for a while, if asked to: who leaves just before the next call only hinders its caller."""
    spins = 0
    while spins < patience and _load(bell, 0) <= number:
        spins += 1
        if spins > _SPINS:
            _yield_processor()


@kernel
def await_call(bell: Flat[np.int64], number: int, patience: int) -> None:
    """Return when a call with a higher number has begun, or when patience is at its end."""
    linger(bell, as_int(number), as_int(patience))


@kernel
def announce(bell: Flat[np.int64], number: int) -> None:
    """Tell who listens that something other than a kernel in phases has begun."""
    announce_call(bell, as_int(number))
