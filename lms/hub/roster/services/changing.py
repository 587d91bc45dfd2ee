"""Changes to those who are in the cohort already: account, place, employment. What held ends the day before."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import update

from lms.hub.enrollment.kinds import Shift
from lms.hub.enrollment.models import EmploymentSpell, Placement, StartOffset
from lms.hub.roster.rules.desk import offset_of
from lms.hub.roster.services.bulk import add_all, change_all
from lms.hub.roster.services.writing import Entry, Writing
from lms.kernel.clock import now
from lms.kernel.db import session
from lms.people.access import Relation
from lms.people.accounts.models import Invitation, Person
from lms.people.anchors import forget_anchors
from lms.people.grants.models import GrantRow
from lms.people.scope import unscoped

ONE_DAY = timedelta(days=1)
OF_WORK = ("firm", "supervisor_email", "shift")


def set_offsets(writing: Writing, entries: Iterable[Entry]) -> None:
    """How many weeks after the cohort each starts; of those who are there already it is written down."""
    changed = []
    for entry in entries:
        if day := entry.wanted.get("start_date"):
            entry.offset_weeks = offset_of(writing.snap.before, date.fromisoformat(day))
            if not entry.is_new:
                changed.append({"enrollment_id": entry.enrollment_id, "weeks": entry.offset_weeks})
    add_all(StartOffset, changed)


def change_accounts(entries: Iterable[Entry]) -> None:
    """Names and addresses. Links that were sent to an old address die with it."""
    there = [entry for entry in entries if entry.person_id is not None]
    change_all(Person, [{"id": e.person_id, "name": e.wanted["name"]} for e in there if "name" in e.wanted])
    moved = [entry for entry in there if "email" in entry.wanted]
    change_all(Person, [{"id": e.person_id, "email": e.wanted["email"], "bounced_at": None} for e in moved])
    close_links([entry.person_id for entry in moved if entry.person_id])


def close_links(people: Sequence[int]) -> None:
    """Make every open invitation of these people worth nothing."""
    if not people:
        return
    open_ones = update(Invitation).where(
        Invitation.person_id.in_(people),
        Invitation.purpose == "invite",
        Invitation.used_at.is_(None),
        Invitation.revoked_at.is_(None),
    )
    statement: Any = open_ones.values(revoked_at=now()).execution_options(synchronize_session=False)
    session.execute(unscoped(statement, "links of people whom the command has found"))


def move(writing: Writing, entries: Iterable[Entry]) -> None:
    """From today on in another section."""
    closed, new = [], []
    for entry in entries:
        section, held = writing.section(entry), writing.snap.placements.get(entry.enrollment_id or 0)
        if section is None or entry.is_new or (held and held.section_id == section.id):
            continue
        row = {"enrollment_id": entry.enrollment_id, "site_id": section.site_id, "section_id": section.id}
        if held is None or held.from_day < writing.day:
            if held is not None:
                closed.append(
                    {
                        "enrollment_id": held.enrollment_id,
                        "site_id": held.site_id,
                        "section_id": held.section_id,
                        "from_day": held.from_day,
                        "to_day": writing.day - ONE_DAY,
                        "supersedes_id": held.id,
                    }
                )
            new.append({**row, "from_day": writing.day, "to_day": held.to_day if held else None, "supersedes_id": None})
        else:
            new.append({**row, "from_day": held.from_day, "to_day": held.to_day, "supersedes_id": held.id})
    add_all(Placement, [*closed, *new])
    forget_anchors()


def employ_all(writing: Writing, entries: Iterable[Entry]) -> None:
    """From today on, or for somebody new from the first day, at this firm, under this supervisor, on this shift.

    What the file leaves blank stays; at another firm there is another supervisor, or none yet.
    """
    closed, new = [], []
    for entry in entries:
        if not any(name in entry.wanted for name in OF_WORK):
            continue
        held = writing.snap.spells.get(entry.enrollment_id or 0)
        row = _spell(writing, entry, held)
        if held is not None and held.from_day < writing.day:
            closed.append(closed_spell(held, writing.day - ONE_DAY))
            new.append({**row, "from_day": writing.day, "supersedes_id": None})
        elif held is not None:
            new.append({**row, "from_day": held.from_day, "supersedes_id": held.id})
        else:
            new.append({**row, "from_day": writing.since(entry), "supersedes_id": None})
    add_all(EmploymentSpell, closed)
    numbers = add_all(EmploymentSpell, new)
    give_signing(
        [(row["supervisor_id"], number, row["from_day"]) for row, number in zip(new, numbers, strict=True)],
        writing.by_id,
    )
    forget_anchors()


def _spell(writing: Writing, entry: Entry, held: EmploymentSpell | None) -> dict[str, Any]:
    wanted = entry.wanted
    firm_id = writing.snap.firms[wanted["firm"]].id if "firm" in wanted else held.firm_id if held else None
    same_firm = held is not None and held.firm_id == firm_id
    signer = writing.snap.people[wanted["supervisor_email"]] if "supervisor_email" in wanted else None
    if signer is None and same_firm and held:
        signer = held.supervisor_id
    return {
        "enrollment_id": entry.enrollment_id,
        "firm_id": firm_id,
        "supervisor_id": signer,
        "shift": Shift(wanted["shift"]) if "shift" in wanted else held.shift if held else Shift.DAY,
        "pays_release_time": bool(same_firm and held and held.pays_release_time),
        "to_day": held.to_day if held else None,
    }


def closed_spell(held: EmploymentSpell, last_day: date) -> dict[str, Any]:
    """The same employment, ended after `last_day`, as the row that supersedes it."""
    return {
        "enrollment_id": held.enrollment_id,
        "firm_id": held.firm_id,
        "supervisor_id": held.supervisor_id,
        "shift": held.shift,
        "pays_release_time": held.pays_release_time,
        "from_day": held.from_day,
        "to_day": last_day,
        "supersedes_id": held.id,
    }


def give_signing(signers: Iterable[tuple[int | None, int, date]], by_id: int | None) -> None:
    """Let supervisors sign for employments: person, employment, first day."""
    add_all(
        GrantRow,
        [
            {
                "person_id": person_id,
                "relation": Relation.SUPERVISOR,
                "place_id": spell_id,
                "from_day": day,
                "granted_by_id": by_id,
            }
            for person_id, spell_id, day in signers
            if person_id is not None
        ],
    )
