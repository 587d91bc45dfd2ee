"""The grading policy of a section and course: how it stands, what another would do, a new version."""

from pydantic import Field

from lms.api.kit import operation
from lms.api.shapes import Decimals, Line, Prose, Shape
from lms.api.v1.scores import Code
from lms.hub.grading.books import Book, find_book
from lms.hub.grading.gradebook import Category, shown_percent
from lms.hub.grading.rules import LatePolicy, MissingPolicy
from lms.hub.grading.rules.policies import Grading, check_grading
from lms.hub.grading.services.policies import set_policy
from lms.hub.grading.trial import effects_of
from lms.people.access import Action, Actor

PLACE = "/sections/<public_id:section>/courses/<public_id:course>/grading-policy"


class CategoryShape(Shape):
    """A group of activities; see the gradebook. `is_extra`: its weight comes on top of the others' 100 percent."""

    code: Code
    title: Line
    weight_bp: int
    drop_lowest: int = 0
    keep_highest: int | None = None
    is_extra: bool = False


class PolicyShape(Shape):
    """A policy. Rates are hundredths of a percent. `number` 0: the program's own. `categories` []: the course's own.

    `extra`: codes of the activities that can only add to a grade. To save it, `number` is the version that you read.
    """

    number: int = Field(ge=0, le=1_000_000)
    late_rate_bp: int
    late_interval_minutes: int
    late_floor_bp: int
    missing_after_days: int | None
    missing_counts_bp: int
    categories: list[CategoryShape] = Field(default_factory=list, max_length=50)
    extra: list[Code] = Field(default_factory=list, max_length=500)

    def grading(self) -> Grading:
        """As the rules take it."""
        return Grading(
            LatePolicy(self.late_rate_bp, self.late_interval_minutes * 60, self.late_floor_bp),
            MissingPolicy(self.missing_after_days, self.missing_counts_bp),
            tuple(Category(**one.model_dump()) for one in self.categories),
            frozenset(self.extra),
            self.number,
        )


class NewPolicy(PolicyShape):
    """A new version, and why."""

    reason: Prose


class EffectOut(Shape):
    """One student's grade in percent now and then. `cells`: the codes of the activities that count otherwise."""

    student: str
    enrollment: str
    before: Decimals | None
    after: Decimals | None
    cells: list[str]


class EffectsOut(Shape):
    """Every student of the section, by name."""

    items: list[EffectOut]


@operation(f"GET {PLACE}", Action.GRADEBOOK_READ, gives=PolicyShape)
def get_policy(actor: Actor, section: str, course: str) -> PolicyShape:
    """The policy that holds."""
    return _out(find_book(actor, section, course))


@operation(f"POST {PLACE}/trial", Action.GRADEBOOK_READ, gives=EffectsOut, body=PolicyShape)
def post_policy_trial(actor: Actor, section: str, course: str, body: PolicyShape) -> EffectsOut:
    """What a policy would do on the real scores; nothing is saved."""
    book = find_book(actor, section, course)
    check_grading(body.grading(), book.category_codes, frozenset(one.code for one in book.activities))
    items = [
        EffectOut(
            student=one.student,
            enrollment=one.enrollment_id,
            before=None if one.before is None else shown_percent(one.before),
            after=None if one.after is None else shown_percent(one.after),
            cells=list(one.cells),
        )
        for one in effects_of(book, body.grading())
    ]
    return EffectsOut(items=items)


@operation(f"PUT {PLACE}", Action.POLICY_SET, gives=PolicyShape, body=NewPolicy)
def put_policy(actor: Actor, section: str, course: str, body: NewPolicy) -> PolicyShape:
    """A new version, which holds from now on. 409 if there is a newer one than you have read."""
    book = find_book(actor, section, course)
    set_policy(actor, book.section, book.course, body.grading(), body.reason, body.number)
    return _out(find_book(actor, section, course))


def _out(book: Book) -> PolicyShape:
    found = book.grading
    return PolicyShape(
        number=found.number,
        late_rate_bp=found.late.rate_bp,
        late_interval_minutes=found.late.interval_seconds // 60,
        late_floor_bp=found.late.floor_bp,
        missing_after_days=found.missing.after_days,
        missing_counts_bp=found.missing.counts_bp,
        categories=[
            CategoryShape(
                code=one.code,
                title=one.title,
                weight_bp=one.weight_bp,
                drop_lowest=one.drop_lowest,
                keep_highest=one.keep_highest,
                is_extra=one.is_extra,
            )
            for one in found.categories
        ],
        extra=sorted(found.extra),
    )
