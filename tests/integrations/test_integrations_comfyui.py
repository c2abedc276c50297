"""The nodes for ComfyUI, on PyTorch's tensors or what stands in for them."""

from typing import Any

import numpy as np
import pytest

import wuhen
from plugins import load, tensors


class Nodes:
    """The nodes' module and the tensors that it works on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.torch = tensors(monkeypatch)
        self.module = load("comfyui/wuhen_erase.py")

    def erase(self, image: np.ndarray, mask: np.ndarray, *, seed: int = 0) -> np.ndarray:
        node = self.module.NODE_CLASS_MAPPINGS["WuhenErase"]()
        given = self.torch.from_numpy(image), self.torch.from_numpy(mask)
        (filled,) = node.erase(*given, seed=seed, grow=0, with_effects=False)
        return np.asarray(filled.numpy())


@pytest.fixture
def nodes(monkeypatch: pytest.MonkeyPatch) -> Nodes:
    return Nodes(monkeypatch)


def images(count: int, channels: int = 3) -> np.ndarray:
    return np.random.default_rng(1).random((count, 40, 48, channels), dtype=np.float32)


def test_what_a_mask_does_not_cover_keeps_its_numbers_and_the_rest_is_the_librarys(nodes: Nodes) -> None:
    given, mask = images(2), np.zeros((1, 40, 48), np.float32)
    mask[0, 10:20, 12:24] = 1
    filled = nodes.erase(given, mask)
    hole = mask[0] == 1
    assert np.array_equal(filled[:, ~hole], given[:, ~hole])
    samples = np.rint(given[1] * 255).astype(np.uint8)
    expected = wuhen.erase(samples, hole)
    changed = (expected != samples).any(axis=-1)
    assert changed.sum() > 100
    assert np.array_equal(np.rint(filled[1][changed] * 255).astype(np.uint8), expected[changed])


def test_each_image_can_have_a_mask_of_its_own_and_an_empty_one_changes_nothing(nodes: Nodes) -> None:
    given, masks = images(2, 4), np.zeros((2, 40, 48), np.float32)
    masks[1, 10:20, 12:24] = 1
    filled = nodes.erase(given, masks)
    assert np.array_equal(filled[0], given[0])
    assert not np.array_equal(filled[1], given[1])


@pytest.mark.parametrize(
    ("shape", "message"),
    [((1, 40, 40), "the mask is 40x40, the image 48x40"), ((3, 40, 48), "3 masks for 2")],
)
def test_masks_that_do_not_fit_are_refused(nodes: Nodes, shape: tuple[int, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        nodes.erase(images(2), np.zeros(shape, np.float32))


def test_every_input_that_is_declared_is_one_that_the_function_takes(nodes: Nodes) -> None:
    for node in nodes.module.NODE_CLASS_MAPPINGS.values():
        declared: dict[str, Any] = node.INPUT_TYPES()["required"]
        code = getattr(node, node.FUNCTION).__code__
        assert ("self", *declared) == code.co_varnames[: code.co_argcount]
