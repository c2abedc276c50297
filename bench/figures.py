"""How close a fill comes to the truth: five figures, all taken inside the hole.

None of them is the eye, and they pull in different directions: the mean square and the structural similarity
reward a blurred fill, the distance between patch distributions and the sharpness a textured one. A good fill
does well in all.
"""

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.metrics import structural_similarity

__all__ = ["FIGURES", "Image", "measure"]

Image = NDArray[np.uint8]

#: Name of each figure, and whether larger is better (for ``sharp`` 1 is best).
FIGURES = {"psnr": True, "ssim": True, "gmsd": False, "swd": False, "sharp": True}

_CONTEXT = 16
_PATCH = 7
_SAMPLES = 4096
_DIRECTIONS = 128
#: Stabiliser of the gradient similarity for 8-bit images (Xue et al. 2014).
_STABLE = 170.0


def measure(truth: Image, result: Image, hole: NDArray[np.bool_]) -> dict[str, float]:
    """Compare a fill with the truth.

    Returns
    -------
    dict
        ``psnr`` in dB; ``ssim``, mean structural similarity (Wang 2004); ``gmsd``, gradient magnitude
        similarity deviation over the hole's box (Xue 2014); ``swd``, sliced Wasserstein distance between the
        7x7 patches (Rabin 2011); ``sharp``, mean absolute Laplacian relative to the truth's.
    """
    error = (truth.astype(np.float64) - result)[hole]
    # Whether the library is installed decides whether mypy sees an untyped call.
    _, similarity = structural_similarity(  # type: ignore[no-untyped-call, unused-ignore]
        truth, result, channel_axis=2, full=True
    )
    rows, columns = np.nonzero(hole)
    box = (
        slice(max(0, int(rows.min()) - _CONTEXT), int(rows.max()) + _CONTEXT + 1),
        slice(max(0, int(columns.min()) - _CONTEXT), int(columns.max()) + _CONTEXT + 1),
    )
    greys = [cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32) for image in (truth, result)]
    details = [float(np.abs(cv2.Laplacian(grey, cv2.CV_32F))[hole].mean()) for grey in greys]
    return {
        "psnr": float(10 * np.log10(255**2 / max(1e-9, float((error**2).mean())))),
        "ssim": float(similarity[hole].mean()),
        "gmsd": _gradient_deviation(greys[0][box], greys[1][box]),
        "swd": _patch_distance(truth, result, hole),
        "sharp": details[1] / max(1e-6, details[0]),
    }


def _gradient_deviation(truth: NDArray[np.float32], result: NDArray[np.float32]) -> float:
    kernel = np.array([[1, 0, -1]] * 3, np.float32) / 3
    strengths = []
    for image in (truth, result):
        half = cv2.resize(image, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        strengths.append(np.hypot(cv2.filter2D(half, -1, kernel), cv2.filter2D(half, -1, kernel.T)))
    a, b = strengths
    return float(((2 * a * b + _STABLE) / (a * a + b * b + _STABLE)).std())


def _patch_distance(truth: Image, result: Image, hole: NDArray[np.bool_]) -> float:
    rng = np.random.default_rng(0)
    radius = _PATCH // 2
    rows, columns = np.nonzero(hole[radius:-radius, radius:-radius])
    if not len(rows):
        return 0.0
    chosen = rng.integers(0, len(rows), _SAMPLES)
    axes = rng.standard_normal((_PATCH * _PATCH * 3, _DIRECTIONS)).astype(np.float32)
    axes /= np.linalg.norm(axes, axis=0)
    projected = []
    for image in (truth, result):
        patches = np.lib.stride_tricks.sliding_window_view(image, (_PATCH, _PATCH), (0, 1))
        picked = patches[rows[chosen], columns[chosen]].reshape(_SAMPLES, -1).astype(np.float32)
        projected.append(np.sort(picked @ axes, axis=0))
    return float(np.abs(projected[0] - projected[1]).mean())
