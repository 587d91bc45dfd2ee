"""What speaks against a row of a roster, cell by cell. Pure."""

from collections.abc import Iterator
from datetime import date
from itertools import chain

from lms.hub.enrollment.rules import ENDED, STUDYING
from lms.hub.roster.rules.desk import Desk, Who, offset_of
from lms.hub.roster.rules.reading import Fault, Row
from lms.hub.roster.rules.state import Known, Member, key_of
from lms.kernel.text import N_, Sentence, say

ON_JOINING = ("name", "email", "section")
Said = Iterator[tuple[str, Sentence]]


def objections(desk: Desk, row: Row, who: Who, seen: dict[int, int]) -> Iterator[Fault]:
    """Everything that speaks against the row, but for what its cells said. seen: whose row came before, by person.

    A column that could not be read says nothing more.
    """
    said = (of_identity(desk, row, who), of_joining(row, who), of_place(desk, row), of_work(desk, row, who),
            of_start(desk, row, who))  # fmt: skip
    for column, sentence in chain(*said):
        if column not in row.bad:
            yield Fault(row.number, column, sentence, row.get(column)[:60])
    person = who.person if isinstance(who, Member) else who
    if person is not None:
        first = seen.setdefault(person.person_id, row.number)
        if first != row.number and not row.bad & {"external_id", "email"}:  # else that was said already
            yield Fault(row.number, "external_id", say(N_("the same as in row %(first)s."), first=first))


def of_identity(desk: Desk, row: Row, who: Who) -> Said:
    """Who the row is about, and whether it may be."""
    email, code = row.get("email"), row.get("external_id")
    owner, numbered = desk.by_email.get(email), desk.numbered(row)
    person = who.person if isinstance(who, Member) else who
    if owner and person and owner is not person:
        yield "email", say(N_("this address belongs to somebody else. Check it, or the student number."))
    if not person:
        return
    number = person.numbers.get(key_of(desk.site_of(row)), "")
    if code and not numbered and number:
        yield "external_id", say(N_("this person has the student number %(number)s here already."), number=number)
    other_name = bool(row.get("name")) and key_of(row.get("name")) != key_of(person.name)
    if isinstance(who, Member) and not (other_name and code and not numbered):
        yield from _of_member(who, email, owner)
    elif other_name:  # a new name is a change where the number, or the address alone, says who it is
        yield "email", say(N_("this address or student number belongs to a person of another name. Check both."))
    elif email and email != person.email and not owner:
        yield "email", say(N_("this person has another address. Leave the cell blank, or check the student number."))


def _of_member(who: Member, email: str, owner: Known | None) -> Said:
    if who.is_elsewhere:
        yield "email", say(N_("this person is in the cohort at another site. Transfer them on their own page."))
    elif who.status in ENDED and not who.is_taken_back:
        yield "name", say(N_("this person has left the cohort. Restore them on their own page, or take the row out."))
    if email and email != who.person.email and who.person.is_live and not owner:
        yield "email", say(N_("this person signs in with another address. Leave the cell blank."))


def of_joining(row: Row, who: Who) -> Said:
    """What a new person needs."""
    if isinstance(who, Member):
        return
    for column in ON_JOINING:
        if not row.get(column) and (column == "section" or who is None):
            yield column, say(N_("this cell is empty. Somebody new needs it."))


def of_place(desk: Desk, row: Row) -> Said:
    """Site and section."""
    section, named, own = desk.section_of(row), desk.sites.get(key_of(row.get("site"))), desk.before.site
    if row.get("site") and named is None:
        yield "site", say(N_("this cohort has no section at a site of this name."))
    if row.get("section") and not section:
        yield "section", say(N_("there is no section of this name in this cohort."))
        return
    where = desk.before.sections[section] if section else named
    if section and named and where != named:
        yield "section", say(N_("this section is at %(site)s."), site=where)
    elif where and own and where != own:
        sentence = say(N_("this is at %(site)s. This roster is of %(own)s."), site=where, own=own)
        yield "section" if section else "site", sentence


def of_work(desk: Desk, row: Row, who: Who) -> Said:
    """Firm, who signs there, shift."""
    held = who.firm if isinstance(who, Member) else ""
    firm, signer = desk.firms.get(key_of(row.get("firm"))), row.get("supervisor_email")
    if row.get("firm") and firm is None:
        yield "firm", say(N_("there is no firm of this name. Open it under Seats, or check the spelling."))
        return
    if firm and desk.before.firms[firm] > 1:
        yield "firm", say(N_("there are several firms of this name. Ask the program to rename one."))
    employer = firm or held
    if "firm" in row.bad:
        return
    for column in ("supervisor_email", "shift"):
        if row.get(column) and not employer:
            yield column, say(N_("this belongs to an employment. Name the firm too."))
    if signer and signer == (row.get("email") or (who.person.email if isinstance(who, Member) else "")):
        yield "supervisor_email", say(N_("nobody signs for their own hours."))
    elif signer and employer and signer not in desk.before.firm_people.get(employer, frozenset()):
        sentence = say(N_("nobody at %(firm)s has this address. Invite them for the firm first."), firm=employer)
        yield "supervisor_email", sentence


def of_start(desk: Desk, row: Row, who: Who) -> Said:
    """The first day, for who starts late."""
    if not row.get("start_date"):
        return
    day, before = date.fromisoformat(row.get("start_date")), desk.before
    if not before.starts_on <= day <= before.ends_on:
        sentence = say(N_("the cohort runs from %(first)s to %(last)s."), first=before.starts_on, last=before.ends_on)
        yield "start_date", sentence
    elif isinstance(who, Member) and who.status in STUDYING and offset_of(before, day) != who.offset_weeks:
        yield "start_date", say(N_("this person studies already. Leave the cell blank."))
