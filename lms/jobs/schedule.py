"""Every job on one page: its name, how often it ticks, what it does.

Jobs are sweeps: each finds what is due from the facts, so a missed tick costs time and nothing else. None ticks more
often than once a minute.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from lms.config import Settings
from lms.jobs import coursework, hours, reviews, savings, sweeps

MINUTE, QUARTER, HOUR, DAY = timedelta(minutes=1), timedelta(minutes=15), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Job:
    """run: does the work in transactions of its own and gives how many pieces it did. what: for the operator."""

    name: str
    every: timedelta
    run: Callable[[Settings], int]
    what: str


def _send_mail(settings: Settings) -> int:
    if not settings.smtp_url:
        return 0
    from lms.jobs import mail  # with all that speaks to a mail server

    return mail.send_due(settings)


JOBS = (
    Job("mail", MINUTE, _send_mail, "send the letters that are due"),
    Job("sheet-reminders", QUARTER, hours.remind_of_sheets, "remind students of hours that are missing"),
    Job("overdue-sheets", HOUR, hours.look_after_sheets, "tell coordinators of sheets that wait over 5 business days"),
    Job("signing-links", QUARTER, hours.send_signing_links, "send supervisors a link for each sheet they have to sign"),
    Job("activity-reminders", HOUR, coursework.remind_of_activities, "remind students of work due within two days"),
    Job(
        "reviews",
        HOUR,
        reviews.climb_reviews,
        "announce progress reviews, remind who has not signed, tell coordinators",
    ),
    Job("benchmarks", DAY, savings.freeze_benchmarks, "freeze the benchmarks of a quarter that is over"),
    Job("follow-ups", HOUR, savings.follow_up, "ask firms 3, 6 and 12 months after go-live what lasted, remind, close"),
    Job("pending-projects", DAY, savings.look_at_pending, "look once a year at projects that have not gone live (E33)"),
    Job("scheduled-releases", MINUTE, coursework.release_scheduled, "show the scores whose time has come"),
    Job("quizzes", MINUTE, coursework.hand_in_quizzes, "hand in what was saved in quizzes whose time is over"),
    Job("sign-ins", HOUR, sweeps.forget_sign_ins, "remove ended sessions, old links and old failed attempts"),
    Job("answers", DAY, sweeps.forget_answers, "remove stored answers of the API after 7 days"),
    Job("old-mail", DAY, sweeps.forget_mail, "blank what letters said, 90 days after they ended"),
    Job("files", DAY, sweeps.forget_files, "remove files that no row names, a day after they were written"),
    Job("uploads", HOUR, sweeps.forget_uploads, "give up uploads that stand still for three days, remove their parts"),
    Job("previews", DAY, sweeps.forget_previews, "remove previews of files that are gone, and those made 30 days ago"),
)
