"""A real S3 server on this machine, which checks every signature: rclone, serving a folder."""

import os
import shutil
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from servers.guard import stop_at_end
from servers.ports import free_port

RCLONE = shutil.which("rclone", path=os.pathsep.join([str(Path(sys.executable).parent), os.defpath]))
"""Where it is; its package puts it beside Python."""
REGION = "eu-west-1"
BUCKET = "pictures"
COS_BUCKET = "pictures-1250000000"
"""One as Tencent Cloud names them; what is asked of it here is what both stores have in common."""


@dataclass
class S3Server:
    """A running server with two buckets, whose objects are files below `root`.

    Every test takes a prefix of its own: rclone remembers for minutes what is in a folder, and would not see
    what is changed there without it. It has no policies, lifecycle rules and temporary key pairs.
    """

    root: Path
    port: int
    secret_id: str = "AKIDs3"
    secret_key: str = field(default="s3-secret", repr=False)
    open_to_all: bool = False
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What a process knows the key pair by."""
        return {"AWS_ACCESS_KEY_ID": self.secret_id, "AWS_SECRET_ACCESS_KEY": self.secret_key}

    def take_prefix(self) -> str:
        """Return a prefix that nobody else has."""
        return f"for-{uuid.uuid4()}"

    def files(self, prefix: str, bucket: str = BUCKET) -> list[str]:
        """Return the names below a prefix of all that is there."""
        below = self.root / bucket / prefix
        return sorted(file.relative_to(below).as_posix() for file in below.rglob("*") if file.is_file())

    def settings(self, prefix: str) -> dict[str, str]:
        """Return the environment that has `wuhen serve` keep results below a prefix."""
        return {
            **self.environment,
            "WUHEN_RESULTS_URL": f"s3://{BUCKET}/{prefix}",
            "WUHEN_RESULTS_ENDPOINT": self.url,
            "WUHEN_RESULTS_REGION": REGION,
        }

    def start(self) -> None:
        """Start it, on the port that it had before."""
        assert RCLONE is not None
        command = [RCLONE, "serve", "s3", "--addr", f"127.0.0.1:{self.port}", "--config", os.devnull]
        command += ["--no-modtime", str(self.root)]
        pair = {} if self.open_to_all else {"RCLONE_AUTH_KEY": f'"{self.secret_id},{self.secret_key}"'}
        self.process = subprocess.Popen(
            command,
            env=os.environ | pair,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        stop_at_end(self.process.pid)
        end = time.monotonic() + 20
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > end:
                raise AssertionError("the S3 server does not start")
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop it at once; what was put stays."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def _answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True


@contextmanager
def serving_s3(root: Path, *, open_to_all: bool = False) -> Iterator[S3Server]:
    """Run a server of its own on a free port; one that is open to all asks for no signature."""
    for bucket in (BUCKET, COS_BUCKET):
        (root / bucket).mkdir(parents=True, exist_ok=True)
    server = S3Server(root, free_port(), open_to_all=open_to_all)
    server.start()
    try:
        yield server
    finally:
        server.stop()
