"""The draft that the graders of one attempt share, saved part by part: two of them can write at the same time."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import update

from lms.hub.enrollment.models import Enrollment
from lms.hub.grading import rules
from lms.hub.grading.models import DraftScore
from lms.hub.grading.queries import Marking, Written, written_in_draft
from lms.hub.grading.queries.desk import draft_of
from lms.hub.grading.rules.drafts import Merge, merge
from lms.hub.grading.rules.marking import check_draft
from lms.hub.grading.services.scores import check_words, conflict_on
from lms.kernel.acting import acting_at, acting_person_id
from lms.kernel.db import session
from lms.kernel.once import add_once
from lms.people.access import Action, Actor
from lms.people.commands import command

TRIES = 64  # whoever loses a race for the row reads it again; that many at once are more than ever grade one work


@command(Action.SCORE_WRITE)
def save_draft_score(
    actor: Actor,
    enrollment: Enrollment,
    marking: Marking,
    written: Written,
    token: str,
    touched: Collection[str] | None = None,
) -> DraftScore:
    """Keep what a grader has written so far; the student never sees it.

    token: `Marking.token` as the form had it. touched: the parts that they changed, see `rules.drafts`; None is all.
    What others have saved since in other parts stays; in the same part it is a Conflict with both versions. A first of
    two marks is not shared: RuleBroken.
    """
    check_draft(marking.stage(actor.person_id), hides_draft=marking.hides_draft)
    return keep_draft(actor, marking, written, token, touched)


def keep_draft(
    actor: Actor, marking: Marking, written: Written, token: str, touched: Collection[str] | None = None
) -> DraftScore:
    """The same for a command of the machine's marks, whose author reads nothing of the draft."""
    rules.check_not_self(actor.person_id, marking.student.id)
    check_words(written)
    read = _version_read(marking, token)
    if read is None:
        raise conflict_on(marking, written)
    mine = parts_of(written)
    if marking.draft is None:
        first = _first_draft(marking, mine, touched)
        if first is not None:
            return first
        marking = replace(marking, draft=draft_of(marking))  # somebody else was faster, just now
    draft = marking.draft
    if draft is None:
        raise conflict_on(marking, written)
    for _ in range(TRIES):
        stored, stamps = _stored(marking, draft)
        found = merge(stored, stamps, mine, {*stored, *mine} if touched is None else touched, read, draft.version + 1)
        if found.clashes:
            break
        if _update(draft, marking, found):
            return draft
    raise conflict_on(marking, written)


def _version_read(marking: Marking, token: str) -> int | None:
    """The version of the draft that the form was made from; None if there is another score since, or it is no token."""
    version, _, number = token.partition(".")
    is_read = version.isdecimal() and len(version) < 10 and number == str(marking.number)
    return int(version) if is_read else None


def _stored(marking: Marking, draft: DraftScore) -> tuple[dict[str, object], Mapping[str, int]]:
    """What stands in a live draft, with who-wrote-what; one from before the last score is over and holds nothing."""
    if not marking.has_live_draft:
        return {}, {}
    stored = parts_of(written_in_draft(draft))
    return stored, draft.stamps or dict.fromkeys(stored, draft.version)


def _update(draft: DraftScore, marking: Marking, found: Merge) -> bool:
    """Whether it was still as it was read; else it is read again, as somebody else has left it."""
    changed = (
        update(DraftScore)
        .where(DraftScore.id == draft.id, DraftScore.version == draft.version)
        .values(version=draft.version + 1, **_values(marking, found.parts, found.stamps))
        .execution_options(lms_scope="within draft_score", synchronize_session=False)
    )
    count = session.execute(changed).rowcount  # type: ignore[attr-defined]  # an UPDATE gives a cursor result
    session.refresh(draft)
    return bool(count)


def _first_draft(marking: Marking, mine: dict[str, object], touched: Collection[str] | None) -> DraftScore | None:
    """The first row; None where somebody else has just written it."""
    parts = mine if touched is None else {name: value for name, value in mine.items() if name in touched}
    return add_once(
        DraftScore,
        enrollment_id=marking.enrollment.id,
        activity_id=marking.activity.id,
        attempt=marking.attempt,
        **_values(marking, parts, dict.fromkeys(parts, 1)),
    )


def _values(marking: Marking, parts: Mapping[str, object], stamps: Mapping[str, int]) -> dict[str, object]:
    written = written_from(parts)
    return {
        "marks": dict(written.marks),
        "points": written.points,
        "comments": dict(written.comments),
        "late_seconds": written.late_seconds,
        "late_reason": written.late_reason,
        "base_number": marking.number,
        "grader_id": acting_person_id(),
        "updated_at": acting_at(),
        "stamps": dict(stamps),
    }


def parts_of(written: Written) -> dict[str, object]:
    """What was written as the parts of a draft; empty ones are not there."""
    parts: dict[str, object] = {f"mark-{code}": points for code, points in written.marks.items()}
    for code, text in written.comments.items():
        if text:
            parts[f"comment-{code}" if code else "comment"] = text
    if written.points is not None:
        parts["points"] = written.points
    if written.late_seconds is not None or written.late_reason:
        parts["late"] = (written.late_seconds, written.late_reason)
    return parts


def written_from(parts: Mapping[str, Any]) -> Written:
    """The same back."""
    late_seconds, late_reason = parts.get("late", (None, ""))
    comments = {name.removeprefix("comment-"): text for name, text in parts.items() if name.startswith("comment-")}
    return Written(
        marks={name.removeprefix("mark-"): value for name, value in parts.items() if name.startswith("mark-")},
        points=parts.get("points"),
        comments={**comments, **({"": parts["comment"]} if "comment" in parts else {})},
        late_seconds=late_seconds,
        late_reason=late_reason,
    )
