"""Scores, hand-ins and extensions of many students, as rows in one cell of a statement each, and read back."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, null, select
from sqlalchemy.sql.elements import ColumnElement

from lms.hub.coursework.carried import Targets, counts_for, points_of, rescaled, target_of
from lms.hub.coursework.models import Activity, Extension, Submission
from lms.hub.enrollment.models import Enrollment
from lms.hub.grading.entries import Item, ScoreView
from lms.hub.grading.models import Release, Score, given
from lms.hub.grading.rules import ScoreKind
from lms.kernel.facts import stands
from lms.kernel.jsonrows import rows_of


def scores_of(
    activity_ids: Targets,
    as_of: datetime | None,
    *,
    released_only: bool,
    carried: bool = True,
    unless: ColumnElement[bool] | None = None,
) -> Any:
    """The scores of each `Enrollment` of a statement that stand, or that its student sees, as rows in one cell.

    carried: those of older activities too that count for one of these. unless: which of them the reader must not see.
    """
    released = [Release.score_id == Score.id, stands(Release, as_of)]
    is_released = exists(select(Release.id).where(*released))
    which = is_released if released_only else given(as_of)
    theirs = _about(Score, activity_ids, as_of, carried=carried)
    mine: list[ColumnElement[bool]] = [Score.enrollment_id == Enrollment.id, theirs, which]
    if unless is not None:
        mine.append(~unless)
    seen = select(Release.recorded_at).where(*released).scalar_subquery()
    return rows_of(
        target_of(Score, activity_ids) if carried else Score.activity_id,
        points_of(Score) if carried else null(),
        Score.public_id,
        Score.attempt,
        Score.kind,
        Score.points,
        Score.late_seconds,
        Score.recorded_at,
        seen,
        Score.policy_number,
        where=and_(*mine),
    )


def _about(model: Any, activity_ids: Targets, as_of: datetime | None, *, carried: bool) -> ColumnElement[bool]:
    found: ColumnElement[bool] = model.activity_id.in_(activity_ids)
    return counts_for(model.activity_id, activity_ids, as_of) if carried else found


def submissions_of(activity_ids: Targets, as_of: datetime | None, *, carried: bool) -> Any:
    """What each `Enrollment` handed in, as rows in one cell; as of an instant those known by then."""
    which = _about(Submission, activity_ids, as_of, carried=carried)
    mine = [Submission.enrollment_id == Enrollment.id, which]
    if as_of is not None:
        mine.append(Submission.recorded_at <= as_of)
    target = target_of(Submission, activity_ids) if carried else Submission.activity_id
    return rows_of(target, Submission.attempt, Submission.public_id, where=and_(*mine))


def extensions_of(activity_ids: Targets, as_of: datetime | None, *, carried: bool) -> Any:
    """More time of each `Enrollment` for these activities, as rows in one cell."""
    which = _about(Extension, activity_ids, as_of, carried=carried)
    mine = [Extension.enrollment_id == Enrollment.id, which]
    where = and_(*mine, Extension.is_lifted.is_(False), stands(Extension, as_of))
    target = target_of(Extension, activity_ids) if carried else Extension.activity_id
    return rows_of(target, Extension.until, where=where)


def read_scores(rows: Any, activities: Iterable[Item | Activity]) -> dict[int, list[ScoreView]]:
    """Scores by activity from the cell that `scores_of` makes; carried ones in points of what they count for."""
    found: dict[int, list[ScoreView]] = {}
    full = {activity.id: activity.points for activity in activities}
    for activity_id, out_of, public_id, attempt, kind, points, late_seconds, recorded, released, policy in rows:
        counted = points if out_of is None else rescaled(points, out_of, full.get(activity_id, out_of))
        view = ScoreView(public_id, attempt, KINDS[kind], counted, late_seconds, recorded, released is not None, policy)
        if activity_id in found:
            found[activity_id].append(view)
        else:
            found[activity_id] = [view]
    return found


KINDS = {kind.value: kind for kind in ScoreKind}
