"""Labels and the audit record, through the service as callers meet it."""

import base64
import hashlib
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

import homes
from clients.raw import Answer, call
from harness import Service, invoke, running, wuhen
from pictures import base64_of, decoded
from scenes import Scene, assert_erased, red_square
from wuhen.action.inspection import Inspection, inspect
from wuhen.mark import make_identity

CODE = "001191110108MA01KP2T5U00000"
LEAN = ("--workers", "1", "--threads", "1")
CORNER = ("--mark-corner", "top-left")


def audit(service: Service, *options: str) -> list[dict[str, Any]]:
    kept = wuhen("audit", "--data-dir", str(service.data_dir), *options)
    return [json.loads(line) for line in kept.splitlines()]


def looked_at(answer: Answer) -> Inspection:
    return inspect(base64.b64decode(answer.image))


@pytest.fixture(scope="module")
def signing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, bytes]]:
    """A service that signs, with the root that vouches for it."""
    folder = tmp_path_factory.mktemp("signing")
    made = make_identity("An operator")
    for name, content in (("chain.pem", made.chain), ("key.pem", made.key)):
        (folder / name).write_bytes(content)
    options = ("--c2pa-cert", str(folder / "chain.pem"), "--c2pa-key", str(folder / "key.pem"))
    with running(folder / "data", *options, "--aigc-producer", CODE, *LEAN) as service:
        yield service, made.root


@pytest.fixture(scope="module")
def unlike(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that puts no labels, and a mark of its own; no other file's, as one test takes its record."""
    options = ("--aigc-label", "false", "--iptc-source", "false", "--mark-text", "en")
    with running(tmp_path_factory.mktemp("unlike") / "data", *options, *CORNER, *LEAN) as service:
        yield service


@pytest.mark.parametrize("marked", [0, 1])
def test_every_result_is_labelled_with_its_request_id_and_noted(
    marked: int, service: Service, scene: Scene
) -> None:
    """The visible mark can be declined; the label and the record are the provider's duty either way."""
    answer = call(service, scene.parameters(LogoAdd=marked))
    (label,) = looked_at(answer).aigc
    assert label.values["ProduceID"] == label.values["PropagateID"] == answer.request_id
    (record,) = audit(service, "--request-id", str(answer.request_id))
    assert record["marked"] is bool(marked)
    assert record["labelled"] is True
    assert record["secret_id"] == service.key.secret_id
    assert record["labels_found"] == []
    assert (record["width"], record["height"]) == (96, 64)
    assert record["sha256"] == hashlib.sha256(base64.b64decode(answer.image)).hexdigest()


def test_a_failed_call_is_no_delivery(service: Service, scene: Scene) -> None:
    answer = call(service, scene.parameters() | {"Mask": "AAAA"})
    assert answer.code != "OK"
    assert audit(service, "--request-id", str(answer.request_id)) == []


def test_a_result_is_signed_and_of_its_own_results_the_label_is_passed_on(
    signing: tuple[Service, bytes], scene: Scene
) -> None:
    service, root = signing
    first = call(service, scene.parameters())
    assert_erased(first.image, scene)
    again = call(service, scene.parameters(InputImage=first.image))
    found = inspect(base64.b64decode(again.image), anchors=root)
    assert found.holds
    assert found.credentials is not None
    assert found.credentials.state == "trusted"
    assert found.credentials.signer == "An operator"
    (label,) = found.aigc
    assert label.values["ContentProducer"] == CODE
    assert label.values["ProduceID"] == first.request_id
    assert label.values["PropagateID"] == again.request_id
    assert label.remarks == ()
    (record,) = audit(service, "--request-id", str(again.request_id))
    assert record["signed"] is True
    assert first.request_id in record["labels_found"][0]


def test_neither_key_nor_certificate_is_logged(signing: tuple[Service, bytes], scene: Scene) -> None:
    service, _ = signing
    call(service, scene.parameters())
    log = service.log.read_text()
    assert "PRIVATE" not in log
    assert "CERTIFICATE" not in log
    assert "audit record" not in log


def test_one_setting_turns_each_off(unlike: Service, scene: Scene) -> None:
    found = looked_at(call(unlike, scene.parameters()))
    assert (found.aigc, found.source, found.credentials) == ((), "", None)


def test_the_marks_wording_and_corner_are_the_operators(unlike: Service) -> None:
    big = red_square(400, 300)
    image = call(unlike, big.parameters(LogoAdd=1)).image
    assert_erased_below(image, big)
    assert any("GB 45438" in line["event"] for line in unlike.log_lines()), (
        "an operator in China is told that the wording is not the standard's"
    )


def assert_erased_below(image: str, scene: Scene) -> None:
    """Check that nothing but the hole and the upper left corner was touched."""
    pixels = decoded(base64.b64decode(image))
    touched = (pixels != scene.pixels).any(axis=-1) & ~scene.hole
    assert touched[:60, :250].any()
    touched[:60, :250] = False
    assert not touched.any()


def test_without_a_record_only_marked_results_are_handed_out(unlike: Service, scene: Scene) -> None:
    assert call(unlike, scene.parameters()).code == "OK"
    with homes.database(unlike.data_dir) as database:
        database.execute(text("DROP TABLE deliveries"))
    assert call(unlike, scene.parameters()).code == "FailedOperation.InnerError"
    assert call(unlike, scene.parameters(LogoAdd=1)).code == "OK"
    events = [line["event"] for line in unlike.log_lines()]
    assert "audit record not kept, result not handed out" in events
    assert "audit record not kept" in events


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--aigc-producer", "two words"], "aigc_producer: use printable ASCII"),
        (["--c2pa-cert", "chain.pem"], "c2pa_cert and c2pa_key belong together"),
        (["--c2pa-cert", "chain.pem", "--c2pa-key", "chain.pem"], "not an unencrypted PEM key"),
        (["--c2pa-cert", "missing.pem", "--c2pa-key", "chain.pem"], "missing.pem"),
        (["--c2pa-timestamp", "ftp://x"], "c2pa_timestamp"),
        (["--mark-text", "龘"], "龘"),
        (["--mark-font", "chain.pem"], "font cannot be read"),
        (["--aigc-label", "perhaps"], "aigc-label"),
    ],
)
def test_a_service_that_could_not_label_does_not_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], told: str
) -> None:
    (tmp_path / "chain.pem").write_bytes(make_identity("x").chain)
    monkeypatch.chdir(tmp_path)
    done = invoke("serve", "--port", "0", "--data-dir", str(tmp_path / "data"), *options)
    assert done.exit_code == 2
    assert told in done.stderr


@pytest.mark.skipif(shutil.which("exiftool") is None, reason="Debian's libimage-exiftool-perl is not there")
def test_exiftool_finds_the_label_in_what_a_caller_gets(
    service: Service, scene: Scene, tmp_path: Path
) -> None:
    answer = call(service, scene.parameters(InputImage=base64_of(scene.photo)))
    (tmp_path / "result.png").write_bytes(base64.b64decode(answer.image))
    done = subprocess.run(
        ["exiftool", "-json", "-XMP-TC260:all", tmp_path / "result.png"], check=True, capture_output=True
    )
    assert json.loads(json.loads(done.stdout)[0]["Aigc"])["ProduceID"] == answer.request_id
