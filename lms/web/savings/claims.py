"""A claim as the pages of the firm and of the program show it: what it says, what shows it, what was decided."""

from typing import Any

from lms.capstone.lines.models import BenefitLine
from lms.capstone.projects.models import Project
from lms.capstone.queries import ProjectFigures, project_figures
from lms.capstone.savings.models import Posting, Verification
from lms.capstone.savings.queries import evidence_of, names_of, refs_of
from lms.capstone.savings.rules.kinds import Level
from lms.capstone.savings.rules.sustained import LAPSE, SUSTAIN, AfterYear, after_year, last_word, open_word
from lms.capstone.savings.services.claims import project_of_posting
from lms.guard import current_actor
from lms.kernel.errors import NotFound
from lms.kernel.prose import prose_of
from lms.people.access import Action, allowed
from lms.people.anchors import anchor_of
from lms.web.savings.lines import LineView, line_view


def view_of(posting: Posting) -> tuple[LineView, Project]:
    """The line of a posting and its project. Raises NotFound for a posting without a line."""
    figures = project_figures(project_of_posting(posting))
    return _line(posting, figures), figures.project


def claim_values(posting: Posting) -> dict[str, Any]:
    """What `savings/_claimed.html` and `savings/_decided.html` show of a posting that the caller has found."""
    figures = project_figures(project_of_posting(posting))
    view = _line(posting, figures)
    own = {other.id for other in figures.ledger.postings if other.line_id == posting.line_id}
    decisions = [made for made in figures.ledger.decisions if isinstance(made, Verification) and made.posting_id in own]
    versions = [view.version, *view.proposed]
    year, said = year_of(figures, view), last_word(posting, figures.ledger.decisions)
    people = {row.recorded_by_id for row in decisions} | {row.recorded_by_id for row in versions}
    return {
        "posting": posting,
        "project": figures.project,
        "view": view,
        "is_open": figures.ledger.stands(posting),
        "decisions": decisions,
        "comments": prose_of(decisions, "comment"),
        "accounts": prose_of(decisions, "account"),
        "names": names_of({person for person in people if person is not None}),
        **evidence_values(view.line),
        "may_open": allowed(current_actor(), Action.EVIDENCE_READ, anchor_of(figures.project)),
        "basis": prose_of(versions, "basis"),
        "whys": prose_of(versions, "why"),
        "year": year,
        "lapsed": said == LAPSE,
        "awaits_program": said == SUSTAIN and view.level is Level.REVIEWED,
        "open_word": open_word(view.level, said, year) if year else None,
    }


def evidence_values(line: BenefitLine) -> dict[str, Any]:
    """What `savings/_evidence.html` shows of a line. Three queries."""
    rows = evidence_of([line])[line.id]
    return {
        "evidence": rows,
        "references": prose_of(rows, "reference"),
        "file_names": prose_of(rows, "file_name"),
    }


def year_of(figures: ProjectFigures, view: LineView) -> AfterYear | None:
    """How a line stands after its first year; None while nothing of it is verified."""
    currency, facts = figures.project.currency, refs_of(figures.ledger)
    return after_year(figures.ledger, view.line.id, view.version, currency, facts)


def _line(posting: Posting, figures: ProjectFigures) -> LineView:
    line = next((line for line in figures.lines if line.id == posting.line_id), None)
    view = line_view(figures, line) if line else None
    if view is None:
        raise NotFound()
    return view
