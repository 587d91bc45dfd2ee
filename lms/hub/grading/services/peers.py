"""Saying who did what of a hand-in, and applying what the group said to one member's points."""

from collections.abc import Mapping

from sqlalchemy.exc import IntegrityError

from lms.hub.coursework.models import Submission
from lms.hub.enrollment.models import Enrollment
from lms.hub.grading.models import Score
from lms.hub.grading.models.peers import Contribution, PeerFactor, PeerRating
from lms.hub.grading.queries import Marking, Written, written_in_score
from lms.hub.grading.queries.peers import (
    Member,
    base_of,
    bounds_for,
    is_shown,
    last_statement,
    members_of,
    ratings_in,
    said_of,
)
from lms.hub.grading.rules import ScoreKind
from lms.hub.grading.rules.marking import check_marks_first
from lms.hub.grading.rules.peers import check_factor, check_part, check_statement, factored
from lms.hub.grading.rules.releases import shows_itself
from lms.hub.grading.services.releases import show
from lms.hub.grading.services.scores import append_score, conflict_on
from lms.kernel.acting import acting_at
from lms.kernel.db import session
from lms.kernel.errors import Conflict, NotFound, RuleBroken
from lms.kernel.prose import keep
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.people.commands import command


@command(Action.SUBMISSION_WRITE)
def say_who_did_what(
    actor: Actor,
    enrollment: Enrollment,
    submission: Submission,
    text: str,
    share_bp: int | None,
    parts: Mapping[str, int] | None = None,
) -> Contribution:
    """Say what one did oneself, and of the others which part of a fair share, where the section asks for it.

    parts: by public id of the others' enrollments. It can be said again until one's own score is released; what was
    said before stays readable for graders. Other members never read the parts.
    """
    members = {one.enrollment.public_id: one for one in members_of(submission)}
    if not members or submission.enrollment_id != enrollment.id:
        raise RuleBroken(N_("You have handed this in alone, so there is nothing to say here."))
    if is_shown(submission):
        raise RuleBroken(N_("Your score is released, so what you have said stands."))
    share = check_statement(text, share_bp)
    before = last_statement(submission)
    row = Contribution(
        group_submission_id=submission.group_submission_id,
        enrollment_id=enrollment.id,
        number=before.number + 1 if before else 1,
        supersedes_id=before.id if before else None,
        share_bp=share,
    )
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
            _rate(submission, members, parts or {})
    except IntegrityError as error:
        raise Conflict(N_("You have just said this in another window. Look at it again.")) from error
    keep(row, text=text.strip())
    return row


def _rate(submission: Submission, members: Mapping[str, Member], parts: Mapping[str, int]) -> None:
    if parts and bounds_for(submission) is None:
        raise RuleBroken(N_("Here you are not asked about the others."), field="parts")
    standing = {row.rated_id: row for row in ratings_in(submission.group_submission_id or 0)}
    mine = {key: row for key, row in standing.items() if row.enrollment_id == submission.enrollment_id}
    for public_id, part_bp in parts.items():
        rated = members.get(public_id)
        if rated is None or rated.enrollment.id == submission.enrollment_id:
            raise NotFound()
        before = mine.get(rated.enrollment.id)
        if before is not None and before.part_bp == check_part(part_bp):
            continue
        session.add(
            PeerRating(
                group_submission_id=submission.group_submission_id,
                enrollment_id=submission.enrollment_id,
                rated_id=rated.enrollment.id,
                number=before.number + 1 if before else 1,
                supersedes_id=before.id if before else None,
                part_bp=check_part(part_bp),
            )
        )
    session.flush()


@command(Action.SCORE_WRITE)
def apply_factor(actor: Actor, enrollment: Enrollment, marking: Marking, token: str, reason: str) -> Score:
    """Multiply one member's points by what the group proposes: a score of its own, with the reason that is read.

    Once for a score; `take_factor_back` undoes it. Raises Conflict where the score is another by now.
    """
    check_marks_first(marking.stage(actor.person_id))
    if token != marking.token:
        raise conflict_on(marking, Written(comments={"": reason}))
    base = marking.score
    said = said_of(marking.submission) if marking.submission else []
    own = next((one for one in said if one.member.enrollment.id == marking.enrollment.id), None)
    proposal = own.factor.value if own and own.factor else None
    factor_bp = check_factor(base.points if base else None, proposal, reason)
    if base is None or marking.submission is None or base.points is None:
        raise NotFound()
    if base_of(base.id, marking.enrollment) is not None:
        raise RuleBroken(N_("The factor is in these points already. Take it back first."))
    points = factored(base.points, factor_bp, marking.activity.points)
    score = append_score(actor, marking, written_in_score(base), ScoreKind.POINTS, points, reason)
    row = PeerFactor(
        enrollment_id=marking.enrollment.id,
        group_submission_id=marking.submission.group_submission_id,
        base_id=base.id,
        score_id=score.id,
        factor_bp=factor_bp,
    )
    session.add(row)
    keep(row, reason=reason.strip())
    if shows_itself(marking.plan, acting_at()):
        show(score, marking)
    return score


@command(Action.SCORE_WRITE)
def take_factor_back(actor: Actor, enrollment: Enrollment, marking: Marking, token: str, reason: str) -> Score:
    """The points from before the factor, as a score of its own with the reason that is read.

    Raises RuleBroken where no factor is in the points that stand, Conflict where the score is another by now.
    """
    check_marks_first(marking.stage(actor.person_id))
    if token != marking.token:
        raise conflict_on(marking, Written(comments={"": reason}))
    base = base_of(marking.score.id, marking.enrollment) if marking.score else None
    if base is None or marking.submission is None:
        raise RuleBroken(N_("No factor is in these points."), field="reason")
    if not reason.strip():
        raise RuleBroken(N_("Say why the factor is taken back; the student reads it."), field="reason")
    score = append_score(actor, marking, written_in_score(base), ScoreKind.POINTS, base.points, reason)
    if shows_itself(marking.plan, acting_at()):
        show(score, marking)
    return score
