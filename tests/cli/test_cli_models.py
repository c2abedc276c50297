"""`wuhen models`, as an operator without a network meets it."""

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from wuhen.cli import main
from wuhen.models import MODELS


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings of whoever runs the tests, and no way to the public mirrors."""
    monkeypatch.chdir(tmp_path)
    for name in ("WUHEN_MODELS_DIR", "WUHEN_MODELS_MIRROR", "WUHEN_DATA_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["models", *map(str, arguments)])


def test_the_list_names_licence_source_and_state(tmp_path: Path) -> None:
    (tmp_path / "lama_fp32.onnx").write_bytes(b"no model")
    table = run("list", "--models-dir", tmp_path).output.splitlines()
    assert [line.split()[:4] for line in table[1:]] == [
        ["lama", "damaged", "208", "Apache-2.0"],
        ["migan", "missing", "28", "MIT"],
        ["mobile-sam-encoder", "missing", "28", "Apache-2.0"],
        ["mobile-sam-decoder", "missing", "17", "Apache-2.0"],
    ]
    entries = json.loads(run("list", "--models-dir", tmp_path, "--json").output)
    assert entries[0]["sha256"] == MODELS["lama"].sha256
    assert entries[0]["file"] == str(tmp_path / "lama_fp32.onnx")


def test_a_file_is_found_and_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WUHEN_MODELS_DIR", str(tmp_path))
    missing = run("path", "migan")
    assert missing.exit_code == 2
    assert "wuhen models pull migan" in missing.output
    file = tmp_path / "migan_pipeline_v2.onnx"
    file.write_bytes(b"")
    assert run("path", "migan").output == f"{file}\n"
    assert run("remove", "migan").exit_code == 0
    assert not file.exists()
    assert run("remove", "migan").exit_code == 2


def test_a_network_of_several_files_is_one_to_its_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WUHEN_MODELS_DIR", str(tmp_path))
    files = [tmp_path / "mobile_sam_image_encoder.onnx", tmp_path / "sam_mask_decoder_single.onnx"]
    files[0].write_bytes(b"")
    missing = run("path", "mobile-sam")
    assert missing.exit_code == 2
    assert "mobile-sam-decoder is not in" in missing.output
    assert "wuhen models pull mobile-sam`" in missing.output
    files[1].write_bytes(b"")
    assert run("path", "mobile-sam").output == "".join(f"{file}\n" for file in files)
    assert run("remove", "mobile-sam").exit_code == 0
    assert not any(file.exists() for file in files)


@pytest.mark.parametrize("bare", [False, True])
def test_models_lie_where_the_service_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, bare: bool
) -> None:
    if bare:  # without the extra `service`
        monkeypatch.setitem(sys.modules, "wuhen.settings", None)
        monkeypatch.delitem(sys.modules, "wuhen.cli.options", raising=False)
    monkeypatch.setenv("WUHEN_DATA_DIR", str(tmp_path / "data"))
    assert str(tmp_path / "data" / "models") in run("path", "lama").output
    if not bare:
        (tmp_path / "wuhen.toml").write_text(f'models_dir = "{tmp_path}/own"\n')
        assert str(tmp_path / "own") in run("path", "lama").output
    assert str(tmp_path / "flag") in run("path", "lama", "--models-dir", tmp_path / "flag").output


def test_a_wrong_file_is_not_added(tmp_path: Path) -> None:
    (tmp_path / "file.onnx").write_bytes(b"no model")
    result = run("add", "lama", tmp_path / "file.onnx", "--models-dir", tmp_path / "models")
    assert result.exit_code == 2
    assert MODELS["lama"].sha256 in result.output
    assert run("path", "lama", "--models-dir", tmp_path / "models").exit_code == 2


@pytest.mark.service
def test_without_a_network_the_pull_says_what_helps(tmp_path: Path) -> None:
    result = run("pull", "lama", "--models-dir", tmp_path, "--mirror", "http://127.0.0.1:1/")
    assert result.exit_code == 2
    assert "127.0.0.1: " in result.output
    assert "https://huggingface.co/Carve/LaMa-ONNX/resolve/main/lama_fp32.onnx" in result.output
    assert "wuhen models add lama" in result.output
    assert not list(tmp_path.glob("lama*"))


def test_mirrors_may_be_named_by_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WUHEN_MODELS_MIRROR", "ftp://host/")
    result = run("pull", "lama", "--models-dir", tmp_path)
    assert result.exit_code == 2
    assert "http or https" in result.output
