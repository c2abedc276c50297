"""What is drawn on a picture, and where: only there is the picture looked at."""

from dataclasses import dataclass, field

from numpy.typing import NDArray

from wuhen.mark.blend import Draw, Sample, draw_opaque

__all__ = ["Layer"]


@dataclass(frozen=True, slots=True)
class Layer:
    """A mark or a logo, ready to be drawn on a picture of one size.

    Attributes
    ----------
    rows, columns : slice
        The part of the picture that it covers.
    lay : Draw
        Draws on that part.
    """

    rows: slice
    columns: slice
    lay: Draw = field(repr=False)

    def draw(self, pixels: NDArray[Sample], alpha: NDArray[Sample] | None = None) -> None:
        """Draw on a picture in place; on one that is transparent in places as `draw_opaque` does.

        Parameters
        ----------
        pixels : (H, W, 3) ndarray of uint8 or uint16
            RGB, not premultiplied; changed.
        alpha : (H, W) ndarray, optional
            Of the same type; its greatest value is opaque. Changed.
        """
        window = pixels[self.rows, self.columns]
        if alpha is None:
            window[...] = self.lay(window)
        else:
            opacity = alpha[self.rows, self.columns]
            window[...], opacity[...] = draw_opaque(window, opacity, self.lay)
