"""What the program's firms saved together, quarter by quarter."""

from flask import Response

from lms.guard import current_actor, requires
from lms.people.access import Action
from lms.web.coordinator import bp
from lms.web.pages import page
from lms.web.savings.benchmarks import benchmark_values


@bp.get("/benchmarks")
@requires(Action.COHORT_BOARD)
def benchmarks() -> Response:
    return page("savings/benchmarks.html", firm=None, own=None, **benchmark_values(current_actor()))
