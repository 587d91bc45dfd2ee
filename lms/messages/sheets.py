"""The letters about week sheets: reminders, returns, those who decide. Pure."""

from collections.abc import Mapping

from lms.kernel.text import N_
from lms.messages.letter import THREE_DAYS, Letter
from lms.messages.rules import Topic

SHEETS: Mapping[str, Letter] = {
    "sheet-empty": Letter(
        Topic.REMINDERS,
        N_("No hours yet in the week of %(monday)s"),
        (
            N_("The week asks for %(asked)s. Log what you did; it takes a minute."),
            N_("You get this letter because it is Thursday evening and nothing is logged."),
        ),
        path="/student/",
        stale_after=THREE_DAYS,
    ),
    "sheet-due": Letter(
        Topic.REMINDERS,
        N_("Your hours for the week of %(monday)s"),
        (
            N_("So far %(logged)s. Please hand in the sheet by %(due)s."),
            N_("You get this letter because the week ends on Sunday and its sheet is not handed in."),
        ),
        path="/student/",
        stale_after=THREE_DAYS,
    ),
    "sheet-missing": Letter(
        Topic.REMINDERS,
        N_("Your sheet for the week of %(monday)s is missing"),
        (
            N_("It is due on %(due)s. So far %(logged)s."),
            N_("You get this letter because the sheet is due soon and is not handed in."),
        ),
        path="/student/",
        stale_after=THREE_DAYS,
    ),
    "sheet-overdue": Letter(
        Topic.REMINDERS,
        N_("Your sheet for the week of %(monday)s is late"),
        (
            N_("It can still be handed in until %(locks)s; after that only your coordinator can open the week."),
            N_("You get this letter because it was due on %(due)s and is not handed in."),
        ),
        path="/student/",
        stale_after=THREE_DAYS,
    ),
    "sheets-missing": Letter(
        Topic.REMINDERS,
        N_("Week sheets that are missing: %(count)s"),
        (
            N_("In %(cohort)s so many students have not handed in the week of %(monday)s, and each was told so today."),
            N_("You get this letter because you run their site and the week was due on Wednesday."),
        ),
        path="/coordinator/board",
        stale_after=THREE_DAYS,
    ),
    "sheet-returned": Letter(
        Topic.WORK,
        N_("Your sheet for the week of %(monday)s came back"),
        (N_("Somebody asks you to look at it again. The reason stands beside the sheet."),),
        path="/student/",
    ),
    "sheets-waiting": Letter(
        Topic.REMINDERS,
        N_("Hours wait for your approval: %(sheets)s"),
        (N_("The oldest has waited since %(since)s."),),
        path="/instructor/",
        stale_after=THREE_DAYS,
    ),
    "sheet-to-sign": Letter(
        Topic.WORK,
        N_("Hours of %(name)s wait for your signature"),
        (
            N_("Please look at the work at your firm in the week of %(monday)s: %(minutes)s."),
            N_("The link below is for this one sheet. It works once, without a password, until %(until)s."),
        ),
        is_secret=True,
    ),
    "sheets-escalated": Letter(
        Topic.WORK,
        N_("Week sheets wait for a decision: %(count)s"),
        (
            N_("They have waited more than five business days in %(cohort)s. Please decide, or ask their approver."),
            N_("Nothing is approved by waiting."),
        ),
        path="/coordinator/approvals",
    ),
    "sheets-automatic": Letter(
        Topic.WORK,
        N_("Week sheets approved automatically: %(count)s"),
        (
            N_(
                "Nobody decided on them within five business days. %(cohort)s approves clean sheets with evidence then."
            ),
            N_("Each is labelled as automatic. The setting stands on the cohort's page."),
        ),
        path="/coordinator/board",
    ),
    "sheet-automatic": Letter(
        Topic.RESULTS,
        N_("Week of %(monday)s: approved automatically"),
        (N_("Nobody decided within five business days, and every hour has evidence. Nobody looked at it one by one."),),
        path="/student/hours",
    ),
    "sheet-nudge": Letter(
        Topic.REMINDERS,
        N_("Your hours of the week of %(monday)s are missing"),
        (
            N_(
                "You have logged %(logged)s. Hand the week in before it locks on %(locks)s, or say why it has no hours."
            ),
            N_("You get this because %(name)s asked us to remind you."),
        ),
        path="/student/hours",
        stale_after=THREE_DAYS,
    ),
    "hours-adjusted": Letter(
        Topic.RESULTS,
        N_("Your hours of the week of %(monday)s were adjusted"),
        (N_("One person proposed it and a second one confirmed it. Sign in to read by how much and why."),),
        path="/student/hours",
    ),
    "delegation-given": Letter(
        Topic.WORK,
        N_("You decide on hours in the place of %(name)s"),
        (N_("For %(place)s, from %(first)s to %(last)s. They stand in your list of hours to approve."),),
        path="/",
    ),
    "delegation-arranged": Letter(
        Topic.WORK,
        N_("%(name)s decides on hours in your place"),
        (N_("For %(place)s, from %(first)s to %(last)s. You can still decide yourself, and end it at any time."),),
        path="/",
    ),
    "delegation-ended": Letter(
        Topic.WORK,
        N_("A delegation has ended"),
        (N_("The one from %(first)s to %(last)s for hours to approve was ended today."),),
        path="/",
    ),
}
