"""What the service can start with, and should not be left with."""

import asyncio
import os
import resource
import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from wuhen.accounts import InvalidSetting, find_open_hosts
from wuhen.compute.store import directories
from wuhen.disk import free_bytes
from wuhen.results import ResultStoreError
from wuhen.service import gates
from wuhen.service.addresses import is_loopback
from wuhen.service.expiry import read_end
from wuhen.service.memory import count_memory
from wuhen.settings import Settings

__all__ = ["find_risks"]

MIB = 1024 * 1024
_NAMES = {"data": "data_dir", "results": "result_dir"}
SPARE_BYTES = 1024 * MIB
"""Of the disk with the results: so much should be left."""
DESCRIPTORS = 4096
SDK_SECONDS = 60.0
"""After so long, the SDKs hang up by themselves."""
SOON = timedelta(days=14)


def find_risks(settings: Settings) -> list[str]:
    """Return what should be changed, a sentence each, with what would be right."""
    # What is asked of servers takes an event loop, and one may run here already.
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(lambda: [risk for find in _FINDERS for risk in find(settings)]).result()


def _clear_text(settings: Settings) -> Iterator[str]:
    if not (settings.is_https or is_loopback(settings.host)):
        yield (
            f"calls to {settings.host} and their pictures cross the network in clear text; set tls_cert and "
            "tls_key, or have a proxy take https and set public_url to its address"
        )
        if settings.doors:
            yield (
                f"the keys that doors take cross the network to {settings.host} as they are, for whoever "
                "listens to use; have https there, as above, or close the doors"
            )
    if settings.metrics_port is not None and not is_loopback(settings.metrics_host):
        yield f"whoever reaches {settings.metrics_host} reads /metrics; set metrics_host to a private address"


def _database(settings: Settings) -> Iterator[str]:
    try:
        hosts = find_open_hosts(settings.database_url) if settings.database_url else ()
    except InvalidSetting:  # a fault, which is told as such
        return
    for host in hosts:
        if not is_loopback(host):
            yield (
                f"database_url: SecretKeys may cross the network to {host} in clear text, or go to whoever "
                "takes its place; add sslmode=verify-full and sslrootcert=FILE to it"
            )


def _open_files(settings: Settings) -> Iterator[str]:
    for part, folder in settings.folders.items():
        name = _NAMES[part]
        mode = _mode(folder)
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            yield f"{name}: others can look into {folder} (mode {mode:03o}); chmod 700 {folder}"
        files = folder.iterdir() if mode & (stat.S_IXGRP | stat.S_IXOTH) and name == "data_dir" else ()
        for file in files:
            if file.is_file() and _mode(file) & (stat.S_IRGRP | stat.S_IROTH):
                yield f"others could read {file} until now; rotate the keys that it holds"
    for name in ("tls_key", "c2pa_key", "results_credentials"):
        key: Path | None = getattr(settings, name)
        # The group may read it: that is how Debian and Kubernetes hand out keys.
        if key is not None and (mode := _mode(key)) & (stat.S_IWGRP | stat.S_IRWXO):
            yield f"{name}: others can read or change {key} (mode {mode:03o}); chmod 640 {key}"


def _compiled(settings: Settings) -> Iterator[str]:
    named = settings.cache_dir
    if named is not None and _mode(named) & (stat.S_IWGRP | stat.S_IWOTH):
        yield f"cache_dir: whoever can write to {named} runs code as this service; chmod 755 {named}"
    if not any(True for folder in directories() for _ in folder.glob("*.code")):
        places = ", ".join(map(str, directories()))
        yield f"no compiled code in {places}: the first calls wait for the compiler; run `wuhen warmup`"


def _machine(settings: Settings) -> Iterator[str]:
    # Those of a cluster are elsewhere, or share machines with others that only the cluster knows.
    workers = settings.most_workers if settings.cluster in {None, "local"} else 0
    needed, there = workers * settings.worker_memory * MIB, count_memory()
    if needed > there:
        yield (
            f"{workers} workers may take {needed // MIB} MiB, and {there // MIB} are there; "
            "set fewer workers or less worker_memory"
        )
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if most != resource.RLIM_INFINITY and most < DESCRIPTORS:
        yield f"the process may open {most} files, connections included; allow {DESCRIPTORS} (LimitNOFILE)"
    written = [*settings.folders.values()][-1]
    folder = next(one for one in (written, *written.absolute().parents) if one.exists())
    free = free_bytes(os.statvfs(folder))
    if free is not None and free < SPARE_BYTES:
        yield f"{free // MIB} MB are free in {folder}; results and records need room, {SPARE_BYTES // MIB} MB"


def _deadline(settings: Settings) -> Iterator[str]:
    if settings.deadline >= SDK_SECONDS:
        yield (
            f"deadline: after {SDK_SECONDS:g} s the SDKs hang up, and what was worked on until "
            f"{settings.deadline:g} s is for nobody; set less"
        )


def _expiry(settings: Settings) -> Iterator[str]:
    if settings.tls_cert is None or (end := read_end(settings.tls_cert)) is None:
        return
    left = end - datetime.now(UTC)
    if left < SOON:
        how = f"ends in {left.days} days" if left > timedelta() else f"has ended on {end:%Y-%m-%d}"
        yield f"tls_cert: {settings.tls_cert} {how}; renew it, and restart the service"


def _owner(settings: Settings) -> Iterator[str]:
    try:
        owner = settings.data_dir.stat().st_uid
    except OSError:
        return
    if os.geteuid() == 0 != owner:
        yield (
            f"data_dir: {settings.data_dir} belongs to user {owner}, who may not read what root makes there; "
            "do this as that user"
        )


def _store(settings: Settings) -> Iterator[str]:
    if (place := settings.results_place) is None:
        return
    endpoint = urlsplit(settings.results_endpoint or "")
    if endpoint.scheme == "http" and not is_loopback(endpoint.hostname or ""):
        yield (
            f"results_endpoint: results cross the network to {endpoint.hostname} in clear text; "
            "give an https address"
        )
    from wuhen.results.bucket import BucketObjects  # noqa: PLC0415 - an extra

    try:
        is_open = asyncio.run(BucketObjects(place, settings.results_access).is_open())
    except ResultStoreError:
        return  # which keeps the service from starting, and is told as that
    if is_open:
        yield f"results_url: anybody can list {place}, and so get all results; make the bucket private"


def _apart(settings: Settings) -> Iterator[str]:
    """Find what several services have apart: shared gates are for no other purpose."""
    if settings.gates_url is None:
        return
    if settings.database_url is None:
        yield "gates_url is for several services, but each has keys and records of its own; set database_url"
    if settings.results_url is None:
        yield "gates_url is for several services, but each has results of its own; set results_url"


_FINDERS: tuple[Callable[[Settings], Iterator[str]], ...] = (
    _clear_text,
    _database,
    _open_files,
    _compiled,
    _machine,
    _deadline,
    _expiry,
    _owner,
    _store,
    _apart,
    gates.find_risks,
)


def _mode(path: Path) -> int:
    """Return the permissions of a file; none where there is no such file."""
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return 0
