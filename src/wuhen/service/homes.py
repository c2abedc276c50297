"""Where pictures are worked on: in processes of this machine, or by a cluster."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from wuhen.settings import Settings
from wuhen.workers import LocalWorkers, Loss, Workers
from wuhen.workers.cluster import ClusterPlan, WorkerPlan

__all__ = ["Home", "make_plan", "open_home"]


class Home(Workers, AbstractAsyncContextManager["Home"], Protocol):
    """Workers that are there while a context lasts."""


def open_home(settings: Settings, on_loss: Callable[[Loss], None]) -> Home:
    """Return the workers that the settings ask for, which start with their context.

    Parameters
    ----------
    settings : Settings
        The operator's choices.
    on_loss : callable
        Told why, whenever a worker is lost.
    """
    if settings.cluster is not None:
        from wuhen.workers.cluster.remote import RayWorkers  # noqa: PLC0415 - an extra, and slow to load

        return RayWorkers(make_plan(settings), on_loss=on_loss)
    return LocalWorkers(
        count=settings.workers,
        memory=settings.worker_memory,
        threads=settings.threads,
        engine=settings.engine,
        models=settings.models,
        network=settings.marks.c2pa_timestamp is not None,
        user=settings.worker_user,
        on_loss=on_loss,
    )


def make_plan(settings: Settings) -> ClusterPlan:
    """Return what the settings ask for of a cluster; without an address, of the one that this runs in."""
    fewest, most = settings.replicas
    chosen = "threads" in settings.model_fields_set
    worker = WorkerPlan(
        memory=settings.worker_memory,
        threads=settings.threads if chosen else max(1, int(settings.cluster_cpus)),
        engine=settings.engine,
        models=settings.models,
        cache=settings.cache_dir,
        network=settings.marks.c2pa_timestamp is not None,
        user=settings.worker_user,
    )
    return ClusterPlan(
        worker,
        address=settings.cluster or "auto",
        app=settings.cluster_app,
        fewest=fewest,
        most=most,
        cpus=settings.cluster_cpus,
        gpus=settings.cluster_gpus,
        up_seconds=settings.cluster_up_seconds,
        down_seconds=settings.cluster_down_seconds,
        drain_seconds=settings.deadline,
    )
