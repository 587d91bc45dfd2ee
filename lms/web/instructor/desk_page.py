"""The page of the desk: one attempt, its form, what others wrote, and the way on."""

from flask import Response, request

from lms.guard import current_actor
from lms.hub.coursework.contents import Attached, Contents, read_submission
from lms.hub.coursework.groups.queries import shares_of
from lms.hub.grading.places import Place
from lms.hub.grading.queries import Marking, Written, written_in_draft, written_in_score
from lms.hub.grading.queries.desk import bank_of, history_of, remarks_for, who_else
from lms.hub.grading.queries.peers import said_of
from lms.hub.grading.queue import count_queue
from lms.hub.grading.rules.marking import AgreedBy, Role, Stage, needs_talk
from lms.hub.grading.rules.policies import say_policy
from lms.hub.quizzes.queries.results import results_for_grader
from lms.hub.quizzes.rules.marking import OUTCOMES
from lms.kernel.clock import now
from lms.kernel.prose import prose_of
from lms.kernel.text import N_, say
from lms.people.access import Action, allowed
from lms.people.anchors import anchor_of
from lms.web.coursework_words import place_anchor, place_names
from lms.web.files import Shown, shown
from lms.web.instructor.grading import args_of, chosen_filter
from lms.web.instructor.marking_form import MarkingForm, typed_marks
from lms.web.language import tell
from lms.web.pages import page
from lms.web.quiz_words import TONES, answer_lines, key_lines

EMPTY = Contents("", "", ())
WAYS = {
    AgreedBy.MEAN: N_("the mean of both"),
    AgreedBy.FIRST: N_("the first mark"),
    AgreedBy.SECOND: N_("the second mark"),
    AgreedBy.NEW: N_("other points"),
}


def args_here() -> dict[str, str]:
    """The queue that the page was opened from, for its addresses."""
    return args_of(chosen_filter())


def ids_of(marking: Marking) -> dict[str, str]:
    """What the addresses of this attempt are made of, with the queue that it was opened from."""
    args = args_here()
    if marking.submission is not None:
        return {"submission": marking.submission.public_id, **args}
    return {"enrollment": marking.enrollment.public_id, "activity": marking.activity.public_id, **args}


def desk_page(
    marking: Marking,
    form: MarkingForm,
    written: Written | None,
    status: int = 200,
    *,
    place: Place | None = None,
    theirs: Written | None = None,
) -> Response:
    """written None: show what was posted. theirs: what somebody else has saved meanwhile."""
    actor = current_actor()
    stage = marking.stage(actor.person_id)
    is_blind = stage is Stage.SECOND
    contents = read_submission(marking.submission) if marking.submission else EMPTY
    files = [_shown(marking, number, file) for number, file in enumerate(contents.files, 1)]
    remarks = remarks_for(marking)
    has_old_draft = (
        marking.draft is not None and not marking.has_live_draft and not is_blind and not marking.hides_draft
    )
    return page(
        "instructor/grading/desk.html",
        status,
        marking=marking,
        name=tell(say(N_("Student %(code)s"), code=marking.alias)) if marking.is_nameless else marking.student.name,
        stage=stage,
        Stage=Stage,
        is_blind=is_blind,
        form=form,
        marks=typed_marks(marking.criteria, written),
        contents=contents,
        shown=files,
        remarks=remarks,
        places=_places(contents, files),
        place_names=place_names(remarks, {one.file.public_id: one.file.name for one in files}),
        place_anchor=place_anchor,
        shares=[] if marking.submission is None or marking.is_nameless else shares_of(marking.submission),
        said=[] if marking.submission is None or marking.is_nameless else said_of(marking.submission),
        history=history_of(marking),
        say_policy=say_policy,
        bank=bank_of(actor, marking.activity),
        whom=request.form.get("whom", "group"),
        may_write=allowed(actor, Action.SCORE_WRITE, anchor_of(marking.enrollment)),
        who_else=who_else(marking, actor.person_id, now()),
        opened_at=now().isoformat(timespec="seconds"),
        place=place or Place(0, None, count_queue(actor, chosen_filter())),
        args=args_here(),
        theirs=theirs,
        unposted=written_in_draft(marking.draft) if has_old_draft and marking.draft else None,
        ids=ids_of(marking),
        both=_both(marking) if stage is Stage.AGREE else None,
        ways=WAYS,
        quiz=results_for_grader(marking, is_blind=is_blind),
        outcomes=OUTCOMES,
        tones=TONES,
        answer_lines=answer_lines,
        key_lines=key_lines,
        is_second=marking.tasks.get(Role.SECOND) == actor.person_id,
    )


def _shown(marking: Marking, number: int, file: Attached) -> Shown:
    """A file as the page shows it; without its own name where that could tell whose it is."""
    if not marking.is_nameless:
        return shown(file)
    name = tell(say(N_("File %(number)s.%(kind)s"), number=number, kind=file.kind))
    return shown(Attached(file.public_id, name, file.kind, file.size, file.sha256, file.upload_id))


def _places(contents: Contents, files: list[Shown]) -> list[tuple[str, str]]:
    """Where a remark can stand: a value for the form, and its name."""
    found = [("text", tell(N_("the text")))] if contents.text or not files else []
    for one in files:
        if one.pages > 1:
            text = N_("%(name)s, page %(page)s")
            found += [
                (f"{one.file.public_id}.{number}", tell(say(text, name=one.file.name, page=number)))
                for number in range(1, one.pages + 1)
            ]
        else:
            found.append((one.file.public_id, one.file.name))
    return found


def _both(marking: Marking) -> dict[str, object]:
    """Two marks side by side, for whoever makes them one."""
    second, first = marking.second, marking.score
    if second is None or first is None:
        return {}
    gap_bp = marking.rule.gap_bp if marking.rule else 0
    return {
        "first": written_in_score(first),
        "second": second,
        "comment": prose_of([second], "comment").get(second.public_id, ""),
        "is_far": needs_talk(first.points or 0, second.points, marking.activity.points, gap_bp),
    }
