"""The changes of one import put back, where what it wrote still stands."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from lms.hub.enrollment.kinds import Shift, Status, StatusReason
from lms.hub.enrollment.models import EmploymentSpell, Placement, StartOffset, StatusChange
from lms.hub.roster.models.imports import RosterLine, StudentNumber
from lms.hub.roster.queries.imports import changes_of
from lms.hub.roster.queries.snapshot import Snapshot
from lms.hub.roster.rules.desk import offset_of
from lms.hub.roster.rules.plan import Change
from lms.hub.roster.rules.state import Member
from lms.hub.roster.services.bulk import add_all, change_all
from lms.hub.roster.services.changing import close_links, closed_spell, give_signing
from lms.kernel.acting import acting_person_id
from lms.kernel.db import session
from lms.kernel.text import N_
from lms.people.accounts.models import Person
from lms.people.scope import unscoped

CHANGED_SINCE = N_("Something of it was changed again since.")
SIGNS_IN = N_("They sign in with the new address by now.")
OF_WORK = ("firm", "supervisor_email", "shift")


class Reverting:
    """Collects what is to be written, line by line; `write` sends it."""

    def __init__(self, snap: Snapshot, applied_at: datetime, used: frozenset[int], enrollments: Sequence[int]) -> None:
        self.snap, self.applied_at, self.used = snap, applied_at, used
        self.members: dict[int, Member] = {member.enrollment_id: member for member in snap.before.members}
        self.names: list[dict[str, Any]] = []
        self.emails: list[dict[str, Any]] = []
        self.offsets: list[dict[str, Any]] = []
        self.placements: list[dict[str, Any]] = []
        self.spells: list[dict[str, Any]] = []
        self.states: list[dict[str, Any]] = []
        self.numbers: list[tuple[int, str, str]] = []
        self.signers = _signers(enrollments)

    def revert(self, line: RosterLine) -> str:
        """Put a line's changes back; empty if all of them were, else why some stay."""
        member = self.members[line.enrollment_id or 0]
        changes = {change.field: change for change in changes_of(line)}
        kept = [self._one(change, member) for name, change in changes.items() if name not in OF_WORK]
        if any(name in changes for name in OF_WORK):
            kept.append(self._work(changes, member))
        return next((why for why in kept if why), "")

    def _one(self, change: Change, member: Member) -> str:
        does: dict[str, Callable[[Change, Member], str]] = {
            "name": self._name,
            "email": self._email,
            "section": self._section,
            "start_date": self._offset,
            "status": self._status,
            "external_id": self._number,
        }
        return does[change.field](change, member)

    def _name(self, change: Change, member: Member) -> str:
        if member.person.name != change.new:
            return CHANGED_SINCE
        self.names.append({"id": member.person.person_id, "name": change.old})
        return ""

    def _email(self, change: Change, member: Member) -> str:
        if member.person.is_live:
            return SIGNS_IN
        if member.person.email != change.new or change.old in self.snap.people:
            return CHANGED_SINCE
        self.emails.append({"id": member.person.person_id, "email": change.old, "bounced_at": None})
        return ""

    def _section(self, change: Change, member: Member) -> str:
        held = self.snap.placements.get(member.enrollment_id)
        section = self.snap.sections.get(change.old)
        if held is None or section is None or held.recorded_at != self.applied_at or member.section != change.new:
            return CHANGED_SINCE
        self.placements.append(
            {
                "enrollment_id": member.enrollment_id,
                "site_id": section.site_id,
                "section_id": section.id,
                "from_day": held.from_day,
                "to_day": held.to_day,
                "supersedes_id": held.id,
            }
        )
        return ""

    def _offset(self, change: Change, member: Member) -> str:
        if member.offset_weeks != offset_of(self.snap.before, date.fromisoformat(change.new)):
            return CHANGED_SINCE
        weeks = offset_of(self.snap.before, date.fromisoformat(change.old))
        self.offsets.append({"enrollment_id": member.enrollment_id, "weeks": weeks})
        return ""

    def _status(self, change: Change, member: Member) -> str:
        last = max(self.snap.changes[member.enrollment_id], key=lambda row: (row.effective_on, row.id))
        is_used = member.enrollment_id in self.used
        if is_used or last.recorded_at != self.applied_at or last.status.value != change.new:
            return CHANGED_SINCE
        self.states.append(
            {
                "enrollment_id": member.enrollment_id,
                "status": Status(change.old),
                "effective_on": last.effective_on,
                "reason": StatusReason.OTHER,
                "supersedes_id": last.id,
            }
        )
        return ""

    def _number(self, change: Change, member: Member) -> str:
        if change.new not in member.person.numbers.values():
            return CHANGED_SINCE
        self.numbers.append((member.person.person_id, change.new, change.old))
        return ""

    def _work(self, changes: dict[str, Change], member: Member) -> str:
        held = self.snap.spells.get(member.enrollment_id)
        if held is None or held.recorded_at != self.applied_at:
            return CHANGED_SINCE
        row = closed_spell(held, held.to_day) if held.to_day else {**closed_spell(held, date.max), "to_day": None}
        if "firm" in changes and not changes["firm"].old:  # there was no employment: it ends before it began
            row["to_day"] = held.from_day - timedelta(days=1)
        elif "firm" in changes:
            row["firm_id"] = self.snap.firms[changes["firm"].old].id
        if "shift" in changes and changes["shift"].old:
            row["shift"] = Shift(changes["shift"].old)
        before = [spell for spell in self.signers.get(member.enrollment_id, ()) if spell.id < held.id]
        self.spells.append({**row, "supervisor_id": before[-1].supervisor_id if before else None})
        return ""

    def write(self) -> None:
        """Send what was collected."""
        change_all(Person, self.names)
        change_all(Person, self.emails)
        close_links([row["id"] for row in self.emails])
        add_all(StartOffset, self.offsets)
        add_all(Placement, self.placements)
        ids = add_all(EmploymentSpell, self.spells)
        signing = zip(self.spells, ids, strict=True)
        give_signing([(row["supervisor_id"], number, row["from_day"]) for row, number in signing], acting_person_id())
        add_all(StatusChange, self.states)
        for person_id, new, old in self.numbers:
            statement = select(StudentNumber).where(StudentNumber.person_id == person_id, StudentNumber.code == new)
            row = session.scalars(unscoped(statement, "a number that the roster gave")).one()
            if old:
                row.code = old
            else:
                session.delete(row)


def _signers(enrollments: Sequence[int]) -> dict[int, list[EmploymentSpell]]:
    """Every employment of these, also those that were superseded, oldest first: who signed before. One query."""
    statement = select(EmploymentSpell).where(EmploymentSpell.enrollment_id.in_(enrollments))
    found: dict[int, list[EmploymentSpell]] = defaultdict(list)
    for row in session.scalars(unscoped(statement.order_by(EmploymentSpell.id), "employments that are put back")):
        found[row.enrollment_id].append(row)
    return found
