"""Compare an exported network with fills that know no photographs, on the pictures kept from training.

    python train/evaluate.py PACK [--model FILE.onnx] [--json FILE] [--most 96] [--sheet FILE]

Pictures are 256 px, so every engine works at the size that the network sees. Beside it stand OpenCV's Telea
and, where it is installed, pypatchmatch. Figures are those of `validate.Validation.measure`, per source too.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
import torch
from drawn import make_scenes
from engine import MODEL
from masks import Shapes, make_bank
from network import Fill
from numpy.typing import NDArray
from PIL import Image
from validate import SEED, Validation, figures

Pixels = NDArray[np.uint8]
Engine = Callable[[Pixels, Pixels], tuple[NDArray[np.float32], float]]
"""Photo and mask (255 = erase) to a picture, 0 to 1, and the error it expects."""


def _network(model: Path) -> Engine:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])

    def fill(photo: Pixels, mask: Pixels) -> tuple[NDArray[np.float32], float]:
        hole = (mask > 127).astype(np.float32)
        image = photo.astype(np.float32) / 255 * (1 - hole[..., None])
        inputs = {"image": image.transpose(2, 0, 1)[None], "hole": hole[None, None]}
        picture, error = session.run(["fill", "error"], inputs)
        return np.asarray(picture[0].transpose(1, 2, 0), np.float32), float(
            (error[0, 0] * hole).sum() / hole.sum()
        )

    return fill


def _telea(photo: Pixels, mask: Pixels) -> tuple[NDArray[np.float32], float]:
    filled = cv2.inpaint(photo, mask, 5, cv2.INPAINT_TELEA)
    return np.asarray(filled / 255, np.float32), float("nan")


def _pypatchmatch() -> dict[str, Engine]:
    try:
        from patchmatch import patch_match  # noqa: PLC0415  # compared with only where it is installed
    except ImportError:
        return {}

    def fill(photo: Pixels, mask: Pixels) -> tuple[NDArray[np.float32], float]:
        filled = patch_match.inpaint(photo, mask, patch_size=3)
        return np.asarray(filled / 255, np.float32), float("nan")

    return {"pypatchmatch": fill}


def compare(validation: Validation, engines: dict[str, Engine]) -> dict[str, dict[str, dict[str, float]]]:
    """Return the mean figures of each engine: over ``all`` pictures and over each source."""
    report: dict[str, dict[str, dict[str, float]]] = {}
    photos = ((validation.image + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy()
    masks = (validation.hole[:, 0] * 255).byte().numpy()
    sources = np.array(validation.sources)
    for name, engine in engines.items():
        rows: list[dict[str, float]] = []
        for index, (photo, mask) in enumerate(zip(photos, masks, strict=True)):
            holed = np.where(mask[..., None] > 0, np.uint8(127), photo)
            started = time.perf_counter()
            picture, error = engine(holed, mask)
            seconds = time.perf_counter() - started
            rgb = torch.from_numpy(np.ascontiguousarray(picture.transpose(2, 0, 1)))[None] * 2 - 1
            made = Fill(rgb, torch.full((1, 1, *mask.shape), error * 2).log())
            chosen = slice(index, index + 1)
            values = figures(made, validation.image[chosen], validation.hole[chosen])
            rows.append({**{key: float(value) for key, value in values.items()}, "seconds": seconds})
        groups = {"all": np.ones(len(rows), bool)} | {
            source: sources == source for source in sorted({*sources})
        }
        report[name] = {
            group: {key: float(np.mean([row[key] for row, here in zip(rows, members, strict=True) if here]))
                    for key in rows[0]} | {"pictures": float(members.sum())}
            for group, members in groups.items()
        }  # fmt: skip
    return report


def scenes_sheet(engine: Engine, pack: Path, *, rows: int = 6, columns: int = 3) -> Pixels:
    """Return a contact sheet of procedural scenes that training never drew: hole, fill, truth."""
    masks = make_bank(Shapes.load(pack / "shapes.npz"), rows * columns, seed=SEED + 1)
    scenes = make_scenes(rows * columns, seed=SEED)[:, 16:272, 64:320]
    tiles = []
    for scene, hole in zip(scenes, masks, strict=True):
        picture, _ = engine(scene, (hole * 255).astype(np.uint8))
        filled = np.where(hole[..., None], (np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8), scene)
        tiles.append(
            np.hstack([np.where(hole[..., None], np.array([255, 0, 255], np.uint8), scene), filled, scene])
        )
    return np.vstack([np.hstack(tiles[start : start + columns]) for start in range(0, len(tiles), columns)])


def main() -> None:
    """Compare and print a table."""
    parser = argparse.ArgumentParser(description="Measure the exported network on the validation pictures.")
    parser.add_argument("pack", type=Path, help="folder of validation.npz and shapes.npz")
    parser.add_argument("--model", type=Path, default=MODEL)
    parser.add_argument("--most", type=int, help="use only so many pictures")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--sheet", type=Path, help="draw held-out procedural scenes here, and stop")
    args = parser.parse_args()
    if args.sheet:
        Image.fromarray(scenes_sheet(_network(args.model), args.pack)).resize((1152, 768)).save(args.sheet)
        return
    validation = Validation(args.pack, device=torch.device("cpu"), most=args.most)
    report = compare(validation, {"network": _network(args.model), "telea": _telea, **_pypatchmatch()})
    for name, groups in report.items():
        for group, values in groups.items():
            print(f"{name:13s} {group:16s}", " ".join(f"{key}={value:.3f}" for key, value in values.items()))
    if args.json:
        args.json.write_text(json.dumps(report, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
