"""The words of competency evidence. Pure."""

from enum import StrEnum

from lms.kernel.text import N_


class EvidenceKind(StrEnum):
    """What was seen."""

    DEMONSTRATION = "demonstration"
    LAB = "lab"
    DOCUMENT = "document"


EVIDENCE_NAMES = {
    EvidenceKind.DEMONSTRATION: N_("demonstration"),
    EvidenceKind.LAB: N_("lab attended"),
    EvidenceKind.DOCUMENT: N_("document"),
}
# A document says that something was done elsewhere; nobody here has seen it.
SHOWN = frozenset({EvidenceKind.DEMONSTRATION, EvidenceKind.LAB})
