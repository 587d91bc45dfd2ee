"""The curriculum file as data: what a program's author writes, checked for shape.

Weeks are cohort weeks from 1, minutes are planned minutes a week, points are whole points, percents are whole percent.
What needs more than one record to judge (weeks in range, codes used twice, the band) stands in `rules`.
"""

import hashlib
import re
from collections.abc import Sequence
from datetime import time
from typing import Annotated, Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, field_validator, model_serializer, model_validator

from lms.hub.catalog.kinds import TAUGHT, Completion, CourseKind, ItemKind, Kind, RequirementKind
from lms.hub.catalog.policy import Policy
from lms.hub.catalog.questions import Code, Line, PoolSpec, Spec, Text
from lms.hub.catalog.rules import Need, VersionPlan
from lms.kernel.columns import canonical

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
DUE = re.compile(rf"({'|'.join(WEEKDAYS)}) ([01]\d|2[0-3]):([0-5]\d)")
NEED_KEYS = {  # the keys that a node of each kind has beside kind and title
    RequirementKind.ALL_OF: {"needs"},
    RequirementKind.MIN_N_OF: {"n", "needs"},
    RequirementKind.MIN_MINUTES: {"minutes", "hours_kind", "evidence"},
    RequirementKind.COURSE: {"course"},
    RequirementKind.CAPSTONE: {"course"},
    RequirementKind.COMPETENCY: {"code", "level"},
    RequirementKind.CREDENTIAL: {"code"},
}

Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{2,62}$")]
# What an xAPI statement calls an activity. Scheme and the rest, without spaces; empty: other systems do not report it.
Iri = Annotated[str, Field(max_length=500, pattern=r"^([A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x1f]+)?$")]
NamedCode = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}(/[A-Za-z0-9][A-Za-z0-9._-]{0,39})?$")]
NEW_KEYS = ("group_size", "counts", "minutes", "shuffle", "pool", "iri")  # of an activity; younger than some files


class OutcomeSpec(Spec):
    """What a student can do after the course."""

    code: Code
    text: Text


class ItemSpec(Spec):
    """What a student works through in a unit. minutes: planned, for the whole of it.

    url, or file: the SHA-256 of a stored file, which travels beside the curriculum file, with its name. iri: what other
    systems call it when they report minutes; without one its link is that name.
    """

    title: Line
    kind: ItemKind
    minutes: int = Field(ge=1, le=6_000)
    completion: Completion = Completion.MARK
    url: str = Field(default="", max_length=2_000, pattern=r"^(https?://\S+)?$")
    file: str = Field(default="", pattern=r"^([0-9a-f]{64})?$")
    file_name: str = Field(default="", max_length=200)
    iri: Iri = ""

    @model_serializer(mode="wrap")
    def _without_what_is_usual(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """The younger key is left out where it says nothing, so that a file from before it keeps its digest."""
        return {name: value for name, value in handler(self).items() if name != "iri" or value}

    @model_validator(mode="after")
    def _link_or_file(self) -> "ItemSpec":
        if bool(self.url) == bool(self.file):
            raise ValueError("give either a link or a file")
        return self


class UnitSpec(Spec):
    """A planned piece of a course: the same minutes in each of its weeks."""

    code: Code
    title: Line
    modality: Kind
    weeks: tuple[int, int]
    minutes_a_week: int = Field(gt=0, le=2_400)
    item: tuple[ItemSpec, ...] = ()

    @field_validator("modality")
    @classmethod
    def _can_be_planned(cls, value: Kind) -> Kind:
        if value not in TAUGHT:
            raise ValueError(f"a unit is one of {', '.join(sorted(TAUGHT))}")
        return value

    @property
    def kind(self) -> Kind:
        return self.modality

    @property
    def first_week(self) -> int:
        return self.weeks[0]

    @property
    def last_week(self) -> int:
        return self.weeks[1]


class LevelSpec(Spec):
    """One level of a criterion: the points it is worth and how the work looks."""

    points: int = Field(ge=0, le=1_000)
    text: Line


class CriterionSpec(Spec):
    """One row of a rubric; the best level first."""

    title: Line
    levels: tuple[LevelSpec, ...] = Field(min_length=2, max_length=6)

    @model_validator(mode="after")
    def _best_level_first(self) -> "CriterionSpec":
        points = [level.points for level in self.levels]
        if points != sorted(set(points), reverse=True):
            raise ValueError("levels go from the most points to the least, no two alike")
        return self

    @property
    def points(self) -> int:
        return self.levels[0].points


class CategorySpec(Spec):
    """A group of a course's activities in its grade. weight: percent of the grade; a course's come to 100.

    drop_lowest: so many of the lowest scores do not count; keep_highest: only so many of the highest do. Not both.
    """

    code: Code
    title: Line
    weight: int = Field(ge=0, le=100)
    drop_lowest: int = Field(default=0, ge=0, le=50)
    keep_highest: int | None = Field(default=None, ge=1, le=50)

    @model_validator(mode="after")
    def _drops_or_keeps(self) -> "CategorySpec":
        if self.drop_lowest and self.keep_highest is not None:
            raise ValueError("a category drops the lowest or keeps the highest, not both")
        return self


class ActivitySpec(Spec):
    """A graded piece of work. due: weekday and local time in cohort week `week`. rubrics: shared ones, by name.

    category: of the course; needed where the course has any. weight: beside the others of its category.
    counts: which attempt. pool: of a quiz that is answered here, one pool of questions after the other; minutes: its
    time limit; shuffle: whether options stand in another order for everybody. Such a quiz has no rubric. iri: what
    another system calls it when it reports scores; then it needs no rubric, and is worth 100 points without one.
    """

    code: Code
    title: Line
    kind: Literal["assignment", "lab", "quiz", "simulation", "reflection"]
    week: int
    due: str = "Sun 23:59"
    attempts: int = Field(default=2, ge=1, le=10)
    group_size: int = Field(default=1, ge=1, le=12)
    weight: int = Field(default=1, ge=0, le=100)
    category: Code | None = None
    files: tuple[str, ...] = ()
    brief: Text
    rubrics: tuple[str, ...] = ()
    criterion: tuple[CriterionSpec, ...] = ()
    counts: Literal["latest", "highest"] = "latest"
    minutes: int | None = Field(default=None, ge=1, le=600)
    shuffle: bool = True
    pool: tuple[PoolSpec, ...] = ()
    iri: Iri = ""

    @model_serializer(mode="wrap")
    def _without_what_is_usual(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Younger keys are left out where they say what is usual, so that a file from before them keeps its digest."""
        usual = {name for name in NEW_KEYS if getattr(self, name) == type(self).model_fields[name].default}
        return {name: value for name, value in handler(self).items() if name not in usual}

    @field_validator("due")
    @classmethod
    def _weekday_and_time(cls, value: str) -> str:
        if not DUE.fullmatch(value):
            raise ValueError("write a weekday and a time, for example “Sun 23:59”")
        return value

    @property
    def due_weekday(self) -> int:
        """0 for Monday."""
        return WEEKDAYS.index(self.due[:3])

    @property
    def due_time(self) -> time:
        return time(int(self.due[4:6]), int(self.due[7:9]))


class CourseSpec(Spec):
    """A hub course, a spoke or the capstone, with everything in it. prerequisites: courses that come before it."""

    code: Code
    slug: Slug
    name: Line
    kind: CourseKind
    summary: Text
    pass_percent: int = Field(gt=0, le=100)
    sample: bool = False
    prerequisites: tuple[Code, ...] = Field(default=(), max_length=20)
    outcome: tuple[OutcomeSpec, ...] = ()
    unit: tuple[UnitSpec, ...] = ()
    category: tuple[CategorySpec, ...] = ()
    activity: tuple[ActivitySpec, ...] = ()

    @property
    def pass_bp(self) -> int:
        return self.pass_percent * 100

    @property
    def units(self) -> Sequence[UnitSpec]:
        return self.unit


class NeedSpec(Spec):
    """A node of the requirement tree as the author writes it."""

    kind: RequirementKind
    title: Line
    n: int | None = Field(default=None, ge=1)
    minutes: int | None = Field(default=None, ge=1)
    hours_kind: Kind | None = None
    evidence: int | None = Field(default=None, ge=0, le=3)
    course: Code | None = None
    code: NamedCode | None = None
    level: int | None = Field(default=None, ge=1, le=9)
    needs: tuple["NeedSpec", ...] = ()

    @model_validator(mode="after")
    def _only_its_own_keys(self) -> "NeedSpec":
        foreign = self.model_fields_set - NEED_KEYS[self.kind] - {"kind", "title"}
        if foreign:
            raise ValueError(f"a requirement of kind {self.kind} has no {', '.join(sorted(foreign))}")
        return self

    def as_need(self) -> Need:
        """The node as the rules see it."""
        return Need(
            kind=self.kind,
            title=self.title,
            n=self.n,
            minutes=self.minutes,
            hours_kind=self.hours_kind,
            evidence=self.evidence or 0,
            course=self.course,
            needs=tuple(child.as_need() for child in self.needs),
            code=self.code or "",
            level=self.level or 1,
        )


class ProgramSpec(Spec):
    """The program itself. sample: everything in it is invented or not public, and `note` says which."""

    slug: Slug
    name: Line
    summary: Text
    weeks: int = Field(default=52, ge=1, le=104)
    sample: bool = False
    note: Text | None = None

    @model_validator(mode="after")
    def _sample_says_what(self) -> "ProgramSpec":
        if self.sample and not self.note:
            raise ValueError("a sample program needs a note that says what is sample")
        return self


class MainFile(Spec):
    """The file that the import is given. include: course files, relative to it."""

    format: Literal[1]
    program: ProgramSpec
    policy: Policy = Policy()
    rubric: dict[str, tuple[CriterionSpec, ...]] = Field(default={})
    requirement: NeedSpec
    course: tuple[CourseSpec, ...] = ()
    include: tuple[str, ...] = ()


class CourseFile(Spec):
    """An included file: courses and the rubrics they share."""

    rubric: dict[str, tuple[CriterionSpec, ...]] = Field(default={})
    course: tuple[CourseSpec, ...] = Field(min_length=1)


class Curriculum(Spec):
    """A whole program version, all files joined."""

    program: ProgramSpec
    policy: Policy
    rubrics: dict[str, tuple[CriterionSpec, ...]]
    requirement: NeedSpec
    courses: tuple[CourseSpec, ...]

    def plan(self) -> VersionPlan:
        """What the catalog's rules judge."""
        return VersionPlan(
            weeks=self.program.weeks,
            week_min_minutes=self.policy.week_min_minutes,
            week_max_minutes=self.policy.week_max_minutes,
            courses=self.courses,
            needs=self.requirement.as_need(),
        )

    def criteria(self, activity: ActivitySpec) -> tuple[CriterionSpec, ...]:
        """The activity's own criteria, then those of the rubrics it shares."""
        shared = (criterion for name in activity.rubrics for criterion in self.rubrics[name])
        return (*activity.criterion, *shared)

    def digest(self) -> str:
        """One digest of everything in it, whatever the layout and comments of the files it came from."""
        return hashlib.sha256(canonical(self.model_dump(mode="json")).encode()).hexdigest()
