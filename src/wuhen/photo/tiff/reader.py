"""Pillow's reader of TIFF files, without a limit of its own."""

from PIL import Image, TiffImagePlugin

__all__ = ["TiffReader"]


class TiffReader(TiffImagePlugin.TiffImageFile):
    """Decodes as many pixels as there are: `wuhen.photo.limits` has said how many there may be."""

    def load_prepare(self) -> None:
        """Make room for the pixels, before Pillow would ask whether they are too many."""
        if self._im is None:
            self.im = Image.new(self.mode, self._tile_size).im
        super().load_prepare()
