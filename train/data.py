"""Training batches, cut, turned, recoloured and holed on the accelerator itself.

Everything is uploaded once as bytes, and a batch is then a handful of tensor operations: no worker processes,
no waiting for a disk. Each batch depends on the seed and the step alone, so a run that was cut short and
resumed sees what an unbroken one would have seen.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from photographs import Photographs

SIDE = 256
"""Height and width of a training picture."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Pictures with holes.

    Attributes
    ----------
    image : Tensor
        (batch, 3, 256, 256), -1 to 1, the truth.
    hole : Tensor
        (batch, 1, 256, 256), 1 inside the hole.
    """

    image: Tensor
    hole: Tensor


def with_scenes(photographs: Photographs, scenes: NDArray[np.uint8]) -> Photographs:
    """Add procedural scenes (n, 288, 384, 3) as a source named ``scenes``."""
    count, height, width = scenes.shape[:3]
    return Photographs(
        np.concatenate([photographs.pixels, scenes]),
        np.concatenate([photographs.sizes, np.tile([[height, width]], (count, 1))]),
        np.concatenate([photographs.upright, np.ones(count, np.bool_)]),
        [*photographs.sources, *["scenes"] * count],
    )


def _affine(turn: Tensor, *, mirror: Tensor) -> Tensor:
    """Return (n, 2, 2) matrices that turn by `turn` radians and mirror where `mirror` is -1."""
    cos, sin = torch.cos(turn), torch.sin(turn)
    return torch.stack(
        [torch.stack([cos * mirror, sin], dim=-1), torch.stack([-sin * mirror, cos], dim=-1)], dim=-2
    )


class Batches:
    """A source of batches that lives on one device.

    Parameters
    ----------
    photographs : Photographs
        What to cut from.
    masks : NDArray[np.bool_]
        (m, 256, 256) holes to choose from.
    shares : dict of str to float
        How often each source is drawn; the sources not named share what ``rest`` says, by their size.
    size : int
        Pictures in a batch.
    seed : int
        Same seed and same step, same batch.
    device : torch.device
        Where everything is.
    """

    def __init__(
        self,
        photographs: Photographs,
        masks: NDArray[np.bool_],
        shares: dict[str, float],
        *,
        size: int,
        seed: int,
        device: torch.device,
    ) -> None:
        self.size, self.seed, self.device = size, seed, device
        self.pixels = torch.from_numpy(photographs.pixels).to(device).permute(0, 3, 1, 2).contiguous()
        self.sizes = torch.from_numpy(photographs.sizes).to(device, torch.float32)
        self.upright = torch.from_numpy(photographs.upright).to(device)
        self.masks = torch.from_numpy(masks.view(np.uint8)).to(device)
        sources = np.array([s if s in shares else "rest" for s in photographs.sources])
        weights = np.zeros(len(sources))
        for source, share in shares.items():
            here = sources == source
            weights[here] = share / max(1, here.sum())
        self.weights = torch.from_numpy(weights / weights.sum()).to(device, torch.float32)
        self.random = torch.Generator(device)

    def _uniform(self, low: float, high: float, *shape: int) -> Tensor:
        return low + (high - low) * torch.rand(shape, generator=self.random, device=self.device)

    def _chance(self, probability: float) -> Tensor:
        return self._uniform(0, 1, self.size) < probability

    def draw(self, step: int) -> Batch:
        """Return the batch of one training step."""
        self.random.manual_seed(self.seed * 1_000_003 + step)
        chosen = torch.multinomial(self.weights, self.size, replacement=True, generator=self.random)
        return Batch(self._recolour(self._cut(chosen)), self._holes())

    def _cut(self, chosen: Tensor) -> Tensor:
        """Cut a square from each chosen photograph: (batch, 3, 256, 256), 0 to 1."""
        height, width = self.sizes[chosen].unbind(1)
        shortest = torch.minimum(height, width)
        tilt = self._uniform(-0.12, 0.12, self.size) * self._chance(0.3)
        side = torch.maximum(shortest * self._uniform(0.72, 1.0, self.size), shortest.clamp(max=200))
        reach = side * (torch.cos(tilt) + torch.sin(tilt.abs()))
        side = side * (shortest / reach).clamp(max=1)
        reach = torch.minimum(reach, shortest)
        centre = torch.stack([self._uniform(0, 1, self.size) for _ in range(2)], 1)
        centre = reach[:, None] / 2 + centre * torch.stack([width - reach, height - reach], 1)
        quarters = torch.where(self.upright[chosen], 0.0, 1.0)
        quarters = quarters + torch.floor(self._uniform(0, 4, self.size)) * self._chance(0.1)
        mirror = torch.where(self._chance(0.5), -1.0, 1.0)
        matrix = _affine(tilt + quarters * torch.pi / 2, mirror=mirror) * (side / 2)[:, None, None]
        canvas = torch.tensor(self.pixels.shape[:1:-1], device=self.device)  # width, height
        theta = torch.cat([matrix, centre[:, :, None]], 2) * 2 / canvas[:, None]
        theta[:, :, 2] -= 1
        grid = functional.affine_grid(theta, [self.size, 3, SIDE, SIDE], align_corners=False)
        photos = self.pixels[chosen].float() / 255
        return functional.grid_sample(photos, grid, padding_mode="border", align_corners=False)

    def _recolour(self, image: Tensor) -> Tensor:
        """Change light, contrast, colour temperature, saturation and hue; return -1 to 1."""
        n = (self.size, 1, 1, 1)
        grey = image.mean((1, 2, 3), keepdim=True)
        image = grey + (image - grey) * self._uniform(0.7, 1.3, *n)
        image = image * self._uniform(0.7, 1.25, *n) + self._uniform(-0.08, 0.08, *n)
        image = image * self._uniform(0.9, 1.1, self.size, 3, 1, 1)
        luma = (image * image.new_tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)).sum(1, keepdim=True)
        dull = torch.where(self._chance(0.06).view(n), 0.0, self._uniform(0.5, 1.4, *n))
        image = luma + (image - luma) * dull
        angle = self._uniform(-0.9, 0.9, self.size) * self._chance(0.25)
        third, root = (1 - torch.cos(angle)) / 3, torch.sin(angle) / 3**0.5
        same, plus, minus = torch.cos(angle) + third, third + root, third - root
        hue = torch.stack([same, minus, plus, plus, same, minus, minus, plus, same], 1).view(-1, 3, 3)
        image = torch.einsum("nij,njhw->nihw", hue, image)
        return (image.clamp(0, 1) * 2 - 1).contiguous(memory_format=torch.channels_last)

    def _holes(self) -> Tensor:
        """Choose masks, then move, turn, mirror and scale them: (batch, 1, 256, 256), 0 or 1."""
        chosen = torch.randint(len(self.masks), (self.size,), generator=self.random, device=self.device)
        quarters = torch.floor(self._uniform(0, 4, self.size)) * self._chance(0.3)
        mirror = torch.where(self._chance(0.5), -1.0, 1.0)
        matrix = _affine(quarters * torch.pi / 2, mirror=mirror)
        matrix = matrix * self._uniform(0.75, 1.2, self.size, 1, 1)
        shift = self._uniform(-0.2, 0.2, self.size, 2, 1)
        theta = torch.cat([matrix, shift], 2)
        grid = functional.affine_grid(theta, [self.size, 1, SIDE, SIDE], align_corners=False)
        masks = self.masks[chosen, None].float()
        return (functional.grid_sample(masks, grid, align_corners=False) > 0.5).float()
