"""What the student says beside what a system says, by week and unit; shown, never overwritten (H23). Pure; minutes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from lms.hub.catalog.kinds import Kind
from lms.hub.hours.rules.week import HANDBOOK
from lms.kernel.explain import Explained, FactRef, Step
from lms.kernel.text import N_, say
from lms.kernel.weeks import monday_of


@dataclass(frozen=True, slots=True)
class Said:
    """Minutes that one of the two says. is_trace: a system does: the register, a simulator, an import."""

    day: date
    kind: Kind
    unit_id: int | None
    minutes: int
    is_trace: bool
    ref: FactRef


@dataclass(frozen=True, slots=True)
class Pair:
    """Both figures of one week and unit; of one kind where there is no unit."""

    monday: date
    unit_id: int | None
    kind: Kind
    said: tuple[Said, ...]

    @property
    def own(self) -> int:
        """Of the student's own word."""
        return sum(one.minutes for one in self.said if not one.is_trace)

    @property
    def traced(self) -> int:
        """Of a system."""
        return sum(one.minutes for one in self.said if one.is_trace)

    @property
    def difference(self) -> int:
        """How much more the student says than the system; negative where it is less."""
        return self.own - self.traced

    def explain(self) -> Explained[int]:
        """The difference with every entry, a system's with a minus sign."""
        said = sorted(self.said, key=lambda one: (one.is_trace, one.day, one.ref.recorded_at, one.ref.public_id or ""))
        return Explained(
            self.difference,
            rule=say(N_("Your own entries less those of a system, in this week and unit. Both count as they stand.")),
            source=say(HANDBOOK),
            facts=tuple(one.ref for one in said),
            steps=(
                *(Step(say(SYSTEM if one.is_trace else OWN, day=one.day), _signed(one)) for one in said),
                Step(say(N_("Difference")), self.difference),
            ),
        )


OWN, SYSTEM = N_("%(day)s, own word"), N_("%(day)s, system")


def _signed(one: Said) -> int:
    return -one.minutes if one.is_trace else one.minutes


def reconcile(said: Iterable[Said]) -> list[Pair]:
    """The weeks and units of which a system says something, the latest first. Everything else has nothing beside it."""
    found: dict[tuple[date, int, str], list[Said]] = {}
    for one in said:
        key = (monday_of(one.day), one.unit_id or 0, "" if one.unit_id else one.kind.value)
        found.setdefault(key, []).append(one)
    pairs = [Pair(key[0], ones[0].unit_id, ones[0].kind, tuple(ones)) for key, ones in found.items()]
    return sorted(
        (pair for pair in pairs if any(one.is_trace for one in pair.said)),
        key=lambda pair: (-pair.monday.toordinal(), pair.unit_id or 0, pair.kind.value),
    )
