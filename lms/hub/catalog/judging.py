"""Everything that is wrong with a whole curriculum: the plan by the rules, and what its parts say of each other."""

from collections import Counter
from collections.abc import Iterator

from lms.hub.catalog.prerequisites import faults_of
from lms.hub.catalog.rules import Finding, Severity, findings, refuse_errors
from lms.hub.catalog.spec import ActivitySpec, CourseSpec, Curriculum, UnitSpec
from lms.kernel.text import N_, say

PERCENT = 100
MAX_QUESTIONS = 100  # in one quiz: more than anybody answers in one sitting


def judge(curriculum: Curriculum) -> list[Finding]:
    """Every finding, errors first; an empty list for a sound curriculum."""
    parts = (_references(curriculum), faults_of(curriculum.courses), _items(curriculum), _iris(curriculum))
    found = [*findings(curriculum.plan()), *(finding for part in parts for finding in part)]
    return sorted(found, key=lambda f: f.severity is not Severity.ERROR)


def check_curriculum(curriculum: Curriculum) -> None:
    """Raises RuleBroken with every error at once."""
    refuse_errors(judge(curriculum))


def _error(where: tuple[str, ...], message: str, **values: object) -> Finding:
    return Finding(Severity.ERROR, where, say(message, **values))


def _references(curriculum: Curriculum) -> Iterator[Finding]:
    times = Counter(activity.code for course in curriculum.courses for activity in course.activity)
    for course in curriculum.courses:
        yield from _categories(course)
        weeks = {week for unit in course.unit for week in range(unit.first_week, unit.last_week + 1)}
        for activity in course.activity:
            if times[activity.code] > 1:
                times[activity.code] = 0  # named once
                message = N_("The activity code %(code)s stands twice.")
                yield _error((course.code, activity.code), message, code=activity.code)
            yield from _activity(curriculum, course, activity, weeks)


def _categories(course: CourseSpec) -> Iterator[Finding]:
    """Weights that do not come to 100, categories that stand twice or are not there, activities in none."""
    codes = [category.code for category in course.category]
    total = sum(category.weight for category in course.category)
    if codes and total != PERCENT:
        message = N_("The weights of course %(code)s come to %(total)s percent instead of 100.")
        yield _error((course.code, "category", "0"), message, code=course.code, total=total)
    for nth, code in enumerate(codes):
        if code in codes[:nth]:
            where = (course.code, "category", str(nth))
            yield _error(where, N_("The category %(code)s stands twice."), code=code)
    for activity in course.activity:
        if activity.category is not None and activity.category not in codes:
            message = N_("Course %(course)s has no category %(code)s.")
            where = (course.code, activity.code, "category")
            yield _error(where, message, course=course.code, code=activity.category)
        if codes and activity.category is None:
            message = N_("Activity %(code)s names none of its course's categories.")
            yield _error((course.code, activity.code), message, code=activity.code)


def _activity(curriculum: Curriculum, course: CourseSpec, activity: ActivitySpec, weeks: set[int]) -> Iterator[Finding]:
    where = (course.code, activity.code)
    for name in activity.rubrics:
        if name not in curriculum.rubrics:
            yield _error((*where, "rubrics"), N_("There is no rubric called %(name)s."), name=name)
    if activity.pool:
        yield from _questions(activity, where)
    elif activity.minutes is not None:
        message = N_("Activity %(code)s has a time limit but no questions.")
        yield _error(where, message, code=activity.code)
    if activity.iri and activity.pool:
        message = N_("Activity %(code)s has questions that are answered here; leave its IRI out.")
        yield _error(where, message, code=activity.code)
    if not (activity.rubrics or activity.criterion or activity.pool or activity.iri):
        yield _error(where, N_("Activity %(code)s has no rubric."), code=activity.code)
    if activity.week not in weeks:
        message = N_("Activity %(code)s is due in week %(week)s, when its course has no unit.")
        yield _error((*where, "week"), message, code=activity.code, week=activity.week)


def _questions(activity: ActivitySpec, where: tuple[str, ...]) -> Iterator[Finding]:
    """Pools that cannot be drawn from, codes that stand twice, and what a quiz with questions cannot have."""
    if activity.kind != "quiz" or activity.rubrics or activity.criterion:
        message = N_("Activity %(code)s has questions, so it has to be a quiz and has no rubric.")
        yield _error(where, message, code=activity.code)
    if sum(pool.asked for pool in activity.pool) > MAX_QUESTIONS:
        message = N_("Activity %(code)s asks more than %(most)s questions.")
        yield _error(where, message, code=activity.code, most=MAX_QUESTIONS)
    pools = Counter(pool.code for pool in activity.pool)
    codes = Counter(question.code for pool in activity.pool for question in pool.question)
    for nth, pool in enumerate(activity.pool):
        place = (*where, "pool", str(nth))
        if not pool.question:
            yield _error(place, N_("The pool %(code)s has no questions."), code=pool.code)
        elif pool.asked > len(pool.question):
            message = N_("The pool %(code)s has %(has)s questions; %(asked)s cannot be drawn from it.")
            yield _error(place, message, code=pool.code, has=len(pool.question), asked=pool.asked)
        twice = [one.code for one in pool.question if codes[one.code] > 1]
        for code in dict.fromkeys([*twice, *([pool.code] if pools[pool.code] > 1 else [])]):
            codes[code] = pools[code] = 0  # named once
            yield _error(place, N_("The code %(code)s stands twice in quiz %(quiz)s."), code=code, quiz=activity.code)


def _items(curriculum: Curriculum) -> Iterator[Finding]:
    """One warning for each unit whose items take more than the unit plans."""
    for course in curriculum.courses:
        for unit in course.unit:
            planned, listed = planned_of(unit), sum(item.minutes for item in unit.item)
            if listed > planned:
                message = N_("The items of unit %(code)s take %(listed)s min; the unit plans %(planned)s.")
                sentence = say(message, code=unit.code, listed=listed, planned=planned)
                yield Finding(Severity.WARNING, (course.code, unit.code), sentence)


def _iris(curriculum: Curriculum) -> Iterator[Finding]:
    """Names for other systems that two items, or two activities, bear; one item and one activity may share theirs."""
    for name in ("item", "activity"):
        seen: set[str] = set()
        for course in curriculum.courses:
            for where, iri in _named(course, name):
                if iri in seen:
                    yield _error(where, N_("The IRI %(iri)s stands twice; each names one thing."), iri=iri)
                seen.add(iri)


def _named(course: CourseSpec, name: str) -> Iterator[tuple[tuple[str, ...], str]]:
    if name == "activity":
        yield from (((course.code, one.code), one.iri) for one in course.activity if one.iri)
        return
    for unit in course.unit:
        yield from (((course.code, unit.code), item.iri) for item in unit.item if item.iri)


def planned_of(unit: UnitSpec) -> int:
    """The minutes that a unit plans over all of its weeks; 0 where the weeks are not in order."""
    return unit.minutes_a_week * max(unit.last_week - unit.first_week + 1, 0)
