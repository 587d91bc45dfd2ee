"""Sample energy assessments: two firms that once had one, made of recommendations that the sample uses anyway."""

import csv
import io
from collections.abc import Sequence

from lms.capstone.assessments.queries import recommendations_of
from lms.capstone.assessments.rules.said import Audience
from lms.capstone.assessments.services import apply_file, plan_file, propose_from, share
from lms.capstone.projects.models import Project
from lms.hub.enrollment.models import Enrollment
from lms.people.access import Actor
from lms.people.orgs.models import Firm

FIRMS = 2
EACH = 6  # recommendations of an assessment
HEAD = (
    "rec_id", "assessment_id", "rec_no", "fy", "status", "impl_cost_usd", "resource", "primary_saved_usd",
    "description",
)  # fmt: skip
Row = tuple[str, int, str, int, str, int, str]
"""Id, fiscal year, status, cost, resource, saving a year, words."""


def import_sample(sponsor: Actor, firm: Firm, nth: int, rows: Sequence[Row]) -> None:
    """The sponsor uploads the firm's assessment: its own recommendation, and each fifth one after it."""
    mine = [rows[(nth + 5 * number) % len(rows)] for number in range(EACH)]
    text = io.StringIO()
    sheet = csv.writer(text)
    sheet.writerow(HEAD)
    for number, (key, year, status, cost, resource, saved, words) in enumerate(mine, 1):
        sheet.writerow((key, f"SAMPLE{nth + 1}", number, year, status, cost, resource, saved, words))
    data = text.getvalue().encode()
    apply_file(sponsor, plan_file(sponsor, firm, "assessment (sample).csv", data, is_sample=True))
    if nth == 1:
        share(sponsor, firm, Audience.STAFF)


def propose_sample(sponsor: Actor, firm: Firm, key: str, enrollment: Enrollment, title: str, problem: str) -> Project:
    """The firm's project begins from its recommendation `key`."""
    row = next(row for row in recommendations_of(firm) if row.key == key)
    return propose_from(sponsor, row, enrollment, title, problem)
