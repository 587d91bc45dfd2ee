"""What holds for the weeks of a student: zone, first and last day, breaks, leave, employment."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Boolean,
    CompoundSelect,
    Date,
    Select,
    String,
    bindparam,
    cast,
    distinct,
    func,
    literal,
    null,
    select,
    type_coerce,
    union_all,
)

from lms.hub.cohorts.models import Break, Cohort, SheetTerms
from lms.hub.cohorts.rules import (
    Agreed,
    Days,
    Target,
    covers,
    explain_week_target,
    full_week,
    own_first_day,
    week_number,
    week_target,
)
from lms.hub.enrollment.kinds import Signer, Status
from lms.hub.enrollment.models import (
    EmploymentSpell,
    Enrollment,
    Leave,
    Placement,
    PlanSignature,
    ReturnPlan,
    StatusChange,
)
from lms.hub.enrollment.queries import own_offset
from lms.hub.enrollment.rules import ENDED, STUDYING
from lms.hub.enrollment.rules.history import Stage, gaps
from lms.hub.hours.rules.sheet import USUAL, Terms, WeekTimes, week_times
from lms.kernel.columns import Day
from lms.kernel.explain import Explained, FactRef
from lms.kernel.facts import kept_for_now, stands
from lms.kernel.memo import found
from lms.kernel.weeks import monday_of
from lms.people.orgs.models import Site
from lms.people.scope import MARK, plain, policy_day, unscoped

WHY = "the dated facts of enrollments that were found"
SHARED = (Break.__tablename__, SheetTerms.__tablename__)  # of the whole cohort


@dataclass(frozen=True, slots=True)
class Spell:
    """An employment: its days, whether the firm pays study time, whether somebody there signs.

    id: the employment's number, which hours name: that of its first row (`EmploymentSpell.number`). stands: False for a
    row that was replaced since. row_id: of the row itself.
    """

    id: int
    row_id: int
    from_day: date
    to_day: date | None
    pays_release_time: bool
    has_supervisor: bool
    stands: bool


@dataclass(frozen=True, slots=True)
class CohortCalendar:
    """What the calendars of a cohort's students have in common; see `Cohort`. id: row number."""

    id: int
    public_id: str
    name: str
    zone: str
    starts_on: date
    ends_on: date
    week_one_monday: date
    target_min_minutes: int
    target_max_minutes: int


OF_COHORT = tuple(getattr(Cohort, one.name) for one in fields(CohortCalendar))


@dataclass(slots=True)
class Situation:
    """One student's calendar. first, last: days on which hours can lie; first None: the student never started.

    offset: weeks between the cohort's start and the own one. leaves: days of leave, and those between an end and a
    restoration, on which nothing is expected either. stages: from which day on which status holds, in order. agreed:
    the pace of a return plan that everybody signed.
    """

    enrollment: Enrollment
    cohort: CohortCalendar
    zone: str
    site_id: int | None
    offset: int = 0
    first: date | None = None
    last: date = date.max
    breaks: list[Days] = field(default_factory=list)
    leaves: list[Days] = field(default_factory=list)
    spells: list[Spell] = field(default_factory=list)
    terms: Terms = USUAL
    auto_approves: bool = False
    agreed: Agreed | None = None
    stages: list[tuple[date, Status]] = field(default_factory=list)

    def studies_on(self, day: date) -> bool:
        """Whether the student has started and has not finished or left on `day`; a leave is part of studying."""
        return self.first is not None and self.first <= day and self._status_on(day) in STUDYING

    def is_away_on(self, day: date) -> bool:
        """Whether `day` is one of leave or of a break."""
        return self._status_on(day) is Status.ON_LEAVE or covers((*self.leaves, *self.breaks), day)

    def _status_on(self, day: date) -> Status | None:
        past = [status for from_day, status in self.stages if from_day <= day]
        return past[-1] if past else None

    @property
    def full(self) -> Target:
        """The band of a full week in this cohort."""
        return Target(self.cohort.target_min_minutes, self.cohort.target_max_minutes)

    def target(self, monday: date) -> Target:
        """What the week asks for; nothing before a start."""
        if self.first is None:
            return Target(0, 0)
        full = full_week(monday, self.full, self.agreed)
        return _target(monday, self.first, self.last, tuple(self.breaks), tuple(self.leaves), full)

    def explain_target(self, monday: date) -> Explained[Target]:
        """The same, with its days counted out."""
        first = self.first or date.max
        return explain_week_target(monday, first, self.last, self.breaks, self.leaves, self.full, self.agreed)

    def number(self, monday: date) -> int:
        """The cohort week's number."""
        return week_number(monday, self.cohort.week_one_monday)

    def times(self, monday: date) -> WeekTimes:
        """When the week opens, is due and locks."""
        return week_times(monday, self.zone, self.terms)

    def spell_on(self, day: date) -> Spell | None:
        """The employment on `day`; the one that began last, should two."""
        held = [s for s in self.spells if s.stands and s.from_day <= day and (s.to_day is None or day <= s.to_day)]
        return max(held, key=lambda spell: spell.from_day) if held else None

    @property
    def supervised(self) -> frozenset[int]:
        """The employments where somebody signs."""
        held = [spell for spell in self.spells if spell.has_supervisor]
        return frozenset(number for spell in held for number in (spell.id, spell.row_id))


_target = lru_cache(maxsize=4096)(week_target)  # most students of a cohort have the same weeks


def situation_of(enrollment: Enrollment, as_of: datetime | None = None) -> Situation:
    """The calendar of one student. Two statements."""
    return situations_of([enrollment], as_of)[enrollment.id]


def situations_of(enrollments: Sequence[Enrollment], as_of: datetime | None = None) -> dict[int, Situation]:
    """The calendars of several students by the enrollment's row number. Two statements, however many.

    None for those that this transaction has found already.
    """
    if as_of is not None:
        return _situations_of(enrollments, as_of)
    known = found("situations")
    if missing := [enrollment for enrollment in enrollments if enrollment.id not in known]:
        known.update(_situations_of(missing, None))
    return {enrollment.id: known[enrollment.id] for enrollment in enrollments}


def _situations_of(enrollments: Sequence[Enrollment], as_of: datetime | None) -> dict[int, Situation]:
    ids = [enrollment.id for enrollment in enrollments]
    by_id = {e.id: e for e in enrollments}
    made: dict[int, Situation] = {}
    for enrollment_id, offset, site_id, zone, *of_cohort in plain(_places(as_of), ids=ids, day=policy_day(as_of)):
        cohort = CohortCalendar(*of_cohort)
        place = Situation(by_id[enrollment_id], cohort, zone or cohort.zone, site_id, offset)
        made.setdefault(enrollment_id, place)
    own: dict[int, list[Any]] = {}
    shared: dict[int, list[Any]] = {}
    cohorts = {place.cohort.id for place in made.values()}
    for row in plain(_dated(as_of), ids=ids, cohorts=list(cohorts)):
        (shared if row.what in SHARED else own).setdefault(row.owner, []).append(row)
    for enrollment_id, place in made.items():
        _fill(place, own.get(enrollment_id, []), shared.get(place.cohort.id, []))
    return made


@kept_for_now
def _places(as_of: datetime | None) -> Select[*tuple[Any, ...]]:
    """Each enrollment with its cohort and the sites where it was placed; the zone of the last one is the student's."""
    statement = (
        select(Enrollment.id, own_offset(as_of), Placement.site_id, Site.zone, *OF_COHORT)
        .join(Cohort, Cohort.id == Enrollment.cohort_id)
        .outerjoin(
            Placement,
            (Placement.enrollment_id == Enrollment.id)
            & stands(Placement, as_of)
            & (Placement.from_day <= bindparam("day", type_=Day)),
        )
        .outerjoin(Site, Site.id == Placement.site_id)
        .where(Enrollment.id.in_(bindparam("ids", expanding=True)))
        .order_by(Enrollment.id, Placement.from_day.desc())
    )
    return unscoped(statement, WHY)


@kept_for_now
def _dated(as_of: datetime | None) -> CompoundSelect[*tuple[Any, ...]]:
    """Status changes, leaves, plans, employments, breaks and terms in one statement, in the columns of `_row`."""
    status = _row(StatusChange, StatusChange.enrollment_id, StatusChange.effective_on)
    status = status.add_columns(type_coerce(StatusChange.status, String).label("status"), *_flags(), *_numbers())
    status = status.where(stands(StatusChange, as_of), StatusChange.is_taken_back.is_(False))
    leave = _row(Leave, Leave.enrollment_id, Leave.from_day, Leave.to_day)
    leave = leave.add_columns(literal("", String), *_flags(), *_numbers()).where(
        stands(Leave, as_of), Leave.is_lifted.is_(False)
    )
    spell = _row(EmploymentSpell, EmploymentSpell.enrollment_id, EmploymentSpell.from_day, EmploymentSpell.to_day)
    spell = spell.add_columns(
        literal("", String),
        EmploymentSpell.pays_release_time,
        EmploymentSpell.supervisor_id.is_not(None),
        stands(EmploymentSpell, as_of),
        EmploymentSpell.first_id,
        *_numbers(),
    )
    then = [EmploymentSpell.recorded_at <= as_of] if as_of else []
    pause = _row(Break, Break.cohort_id, Break.from_day, Break.to_day, Break.site_id)
    pause = pause.add_columns(literal("", String), *_flags(), *_numbers()).where(
        stands(Break, as_of), Break.is_lifted.is_(False)
    )
    plan = _plans(as_of)
    terms = _row(SheetTerms, SheetTerms.cohort_id, literal(date.min, Date))
    terms = terms.add_columns(
        literal("", String),
        SheetTerms.auto_approves,
        *_flags()[1:],
        SheetTerms.due_weekday,
        SheetTerms.due_minute,
        SheetTerms.grace_days,
    ).where(stands(SheetTerms, as_of))
    ids: BindParameter[int] = bindparam("ids", expanding=True)
    cohorts: BindParameter[int] = bindparam("cohorts", expanding=True)
    return union_all(
        status.where(StatusChange.enrollment_id.in_(ids)),
        leave.where(Leave.enrollment_id.in_(ids)),
        plan.where(ReturnPlan.enrollment_id.in_(ids)),
        spell.where(EmploymentSpell.enrollment_id.in_(ids), *then),
        pause.where(Break.cohort_id.in_(cohorts)),
        terms.where(SheetTerms.cohort_id.in_(cohorts)),
    ).execution_options(**{MARK: WHY})


def _plans(as_of: datetime | None) -> Select[*tuple[Any, ...]]:
    """Return plans: minutes a week where others have a site, the office's and the student's signatures, the firm's."""
    office = (Signer.STUDENT, Signer.COORDINATOR)
    signed = select(func.count(distinct(PlanSignature.signer))).where(
        PlanSignature.return_plan_id == ReturnPlan.id, stands(PlanSignature, as_of)
    )
    by_firm = signed.where(PlanSignature.signer == Signer.FIRM).scalar_subquery() > 0
    both = signed.where(PlanSignature.signer.in_(office)).scalar_subquery() == len(office)
    plan = _row(ReturnPlan, ReturnPlan.enrollment_id, ReturnPlan.first_day_back, None, ReturnPlan.weekly_minutes)
    flags = (by_firm.label("pays"), both.label("signs"), literal(False, Boolean).label("holds"))
    plan = plan.add_columns(literal("", String), *flags, cast(null(), BigInteger).label("first_id"), *_numbers())
    return plan.where(stands(ReturnPlan, as_of))


def _row(model: Any, owner: Any, first: Any, last: Any = None, site: Any = None) -> Select[*tuple[Any, ...]]:
    """One kind of dated fact. owner: the row number of its enrollment, or of its cohort."""
    return select(
        literal(model.__tablename__, String).label("what"),
        owner.label("owner"),
        model.id.label("id"),
        model.public_id.label("public_id"),
        model.recorded_at.label("recorded_at"),
        first.label("from_day"),
        (cast(null(), Date) if last is None else last).label("to_day"),
        (cast(null(), BigInteger) if site is None else site).label("site_id"),
    )


def _flags() -> list[Any]:
    flags = [literal(False, Boolean).label(name) for name in ("pays", "signs", "holds")]
    return [*flags, cast(null(), BigInteger).label("first_id")]


def _numbers() -> list[Any]:
    """What only terms have."""
    return [cast(null(), BigInteger).label(name) for name in ("due_weekday", "due_minute", "grace_days")]


def _fill(place: Situation, own: list[Any], shared: list[Any]) -> None:
    """Put the dated rows of one student, and those of the cohort, where the rules look for them."""
    changes: list[tuple[date, datetime, Status]] = []
    plans: list[Any] = []
    for row in own:
        if row.what == StatusChange.__tablename__:
            changes.append((row.from_day, row.recorded_at, Status(row.status)))
        elif row.what == Leave.__tablename__:
            place.leaves.append(_days(row))
        elif row.what == ReturnPlan.__tablename__:
            plans.append(row)
        else:
            number = row.first_id or row.id
            place.spells.append(Spell(number, row.id, row.from_day, row.to_day, row.pays, row.signs, row.holds))
    for row in shared:
        if row.what == SheetTerms.__tablename__:
            place.terms = Terms(row.due_weekday, row.due_minute, row.grace_days)
            place.auto_approves = row.pays  # the column is a flag: of an employment whether it pays
        elif row.site_id in (None, place.site_id):
            place.breaks.append(_days(row))
    _bound(place, sorted(changes))
    for row in plans:  # at most one stands; the firm signs only where the student works for one on the first day back
        if row.signs and (row.pays or place.spell_on(row.from_day) is None):
            fact = FactRef(row.what, row.public_id, row.recorded_at)
            place.agreed = Agreed(monday_of(row.from_day), row.site_id, fact)


def _days(row: Any) -> Days:
    return Days(row.from_day, row.to_day, FactRef(row.what, row.public_id, row.recorded_at))


def _bound(place: Situation, changes: list[tuple[date, datetime, Status]]) -> None:
    """From the own start, not before the enrollment became active, to the cohort's end or the day before leaving it."""
    cohort = place.cohort
    place.stages = [(day, status) for day, _, status in changes]
    started = [day for day, _, status in changes if status is Status.ACTIVE]
    if started:
        own = own_first_day(cohort.starts_on, cohort.week_one_monday, place.offset)
        place.first = max(own, started[0])
    away = gaps([Stage(status, day) for day, _, status in changes])
    place.leaves.extend(Days(gap.from_day, gap.to_day) for gap in away)
    place.last = cohort.ends_on
    if changes and changes[-1][2] in ENDED:
        ended_on, _, status = changes[-1]
        last = ended_on if status is Status.COMPLETED else ended_on - timedelta(days=1)
        place.last = min(place.last, last)
