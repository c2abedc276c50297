"""The distance between two patches, as explicit vector code.

This is where the time goes, and the loop vectoriser does badly on seven rows of 28 bytes. The rows are
therefore written out in LLVM's portable vector notation: 32 bytes are loaded, the last four masked away, the
absolute differences widened, weighted and multiplied in pairs (``vpmaddwd`` on x86), and only the end result
is summed across the lanes.
"""

from typing import Any

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from wuhen.compute.compiled import as_float, inlined
from wuhen.compute.signature import Flat
from wuhen.fill.raster.layout import CHANNELS, RADIUS, SIDE

__all__ = ["patch_distance"]

_LOADED = 32
_USED = SIDE * CHANNELS
_BYTE, _SHORT, _INT = ir.IntType(8), ir.IntType(16), ir.IntType(32)


def _rows_distance(rows: int) -> Any:
    """Make the intrinsic that sums weighted squared differences over a number of consecutive rows."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        pixels, weights = (
            context.make_array(kind)(context, builder, value).data
            for kind, value in zip(signature.args[:2], args[:2], strict=True)
        )
        target, source, stride = args[2:]
        bytes_type, shorts_type = ir.VectorType(_BYTE, _LOADED), ir.VectorType(_SHORT, _LOADED)
        ints_type = ir.VectorType(_INT, _LOADED // 2)
        used = ir.Constant(bytes_type, [255] * _USED + [0] * (_LOADED - _USED))
        lanes = [ir.Constant(ints_type, list(range(parity, _LOADED, 2))) for parity in (0, 1)]
        none = ir.Constant(shorts_type, ir.Undefined)
        total = ir.Constant(ints_type, [0] * (_LOADED // 2))

        def load(buffer: Any, at: Any) -> Any:
            return builder.load(builder.bitcast(builder.gep(buffer, [at]), bytes_type.as_pointer()), align=1)

        for _ in range(rows):
            a, b = load(pixels, target), load(pixels, source)
            above = builder.icmp_unsigned(">", a, b)
            gap = builder.sub(builder.select(above, a, b), builder.select(above, b, a))
            wide = builder.zext(builder.and_(gap, used), shorts_type)
            weighted = builder.mul(wide, builder.zext(load(weights, target), shorts_type))
            for lane in lanes:
                x, y = (
                    builder.sext(builder.shuffle_vector(half, none, lane), ints_type)
                    for half in (wide, weighted)
                )
                total = builder.add(total, builder.mul(x, y))
            target, source = builder.add(target, stride), builder.add(source, stride)
        name = f"llvm.vector.reduce.add.v{_LOADED // 2}i32"
        function_type = ir.FunctionType(_INT, [ints_type])
        function = cgutils.get_or_insert_function(builder.module, function_type, name)  # type: ignore[no-untyped-call]
        return builder.call(function, [total])

    @intrinsic
    def distance(
        _typing: Any, pixels: Any, weights: Any, _target: Any, _source: Any, _stride: Any
    ) -> tuple[Any, Any]:
        return types.int32(pixels, weights, types.int64, types.int64, types.int64), generate

    return distance


_upper = _rows_distance(RADIUS)
_lower = _rows_distance(SIDE - RADIUS)


@inlined
def patch_distance(
    pixels: Flat[np.uint8],
    weights: Flat[np.uint8],
    pitch: int,
    target: int,
    source: int,
    limit: float,
    factor: float,
) -> float:
    """Weighted sum of squared differences of two 7x7 patches times a factor, or any number from ``limit`` up.

    ``pixels`` and ``weights`` are a scale's flat buffers, ``pitch`` its row length in pixels; ``target`` and
    ``source`` are the centres' pixel indices. The weights are those at the target.
    """
    stride = pitch * CHANNELS
    corner = RADIUS * (pitch + 1)
    a = (target - corner) * CHANNELS
    b = (source - corner) * CHANNELS
    total = as_float(_upper(pixels, weights, a, b, stride)) * factor
    if total < limit:
        total += as_float(_lower(pixels, weights, a + RADIUS * stride, b + RADIUS * stride, stride)) * factor
    return total
