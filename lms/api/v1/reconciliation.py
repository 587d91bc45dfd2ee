"""What a student says beside what systems say, by week and unit."""

from datetime import date

from sqlalchemy import select

from lms.api.kit import operation
from lms.api.shapes import AsOf, Shape, Why, why
from lms.api.v1.hours import OF
from lms.hub.catalog.models import Unit
from lms.hub.enrollment.queries import find_enrollment
from lms.hub.hours.queries.reconciliation import reconciliation_of
from lms.kernel.db import session
from lms.people.access import Action, Actor


class PairOut(Shape):
    """Minutes of one week and unit; of one kind where `unit` is null. `difference`: own less system."""

    week_starts_on: date
    unit: str | None
    kind: str
    own_minutes: int
    system_minutes: int
    difference: Why


class ReconciliationOut(Shape):
    """The weeks and units of which a system says something, the latest first. Both figures stand."""

    items: list[PairOut]


@operation(f"GET {OF}/hours-reconciliation", Action.HOURS_READ, gives=ReconciliationOut, query=AsOf)
def get_hours_reconciliation(actor: Actor, enrollment: str, query: AsOf) -> ReconciliationOut:
    """Self-report against the attendance list, simulators and lecture systems, as known at any moment."""
    pairs = reconciliation_of(find_enrollment(actor, enrollment, Action.HOURS_READ), query.as_of)
    wanted = {pair.unit_id for pair in pairs if pair.unit_id is not None}
    units = {
        row.id: row.public_id for row in session.execute(select(Unit.id, Unit.public_id).where(Unit.id.in_(wanted)))
    }
    return ReconciliationOut(
        items=[
            PairOut(
                week_starts_on=pair.monday,
                unit=units.get(pair.unit_id or 0),
                kind=pair.kind,
                own_minutes=pair.own,
                system_minutes=pair.traced,
                difference=why(pair.explain()),
            )
            for pair in pairs
        ]
    )
