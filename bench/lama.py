"""LaMa's generator with random weights, computed by PyTorch operation by operation: the peer of `lama_graph`.

The architecture of big-lama after the paper (Suvorov et al., *Resolution-robust large mask inpainting with
Fourier convolutions*, WACV 2022; Chi, Jiang, Mu, *Fast Fourier convolution*, NeurIPS 2020): three halvings,
18 residual blocks of two Fourier convolutions with three quarters of the channels global, three doublings,
51 million weights. Random ones take as long as learned ones.
"""

import importlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "BLOCKS",
    "GLOBAL",
    "LOCAL",
    "MIDDLE",
    "SIDE",
    "STEM",
    "Weights",
    "make_input",
    "make_weights",
    "torch_eager",
]

#: Arrays by name. Batch normalisations are ``(4, channels)``: scale, shift, mean, variance.
Weights = dict[str, NDArray[np.float32]]

SIDE = 512
STEM = 64
BLOCKS = 18
LOCAL, GLOBAL = 128, 384
#: Channels inside a Fourier unit.
MIDDLE = GLOBAL // 2
EPSILON = 1e-5


def make_weights() -> Weights:
    """Draw weights under which no activation fades or explodes."""
    random = np.random.default_rng(0)
    weights: Weights = {}

    def conv(name: str, to: int, of: int, side: int, gain: float = 2.0) -> None:
        scale = (gain / (of * side * side)) ** 0.5
        weights[name] = random.normal(0, scale, (to, of, side, side)).astype(np.float32)

    def norm(name: str, channels: int) -> None:
        values = [random.uniform(0.5, 1.0, channels), random.normal(0, 0.2, channels)]
        values += [random.normal(0, 0.2, channels), random.uniform(1, 2, channels)]
        weights[name] = np.stack(values).astype(np.float32)

    width = STEM
    conv("stem", width, 4, 7)
    norm("stem.norm", width)
    for name in ("down1", "down2"):
        conv(name, 2 * width, width, 3)
        width *= 2
        norm(f"{name}.norm", width)
    conv("down3", LOCAL + GLOBAL, width, 3)
    norm("down3.norm", LOCAL + GLOBAL)
    for block in range(BLOCKS):
        for half in "ab":
            at = f"{block}{half}"
            for name, to, of in (("ll", LOCAL, LOCAL), ("gl", LOCAL, GLOBAL), ("lg", GLOBAL, LOCAL)):
                conv(f"{at}.{name}", to, of, 3, gain=1.0)
            conv(f"{at}.in", MIDDLE, GLOBAL, 1)
            conv(f"{at}.unit", 2 * MIDDLE, 2 * MIDDLE, 1)
            conv(f"{at}.out", GLOBAL, MIDDLE, 1, gain=0.5)
            sizes = {"local": LOCAL, "global": GLOBAL, "in": MIDDLE, "unit": 2 * MIDDLE}
            for name, channels in sizes.items():
                norm(f"{at}.{name}.norm", channels)
    width = LOCAL + GLOBAL
    for name in ("up1", "up2", "up3"):
        # Transposed: (of, to, 3, 3).
        conv(name, width, width // 2, 3)
        width //= 2
        norm(f"{name}.norm", width)
    conv("last", 3, width, 7, gain=0.2)
    return weights


def make_input() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Make a picture and its hole as LaMa's file takes them."""
    image = np.random.default_rng(1).random((1, 3, SIDE, SIDE), np.float32)
    hole = np.zeros((1, 1, SIDE, SIDE), np.float32)
    hole[..., 150:350, 150:350] = 1
    return image, hole


def torch_eager(weights: Weights) -> Any:
    """Return the network as a function of PyTorch tensors, image and hole."""
    return _Eager(weights)


class _Eager:
    def __init__(self, weights: Weights) -> None:
        self.torch = importlib.import_module("torch")
        self.f = self.torch.nn.functional
        self.weights = {name: self.torch.from_numpy(values) for name, values in weights.items()}

    def __call__(self, image: Any, hole: Any) -> Any:
        torch, f = self.torch, self.f
        x = torch.cat((image * (1 - hole), hole), 1)
        x = f.relu(self.norm("stem", self.conv("stem", x)))
        for name in ("down1", "down2", "down3"):
            x = f.relu(self.norm(name, self.conv(name, x, 2)))
        # As in the original: contiguous halves, each convolved by itself.
        near, far = (part.contiguous() for part in x.split((LOCAL, GLOBAL), 1))
        for block in range(BLOCKS):
            a, b = self.fourier(f"{block}b", *self.fourier(f"{block}a", near, far))
            near, far = near + a, far + b
        x = torch.cat((near, far), 1)
        for name in ("up1", "up2", "up3"):
            x = f.conv_transpose2d(x, self.weights[name], None, 2, 1, 1)
            x = f.relu(self.norm(name, x))
        x = torch.sigmoid(self.conv("last", x))
        return (hole * x + (1 - hole) * image) * 255

    def conv(self, name: str, x: Any, stride: int = 1) -> Any:
        weight = self.weights[name]
        if margin := weight.shape[-1] // 2:
            x = self.f.pad(x, (margin,) * 4, "reflect")
        return self.f.conv2d(x, weight, None, stride)

    def norm(self, name: str, x: Any) -> Any:
        scale, shift, mean, variance = self.weights[f"{name}.norm"]
        return self.f.batch_norm(x, mean, variance, scale, shift, training=False, eps=EPSILON)

    def fourier(self, at: str, near: Any, far: Any) -> tuple[Any, Any]:
        """One Fourier convolution: local and global channels in, local and global out."""
        relu = self.f.relu
        local = self.conv(f"{at}.ll", near) + self.conv(f"{at}.gl", far)
        inner = relu(self.norm(f"{at}.in", self.conv(f"{at}.in", far)))
        spectral = self.conv(f"{at}.out", inner + self.unit(at, inner))
        whole = self.conv(f"{at}.lg", near) + spectral
        return relu(self.norm(f"{at}.local", local)), relu(self.norm(f"{at}.global", whole))

    def unit(self, at: str, x: Any) -> Any:
        """Mix channels in the frequency domain, real and imaginary parts being channels of their own."""
        torch = self.torch
        count, channels, height, width = x.shape
        f = torch.fft.rfftn(x, dim=(-2, -1), norm="ortho")
        f = torch.stack((f.real, f.imag), 2).reshape(count, 2 * channels, height, -1)
        f = self.f.relu(self.norm(f"{at}.unit", self.conv(f"{at}.unit", f)))
        f = f.reshape(count, channels, 2, height, -1).permute(0, 1, 3, 4, 2).contiguous()
        return torch.fft.irfftn(torch.view_as_complex(f), s=(height, width), dim=(-2, -1), norm="ortho")
