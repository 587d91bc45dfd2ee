"""A radar of skills: how the student and the employer see each, from 0 in the middle to 4 at the rim."""

import math
from collections.abc import Sequence

from lms.hub.roster.kinds import LEVELS, SKILLS, SkillLevel
from lms.hub.roster.rules.applications import Spoke
from lms.kernel.text import N_, say
from lms.web.charts.shapes import NARROW, Dot, Figure, Label, LegendItem, Path, Shape, Text

CENTER, RIM, NAMES = 200, 150, 172
HEIGHT = 400
MOST = int(max(SkillLevel))


def radar_of(key: str, spokes: Sequence[Spoke]) -> Figure:
    """The drawing with its table; a skill that nobody rated leaves its line open."""
    shapes: list[Shape] = [*_grid(len(spokes))]
    for style, levels in (("line plan", [s.employer for s in spokes]), ("line", [s.student for s in spokes])):
        points = [(_at(n, len(spokes), int(level))) for n, level in enumerate(levels) if level is not None]
        if len(points) > 1:
            closed = "Z" if len(points) == len(spokes) else ""
            shapes.append(Path("M" + "L".join(f"{x} {y}" for x, y in points) + closed, style))
        shapes += [Dot(x, y, 3.5, "f-a" if style == "line" else "f-e") for x, y in points]
    shapes += [_name(place, len(spokes)) for place in range(len(spokes))]
    return Figure(
        key=key,
        title=N_("Skills at entry"),
        summary=say(
            N_("%(count)s skills from 0 to 4, the student's own view as a full line, the employer's as a dashed one."),
            count=len(spokes),
        ),
        height=HEIGHT,
        width=NARROW,
        shapes=tuple(shapes),
        columns=(N_("Skill"), N_("Student"), N_("Employer")),
        rows=tuple((_numbered(n, s), _word(s.student), _word(s.employer)) for n, s in enumerate(spokes, start=1)),
        legend=(
            LegendItem(N_("Student"), "", is_line=True),
            LegendItem(N_("Employer"), "plan", is_line=True),
        ),
    )


def _word(level: SkillLevel | None) -> Text:
    return (
        say(N_("not rated"))
        if level is None
        else say(N_("%(level)s: %(words)s"), level=int(level), words=say(LEVELS[level]))
    )


def _numbered(number: int, spoke: Spoke) -> Text:
    return say(N_("%(number)s. %(skill)s"), number=number, skill=say(SKILLS[spoke.skill]))


def _at(place: int, spokes: int, level: int, rim: int = RIM) -> tuple[float, float]:
    angle = math.tau * place / spokes - math.pi / 2
    reach = rim * level / MOST
    return round(CENTER + reach * math.cos(angle), 2), round(CENTER + reach * math.sin(angle), 2)


def _grid(spokes: int) -> list[Shape]:
    rings: list[Shape] = [
        Path("M" + "L".join("{} {}".format(*_at(n, spokes, level)) for n in range(spokes)) + "Z", "ring-line")
        for level in range(1, MOST + 1)
    ]
    axes: list[Shape] = [
        Path("M{} {}L{} {}".format(CENTER, CENTER, *_at(n, spokes, MOST)), "grid-line") for n in range(spokes)
    ]
    return [*rings, *axes]


def _name(place: int, spokes: int) -> Label:
    x, y = _at(place, spokes, MOST, NAMES)
    return Label(x, y + 4, place + 1, "strong middle")
