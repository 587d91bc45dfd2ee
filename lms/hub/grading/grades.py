"""One student's grades in every course, and the feedback on their work. What is not released is not read at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy import select

from lms.hub.catalog.models import Course, ProgramVersion
from lms.hub.cohorts.models import Cohort
from lms.hub.coursework.carried import carried_to
from lms.hub.coursework.models import Activity, Submission
from lms.hub.coursework.queries import Work
from lms.hub.enrollment.models import Enrollment
from lms.hub.enrollment.versions import bound_version
from lms.hub.grading.cells import read_scores, scores_of
from lms.hub.grading.entries import WHOLE, Entry, Item, Marker, ScoreView, cells_of, with_policies
from lms.hub.grading.gradebook import Category, CourseGrade, explain_course, fold_course
from lms.hub.grading.models import GradeCategory, Release, Score
from lms.hub.grading.queries import CriterionView, comments_in
from lms.hub.grading.queries.desk import Remark, remarks_on
from lms.hub.grading.queries.policies import grading_for, policies_of, sections_of
from lms.hub.grading.queries.rubrics import rubrics_of
from lms.hub.grading.rules import BP
from lms.hub.grading.rules.policies import Grading, say_source
from lms.kernel.clock import now
from lms.kernel.db import session
from lms.kernel.explain import Explained
from lms.kernel.facts import stands
from lms.kernel.prose import all_prose_of
from lms.people.scope import within


@dataclass(frozen=True, slots=True)
class CourseGrades:
    """A student's entries in one course and what they come to."""

    course: Course
    categories: tuple[Category, ...]
    entries: tuple[Entry, ...]
    grade: CourseGrade
    grading: Grading

    def explain(self) -> Explained[Fraction | None]:
        """Why the grade is what it is, from the same cells."""
        titles = {entry.activity.public_id: f"{entry.activity.code} {entry.activity.title}" for entry in self.entries}
        facts = tuple(entry.score.ref for entry in self.entries if entry.score)
        source = say_source(self.grading.number)
        found = explain_course(cells_of(self.categories, self.entries), self.categories, titles, facts, source)
        return with_policies(found, self.entries, self.grading.number)


def grades_of(
    enrollment: Enrollment, works: Sequence[Work], as_of: datetime | None = None, *, released_only: bool = True
) -> list[CourseGrades]:
    """Every course of `works`, which are the student's own, in the order of the catalog. Two queries."""
    mine = [work for work in works if work.enrollment.id == enrollment.id]
    return grades_of_many({enrollment.id: mine}, as_of, released_only=released_only)[enrollment.id]


def grades_of_many(
    works: Mapping[int, Sequence[Work]], as_of: datetime | None = None, *, released_only: bool = True
) -> dict[int, list[CourseGrades]]:
    """The same for several students: their own works by the enrollment's row number.

    Two queries for each version of the program among them, however many they are: what is carried counts by version.
    """
    found: dict[int, list[CourseGrades]] = {number: [] for number, mine in works.items() if not mine}
    groups: dict[int, dict[int, Sequence[Work]]] = {}
    for number, mine in works.items():
        if mine:
            groups.setdefault(mine[0].course.program_version_id, {})[number] = mine
    for group in groups.values() or [works]:  # with nothing scheduled at all it is asked too: the same statements
        found |= _grades_in_version(group, as_of, released_only=released_only)
    return found


def _grades_in_version(
    works: Mapping[int, Sequence[Work]], as_of: datetime | None, *, released_only: bool
) -> dict[int, list[CourseGrades]]:
    activities = {work.activity.id: work.activity for mine in works.values() for work in mine}
    statement = (
        select(
            Enrollment.id,
            ProgramVersion.policy,
            scores_of(sorted(activities), as_of, released_only=released_only),
            sections_of(as_of),
            policies_of(as_of),
        )
        .select_from(Enrollment)
        .join(Cohort, Cohort.id == Enrollment.cohort_id)
        .join(ProgramVersion, ProgramVersion.id == bound_version(as_of))
        .where(Enrollment.id.in_(works))
        .execution_options(lms_scope="within enrollment")
    )
    courses = {work.course.id: work.course for mine in works.values() for work in mine}
    categories = _categories(list(courses.values()), as_of)
    found: dict[int, list[CourseGrades]] = {}
    markers: dict[Grading, Marker] = {}  # students of one section and course share one, and its cells
    for number, policy, scores, sections, policies in session.execute(statement).all():
        gradings = {key: grading_for(policy, key, sections, policies) for key in courses}
        for grading in gradings.values():
            if grading not in markers:
                markers[grading] = Marker(grading.late, grading.missing, as_of or now(), grading.extra)
        own = {key: (markers[one], one.categories or categories[key], one) for key, one in gradings.items()}
        found[number] = _fold(works[number], read_scores(scores, activities.values()), own)
    return found


def _fold(
    mine: Sequence[Work],
    by_activity: Mapping[int, list[ScoreView]],
    own: Mapping[int, tuple[Marker, tuple[Category, ...], Grading]],
) -> list[CourseGrades]:
    """own: the marker, the categories and the policy of each course."""
    by_course: dict[int, list[Entry]] = {}
    courses = {work.course.id: work.course for work in mine}
    for work in mine:
        last = work.submissions[0].public_id if work.submissions else None
        marker = own[work.course.id][0]
        scores = by_activity.get(work.activity.id, [])
        entry = marker.entry(Item.of(work.activity), scores, last, work.due.at)
        by_course.setdefault(work.course.id, []).append(entry)
    found = []
    for course in sorted(courses.values(), key=lambda course: course.position):
        _, groups, grading = own[course.id]
        entries = tuple(by_course[course.id])
        grade = fold_course(cells_of(groups, entries), groups)
        found.append(CourseGrades(course, groups, entries, grade, grading))
    return found


def _categories(courses: Sequence[Course], as_of: datetime | None) -> Mapping[int, tuple[Category, ...]]:
    ids = [course.id for course in courses]
    statement = select(GradeCategory).where(GradeCategory.course_id.in_(ids), stands(GradeCategory, as_of))
    rows = session.scalars(statement.order_by(GradeCategory.id)).all()
    return {
        course.id: tuple(
            Category(row.code, row.title, row.weight_bp, row.drop_lowest, row.keep_highest)
            for row in rows
            if row.course_id == course.id
        )
        or (Category(WHOLE, course.name, BP),)
        for course in courses
    }


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a student reads about one attempt. comments: by criterion code, "" for the whole."""

    score: Score
    released_at: datetime
    criteria: tuple[CriterionView, ...]
    comments: Mapping[str, str]
    reason: str
    late_reason: str
    submission: Submission | None = None
    remarks: tuple[Remark, ...] = ()


def feedback_on(enrollment: Enrollment, activity: Activity, as_of: datetime | None = None) -> list[Feedback]:
    """The released feedback on every attempt, the last attempt first, with the remarks that stood at its release.

    At most five queries, and two more for each attempt that something was handed in for.
    """
    ids = [activity.id, *carried_to(enrollment, [activity.id], as_of).get(activity.id, ())]
    statement = (
        select(Score, Release.recorded_at, Submission)
        .join(Release, Release.score_id == Score.id)
        .outerjoin(Submission, Submission.id == Score.submission_id)
        .where(Score.activity_id.in_(ids), stands(Release, as_of))
        .order_by(Score.attempt.desc())
    )
    rows = session.execute(within(statement, enrollment, on=Score)).all()
    words = all_prose_of([score for score, *_ in rows])
    rubric_ids = sorted({score.rubric_id for score, *_ in rows if score.rubric_id is not None})
    rubrics = rubrics_of(rubric_ids) if rubric_ids else {}
    return [
        Feedback(
            score=score,
            released_at=released_at,
            criteria=rubrics.get(score.rubric_id or 0, ()),
            comments=comments_in(words[score.public_id]),
            reason=words[score.public_id].get("reason", ""),
            late_reason=words[score.public_id].get("late_reason", ""),
            submission=submission,
            remarks=tuple(remarks_on(submission, released_at)) if submission else (),
        )
        for score, released_at, submission in rows
    ]
