"""Transfers: teachers from schools with more than they need to schools with fewer.

Of one kind of teachers, the vectors of arrivals that flows can bring about are an integral
polymatroid, so that the following greedy way is exact: give one teacher more to the school with the
largest deficit that can still get one, rerouting those given before, until none can. The deficits
that remain are Lorenz-dominant: for every k, the k largest of them add up to no more than under any
other transfer straight from schools with some to spare to schools that are short. (Existence and strategy-proofness: Mishra, Sarkar, Sen, Sethuraman, Yadav, Teacher
transfers: equalizing deficits across schools, arXiv 2510.18708. The paper's two stages were not to
be had; this way was derived from its statement, and is proved by trying all transfers in the tests.)

No school gives so many that it falls short in this kind or in any other that they count in. Where
teachers count in several kinds, what a school can spare of the others is allotted to its groups of
teachers beforehand, those that count in the fewest first; transfers are dominant under that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from junheng.plan.rotate_flow import Network
from junheng.plan.rotate_staff import Place, Teacher

Needs = Mapping[str, Mapping[Place, int]]
"""By kind (column): how many each section needs. A section that is not named: not known."""
Group = tuple[frozenset[str], frozenset[Place]]
"""What teachers count as beside this kind, and where they may go."""


@dataclass
class Standing:
    """How many of each kind each section has, while teachers move."""

    needs: Needs
    have: dict[str, dict[Place, int]]

    def deficit(self, kind: str, place: Place) -> int:
        """Give how many are short of the need; 0 where the need is not known."""
        need = self.needs[kind].get(place)
        return max(0, need - self.have[kind].get(place, 0)) if need is not None else 0

    def spare(self, kind: str, place: Place) -> int:
        """Give how many there are beyond the need; 0 where the need is not known."""
        need = self.needs[kind].get(place)
        return max(0, self.have[kind].get(place, 0) - need) if need is not None else 0

    def deficits(self, kind: str) -> dict[Place, int]:
        """Give the deficits that there are."""
        found = {place: self.deficit(kind, place) for place in sorted(self.needs[kind])}
        return {place: deficit for place, deficit in found.items() if deficit}

    def move(self, teacher: Teacher, to: Place) -> None:
        """Count a teacher at another section."""
        for kind in teacher.counts & self.have.keys():
            self.have[kind][teacher.place] -= 1
            self.have[kind][to] = self.have[kind].get(to, 0) + 1


def standing(teachers: Sequence[Teacher], needs: Needs) -> Standing:
    """Count every kind of teachers at every section."""
    have: dict[str, dict[Place, int]] = {kind: defaultdict(int) for kind in needs}
    for teacher in teachers:
        for kind in teacher.counts & needs.keys():
            have[kind][teacher.place] += 1
    return Standing(needs, have)


@dataclass
class _Round:
    """The network of one kind: source → school → group → sections that are short."""

    network: Network = field(default_factory=Network)
    source: int = 0
    sinks: dict[Place, int] = field(default_factory=dict)
    ways: list[tuple[int, Place, Group, Place]] = field(default_factory=list)
    """Arc, school, group, and the section it leads to."""


def transfers(kind: str, teachers: Sequence[Teacher], now: Standing) -> list[tuple[Teacher, Place]]:
    """Give the moves that leave the Lorenz-dominant deficits of one kind; `now` is brought up to date."""
    short = now.deficits(kind)
    groups = _groups(kind, teachers, short, now)
    made = _built(kind, groups, short, now)
    left = dict(short)
    open_ = set(short)
    while open_:
        place = min(open_, key=lambda each: (-left[each], each))
        if left[place] and made.network.push(made.source, made.sinks[place]):
            left[place] -= 1
        else:
            open_.discard(place)
    moves = _named(made, groups)
    for teacher, to in moves:
        now.move(teacher, to)
    return moves


Groups = dict[Place, dict[Group, list[Teacher]]]


def _groups(
    kind: str, teachers: Sequence[Teacher], short: Mapping[Place, int], now: Standing
) -> Groups:
    """Put together those who are alike: the longest at their school first."""
    groups: Groups = defaultdict(lambda: defaultdict(list))
    for one in sorted(teachers, key=lambda t: (-t.years, t.id)):
        goes_to = one.goes_to & short.keys()
        if kind in one.counts and goes_to and now.spare(kind, one.place):
            others = frozenset(one.counts & now.needs.keys()) - {kind}
            groups[one.place][others, frozenset(goes_to)].append(one)
    return groups


def _built(kind: str, groups: Groups, short: Mapping[Place, int], now: Standing) -> _Round:
    made = _Round()
    net = made.network
    made.source = net.node()
    for place in short:
        made.sinks[place] = net.node()
    for school in sorted(groups):
        at = net.node()
        net.arc(made.source, at, now.spare(kind, school))
        for others, room in _allotted(groups[school], school, now).items():
            through = net.node()
            net.arc(at, through, room)
            for group in (g for g in groups[school] if g[0] == others):
                members = net.node()
                net.arc(through, members, len(groups[school][group]))
                for to in sorted(group[1]):
                    arc = net.arc(members, made.sinks[to], short[to])
                    made.ways.append((arc, school, group, to))
    return made


def _allotted(
    groups: Mapping[Group, Sequence[Teacher]], school: Place, now: Standing
) -> dict[frozenset[str], int]:
    """Allot what a school can spare of other kinds to those who count in them, the fewest first."""
    number: dict[frozenset[str], int] = defaultdict(int)
    for (others, _), members in groups.items():
        number[others] += len(members)
    left = {other: now.spare(other, school) for others in number for other in others}
    room = {}
    for others in sorted(number, key=lambda each: (len(each), sorted(each))):
        room[others] = min([number[others], *(left[other] for other in others)])
        for other in others:
            left[other] -= room[others]
    return room


def _named(made: _Round, groups: Groups) -> list[tuple[Teacher, Place]]:
    """Say who goes: of those who are alike, the longest at their school first."""
    moves = []
    taken: dict[tuple[Place, Group], int] = defaultdict(int)
    for arc, school, group, to in made.ways:
        for _ in range(made.network.flow(arc)):
            moves.append((groups[school][group][taken[school, group]], to))
            taken[school, group] += 1
    return moves
