"""The squared distance between two patches, as explicit vector code.

This is where the time goes, and the loop vectoriser does badly on seven rows of 28 bytes. The rows are
therefore written out in LLVM's portable vector notation: 32 bytes are loaded, the last four masked away, the
absolute differences widened and multiplied in pairs (``vpmaddwd`` on x86, ``smlal`` on ARM), and only the end
result is summed across the lanes.
"""

from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from wuhen.fill.compiled import Flat, inlined

__all__ = ["CHANNELS", "RADIUS", "SIDE", "masked_patch_distance", "patch_distance"]

RADIUS = 3
SIDE = 2 * RADIUS + 1
#: Bytes per pixel: three colours and one more (alpha, or texture strength).
CHANNELS = 4

_LOADED = 32
_USED = SIDE * CHANNELS
_BYTE, _SHORT, _INT = ir.IntType(8), ir.IntType(16), ir.IntType(32)


def _rows_distance(rows: int, *, masked: bool) -> Any:
    """Make the intrinsic that sums squared differences over a number of consecutive rows.

    The masked form takes a second buffer, 255 for each byte that counts, and asks it at both places.
    """

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        buffers = [
            context.make_array(kind)(context, builder, value).data
            for kind, value in zip(signature.args, args[: 2 if masked else 1], strict=False)
        ]
        first, second, stride = args[-3:]
        bytes_type, ints_type = ir.VectorType(_BYTE, _LOADED), ir.VectorType(_INT, _LOADED // 2)
        used = ir.Constant(bytes_type, [255] * _USED + [0] * (_LOADED - _USED))
        lanes = [ir.Constant(ints_type, list(range(parity, _LOADED, 2))) for parity in (0, 1)]
        none = ir.Constant(ir.VectorType(_SHORT, _LOADED), ir.Undefined)
        total = ir.Constant(ints_type, [0] * (_LOADED // 2))
        for _ in range(rows):
            loads = [
                builder.load(builder.bitcast(builder.gep(base, [at]), bytes_type.as_pointer()), align=1)
                for base in buffers
                for at in (first, second)
            ]
            above = builder.icmp_unsigned(">", loads[0], loads[1])
            gap = builder.sub(builder.select(above, *loads[:2]), builder.select(above, *loads[1::-1]))
            for mask in (used, *loads[2:]):
                gap = builder.and_(gap, mask)
            wide = builder.zext(gap, none.type)
            for lane in lanes:
                half = builder.sext(builder.shuffle_vector(wide, none, lane), ints_type)
                total = builder.add(total, builder.mul(half, half))
            first, second = builder.add(first, stride), builder.add(second, stride)
        name = f"llvm.vector.reduce.add.v{_LOADED // 2}i32"
        function_type = ir.FunctionType(_INT, [ints_type])
        function = cgutils.get_or_insert_function(builder.module, function_type, name)  # type: ignore[no-untyped-call]
        return builder.call(function, [total])

    if masked:

        @intrinsic
        def masked_distance(
            _typing: Any, pixels: Any, masks: Any, _first: Any, _second: Any, _stride: Any
        ) -> tuple[Any, Any]:
            return types.int32(pixels, masks, types.int64, types.int64, types.int64), generate

        return masked_distance

    @intrinsic
    def distance(_typing: Any, pixels: Any, _first: Any, _second: Any, _stride: Any) -> tuple[Any, Any]:
        return types.int32(pixels, types.int64, types.int64, types.int64), generate

    return distance


_upper = _rows_distance(RADIUS, masked=False)
_lower = _rows_distance(SIDE - RADIUS, masked=False)
_masked = _rows_distance(SIDE, masked=True)


@inlined
def patch_distance(pixels: Flat, pitch: int, target: int, source: int, limit: float) -> int:
    """Sum of squared differences of two 7x7 patches, or just any number from ``limit`` up.

    ``pixels`` is a level's flat buffer, ``pitch`` its row length in pixels; ``target`` and ``source`` are the
    centres' pixel indices.
    """
    stride = pitch * CHANNELS
    corner = RADIUS * (pitch + 1)
    a = (target - corner) * CHANNELS
    b = (source - corner) * CHANNELS
    total: int = _upper(pixels, a, b, stride)
    if total < limit:
        total += _lower(pixels, a + RADIUS * stride, b + RADIUS * stride, stride)
    return total


@inlined
def masked_patch_distance(pixels: Flat, masks: Flat, pitch: int, target: int, source: int) -> int:
    """Sum of squared differences over the bytes that ``masks`` (255 or 0 per byte) allows at both places."""
    corner = RADIUS * (pitch + 1)
    a = (target - corner) * CHANNELS
    b = (source - corner) * CHANNELS
    total: int = _masked(pixels, masks, a, b, pitch * CHANNELS)
    return total
