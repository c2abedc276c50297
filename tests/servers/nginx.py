"""A real nginx in front of services, under a path and by http and https."""

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest

from certificates import Certificate, issue
from harness import eventually

__all__ = ["NGINX", "Proxy", "fronting"]

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
_CONFIGURATION = """
{user}
pid {folder}/pid;
error_log {folder}/errors.log;
events {{ worker_connections 128; }}
http {{
    log_format by '$upstream_addr $status';
    access_log {folder}/access.log by;
    client_max_body_size 130m;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    proxy_http_version 1.1;
    upstream wuhen {{
        {servers}
        keepalive 4;
    }}
    server {{
        listen 127.0.0.1:{http};
        listen 127.0.0.1:{https} ssl;
        ssl_certificate {certificate.chain};
        ssl_certificate_key {certificate.key};
        proxy_set_header Host $http_host;
        proxy_set_header Connection "";
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_set_header X-Forwarded-Prefix /photos/;
        # The path is taken out, or left in; and the SDKs know no path.
        location /photos/ {{ proxy_pass http://wuhen/; }}
        location = /photos/studio {{ proxy_pass http://wuhen; }}
        location = / {{ proxy_pass http://wuhen; }}
    }}
}}
"""


@dataclass(frozen=True)
class Proxy:
    """A running nginx.

    Attributes
    ----------
    ports : dict of str to int
        Where it listens, by scheme.
    certificate : Certificate
        What it shows by https.
    folder : Path
        Where its logs are.
    """

    ports: dict[str, int]
    certificate: Certificate
    folder: Path

    def origin(self, scheme: Literal["http", "https"]) -> str:
        """Return what URLs begin with that lead through it."""
        return f"{scheme}://localhost:{self.ports[scheme]}"

    def asked(self) -> list[int]:
        """Return the ports of the services that answered so far, in their order."""
        lines = (self.folder / "access.log").read_text().splitlines()
        # Where one did not answer, the next that was asked stands behind it.
        return [int(line.rpartition(" ")[0].rpartition(":")[2]) for line in lines if ":" in line]


@contextmanager
def fronting(folder: Path, *services: int) -> Iterator[Proxy]:
    """Run nginx in front of the services on some ports, which take turns; skip the test without nginx."""
    if NGINX is None:
        pytest.skip("`make test` installs nginx where it may")
    folder.mkdir(parents=True, exist_ok=True)
    certificate, ports = issue(folder), {"http": _free_port(), "https": _free_port()}
    user = "user root;" if os.getuid() == 0 else ""
    # One that does not answer is asked again a second later.
    servers = "\n        ".join(f"server 127.0.0.1:{port} max_fails=1 fail_timeout=1s;" for port in services)
    configuration = _CONFIGURATION.format(
        user=user, folder=folder, certificate=certificate, servers=servers, **ports
    )
    (folder / "nginx.conf").write_text(configuration)
    command = [NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", "daemon off;"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE)
    try:
        eventually(lambda: all(_accepts(port) for port in ports.values()))
        yield Proxy(ports, certificate, folder)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=10)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
