"""Marking by machine: through the graders' own command, by the system."""

from lms.hub.coursework.models import Submission
from lms.hub.enrollment.models import Enrollment
from lms.hub.grading.models import DraftScore, Score
from lms.hub.grading.queries import Marking, Written, find_marking
from lms.hub.grading.services.drafts import save_draft_score
from lms.hub.grading.services.scores import post_score
from lms.hub.quizzes.queries import answers_in
from lms.hub.quizzes.queries.keys import keys_of
from lms.hub.quizzes.rules.marking import Slot, mark
from lms.people.access import Action, Actor


def slots_of(marking: Marking, submission: Submission) -> list[Slot]:
    """The questions of an attempt with their keys as they hold now, to be marked. Three queries."""
    answers = answers_in([submission]).get(submission.id, ())
    keys = keys_of([row.question_id for row, _ in answers], marking.section_id)
    points = {criterion.code: criterion.points for criterion in marking.criteria}
    return [Slot(row.slot, points[row.slot], keys[row.question_id].key, answer) for row, answer in answers]


def mark_by_machine(actor: Actor, enrollment: Enrollment, submission: Submission) -> Score | DraftScore:
    """Post the points that the keys give. The section's release plan says when the student sees them.

    Where an answer waits for the instructor, the others stand in a draft on the grading desk, and the attempt in the
    queue; so does one of a student who is in no section today.
    """
    marking = find_marking(actor, Action.SCORE_WRITE, submission.public_id)
    marks = {slot.code: mark(slot) for slot in slots_of(marking, submission)}
    known = {code: points for code, points in marks.items() if points is not None}
    written = Written(marks=known)
    if len(known) < len(marks) or marking.section_id is None:
        return save_draft_score(actor, enrollment, marking, written, marking.token)
    return post_score(actor, enrollment, marking, written, marking.token)
