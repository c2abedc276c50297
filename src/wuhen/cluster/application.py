"""Doors and erasers, put together."""

from typing import Any

from pydantic import ValidationError
from ray import serve
from ray.serve import Application

from wuhen.cluster.door import Door
from wuhen.service.homes import make_plan
from wuhen.settings import load
from wuhen.workers.cluster.deployment import eraser

__all__ = ["DOOR", "build"]

DOOR = "door"
"""What the replicas that answer calls are named."""
MOST_CALLS = 1024
"""That one of them may have in hand. Ray's own bound is no protection: the service has better ones."""
SETTLE_SECONDS = 10.0
"""Beyond a call's deadline, for its answer."""


def build(args: dict[str, Any]) -> Application:
    """Return the service as an application of Ray Serve.

    Parameters
    ----------
    args : dict
        Settings, named as in ``wuhen.toml``. Those that are not there are read on each machine, from its
        environment and its file: passwords belong there, as everybody who sees the cluster sees these.

    Raises
    ------
    ValueError
        A setting is unknown or out of its range.
    """
    try:
        settings = load(**args, cluster="auto")
    except ValidationError as error:
        # Without the values: one of them may be a secret.
        wrong = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise ValueError(wrong) from None
    door = serve.deployment(
        name=DOOR,
        max_ongoing_requests=MOST_CALLS,
        graceful_shutdown_timeout_s=settings.deadline + SETTLE_SECONDS,
        graceful_shutdown_wait_loop_s=0.2,
        ray_actor_options={"num_cpus": 1},
    )(Door)
    return door.bind(args, eraser(make_plan(settings)))
