"""The way to a cluster: joined, or started on this machine, with the replicas that a plan asks for."""

import asyncio
import logging
import os
import shutil
import tempfile
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar, cast

# Before Ray is imported: it tells its makers how it is used unless told not to.
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"

import ray
from ray import serve
from ray.serve import RunTarget
from ray.serve.exceptions import RayServeException
from ray.serve.handle import DeploymentHandle
from ray.serve.schema import ApplicationStatus

from wuhen.workers.cluster.deployment import ERASER, eraser
from wuhen.workers.cluster.plan import LOCAL, ClusterPlan
from wuhen.workers.cluster.roll import ALONE, Others, Roll

__all__ = ["ClusterHome"]

ASK_SECONDS = 10.0
"""For a replica to say which plan it follows."""
NAMESPACE = "wuhen"
"""Of what services find by name in a cluster, whichever has made it."""
SYSTEM = {"worker_niceness": 0, "memory_monitor_refresh_ms": 0}
"""For a cluster of this machine's own: workers are as important as without one, and of replicas and their
workers, the system's own choice of whom to kill for want of memory takes the latter."""
STORE_BYTES = 1024**3
"""Of the object store where the cluster is this machine's own. It is taken as it is used."""

T = TypeVar("T")

log = logging.getLogger("wuhen.workers")


class ClusterHome:
    """A connection to a cluster. Belongs to one event loop, of which it holds nothing up.

    Parameters
    ----------
    plan : ClusterPlan
        Which cluster, and what is to be there.
    """

    def __init__(self, plan: ClusterPlan) -> None:
        self._plan = plan
        # What Ray starts ends with the thread that started it, so there is one for good.
        self._thread = ThreadPoolExecutor(1, "cluster")
        self._folder: str | None = None
        # Where this is a replica itself, it was deployed with the others, and they end without it.
        self._inside = _own_application()
        self._app = self._inside or plan.app
        self._name = uuid.uuid4().hex
        self._roll: Any = None

    async def open(self) -> DeploymentHandle[Any]:
        """Join the cluster, see to it that the replicas are those of the plan, and return the way to them.

        Raises
        ------
        Exception
            There is no cluster, or it does not take the replicas. It can be tried again.
        """
        if self._inside is None:
            await self._do(self._join)
            if self._plan.address == LOCAL or not await self._is_current():
                await self._do(self._deploy)
        return await self._do(self._find)

    async def close(self) -> None:
        """Leave the cluster; one of this machine's own ends."""
        if self._inside is None:
            with suppress(Exception):
                await self._do(self._leave)
        self._thread.shutdown(wait=False)

    async def count(self) -> int:
        """Return how many replicas can take jobs.

        Raises
        ------
        Exception
            The cluster does not say.
        """
        return await self._do(self._count)

    async def find_others(self, jobs: int) -> Others:
        """Return which other services use the replicas, having told them how many jobs are under way here.

        A cluster of this machine's own has none.

        Raises
        ------
        Exception
            The cluster does not say. It can be asked again.
        """
        if self._plan.address == LOCAL and self._inside is None:
            return ALONE
        try:
            async with asyncio.timeout(ASK_SECONDS):
                if self._roll is None:
                    self._roll = await self._do(self._find_roll)
                found: Others = await self._roll.note.remote(self._name, jobs)
        except Exception:
            # It ends with the service that has made it, and the next one to ask makes another.
            self._roll = None
            raise
        return found

    async def _do(self, function: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, function)

    def _join(self) -> None:
        if ray.is_initialized():
            return
        for name in ("ray", "ray.serve"):
            logger = logging.getLogger(name)
            logger.handlers.clear()
            logger.propagate = True
            logger.setLevel(logging.ERROR)
        quiet: dict[str, Any] = {"log_to_driver": False, "configure_logging": False}
        if self._plan.address == LOCAL:
            self._folder = tempfile.mkdtemp(prefix="wuhen-")
            ray.init(
                address=LOCAL,
                num_cpus=max(1, round(self._plan.most * self._plan.cpus)),
                include_dashboard=False,
                object_store_memory=STORE_BYTES,
                _node_ip_address="127.0.0.1",
                _system_config=SYSTEM,
                _temp_dir=self._folder,
                **quiet,
            )
        else:
            ray.init(address=self._plan.address, **quiet)
        serve.start(proxy_location="Disabled")

    async def _is_current(self) -> bool:
        """Tell whether there are replicas already that follow this plan."""
        if await self._do(self._status) is not ApplicationStatus.RUNNING:
            return False
        handle = await self._do(self._find)
        with suppress(Exception):
            async with asyncio.timeout(ASK_SECONDS):
                return bool(await handle.fingerprint.remote() == self._plan.fingerprint)
        return False

    def _status(self) -> ApplicationStatus | None:
        found = serve.status().applications.get(self._app)
        return found.status if found else None

    def _deploy(self) -> None:
        # Without waiting for all of them: the first can take jobs.
        target = RunTarget(eraser(self._plan), name=self._app, route_prefix=None)
        serve.run_many([target], wait_for_applications_running=False)

    def _find(self) -> DeploymentHandle[Any]:
        return serve.get_deployment_handle(ERASER, self._app)

    def _count(self) -> int:
        application = serve.status().applications.get(self._app)
        deployment = application.deployments.get(ERASER) if application else None
        states = cast("dict[str, int]", deployment.replica_states) if deployment else {}
        return states.get("RUNNING", 0)

    def _find_roll(self) -> Any:
        options: dict[str, Any] = {"name": f"services of {self._app}", "namespace": NAMESPACE}
        return ray.remote(Roll).options(get_if_exists=True, num_cpus=0, **options).remote()

    def _leave(self) -> None:
        # One of this machine's own ends with it, replicas and all.
        ray.shutdown()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)


def _own_application() -> str | None:
    """Return the application that this process is a replica of; None if it is none."""
    with suppress(RayServeException):
        return str(serve.get_replica_context().app_name)
    return None
