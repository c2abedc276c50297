"""The replicas as Ray Serve is told of them."""

from typing import Any

from ray import serve
from ray.serve import Application
from ray.serve.config import AutoscalingConfig, RequestRouterConfig

from wuhen.workers.cluster.plan import ClusterPlan
from wuhen.workers.cluster.replica import Eraser
from wuhen.workers.cluster.router import LeastBusy

__all__ = ["ERASER", "eraser"]

ERASER = "eraser"
"""What the replicas are called."""
MOST_MEASURED = 10.0
"""Seconds of load that are looked at, at most, to tell how many replicas are asked for."""
FIRST_PAUSE, LONGEST_PAUSE = 0.005, 0.1
"""Seconds until replicas that had something to do are asked again."""


def eraser(plan: ClusterPlan) -> Application:
    """Return the replicas that a plan asks for, to be run or to be bound to what calls them."""
    number: dict[str, Any] = {"num_replicas": plan.most}
    if plan.scales:
        measured = min(MOST_MEASURED, max(1.0, plan.up_seconds))
        number = {
            "autoscaling_config": AutoscalingConfig(
                min_replicas=plan.fewest,
                max_replicas=plan.most,
                target_ongoing_requests=1,
                upscale_delay_s=plan.up_seconds,
                downscale_delay_s=plan.down_seconds,
                look_back_period_s=measured,
                metrics_interval_s=measured / 2,
            )
        }
    routing: dict[str, Any] = {
        "request_router_class": LeastBusy,
        "initial_backoff_s": FIRST_PAUSE,
        "max_backoff_s": LONGEST_PAUSE,
    }
    deployment = serve.deployment(
        name=ERASER,
        max_ongoing_requests=1,
        graceful_shutdown_timeout_s=plan.drain_seconds,
        graceful_shutdown_wait_loop_s=0.2,
        health_check_period_s=2.0,
        health_check_timeout_s=10.0,
        ray_actor_options={"num_cpus": plan.cpus, "num_gpus": plan.gpus},
        request_router_config=RequestRouterConfig(**routing),
        **number,
    )
    return deployment(Eraser).bind(plan)
