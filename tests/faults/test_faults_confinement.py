"""What a worker that a picture has taken over could do: as little as can be."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from types import NoneType

import pytest

from scenes import Scene
from wuhen.action import Job
from wuhen.workers import LocalWorkers, WorkerFailedError

HERE = Path(__file__).parent

CRIMES = {
    "opens a socket": "import socket; socket.socket()",
    "opens a Unix socket": "import socket; socket.socket(socket.AF_UNIX)",
    "speaks to any Unix socket": "import socket; socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)",
    "has a file's news signalled to its parent": (
        "import fcntl, os; fcntl.fcntl(os.pipe()[0], fcntl.F_SETOWN, os.getppid())"
    ),
    "slows its parent down": "import os; os.setpriority(os.PRIO_PROCESS, os.getppid(), 19)",
    "hears of others' files": (
        "import ctypes, os; libc = ctypes.CDLL(None, use_errno=True)\n"
        "if libc.inotify_init1(0) < 0: raise OSError(ctypes.get_errno(), 'inotify')"
    ),
    "has memory that nobody counts": "import mmap; mmap.mmap(-1, 2**20)",
    "has memory in a file": "import os; os.memfd_create('crime')",
    "leaves memory behind": (
        "import ctypes, os; libc = ctypes.CDLL(None, use_errno=True)\n"
        "if libc.shmget(0, 4096, 0o1600) < 0: raise OSError(ctypes.get_errno(), 'shmget')"
    ),
    "looks a name up": "import socket; socket.getaddrinfo('example.com', 443, type=1)[0].index",
    "starts a program": "import subprocess; subprocess.run(['true'])",
    "becomes two": "import os; os.fork()",
    "signals its parent": "import os; os.kill(os.getppid(), 0)",
    "looks into its parent's memory": "import os; open(f'/proc/{os.getppid()}/mem', 'rb')",
    "reads its parent's environment": "import os; open(f'/proc/{os.getppid()}/environ', 'rb')",
    "reads the users": "open('/etc/passwd')",
    "reads a disk": "import os; os.listdir('/dev')",
    "writes to a temporary folder": "open('/tmp/wuhen-crime', 'w')",
    "makes a folder": "import os; os.mkdir('/tmp/wuhen-crime')",
    "changes compiled code": (
        "from wuhen.compute import store; where = store.prepare()[0]; next(where.glob('*.code')).open('r+b')"
    ),
    "empties compiled code": (
        "from wuhen.compute import store; import os; where = store.prepare()[0]; "
        "os.open(next(where.glob('*.code')), os.O_RDONLY | os.O_TRUNC)"
    ),
    "makes away with what it is stopped by": "import os, sys; os.ftruncate(int(sys.argv[1]), 0)",
    "leaves compiled code": "from wuhen.compute import store; (store.prepare()[0] / 'x').open('xb')",
    "deletes compiled code": (
        "from wuhen.compute import store; next(store.prepare()[0].glob('*.code')).unlink()"
    ),
    "takes its rights back": "import os; os.setresuid(0, 0, 0)",
    "sees namespaces": (
        "import ctypes, os; libc = ctypes.CDLL(None, use_errno=True)\n"
        "if libc.unshare(0x10000000): raise OSError(ctypes.get_errno(), 'unshare')"
    ),
    "gets around system calls": (
        "import ctypes, os; libc = ctypes.CDLL(None, use_errno=True)\n"
        "if libc.syscall(425, 8, 0) < 0: raise OSError(ctypes.get_errno(), 'io_uring')"
    ),
}


@pytest.fixture
async def workers() -> AsyncIterator[LocalWorkers]:
    async with LocalWorkers(count=1, memory=2048, threads=1, engine="patch") as started:
        async with asyncio.timeout(90):
            while not started.ready:  # noqa: ASYNC110 - readiness is asked for
                await asyncio.sleep(0.05)
        yield started


async def test_a_worker_can_do_nothing_but_its_work(
    workers: LocalWorkers, tmp_path: Path, scene: Scene
) -> None:
    secret = tmp_path / "accounts.sqlite3"
    secret.write_text("secret")
    crimes = CRIMES | {"reads the data directory": f"open({str(secret)!r})"}
    done = []
    for name, code in crimes.items():
        try:
            await workers._do(exec, code, answer=NoneType)
        except WorkerFailedError as refused:
            if not any(one in str(refused) for one in ("PermissionError", "gaierror")):
                done.append(f"{name}: {refused}")
        else:
            done.append(name)
    assert done == []
    # And it does that.
    assert (await workers.run(Job(scene.photo, scene.mask))).hole > 0


def _in_namespaces(options: str, *command: str, before: str = "true") -> str:
    if os.geteuid() != 0 or subprocess.run(["unshare", *options.split(), "true"], check=False).returncode:
        pytest.skip("needs root, and namespaces of its own")
    script = f'{before} && exec "$@"'
    done = subprocess.run(
        ["unshare", *options.split(), "sh", "-c", script, "sh", *command],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


WHO = """
import asyncio, os
from wuhen.workers import LocalWorkers
async def main():
    async with LocalWorkers(count=1, memory=2048, threads=1, engine="patch") as workers:
        while not workers.ready:
            await asyncio.sleep(.05)
        print(await workers._do(os.getuid, answer=int), await workers._do(len, [1], answer=int))
        exec_ = "import os; assert os.getgroups() == [] and os.getgid() != 0, os.getgroups()"
        await workers._do(exec, exec_, answer=type(None))
asyncio.run(main())
"""


def test_workers_of_root_are_another_user_from_their_first_picture_on() -> None:
    # Where Python lies in root's closed home, it is shown to others in this namespace alone.
    base, top = sys.base_prefix, "/" + Path(sys.base_prefix).parts[1]
    show = (
        f"mkdir -p /run/wuhen-test && mount --bind {base} /run/wuhen-test && "
        f"mount -t tmpfs -o mode=755 none {top} && mkdir -p {base} && mount --bind /run/wuhen-test {base}"
    )
    out = _in_namespaces("-m", sys.executable, "-c", WHO, before=show if top == "/root" else "true")
    user = int(out.split()[0])
    assert user != 0


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
@pytest.mark.parametrize("user", ["nobody", "no-such-user"])
async def test_no_thread_of_roots_workers_keeps_roots_rights(user: str) -> None:
    look = (
        "import pathlib\n"
        "said = [path.read_text() for path in pathlib.Path('/proc/self/task').glob('*/status')]\n"
        "lines = [line for one in said for line in one.splitlines()]\n"
        "held = {line for line in lines if line.startswith(('CapEff', 'CapBnd'))}\n"
        "assert len(said) > 1 and not any(int(line.split()[1], 16) & ~0b110 for line in held), held"
    )
    async with (
        asyncio.timeout(90),
        LocalWorkers(count=1, memory=2048, threads=2, engine="auto", user=user) as workers,
    ):
        while not workers.ready:  # noqa: ASYNC110 - readiness is asked for
            await asyncio.sleep(0.05)
        await workers._do(exec, look, answer=NoneType)


@pytest.mark.embedded("network")
def test_a_service_at_work_sends_no_packet_that_nobody_asked_for(tmp_path: Path) -> None:
    script = str(HERE / "silence.py")
    out = _in_namespaces("-n", sys.executable, script, str(tmp_path), "--seconds", "6", "--engines", "auto")
    report = json.loads(out.splitlines()[-1])
    assert report["calls"] > 0
    assert report["seen_of_a_telltale"] > 0, "what listens hears nothing"
    assert report["unasked"] == []
    assert report["sockets"] == 0, "a worker has a socket"


def test_nothing_is_compiled_after_the_warm_up_as_it_could_not_be_kept() -> None:
    code = (
        "import numpy as np\n"
        "from numba.core import event\n"
        "from wuhen import fill, photo\n"
        "class Heard(event.Listener):\n"
        "    def on_start(self, _): raise SystemExit('compiles after the warm-up')\n"
        "    def on_end(self, _): pass\n"
        "fill.warmup('auto', 1); photo.warmup()\n"
        "hole = np.zeros((64, 64), bool); hole[20:40, 20:40] = True\n"
        "with event.install_listener('numba:compile', Heard()):\n"
        "    for kind in (np.uint8, np.uint16):\n"
        "        for engine in ('patch', 'guided'):\n"
        "            for traces in (False, True):\n"
        "                photo = np.random.default_rng(1).integers(0, 255, (64, 64, 3)).astype(kind)\n"
        "                options = fill.Options(engine=engine, remove_traces=traces)\n"
        "                fill.erase(photo, hole, options=options, threads=1)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
