"""What a reviewer of the program looks at before a verified saving counts as reviewed (V3). Pure."""

from collections.abc import Collection
from enum import StrEnum

from lms.kernel.errors import LoggedRefusal, RuleBroken
from lms.kernel.text import N_

TWO_REVIEWERS_MINOR = 10_000_000
"""From 100,000 of the project's currency on, a second person reviews. Source: the method, level V3."""

REVIEW = "review"
"""The reason that marks the first of two reviews, which does not lift the level yet."""


class Check(StrEnum):
    """The questions of a review, all of which have to be answered with yes. Source: GAO accomplishment reviews."""

    BASELINE_BEFORE = "baseline_before"
    METHOD_FITS = "method_fits"
    NO_OVERLAP = "no_overlap"
    ARITHMETIC = "arithmetic"
    PLAUSIBLE = "plausible"


def check_reviewer(actor_id: int, coach_id: int | None, team_ids: Collection[int]) -> None:
    """Raises LoggedRefusal, which is logged, if the reviewer coaches the project or is in its team."""
    if actor_id == coach_id or actor_id in team_ids:
        raise LoggedRefusal(N_("You are part of this project. Another reviewer of the program has to look at it."))


def check_answers(answers: Collection[Check]) -> None:
    """Raises RuleBroken unless every question was answered with yes."""
    if missing := [check.value for check in Check if check not in answers]:
        raise RuleBroken(
            N_("A saving is reviewed when every question is answered with yes. Still open: %(open)s."),
            field="checklist",
            open=", ".join(missing),
        )


def needs_second(amount_minor: int, is_unusual: bool) -> bool:
    """Whether two persons have to review: large amounts, and those beyond what is usual for their kind."""
    return abs(amount_minor) >= TWO_REVIEWERS_MINOR or is_unusual
