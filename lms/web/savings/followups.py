"""The form with which a sponsor says what lasted, by link or signed in; and the words for what was said."""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

from flask import Response, request
from wtforms import IntegerField, RadioField, SelectField, TextAreaField
from wtforms.validators import Length, Optional

from lms.capstone.followups.models import FollowUp, FollowUpAnswer
from lms.capstone.followups.queries import (
    FollowUpView,
    LineAsked,
    Months,
    answer_of,
    end_of,
    follow_ups_of,
    lines_asked,
    lines_asked_of,
)
from lms.capstone.followups.rules import (
    INTANGIBLES,
    Answers,
    Drift,
    How,
    InUse,
    LineAnswer,
    Publish,
    Volume,
)
from lms.capstone.followups.services import answer_follow_up
from lms.capstone.projects.models import Project
from lms.kernel import money
from lms.kernel.errors import RuleBroken
from lms.kernel.money import Money
from lms.kernel.text import N_, say
from lms.people.access import Actor
from lms.web.fields import MoneyField, read_money
from lms.web.forms import ProductForm, choice
from lms.web.language import tell, told
from lms.web.pages import broken_into, page

WORDS: Sequence[tuple[Enum, str]] = (
    (InUse.YES, N_("Yes, as planned")),
    (InUse.PARTLY, N_("Partly")),
    (InUse.NO, N_("No longer")),
    (How.UNKNOWN, N_("I do not know yet")),
    (How.AS_FORECAST, N_("As forecast")),
    (How.AMOUNT, N_("This amount")),
    (Volume.SAME, N_("About the same")),
    (Volume.MORE, N_("More")),
    (Volume.LESS, N_("Less")),
    (Drift.NONE, N_("It did not drift")),
    (Drift.MACHINE, N_("The machine or tool")),
    (Drift.PEOPLE, N_("People left or went back to the old way")),
    (Drift.VOLUME, N_("Volume changed")),
    (Drift.PRODUCT, N_("The product changed")),
    (Drift.PRICE, N_("Prices changed")),
    (Drift.OTHER, N_("Something else")),
    (Publish.NOTHING, N_("Nothing")),
    (Publish.TITLE, N_("The project's title")),
    (Publish.TITLE_AND_AMOUNT, N_("Title and verified amount")),
)
INTANGIBLE_WORDS: Mapping[str, str] = {
    "safety": N_("Safety"),
    "quality": N_("Quality"),
    "morale": N_("Morale"),
    "skill": N_("Skill"),
    "environment": N_("Environment"),
}
STATES: Mapping[str, tuple[str, str]] = {
    "planned": (N_("planned"), "muted"),
    "asked": (N_("asked, no answer yet"), "warn"),
    "answered": (N_("answered"), "good"),
    "unknown": (N_("no answer: unknown (K)"), "bad"),
}
_WORDS = {(type(kind), kind.value): words for kind, words in WORDS}


def said(kind: Enum) -> str:
    """The reader's word for an answer."""
    return tell(_WORDS[type(kind), kind.value])


def _choices(kinds: type[Enum]) -> list[Any]:
    return [choice(kind.value, said(kind)) for kind in kinds]


class FollowUpForm(ProductForm):
    """Everything but the lines, which the project decides on."""

    in_use = RadioField(N_("Is the change still in use?"))
    volume = RadioField(N_("Did the plant make more or less since?"))
    new_cost = MoneyField(N_("New costs that it brought since, a year"), [Optional()])
    drift = SelectField(N_("If it drifted: what was it?"))
    jobs = IntegerField(N_("Jobs more (or fewer, with a minus) because of it"), [Optional()])
    margin = MoneyField(N_("Margin of extra sales because of it, a year"), [Optional()])
    safety = IntegerField(N_("Safety"), [Optional()])
    quality = IntegerField(N_("Quality"), [Optional()])
    morale = IntegerField(N_("Morale"), [Optional()])
    skill = IntegerField(N_("Skill"), [Optional()])
    environment = IntegerField(N_("Environment"), [Optional()])
    again = IntegerField(N_("Would you sponsor another employee? 0 to 10"), [Optional()])
    publish = SelectField(N_("What may the program tell others?"))
    comment = TextAreaField(N_("Anything else?"), [Length(max=2000)])

    def offer(self, currency: str) -> "FollowUpForm":
        """Fill the choices and the currency."""
        self.in_use.choices, self.volume.choices = _choices(InUse), _choices(Volume)
        self.drift.choices, self.publish.choices = _choices(Drift), _choices(Publish)
        self.new_cost.currency = self.margin.currency = currency
        return self


def follow_up_rows(project: Project) -> list[tuple[FollowUpView, str, str, list[str]]]:
    """Each milestone of a project with its state, the state's tone and what was said, in words. Four queries."""
    rows = []
    for view in follow_ups_of([project])[project.id]:
        state, tone = STATES[view.state]
        rows.append((view, tell(state), tone, _in_words(view.answer, project.currency) if view.answer else []))
    return rows


def _in_words(answer: FollowUpAnswer, currency: str) -> list[str]:
    words = [said(answer.in_use)]
    words += [told(Money(minor, currency)) for _, how, minor in answer.lines if how == How.AMOUNT]
    words += [said(How.AS_FORECAST) for _, how, _ in answer.lines if how == How.AS_FORECAST]
    if answer.drift is not Drift.NONE:
        words.append(said(answer.drift))
    if answer.again is not None:
        words.append(tell(say(N_("would sponsor again: %(n)s of 10"), n=answer.again)))
    return words


def follow_up_page(
    template: str, asked: FollowUp, project: Project, form: FollowUpForm | None = None, **values: Any
) -> Response:
    """The questions, with what was answered or typed before; or that it is closed."""
    before = answer_of(asked)
    questions = questions_of(asked, project, lines_asked(asked, project), form or _form_of(project, before), before)
    return page(
        template,
        422 if form else 200,
        asked=asked,
        is_answered=before is not None,
        is_closed=end_of(asked) is not None,
        hows=hows(),
        **questions,
        **values,
    )


def hows() -> list[tuple[str, str]]:
    """What may be said about a line, in words."""
    return [(how.value, said(how)) for how in How]


def questions_of(
    asked: FollowUp,
    project: Project,
    about: tuple[list[LineAsked], Months],
    form: FollowUpForm,
    before: FollowUpAnswer | None = None,
) -> dict[str, Any]:
    """What `savings/_followup_fields.html` shows of one follow-up."""
    lines, months = about
    return {
        "project": project,
        "form": form,
        "lines": [(one, *_line_typed(one, project, before)) for one in lines],
        "months": months,
        "intangibles": [form[name] for name in INTANGIBLES],
    }


def batch_form(asked: FollowUp, project: Project, *, is_sent: bool) -> FollowUpForm:
    """The form about one follow-up on the page of all."""
    prefix = f"{asked.public_id}-"
    if is_sent:
        return FollowUpForm(prefix=prefix).offer(project.currency)
    return FollowUpForm(formdata=None, prefix=prefix, volume=Volume.SAME.value).offer(project.currency)


Asked = Sequence[tuple[FollowUpView, FollowUp]]


def take_batch(actor: Actor, views: Asked) -> tuple[int, dict[int, FollowUpForm]]:
    """Take what was answered of several: how many, and every form where one could not be taken or none was answered."""
    forms = {asked.id: batch_form(asked, view.project, is_sent=True) for view, asked in views}
    said = [(view, asked) for view, asked in views if forms[asked.id].in_use.data in set(InUse)]
    broken = [take_answer(actor, asked, view.project, forms[asked.id]) for view, asked in said]
    return (len(said), {}) if said and not any(broken) else (0, forms)


def batch_page(
    template: str, views: Asked, forms: Mapping[int, FollowUpForm], *, is_refused: bool = False, **values: Any
) -> Response:
    """The questions about several follow-ups on one page; forms: what was typed, where it was refused."""
    about = lines_asked_of([(asked, view.project) for view, asked in views])
    is_empty = is_refused and not any(form.in_use.data in set(InUse) for form in forms.values())
    shown = []
    for view, asked in views:
        form = forms.get(asked.id) or batch_form(asked, view.project, is_sent=False)
        shown.append((asked, questions_of(asked, view.project, about[asked.id], form)))
    return page(template, 422 if is_refused else 200, hows=hows(), is_empty=is_empty, follow_ups=shown, **values)


def take_answer(
    actor: Actor, asked: FollowUp, project: Project, form: FollowUpForm | None = None
) -> FollowUpForm | None:
    """Take what was posted; None if it was taken, else the form with what is wrong."""
    form = form or FollowUpForm().offer(project.currency)
    if not form.validate():
        return form
    try:
        lines, _ = lines_asked(asked, project)
        answer_follow_up(actor, asked, _answers(form, lines, project.currency))
    except RuleBroken as broken:
        broken_into(form, broken)
        return form
    return None


def _form_of(project: Project, before: FollowUpAnswer | None) -> FollowUpForm:
    if before is None:
        return FollowUpForm(formdata=None, volume=Volume.SAME.value).offer(project.currency)
    names = ("volume", "drift", "in_use", "publish")
    return FollowUpForm(
        formdata=None,
        **{name: getattr(before, name).value for name in names},
        **before.intangibles,
        new_cost=before.new_cost_minor,
        margin=before.margin_minor,
        jobs=before.jobs,
        again=before.again,
    ).offer(project.currency)


def _line_typed(one: LineAsked, project: Project, before: FollowUpAnswer | None) -> tuple[str, str]:
    """Which answer is chosen for a line, and the amount that stands beside it."""
    name = f"{one.line.id}"
    if request.method == "POST":
        return request.form.get(f"how-{name}", ""), request.form.get(f"amount-{name}", "")
    for line_id, how, minor in before.lines if before else ():
        if line_id == one.line.id:
            return how, "" if minor is None else money.decimal_text(minor, project.currency)
    return How.UNKNOWN.value, ""


def _answers(form: FollowUpForm, lines: Sequence[LineAsked], currency: str) -> Answers:
    return Answers(
        in_use=InUse(form.in_use.data),
        lines=[_line_answer(one, currency) for one in lines],
        volume=Volume(form.volume.data),
        new_cost_minor=form.new_cost.data,
        drift=Drift(form.drift.data),
        jobs=form.jobs.data,
        margin_minor=form.margin.data,
        intangibles={name: form[name].data for name in INTANGIBLES if form[name].data is not None},
        again=form.again.data,
        publish=Publish(form.publish.data),
        comment=form.comment.data or "",
    )


def _line_answer(one: LineAsked, currency: str) -> LineAnswer:
    name = f"amount-{one.line.id}"
    how = request.form.get(f"how-{one.line.id}", "")
    if how not in set(How):
        raise RuleBroken(N_("Choose one of the answers."), field=name)
    text = request.form.get(name, "").strip()
    minor = read_money(text, currency, name) if how == How.AMOUNT and text else None
    return LineAnswer(one.line.id, How(how), minor)
