"""One progress review as a page to print, tagged so that it reads aloud (PDF/UA-1); what is hidden is not in it."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from lms.hub.reviews.agenda import tenths
from lms.hub.reviews.kinds import OUTCOME_NAMES, PARTY_NAMES
from lms.hub.reviews.queries.reading import Agreed, Review
from lms.hub.standing.pace import PACE_NAMES
from lms.kernel.speak import Reader, speak
from lms.kernel.text import N_, Sentence, say
from lms.kernel.units import Share, Span

TEMPLATE = Path(__file__).with_name("review.typ")


def review_pdf(shown: Mapping[str, Any], reader: Reader) -> bytes:
    """The PDF in the reader's language. shown: the review with the figures and the agenda that the reader may see."""
    import typst

    review: Review = shown["review"]
    made: bytes = typst.compile(
        TEMPLATE.read_bytes(),
        format="pdf",
        sys_inputs={"data": json.dumps(_data(review, shown, reader))},
        pdf_standards=["ua-1"],
        timestamp=int(_last(review).timestamp()),
    )
    return made


def _last(review: Review) -> datetime:
    """When the review, or a signature of it, was written last: the same review gives the same bytes."""
    return max(review.content.recorded_at, *(one.row.recorded_at for one in review.signatures), review.begun_at)


def _data(review: Review, shown: Mapping[str, Any], reader: Reader) -> dict[str, Any]:
    def told(sentences: list[Sentence]) -> list[str]:
        return [speak(one, reader) for one in sentences]

    lead = say(N_("Due %(day)s; figures as known on %(when)s."), day=review.row.due_on, when=review.content.figures_at)
    title = say(N_("Review %(number)s of %(name)s"), number=review.row.number, name=review.student.name)
    return {
        "language": reader.language,
        "title": speak(title, reader),
        "lead": speak(lead, reader),
        "none": speak(say(N_("Nothing.")), reader),
        "hash": speak(say(N_("Content hash %(hash)s"), hash=review.content.sha256), reader),
        "sections": [
            _section(N_("To talk about"), told([point.sentence for point in shown["agenda"]]), reader),
            _section(N_("How it stands"), told(_figures(shown)), reader),
            _section(N_("Agreed before"), told([_agreed(one) for one in review.carried]), reader),
            _section(N_("What is agreed"), told([_agreed(one) for one in review.actions]), reader),
            _section(N_("Notes of the talk"), review.notes.splitlines(), reader),
            _section(N_("Signatures"), told(_signatures(review)), reader),
        ],
    }


def _section(title: str, lines: list[str], reader: Reader) -> dict[str, Any]:
    return {"title": speak(say(title), reader), "lines": lines}


def _figures(shown: Mapping[str, Any]) -> list[Sentence]:
    figures, said = shown["figures"], []
    if hours := figures.get("hours"):
        message = N_("%(logged)s logged and %(approved)s approved of %(expected)s asked for since %(day)s.")
        values = {name: Span(hours[name]) for name in ("logged", "approved", "expected")}
        said.append(say(message, day=shown["period"][0], **values))
    if progress := figures.get("progress"):
        said.append(say(N_("Pace: %(pace)s."), pace=say(PACE_NAMES[progress["pace"]])))
    if shown["finish"]:
        said.append(say(N_("Finishes at the approved pace: %(day)s."), day=shown["finish"]))
    if (attendance := figures.get("attendance")) and attendance["share_bp"] is not None:
        said.append(say(N_("Attendance: %(share)s."), share=Share(attendance["share_bp"])))
    for one in figures.get("grades", ()):
        grade = Share(tenths(one["grade_bp"])) if one["grade_bp"] is not None else say(N_("none yet"))
        said.append(say(N_("Grade in %(course)s: %(grade)s."), course=one["name"], grade=grade))
    if shown["capstone_state"]:
        said.append(say(N_("Capstone: %(state)s."), state=say(shown["capstone_state"])))
    return said


def _agreed(one: Agreed) -> Sentence:
    return say(
        N_("%(what)s (%(owner)s, by %(day)s): %(outcome)s."),
        what=one.what,
        owner=say(PARTY_NAMES[one.row.owner]),
        day=one.row.due_on,
        outcome=say(OUTCOME_NAMES[one.outcome]),
    )


def _signatures(review: Review) -> list[Sentence]:
    said = []
    for party in review.parties:
        one = review.current.get(party)
        if one is None:
            said.append(say(N_("%(party)s: not signed"), party=say(PARTY_NAMES[party])))
            continue
        message = N_("%(party)s: %(name)s, %(when)s")
        said.append(say(message, party=say(PARTY_NAMES[party]), name=one.name, when=one.row.recorded_at))
    return said
