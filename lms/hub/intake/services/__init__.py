"""Taking statements in: all of what was sent, or nothing, with every fault named by its place.

The same statement again changes nothing. Minutes become read-only hours of evidence level 1 (H23), a score becomes the
score of its activity, both by the commands that a file or a grader would use.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from lms.hub.enrollment.models import Enrollment
from lms.hub.enrollment.queries import enrollment_of
from lms.hub.hours.services.desk import lock
from lms.hub.intake.models import ReportedResult
from lms.hub.intake.queries import (
    Named,
    find_statements,
    find_students,
    item_of,
    known_statements,
    named_in,
    score_stands,
)
from lms.hub.intake.rules import points_of
from lms.hub.intake.rules.statements import Statement, at_place, in_place
from lms.hub.intake.services.taking import Placed, take_reports
from lms.kernel.clock import now
from lms.kernel.errors import Conflict, RuleBroken, raise_all
from lms.kernel.text import N_
from lms.people.access import Actor

MOST_STATEMENTS = 100
CLOCKS_DIFFER = timedelta(minutes=10)  # so far may a sender's clock be ahead
ANOTHER = N_("Another statement was sent under this id before. Give each statement its own id.")


def receive(actor: Actor, statements: Sequence[Statement]) -> None:
    """Take in what `actor` may report. Raises RuleBroken with every fault, Conflict for an id that means another."""
    fresh = _fresh(statements)
    ids = [one.voids for one in fresh if one.voids]
    voided = find_statements(actor, ids) if ids else {}
    names = {one.who.lower() for one in fresh if not one.voids}
    students = find_students(actor, names) if names else {}
    iris = {iri for one in fresh for iri in (one.about, *one.within) if iri}
    meant = named_in([each for found in students.values() for each in found], iris) if students else {}
    faults: list[RuleBroken] = []
    placed: dict[int, tuple[Enrollment, list[Placed]]] = {}
    for said in fresh:
        try:
            if said.voids:
                enrollment, one = _voiding(said, voided.get(said.voids))
            else:
                enrollment, one = _place(said, students, meant)
        except RuleBroken as broken:
            faults += [broken, *broken.also]
            continue
        placed.setdefault(enrollment.id, (enrollment, []))[1].append(one)
    raise_all(faults)
    if placed:  # everybody at once and in order, so that two senders never wait for each other
        lock(*(enrollment.person_id for enrollment, _ in placed.values()))
    for _, (enrollment, ones) in sorted(placed.items()):
        take_reports(actor, enrollment, ones)


def _fresh(statements: Sequence[Statement]) -> list[Statement]:
    """Those that did not come before, each once."""
    if len(statements) > MOST_STATEMENTS:
        message = N_("Send at most %(most)s statements at once.")
        raise RuleBroken(message, field="body", most=MOST_STATEMENTS)
    known = {one: row.body_sha256 for one, row in known_statements([said.id for said in statements]).items()}
    fresh = []
    for said in statements:
        if said.id not in known:
            known[said.id] = said.body_sha256
            fresh.append(said)
        elif known[said.id] != said.body_sha256:
            raise Conflict(ANOTHER)
    return fresh


def _place(
    said: Statement, students: Mapping[str, Sequence[Enrollment]], meant: Mapping[int, Mapping[str, Named]]
) -> tuple[Enrollment, Placed]:
    """The one student whose plan has what it is about."""
    found = students.get(said.who.lower(), [])
    if not found:
        message = N_("Nobody of yours has this address, student number or enrollment.")
        raise at_place(said, said.who_field, RuleBroken(message))
    able = [(each, named) for each in found if (named := _named(said, meant.get(each.id, {}))) is not None]
    if not able:
        message = N_("The student's plan has nothing of this IRI. Give it to an item or activity in the curriculum.")
        raise at_place(said, "object.id", RuleBroken(message))
    if len(able) > 1:
        message = N_("This student is in several cohorts with this item. Send the enrollment as account name.")
        raise at_place(said, said.who_field, RuleBroken(message))
    ((enrollment, named),) = able
    one = Placed(said, named)
    _check(one)
    return enrollment, one


def _named(said: Statement, meant: Mapping[str, Named]) -> Named | None:
    """What it is about; what is only a part of something known is kept with that and counts for nothing."""
    return next((meant[iri] for iri in (said.about, *said.within) if iri in meant), None)


def _check(one: Placed) -> None:
    """Raises RuleBroken where it says more than what it is about can take."""
    said, named = one.said, one.named
    if said.happened_at > now() + CLOCKS_DIFFER:
        raise at_place(said, "timestamp", RuleBroken(N_("This lies in the future. Set the sender's clock.")))
    if not one.counts:
        return
    faults = []
    if said.seconds is not None and named.item is None:
        message = N_("Only an item takes minutes. Give this IRI to an item of the unit too, or send no duration.")
        faults.append(at_place(said, "result.duration", RuleBroken(message)))
    if said.score is not None and named.activity is None:
        message = N_("Only an activity takes a score. Give this IRI to an activity too, or send no score.")
        faults.append(at_place(said, "result.score", RuleBroken(message)))
    raise_all(faults)
    if said.score is not None and named.activity is not None:
        score, possible = said.score, named.activity.points
        in_place(said, "result.", lambda: points_of(score, possible))


def _voiding(said: Statement, voided: ReportedResult | None) -> tuple[Enrollment, Placed]:
    if voided is None or voided.voids_id is not None:
        message = N_("There is no statement of this id that could be taken back.")
        raise at_place(said, "object.id", RuleBroken(message))
    if voided.score_id is not None and score_stands(voided):
        message = N_("This statement gave a score. Take the score back on the grading desk first.")
        raise at_place(said, "object.id", RuleBroken(message))
    return enrollment_of(voided), Placed(said, item_of(voided), voided)
