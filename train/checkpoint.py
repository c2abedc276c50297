"""Checkpoints: an exact one beside the run, and a rounded one in parts small enough to carry.

The exact file resumes a run bit for bit. Where a machine is lent for minutes and only small files come back
from it, the rounded one does: weights in half precision, optimisers' second moments in bfloat16 and no first
moments (they refill within ten steps), which costs a fraction of the size and no measurable quality.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import torch

PART_BYTES = 15 * 2**20
"""Largest part of a carried checkpoint."""


def save(path: Path, state: dict[str, Any]) -> None:
    """Write `state` exactly, and never leave half a file."""
    fresh = path.with_suffix(".new")
    torch.save(state, fresh)
    fresh.replace(path)


def _round(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _round(item, str(key)) for key, item in value.items() if key != "exp_avg"}
    if isinstance(value, list):
        return [_round(item) for item in value]
    if isinstance(value, torch.Tensor) and value.is_floating_point() and value.numel() > 1:
        return value.to(torch.bfloat16 if name == "exp_avg_sq" else torch.float16).cpu()
    return value


def _restore(value: Any) -> Any:
    if isinstance(value, dict):
        restored = {key: _restore(item) for key, item in value.items()}
        if "exp_avg_sq" in restored:
            restored["exp_avg"] = torch.zeros_like(restored["exp_avg_sq"])
        return restored
    if isinstance(value, list):
        return [_restore(item) for item in value]
    if isinstance(value, torch.Tensor) and value.is_floating_point():
        return value.float()
    return value


def save_parts(folder: Path, state: dict[str, Any]) -> list[Path]:
    """Write `state` rounded, as ``checkpoint.part0``, ``checkpoint.part1``, ..."""
    buffer = io.BytesIO()
    torch.save(_round(state), buffer)
    data = buffer.getvalue()
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("checkpoint.part*"):
        old.unlink()
    paths = []
    for index, start in enumerate(range(0, len(data), PART_BYTES)):
        paths.append(folder / f"checkpoint.part{index}")
        paths[-1].write_bytes(data[start : start + PART_BYTES])
    return paths


def load(path: Path) -> dict[str, Any]:
    """Read an exact checkpoint, or, where `path` is a folder, the parts in it."""
    if path.is_dir():
        parts = sorted(path.glob("checkpoint.part*"))
        if not parts:
            raise FileNotFoundError(f"{path} holds no checkpoint.part0; give the folder that does.")
        data = b"".join(part.read_bytes() for part in parts)
        state: dict[str, Any] = _restore(torch.load(io.BytesIO(data), map_location="cpu", weights_only=True))
        return state
    exact: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    return exact
