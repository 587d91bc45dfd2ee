"""What the reader may do on a page about one project, so that it offers nothing else."""

from lms.capstone.projects.models import Project
from lms.people.access import Action, Actor, allowed
from lms.people.anchors import anchor_of

OFFERED = (
    Action.PROJECT_WRITE,
    Action.PROJECT_CHARTER,
    Action.BASELINE_LOCK,
    Action.LINE_DRAFT,
    Action.CLAIM_SUBMIT,
    Action.SAVINGS_REPORT,
    Action.SAVINGS_VERIFY,
    Action.SAVINGS_AMEND,
    Action.SAVINGS_ACCEPT,
    Action.SAVINGS_DISPUTE,
    Action.SAVINGS_REVERSE,
    Action.EVIDENCE_READ,
    Action.SAVINGS_REALIZE,
    Action.COST_POST,
    Action.PROJECT_GATE,
    Action.FOLLOW_UP_ANSWER,
)


def may_do(actor: Actor, project: Project) -> frozenset[str]:
    """The words of the actions that `actor` may do to `project`. Costs the queries of its anchor."""
    anchor = anchor_of(project)
    return frozenset(action.value for action in OFFERED if allowed(actor, action, anchor))
