"""All groups of cells."""

from collections.abc import Callable, Iterator

from photo.matrix import bmp_cells, jpeg_cells, png_cells, tiff_cells, tiff_colour_cells, webp_cells
from photo.matrix.cell import Cell

__all__ = ["GROUPS", "Group", "group_name"]

Group = Callable[[], Iterator[Cell]]
GROUPS: tuple[Group, ...] = (
    *tiff_cells.GROUPS,
    *tiff_colour_cells.GROUPS,
    *png_cells.GROUPS,
    *bmp_cells.GROUPS,
    *webp_cells.GROUPS,
    *jpeg_cells.GROUPS,
)


def group_name(group: Group) -> str:
    return f"{group.__module__.rpartition('.')[2].removesuffix('_cells')}-{group.__name__}"
