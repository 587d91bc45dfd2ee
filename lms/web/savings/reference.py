"""Reference bands beside a project's lines: what they are, where they come from, where the line stands in them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lms.capstone.lines.rules.bands import BANDS_CURRENCY
from lms.capstone.lines.rules.kinds import Stream
from lms.capstone.lines.rules.worth import adjusted
from lms.capstone.queries import ProjectFigures
from lms.capstone.reference.queries import list_bands
from lms.capstone.reference.rules.bands import Band, place_of
from lms.capstone.savings.rules.kinds import Level
from lms.kernel.money import Money
from lms.kernel.text import N_, Sentence, say
from lms.web.savings.words import NAMES

PLACES: Mapping[str, str] = {
    "low": N_("in the lowest quarter"),
    "middle": N_("in the middle half"),
    "high": N_("in the highest quarter"),
    "beyond": N_("above 95 of 100"),
}


@dataclass(frozen=True, slots=True)
class Beside:
    """One line of a project beside one band. place: where it stands, in words."""

    line: str
    amount: Money
    band: Band
    name: Sentence
    place: Sentence


def band_name(band: Band) -> Sentence:
    """What a band is about: `Electricity`, `Industry NAICS 332`, `ARC 2.7`."""
    if band.dimension == "stream":
        return say(NAMES[Stream(band.key)])
    if band.dimension == "sector":
        return say(N_("Industry, NAICS %(code)s"), code=band.key)
    return say(N_("Recommendation code ARC %(code)s"), code=band.key)


def beside_bands(figures: ProjectFigures, naics: str | None) -> list[Beside]:
    """The bands of the project's lines, where they are in dollars and enough plants stand behind one. One query."""
    if figures.project.currency != BANDS_CURRENCY:
        return []
    lines = list(_lines(figures))
    wanted = {("stream", stream) for _, _, stream in lines}
    if naics:
        wanted.add(("sector", naics[:3]))
    arc = figures.project.arc_code
    if arc:
        wanted.add(("arc", arc[:3]))
    bands = [band for band in list_bands(wanted) if band.is_shown]
    found = []
    for title, amount, stream in lines:
        for band in bands:
            if band.dimension != "stream" or band.key == stream:
                place = say(PLACES[place_of(amount, band)])
                found.append(Beside(title, Money(amount, BANDS_CURRENCY), band, band_name(band), place))
    return found


def _lines(figures: ProjectFigures) -> Iterable[tuple[str, int, str]]:
    """Title, adjusted amount a year and stream of each line that is claimed, else of its newest version."""
    for line in figures.lines:
        own = [version for version in figures.versions.values() if version.line_id == line.id]
        claimed = figures.ledger.version_at(line.id, Level.REPORTED)
        version = figures.versions[claimed] if claimed else (own[-1] if own else None)
        if version is not None and adjusted(version) > 0:
            yield line.title, adjusted(version), version.stream.value
