"""What waits for an approver: parts of week sheets, exceptions on top, clean ones below and ticked beforehand (P5)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import Row, Select, func, select

from lms.hub.enrollment.models import Enrollment
from lms.hub.hours.models import HoursEntry, SheetPart, WeekSheet
from lms.hub.hours.queries.patience import escalated
from lms.hub.hours.queries.situation import situations_of
from lms.hub.hours.queries.weeks import Week, weeks_of, witnessed
from lms.hub.hours.rules.exceptions import evidence_reasons, overlap_reasons, vague_reasons
from lms.hub.hours.rules.sheet import State
from lms.hub.hours.rules.verdict import Verdict, content_hash
from lms.hub.hours.rules.week import explain_minutes
from lms.hub.hours.rules.words import TOLD
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.kernel.explain import Explained
from lms.kernel.facts import stands
from lms.kernel.prose import prose_of
from lms.kernel.weeks import DAYS
from lms.people.access import SYSTEM, Action, Actor
from lms.people.accounts.models import Person
from lms.people.scope import scoped, unscoped

PAGE = 100  # parts on one page; the oldest weeks first


@dataclass(frozen=True, slots=True)
class Waiting:
    """One part with its student and week. content_hash: of what it says now, to be sent back with the decision.

    said: descriptions of the week's entries and of the weeks before, by public id. elsewhere: timed hours of the same
    person in other enrollments. escalated_at: when the coordinator was told that it waits too long.
    """

    part: SheetPart
    student: Person
    week: Week
    said: Mapping[str, str] = field(default_factory=dict)
    elsewhere: Sequence[HoursEntry] = ()
    escalated_at: datetime | None = None

    @property
    def verdict(self) -> Verdict:
        """What there is to look at: in the week, and then in the part's own entries."""
        entries, seen = self.entries, witnessed(self.week.seen, self.week.entries)
        earlier = [self.said.get(entry.public_id, "") for week in self.week.before for entry in told(week.entries)]
        return Verdict(
            (
                *self.week.verdict.reasons,
                *overlap_reasons(entries, self.elsewhere),
                *evidence_reasons(entries, seen),
                *vague_reasons(entries, self.said, earlier),
            )
        )

    @property
    def entries(self) -> list[HoursEntry]:
        """The part's own."""
        return self.week.entries_in(self.part.key)

    @property
    def minutes(self) -> int:
        """Of the part."""
        return sum(entry.minutes for entry in self.entries)

    @property
    def content_hash(self) -> str:
        """Of the part."""
        return content_hash(self.week.situation.enrollment.public_id, self.week.monday, self.part.key, self.entries)

    def explain_part(self) -> Explained[int]:
        """Why this part has these minutes."""
        return explain_minutes(self.entries)

    def explain(self) -> Explained[int]:
        """Why the week has these minutes."""
        return self.week.explain()


@dataclass(frozen=True, slots=True)
class Queue:
    """The approver's list. count: of all that waits, also beyond this page."""

    exceptions: list[Waiting]
    clean: list[Waiting]
    count: int


def told(entries: Iterable[HoursEntry]) -> list[HoursEntry]:
    """Those that need their student's words, oldest first."""
    return sorted((one for one in entries if one.kind in TOLD), key=lambda one: (one.day, one.recorded_at, one.id))


def queue_of(actor: Actor, page: int = PAGE) -> Queue:
    """The oldest parts that wait for `actor`, never the own ones (H20). Eleven statements, however many wait."""
    statement = _parts(actor, Action.HOURS_APPROVE).where(
        SheetPart.state == State.SUBMITTED, Enrollment.person_id != (actor.person_id or 0)
    )
    count = session.scalar(scoped(_count(actor), actor, Action.HOURS_APPROVE, on=SheetPart)) or 0
    rows = session.execute(statement.order_by(WeekSheet.monday, Person.name, SheetPart.id).limit(page)).all()
    waiting = sorted(_waiting(rows), key=lambda one: one.escalated_at is None)  # else as they came: oldest first
    return Queue(
        exceptions=[one for one in waiting if not one.verdict.is_clean],
        clean=[one for one in waiting if one.verdict.is_clean],
        count=count,
    )


def find_part(actor: Actor, public_id: str, action: Action = Action.HOURS_APPROVE) -> Waiting:
    """One part that `actor` may decide on, in whatever state. Raises NotFound. Ten statements."""
    row = session.execute(_parts(actor, action).where(SheetPart.public_id == public_id)).one_or_none()
    if row is None:
        raise NotFound()
    return _waiting([row])[0]


def waiting_of(parts: Sequence[SheetPart]) -> list[Waiting]:
    """Parts that were found, with their students and weeks, for the product itself. Ten statements, however many."""
    statement = _parts(SYSTEM, Action.HOURS_APPROVE).where(SheetPart.id.in_([part.id for part in parts]))
    return _waiting(session.execute(statement.order_by(SheetPart.id)).all()) if parts else []


def find_parts(actor: Actor, public_ids: Sequence[str]) -> list[SheetPart]:
    """Those of the parts that `actor` may decide on; others are left out. One statement."""
    statement = scoped(select(SheetPart), actor, Action.HOURS_APPROVE).where(SheetPart.public_id.in_(public_ids))
    return list(session.scalars(statement.order_by(SheetPart.id)))


def lately_signed(actor: Actor, most: int = 10) -> list[tuple[SheetPart, date, str]]:
    """The newest approved parts that `actor` may decide on, with the Monday and the student's name. One statement."""
    statement = _parts(actor, Action.HOURS_APPROVE).where(SheetPart.state == State.APPROVED)
    rows = session.execute(statement.order_by(WeekSheet.monday.desc(), SheetPart.id.desc()).limit(most))
    return [(part, sheet.monday, person.name) for part, sheet, _, person in rows]


def _parts(actor: Actor, action: Action) -> Select[SheetPart, WeekSheet, Enrollment, Person]:
    statement = scoped(select(SheetPart, WeekSheet, Enrollment, Person), actor, action, on=SheetPart)
    return (
        statement.join(WeekSheet, WeekSheet.id == SheetPart.week_sheet_id)
        .join(Enrollment, Enrollment.id == SheetPart.enrollment_id)
        .join(Person, Person.id == Enrollment.person_id)
    )


def _count(actor: Actor) -> Select[int]:
    return (
        select(func.count(SheetPart.id))
        .join(Enrollment, Enrollment.id == SheetPart.enrollment_id)
        .where(SheetPart.state == State.SUBMITTED, Enrollment.person_id != (actor.person_id or 0))
    )


def _waiting(rows: Sequence[Row[SheetPart, WeekSheet, Enrollment, Person]]) -> list[Waiting]:
    if not rows:
        return []
    enrollments = list({enrollment.id: enrollment for _, _, enrollment, _ in rows}.values())
    mondays = [sheet.monday for _, sheet, _, _ in rows]
    weeks = weeks_of(situations_of(enrollments), min(mondays), max(mondays))
    wanted = [weeks[enrollment.id, sheet.monday] for _, sheet, enrollment, _ in rows]
    said = prose_of((entry for week in wanted for entry in _with_words(week)), "comment")
    others, told_at = _elsewhere(wanted), escalated([sheet.id for _, sheet, _, _ in rows])
    return [
        Waiting(
            part,
            person,
            week,
            said,
            [one for one in others.get(person.id, ()) if one.enrollment_id != enrollment.id],
            told_at.get(sheet.id),
        )
        for (part, sheet, enrollment, person), week in zip(rows, wanted, strict=True)
    ]


def _with_words(week: Week) -> list[HoursEntry]:
    """The entries whose words a page of the week shows, or compares with."""
    return [*week.entries, *(entry for one in week.before for entry in told(one.entries))]


def _elsewhere(weeks: Sequence[Week]) -> dict[int, list[HoursEntry]]:
    """Timed hours around these weeks of the people among them who have more than one enrollment, by person (H7)."""
    people = {week.situation.enrollment.person_id for week in weeks}
    first, last = min(week.monday for week in weeks), max(week.monday for week in weeks) + timedelta(days=DAYS)
    several = select(Enrollment.person_id).where(Enrollment.person_id.in_(people))
    several = several.group_by(Enrollment.person_id).having(func.count(Enrollment.id) > 1)
    statement = (
        select(Enrollment.person_id, HoursEntry)
        .join(Enrollment, Enrollment.id == HoursEntry.enrollment_id)
        .where(Enrollment.person_id.in_(several), stands(HoursEntry), HoursEntry.is_removal.is_(False))
        .where(HoursEntry.starts_at.is_not(None), HoursEntry.day.between(first - timedelta(days=1), last))
        .order_by(HoursEntry.id)
    )
    found: dict[int, list[HoursEntry]] = {}
    for person_id, entry in session.execute(unscoped(statement, "a person's days, over all enrollments (H7)")):
        found.setdefault(person_id, []).append(entry)
    return found
