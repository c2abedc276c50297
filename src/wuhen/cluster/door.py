"""What runs in a replica that answers calls: the service, without its sockets."""

import os
from typing import Any

from ray import serve
from ray.serve.handle import DeploymentHandle
from starlette.types import ASGIApp

from wuhen.action import check_engine
from wuhen.service.app import build
from wuhen.service.connections import Connections
from wuhen.service.headers import WithStanding, hsts
from wuhen.service.logs import configure, log
from wuhen.service.marking import read_marking
from wuhen.service.risks import find_risks
from wuhen.service.sockets import listen
from wuhen.settings import load

__all__ = ["Door"]


@serve.ingress()
class Door:
    """A replica that answers calls.

    Parameters
    ----------
    args : dict
        The settings that are the same on all machines.
    erasers : DeploymentHandle
        Bound so that Ray Serve has them in the same application, where the service finds them.
    """

    def __init__(self, args: dict[str, Any], erasers: DeploymentHandle[Any]) -> None:
        del erasers
        self._settings = load(**args, cluster="auto")

    def __serve_build_asgi_app__(self) -> ASGIApp:
        """Return the service, as Ray Serve asks for it once."""
        settings = self._settings
        configure("json", settings.log_level)
        if settings.cache_dir is not None:
            os.environ["WUHEN_CACHE_DIR"] = str(settings.cache_dir)
        check_engine(settings.engine, settings.models)
        marking = read_marking(settings)
        metrics = None
        if settings.metrics_port is not None:
            # One that takes another's place on a machine listens beside it for a while.
            metrics = listen(settings.metrics_host, settings.metrics_port, shared=True)
        for risk in find_risks(settings):
            log.warning("at risk", reason=risk)
        # Connections are the proxy's: none is counted here.
        app = build(settings, marking, Connections(0), metrics)
        return WithStanding(app, hsts(settings.hsts_seconds) if settings.is_https else ())
