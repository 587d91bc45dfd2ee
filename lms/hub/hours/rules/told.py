"""The rules of weekly hours in words, H1 to H24, with the values that hold for a cohort. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from lms.hub.cohorts.rules import Target
from lms.hub.hours.rules.entry import LEAST_MINUTES, MOST_MINUTES
from lms.hub.hours.rules.forecast import COUNTED_WEEKS
from lms.hub.hours.rules.patience import BUSINESS_DAYS
from lms.hub.hours.rules.sheet import FREE_LAG_DAYS, REOPENED_LAG_DAYS, Terms
from lms.hub.hours.rules.week import NOTE_ABOVE, RED_SHARE, ROLLING_WEEKS
from lms.hub.hours.rules.words import LEAST_CHARACTERS
from lms.kernel.text import N_, Sentence, say
from lms.kernel.units import Span

WEEKDAYS = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)
SAID: Mapping[str, str] = {
    "H1": N_("One entry takes %(least)s to %(most)s."),
    "H2": N_("From..to counts the time that really passed, also in the nights when the clock is changed."),
    "H3": N_("The entries of one day are never longer than that day, which has 23, 24 or 25 hours."),
    "H4": N_("An entry belongs to the week of its day, on the calendar of the student's site."),
    "H5": N_("Work over the night from Sunday to Monday is split at midnight into two entries, one in each week."),
    "H6": N_("The sum of the weeks, of the kinds of work, of the courses and of the entries is the same."),
    "H7": N_("Two timed entries of one student never overlap."),
    "H8": N_("An entry that is sent twice from a bad connection is one entry."),
    "H9": N_("Logged up to %(free)s days later it needs no note, up to %(reopened)s one; after that an adjustment."),
    "H10": N_("Self-study and capstone work say what was done: %(letters)s letters or more, other than before."),
    "H11": N_(
        "A week opens for handing in on Friday; it is due on %(day)s at %(time)s and locks %(grace)s days later."
    ),
    "H12": N_("A week without hours says why."),
    "H13": N_("A week asks for %(low)s to %(high)s; below %(red)s it is red, above %(note)s it needs a note."),
    "H14": N_("A thin week may be caught up with: the mean of %(weeks)s weeks is judged as well."),
    "H15": N_("A break week asks for nothing; what is done in it counts."),
    "H16": N_("Days of leave take their part off what the week asks for."),
    "H17": N_("So do the days before the start in the first week, and after the end in the last."),
    "H18": N_("Who joins late is asked from the own start on."),
    "H19": N_("Approving freezes the minutes with a hash; what changes later is an adjustment of its own."),
    "H20": N_("Nobody approves their own hours; who stands in for somebody does so for named days."),
    "H21": N_("A returned sheet says why, and which entries it is about."),
    "H22": N_("An approver has %(days)s business days, then the coordinator hears of it. %(automatic)s"),
    "H23": N_("What a register or a simulator recorded is not the student's to change; the student may object to it."),
    "H24": N_("The forecast counts the approved pace of the last %(weeks)s decided weeks."),
}
AUTOMATIC = {
    False: N_("Nothing is approved in silence."),
    True: N_("Clean sheets with evidence for every hour are then approved, labelled as automatic."),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One rule in words."""

    code: str
    sentence: Sentence


def hours_rules(band: Target, terms: Terms, *, auto_approves: bool) -> list[Told]:
    """Every rule in its order. band: of a full week."""
    hour, minute = divmod(terms.due_minute, 60)
    part, whole = RED_SHARE
    values: dict[str, dict[str, object]] = {
        "H1": {"least": Span(LEAST_MINUTES), "most": Span(MOST_MINUTES)},
        "H9": {"free": FREE_LAG_DAYS, "reopened": REOPENED_LAG_DAYS},
        "H10": {"letters": LEAST_CHARACTERS},
        "H11": {"day": say(WEEKDAYS[terms.due_weekday]), "time": f"{hour}:{minute:02}", "grace": terms.grace_days},
        "H13": {
            "low": Span(band.least),
            "high": Span(band.most),
            "red": Span(band.least * part // whole),
            "note": Span(NOTE_ABOVE),
        },
        "H14": {"weeks": ROLLING_WEEKS},
        "H22": {"days": BUSINESS_DAYS, "automatic": say(AUTOMATIC[auto_approves])},
        "H24": {"weeks": COUNTED_WEEKS},
    }
    return [Told(code, say(sentence, **values.get(code, {}))) for code, sentence in SAID.items()]
