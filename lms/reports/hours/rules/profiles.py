"""The same hours as each regulator counts them. Minutes whole; every total is the sum of the rows below it.

A profile is a fold over `StudentLedger`s that gives rows of one form: what it is about, and its figures by column.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from lms.hub.catalog.kinds import KIND_NAMES, Kind
from lms.hub.cohorts.kinds import Presence
from lms.hub.hours.rules.entry import ON_THE_JOB, Evidence
from lms.kernel.explain import Explained, FactRef, Step
from lms.kernel.text import N_, Sentence, say
from lms.reports.hours.rules.lines import HoursLine, SessionLine, StudentLedger

CLOCK_HOUR_EVIDENCE = Evidence.COUNTERSIGNED  # D14: clock hours take level 2 and better only
EXCUSED_CAP = Fraction(1, 10)  # D18: of the planned minutes; more has to be made up
# 34 CFR 600.2, credit hour: an hour of instruction and two outside of class, for about fifteen weeks.
INSTRUCTION_A_CREDIT = 15 * 60
WORK_A_CREDIT = 45 * 60
INSTRUCTION = frozenset({Kind.LECTURE_ONLINE, Kind.LAB_IN_PERSON, Kind.SIMULATION})
NOT_OFF_THE_JOB = frozenset({Kind.ASSESSMENT})  # England's off-the-job rule leaves exams out


class Profile(StrEnum):
    """Whose way of counting."""

    CLOCK_HOURS = "clock-hours"
    CREDIT_HOURS = "credit-hours"
    APPRENTICESHIP = "apprenticeship"
    OFF_THE_JOB = "off-the-job"


PROFILE_NAMES = {
    Profile.CLOCK_HOURS: N_("Clock hours (US federal student aid)"),
    Profile.CREDIT_HOURS: N_("Credit-hour equivalence (US federal)"),
    Profile.APPRENTICESHIP: N_("On the job and related instruction (US apprenticeship)"),
    Profile.OFF_THE_JOB: N_("Off-the-job training (England)"),
}
RULES: Mapping[Profile, tuple[str, str]] = {
    Profile.CLOCK_HOURS: (
        N_(
            "Sessions count by the 60-minute rule, excused absence up to a tenth of the planned minutes, and other"
            " approved hours at evidence level 2 or above."
        ),
        N_("34 CFR 600.2, clock hour"),
    ),
    Profile.CREDIT_HOURS: (
        N_(
            "A credit is 45 hours of approved work, of which at least 15 are instruction at evidence level 2 or above;"
            " whichever of the two is reached less decides."
        ),
        N_("34 CFR 600.2, credit hour"),
    ),
    Profile.APPRENTICESHIP: (
        N_("Approved hours at the firm by work process are on the job; all others are related instruction."),
        N_("29 CFR 29.5, on-the-job learning and related instruction"),
    ),
    Profile.OFF_THE_JOB: (
        N_("Approved hours without exams, against the hours expected so far; breaks and leave expect nothing."),
        N_("Apprenticeship funding rules for England, off-the-job training"),
    ),
}
COLUMNS: Mapping[Profile, tuple[str, ...]] = {
    Profile.CLOCK_HOURS: ("scheduled", "attended", "excused", "made_up", "by_sessions", "evidenced", "counted"),
    Profile.CREDIT_HOURS: ("instruction", "outside", "unevidenced", "credit_hundredths"),
    Profile.APPRENTICESHIP: ("approved", "paid"),
    Profile.OFF_THE_JOB: ("planned", "actual", "exams", "paid", "difference"),
}
COLUMN_NAMES = {
    "scheduled": N_("Scheduled"),
    "attended": N_("Attended"),
    "excused": N_("Excused, as far as allowed"),
    "made_up": N_("Made up"),
    "by_sessions": N_("By the 60-minute rule"),
    "evidenced": N_("Other, evidence 2 or above"),
    "counted": N_("Clock hours"),
    "instruction": N_("Instruction, evidenced"),
    "outside": N_("Other approved work"),
    "unevidenced": N_("Of that, own word only"),
    "credit_hundredths": N_("Credits"),
    "approved": N_("Approved"),
    "paid": N_("Paid by the firm"),
    "planned": N_("Expected so far"),
    "actual": N_("Counted"),
    "exams": N_("Exams, not counted"),
    "difference": N_("Difference"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a report. about: what it is of, beside the student: a course, or firm, part and work process.

    figures: by the profile's columns, minutes but for `credit_hundredths`.
    """

    enrollment: str
    name: str
    about: tuple[Sentence | str, ...]
    figures: Mapping[str, int]
    facts: tuple[FactRef, ...] = ()


def rows_of(profile: Profile, ledgers: Iterable[StudentLedger]) -> list[Row]:
    """The report's rows, student by student in the given order."""
    return [row for ledger in ledgers for row in _FOLDS[profile](ledger)]


def totals_of(profile: Profile, rows: Sequence[Row]) -> dict[str, int]:
    """Each column's sum over the rows."""
    return {column: sum(row.figures[column] for row in rows) for column in COLUMNS[profile]}


def explain_row(profile: Profile, row: Row) -> Explained[int]:
    """The row's last figure with the others as its steps."""
    rule, source = RULES[profile]
    columns = COLUMNS[profile]
    return Explained(
        row.figures[columns[-1]],
        rule=say(rule),
        source=say(source),
        facts=row.facts,
        steps=tuple(Step(say(COLUMN_NAMES[column]), row.figures[column]) for column in columns),
    )


def _clock_hours(ledger: StudentLedger) -> Iterator[Row]:
    courses = {line.course for line in ledger.lines} | {line.course for line in ledger.sessions}
    for course in sorted(courses):
        sessions = [line for line in ledger.sessions if line.course == course]
        lines = [line for line in ledger.lines if line.course == course and _is_clock_hour(line)]
        figures = clock_hour_figures(sessions, lines)
        if any(figures.values()):
            yield _row(ledger, (course,), figures, [*sessions, *lines])


def clock_hour_figures(sessions: Sequence[SessionLine], lines: Sequence[HoursLine]) -> dict[str, int]:
    """The clock-hour columns of one course of one student."""
    scheduled = sum(line.planned for line in sessions if line.presence is not Presence.MADE_UP)
    excused = sum(line.planned for line in sessions if line.presence is Presence.EXCUSED)
    allowed = min(excused, int(scheduled * EXCUSED_CAP))
    by_sessions = sum(line.credited for line in sessions)
    evidenced = sum(line.minutes for line in lines)
    return {
        "scheduled": scheduled,
        "attended": sum(line.attended for line in sessions if line.presence is not Presence.MADE_UP),
        "excused": allowed,
        "made_up": sum(line.attended for line in sessions if line.presence is Presence.MADE_UP),
        "by_sessions": by_sessions,
        "evidenced": evidenced,
        "counted": by_sessions + allowed + evidenced,
    }


def _is_clock_hour(line: HoursLine) -> bool:
    """What the register made is counted with its session, not twice."""
    return line.is_approved and line.evidence >= CLOCK_HOUR_EVIDENCE and not line.from_register


def _credit_hours(ledger: StudentLedger) -> Iterator[Row]:
    for course in sorted({line.course for line in ledger.lines}):
        lines = [line for line in ledger.lines if line.course == course and line.is_approved]
        taught = sum(line.minutes for line in lines if _is_instruction(line))
        outside = sum(line.minutes for line in lines) - taught
        own_word = sum(line.minutes for line in lines if line.evidence is Evidence.SELF_REPORT)
        if lines:
            figures = {
                "instruction": taught,
                "outside": outside,
                "unevidenced": own_word,
                "credit_hundredths": credit_hundredths(taught, outside),
            }
            yield _row(ledger, (course,), figures, lines)


def _is_instruction(line: HoursLine) -> bool:
    return line.kind in INSTRUCTION and line.evidence >= CLOCK_HOUR_EVIDENCE


def credit_hundredths(instruction: int, outside: int) -> int:
    """Credits in hundredths, rounded down: a credit is never given for minutes that were not worked."""
    taught = Fraction(instruction, INSTRUCTION_A_CREDIT)
    worked = Fraction(instruction + outside, WORK_A_CREDIT)
    return max(int(min(taught, worked) * 100), 0)


def _apprenticeship(ledger: StudentLedger) -> Iterator[Row]:
    groups: dict[tuple[str, bool, str, Kind], list[HoursLine]] = {}
    for line in ledger.lines:
        if line.is_approved:
            key = (line.firm, line.kind not in ON_THE_JOB, line.work or line.course, line.kind)
            groups.setdefault(key, []).append(line)
    for (firm, is_related, work, kind), lines in sorted(groups.items(), key=lambda pair: pair[0]):
        part = N_("Related instruction") if is_related else N_("On the job")
        figures = {
            "approved": sum(line.minutes for line in lines),
            "paid": sum(line.minutes for line in lines if line.is_paid),
        }
        yield _row(ledger, (firm, say(part), work, say(KIND_NAMES[kind])), figures, lines)


def _off_the_job(ledger: StudentLedger) -> Iterator[Row]:
    lines = [line for line in ledger.lines if line.is_approved]
    counted = [line for line in lines if line.kind not in NOT_OFF_THE_JOB]
    actual = sum(line.minutes for line in counted)
    figures = {
        "planned": ledger.expected,
        "actual": actual,
        "exams": sum(line.minutes for line in lines) - actual,
        "paid": sum(line.minutes for line in counted if line.is_paid),
        "difference": actual - ledger.expected,
    }
    yield _row(ledger, (), figures, lines)


def _row(
    ledger: StudentLedger,
    about: tuple[Sentence | str, ...],
    figures: Mapping[str, int],
    lines: Iterable[HoursLine | SessionLine],
) -> Row:
    facts = tuple(line.fact for line in lines if line.fact is not None)
    return Row(ledger.enrollment, ledger.name, about, figures, facts)


_FOLDS: Mapping[Profile, Callable[[StudentLedger], Iterator[Row]]] = {
    Profile.CLOCK_HOURS: _clock_hours,
    Profile.CREDIT_HOURS: _credit_hours,
    Profile.APPRENTICESHIP: _apprenticeship,
    Profile.OFF_THE_JOB: _off_the_job,
}
ABOUT: Mapping[Profile, tuple[str, ...]] = {
    Profile.CLOCK_HOURS: (N_("Course"),),
    Profile.CREDIT_HOURS: (N_("Course"),),
    Profile.APPRENTICESHIP: (N_("Firm"), N_("Part"), N_("Work process"), N_("Method")),
    Profile.OFF_THE_JOB: (),
}


def evidence_mix(lines: Iterable[HoursLine]) -> dict[Evidence, int]:
    """Minutes by evidence level; every level is there."""
    found: Counter[Evidence] = Counter(dict.fromkeys(Evidence, 0))
    for line in lines:
        found[line.evidence] += line.minutes
    return dict(found)
