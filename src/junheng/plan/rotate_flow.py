"""Unit flows: one unit more to one sink at a time, rerouting what flows already where that helps."""

from __future__ import annotations

from collections import deque


class Network:
    """A directed network of whole capacities; flow that reached a sink is never taken from it."""

    def __init__(self) -> None:
        self.head: list[int] = []
        self.left: list[int] = []
        self.arcs: list[list[int]] = []

    def node(self) -> int:
        """Add a node; give its number."""
        self.arcs.append([])
        return len(self.arcs) - 1

    def arc(self, tail: int, head: int, capacity: int) -> int:
        """Add an arc; give its number."""
        for at, to, left in ((tail, head, capacity), (head, tail, 0)):
            self.arcs[at].append(len(self.head))
            self.head.append(to)
            self.left.append(left)
        return len(self.head) - 2

    def flow(self, arc: int) -> int:
        """Give what flows through an arc."""
        return self.left[arc ^ 1]

    def push(self, source: int, sink: int) -> bool:
        """Bring one unit more from the source to a sink; False, and nothing changed, if none can.

        What leaves a sink is nothing, so the units of other sinks are rerouted but never fewer.
        """
        came: dict[int, int] = {source: -1}
        queue = deque([source])
        while queue and sink not in came:
            node = queue.popleft()
            for arc in self.arcs[node]:
                to = self.head[arc]
                if self.left[arc] > 0 and to not in came:
                    came[to] = arc
                    queue.append(to)
        if sink not in came:
            return False
        node = sink
        while (arc := came[node]) >= 0:
            self.left[arc] -= 1
            self.left[arc ^ 1] += 1
            node = self.head[arc ^ 1]
        return True
