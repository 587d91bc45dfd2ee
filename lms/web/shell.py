"""What stands around every page: the product's name, the places of each portal, who is signed in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app
from markupsafe import Markup, escape
from wtforms import Field

from lms.kernel.text import N_
from lms.people.access import Actor, Relation
from lms.signin import signed_in
from lms.web.addresses import address
from lms.web.charts import dial_of, wheel_of
from lms.web.language import tell
from lms.web.words import fact_name

PRODUCT_NAME = "Hub & Spoke"


@dataclass(frozen=True, slots=True)
class Place:
    """A page that the navigation offers. endpoint: of a view without parameters."""

    endpoint: str
    label: str
    icon: str


@dataclass(frozen=True, slots=True)
class Portal:
    """The pages of one audience. relations: who belongs to it."""

    name: str
    label: str
    icon: str
    relations: tuple[Relation, ...]
    places: tuple[Place, ...]


PORTALS = (
    Portal("student", N_("My program"), "today", (Relation.STUDENT,), (
        Place("student.home", N_("Today"), "today"),
        Place("student.hours", N_("Hours"), "clock"),
        Place("student.attendance", N_("Attendance"), "calendar"),
        Place("student.coursework", N_("Coursework"), "book"),
        Place("student.calendar", N_("Calendar"), "calendar"),
        Place("student.grades", N_("Grades"), "award"),
        Place("student.progress", N_("Progress"), "chart"),
        Place("student.reviews", N_("Progress reviews"), "message"),
        Place("student.capstone", N_("Capstone"), "factory"),
        Place("student.spoke", N_("Spoke"), "route"),
        Place("student.content", N_("Course content"), "list"),
        Place("student.enrollment", N_("My enrollment"), "user"),
        Place("student.consents", N_("Who sees my record"), "eye"),
    )),
    Portal("instructor", N_("Teaching"), "book", (Relation.INSTRUCTOR, Relation.ASSESSOR), (
        Place("instructor.home", N_("Today"), "today"),
        Place("instructor.sessions", N_("Sessions"), "calendar"),
        Place("instructor.approvals", N_("Hours to approve"), "clock"),
        Place("instructor.queue", N_("Grading"), "inbox"),
        Place("instructor.regrades", N_("Regrades"), "message"),
        Place("instructor.gradebook", N_("Gradebook"), "chart"),
        Place("instructor.marking_overview", N_("Marking and release"), "users"),
        Place("instructor.calibrations", N_("Shared assessments"), "target"),
        Place("instructor.calendar", N_("Calendar"), "calendar"),
        Place("instructor.competencies", N_("Competencies"), "award"),
        Place("instructor.reviews", N_("Progress reviews"), "message"),
        Place("instructor.content", N_("Seen items"), "list"),
        Place("instructor.projects", N_("Capstones"), "factory"),
        Place("instructor.arrangements_list", N_("Arrangements"), "key"),
    )),
    Portal("coordinator", N_("Cohorts"), "users", (Relation.COORDINATOR,), (
        Place("coordinator.home", N_("Today"), "today"),
        Place("coordinator.board", N_("Cohort board"), "chart"),
        Place("coordinator.attendance", N_("Attendance"), "calendar"),
        Place("coordinator.enrollments", N_("Students"), "users"),
        Place("coordinator.cohorts", N_("Cohorts and dates"), "list"),
        Place("coordinator.calendar", N_("Calendar"), "calendar"),
        Place("coordinator.sites", N_("Sites"), "building"),
        Place("coordinator.requirements", N_("Requirements"), "list"),
        Place("coordinator.reviews", N_("Progress reviews"), "message"),
        Place("coordinator.credits", N_("Prior learning"), "award"),
        Place("coordinator.spokes", N_("Spokes"), "route"),
        Place("coordinator.roster", N_("Roster"), "inbox"),
        Place("coordinator.applications", N_("Applications"), "pencil"),
        Place("coordinator.minutes", N_("Measured minutes"), "clock"),
        Place("coordinator.reminders", N_("Reminders of hours"), "mail"),
        Place("coordinator.seats", N_("Seats"), "building"),
        Place("coordinator.mentors", N_("Mentors"), "user"),
        Place("coordinator.gates", N_("Capstone gates"), "lock"),
        Place("coordinator.benchmarks", N_("Benchmarks"), "chart"),
        Place("coordinator.energy", N_("Energy assessments"), "target"),
        Place("coordinator.follow_ups", N_("Follow-ups"), "message"),
        Place("coordinator.left", N_("Who left"), "log-out"),
        Place("coordinator.completion", N_("Completion"), "target"),
        Place("admin.catalog", N_("Curriculum"), "book"),
        Place("coordinator.hours_report", N_("Reports"), "chart"),
    )),
    Portal("employer", N_("My firm"), "building", (
        Relation.SPONSOR, Relation.FINANCE, Relation.FIRM_VIEWER, Relation.SUPERVISOR,
    ), (
        Place("employer.home", N_("Today"), "today"),
        Place("employer.approvals", N_("Hours to approve"), "clock"),
        Place("employer.portfolio", N_("Savings"), "dollar"),
        Place("employer.projects", N_("Projects"), "factory"),
        Place("employer.statements", N_("Statements"), "award"),
        Place("employer.benchmarks", N_("Benchmarks"), "chart"),
        Place("employer.energy", N_("Energy assessments"), "target"),
        Place("employer.employees", N_("Employees"), "users"),
        Place("employer.reviews", N_("Progress reviews"), "message"),
        Place("employer.calendar", N_("Calendar"), "calendar"),
        Place("employer.waiting", N_("To confirm"), "inbox"),
        Place("employer.follow_ups", N_("What lasted"), "history"),
        Place("employer.seats", N_("Seats"), "book"),
        Place("employer.people", N_("Our people"), "settings"),
        Place("employer.spoke_needs", N_("Spokes we need"), "route"),
        Place("employer.topics", N_("Topics"), "message"),
    )),
    Portal("integrator", N_("My region"), "flag", (Relation.INTEGRATOR,), (
        Place("integrator.home", N_("Region"), "flag"),
        Place("integrator.topics", N_("Topics"), "message"),
    )),
    Portal("reviewer", N_("Savings review"), "check", (Relation.REVIEWER,), (
        Place("reviewer.home", N_("To review"), "inbox"),
    )),
    Portal("admin", N_("Program"), "settings", (Relation.PROGRAM_ADMIN, Relation.AUDITOR), (
        Place("admin.home", N_("Today"), "today"),
        Place("admin.people", N_("People"), "users"),
        Place("admin.appointments", N_("Firm appointments"), "building"),
        Place("admin.firms", N_("Firms"), "building"),
        Place("admin.sites", N_("Sites"), "flag"),
        Place("admin.regions", N_("Regions"), "flag"),
        Place("admin.catalog", N_("Curriculum"), "book"),
        Place("admin.frameworks", N_("Competency frameworks"), "award"),
        Place("admin.topics", N_("Industry topics"), "message"),
        Place("admin.retention", N_("Retention and holds"), "lock"),
        Place("admin.reference", N_("Reference data"), "chart"),
        Place("admin.audit", N_("Audit"), "history"),
    )),
)  # fmt: skip


def portals_of(actor: Actor) -> list[Portal]:
    """The portals that `actor` has something to do in, the first being home."""
    return [portal for portal in PORTALS if actor.holds(*portal.relations)]


def initials(name: str) -> str:
    """Up to two letters that stand for a person."""
    words = [word for word in name.split() if word[0].isalpha()]
    return "".join(word[0] for word in ([words[0], words[-1]] if len(words) > 1 else words)).upper()


def input_attributes(field: Field, hint: object, given: Mapping[str, Any]) -> dict[str, Any]:
    """What an input says about itself: its hint and its error, and whatever the page gives."""
    name = given.get("id", field.id)
    described = [f"{name}-hint"] if hint else []
    described += [f"{name}-error"] if field.errors else []
    found: dict[str, Any] = dict(given)
    if described:
        found["aria-describedby"] = " ".join(described)
    if field.errors:
        found["aria-invalid"] = "true"
    return found


def attributes(given: Mapping[str, object]) -> Markup:
    """Keyword arguments as HTML attributes: `aria_label` is aria-label; True is bare, False and None are left out."""
    parts = []
    for name, value in given.items():
        key = name.rstrip("_").replace("_", "-")
        if value is True:
            parts.append(f" {escape(key)}")
        elif value is not False and value is not None:
            parts.append(f' {escape(key)}="{escape(value)}"')
    return Markup("".join(parts))  # noqa: S704 - escaped piece by piece


DEVICES = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "Mac"),
           ("Linux", "Linux"))  # fmt: skip
BROWSERS = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))


def device_name(user_agent: str) -> str:
    """What a person calls the device: `Chrome, Android`; the start of the text where we do not know it."""
    found = [next((name for sign, name in names if sign in user_agent), "") for names in (BROWSERS, DEVICES)]
    return ", ".join(name for name in found if name) or user_agent[:40] or tell(N_("Unknown device"))


def has_page(endpoint: str) -> bool:
    """Whether the product has that page; some stand only in the demo."""
    return endpoint in current_app.view_functions


def url_of(endpoint: str, **values: object) -> str | None:
    """The address of a page, or None where the product has no such page."""
    return address(endpoint, **values) if has_page(endpoint) else None


def say_all(items: list[tuple[str, str, str | None]]) -> list[tuple[str, str, str | None]]:
    """The items of a stepper with their names in the reader's language."""
    return [(tell(name), state, href) for name, state, href in items]


def slug(text: object) -> str:
    """Text as part of an HTML id."""
    return re.sub(r"[^a-z0-9]+", "-", str(text).lower()).strip("-")


def install(app: Flask) -> None:
    """Give templates the frame's functions."""
    app.jinja_env.filters["slug"] = slug
    app.jinja_env.globals.update(
        product_name=PRODUCT_NAME, signed_in=signed_in, initials=initials,
        input_attributes=input_attributes, attributes=attributes, dial_of=dial_of, wheel_of=wheel_of,
        device_name=device_name, has_page=app.view_functions.__contains__, url_of=url_of,
        say_all=say_all, fact_name=fact_name,
        is_demo=app.config["LMS"].demo,
    )  # fmt: skip
