"""The generator that guesses a hole's coarse structure, and the discriminator it is trained against.

The generator is small because its picture is small: it sees the surroundings of a hole at 256 px or less
and paints what belongs there roughly; detail at full resolution is the patch engine's work. Nearly all of
its weights therefore sit at an eighth of the resolution, where one pixel costs little and sees far:

* gated convolutions (Yu et al., 2019) carry the mask down, so that a hole is not mistaken for grey;
* context blocks mix four dilations of one feature map (Zeng et al., 2021), which covers texture and edges;
* attention over the whole map, cheap at 32 x 32, copies structure from wherever it stands in the photo.

It is fully convolutional: any height and width that are multiples of `STRIDE` go in.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

STRIDE = 8
"""Height and width of the input are multiples of this."""


class Fill(NamedTuple):
    """What the generator paints.

    Attributes
    ----------
    rgb : Tensor
        (batch, 3, height, width), about -1 to 1. Meaningful inside the hole.
    spread : Tensor
        (batch, 1, height, width), natural logarithm of the expected absolute error of `rgb`, in its unit.
    """

    rgb: Tensor
    spread: Tensor


class PixelNorm(nn.Module):
    """Scale each pixel's features to unit root mean square, times a learned gain per channel.

    Statistics of one pixel only: a hole's share of the picture does not shift the colours around it, and
    a crop gives what the whole gives.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.gain = nn.Parameter(torch.ones(channels))

    def forward(self, x: Tensor) -> Tensor:
        """Normalise `x` (batch, channels, height, width)."""
        scale = torch.rsqrt(x.float().square().mean(dim=1, keepdim=True) + 1e-6)
        return (x * scale.to(x.dtype)) * self.gain.to(x.dtype).view(1, -1, 1, 1)


class GatedConv(nn.Module):
    """A 3 x 3 convolution whose every output is weighed by a learned gate between 0 and 1."""

    def __init__(self, channels_in: int, channels_out: int, *, stride: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels_in, 2 * channels_out, 3, stride=stride, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """Convolve and gate `x` (batch, channels, height, width)."""
        value, gate = self.conv(x).chunk(2, dim=1)
        return functional.silu(value) * torch.sigmoid(gate)


def _start_small(last: nn.Conv2d) -> None:
    """Make a residual block begin as nearly nothing, so that depth does not hinder the start."""
    nn.init.normal_(last.weight, std=1e-3)
    if last.bias is not None:
        nn.init.zeros_(last.bias)


class ContextBlock(nn.Module):
    """Residual block that looks at four distances at once.

    Parameters
    ----------
    channels : int
        Features in and out, a multiple of the number of dilations.
    dilations : tuple of int
        Pixels between the taps of each branch.
    """

    def __init__(self, channels: int, dilations: tuple[int, ...] = (1, 2, 4, 8)) -> None:
        super().__init__()
        part = channels // len(dilations)
        self.norm = PixelNorm(channels)
        self.branches = nn.ModuleList(
            nn.Conv2d(channels, part, 3, padding=dilation, dilation=dilation) for dilation in dilations
        )
        self.fuse = nn.Conv2d(channels, channels, 3, padding=1)
        _start_small(self.fuse)

    def forward(self, x: Tensor) -> Tensor:
        """Add context to `x` (batch, channels, height, width)."""
        y = self.norm(x)
        y = functional.silu(torch.cat([branch(y) for branch in self.branches], dim=1))
        mixed: Tensor = x + self.fuse(y)
        return mixed


class AttentionBlock(nn.Module):
    """Residual self-attention over all pixels, then a gated pointwise layer.

    Queries and keys are scaled to unit length, so that the products stay bounded in half precision.
    """

    def __init__(self, channels: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm = PixelNorm(channels)
        self.query_key_value = nn.Conv2d(channels, 3 * channels, 1)
        self.sharpness = nn.Parameter(torch.full((heads,), 2.0))
        self.project = nn.Conv2d(channels, channels, 1)
        self.norm_point = PixelNorm(channels)
        self.expand = nn.Conv2d(channels, 4 * channels, 1)
        self.reduce = nn.Conv2d(2 * channels, channels, 1)
        for last in (self.project, self.reduce):
            _start_small(last)

    def forward(self, x: Tensor) -> Tensor:
        """Mix `x` (batch, channels, height, width) over the whole map."""
        batch, channels, height, width = x.shape
        parts = self.query_key_value(self.norm(x)).reshape(batch, 3, self.heads, channels // self.heads, -1)
        query, key, value = parts.transpose(-1, -2).unbind(1)
        query = functional.normalize(query.float(), dim=-1) * torch.exp(self.sharpness).view(1, -1, 1, 1)
        key = functional.normalize(key.float(), dim=-1)
        mixed = functional.scaled_dot_product_attention(
            query.to(value.dtype), key.to(value.dtype), value, scale=1.0
        )
        x = x + self.project(mixed.transpose(-1, -2).reshape(batch, channels, height, width))
        value, gate = self.expand(self.norm_point(x)).chunk(2, dim=1)
        pointwise: Tensor = x + self.reduce(functional.silu(value) * gate)
        return pointwise


class Generator(nn.Module):
    """Paint a hole roughly.

    Parameters
    ----------
    widths : tuple of int
        Features at a half, a quarter and an eighth of the resolution.
    body : str
        The blocks at an eighth of the resolution in order: ``c`` context, ``a`` attention.
    heads : int
        Heads of each attention block.
    """

    def __init__(
        self, *, widths: tuple[int, int, int] = (32, 80, 160), body: str = "cccacccacca", heads: int = 5
    ) -> None:
        super().__init__()
        half, quarter, eighth = widths
        self.stem = GatedConv(16, half)
        self.down_quarter = GatedConv(half, quarter, stride=2)
        self.down_eighth = GatedConv(quarter, eighth, stride=2)
        self.body = nn.Sequential(
            *(ContextBlock(eighth) if kind == "c" else AttentionBlock(eighth, heads) for kind in body)
        )
        self.norm = PixelNorm(eighth)
        self.up_quarter = nn.Conv2d(eighth, quarter, 3, padding=1)
        self.join_quarter = GatedConv(quarter, quarter)
        self.up_half = nn.Conv2d(quarter, half, 3, padding=1)
        self.join_half = GatedConv(half, half)
        self.paint = nn.Conv2d(half, 16, 3, padding=1)

    def forward(self, image: Tensor, hole: Tensor) -> Fill:
        """Fill `hole`.

        Parameters
        ----------
        image : Tensor
            (batch, 3, height, width), -1 to 1; what is in the hole is not looked at.
        hole : Tensor
            (batch, 1, height, width), 1 inside the hole and 0 outside.
        """
        seen = torch.cat([image * (1 - hole), hole], dim=1)
        half = self.stem(functional.pixel_unshuffle(seen, 2))
        quarter = self.down_quarter(half)
        x = self.norm(self.body(self.down_eighth(quarter)))
        x = functional.interpolate(self.up_quarter(x), scale_factor=2.0, mode="nearest")
        x = x + self.join_quarter(functional.silu(x) + quarter)
        x = functional.interpolate(self.up_half(x), scale_factor=2.0, mode="nearest")
        x = x + self.join_half(functional.silu(x) + half)
        painted = functional.pixel_shuffle(self.paint(x), 2)
        return Fill(painted[:, :3], painted[:, 3:])


class PatchCritic(nn.Module):
    """Score overlapping patches of a picture: high where they look like a photograph.

    Parameters
    ----------
    widths : tuple of int
        Features of each layer; every layer but the last halves the resolution.
    """

    def __init__(self, widths: tuple[int, ...]) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        channels = 3
        for index, width in enumerate(widths):
            last = index == len(widths) - 1
            layers.append(nn.Conv2d(channels, width, 3 if last else 4, stride=1 if last else 2, padding=1))
            channels = width
        self.layers = nn.ModuleList(layers)
        self.score = nn.Conv2d(channels, 1, 1)

    def forward(self, image: Tensor) -> list[Tensor]:
        """Return the features of each layer, then the scores (batch, 1, height / 8, width / 8)."""
        features = []
        for layer in self.layers:
            image = functional.leaky_relu(layer(image), 0.2)
            features.append(image)
        return [*features, self.score(image)]


class Discriminator(nn.Module):
    """Two critics: one looks at the picture, one at the picture at half size, thus at larger structure.

    Parameters
    ----------
    widths : tuple of int
        Features of each layer of both.
    """

    def __init__(self, widths: tuple[int, ...] = (48, 96, 192, 256)) -> None:
        super().__init__()
        self.fine = PatchCritic(widths)
        self.coarse = PatchCritic(widths)

    def forward(self, image: Tensor) -> list[list[Tensor]]:
        """Return each critic's features and scores for `image` (batch, 3, height, width), -1 to 1."""
        return [self.fine(image), self.coarse(functional.avg_pool2d(image, 2))]


def count_parameters(module: nn.Module) -> int:
    """Return the number of learned values."""
    return sum(parameter.numel() for parameter in module.parameters())
