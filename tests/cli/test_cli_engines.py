"""Known networks by `wuhen erase` and `wuhen serve`, with tiny networks under their files' names."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from harness import running
from networks import tiny_lama, tiny_migan
from pictures import decoded, encoded
from wuhen.cli import main
from wuhen.mark import find_source
from wuhen.photo import read_photo

pytest.importorskip("onnxruntime")

PHOTO = np.random.default_rng(0).integers(60, 100, (300, 400, 3), dtype=np.uint8)
MASK = np.zeros((300, 400), bool)
MASK[100:200, 150:260] = True


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WUHEN_MODELS_DIR", str(tmp_path / "models"))
    (tmp_path / "models").mkdir()
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "photo.png").write_bytes(encoded(PHOTO))
    (tmp_path / "mask.png").write_bytes(encoded(MASK))
    return tmp_path


def erase(folder: Path, engine: str, *, whole_folder: bool = False) -> Result:
    photo = folder / "photos" if whole_folder else folder / "photos" / "photo.png"
    out = folder / ("out" if whole_folder else "out.png")
    arguments = ["erase", photo, folder / "mask.png", "-o", out, "--no-mark", "--engine", engine]
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.mark.parametrize(("engine", "soft"), [("lama", False), ("lama-raw", True), ("migan-raw", True)])
def test_an_engine_with_its_model(folder: Path, engine: str, *, soft: bool) -> None:
    tiny_lama(folder / "models" / "lama_fp32.onnx")
    tiny_migan(folder / "models" / "migan_pipeline_v2.onnx")
    result = erase(folder, engine)
    assert result.exit_code == 0, result.output
    data = (folder / "out.png").read_bytes()
    pixels = decoded(data)
    np.testing.assert_array_equal(pixels[~MASK], PHOTO[~MASK])
    middle = pixels[120:180, 170:240]
    assert abs(float(middle.mean()) - 80) < 5
    assert (middle.std() < 2) == soft
    source = find_source(read_photo(data).xmp)
    assert source is not None
    assert "rained" in source  # by a trained network, in IPTC's words


@pytest.mark.slow
def test_a_folder_by_workers(folder: Path) -> None:
    tiny_lama(folder / "models" / "lama_fp32.onnx")
    result = erase(folder, "lama-raw", whole_folder=True)
    assert result.exit_code == 0, result.output
    assert decoded((folder / "out" / "photo.png").read_bytes())[120:180, 170:240].std() < 2


@pytest.mark.parametrize("command", ["erase", "batch", "serve"])
def test_what_is_missing_or_broken_is_one_line(folder: Path, command: str) -> None:
    def told() -> str:
        if command == "serve":
            arguments = ["serve", "--port", "0", "--engine", "lama", "--data-dir", str(folder / "data")]
            result = CliRunner().invoke(main, arguments)
        else:
            result = erase(folder, "lama", whole_folder=command == "batch")
        assert result.exit_code == 2
        (line,) = result.output.strip().splitlines()
        assert not list(folder.glob("out*"))
        return line

    file = folder / "models" / "lama_fp32.onnx"
    assert f"engine 'lama' needs {file}: `wuhen models pull lama` fetches it" in told()
    file.write_bytes(b"broken")
    assert "lama_fp32.onnx is not a network that ONNX Runtime can load" in told()
    tiny_migan(file)
    assert "lama_fp32.onnx is a different network" in told()


@pytest.mark.service
def test_the_service_fills_with_a_known_network(folder: Path) -> None:
    tiny_migan(folder / "models" / "migan_pipeline_v2.onnx")
    options = ("--engine", "migan-raw", "--models-dir", str(folder / "models"), "--workers", "1")
    with running(folder / "data", *options) as service:
        key = folder / "key.json"
        key.write_text(json.dumps({"SecretId": service.key.secret_id, "SecretKey": service.key.secret_key}))
        arguments = ["call", "--endpoint", service.url, "--key", key, "--photo", folder / "photos/photo.png"]
        arguments += ["--mask", folder / "mask.png", "-o", folder / "out.png", "-p", "LogoAdd=0"]
        result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    assert decoded((folder / "out.png").read_bytes())[120:180, 170:240].std() < 2
