"""Who becomes one of a firm's people at once, and who once the program agreed. Pure."""

from lms.hub.roster.kinds import AppointmentState
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.people.access import Relation

AT_ONCE = frozenset({Relation.FIRM_VIEWER, Relation.SUPERVISOR})
BY_PROGRAM = frozenset({Relation.FINANCE, Relation.SPONSOR})  # who verifies money, and who acts for the firm


def check_asked(relation: Relation, has_spell: bool, *, is_self: bool) -> None:
    """Raises RuleBroken for what a firm cannot ask for; a supervisor signs for one employment."""
    if relation not in AT_ONCE | BY_PROGRAM:
        raise RuleBroken(N_("Choose what this person is to do for the firm."), field="relation")
    if (relation is Relation.SUPERVISOR) != has_spell:
        raise RuleBroken(
            N_("Choose the employee whose hours a supervisor signs, and only for a supervisor."), field="employee"
        )
    if is_self:
        raise RuleBroken(N_("Nobody appoints themselves. Ask the program."), field="email")


def check_decides(state: AppointmentState) -> None:
    """Raises RuleBroken unless it waits."""
    if state is not AppointmentState.ASKED:
        raise RuleBroken(N_("This was decided already. Reload the page."))


def check_ends(state: AppointmentState) -> None:
    """Raises RuleBroken unless it is asked for or holds."""
    if state not in (AppointmentState.ASKED, AppointmentState.CONFIRMED):
        raise RuleBroken(N_("This has ended already. Reload the page."))
