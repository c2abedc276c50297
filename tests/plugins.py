"""Loads what lies under integrations/, beside stand-ins where what it is made for is not here."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

__all__ = ["ROOT", "Tensor", "load", "stand_in_for_gimp", "tensors"]

ROOT = Path(__file__).resolve().parents[1] / "integrations"


def load(path: str) -> Any:
    """Import one of the files."""
    spec = importlib.util.spec_from_file_location(Path(path).stem.replace("-", "_"), ROOT / path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def stand_in_for_gimp(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put something in GIMP's place that the plug-in can be imported beside, and nothing more."""
    gi = ModuleType("gi")
    repository: Any = ModuleType("gi.repository")
    gi.require_version = lambda *_: None  # type: ignore[attr-defined]
    repository.Gimp = SimpleNamespace(PlugIn=object)
    for name in ("Babl", "Gegl", "Gio", "GLib", "GObject"):
        setattr(repository, name, SimpleNamespace())
    monkeypatch.setitem(sys.modules, "gi", gi)
    monkeypatch.setitem(sys.modules, "gi.repository", repository)


class Tensor(np.ndarray[Any, np.dtype[np.float32]]):
    """An array with the few methods of PyTorch's tensors that the nodes use: a stand-in for them."""

    device = "cpu"

    def clone(self) -> "Tensor":
        """Copy it."""
        return self.copy()

    def detach(self) -> "Tensor":
        """Return it, as there is nothing to detach it from."""
        return self

    cpu = detach

    def numpy(self) -> np.ndarray[Any, Any]:
        """Return it as an array."""
        return np.asarray(self)

    def to(self, *_: object) -> "Tensor":
        """Return it, as there is one device."""
        return self


def tensors(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return PyTorch, or what stands in for it here."""
    try:
        import torch  # noqa: PLC0415 - hardly anybody has it
    except ImportError:
        torch = ModuleType("torch")
        monkeypatch.setattr(torch, "from_numpy", lambda array: array.view(Tensor), raising=False)
        monkeypatch.setitem(sys.modules, "torch", torch)
    return torch
