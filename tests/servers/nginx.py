"""A real nginx in front of services, under a path and by http and https."""

import os
import re
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
from servers.guard import stop_at_end
from servers.ports import free_port

__all__ = ["NGINX", "Proxy", "as_deployed", "balancing", "fronting"]

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
_DEPLOYED = Path(__file__).parent.parent.parent / "deploy/nginx.conf"
_CONFIGURATION = """
{user}
pid {folder}/pid;
error_log {folder}/errors.log;
events {{ worker_connections 128; }}
http {{
    access_log off;
    client_max_body_size 130m;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    proxy_http_version 1.1;
    upstream wuhen {{ server 127.0.0.1:{service}; keepalive 4; }}
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
    """A running nginx."""

    ports: dict[str, int]
    certificate: Certificate

    def origin(self, scheme: Literal["http", "https"]) -> str:
        """Return what URLs begin with that lead through it."""
        return f"{scheme}://localhost:{self.ports[scheme]}"


def as_deployed(folder: Path, port: int, *services: int) -> Path:
    """Write the configuration that is deployed, for services on ports of this machine; return its file."""
    text = _DEPLOYED.read_text()
    (server,) = re.findall(r"server wuhen:8000 resolve(.*);\n", text)
    for theirs, ours in (
        # First, as the folder may lie there as well.
        (" /tmp/", f" {folder}/"),
        ("worker_processes auto;", f"worker_processes 1; {_user()}"),
        ("worker_rlimit_nofile 16384;", ""),
        # Older ones cannot look a name up again, and the names are Docker's own.
        (
            f"server wuhen:8000 resolve{server};",
            " ".join(f"server 127.0.0.1:{one}{server};" for one in services),
        ),
        ("listen 8000", f"listen 127.0.0.1:{port}"),
        ("/dev/stdout calls", f"{folder}/access.log calls"),
        ("error_log stderr", f"error_log {folder}/errors.log"),
    ):
        assert theirs in text, theirs
        text = text.replace(theirs, ours)
    file = folder / "nginx.conf"
    file.write_text(text)
    return file


@contextmanager
def fronting(folder: Path, service: int) -> Iterator[Proxy]:
    """Run nginx in front of the service on a port, under a path; skip the test where there is no nginx."""
    folder.mkdir(parents=True, exist_ok=True)
    certificate, ports = issue(folder), {"http": free_port(), "https": free_port()}
    configuration = _CONFIGURATION.format(
        user=_user(), folder=folder, certificate=certificate, service=service, **ports
    )
    (folder / "nginx.conf").write_text(configuration)
    with _running(folder, *ports.values()):
        yield Proxy(ports, certificate)


@contextmanager
def balancing(folder: Path, *services: int) -> Iterator[int]:
    """Run nginx in front of services as it is deployed; yield its port."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    as_deployed(folder, port, *services)
    with _running(folder, port):
        yield port


@contextmanager
def _running(folder: Path, *ports: int) -> Iterator[None]:
    if NGINX is None:
        pytest.skip("`make test` installs nginx where it may")
    command = [NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", "daemon off;"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE)
    stop_at_end(process.pid)
    try:
        eventually(lambda: all(_accepts(port) for port in ports))
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=10)


def _user() -> str:
    return "user root;" if os.getuid() == 0 else ""


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
