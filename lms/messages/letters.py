"""Every letter that the product sends, on one page: its sentences, where its link leads, how it is treated. Pure.

A letter is rendered when it is sent, in the reader's language and time zone. Its values are numbers, dates and names;
what one person wrote to another (a reason, a comment) never stands in a letter: the link leads there.
"""

from collections.abc import Mapping
from datetime import timedelta

from lms.kernel.text import N_
from lms.messages.letter import Letter
from lms.messages.reviews import REVIEWS
from lms.messages.rules import Topic
from lms.messages.sheets import SHEETS

LETTERS: Mapping[str, Letter] = {
    **SHEETS,
    **REVIEWS,
    "account-invite": Letter(
        Topic.ACCOUNT,
        N_("Your account for %(program)s"),
        (
            N_("An account was made for you. Choose a password with the link below; it works once, for 14 days."),
            N_("If you do not know what this is about, you need not do anything."),
        ),
        is_secret=True,
    ),
    "application-invite": Letter(
        Topic.ACCOUNT,
        N_("A place in %(program)s for you"),
        (
            N_("%(who)s would like you to take part. Tell us about your work with the link below, without a password."),
            N_("If you do not know what this is about, you need not do anything."),
        ),
        is_secret=True,
    ),
    "application-decided": Letter(
        Topic.ACCOUNT,
        N_("About your application for %(program)s"),
        (N_("It was decided. The link below says how, and what comes next."),),
        is_secret=True,
    ),
    "account-reset": Letter(
        Topic.ACCOUNT,
        N_("Choose a new password"),
        (
            N_("Somebody asked for a new password for your account. The link below works once, for two hours."),
            N_("If it was not you, you need not do anything: your password stays as it is."),
        ),
        stale_after=timedelta(hours=2),
        is_secret=True,
    ),
    "week-reopened": Letter(
        Topic.WORK,
        N_("The week of %(monday)s is open again"),
        (N_("Your coordinator opened it, so that you can complete your hours."),),
        path="/student/",
    ),
    "activity-due": Letter(
        Topic.REMINDERS,
        N_("%(activity)s is due on %(due)s"),
        (
            N_("You have not handed it in yet."),
            N_("You get this letter once, because it is due within two days. Extensions and leave are in that date."),
        ),
        path="/student/coursework",
        stale_after=timedelta(hours=24),
    ),
    "group-invited": Letter(
        Topic.WORK,
        N_("%(who)s asks you to work together on %(activity)s"),
        (N_("Whoever of a group hands in does it for all. Sign in to accept or to decline."),),
        path="/student/coursework",
    ),
    "submission-received": Letter(
        Topic.WORK,
        N_("We have your work: %(activity)s"),
        (N_("Received on %(received)s. Keep this letter as your receipt: %(sha256)s."),),
        path="/student/",
    ),
    "score-released": Letter(
        Topic.RESULTS,
        N_("Your feedback on %(activity)s is there"),
        (N_("Sign in to read it."),),
        path="/student/",
        is_weighty=True,
    ),
    "regrade-asked": Letter(
        Topic.WORK,
        N_("A student asks you to look at %(activity)s again"),
        (N_("Sign in to read why, to answer and to decide."),),
        path="/instructor/regrades",
    ),
    "regrade-answered": Letter(
        Topic.WORK,
        N_("An answer to your question about %(activity)s"),
        (N_("Sign in to read it."),),
        path="/student/grades",
    ),
    "regrade-decided": Letter(
        Topic.RESULTS,
        N_("Your request about %(activity)s was decided"),
        (N_("Sign in to read how and why."),),
        path="/student/grades",
        is_weighty=True,
    ),
    "extension-decided": Letter(
        Topic.WORK,
        N_("About your extension for %(activity)s"),
        (N_("It was decided. Sign in to read how."),),
        path="/student/",
    ),
    "spoke-decided": Letter(
        Topic.WORK,
        N_("About your spoke"),
        (N_("Your choice was decided. Sign in to read how."),),
        path="/student/",
    ),
    "spoke-switch-decided": Letter(
        Topic.WORK,
        N_("About the spoke that you asked for"),
        (N_("It was decided. Sign in to read how."),),
        path="/student/spoke",
    ),
    "credit-decided": Letter(
        Topic.WORK,
        N_("About your prior learning"),
        (N_("It was decided. Sign in to read how."),),
        path="/student/prior-learning",
    ),
    "requirement-ruled": Letter(
        Topic.WORK,
        N_("About a requirement of your program"),
        (N_("It was decided. Sign in to read how."),),
        path="/student/progress",
    ),
    "competency-signed": Letter(
        Topic.RESULTS,
        N_("A competency of yours was signed off"),
        (N_("Sign in to see at which level."),),
        path="/student/competencies",
    ),
    "credential-checked": Letter(
        Topic.WORK,
        N_("About a credential that you brought"),
        (N_("It was checked. Sign in to read what was found."),),
        path="/student/prior-learning",
    ),
    "excuse-decided": Letter(
        Topic.WORK,
        N_("About your excuse for %(unit)s"),
        (N_("You asked to be excused from the session of %(starts)s. It was decided. Sign in to read how."),),
        path="/student/attendance",
    ),
    "make-up-offered": Letter(
        Topic.WORK,
        N_("You can make up for %(unit)s"),
        (
            N_("The next session with a free station is at %(site)s, %(starts)s."),
            N_("Sign in to book it, or another one."),
        ),
        path="/student/attendance",
    ),
    "station-free": Letter(
        Topic.WORK,
        N_("You have a station: %(unit)s"),
        (N_("A station has become free in the session of %(starts)s, and it is yours. Cancel it if you cannot come."),),
        path="/student/attendance",
    ),
    "dispute-answered": Letter(
        Topic.WORK,
        N_("Your objection was answered"),
        (N_("Sign in to read the answer."),),
        path="/student/attendance",
    ),
    "leave-decided": Letter(
        Topic.WORK,
        N_("About your leave"),
        (N_("It was decided. Sign in to read how."),),
        path="/student/enrollment",
    ),
    "leave-asked": Letter(
        Topic.WORK,
        N_("A student asks for leave"),
        (N_("From %(first)s to %(last)s. Sign in to read why and to decide."),),
        path="/coordinator/enrollments",
    ),
    "plan-to-sign": Letter(
        Topic.WORK,
        N_("A plan waits for your signature"),
        (N_("It says how a student goes on after a leave. Sign in to read and sign it."),),
        path="/",
    ),
    "enrollment-changed": Letter(
        Topic.WORK,
        N_("Your enrollment has changed"),
        (N_("Sign in to read what is new and from when."),),
        path="/student/enrollment",
    ),
    "version-changed": Letter(
        Topic.WORK,
        N_("You go on in version %(number)s of your program"),
        (N_("It holds for you from %(day)s. Sign in to read why; what you did and scored stays."),),
        path="/student/enrollment",
    ),
    "session-moved": Letter(
        Topic.WORK,
        N_("%(course)s has a new time"),
        (N_("It was planned for %(before)s and is now on %(after)s. Your calendar shows it."),),
        path="/",
    ),
    "session-cancelled": Letter(
        Topic.WORK,
        N_("%(course)s is cancelled"),
        (N_("The session of %(before)s does not take place. Your calendar shows what comes next."),),
        path="/",
    ),
    "dates-moved": Letter(
        Topic.WORK,
        N_("No teaching from %(from_day)s to %(to_day)s: your dates have changed"),
        (N_("Sessions moved or cancelled: %(sessions)s. Due dates that moved: %(dues)s. See your calendar."),),
        path="/",
    ),
    "dates-back": Letter(
        Topic.WORK,
        N_("Teaching from %(from_day)s to %(to_day)s takes place after all"),
        (N_("Sessions back at their time: %(sessions)s. Due dates back: %(dues)s. See your calendar."),),
        path="/",
    ),
    "consent-asked": Letter(
        Topic.WORK,
        N_("%(firm)s asks to see part of your record"),
        (N_("Nothing is shown unless you agree, and you may take it back at any time. Sign in to decide."),),
        path="/student/",
    ),
    "project-gate": Letter(
        Topic.WORK,
        N_("A decision on %(project)s"),
        (N_("The project has moved, or was sent back. Sign in to read which."),),
        path="/",
    ),
    "project-begun": Letter(
        Topic.WORK,
        N_("Your firm would like you to work on %(project)s"),
        (N_("It stands under your capstone. Talk it over; your sponsor agrees to the charter next."),),
        path="/student/capstone",
    ),
    "project-pending": Letter(
        Topic.WORK,
        N_("Is %(project)s still planned?"),
        (
            N_(
                "It has not gone live for a year or more. Go on with it, or close it; after three years it counts as"
                " not done."
            ),
        ),
        path="/employer/",
    ),
    "project-not-implemented": Letter(
        Topic.WORK,
        N_("%(project)s counts as not implemented"),
        (
            N_(
                "A project may wait longer than a year only if its change costs 10,000 or more, and never longer than"
                " three. What it cost stays in your figures; a new project can take it up again."
            ),
        ),
        path="/employer/",
    ),
    "saving-to-report": Letter(
        Topic.WORK,
        N_("Please confirm a saving of %(project)s"),
        (N_("The team claims %(amount)s. Sign in to confirm, correct or decline it."),),
        path="/employer/",
        is_weighty=True,
    ),
    "saving-to-verify": Letter(
        Topic.WORK,
        N_("Please verify a saving of %(project)s"),
        (N_("%(amount)s was reported by its sponsor. Verified figures count in your firm's statement."),),
        path="/employer/",
        is_weighty=True,
    ),
    "saving-changed": Letter(
        Topic.RESULTS,
        N_("A saving of %(project)s has changed"),
        (N_("It now stands at %(amount)s."),),
        path="/",
        is_weighty=True,
    ),
    "follow-up-due": Letter(
        Topic.REMINDERS,
        N_("%(months)s months on: what did %(project)s really save?"),
        (
            N_("A few questions, without signing in: is it still in use, and what did it bring? Due on %(due)s."),
            N_("The link below is yours alone and works for 30 days."),
            N_("If more is asked of your firm now, you can answer all of it there in one form."),
        ),
        stale_after=timedelta(days=14),
        is_secret=True,
    ),
    "follow-up-answered": Letter(
        Topic.WORK,
        N_("The sponsor has answered about %(project)s"),
        (N_("Sign in to read it and to confirm in the ledger what each month brought."),),
        path="/employer/",
    ),
    "follow-up-late": Letter(
        Topic.WORK,
        N_("No answer yet about %(project)s"),
        (N_("The firm was asked what lasted; it was due on %(due)s. Please call the sponsor."),),
        path="/coordinator/",
    ),
}
