"""Breaks of cohorts with what they are called."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import or_, select

from lms.hub.calendar.kinds import ItemKind
from lms.hub.calendar.rules.items import Item, whole_days
from lms.hub.cohorts.kinds import BREAK_NAMES
from lms.hub.cohorts.models import Break
from lms.kernel.db import session
from lms.kernel.facts import stands
from lms.kernel.prose import prose_of
from lms.kernel.text import Sentence, say
from lms.people.orgs.models import Site
from lms.people.scope import unscoped


@dataclass(frozen=True, slots=True)
class NamedBreak:
    """A break that stands. site None: everywhere. name: what its author called it, or ""."""

    row: Break
    site: Site | None
    name: str

    @property
    def title(self) -> Sentence:
        """Its name, else its kind."""
        return say("%(name)s", name=self.name) if self.name else Sentence(BREAK_NAMES[self.row.kind])


def named_breaks(cohort_ids: Iterable[int], site_ids: Iterable[int] | None = None) -> list[NamedBreak]:
    """The breaks of cohorts that were found for somebody, the earliest first; site_ids: only there. Two queries."""
    statement = select(Break, Site).outerjoin(Site, Site.id == Break.site_id).where(stands(Break), ~Break.is_lifted)
    if site_ids is not None:
        statement = statement.where(or_(Break.site_id.is_(None), Break.site_id.in_(list(site_ids))))
    statement = statement.where(Break.cohort_id.in_(list(cohort_ids))).order_by(Break.from_day, Break.id)
    rows = session.execute(unscoped(statement, "the breaks of cohorts that were found")).all()
    names = prose_of([row for row, _ in rows], "name")
    return [NamedBreak(row, site, names.get(row.public_id, "")) for row, site in rows]


def break_items(cohort_ids: Iterable[int], site_ids: Iterable[int], zone: str) -> list[Item]:
    """The same as whole days of a calendar. zone: whose days they are where the break is everywhere."""
    items = []
    for found in named_breaks(cohort_ids, site_ids):
        row, place = found.row, found.site.zone if found.site else zone
        starts_at, ends_at = whole_days(row.from_day, row.to_day, place)
        items.append(
            Item(
                uid=f"break-{row.public_id}",
                kind=ItemKind.BREAK,
                title=found.title,
                starts_at=starts_at,
                ends_at=ends_at,
                zone=place,
                changed_at=row.recorded_at,
                where=found.site.name if found.site else "",
                first_day=row.from_day,
                last_day=row.to_day,
                key=row.public_id,
            )
        )
    return items
