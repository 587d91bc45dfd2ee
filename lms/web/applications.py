"""The form of an application and of skills, for whoever fills it in: by a link, signed in, or for the employer."""

from collections.abc import Mapping
from typing import Any

from wtforms import BooleanField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from lms.hub.enrollment.kinds import Status
from lms.hub.enrollment.models import Enrollment
from lms.hub.roster.kinds import DECLINE_REASONS, LEVELS, SKILLS, Rater, Skill, SkillLevel
from lms.hub.roster.queries.applications import Applicant, applicants, skills_of
from lms.hub.roster.rules.applications import MOST_JOB, MOST_MOTIVATION, Form
from lms.hub.roster.services.applications import accept_offer, send_application
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.people.access import Actor
from lms.people.accounts.models import Person
from lms.web.forms import ProductForm, choice
from lms.web.language import tell
from lms.web.pages import broken_into

MONTHS = 12


class SkillsForm(ProductForm):
    """One list of levels for each skill, in the order of the radar."""

    skill_drawings = SelectField(SKILLS[Skill.DRAWINGS])
    skill_machines = SelectField(SKILLS[Skill.MACHINES])
    skill_controls = SelectField(SKILLS[Skill.CONTROLS])
    skill_robotics = SelectField(SKILLS[Skill.ROBOTICS])
    skill_data = SelectField(SKILLS[Skill.DATA])
    skill_quality = SelectField(SKILLS[Skill.QUALITY])
    skill_safety = SelectField(SKILLS[Skill.SAFETY])
    skill_teamwork = SelectField(SKILLS[Skill.TEAMWORK])

    def skill_fields(self) -> list[Any]:
        """The fields of the skills, in their order."""
        return [getattr(self, f"skill_{skill.value}") for skill in Skill]

    def offer_levels(self) -> None:
        """Let each list name the levels; nothing is chosen for anybody."""
        for field in self.skill_fields():
            levels = (choice(str(level.value), f"{level.value}: {tell(words)}") for level, words in LEVELS.items())
            field.choices = [choice("", tell(N_("Choose"))), *levels]

    def levels(self) -> dict[Skill, SkillLevel]:
        """What was chosen."""
        given = {skill: str(getattr(self, f"skill_{skill.value}").data or "") for skill in Skill}
        return {skill: SkillLevel(int(text)) for skill, text in given.items() if text.isdigit()}


def shown_levels(levels: Mapping[Skill, SkillLevel]) -> dict[str, str]:
    """Levels as the form shows them first."""
    return {f"skill_{skill.value}": str(int(level)) for skill, level in levels.items()}


class ApplicationForm(SkillsForm):
    """What an applicant says."""

    floor_years = IntegerField(N_("Years on a shop floor, in all firms together"), [InputRequired()])
    job = StringField(N_("What you do at work"), [InputRequired()])
    motivation = TextAreaField(N_("Why you want to take part"), [InputRequired()])

    def filled(self) -> Form:
        """As the rules read it."""
        return Form(
            floor_months=int(self.floor_years.data or 0) * MONTHS,
            job=(self.job.data or "")[: MOST_JOB + 1],
            motivation=(self.motivation.data or "")[: MOST_MOTIVATION + 1],
            skills=self.levels(),
        )


class EndorsementForm(SkillsForm):
    """What the employer says."""

    is_endorsed = SelectField(N_("Do you endorse this application?"), [InputRequired()])
    gives_time = BooleanField(N_("We give paid time for learning"))
    words = TextAreaField(N_("In a few words, for the program"), [Optional()])

    def offer(self) -> "EndorsementForm":
        """Fill the lists."""
        self.offer_levels()
        self.is_endorsed.choices = [choice("yes", tell(N_("Yes"))), choice("no", tell(N_("No")))]
        return self


def application_page(enrollment: Enrollment, person: Person, form: ApplicationForm | None = None) -> dict[str, Any]:
    """What the page of one application shows to its applicant. form: what was typed and refused."""
    (found,) = applicants([(enrollment, person)])
    if form is None:
        form = ApplicationForm(formdata=None, **_sent(enrollment, found))
    form.offer_levels()
    return {"form": form, "found": found, "person": person, "reasons": DECLINE_REASONS, "Status": Status}


def _sent(enrollment: Enrollment, found: Applicant) -> dict[str, Any]:
    own = {s.skill: s.student for s in skills_of(enrollment) if s.student is not None}
    shown: dict[str, Any] = shown_levels(own)
    if found.application is not None:
        shown["floor_years"] = found.application.floor_months // MONTHS
    return shown | {name: found.texts.get(name, "") for name in ("job", "motivation")}


def take_form(actor: Actor, enrollment: Enrollment) -> ApplicationForm | None:
    """Send the posted application; None if it was taken, else the form with what is wrong."""
    form = ApplicationForm()
    form.offer_levels()
    try:
        if form.validate():
            send_application(actor, enrollment, form.filled())
            return None
    except RuleBroken as broken:
        broken_into(form, broken)
    return form


__all__ = [
    "ApplicationForm",
    "EndorsementForm",
    "Rater",
    "accept_offer",
    "application_page",
    "shown_levels",
    "take_form",
]
