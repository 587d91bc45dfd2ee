"""Scores on a grader's desk: the draft, the score, showing it. Points are decimal text; versions are ETags.

The ETag changes with every draft and every score. Whoever writes sends it back as `If-Match`; if somebody else has
written since, the answer is 409 with both versions, and nothing is overwritten.
"""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from flask import request
from pydantic import Field, StringConstraints

from lms.api.kit import Answer, operation
from lms.api.shapes import NO_NUL, Decimals, Prose, Shape, Why, why
from lms.api.troubles import VersionNeeded
from lms.hub.grading.models import Score
from lms.hub.grading.queries import Marking, Written, find_marking, find_marking_of_nothing, written_on
from lms.hub.grading.queries.desk import history_of
from lms.hub.grading.rules import exact_points, explain_score
from lms.hub.grading.rules.policies import say_policy, say_source
from lms.hub.grading.services.drafts import save_draft_score
from lms.hub.grading.services.groups import adjust_member, post_group_score
from lms.hub.grading.services.releases import release
from lms.hub.grading.services.scores import post_score, take_back
from lms.kernel.errors import Conflict, NotFound
from lms.kernel.explain import Explained, Step
from lms.kernel.text import N_, say
from lms.people.access import Action, Actor

HANDED_IN = "/submissions/<public_id:submission>"
NOTHING = "/enrollments/<public_id:enrollment>/activities/<public_id:activity>"
IF_MATCH = {"If-Match": "The ETag of what you have read. 409 with both versions if somebody else has written since."}
SCALE = 100

Points = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,6}(\.[0-9]{1,2})?$")]
Code = Annotated[str, StringConstraints(max_length=100, pattern=NO_NUL)]


class WrittenIn(Shape):
    """What a grader writes. With a rubric `marks` by criterion code, without one `points`.

    `comments`: by criterion code, "" for the whole. `late_seconds`: sets lateness by hand, with `late_reason`.
    """

    marks: dict[Code, Points] = Field(default_factory=dict)
    points: Points | None = None
    comments: dict[Code, Prose] = Field(default_factory=dict)
    late_seconds: int | None = Field(default=None, ge=0, le=10**9)
    late_reason: Prose = ""

    def written(self) -> Written:
        """As the commands take it."""
        return Written(
            marks={code: hundredths(points) for code, points in self.marks.items()},
            points=None if self.points is None else hundredths(self.points),
            comments=dict(self.comments),
            late_seconds=self.late_seconds,
            late_reason=self.late_reason,
        )


class NewScore(WrittenIn):
    """A score. `reason`: needed where the student has already seen a score of this attempt.

    `whole_group`: for everybody who handed in together; false gives one member a mark of their own, with a reason.
    """

    reason: Prose = ""
    whole_group: bool = False


class ScoreWithdrawal(Shape):
    """Why a score is taken back."""

    reason: Prose


class DraftIn(WrittenIn):
    """A draft. `touched`: the parts that were changed since the version read; without it all of them are.

    Parts: "mark-<code>", "comment-<code>", "points", "comment", "late". What others have saved in other parts stays.
    """

    touched: list[Code] | None = None


class WrittenOut(Shape):
    """Marks and words; see `WrittenIn`."""

    marks: dict[str, Decimals]
    points: Decimals | None
    comments: dict[str, str]
    late_seconds: int | None
    late_reason: str


class CriterionOut(Shape):
    """One line of the rubric and the most that it gives."""

    code: str
    title: str
    points: Decimals


class ScoreOut(Shape):
    """One score of an attempt, each superseding the one before. `points` null: exempt.

    `policy_version`: the grading policy that held when it was given: 0 the program version's, 1, 2, 3 the section's
    own; null for scores from before this was kept.
    """

    id: str
    number: int
    kind: str
    points: Decimals | None
    late_seconds: int
    recorded_at: datetime
    recorded_by: str
    released_at: datetime | None
    policy_version: int | None


class MarkingOut(Shape):
    """One attempt on a grader's desk. `attempt` 0: nothing was handed in. `written`: what the form shows first."""

    activity: str
    attempt: int
    possible: Decimals
    criteria: list[CriterionOut]
    written: WrittenOut
    is_draft: bool
    is_released: bool
    wants: str = Field(description="mark, second (a second mark, without seeing the first) or agree (on two marks).")
    scores: list[ScoreOut]


class DraftOut(Shape):
    """The draft after saving."""

    version: int
    written: WrittenOut


class ReleaseOut(Shape):
    """From now on the student sees this score."""

    id: str
    score: str
    released_at: datetime


@operation(f"GET {HANDED_IN}/score", Action.SCORE_READ, gives=MarkingOut)
def get_score(actor: Actor, submission: str) -> Answer:
    """What graders have written on an attempt, drafts too. Its ETag is what a writer sends back."""
    return _marking_out(find_marking(actor, Action.SCORE_READ, submission), actor)


@operation(f"GET {HANDED_IN}/score/explain", Action.SCORE_READ, gives=Why)
def explain_one_score(actor: Actor, submission: str) -> Why:
    """Why the score that stands counts as many points as it does."""
    marking = find_marking(actor, Action.SCORE_READ, submission)
    if marking.is_blind:
        raise NotFound(N_("There is no score with points on this attempt."))
    return _explain(marking)


@operation(
    f"PUT {HANDED_IN}/score-draft",
    Action.SCORE_WRITE,
    gives=DraftOut,
    body=DraftIn,
    headers=IF_MATCH,
    problems=(428,),
)
def put_draft_score(actor: Actor, submission: str, body: DraftIn) -> Answer:
    """Keep what you have written so far; the student never sees it."""
    return _save_draft(actor, find_marking(actor, Action.SCORE_READ, submission), body)


@operation(
    f"POST {HANDED_IN}/scores",
    Action.SCORE_WRITE,
    gives=MarkingOut,
    body=NewScore,
    status=201,
    headers=IF_MATCH,
    problems=(428,),
)
def post_one_score(actor: Actor, submission: str, body: NewScore) -> Answer:
    """Give the points of an attempt; the student sees them when they are released."""
    _post(actor, find_marking(actor, Action.SCORE_READ, submission), body)
    return _marking_out(find_marking(actor, Action.SCORE_READ, submission), actor, 201)


@operation(
    f"POST {HANDED_IN}/score-withdrawal",
    Action.SCORE_WRITE,
    gives=MarkingOut,
    body=ScoreWithdrawal,
    status=201,
    headers=IF_MATCH,
    problems=(428,),
)
def withdraw_one_score(actor: Actor, submission: str, body: ScoreWithdrawal) -> Answer:
    """Nothing was given after all: the work waits to be graded again. Not once the student has seen a score of it."""
    marking = find_marking(actor, Action.SCORE_READ, submission)
    try:
        take_back(actor, marking.enrollment, marking, token_sent(), body.reason)
    except Conflict as conflict:
        raise both_versions(conflict) from None
    return _marking_out(find_marking(actor, Action.SCORE_READ, submission), actor, 201)


@operation(f"POST {HANDED_IN}/releases", Action.SCORE_RELEASE, gives=ReleaseOut, status=201)
def release_score(actor: Actor, submission: str) -> ReleaseOut:
    """Show the student the score that stands."""
    return _release(actor, find_marking(actor, Action.SCORE_READ, submission))


@operation(f"GET {NOTHING}/score", Action.SCORE_READ, gives=MarkingOut)
def get_score_of_nothing(actor: Actor, enrollment: str, activity: str) -> Answer:
    """The same where nothing is handed in, as for a lab on site."""
    return _marking_out(find_marking_of_nothing(actor, Action.SCORE_READ, enrollment, activity), actor)


@operation(
    f"POST {NOTHING}/scores",
    Action.SCORE_WRITE,
    gives=MarkingOut,
    body=NewScore,
    status=201,
    headers=IF_MATCH,
    problems=(428,),
)
def post_score_of_nothing(actor: Actor, enrollment: str, activity: str, body: NewScore) -> Answer:
    """Give the points of work that nothing is handed in for."""
    _post(actor, find_marking_of_nothing(actor, Action.SCORE_READ, enrollment, activity), body)
    return _marking_out(find_marking_of_nothing(actor, Action.SCORE_READ, enrollment, activity), actor, 201)


@operation(f"POST {NOTHING}/releases", Action.SCORE_RELEASE, gives=ReleaseOut, status=201)
def release_score_of_nothing(actor: Actor, enrollment: str, activity: str) -> ReleaseOut:
    """Show the student the score that stands, where nothing was handed in."""
    return _release(actor, find_marking_of_nothing(actor, Action.SCORE_READ, enrollment, activity))


def _save_draft(actor: Actor, marking: Marking, body: DraftIn) -> Answer:
    try:
        draft = save_draft_score(actor, marking.enrollment, marking, body.written(), token_sent(), body.touched)
    except Conflict as conflict:
        raise both_versions(conflict) from None
    number = marking.score.number if marking.score else 0
    written = Written(draft.marks, draft.points, draft.comments, draft.late_seconds, draft.late_reason)
    value = DraftOut(version=draft.version, written=_written_out(written))
    return Answer(value, headers={"ETag": f'"{draft.version}.{number}"'})


def _post(actor: Actor, marking: Marking, body: NewScore) -> Score:
    try:
        if marking.submission is None or marking.submission.group_submission_id is None:
            return post_score(actor, marking.enrollment, marking, body.written(), token_sent(), body.reason)
        if body.whole_group:
            return post_group_score(actor, marking.enrollment, marking, body.written(), token_sent(), body.reason)[0]
        return adjust_member(actor, marking.enrollment, marking, body.written(), token_sent(), body.reason)
    except Conflict as conflict:
        raise both_versions(conflict) from None


def _release(actor: Actor, marking: Marking) -> ReleaseOut:
    made = release(actor, marking.enrollment, marking)
    score = marking.score.public_id if marking.score else ""  # the command refuses to release nothing
    return ReleaseOut(id=made.public_id, score=score, released_at=made.recorded_at)


def _explain(marking: Marking) -> Why:
    score = marking.score
    if score is None or score.points is None:
        raise NotFound(N_("There is no score with points on this attempt."))
    found = explain_score(score.points, marking.activity.points, score.late_seconds, marking.policy, (score.ref,))
    given_under = Step(say(N_("policy when the points were given")), say_policy(score.policy_number))
    source = say_source(marking.grading.number)
    return why(Explained(found.value, found.rule, source, found.facts, (given_under, *found.steps)))


def token_sent() -> str:
    """What the client says to have read."""
    given = request.headers.get("If-Match")
    if given is None:
        raise VersionNeeded(N_("Read the score first and send its ETag as If-Match."))
    return given.removeprefix("W/").strip('"')


def both_versions(conflict: Conflict) -> Conflict:
    """The same conflict with both versions as the API writes them."""
    versions = {
        name: _written_out(value).model_dump(mode="json") if isinstance(value, Written) else None
        for name, value in (("yours", conflict.yours), ("theirs", conflict.theirs))
    }
    return Conflict(conflict.sentence.message, yours=versions["yours"], theirs=versions["theirs"])


def _marking_out(marking: Marking, actor: Actor, status: int = 200) -> Answer:
    value = MarkingOut(
        activity=marking.activity.public_id,
        attempt=marking.attempt,
        possible=exact_points(marking.activity.points),
        criteria=[
            CriterionOut(code=one.code, title=one.title, points=exact_points(one.points)) for one in marking.criteria
        ],
        written=_written_out(written_on(marking)),
        is_draft=marking.has_live_draft and not marking.is_blind and not marking.hides_draft,
        wants=marking.stage(actor.person_id),
        is_released=marking.is_released,
        scores=[_score_out(*one) for one in history_of(marking)],
    )
    return Answer(value, status, {"ETag": f'"{marking.token}"'})


def _score_out(score: Score, by: str, released_at: datetime | None) -> ScoreOut:
    return ScoreOut(
        id=score.public_id,
        number=score.number,
        kind=score.kind,
        points=None if score.points is None else exact_points(score.points),
        late_seconds=score.late_seconds,
        recorded_at=score.recorded_at,
        recorded_by=by,
        released_at=released_at,
        policy_version=score.policy_number,
    )


def _written_out(written: Written) -> WrittenOut:
    return WrittenOut(
        marks={code: exact_points(points) for code, points in written.marks.items()},
        points=None if written.points is None else exact_points(written.points),
        comments=dict(written.comments),
        late_seconds=written.late_seconds,
        late_reason=written.late_reason,
    )


def hundredths(points: str) -> int:
    return int(Decimal(points) * SCALE)
