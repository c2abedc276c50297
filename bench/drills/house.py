"""A service that can be broken: its data and its results on disks of their own, its names its own."""

import shutil
import subprocess
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import requests

from harness import WUHEN, Key, Service, clean_environment, create_key, eventually
from servers.ports import free_port

__all__ = ["HOST", "House"]

HOST = "pictures.test"
"""A name that only the house's own hosts file knows."""
DISK = "size=200m"
CALLS = 8
"""Calls that an account may run at a time."""
START_SECONDS = 120.0


@dataclass
class House:
    """What is under the service, and the service in it. Use as a context manager.

    Attributes
    ----------
    root : Path
        An empty folder.
    entry : int
        The port that callers call.
    pictures : int
        Port that pictures may be downloaded from.
    """

    root: Path
    pictures: int
    key: Key = field(init=False)
    port: int = field(init=False)
    entry: int = field(init=False)
    process: "subprocess.Popen[bytes]" = field(init=False)

    def __enter__(self) -> Self:
        """Make disks, names and a key; start nothing."""
        self.port = self.entry = free_port()
        for disk in (self.data, self.results):
            disk.mkdir()
            run("mount", "-t", "tmpfs", "-o", DISK, "tmpfs", str(disk))
        self.hosts.write_text(f"127.0.0.1 localhost {HOST}\n", encoding="ascii")
        self.resolver.write_text("", encoding="ascii")
        self.clock.write_text("+0\n", encoding="ascii")
        self.key = create_key(self.data, "--concurrency", str(CALLS))
        return self

    def __exit__(self, *_: object) -> None:
        """End the service and take the disks away."""
        self.kill()
        for disk in (self.data, self.results):
            run("umount", "--lazy", str(disk))

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.root / "data"

    @property
    def results(self) -> Path:
        """Where results are kept."""
        return self.root / "results"

    @property
    def hosts(self) -> Path:
        """What the service takes for `/etc/hosts`."""
        return self.root / "hosts"

    @property
    def resolver(self) -> Path:
        """What the service takes for `/etc/resolv.conf`."""
        return self.root / "resolv.conf"

    @property
    def clock(self) -> Path:
        """By how much its clock is wrong, if it was started with a clock of its own."""
        return self.root / "clock"

    @property
    def picture(self) -> str:
        """The URL of a photo that may be downloaded."""
        return f"http://{HOST}:{self.pictures}/photo.png"

    @property
    def url(self) -> str:
        """Where the service is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def service(self) -> Service:
        """The running service, as tests know one."""
        return Service(self.process, self.url, self.data, self.root / "log", self.key)

    def start(self, *, own_clock: bool = False) -> None:
        """Start the service, and wait until it can work."""
        bind = f"mount --bind {self.hosts} /etc/hosts; mount --bind {self.resolver} /etc/resolv.conf"
        options = (
            *("--data-dir", str(self.data), "--result-dir", str(self.results), "--port", str(self.port)),
            *("--workers", "2", "--threads", "1", "--log-format", "json", "--shutdown-seconds", "20"),
            *("--download-allow", "127.0.0.0/8", "--download-ports", str(self.pictures)),
        )
        command = ("unshare", "-m", "sh", "-c", f'{bind}; exec "$@"', "sh", *WUHEN, "serve", *options)
        with (self.root / "log").open("ab") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=log, env=clean_environment() | self._clock(own_clock)
            )
        eventually(self.ready, seconds=START_SECONDS)

    def _clock(self, own: bool) -> dict[str, str]:  # noqa: FBT001 - it is no option here
        if not own:
            return {}
        library = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
        return {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(self.clock),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def ready(self) -> bool:
        """Tell whether the service says that it can work."""
        try:
            return bool(requests.get(self.url + "/readyz", timeout=2).status_code == requests.codes.ok)
        except requests.RequestException:
            return False

    def stop(self) -> None:
        """Ask the service to end and wait until it has."""
        self.process.terminate()
        self.process.wait(60)

    def kill(self) -> None:
        """End the service at once."""
        self.process.kill()
        self.process.wait(10)

    def fill_disk(self, disk: Path) -> None:
        """Leave no room on a disk."""
        with suppress(OSError), (disk / "ballast").open("wb", buffering=0) as ballast:
            while ballast.write(bytes(1 << 16)) == 1 << 16:
                pass

    def strays(self) -> list[str]:
        """Return the files in the data directory and among the results that are neither of them."""
        known = {"accounts.sqlite3", "accounts.sqlite3-wal", "accounts.sqlite3-shm", "result-key.json"}
        kept = {file.name for file in self.data.rglob("*") if file.is_file()} - known
        started = [file for file in self.results.rglob("*") if file.name.endswith((".part", ".tmp"))]
        return sorted(kept | {file.name for file in started})


def run(*command: str) -> None:
    """Run a command that must succeed."""
    subprocess.run([shutil.which(command[0]) or command[0], *command[1:]], check=True)
