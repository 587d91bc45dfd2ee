"""What a grader writes on one attempt: the form, and its way to and from the domain's words.

Points are typed as a person writes them ("7.5"); one field a criterion, named `mark-<code>` and `comment-<code>`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask import request
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import Optional

from lms.guard import current_actor
from lms.hub.grading.models import DraftScore
from lms.hub.grading.queries import CriterionView, Marking, Written, written_in_draft
from lms.hub.grading.queries.desk import bank_of
from lms.hub.hours.rules.lengths import as_hours
from lms.kernel.errors import RuleBroken, raise_all
from lms.kernel.text import N_
from lms.web.fields import MinutesField
from lms.web.forms import ProductForm
from lms.web.language import tell
from lms.web.pages import broken_into

LATE = ("late", "late_reason")
NOT_PARTS = ("reason", "bank", "version", "next_id", "opened_at", "csrf_token")
POINTS = re.compile(r"[0-9]{1,6}([.][0-9]{1,2})?")


class MarkingForm(ProductForm):
    """The fields that every attempt has; those of its rubric are read and shown by hand, since their number varies.

    version: `Marking.token` as the page had it.
    """

    version = HiddenField()
    next_id = HiddenField()
    opened_at = HiddenField()
    points = StringField(N_("Points"), [Optional()])
    comment = TextAreaField(N_("Comment for the student"), [Optional()])
    late = MinutesField(N_("Counts as late by"), [Optional()])
    late_reason = StringField(N_("Why the lateness is set by hand"), [Optional()])
    reason = StringField(N_("Why the score changes; the student reads it"), [Optional()])

    def __init__(self, **shown: Any) -> None:
        super().__init__(**shown)
        self.by_name: dict[str, list[str]] = {}

    def errors_of(self, name: str) -> list[str]:
        """What is wrong with a field of the rubric."""
        return self.by_name.get(name, [])

    def show_broken(self, broken: RuleBroken) -> None:
        """Every sentence beside its field, those of the rubric's fields too, and all of these on top of the form."""
        for name, sentences in broken.by_field().items():
            if name.startswith("mark-"):
                self.by_name[name] = [tell(sentence) for sentence in sentences]
        broken_into(self, broken)


def form_showing(marking: Marking, written: Written, next_id: str = "") -> MarkingForm:
    """The form with what was written so far."""
    return MarkingForm(
        formdata=None,
        version=marking.token,
        next_id=next_id,
        points=typed(written.points),
        comment=written.comments.get("", ""),
        late=None if written.late_seconds is None else -(-written.late_seconds // 60),
        late_reason=written.late_reason,
    )


def typed(hundredths: int | None) -> str:
    """Points as they stand in a field; "" for none."""
    return "" if hundredths is None else f"{(Decimal(hundredths) / 100).normalize():f}"


def read_points(text: str, field: str) -> int | None:
    """Hundredths from "7", "7.5" or "7,5"; None for nothing. Raises RuleBroken."""
    text = text.strip().replace(",", ".")
    if not text:
        return None
    if not POINTS.fullmatch(text):
        raise RuleBroken(N_("Write points as a number with at most two decimals, such as 7.5."), field=field)
    return int(Decimal(text) * 100)


def read_written(form: MarkingForm, marking: Marking) -> Written:
    """What was posted. Raises RuleBroken with everything that cannot be read."""
    criteria = marking.criteria
    broken: list[RuleBroken] = []
    sent: Mapping[str, Any] = request.form

    def points_in(name: str) -> int | None:
        try:
            return read_points(sent.get(name, ""), name)
        except RuleBroken as problem:
            broken.append(problem)
            return None

    marks = {criterion.code: points_in(f"mark-{criterion.code}") for criterion in criteria}
    points = None if criteria else points_in("points")
    if not form.validate():
        message = N_("Write a length of time such as 2:30, or leave it empty.")
        broken.append(RuleBroken(message, field="late"))
    raise_all(broken)
    comments = {criterion.code: sent.get(f"comment-{criterion.code}", "").strip() for criterion in criteria}
    comments[""] = "\n".join(filter(None, [(form.comment.data or "").strip(), _from_bank(marking)]))
    minutes = form.late.data
    return Written(
        marks={code: mark for code, mark in marks.items() if mark is not None},
        points=points,
        comments={code: text for code, text in comments.items() if text},
        late_seconds=None if minutes is None else minutes * 60,
        late_reason=form.late_reason.data or "",
    )


def _from_bank(marking: Marking) -> str:
    """The kept comment that was chosen from the list; a script puts it into the field, without one it is added here."""
    wanted = request.form.get("bank", "")
    if not wanted:
        return ""
    bank = bank_of(current_actor(), marking.activity)
    return next((kept.text for kept in bank if kept.public_id == wanted), "")


def parts_touched() -> frozenset[str] | None:
    """The parts of the draft in which somebody typed since the last save; None where the page does not say."""
    if "touched" not in request.form:
        return None
    names = request.form["touched"].split()
    return frozenset("late" if name in LATE else name for name in names if name not in NOT_PARTS)


def fields_of(draft: DraftScore, parts: Iterable[str]) -> dict[str, str]:
    """These parts of a draft as the form's fields show them."""
    written, found = written_in_draft(draft), {}
    for name in parts:
        kind, _, code = name.partition("-")
        if kind == "mark":
            found[name] = typed(written.marks.get(code))
        elif kind == "comment":
            found[name] = written.comments.get(code, "")
        elif kind == "points":
            found[name] = typed(written.points)
        else:
            minutes = None if written.late_seconds is None else -(-written.late_seconds // 60)
            found |= {"late": "" if minutes is None else as_hours(minutes), "late_reason": written.late_reason}
    return found


def typed_marks(criteria: Sequence[CriterionView], written: Written | None) -> dict[str, tuple[str, str]]:
    """Mark and comment of each criterion as the page shows them: as posted, else as written."""
    if written is None:
        return {
            c.code: (request.form.get(f"mark-{c.code}", ""), request.form.get(f"comment-{c.code}", ""))
            for c in criteria
        }
    return {c.code: (typed(written.marks.get(c.code)), written.comments.get(c.code, "")) for c in criteria}
