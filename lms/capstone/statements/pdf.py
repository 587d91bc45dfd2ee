"""A statement on one page, tagged so that it reads aloud (PDF/UA-1)."""

import json
import textwrap
from collections.abc import Mapping
from pathlib import Path

from lms.capstone.statements.models import Statement
from lms.capstone.statements.sections import Section, sections_of
from lms.kernel.speak import Reader, instant_text, shown, speak
from lms.kernel.text import N_, say

TEMPLATE = Path(__file__).with_name("statement.typ")
PRODUCT = "Hub & Spoke"
TITLE_MOST = 56  # letters of a project's title that fit on one line of its table


def statement_pdf(statement: Statement, firm: str, titles: Mapping[str, str], reader: Reader) -> bytes:
    """The PDF in the reader's language. firm: its name. titles: of the projects on it, by public id."""
    import typst

    figures = statement.figures
    short = {public_id: textwrap.shorten(title, TITLE_MOST, placeholder="…") for public_id, title in titles.items()}
    about = titles.get(figures["project"], "") if figures["about"] == "project" else ""
    data = {
        "language": reader.language,
        "product": PRODUCT,
        "title": speak(say(N_("Statement of savings: %(firm)s"), firm=firm), reader),
        "about": about or speak(say(N_("All enrollments and projects of the firm")), reader),
        "as_of": speak(
            say(
                N_("As known on %(when)s, in %(currency)s. Issued on %(issued)s."),
                when=instant_text(statement.as_of, reader, style="long"),
                currency=statement.currency,
                issued=instant_text(statement.recorded_at, reader, style="long"),
            ),
            reader,
        ),
        "sections": [_table(section, reader) for section in sections_of(figures, short)],
        "words": {
            "title": speak(say(N_("How to read it")), reader),
            "text": speak(say(TEXT, entries=figures["entries"]), reader),
        },
        "marks": [
            [speak(say(N_("Statement")), reader), statement.public_id],
            [speak(say(N_("Head of the ledger's chain")), reader), statement.head],
            [speak(say(N_("Hash of the figures (SHA-256)")), reader), statement.sha256],
        ],
        "signature": speak(say(N_("Signed for the firm")), reader),
        "day": speak(say(N_("Date")), reader),
    }
    made: bytes = typst.compile(
        TEMPLATE.read_bytes(),
        format="pdf",
        sys_inputs={"data": json.dumps(data)},
        pdf_standards=["ua-1"],
        timestamp=int(statement.recorded_at.timestamp()),
    )
    return made


TEXT = N_(
    "Only hard savings of the first twelve months after each go-live count; soft ones, avoided cost and cash set "
    "free do not. Each amount is a sum of ledger entries (%(entries)s were known then), and whoever keeps this "
    "page can later compare its head and its hash with the ledger."
)


def _table(section: Section, reader: Reader) -> dict[str, object]:
    return {
        "title": speak(section.title, reader),
        "head": [speak(name, reader) for name in section.head],
        "rows": [[shown(cell, reader) for cell in row] for row in section.rows],
    }
