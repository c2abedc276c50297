"""Kernels are compiled for what their annotations say, bundles included, and for nothing else."""

from typing import NamedTuple

import numpy as np
import pytest

from wuhen.compute.compiled import as_float, compile_second, kernel
from wuhen.compute.signature import Flat, Plane, Single, signature_of


class _Inner(NamedTuple):
    values: Flat[np.int32]
    factor: Single


class _Outer(NamedTuple):
    inner: _Inner
    places: Plane[np.uint8]
    on: bool


@kernel
def _total(outer: _Outer, start: int) -> float:
    """Sum of the values at places that are set, times the factor."""
    values, total = outer.inner.values, start
    for i in range(len(values)):
        for j in range(outer.places.shape[1]):
            total += values[i] * outer.places[i, j]
    return float(total) * outer.inner.factor if outer.on else 0.0


def _bundle(values: Flat[np.int32]) -> _Outer:
    return _Outer(_Inner(values, as_float(0.5)), np.array([[1, 0], [1, 1]], np.uint8), on=True)


def test_a_bundle_of_bundles_arrives_whole() -> None:
    assert _total(_bundle(np.array([3, 5], np.int32)), 1) == 7.0


@pytest.mark.parametrize("values", [np.zeros(2, np.int64), np.zeros(4, np.int32)[::2]])
def test_what_is_not_as_declared_is_refused_rather_than_compiled_for(values: Flat[np.int32]) -> None:
    with pytest.raises(TypeError):
        _total(_bundle(values), 1)


def test_the_second_of_two_types_is_taken_once_it_is_asked_for() -> None:
    # Made here: a warm-up in another test asks for the second types of all that there are by then.
    @kernel
    def halve(values: Flat[np.int32] | Flat[np.int64]) -> None:
        """Divide by two."""
        for i in range(len(values)):
            values[i] //= 2

    wide, narrow = np.array([2**40], np.int64), np.array([12], np.int32)
    with pytest.raises(TypeError):
        halve(wide)
    compile_second(halve)
    halve(wide)
    halve(narrow)
    assert (wide[0], narrow[0]) == (2**39, 6)
    with pytest.raises(TypeError):
        halve(np.array([12], np.int16))  # type: ignore[arg-type]


def test_what_kernels_cannot_take_is_named() -> None:
    def wrong(_names: list[str]) -> None:
        """Have a parameter that no kernel can take."""

    with pytest.raises(TypeError, match=r"list\[str\]"):
        signature_of(wrong)


def test_a_kernel_calls_no_kernel() -> None:
    def calling(outer: _Outer) -> float:
        """Do what no kernel can: of another one there is only what the processor runs."""
        return _total(outer, 1)

    with pytest.raises(TypeError, match="mark _total as inlined"):
        kernel(calling)
