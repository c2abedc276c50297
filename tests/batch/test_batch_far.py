"""`wuhen erase` over folders of an object store, by a cluster and here."""

import csv
import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import obstore
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from obstore.store import S3Store

from pictures import decoded, encoded, scene, with_object
from servers.s3 import BUCKET, REGION, S3Server
from wuhen.batch.eraser import Setup
from wuhen.batch.rows import Row
from wuhen.batch.todo import Todo
from wuhen.cli import main

CHANGED, MASK = with_object(scene())


def environment(server: S3Server) -> dict[str, str]:
    return {**server.environment, "WUHEN_STORE_ENDPOINT": server.url, "WUHEN_STORE_REGION": REGION}


@pytest.fixture
def store(s3_server: S3Server) -> S3Store:
    pair = {name.removeprefix("AWS_").lower(): value for name, value in s3_server.environment.items()}
    return S3Store(
        BUCKET,
        endpoint=s3_server.url,
        region=REGION,
        virtual_hosted_style_request=False,
        client_options={"allow_http": True},
        **pair,  # type: ignore[arg-type]
    )


def run(*arguments: object, env: dict[str, str] | None = None) -> Result:
    return CliRunner(env=env).invoke(main, ["erase", *map(str, arguments)])


@pytest.mark.timeout(300)
@pytest.mark.usefixtures("own_process")
def test_what_a_cluster_has_done_is_not_done_again_here(s3_server: S3Server, store: S3Store) -> None:
    for name in ("a.jpg", "deep/b.png"):
        obstore.put(store, f"shop/in/{name}", encoded(CHANGED, "PNG" if name.endswith("png") else "JPEG"))
    obstore.put(store, "shop/in/c.jpg", b"broken")
    obstore.put(store, "shop/in/d.jpg", encoded(CHANGED, "JPEG"))
    for name in ("a_mask.png", "deep/b-mask.png", "c.png"):
        obstore.put(store, f"shop/masks/{name}", encoded(MASK))
    places = [f"s3://{BUCKET}/shop/in/", f"s3://{BUCKET}/shop/masks/", "-o", f"s3://{BUCKET}/shop/out/"]

    command = [sys.executable, "-m", "wuhen", "erase", *places, "--report", "parquet", "-j", "1"]
    env = {**os.environ, **environment(s3_server)}
    done = subprocess.run(
        [*command, "--cluster", "local"], env=env, capture_output=True, text=True, timeout=280, check=False
    )
    assert done.returncode == 1, done.stderr
    assert "2 done, 0 already there, 2 failed" in done.stderr
    assert "no mask of that name" in done.stderr
    assert "FailedOperation" not in done.stderr
    written = [s3_server.root / BUCKET / "shop/out" / name for name in ("a.jpg", "deep/b.png")]
    before = [file.stat().st_mtime_ns for file in written]
    answer = obstore.get(store, "shop/out/a.jpg")
    assert answer.attributes["Content-Type"] == "image/jpeg"
    result = decoded(bytes(answer.bytes()))
    assert np.abs(result[MASK].astype(int) - scene()[MASK]).mean() < 20

    obstore.put(store, "shop/in/c.jpg", encoded(CHANGED, "JPEG"))
    again = run(*places, "-j", "1", "--report", "parquet", env=environment(s3_server))
    assert again.exit_code == 1
    assert "1 done, 2 already there, 1 failed" in again.output
    assert before == [file.stat().st_mtime_ns for file in written]
    table = pq.read_table(io.BytesIO(obstore.get(store, "shop/out/report.parquet").bytes()))
    rows = {row["input"].rsplit("/", 1)[-1]: row for row in table.to_pylist()}
    assert {name: row["status"] for name, row in rows.items()} == {
        "a.jpg": "done", "b.png": "done", "c.jpg": "done", "d.jpg": "failed"
    }  # fmt: skip
    assert len(rows) == table.num_rows
    assert (rows["a.jpg"]["width"], rows["a.jpg"]["hole_pixels"]) == (96, np.count_nonzero(MASK))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("s3://shop/in/", "-", "-o", "s3://shop/out/"), "- is for one photo"),
        (("s3://shop/in/", "s3://shop/masks/", "-o", "s3://shop/in"), "is the photos' folder"),
        (("s3://shop/in/", "s3://shop/masks/", "-o", "s3://shop/masks"), "is the masks' folder"),
        (("s3://id:secret@shop/in/", "s3://shop/masks/", "-o", "s3://shop/out"), "no key pair"),
        (("gs://shop/in/", "s3://shop/masks/", "-o", "s3://shop/out"), "give s3://bucket/prefix or cos://"),
        (("cos://shop-1250000000/in/", "s3://shop/masks/", "-o", "s3://shop/out"), "COS_SECRET_ID"),
        ((__file__, "s3://shop/masks/", "-o", "s3://shop/out"), "is a file"),
        ((Path(__file__).parent, __file__, "-o", "{tmp}", "--report", "csv"), "holds no photos"),
        ((Path(__file__).parent, __file__, "-o", __file__, "--cluster", "local"), "is a file"),
    ],
)
def test_folders_that_do_not_go_together_are_refused_in_a_line(
    arguments: tuple[object, ...], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COS_SECRET_ID", raising=False)
    # Nothing is asked of a store: its address is nobody's.
    env = {"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "k", "WUHEN_STORE_ENDPOINT": "http://[::1]:1"}
    result = run(*(str(one).replace("{tmp}", str(tmp_path)) for one in arguments), env=env)
    assert result.exit_code == 2
    assert result.output.startswith("Error: ")
    assert said in result.output
    assert "secret@" not in result.output


@pytest.mark.slow
@pytest.mark.parametrize(
    ("missing", "arguments", "extra"),
    [("obstore", (), "objects"), ("ray", ("--cluster", "local"), "cluster")],
)
def test_a_missing_package_is_named_by_its_extra(
    missing: str, arguments: tuple[str, ...], extra: str, tmp_path: Path
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.jpg").write_bytes(encoded(CHANGED, "JPEG"))
    (tmp_path / "mask.png").write_bytes(encoded(MASK))
    code = f"import sys; sys.modules[{missing!r}] = None; from wuhen.cli import main; main()"
    places = "in", "mask.png", "-o", "out", "--report", "csv"
    command = [sys.executable, "-c", code, "erase", *places, *arguments]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert f"pip install 'wuhen[{extra}]'" in done.stderr


def test_a_batch_that_is_ended_by_a_signal_has_a_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in").mkdir()
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / "in" / name).write_bytes(encoded(CHANGED, "JPEG"))
    (tmp_path / "mask.png").write_bytes(encoded(MASK))

    def erase(setup: Setup, todos: Sequence[Todo], *, jobs: int, tell: Callable[[Row], None]) -> None:
        """Stands in for workers: a signal comes after the first photo."""
        assert jobs == 1
        tell(setup.folders.row(todos[0], "").finish(status="done"))
        signal.raise_signal(signal.SIGTERM)
        tell(setup.folders.row(todos[1], "").finish(status="done"))

    monkeypatch.setattr("wuhen.batch.here.erase_here", erase)
    before = signal.getsignal(signal.SIGTERM)
    result = run(tmp_path / "in", tmp_path / "mask.png", "-o", tmp_path / "out", "--report", "csv", "-j", "1")
    assert (result.exit_code, signal.getsignal(signal.SIGTERM)) == (1, before)
    with (tmp_path / "out/report.csv").open(encoding="utf-8", newline="") as file:
        assert [Path(row["input"]).name for row in csv.DictReader(file)] == ["a.jpg"]
