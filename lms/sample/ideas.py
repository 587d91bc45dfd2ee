"""What the recommendations of the sample are about, in invented words: by resource of the database."""

from dataclasses import dataclass

from lms.capstone.lines.rules.kinds import Isolation, Stream
from lms.capstone.savings.models import EvidenceKind


@dataclass(frozen=True, slots=True)
class Idea:
    """What a resource of the database means for a capstone: its stream, how it is told apart, and sample words."""

    stream: Stream
    isolation: Isolation
    evidence: EvidenceKind
    title: str
    problem: str
    metric: str
    unit: str


_METER = (Isolation.METER_BEFORE_AFTER, EvidenceKind.METER)
_LEDGER = (Isolation.TREND_LINE, EvidenceKind.GL_EXTRACT)
_COUNT = (Isolation.SUPERVISOR_ESTIMATE, EvidenceKind.TIME_STUDY)
IDEAS: dict[str, tuple[Idea, ...]] = {
    "EC": (
        Idea(Stream.ELECTRICITY, *_METER, "Compressed air leaks in bay 2", "The compressor runs all weekend although "
             "nobody works, because leaks hold the pressure down.", "Compressor energy", "kWh a week"),
        Idea(Stream.ELECTRICITY, *_METER, "Idle spindles off at shift end", "Machines idle through the night shift "
             "gap and draw a third of their rated power.", "Idle energy", "kWh a week"),
        Idea(Stream.ELECTRICITY, *_METER, "Fan drives that follow the load", "Exhaust fans run at full speed whatever "
             "is on the line.", "Fan energy", "kWh a week"),
    ),
    "E2": (
        Idea(Stream.FUEL, *_METER, "Insulated dryer doors", "The drying oven loses heat through worn door seals and "
             "bare panels.", "Gas use", "MMBtu a week"),
        Idea(Stream.FUEL, *_METER, "Burner tuned to the oven's load", "The burner was set for a product that is no "
             "longer made and runs rich.", "Gas use", "MMBtu a week"),
    ),
    "R1": (
        Idea(Stream.LABOR, *_COUNT, "Quick change of the press tools", "A tool change takes most of an hour and is "
             "done on paid overtime.", "Change-over time", "minutes"),
        Idea(Stream.LABOR, *_COUNT, "Kitting carts at the assembly cells", "Assemblers walk to the stores for each "
             "order, and the line waits for them.", "Walking time", "minutes an order"),
        Idea(Stream.LABOR, *_COUNT, "Barcode check at incoming goods", "Every delivery is typed in twice, on paper and "
             "in the system.", "Handling time", "minutes a delivery"),
    ),
    "R3": (
        Idea(Stream.RAW_MATERIAL, *_LEDGER, "Nesting plan for sheet stock", "Off-cuts are scrapped because each order "
             "is nested by hand.", "Scrap share", "percent of sheet"),
        Idea(Stream.RAW_MATERIAL, *_LEDGER, "First-piece check before the run", "A wrong offset is found only after "
             "the batch has run.", "Scrap", "pieces a week"),
    ),
    "R4": (
        Idea(Stream.ANCILLARY_MATERIAL, *_LEDGER, "Coolant kept at its mix", "Coolant is changed by the calendar and "
             "not by what it measures.", "Coolant bought", "gallons a month"),
    ),
    "R5": (
        Idea(Stream.WATER, *_METER, "Rinse water in counterflow", "Rinse tanks overflow all day, whatever is "
             "plated.", "Water use", "gallons a day"),
    ),
    "W1": (
        Idea(Stream.WASTE, *_LEDGER, "Less solvent to haul away", "Parts are cleaned in open trays and the solvent is "
             "thrown out half used.", "Hauled waste", "drums a month"),
    ),
    "W4": (
        Idea(Stream.WASTE, *_LEDGER, "Cardboard baled and sold", "Packaging goes to the dump with everything "
             "else.", "Hauled waste", "tons a month"),
    ),
    "P1": (
        Idea(Stream.PRODUCTION, *_LEDGER, "Bottleneck cell never waits", "The slowest cell stands still during "
             "breaks, and the backlog grows.", "Output", "pieces a shift"),
    ),
    "P3": (
        Idea(Stream.PRODUCTION, *_LEDGER, "Fewer short stops on line 3", "Sensors stop the line several times an hour "
             "for parts that are there.", "Short stops", "stops a shift"),
    ),
}  # fmt: skip
