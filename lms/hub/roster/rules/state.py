"""What a roster is compared with: plain values of everything that the plan was made from. Pure.

Its digest is kept with the plan: where it differs later, the facts have changed and the plan is not applied.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date

from lms.hub.enrollment.kinds import Status


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody with an account row. numbers: their student numbers by site, in small letters. is_live: can sign in."""

    person_id: int
    name: str
    email: str
    is_live: bool = False
    numbers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in the cohort, as of the last change known. is_elsewhere: at a site that this roster is not about.

    is_taken_back: an undone import withdrew them, so that a roster may bring them in again.
    """

    person: Known
    enrollment_id: int
    status: Status | None
    section: str = ""
    site: str = ""
    firm: str = ""
    supervisor_email: str = ""
    shift: str = ""
    offset_weeks: int = 0
    is_elsewhere: bool = False
    is_taken_back: bool = False


@dataclass(frozen=True, slots=True)
class Before:
    """The whole state. site: what the roster is about, "" for every site. sections: their sites by section, as written.

    firms: how many firms of the program have a name. firm_people: whose addresses may sign for a firm, by firm.
    """

    starts_on: date
    ends_on: date
    week_one_monday: date
    site: str
    sites: frozenset[str]
    sections: Mapping[str, str]
    firms: Mapping[str, int]
    firm_people: Mapping[str, frozenset[str]]
    members: tuple[Member, ...]
    others: tuple[Known, ...]

    def digest(self) -> str:
        """SHA-256, in hex, of all of it."""
        plain = {
            "cohort": [self.starts_on.isoformat(), self.ends_on.isoformat(), self.week_one_monday.isoformat()],
            "site": self.site,
            "sites": sorted(self.sites),
            "sections": dict(self.sections),
            "firms": dict(self.firms),
            "firm_people": {firm: sorted(people) for firm, people in self.firm_people.items()},
            "members": [asdict(member) for member in self.members],
            "others": [asdict(other) for other in self.others],
        }
        return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()


def key_of(name: str) -> str:
    """How names of sites, sections and firms are compared: without case and extra blanks."""
    return " ".join(name.lower().split())
