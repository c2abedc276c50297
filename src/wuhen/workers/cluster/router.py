"""Which replica gets a job: one that has nothing to do.

Ray Serve asks two that it takes at random. That serves many short requests; here a replica does one job of a
second or more at a time, and with many replicas of which one is free, two at random rarely are that one.
"""

import random

from ray.serve._private.request_router.request_router import FIFOMixin
from ray.serve.request_router import PendingRequest, RequestRouter, RunningReplica

__all__ = ["LeastBusy"]

ASKED = 2
"""Replicas that are asked at a time for how much they have to do."""


class LeastBusy(FIFOMixin, RequestRouter):
    """First the replicas that have nothing to do as far as is known here, then some that may have."""

    async def choose_replicas(
        self, candidate_replicas: list[RunningReplica], pending_request: PendingRequest | None = None
    ) -> list[list[RunningReplica]]:
        """Return whom to ask, in the order of preference."""
        del pending_request
        cache = self.replica_queue_len_cache
        free: list[RunningReplica] = []
        others: list[RunningReplica] = []
        for replica in random.sample(candidate_replicas, len(candidate_replicas)):
            known = cache.get(replica.replica_id)
            (free if known is not None and known < replica.max_ongoing_requests else others).append(replica)
        return [free[:ASKED], others[:ASKED]]
