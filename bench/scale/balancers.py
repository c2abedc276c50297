"""Who gets the next call: what balancers do that know nothing but the calls they have sent themselves."""

import heapq
import random
from abc import ABC, abstractmethod
from itertools import count

__all__ = ["BALANCERS", "Balancer", "LeastConnections", "RandomChoice", "RoundRobin", "TwoChoices"]


class Balancer(ABC):
    """Chooses among the nodes that are in rotation.

    Parameters
    ----------
    draw : random.Random
        Whence chance is taken.
    """

    def __init__(self, draw: random.Random) -> None:
        self.draw = draw
        self.nodes: list[int] = []
        self.open: dict[int, int] = {}

    def add(self, node: int) -> None:
        """Take a node into rotation."""
        if node not in self.open:
            self.nodes.append(node)
            self.open[node] = 0

    def remove(self, node: int) -> None:
        """Take a node out of rotation; what it has under way is forgotten."""
        if self.open.pop(node, None) is not None:
            self.nodes.remove(node)

    @abstractmethod
    def choose(self) -> int:
        """Return the node that gets the next call; there must be one in rotation."""

    def sent(self, node: int) -> None:
        """Note that a node has a call more."""
        self.open[node] += 1

    def answered(self, node: int) -> None:
        """Note that it has one less, if it still is in rotation."""
        if self.open.get(node):
            self.open[node] -= 1


class RandomChoice(Balancer):
    """Any node."""

    def choose(self) -> int:
        """Return the node that gets the next call."""
        return self.draw.choice(self.nodes)


class RoundRobin(Balancer):
    """One node after the other."""

    def __init__(self, draw: random.Random) -> None:
        super().__init__(draw)
        self._turns = count()

    def choose(self) -> int:
        """Return the node that gets the next call."""
        return self.nodes[next(self._turns) % len(self.nodes)]


class TwoChoices(Balancer):
    """Of two random nodes the one with fewer calls under way."""

    def choose(self) -> int:
        """Return the node that gets the next call."""
        return min(self.draw.choice(self.nodes), self.draw.choice(self.nodes), key=self.open.__getitem__)


class LeastConnections(Balancer):
    """The node with the fewest calls under way; of several, any."""

    def __init__(self, draw: random.Random) -> None:
        super().__init__(draw)
        self._heap: list[tuple[int, float, int]] = []

    def add(self, node: int) -> None:
        """Take a node into rotation."""
        super().add(node)
        self._note(node)

    def choose(self) -> int:
        """Return the node that gets the next call."""
        # Notes are not taken back: one that no longer holds is thrown away when it comes up.
        while self.open.get(self._heap[0][2]) != self._heap[0][0]:
            heapq.heappop(self._heap)
        return self._heap[0][2]

    def sent(self, node: int) -> None:
        """Note that a node has a call more."""
        super().sent(node)
        self._note(node)

    def answered(self, node: int) -> None:
        """Note that it has one less, if it still is in rotation."""
        super().answered(node)
        if node in self.open:
            self._note(node)

    def _note(self, node: int) -> None:
        heapq.heappush(self._heap, (self.open[node], self.draw.random(), node))


BALANCERS: dict[str, type[Balancer]] = {
    "random": RandomChoice,
    "round robin": RoundRobin,
    "two choices": TwoChoices,
    "least connections": LeastConnections,
}
