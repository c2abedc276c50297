from __future__ import annotations

import hashlib
import importlib.util
import re
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parents[2]
WEIGHTS = ROOT / "src/wuhen/fill/guides/weights/coarse.onnx"
RED, BLUE = (200, 30, 30), (30, 30, 200)


@pytest.fixture(scope="module")
def photographs() -> ModuleType:
    spec = importlib.util.spec_from_file_location("train_photographs", ROOT / "train/photographs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def two_halves(width: int, height: int) -> Image.Image:
    """Red above, blue below."""
    photo = Image.new("RGB", (width, height), BLUE)
    photo.paste(RED, (0, 0, width, height // 2))
    return photo


def keys(table: dict[str, Any]) -> dict[str, Any]:
    return {name: keys(value) if isinstance(value, dict) else None for name, value in table.items()}


def test_the_card_names_the_weights_that_are_shipped() -> None:
    card = (ROOT / "docs/model-card.md").read_text(encoding="utf-8")
    digest = hashlib.sha256(WEIGHTS.read_bytes()).hexdigest()
    assert digest in re.findall(r"[0-9a-f]{64}", card)
    assert f"{WEIGHTS.stat().st_size:,} bytes" in card
    assert WEIGHTS.stat().st_size <= 12_000_000


def test_the_smoke_run_passes_through_what_the_real_one_does() -> None:
    real, smoke = (
        tomllib.loads((ROOT / "train" / name).read_text(encoding="utf-8"))
        for name in ("config.toml", "smoke.toml")
    )
    assert keys(smoke) == keys(real)
    for config in (real, smoke):
        assert sum(config["data"]["shares"].values()) == pytest.approx(1)
        assert config["schedule"]["warm_up"] < config["adversary"]["from"] < config["schedule"]["steps"]
        assert config["report"]["validate_every"] % config["report"]["every"] == 0
        assert not config["network"]["widths"][2] % config["network"]["heads"]


def test_packing_keeps_what_is_up_and_cuts_long_sides(photographs: ModuleType, tmp_path: Path) -> None:
    for name, size in {"landscape": (700, 320), "portrait": (320, 500), "small": (240, 180)}.items():
        two_halves(*size).save(tmp_path / f"{name}.jpg", quality=95)
    names = ["landscape", "portrait", "small"]
    blobs = [photographs._pack_one(tmp_path / f"{name}.jpg") for name in names]
    photographs._save(tmp_path / "photos-0.npz", blobs, names)
    packed = photographs.load([tmp_path / "photos-0.npz"], processes=1)
    assert packed.sources == names
    assert packed.upright.tolist() == [True, False, True]
    assert packed.sizes.tolist() == [[288, 384], [288, 384], [180, 240]]
    for pixels, (height, width), upright in zip(packed.pixels, packed.sizes, packed.upright, strict=True):
        photo = pixels[:height, :width]
        assert not pixels[height:].any()
        restored = photo if upright else np.rot90(photo, -1)
        middle = restored.shape[1] // 2
        assert np.abs(restored[10, middle].astype(int) - RED).max() < 12
        assert np.abs(restored[-10, middle].astype(int) - BLUE).max() < 12


def test_the_split_depends_on_the_name_alone_and_is_small(photographs: ModuleType) -> None:
    names = [Path(f"somewhere/{index:012x}.jpg") for index in range(5000)]
    kept = [photographs.for_validation(name) for name in names]
    assert [photographs.for_validation(Path("elsewhere") / name.name) for name in names] == kept
    assert sum(kept) == pytest.approx(5000 / photographs.VALIDATION_SHARE, rel=0.25)


def test_doubtful_licences_are_not_packed(
    photographs: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for source in ("doors", *photographs.COPYLEFT_OR_UNKNOWN):
        folder = tmp_path / "photos" / source
        folder.mkdir(parents=True)
        for index in range(60):
            two_halves(32, 24).save(folder / f"{source}{index}.jpg")
    out = tmp_path / "pack"
    command = ["photographs.py", str(tmp_path / "photos"), str(out), "--shards", "1", "--processes", "1"]
    monkeypatch.setattr(sys, "argv", command)
    photographs.main()
    _, used = photographs._load(out / "photos-0.npz")
    _, kept = photographs._load(out / "validation.npz")
    assert {*used, *kept} == {"doors"}
    assert len(used) + len(kept) == 60
