"""Items that the instructor has to see: choose one, tick who has done it, take it back."""

from flask import Response, request

from lms.guard import current_actor, requires
from lms.hub.catalog.models import ContentItem, Course
from lms.hub.content.queries import items_to_see, students_to_see
from lms.hub.content.services import see_item
from lms.hub.enrollment.models import Enrollment
from lms.kernel.errors import NotFound
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.web.instructor import bp
from lms.web.language import tell
from lms.web.pages import page, redirect_to, tell_next

SEEN = "/content/<public_id:item_id>/seen"


@bp.get("/content")
@requires(Action.CONTENT_SEE)
def content() -> Response:
    actor = current_actor()
    listed = items_to_see(actor)
    asked = request.args.get("item")
    if asked:
        return _page(actor, listed, _chosen(listed, asked))
    return _page(actor, listed, listed[0] if listed else None)


@bp.post(SEEN)
@requires(Action.CONTENT_SEE)
def see_content(item_id: str) -> Response:
    actor = current_actor()
    listed = items_to_see(actor)
    item, course = chosen = _chosen(listed, item_id)
    ticked = _ticked(actor, item, course)
    if not ticked:
        return _page(actor, listed, chosen, tell(N_("Tick the students who have done it.")))
    for enrollment in ticked:
        see_item(actor, enrollment, item, is_seen=True)
    tell_next(N_("Seen: %(count)s."), count=len(ticked))
    return redirect_to("instructor.content", item=item_id)


@bp.post("/content/<public_id:item_id>/not-seen")
@requires(Action.CONTENT_SEE)
def unsee_content(item_id: str) -> Response:
    """The one student of the button."""
    actor = current_actor()
    item, course = _chosen(items_to_see(actor), item_id)
    ticked = _ticked(actor, item, course)
    if not ticked:
        raise NotFound()
    for enrollment in ticked:
        see_item(actor, enrollment, item, is_seen=False)
    tell_next(N_("Taken back. Tick it again to undo this."))
    return redirect_to("instructor.content", item=item_id)


def _ticked(actor: Actor, item: ContentItem, course: Course) -> list[Enrollment]:
    """The students of the form. Raises NotFound for one who is not the actor's or does not take the course."""
    mine = {one.enrollment.public_id: one.enrollment for one in students_to_see(actor, item, course)}
    asked = request.form.getlist("student")
    if not set(asked) <= set(mine):
        raise NotFound()
    return [mine[one] for one in dict.fromkeys(asked)]


def _chosen(listed: list[tuple[ContentItem, Course]], item_id: str) -> tuple[ContentItem, Course]:
    for item, course in listed:
        if item.public_id == item_id:
            return item, course
    raise NotFound()


def _page(
    actor: Actor,
    listed: list[tuple[ContentItem, Course]],
    chosen: tuple[ContentItem, Course] | None,
    error: str = "",
) -> Response:
    return page(
        "instructor/content.html",
        422 if error else 200,
        items=listed,
        chosen=chosen[0] if chosen else None,
        students=students_to_see(actor, *chosen) if chosen else [],
        error=error,
    )
