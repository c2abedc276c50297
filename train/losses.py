"""What training asks for: the right colours, the right edges, and patches a critic takes for a photograph.

No network pretrained on other people's pictures takes part: where others use its features, the critics' own
do (feature matching, Salimans et al., 2016; Wang et al., 2018). Errors count inside the hole, more along its
border, where the surroundings say what is right, than deep inside, where many fills would do.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

WEIGHTS = {"pixel": 1.0, "known": 0.2, "pyramid": 1.0, "gradient": 1.0, "structure": 0.15}
"""What each part of `reconstruction` counts."""


def _inside(error: Tensor, weight: Tensor) -> Tensor:
    """Return the mean of `error` (n, c, h, w), weighed by `weight` (n, 1, h, w)."""
    return (error * weight).sum() / (weight.sum() * error.shape[1] + 1e-6)


def local_similarity(first: Tensor, second: Tensor) -> Tensor:
    """Return the structural similarity around each pixel (Wang et al., 2004), in 7 x 7 boxes.

    Parameters
    ----------
    first, second : Tensor
        (batch, channels, height, width), -1 to 1.

    Returns
    -------
    Tensor
        Of the same shape, at most 1.
    """

    def mean(x: Tensor) -> Tensor:
        return functional.avg_pool2d(x, 7, stride=1, padding=3, count_include_pad=False)

    a, b = mean(first), mean(second)
    aa, bb, ab = mean(first * first) - a * a, mean(second * second) - b * b, mean(first * second) - a * b
    c1, c2 = 0.02**2, 0.06**2
    return ((2 * a * b + c1) * (2 * ab + c2)) / ((a * a + b * b + c1) * (aa + bb + c2))


def reconstruction(rgb: Tensor, image: Tensor, hole: Tensor) -> tuple[Tensor, Tensor]:
    """Return how far a fill is from the truth, and the parts of that.

    Parameters
    ----------
    rgb : Tensor
        (batch, 3, height, width), the generator's picture.
    image : Tensor
        The truth, of the same shape, -1 to 1.
    hole : Tensor
        (batch, 1, height, width), 1 inside.

    Returns
    -------
    total : Tensor
        The sum of the parts by `WEIGHTS`.
    parts : Tensor
        (5,) the parts in the order of `WEIGHTS`, without gradient.
    """
    near = functional.avg_pool2d(1 - hole, 31, stride=1, padding=15, count_include_pad=False)
    error = (rgb - image).abs()
    pixel = _inside(error, hole * (0.4 + 1.2 * near))
    known = _inside(error, 1 - hole)

    filled = rgb * hole + image * (1 - hole)
    pyramid, gradient = rgb.new_zeros(()), rgb.new_zeros(())
    a, b, weight = filled, image, hole
    for level in range(4):
        if level:
            a, b, weight = (functional.avg_pool2d(x, 2) for x in (a, b, weight))
            pyramid = pyramid + ((a - b).abs().sum() / (weight.sum() * 3 + 1e-6)) / 3
        if level < 3:
            across = (a.diff(dim=3) - b.diff(dim=3)).abs().sum()
            down = (a.diff(dim=2) - b.diff(dim=2)).abs().sum()
            gradient = gradient + (across + down) / (weight.sum() * 3 + 1e-6) / 3
    structure = _inside(1 - local_similarity(filled, image), hole)
    parts = torch.stack([pixel, known, pyramid, gradient, structure])
    total = (parts * parts.new_tensor(list(WEIGHTS.values()))).sum()
    return total, parts.detach()


def spread_likelihood(rgb: Tensor, spread: Tensor, image: Tensor, hole: Tensor) -> Tensor:
    """Return the negative log-likelihood of the error under a Laplace distribution of width exp(spread).

    Its gradient reaches `spread` alone, not the picture whose error it predicts.
    """
    error = (rgb.detach() - image).abs().mean(1, keepdim=True)
    spread = spread.clamp(-7, 2)
    return _inside(error * torch.exp(-spread) + spread, hole)


def _touched(hole: Tensor, scores: Tensor) -> Tensor:
    """Return which scores (n, 1, h, w) a hole has a part in."""
    return functional.adaptive_max_pool2d(hole, scores.shape[-2:])


def critic_loss(real: list[list[Tensor]], fake: list[list[Tensor]], hole: Tensor) -> Tensor:
    """Return what the critics lose: photographs score high everywhere, fills low where the hole is."""
    total = hole.new_zeros(())
    for seen, made in zip(real, fake, strict=True):
        total = total + functional.softplus(-seen[-1].float()).mean()
        scores = made[-1].float()
        total = total + _inside(functional.softplus(scores), _touched(hole, scores))
    return total / len(real)


def persuasion(fake: list[list[Tensor]], hole: Tensor) -> Tensor:
    """Return what the generator loses to the critics: less the better it passes for a photograph."""
    total = hole.new_zeros(())
    for made in fake:
        scores = made[-1].float()
        total = total + _inside(functional.softplus(-scores), _touched(hole, scores))
    return total / len(fake)


def feature_distance(real: list[list[Tensor]], fake: list[list[Tensor]], hole: Tensor) -> Tensor:
    """Return how far the critics' features of a fill are from those of the truth, in units of the latter."""
    total, count = hole.new_zeros(()), 0
    for seen, made in zip(real, fake, strict=True):
        for a, b in zip(seen[:-1], made[:-1], strict=True):
            truth = a.detach().float()
            touched = _touched(hole, truth)
            total = total + _inside((b.float() - truth).abs(), touched) / (truth.abs().mean() + 1e-6)
            count += 1
    return total / count


def gradient_penalty(critic: torch.nn.Module, image: Tensor) -> Tensor:
    """Return R1 (Mescheder et al., 2018): the squared slope of the critics at photographs."""
    image = image.detach().requires_grad_()
    scores = sum(made[-1].sum() for made in critic(image))
    (slope,) = torch.autograd.grad(scores, image, create_graph=True)
    return slope.square().sum((1, 2, 3)).mean()
