"""What students and instructors say of an item; taking it back is a new row."""

from lms.hub.catalog.models import ContentItem
from lms.hub.content.kinds import MarkKind
from lms.hub.content.models import ContentMark
from lms.hub.content.queries import marks_on
from lms.hub.content.rules import check_mark
from lms.hub.enrollment.models import Enrollment
from lms.kernel.db import session
from lms.people.access import Action, Actor
from lms.people.commands import command


@command(Action.CONTENT_MARK)
def open_item(actor: Actor, enrollment: Enrollment, item: ContentItem) -> ContentMark | None:
    """The student opened the item; the first time is kept. The item was found in the student's plan."""
    return _put(enrollment, item, MarkKind.OPENED, stands=True)


@command(Action.CONTENT_MARK)
def mark_item(actor: Actor, enrollment: Enrollment, item: ContentItem, *, is_done: bool) -> ContentMark | None:
    """The student says that the item is done, or takes that back. Said twice it is said once. Raises RuleBroken."""
    check_mark(item.completion, MarkKind.DONE)
    return _put(enrollment, item, MarkKind.DONE, stands=is_done)


@command(Action.CONTENT_SEE)
def see_item(actor: Actor, enrollment: Enrollment, item: ContentItem, *, is_seen: bool) -> ContentMark | None:
    """The instructor saw it done, or takes that back. Said twice it is said once. Raises RuleBroken."""
    check_mark(item.completion, MarkKind.SEEN)
    return _put(enrollment, item, MarkKind.SEEN, stands=is_seen)


@command(Action.RESULTS_REPORT)
def report_item(actor: Actor, enrollment: Enrollment, item: ContentItem) -> ContentMark | None:
    """The system that runs the item says that the student is through; the first time is kept."""
    return _put(enrollment, item, MarkKind.REPORTED, stands=True)


def _put(enrollment: Enrollment, item: ContentItem, kind: MarkKind, *, stands: bool) -> ContentMark | None:
    before = marks_on(enrollment, item).get(kind)
    if (before is not None) == stands:
        return before
    row = ContentMark(
        enrollment_id=enrollment.id,
        item_id=item.id,
        kind=kind,
        is_taken_back=not stands,
        supersedes_id=before.id if before else None,
    )
    session.add(row)
    session.flush()
    return row
