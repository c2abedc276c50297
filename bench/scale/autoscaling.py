"""Nodes added and taken away by what there is to do, some time after it shows."""

from dataclasses import dataclass

from bench.scale.fleet import Fleet

__all__ = ["Autoscaler"]


@dataclass
class Autoscaler:
    """Keeps about as many calls under way on each node as is wanted.

    Attributes
    ----------
    fleet : Fleet
        Whose nodes these are.
    wanted : float
        Calls under way per node, those that wait among them.
    lag : float
        Seconds from the decision until a node takes calls.
    least, most : int
        Nodes that there may be.
    every : float
        Seconds between two looks.
    patience : float
        Seconds for which there must be too many nodes before some are let go.
    until : float
        When to stop looking.
    """

    fleet: Fleet
    wanted: float
    lag: float
    least: int
    most: int
    until: float
    every: float = 10.0
    patience: float = 120.0
    starting: int = 0
    idle_since: float | None = None

    def look(self) -> None:
        """Add or take away nodes, and look again later."""
        fleet = self.fleet
        under_way = sum(len(node.calls) for node in fleet.nodes.values())
        wanted = min(self.most, max(self.least, round(under_way / self.wanted)))
        there = len(fleet.balancer.nodes) + self.starting
        if wanted >= there:
            self.idle_since = None
        for _ in range(wanted - there):
            self.starting += 1
            fleet.at(fleet.now + self.lag, self._arrive)
        if wanted < there:
            self._shrink(there - wanted)
        if fleet.now + self.every < self.until:
            fleet.at(fleet.now + self.every, self.look)

    def _arrive(self) -> None:
        self.starting -= 1
        self.fleet.start()

    def _shrink(self, spare: int) -> None:
        fleet = self.fleet
        if self.idle_since is None:
            self.idle_since = fleet.now
        if fleet.now - self.idle_since >= self.patience:
            # A tenth at a time: what comes back is not far away.
            for number in fleet.balancer.nodes[-min(spare, 1 + len(fleet.balancer.nodes) // 10) :]:
                fleet.drain(number)
