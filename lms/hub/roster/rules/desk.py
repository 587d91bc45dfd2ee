"""The state by the keys that rows are looked up with: the student number at the row's site, then the address. Pure."""

from datetime import date

from lms.hub.cohorts.rules import own_first_day
from lms.hub.roster.rules.reading import Row
from lms.hub.roster.rules.state import Before, Known, Member, key_of
from lms.kernel.weeks import DAYS, monday_of

Who = Member | Known | None


class Desk:
    """The state by the keys that rows are looked up with."""

    def __init__(self, before: Before) -> None:
        self.before = before
        self.sections = {key_of(name): name for name in before.sections}
        self.sites = {key_of(name): name for name in before.sites}
        self.firms = {key_of(name): name for name in before.firms}
        self.people: dict[int, Who] = {member.person.person_id: member for member in before.members}
        everybody = [*(member.person for member in before.members), *before.others]
        for other in before.others:
            self.people.setdefault(other.person_id, other)
        self.by_email = {person.email: person for person in everybody}
        self.by_number = {(site, code): person for person in everybody for site, code in person.numbers.items()}
        self.by_code: dict[str, list[Known]] = {}
        for (_, code), person in self.by_number.items():
            self.by_code.setdefault(code, []).append(person)

    def section_of(self, row: Row) -> str:
        """The section as the cohort writes it; empty if the row names none that there is."""
        return self.sections.get(key_of(row.get("section")), "")

    def site_of(self, row: Row) -> str:
        """Where the row belongs: its section's site, else the one it names, else the roster's."""
        section = self.section_of(row)
        named = self.sites.get(key_of(row.get("site")), "")
        return (self.before.sections[section] if section else "") or named or self.before.site

    def who(self, row: Row) -> Who:
        """Whom the row is about; None for somebody new."""
        numbered = self.numbered(row)
        person = numbered or self.by_email.get(row.get("email"))
        return self.people[person.person_id] if person else None

    def numbered(self, row: Row) -> Known | None:
        """Who has the row's student number at its site; where the row names none, whoever alone has that number."""
        code, site = row.get("external_id"), self.site_of(row)
        if site or not code:
            return self.by_number.get((key_of(site), code))
        alone = self.by_code.get(code, [])
        return alone[0] if len(alone) == 1 else None


def offset_of(before: Before, day: date) -> int:
    """How many weeks after the cohort's week 1 the week of `day` lies (D34)."""
    return max((monday_of(day) - before.week_one_monday).days // DAYS, 0)


def own_day(before: Before, offset_weeks: int) -> str:
    """The first day of a student who starts that much later."""
    return own_first_day(before.starts_on, before.week_one_monday, offset_weeks).isoformat()
