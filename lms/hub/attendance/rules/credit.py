"""What of a student's sessions counts: attended by the clock-hour rule, made up, excused within the cap (D18, D19)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from lms.hub.attendance.rules.excuses import CAP_BP, cap_minutes
from lms.hub.cohorts.kinds import Presence
from lms.hub.cohorts.rules import credited_minutes
from lms.kernel.explain import Explained, FactRef, Step
from lms.kernel.text import N_, say
from lms.kernel.units import Share, Span

SOURCE = N_("34 CFR 600.2 (clock hour) and 668.4(e) (excused absences)")
FULL_BP = 10_000
__all__ = [
    "CAP_BP",
    "Credit",
    "Held",
    "credit",
    "explain_attended",
    "explain_counted",
    "explain_excused",
    "explain_made_up",
    "explain_scheduled",
    "explain_share",
]


@dataclass(frozen=True, slots=True)
class Held:
    """One line of the register. session, makes_up: numbers of sessions; day: local; planned, minutes: whole minutes.

    makes_up: the session that this one makes up for; a made-up line without it counts nothing, for nobody can say what.
    """

    session: int
    course: str
    day: date
    planned: int
    presence: Presence
    minutes: int
    fact: FactRef
    makes_up: int | None = None

    @property
    def credit(self) -> int:
        """Minutes by the clock-hour rule."""
        return credited_minutes(self.presence, self.minutes, self.planned)


@dataclass(frozen=True, slots=True)
class Credit:
    """The sums, in minutes. excused: of excused sessions, without what was made up; excused_counted: within the cap.

    last_day: the last day on which the student was there (D5).
    """

    scheduled: int
    attended: int
    made_up: int
    excused: int
    excused_counted: int
    last_day: date | None

    @property
    def counted(self) -> int:
        """All that counts; never more than was scheduled."""
        return self.attended + self.made_up + self.excused_counted

    @property
    def missed(self) -> int:
        """What was scheduled and does not count."""
        return self.scheduled - self.counted

    @property
    def share_bp(self) -> int | None:
        """Counted of scheduled in basis points, rounded down; None before the first session."""
        return self.counted * FULL_BP // self.scheduled if self.scheduled else None


def credit(lines: Sequence[Held], planned: Mapping[str, int]) -> Credit:
    """Fold the register's lines of one student. planned: session minutes by course, of all sessions held or to come.

    A session that was missed in part is made up for by later ones up to its own length, in the order of their days.
    """
    regular = {line.session: line for line in lines if line.presence is not Presence.MADE_UP}
    open_minutes = {number: line.planned - line.credit for number, line in regular.items()}
    made_up = 0
    for line in sorted(lines, key=lambda one: (one.day, one.session)):
        if line.presence is Presence.MADE_UP and line.makes_up in open_minutes:
            used = min(line.credit, open_minutes[line.makes_up])
            open_minutes[line.makes_up] -= used
            made_up += used
    excused: dict[str, int] = defaultdict(int)
    for number, line in regular.items():
        if line.presence is Presence.EXCUSED:
            excused[line.course] += open_minutes[number]
    return Credit(
        scheduled=sum(line.planned for line in regular.values()),
        attended=sum(line.credit for line in regular.values()),
        made_up=made_up,
        excused=sum(excused.values()),
        excused_counted=sum(min(minutes, cap_minutes(planned.get(course, 0))) for course, minutes in excused.items()),
        last_day=max((line.day for line in lines if line.minutes), default=None),
    )


def _facts(lines: Sequence[Held]) -> tuple[FactRef, ...]:
    return tuple(line.fact for line in lines)


def explain_scheduled(lines: Sequence[Held]) -> Explained[int]:
    """What was scheduled, session by session."""
    held = [line for line in lines if line.presence is not Presence.MADE_UP]
    rule = N_("The planned minutes of every session whose register has a line for the student, without make-ups.")
    return _by_session(held, [line.planned for line in held], rule, N_("Scheduled"))


def explain_attended(lines: Sequence[Held]) -> Explained[int]:
    """What was attended, session by session."""
    held = [line for line in lines if line.presence is not Presence.MADE_UP]
    rule = N_("Each scheduled hour counts the minutes attended in it and its break of 10, never more than the hour.")
    return _by_session(held, [line.credit for line in held], rule, N_("Attended"))


def explain_made_up(lines: Sequence[Held], planned: Mapping[str, int]) -> Explained[int]:
    """What was made up."""
    held = [line for line in lines if line.presence is Presence.MADE_UP]
    found = credit(lines, planned)
    return Explained(
        found.made_up,
        rule=say(N_("What is made up fills what was missed of the session that it is for, and no more.")),
        source=say(SOURCE),
        facts=_facts(held),
        steps=(
            Step(say(N_("Attended in make-ups")), Span(sum(line.credit for line in held))),
            Step(say(N_("Made up")), Span(found.made_up)),
        ),
    )


def _by_session(lines: Sequence[Held], minutes: Sequence[int], rule: str, name: str) -> Explained[int]:
    steps = [
        Step(say(N_("%(day)s: %(course)s"), day=line.day, course=line.course), Span(one))
        for line, one in zip(lines, minutes, strict=True)
    ]
    total = sum(minutes)
    return Explained(
        total,
        rule=say(rule),
        source=say(SOURCE),
        facts=_facts(lines),
        steps=(*steps, Step(say(name), Span(total))),
    )


def explain_counted(lines: Sequence[Held], planned: Mapping[str, int]) -> Explained[int]:
    """The minutes that count, with their parts."""
    found = credit(lines, planned)
    return Explained(
        found.counted,
        rule=say(
            N_(
                "Each scheduled hour counts the minutes attended in it and its break of 10, never more than the hour. "
                "What is made up fills what was missed; excused minutes count up to the cap."
            )
        ),
        source=say(SOURCE),
        facts=_facts(lines),
        steps=(
            Step(say(N_("Attended, by the clock-hour rule")), Span(found.attended)),
            Step(say(N_("Made up")), Span(found.made_up)),
            Step(say(N_("Excused, within the cap")), Span(found.excused_counted)),
            Step(say(N_("Counted")), Span(found.counted)),
        ),
    )


def explain_excused(lines: Sequence[Held], planned: Mapping[str, int]) -> Explained[int]:
    """The excused minutes that count, with the cap of each course."""
    found = credit(lines, planned)
    courses = sorted({line.course for line in lines if line.presence is Presence.EXCUSED})
    return Explained(
        found.excused_counted,
        rule=say(N_("Excused minutes count up to a tenth of the course's planned session minutes.")),
        source=say(SOURCE),
        facts=_facts([line for line in lines if line.presence is Presence.EXCUSED]),
        steps=(
            Step(say(N_("Excused and not made up")), Span(found.excused)),
            *(
                Step(say(N_("Cap of %(course)s"), course=one), Span(cap_minutes(planned.get(one, 0))))
                for one in courses
            ),
            Step(say(N_("Excused, within the cap")), Span(found.excused_counted)),
        ),
    )


def explain_share(lines: Sequence[Held], planned: Mapping[str, int]) -> Explained[Share] | None:
    """Counted of scheduled; None before the first session."""
    found = credit(lines, planned)
    if found.share_bp is None:
        return None
    return Explained(
        Share(found.share_bp),
        rule=say(N_("What counts, of the sessions whose register has a line for the student. Rounded down.")),
        source=say(SOURCE),
        facts=_facts(lines),
        steps=(
            Step(say(N_("Counted")), Span(found.counted)),
            Step(say(N_("Scheduled")), Span(found.scheduled)),
            Step(say(N_("Attendance")), Share(found.share_bp)),
        ),
    )
