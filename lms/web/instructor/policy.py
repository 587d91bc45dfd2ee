"""The grading policy of a section and course: how it stands, what a change would do, and its versions."""

from dataclasses import replace
from decimal import Decimal

from flask import Response, request

from lms.guard import current_actor, requires
from lms.hub.grading.books import Book, find_book
from lms.hub.grading.entries import WHOLE
from lms.hub.grading.gradebook import Category, shown_percent
from lms.hub.grading.queries.policies import policy_history
from lms.hub.grading.rules import LatePolicy, MissingPolicy
from lms.hub.grading.rules.policies import Effect, Grading, check_grading
from lms.hub.grading.services.policies import set_policy
from lms.hub.grading.trial import effects_of
from lms.hub.hours.rules.lengths import as_hours, parse_minutes
from lms.kernel.errors import Conflict, RuleBroken
from lms.kernel.prose import prose_of
from lms.kernel.text import N_
from lms.people.access import Action, allowed
from lms.people.anchors import anchor_of
from lms.web.instructor import bp
from lms.web.instructor.marking_form import read_points
from lms.web.language import tell
from lms.web.pages import page, redirect_to, tell_next

POLICY = "/gradebook/sections/<public_id:section>/courses/<public_id:course>/policy"
Typed = dict[str, str]


@bp.get(POLICY)
@requires(Action.GRADEBOOK_READ)
def policy(section: str, course: str) -> Response:
    book = find_book(current_actor(), section, course)
    return _page(book, _typed(book))


def _page(
    book: Book,
    typed: Typed,
    status: int = 200,
    trouble: RuleBroken | Conflict | None = None,
    effects: list[Effect] | None = None,
) -> Response:
    sentences = [] if trouble is None else [trouble.sentence]
    if isinstance(trouble, RuleBroken):
        sentences += [other.sentence for other in trouble.also]
    history = policy_history(book.section, book.course)
    return page(
        "instructor/gradebook/policy.html",
        status,
        book=book,
        typed=typed,
        categories=_own_categories(book),
        troubles=[tell(sentence) for sentence in sentences],
        effects=effects,
        history=history,
        reasons=prose_of([row for row, _ in history], "reason"),
        may_set=allowed(current_actor(), Action.POLICY_SET, anchor_of(book.section)),
        shown_percent=shown_percent,
        as_hours=as_hours,
    )


def _own_categories(book: Book) -> tuple[Category, ...]:
    """Those that a form can change; a course without any has none to change."""
    return () if [one.code for one in book.categories] == [WHOLE] else book.categories


def _percent(bp_: int) -> str:
    return f"{(Decimal(bp_) / 100).normalize():f}"


def _typed(book: Book) -> Typed:
    """The policy that holds as a form shows it."""
    found, days = book.grading, book.grading.missing.after_days
    typed = {
        "based_on": str(found.number),
        "late_rate": _percent(found.late.rate_bp),
        "late_interval": as_hours(found.late.interval_seconds // 60),
        "late_floor": _percent(found.late.floor_bp),
        "missing_days": "" if days is None else str(days),
        "missing_counts": _percent(found.missing.counts_bp),
    }
    for one in _own_categories(book):
        typed |= {
            f"weight-{one.code}": _percent(one.weight_bp),
            f"drop-{one.code}": str(one.drop_lowest),
            f"keep-{one.code}": "" if one.keep_highest is None else str(one.keep_highest),
            f"extra-{one.code}": "yes" if one.is_extra else "",
        }
    return typed | {f"activity-{code}": "yes" for code in found.extra}


def _wanted(book: Book, typed: Typed) -> Grading:
    """The policy that was typed. Raises RuleBroken for what cannot be read."""

    def percent(name: str) -> int:
        return read_points(typed.get(name, ""), name) or 0

    def number(name: str) -> int | None:
        text = typed.get(name, "").strip()
        if text and (not text.isdecimal() or len(text) > 4):
            raise RuleBroken(N_("Give a whole number, or leave it empty."), field=name)
        return int(text) if text else None

    categories = tuple(
        replace(
            one,
            weight_bp=percent(f"weight-{one.code}"),
            drop_lowest=number(f"drop-{one.code}") or 0,
            keep_highest=number(f"keep-{one.code}"),
            is_extra=bool(typed.get(f"extra-{one.code}")),
        )
        for one in _own_categories(book)
    )
    return Grading(
        LatePolicy(
            percent("late_rate"),
            parse_minutes(typed.get("late_interval", ""), field="late_interval") * 60,
            percent("late_floor"),
        ),
        MissingPolicy(number("missing_days"), percent("missing_counts")),
        categories,
        frozenset(one.code for one in book.activities if typed.get(f"activity-{one.code}")),
        book.grading.number,
    )


@bp.post(f"{POLICY}/trial")
@requires(Action.GRADEBOOK_READ)
def try_policy(section: str, course: str) -> Response:
    """What it would do, on the real scores; nothing is saved."""
    book, typed = find_book(current_actor(), section, course), dict(request.form.items())
    try:
        wanted = _wanted(book, typed)
        check_grading(wanted, book.category_codes, frozenset(one.code for one in book.activities))
    except RuleBroken as broken:
        return _page(book, typed, 422, broken)
    return _page(book, typed, effects=effects_of(book, wanted))


@bp.post(f"{POLICY}/versions")
@requires(Action.POLICY_SET)
def save_policy(section: str, course: str) -> Response:
    book, typed = find_book(current_actor(), section, course), dict(request.form.items())
    based_on = typed.get("based_on", "0")
    try:
        wanted, number = _wanted(book, typed), int(based_on) if based_on.isdecimal() and len(based_on) < 9 else -1
        set_policy(current_actor(), book.section, book.course, wanted, typed.get("reason", ""), number)
    except RuleBroken as broken:
        return _page(book, typed, 422, broken)
    except Conflict as conflict:
        return _page(book, {**typed, "based_on": str(book.grading.number)}, 409, conflict)
    tell_next(N_("The policy holds from now on. Grades as of an earlier day keep the one of that day."))
    return redirect_to("instructor.policy", section=section, course=course)
