"""The letters about progress reviews: one that comes, signatures, and what the office hears. Pure."""

from collections.abc import Mapping

from lms.kernel.text import N_
from lms.messages.letter import Letter
from lms.messages.rules import Topic

REVIEWS: Mapping[str, Letter] = {
    "review-coming": Letter(
        Topic.REMINDERS,
        N_("Your progress review is due on %(day)s"),
        (
            N_("You, your instructor and your supervisor talk about how it goes and what comes next."),
            N_("You get this letter once, two weeks ahead."),
        ),
    ),
    "review-to-begin": Letter(
        Topic.WORK,
        N_("A progress review is due on %(day)s"),
        (N_("Begin it, and it is filled in with hours, attendance and grades. Sign in to see of whom it is."),),
    ),
    "review-not-begun": Letter(
        Topic.WORK,
        N_("A progress review was due on %(day)s and nobody has begun it"),
        (N_("Sign in to see of whom it is."),),
    ),
    "review-to-sign": Letter(
        Topic.WORK,
        N_("Please sign the progress review of %(name)s"),
        (N_("It was due on %(day)s. Read it and sign; it takes a minute."),),
    ),
    "review-to-sign-by-link": Letter(
        Topic.WORK,
        N_("Please sign the progress review of %(name)s"),
        (
            N_("It was due on %(day)s. The link below opens it on any phone, without a password."),
            N_("It is for you and this review alone, and works for 14 days."),
        ),
        is_secret=True,
    ),
    "review-unsigned": Letter(
        Topic.REMINDERS,
        N_("The progress review of %(name)s waits for your signature"),
        (
            N_("It was due on %(day)s. If something in it is wrong, tell the instructor instead of signing."),
            N_("You get this letter once, because you have not signed it yet."),
        ),
    ),
    "review-unsigned-by-link": Letter(
        Topic.WORK,
        N_("The progress review of %(name)s waits for your signature"),
        (
            N_("It was due on %(day)s. The link below opens it on any phone, without a password."),
            N_("You get this letter once, because you have not signed it yet."),
        ),
        is_secret=True,
    ),
    "review-unsigned-office": Letter(
        Topic.WORK,
        N_("Signatures are missing on the progress review of %(name)s"),
        (N_("It was due on %(day)s. Those who have not signed were reminded. Sign in to see who."),),
    ),
}
