"""Coursework: what is due, writing and handing in, receipts."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Response, current_app, make_response, request, url_for
from wtforms import HiddenField, IntegerField, MultipleFileField, StringField, TextAreaField

from lms.guard import current_actor, prepared, requires
from lms.hub.coursework.contents import Attached, find_draft, find_submission, read_submission
from lms.hub.coursework.filetypes import extensions_of
from lms.hub.coursework.groups.queries import shares_of
from lms.hub.coursework.incoming import list_partial
from lms.hub.coursework.judging import Judged
from lms.hub.coursework.merging import Line, beside, merged
from lms.hub.coursework.models import Draft
from lms.hub.coursework.queries import Work, find_own_work, list_own_work
from lms.hub.coursework.rules import Progress, due_reason
from lms.hub.coursework.services import attach_judged, detach_file, save_draft, submit
from lms.hub.grading.entries import Entry
from lms.hub.grading.grades import feedback_on, grades_of
from lms.hub.grading.queries.peers import Own, own_say
from lms.hub.grading.queries.rubrics import find_rubric
from lms.hub.grading.rules.peers import PARTS
from lms.hub.quizzes.services.taking import look_at
from lms.kernel.clock import now
from lms.kernel.errors import Conflict, NotFound, RuleBroken, raise_all
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.web import markdown
from lms.web.coursework_words import PROGRESS_WORDS
from lms.web.files import file_response, preview_response, shown
from lms.web.forms import ProductForm
from lms.web.judging import files_sent, judge_sent
from lms.web.language import tell
from lms.web.pages import broken_into, page, redirect_to, tell_next
from lms.web.student import bp
from lms.web.together import handed_in_for, together_on

AUTOSAVE = "X-Autosave"


class WorkForm(ProductForm):
    """What a student writes. version: the draft that it was made from, 0 for none."""

    text = TextAreaField(N_("Your text"))
    link = StringField(N_("Link"))
    files = MultipleFileField(N_("Add files"))
    version = IntegerField(default=0)


class HandInForm(ProductForm):
    """The confirmation: which draft is meant, and the key that makes a second tap the same submission."""

    client_key = HiddenField()
    version = IntegerField(default=0)


class OwnPartForm(ProductForm):
    """What one did oneself of a group's work; what is said of the others has a field for each of them."""

    text = TextAreaField(N_("What you did"))
    share = StringField(N_("Your share of the whole, in percent"))


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list."""

    work: Work
    progress: Progress
    entry: Entry | None


GROUPS = (Progress.DUE, Progress.LATE, Progress.MISSING, Progress.DONE)


@bp.get("/coursework")
@requires(Action.SUBMISSION_WRITE)
def coursework() -> Response:
    works = list_own_work(current_actor())
    entries = _entries(works)
    rows = [Row(work, _progress(work, entries), entries.get(work.activity.id)) for work in works]
    groups = {group: [row for row in rows if row.progress is group] for group in GROUPS}
    return page("student/coursework/list.html", groups=groups, words=PROGRESS_WORDS)


def _entries(works: Sequence[Work]) -> dict[int, Entry]:
    """The released scores by activity, for the students' enrollment that is theirs now."""
    if not works:
        return {}
    enrollment = max((work.enrollment for work in works), key=lambda enrollment: enrollment.id)
    return {entry.activity.id: entry for course in grades_of(enrollment, works) for entry in course.entries}


def _progress(work: Work, entries: dict[int, Entry]) -> Progress:
    entry = entries.get(work.activity.id)
    return Progress.DONE if entry is not None and entry.score is not None else work.progress(now())


@bp.before_request
def load_markdown() -> None:
    """A draft that is refused shows the brief again; nobody else's writing shall wait for a library to load."""
    if "activity" in (request.view_args or ()):
        markdown.load()


@bp.get("/coursework/<public_id:activity>")
@requires(Action.SUBMISSION_WRITE)
def activity(activity: str) -> Response:
    work = find_own_work(current_actor(), activity)
    draft, files = find_draft(work.enrollment, work.activity)
    return _activity_page(work, files, _form_of(draft))


def _form_of(draft: Draft | None) -> WorkForm:
    if draft is None:
        return WorkForm(formdata=None)
    return WorkForm(formdata=None, text=draft.text, link=draft.link, version=draft.version)


@dataclass(frozen=True, slots=True)
class Versus:
    """Two versions of one draft. seen: the version of the one that was saved."""

    seen: int
    theirs: list[Line]
    mine: list[Line]
    link_theirs: str
    link_mine: str
    files: list[str]  # on the draft now

    @property
    def is_only_files(self) -> bool:
        """Whether both have the same words, so that the other window has changed the files alone."""
        return self.link_theirs == self.link_mine and not any(line.differs for line in (*self.theirs, *self.mine))


def _activity_page(
    work: Work, files: list[Attached], form: WorkForm, status: int = 200, versus: Versus | None = None
) -> Response:
    accept = ",".join(f".{extension}" for extension in extensions_of(work.activity.kinds))
    return page(
        "student/coursework/activity.html",
        status,
        work=work,
        brief=markdown.as_html(work.activity.brief),
        rubric=find_rubric(work.activity),
        feedback=feedback_on(work.enrollment, work.activity),
        why_due=due_reason(work.due),
        window=work.window(now()),
        files=files,
        unfinished=list_partial(work.enrollment, work.activity),
        form=form,
        accept=accept,
        max_mb=current_app.config["LMS"].max_upload_mb,
        versus=versus,
        together=together_on(work),
        quiz_is_open=work.activity.has_questions and look_at(work)[1] is not None,
    )


def _judge_files(activity: str) -> Callable[[], Sequence[Judged | RuleBroken]]:
    return judge_sent(find_own_work(current_actor(), activity), files_sent())


@bp.post("/coursework/<public_id:activity>/draft")
@requires(Action.SUBMISSION_WRITE, prepare=_judge_files, prepare_if=lambda: bool(files_sent()))
def write_draft(activity: str) -> Response:
    actor, form = current_actor(), WorkForm()
    work = find_own_work(actor, activity)
    try:
        draft = save_draft(actor, work.enrollment, work, *_chosen(work, form))
        _attach(actor, work, prepared() or ())
    except Conflict:
        return _conflict(work, form)
    except RuleBroken as broken:
        broken_into(form, broken)
        return _activity_page(work, find_draft(work.enrollment, work.activity)[1], form, 422)
    if AUTOSAVE in request.headers:
        return make_response("", 204, {"X-Version": str(draft.version)})
    if request.form.get("then") == "hand-in":
        return redirect_to("student.check_work", activity=activity)
    tell_next(SAVED.get(request.form.get("then", ""), SAVED["stay"]), tone="info")
    return make_response("", 303, {"Location": url_for("student.activity", activity=activity) + "#work"})


SAVED = {
    "stay": N_("Your draft is saved. It is not handed in yet."),
    "merge": N_("Both versions are in the text now, one part after the other. Look through it."),
}


def _chosen(work: Work, form: WorkForm) -> tuple[str, str, int]:
    """Text, link and the version that they replace, after the choice between two versions where one was made."""
    text, link, version = form.text.data or "", form.link.data or "", form.version.data or 0
    then, seen = request.form.get("then"), request.form.get("seen", "")
    if then not in ("merge", "mine", "theirs") or not seen.isdecimal() or len(seen) > 9:
        return text, link, version
    draft, _ = find_draft(work.enrollment, work.activity)
    if draft is None or draft.version != int(seen) or then == "mine":
        return text, link, int(seen)  # a third window has saved meanwhile: saving refuses it, and all is shown again
    if then == "theirs":
        return draft.text, draft.link, draft.version
    return merged(draft.text, text), link or draft.link, draft.version


def _attach(actor: Actor, work: Work, files: Sequence[Judged | RuleBroken]) -> None:
    """Every file that can be taken; the others are named, each with its reason."""
    broken = []
    for file in files:
        try:
            if isinstance(file, RuleBroken):
                raise file
            attach_judged(actor, work.enrollment, work, file)
        except RuleBroken as problem:
            broken.append(problem)
    raise_all(broken)


def _conflict(work: Work, form: WorkForm) -> Response:
    """Both versions side by side, with the ways to go on; what was typed stays in the form."""
    draft, files = find_draft(work.enrollment, work.activity)
    mine, link = form.text.data or "", form.link.data or ""
    theirs, their_link = (draft.text, draft.link) if draft else ("", "")
    left, right = beside(theirs, mine)
    versus = Versus(draft.version if draft else 0, left, right, their_link, link, [file.name for file in files])
    if AUTOSAVE in request.headers:
        return page("student/coursework/_versus.html", 409, versus=versus)
    form.version.raw_data = None
    form.version.data = versus.seen
    return _activity_page(work, files, form, 409, versus=versus)


@bp.post("/coursework/<public_id:activity>/files/<public_id:file>/removal")
@requires(Action.SUBMISSION_WRITE)
def remove_file(activity: str, file: str) -> Response:
    actor = current_actor()
    work = find_own_work(actor, activity)
    detach_file(actor, work.enrollment, work, file)
    tell_next(N_("The file is off your draft."), tone="info")
    return make_response("", 303, {"Location": url_for("student.activity", activity=activity) + "#work"})


@bp.get("/coursework/<public_id:activity>/check")
@requires(Action.SUBMISSION_WRITE)
def check_work(activity: str) -> Response:
    work = find_own_work(current_actor(), activity)
    draft, files = find_draft(work.enrollment, work.activity)
    form = HandInForm(formdata=None, client_key=uuid.uuid4().hex, version=draft.version if draft else 0)
    return _check_page(work, draft, files, form)


def _look_again(work: Work, form: HandInForm, problem: str, status: int) -> Response:
    draft, files = find_draft(work.enrollment, work.activity)
    form.version.data, form.version.raw_data = draft.version if draft else 0, None
    form.form_errors = [*form.form_errors, *([problem] if problem else [])]
    return _check_page(work, draft, files, form, status)


def _check_page(
    work: Work, draft: Draft | None, files: list[Attached], form: HandInForm, status: int = 200
) -> Response:
    return page(
        "student/coursework/check.html",
        status,
        work=work,
        draft=draft,
        files=files,
        form=form,
        window=work.window(now()),
        why_due=due_reason(work.due),
        handed_in_for=handed_in_for(work),
    )


@bp.post("/coursework/<public_id:activity>/submissions")
@requires(Action.SUBMISSION_WRITE)
def hand_in(activity: str) -> Response:
    actor, form = current_actor(), HandInForm()
    work = find_own_work(actor, activity)
    key = form.client_key.data or uuid.uuid4().hex
    try:
        made = submit(actor, work.enrollment, work, None, None, key, version=form.version.data or 0)
    except Conflict as conflict:
        return _look_again(work, form, tell(conflict.sentence), 409)
    except RuleBroken as broken:
        broken_into(form, broken)
        return _look_again(work, form, "", 422)
    tell_next(N_("Handed in. Below is your receipt."))
    return redirect_to("student.submission", submission=made.public_id)


@bp.get("/submissions/<public_id:submission>")
@requires(Action.SUBMISSION_WRITE)
def submission(submission: str) -> Response:
    return submission_page(submission)


def submission_page(submission: str, form: OwnPartForm | None = None, status: int = 200) -> Response:
    """What was handed in, with its receipt. form: of who did what, where it was refused."""
    actor = current_actor()
    found = find_submission(actor, submission)
    work = next((one for one in list_own_work(actor) if one.activity.id == found.activity_id), None)
    if work is None or work.enrollment.id != found.enrollment_id:
        raise NotFound()
    contents, own = read_submission(found), own_say(found)
    return page(
        "student/coursework/submission.html",
        status,
        submission=found,
        work=work,
        contents=contents,
        shown=[shown(file) for file in contents.files],
        names=[share.name for share in shares_of(found)],
        own=own,
        parts=PARTS,
        form=form or OwnPartForm(formdata=None, text=own.text if own else "", share=_shown_share(own)),
    )


def _shown_share(own: Own | None) -> str:
    """As it is typed."""
    return "" if own is None or own.share_bp is None else f"{own.share_bp / 100:g}"


@bp.get("/files/<public_id:file>")
@requires(Action.SUBMISSION_WRITE)
def submission_file(file: str) -> Response:
    return file_response(current_actor(), file)


@bp.get("/files/<public_id:file>/preview")
@requires(Action.SUBMISSION_WRITE)
def submission_preview(file: str) -> Response:
    return preview_response(current_actor(), file)
