"""A home for jobs on other machines: replicas of Ray Serve, each with a worker process of its own.

Nothing here is imported unless a cluster is asked for, as Ray is an extra and slow to load.
"""

from wuhen.workers.cluster.plan import LOCAL, ClusterPlan, WorkerPlan

__all__ = ["LOCAL", "ClusterPlan", "WorkerPlan"]
