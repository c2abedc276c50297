"""A real nginx in front of the service, under a path and by http and https."""

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


@contextmanager
def fronting(service: int, folder: Path) -> Iterator[Proxy]:
    """Run nginx in front of the service on a port; skip the test where there is no nginx."""
    if NGINX is None:
        pytest.skip("`make test` installs nginx where it may")
    folder.mkdir(parents=True, exist_ok=True)
    certificate, ports = issue(folder), {"http": _free_port(), "https": _free_port()}
    user = "user root;" if os.getuid() == 0 else ""
    configuration = _CONFIGURATION.format(
        user=user, folder=folder, certificate=certificate, service=service, **ports
    )
    (folder / "nginx.conf").write_text(configuration)
    command = [NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", "daemon off;"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE)
    try:
        eventually(lambda: all(_accepts(port) for port in ports.values()))
        yield Proxy(ports, certificate)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=10)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
