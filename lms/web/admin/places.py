"""What the places of grants are called, for the list of who may do what."""

from collections.abc import Iterable

from sqlalchemy import Select, select

from lms.hub.catalog.models import Program
from lms.hub.cohorts.models import Cohort, Section
from lms.hub.enrollment.models import EmploymentSpell, Enrollment
from lms.kernel.db import session
from lms.kernel.text import N_
from lms.people.access import Relation
from lms.people.grants.models import GrantRow
from lms.people.orgs.models import Firm, Region, Site
from lms.people.scope import unscoped

R = Relation
RELATIONS = {
    R.SELF: N_("self"), R.STUDENT: N_("student"), R.INSTRUCTOR: N_("instructor"), R.ASSESSOR: N_("assessor"),
    R.COORDINATOR: N_("coordinator"), R.PROGRAM_ADMIN: N_("program admin"), R.REVIEWER: N_("reviewer"),
    R.AUDITOR: N_("auditor"), R.COACH: N_("coach"), R.SUPERVISOR: N_("supervisor"), R.SPONSOR: N_("sponsor"),
    R.FINANCE: N_("firm finance"), R.FIRM_VIEWER: N_("firm viewer"), R.INTEGRATOR: N_("workforce integrator"),
    R.SYSTEM: N_("system"),
}  # fmt: skip
_NAMES: tuple[tuple[frozenset[Relation], Select[int, str]], ...] = (
    (frozenset({R.INSTRUCTOR, R.ASSESSOR}), select(Section.id, Section.name)),
    (frozenset({R.COORDINATOR}), select(Site.id, Site.name)),
    (frozenset({R.SPONSOR, R.FINANCE, R.FIRM_VIEWER}), select(Firm.id, Firm.name)),
    (frozenset({R.PROGRAM_ADMIN, R.REVIEWER, R.AUDITOR}), select(Program.id, Program.name)),
    (frozenset({R.INTEGRATOR}), select(Region.id, Region.name)),
    (frozenset({R.STUDENT}), select(Enrollment.id, Cohort.name).join(Cohort, Cohort.id == Enrollment.cohort_id)),
    (
        frozenset({R.SUPERVISOR}),
        select(EmploymentSpell.id, Firm.name).join(Firm, Firm.id == EmploymentSpell.firm_id),
    ),
)


def names_of_places(grants: Iterable[GrantRow]) -> dict[str, str]:
    """The name of each grant's place by the grant's public id. At most seven queries, whatever the number of grants."""
    rows = list(grants)
    found: dict[str, str] = {}
    for relations, statement in _NAMES:
        mine = [row for row in rows if row.relation in relations]
        if not mine:
            continue
        number = statement.selected_columns[0]
        wanted = statement.where(number.in_({row.place_id for row in mine}))
        names = dict(session.execute(unscoped(wanted, "what the places of grants are called")).all())
        found.update({row.public_id: names.get(row.place_id, "") for row in mine})
    return found
