"""The forms by which a coordinator writes into a student's life; each field is named as the rule that may refuse it."""

from collections.abc import Iterable
from enum import Enum
from typing import Any, Self

from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange, Optional

from lms.hub.enrollment.kinds import NAMES, Format, LeaveKind, Payer, Shift, Status, StatusReason
from lms.hub.enrollment.rules import MAY_FOLLOW
from lms.hub.enrollment.rules.history import REASONS_TO_LEAVE
from lms.kernel.text import N_
from lms.web.fields import DayField, MinutesField, MoneyField
from lms.web.forms import ProductForm, choice
from lms.web.language import tell

WHY = N_("Why? It stays with the student's record.")
BY_THEIR_OWN_FORM = frozenset({Status.ON_LEAVE, Status.WITHDRAWN, Status.TRANSFERRED})


def options(kinds: Iterable[Enum]) -> list[Any]:
    """The choices of a select, in the reader's words."""
    return [choice(kind.value, tell(NAMES[kind])) for kind in kinds]


class StatusForm(ProductForm):
    """The next step."""

    status = SelectField(N_("New status"))
    effective_on = DayField(N_("From"), [InputRequired()])
    reason = SelectField(N_("Reason"))
    note = TextAreaField(N_("In words"))

    def offer(self, before: Status | None) -> Self:
        """Only what may follow and has no form of its own."""
        self.status.choices = options(sorted(MAY_FOLLOW[before] - BY_THEIR_OWN_FORM))
        self.reason.choices = options(r for r in StatusReason if r not in (StatusReason.MISTAKE, StatusReason.RESTORED))
        return self


class SectionForm(ProductForm):
    """Another section or site of the same cohort."""

    section = SelectField(N_("Section"))
    from_day = DayField(N_("From"), [InputRequired()])
    note = TextAreaField(WHY)


class FirmForm(ProductForm):
    """A new employment."""

    firm = SelectField(N_("Firm"))
    from_day = DayField(N_("From"), [InputRequired()])
    shift = SelectField(N_("Shift"))
    work_site = StringField(N_("Where the student works there"))
    supervisor = StringField(N_("E-mail address of the supervisor who signs"))
    pays_release_time = BooleanField(N_("The firm pays for study time"))
    note = TextAreaField(WHY)

    def offer(self, firms: Iterable[tuple[str, str]]) -> Self:
        """firms: public id and name."""
        self.firm.choices = [choice(*firm) for firm in firms]
        self.shift.choices = options(Shift)
        return self


class EndForm(ProductForm):
    """Something ends after a day."""

    last_day = DayField(N_("Last day"), [InputRequired()])
    note = TextAreaField(WHY)


class SponsorForm(ProductForm):
    """Who pays."""

    payer = SelectField(N_("Who pays?"))
    firm = SelectField(N_("Firm, where a firm pays"))
    amount = MoneyField(N_("Amount"), [InputRequired()])
    is_aid_condition = BooleanField(N_("Aid depends on it"))
    terms = TextAreaField(N_("Terms"))

    def offer(self, firms: Iterable[tuple[str, str]]) -> Self:
        """firms: public id and name."""
        self.payer.choices = options(Payer)
        self.firm.choices = [choice("", tell(N_("No firm"))), *(choice(*firm) for firm in firms)]
        return self


class WhichForm(ProductForm):
    """One of several, taken off."""

    which = RadioField(N_("Which?"), [InputRequired()])
    note = TextAreaField(WHY)


class LeaveForm(ProductForm):
    """Time away."""

    kind = SelectField(N_("What for?"))
    from_day = DayField(N_("First day away"), [InputRequired()])
    to_day = DayField(N_("Last day away"), [InputRequired()])
    note = TextAreaField(N_("In words"))

    def offer(self) -> Self:
        """The kinds of leave."""
        self.kind.choices = options(LeaveKind)
        return self


class AskForm(ProductForm):
    """A student asks for time away."""

    kind = SelectField(N_("What for?"))
    from_day = DayField(N_("First day away"), [InputRequired()])
    to_day = DayField(N_("Last day away"), [InputRequired()])
    words = TextAreaField(N_("What should your coordinator know?"))

    def offer(self) -> Self:
        """The kinds of leave."""
        self.kind.choices = options(LeaveKind)
        return self


class ReturnDateForm(ProductForm):
    """A longer or shorter leave."""

    which = RadioField(N_("Which leave?"), [InputRequired()])
    to_day = DayField(N_("New last day away"), [InputRequired()])
    reason = TextAreaField(WHY)


class WithdrawalForm(ProductForm):
    """The student leaves."""

    last_day = DayField(N_("Last day in the program"), [InputRequired()])
    reason = SelectField(N_("Reason"))
    note = TextAreaField(N_("In words"))

    def offer(self) -> Self:
        """Why somebody leaves."""
        self.reason.choices = options(REASONS_TO_LEAVE)
        return self


class AttendanceForm(ProductForm):
    """The last date of attendance."""

    day = DayField(N_("Last date of attendance"), [InputRequired()])
    reason = TextAreaField(N_("If it is another day than the evidence says: why?"))


class RestorationForm(ProductForm):
    """Taken back in."""

    first_day = DayField(N_("First day back"), [InputRequired()])
    note = TextAreaField(WHY)


class AccommodationForm(ProductForm):
    """More time, more days, another form."""

    from_day = DayField(N_("From"), [InputRequired()])
    to_day = DayField(N_("Until"), [Optional()])
    extra_time = IntegerField(N_("More time for timed work, in percent"), [Optional(), NumberRange(0, 300)])
    extra_days = IntegerField(N_("More days for every due date"), [Optional(), NumberRange(0, 60)])
    format = SelectField(N_("Form in which work is given"))
    format_note = StringField(N_("What those who teach have to do; they read this"))
    note = TextAreaField(N_("On what it rests; only you and the student read this"))

    def offer(self) -> Self:
        """The forms of work."""
        self.format.choices = options(Format)
        return self


class EndAccommodationForm(WhichForm):
    """Ends after a day."""

    last_day = DayField(N_("Last day"), [InputRequired()])


class StartForm(ProductForm):
    """An own start."""

    weeks = IntegerField(N_("Weeks after the cohort's start"), [InputRequired(), NumberRange(0, 51)])
    note = TextAreaField(WHY)


class CorrectionForm(ProductForm):
    """A status that was entered wrongly."""

    which = RadioField(N_("Which entry is wrong?"), [InputRequired()])
    status = SelectField(N_("What it should have been"))
    effective_on = DayField(N_("From"), [Optional()])
    reason = SelectField(N_("Reason"))
    note = TextAreaField(N_("What was wrong? It stays with the student's record."))

    def offer(self) -> Self:
        """Every status, and nothing at all."""
        self.status.choices = [choice("", tell(N_("nothing: take the entry back"))), *options(Status)]
        self.reason.choices = options(StatusReason)
        return self


class ReturnForm(ProductForm):
    """Back from a leave."""

    first_day_back = DayField(N_("First day back"), [InputRequired()])
    pace = MinutesField(N_("Study time in a full week"), [InputRequired()])


class PaceForm(ProductForm):
    """At which pace to catch up."""

    pace = MinutesField(N_("Study time in a full week"), [InputRequired()])


class CohortForm(ProductForm):
    """To another cohort."""

    section = SelectField(N_("Section"))
    first_day = DayField(N_("First day there"), [InputRequired()])
    note = TextAreaField(WHY)


class SignForm(ProductForm):
    """What is signed, so that nobody signs what they did not see."""

    plan = HiddenField()
    content = HiddenField()
