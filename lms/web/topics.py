"""The page on which a firm or a region's integrator says what should be taught; each has its own addresses for it."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Response, request

from lms.hub.catalog.models import Program
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.topics.queries import TopicLine, courses_of, list_programs, topic_lines
from lms.topics.rules import explain_demand
from lms.web.language import tell
from lms.web.pages import page


@dataclass(frozen=True, slots=True)
class Voice:
    """For whom the page speaks. portal: whose addresses. place: the public id that the address names, if any.

    own, behind: whether they proposed a topic, and whether they endorsed it.
    """

    portal: str
    place: str | None
    may_speak: bool
    own: Callable[[TopicLine], bool]
    behind: Callable[[TopicLine], bool]


def topics_page(voice: Voice, broken: RuleBroken | None = None) -> Response:
    """Every topic, the most wanted first, and the form for a new one."""
    programs = list_programs()
    return page(
        "topics/topics.html",
        422 if broken else 200,
        voice=voice,
        programs=programs,
        courses=courses_of(programs),
        lines=[(line, explain_demand(line.wanted)) for line in topic_lines(program.id for program in programs)],
        errors={name: [tell(s) for s in told] for name, told in broken.by_field().items()} if broken else {},
        typed=request.form,
    )


def asked_course() -> tuple[Program, str | None]:
    """The program and the course that the form names. Raises RuleBroken. One query."""
    program_id, _, course = request.form.get("course", "").partition("/")
    program = next((one for one in list_programs() if one.public_id == program_id), None)
    if program is None:
        raise RuleBroken(N_("Choose one of the courses in the list."), field="course")
    return program, course or None
