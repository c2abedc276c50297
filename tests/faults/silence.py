"""Run the service in a network namespace of its own, and tell of every packet that nobody asked for.

`unshare -n python silence.py FOLDER --seconds 600`. In the namespace every address can be spoken to
and none answers, and a proxy is named: whoever wanted to speak to anybody would be heard. A telltale, which
does want to, shows that one is.
"""

import argparse
import json
import os
import socket
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent)]

import harness  # noqa: E402
from clients.raw import call  # noqa: E402
from networks import tiny_lama, tiny_migan  # noqa: E402
from scenes import red_square  # noqa: E402
from wuhen.models import MODELS  # noqa: E402

PROXY = "http://10.66.66.2:3128"
IP4 = 0x0800
TCP, UDP = 6, 17
TELLTALE = "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('10.66.66.9', 53))"
PORT = 45678
PAUSE_SECONDS = 0.5
"""Between calls: it is heard for seconds, and more calls say no more."""
# Every address there is leads to the loopback, where what is sent to it is heard.
WAYS = ("link set lo up", "route add local 0.0.0.0/0 dev lo", "-6 route add local ::/0 dev lo")


class Listener(threading.Thread):
    """Notes every packet of the namespace, save those to and from the service's port.

    The other end of a proxy or a server does not answer, so it is the first packets that are heard.
    """

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.heard: list[str] = []
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(3))

    def run(self) -> None:
        while True:
            data, (_, protocol, *_rest) = self._socket.recvfrom(2048)
            if protocol == IP4:
                head = (data[0] & 15) * 4
                kind, target = data[9], socket.inet_ntoa(data[16:20])
                ports = struct.unpack_from("!HH", data, head) if kind in {TCP, UDP} else (0, 0)
                if PORT not in ports:
                    self.heard.append(f"{kind} to {target}:{ports[1]}")
            else:
                self.heard.append(f"protocol {protocol:#x}")

    def count(self) -> int:
        time.sleep(0.3)
        return len(self.heard)


def main() -> None:
    """Listen while the service works."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--engines", nargs="*", default=["auto", "lama", "migan"])
    arguments = parser.parse_args()
    for way in WAYS:
        subprocess.run(["ip", *way.split()], check=True)
    listener = Listener()
    listener.start()
    subprocess.run([sys.executable, "-c", TELLTALE], check=True)
    seen = listener.count()
    listener.heard.clear()
    proxied = os.environ | {"HTTPS_PROXY": PROXY, "HTTP_PROXY": PROXY}
    harness.clean_environment = lambda: proxied
    calls, held, scenes = 0, 0, (red_square(), red_square(320, 240, side=140))
    for engine in arguments.engines:
        models = arguments.folder / engine / "models"
        models.mkdir(parents=True)
        tiny_lama(models / MODELS["lama"].file)
        tiny_migan(models / MODELS["migan"].file)
        options = ("--workers", "1", "--threads", "1", "--engine", engine, "--port", str(PORT))
        with harness.running(arguments.folder / engine, *options) as service:
            end = time.monotonic() + arguments.seconds / len(arguments.engines)
            while time.monotonic() < end:
                answer = call(service, scenes[calls % 2].parameters())
                assert answer.code == "OK", answer
                calls += 1
                time.sleep(PAUSE_SECONDS)
            held += sum(_count_sockets(worker.pid) for worker in service.workers())
    listener.count()
    report = {"calls": calls, "seen_of_a_telltale": seen, "unasked": listener.heard[:20], "sockets": held}
    print(json.dumps(report))  # noqa: T201 - for whoever started this


def _count_sockets(process: int) -> int:
    files = Path(f"/proc/{process}/fd")
    return sum(str(one.readlink()).startswith("socket:") for one in files.iterdir())


if __name__ == "__main__":
    main()
