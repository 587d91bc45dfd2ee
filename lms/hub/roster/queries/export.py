"""A cohort's roster in the columns of the import: read back in, it changes nothing."""

from collections.abc import Iterator, Sequence

from sqlalchemy import select

from lms.hub.cohorts.models import Cohort
from lms.hub.enrollment.queries import Member, roster
from lms.hub.enrollment.rules import ENDED
from lms.hub.roster.models.imports import StudentNumber
from lms.hub.roster.rules.columns import FORWARD
from lms.kernel.db import session
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.scope import policy_day, unscoped


def roster_rows(actor: Actor, cohort: Cohort) -> Iterator[Sequence[object]]:
    """Everybody on the way or studying whom `actor` may enroll, by name. Nine statements, made before the first row."""
    members = [
        member for member in roster(actor, cohort, policy_day(), Action.ROSTER_IMPORT) if member.status not in ENDED
    ]
    why = "named by a roster that was found in scope"
    people = [member.person.id for member in members]
    numbers = select(StudentNumber.person_id, StudentNumber.site_id, StudentNumber.code)
    codes = {
        (row.person_id, row.site_id): row.code
        for row in session.execute(unscoped(numbers.where(StudentNumber.person_id.in_(people)), why))
    }
    signers = {member.spell.supervisor_id for member in members if member.spell and member.spell.supervisor_id}
    emails = dict(session.execute(unscoped(select(Person.id, Person.email).where(Person.id.in_(signers)), why)).all())
    return (_row(member, codes, emails) for member in members)


def _row(member: Member, codes: dict[tuple[int, int], str], emails: dict[int, str]) -> Sequence[object]:
    site, spell = member.site, member.spell
    return (
        codes.get((member.person.id, site.id), "") if site else "",
        member.person.name,
        member.person.email,
        site.name if site else "",
        member.section.name if member.section else "",
        member.firm.name if member.firm else "",
        emails.get(spell.supervisor_id or 0, "") if spell else "",
        spell.shift.value if spell else "",
        "",
        member.status.value if member.status in FORWARD else "",
    )
