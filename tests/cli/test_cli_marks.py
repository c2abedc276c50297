"""Marks and labels from the command line: `erase`, `certificate`, `inspect`, `audit`."""

import json
import stat
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from pictures import decoded, encoded, scene, with_object
from wuhen.accounts import AuditLog, Delivery
from wuhen.cli import main

CHANGED, MASK = with_object(scene(400, 300))


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the environment of whoever runs the tests out of them."""
    for name in ("AIGC_LABEL", "AIGC_PRODUCER", "C2PA_CERT", "C2PA_KEY", "MARK_TEXT", "DATA_DIR"):
        monkeypatch.delenv(f"WUHEN_{name}", raising=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "photo.png").write_bytes(encoded(CHANGED))
    (tmp_path / "mask.png").write_bytes(encoded(MASK))
    return tmp_path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [*map(str, arguments)])


def erase(folder: Path, *options: object, output: str = "out.png") -> Path:
    result = run("erase", folder / "photo.png", folder / "mask.png", "-o", folder / output, *options)
    assert result.exit_code == 0, result.output
    return folder / output


def inspected(file: Path, *options: object, status: int = 0) -> dict[str, Any]:
    result = run("inspect", "--json", file, *options)
    assert result.exit_code == status, result.output
    found = json.loads(result.stdout)
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("output", ["out.jpg", "out.png", "out.webp", "out.tiff"])
def test_a_trial_from_certificate_to_inspection(folder: Path, output: str) -> None:
    assert run("certificate", folder / "test", "--name", "Studio").exit_code == 0
    assert stat.S_IMODE((folder / "test" / "key.pem").stat().st_mode) == 0o600
    chain, key = folder / "test" / "chain.pem", folder / "test" / "key.pem"
    signed = ("--engine", "patch", "--aigc-producer", "me", "--c2pa-cert", chain, "--c2pa-key", key)
    out = erase(folder, *signed, output=output)
    told = run("inspect", "--trust", folder / "test" / "root.pem", out)
    assert told.exit_code == 0
    for expected in (
        "ContentProducer: me",
        "IPTC source type: algorithmicallyEnhanced",
        "Content Credentials: hold, and a trusted root vouches for the signer",
        "signed by Studio (Studio), without timestamp",
        "c2pa.edited by Wuhen patch",
    ):
        assert expected in told.output
    assert "nobody trusted vouches" in run("inspect", out).output
    data = bytearray(out.read_bytes())
    data[len(data) // 2] ^= 1
    (folder / ("bad" + out.suffix)).write_bytes(data)
    broken = run("inspect", folder / ("bad" + out.suffix))
    assert broken.exit_code in {1, 2}
    assert "was changed after it was signed" in broken.output or "cannot be decoded" in broken.output


def test_a_key_that_is_there_is_not_overwritten(folder: Path) -> None:
    assert run("certificate", folder / "test").exit_code == 0
    before = (folder / "test" / "key.pem").read_bytes()
    again = run("certificate", folder / "test")
    assert again.exit_code == 2
    assert "exists: choose another folder" in again.output
    assert (folder / "test" / "key.pem").read_bytes() == before


def test_labels_can_be_switched_off_by_flag_and_by_environment(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert inspected(erase(folder))["aigc"]
    off = inspected(erase(folder, "--no-aigc-label", "--no-iptc-source"))
    assert (off["aigc"], off["source"]) == ([], "")
    monkeypatch.setenv("WUHEN_AIGC_LABEL", "false")
    assert inspected(erase(folder))["aigc"] == []


@pytest.mark.slow
@pytest.mark.usefixtures("own_process")
def test_a_folder_of_photos_is_labelled_too(folder: Path) -> None:
    (folder / "photos").mkdir()
    (folder / "photos" / "a.png").write_bytes(encoded(CHANGED))
    done = run("erase", folder / "photos", folder / "mask.png", "-o", folder / "out", "--aigc-producer", "me")
    assert done.exit_code == 0, done.output
    (label,) = inspected(folder / "out" / "a.png")["aigc"]
    assert label["values"]["ContentProducer"] == "me"


def test_the_marks_words_and_corner_are_the_callers(folder: Path) -> None:
    plain = decoded(erase(folder, "--no-mark").read_bytes())
    marked = decoded(erase(folder, "--mark-text", "en", "--mark-corner", "top-left").read_bytes())
    rows, columns = np.nonzero((plain != marked).any(axis=-1))
    assert rows.max() < 60
    assert columns.min() < 20


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--aigc-producer", "two words"], "two words"),
        (["--mark-text", "龘"], "龘"),
        (["--mark-text", " "], "empty"),
        (["--aigc-propagator", "x" * 129], "at most 128 characters"),
        (["--c2pa-cert", "photo.png"], "--c2pa-cert and --c2pa-key belong together: give both or neither"),
        (
            ["--c2pa-timestamp", "http://t"],
            "--c2pa-timestamp has no effect without --c2pa-cert and --c2pa-key",
        ),
        (["--c2pa-cert", "photo.png", "--c2pa-key", "photo.png"], "private key"),
        (["--mark-font", "mask.png"], "font cannot be read"),
    ],
)
def test_options_of_no_use_are_told_and_nothing_is_written(
    folder: Path, options: list[str], told: str
) -> None:
    given = [str(folder / option) if option.endswith(".png") else option for option in options]
    result = run("erase", folder / "photo.png", folder / "mask.png", "-o", folder / "out.png", *given)
    assert result.exit_code == 2
    assert told in result.output
    assert not (folder / "out.png").exists()


def test_one_bad_file_does_not_keep_the_others_from_being_inspected(folder: Path) -> None:
    (folder / "text").write_text("no picture")
    result = run("inspect", folder / "text", folder / "missing", folder / "photo.png")
    assert result.exit_code == 2
    assert "is text; it must be" in result.stderr
    assert "missing" in result.stderr
    assert "photo.png: PNG, 400 x 300" in result.stdout


def test_what_is_to_be_trusted_must_be_certificates(folder: Path) -> None:
    (folder / "roots.pem").write_text("garbage")
    result = run("inspect", "--trust", folder / "roots.pem", folder / "photo.png")
    assert result.exit_code == 2
    assert "not PEM certificates" in result.output


def test_the_audit_of_nothing_makes_nothing(tmp_path: Path) -> None:
    result = run("audit", "--data-dir", tmp_path / "typo")
    assert result.exit_code == 2
    assert "not a service" in result.output
    assert not (tmp_path / "typo").exists()


def test_a_strangers_label_does_not_reach_the_terminal(folder: Path) -> None:
    file = folder / "evil.png"
    file.write_bytes(encoded(CHANGED))
    from PIL import Image, PngImagePlugin  # noqa: PLC0415

    texts = PngImagePlugin.PngInfo()
    texts.add_text("AIGC", '{"Label":"1","ContentProducer":"\x9b31m\\u001b[2J"}')
    Image.fromarray(CHANGED).save(file, pnginfo=texts)
    for options in ((), ("--json",)):
        result = run("inspect", file, *options)
        assert not {"\x1b", "\x9b"} & set(result.output)


def test_the_audit_record_is_printed_line_by_line(tmp_path: Path) -> None:
    with AuditLog.in_directory(tmp_path) as records:
        for at, marked in ((1_795_000_000, True), (1_795_100_000, False)):
            values = {"account": "shop", "secret_id": "AKIDx", "engine": "patch", "sha256": "ab" * 32}
            flags = {"marked": marked, "labelled": True, "signed": False, "labels_found": ()}
            sizes = {"width": 4, "height": 3, "hole": 2, "media_type": "image/png", "size": 99}
            records.add(Delivery(at=at, request_id=f"id-{at}", **values, **flags, **sizes))  # type: ignore[arg-type]
    lines = run("audit", "--data-dir", tmp_path).output.splitlines()
    assert [json.loads(line)["request_id"] for line in lines] == ["id-1795000000", "id-1795100000"]
    assert json.loads(lines[0])["at"] == "2026-11-18T11:06:40Z"
    unmarked = run("audit", "--data-dir", tmp_path, "--unmarked", "--since", "2026-11-19").output.splitlines()
    assert [json.loads(line)["marked"] for line in unmarked] == [False]
    assert run("audit", "--data-dir", tmp_path, "--until", "2026-11-18").output == ""
