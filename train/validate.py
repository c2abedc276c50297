"""Measure a generator on the photographs kept from training, each with the same hole every time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from losses import local_similarity
from masks import Shapes, make_bank
from network import Fill, Generator
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from photographs import load_validation

SEED = 77
"""Of the validation holes; never used in training."""


class Validation:
    """The validation pictures and their holes on one device.

    Parameters
    ----------
    pack : Path
        Folder of ``validation.npz`` and ``shapes.npz``.
    device : torch.device
        Where to measure.
    most : int, optional
        Use only so many pictures, evenly over the sources.
    """

    def __init__(self, pack: Path, *, device: torch.device, most: int | None = None) -> None:
        pixels, self.sources = load_validation(pack / "validation.npz")
        holes = make_bank(Shapes.load(pack / "shapes.npz"), len(pixels), seed=SEED)
        if most is not None:
            chosen = np.linspace(0, len(pixels) - 1, min(most, len(pixels))).astype(int)
            pixels, holes, self.sources = pixels[chosen], holes[chosen], [self.sources[i] for i in chosen]
        image = torch.from_numpy(pixels).permute(0, 3, 1, 2).float() / 127.5 - 1
        self.image = image.to(device)
        self.hole = torch.from_numpy(holes[:, None]).float().to(device)

    @torch.no_grad()
    def fill(self, generator: Generator, chosen: slice) -> Fill:
        """Run `generator` on some of the pictures."""
        made: Fill = generator(self.image[chosen], self.hole[chosen])
        return Fill(made.rgb.clamp(-1, 1), made.spread)

    def measure(self, generator: Generator) -> dict[str, float]:
        """Return figures inside the holes, the mean over pictures.

        ``l1`` is in 8-bit levels; ``psnr`` in dB; ``psnr_coarse`` the same after both were shrunk eightfold,
        which asks for structure alone; ``ssim`` at most 1; ``gradient`` the mean slope relative to the
        truth's, 1 as sharp as it; ``calibration`` the expected error over the true one.
        """
        rows = []
        for start in range(0, len(self.image), 32):
            chosen = slice(start, start + 32)
            rows.append(figures(self.fill(generator, chosen), self.image[chosen], self.hole[chosen]))
        return {name: float(torch.cat([row[name] for row in rows]).mean()) for name in rows[0]}

    def sheet(self, generator: Generator, count: int = 24, columns: int = 3) -> NDArray[np.uint8]:
        """Return a contact sheet: picture with hole, fill, truth, side by side, `count` times."""
        step = max(1, len(self.image) // count)
        tiles = []
        for index in range(0, step * count, step):
            chosen = slice(index, index + 1)
            if index >= len(self.image):
                break
            image, hole = self.image[chosen], self.hole[chosen]
            filled = self.fill(generator, chosen).rgb * hole + image * (1 - hole)
            row = torch.cat(
                [image * (1 - hole) + hole * image.new_tensor([1, -1, 1]).view(1, 3, 1, 1), filled, image], 3
            )
            tiles.append(((row[0].permute(1, 2, 0) + 1) * 127.5).round().byte().cpu().numpy())
        tiles += [np.zeros_like(tiles[0])] * (-len(tiles) % columns)
        rows = [np.hstack(tiles[start : start + columns]) for start in range(0, len(tiles), columns)]
        return np.vstack(rows)


def figures(made: Fill, image: Tensor, hole: Tensor) -> dict[str, Tensor]:
    """Return one value per picture and figure, as `Validation.measure` explains them."""
    area = hole.sum((1, 2, 3))
    error = (made.rgb - image) * hole
    mean = error.abs().sum((1, 2, 3)) / (3 * area)

    def psnr(difference: Tensor, weight: Tensor) -> Tensor:
        mse = difference.square().sum((1, 2, 3)) / (3 * weight.square().sum((1, 2, 3)))
        return 10 * torch.log10(4 / mse.clamp(min=1e-9))

    coarse = functional.avg_pool2d(error, 8)
    filled = made.rgb * hole + image * (1 - hole)
    similarity = (local_similarity(filled, image).mean(1, keepdim=True) * hole).sum((1, 2, 3)) / area

    def slope(x: Tensor) -> Tensor:
        inside = hole[..., 1:, 1:]
        steps = x.diff(dim=3)[..., 1:, :].abs() + x.diff(dim=2)[..., :, 1:].abs()
        return (steps * inside).sum((1, 2, 3))

    expected = (torch.exp(made.spread) * hole).sum((1, 2, 3)) / area
    return {
        "l1": mean * 127.5,
        "psnr": psnr(error, hole),
        "psnr_coarse": psnr(coarse, functional.avg_pool2d(hole, 8)),
        "ssim": similarity,
        "gradient": slope(filled) / slope(image).clamp(min=1e-3),
        "calibration": expected / mean.clamp(min=1e-4),
    }
