"""What waits for a second mark, and from whom the first one is kept until then: the one rule behind every door.

While two have to mark an attempt and only one has, nobody but the first marker sees what that mark was: not in the
gradebook, its exports and statistics, nor in what is folded from it. It is judged now, also where somebody looks as of
an earlier moment. `rules.marking.stage_for` says the same of one attempt.
"""

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import aliased

from lms.hub.enrollment.models import Placement
from lms.hub.grading.models import Release, Score
from lms.hub.grading.models.marking import Agreement, MarkingRule, SecondMark
from lms.hub.grading.rules import ScoreKind
from lms.kernel.facts import runs_on, stands
from lms.people.scope import policy_day


def hidden_from(person_id: int | None) -> ColumnElement[bool]:
    """Whether a `Score` of a statement is of an attempt whose first mark this person must not see yet.

    None: nobody's eyes, so every such mark is hidden. It hides the earlier scores of the attempt too.
    """
    first = aliased(Score)
    standing = and_(_same(first, Score), stands(first), first.kind != ScoreKind.TAKEN_BACK)
    found = select(first.id).where(standing, is_unsettled(first), ~_has_second(first))
    if person_id is not None:
        found = found.where(first.recorded_by_id.is_distinct_from(person_id))
    return exists(found.correlate(Score))


def is_closed_to(person_id: int | None) -> ColumnElement[bool]:
    """Whether a `Score` of a statement may not be written over by this person: two marks have to become one first.

    A first marker may change the own mark until the second is in.
    """
    own = Score.recorded_by_id.is_not_distinct_from(person_id)
    return and_(is_unsettled(Score), or_(~own, _has_second(Score)))


def is_unsettled(score: Any) -> ColumnElement[bool]:
    """Whether two mark the attempt of `score` (a row with enrollment, activity and attempt), and neither have they
    agreed nor was it released.
    """
    standing = aliased(Score)
    joined = select(Agreement.id).join(standing, standing.id == Agreement.score_id)
    agreed = exists(joined.where(_same(standing, score), stands(standing)).correlate(score))
    released = exists(select(Release.id).where(_same(Release, score), stands(Release)).correlate(score))
    return and_(_is_double(score), ~agreed, ~released)


def _is_double(score: Any) -> ColumnElement[bool]:
    rule = (
        select(MarkingRule.id)
        .join(Placement, Placement.section_id == MarkingRule.section_id)
        .where(Placement.enrollment_id == score.enrollment_id, MarkingRule.activity_id == score.activity_id)
        .where(MarkingRule.is_double, stands(MarkingRule), stands(Placement), runs_on(Placement, policy_day()))
    )
    return exists(rule.correlate(score))


def _has_second(score: Any) -> ColumnElement[bool]:
    return exists(select(SecondMark.id).where(_same(SecondMark, score), stands(SecondMark)).correlate(score))


def _same(model: Any, score: Any) -> ColumnElement[bool]:
    of = (model.enrollment_id == score.enrollment_id, model.activity_id == score.activity_id)
    return and_(*of, model.attempt == score.attempt)
