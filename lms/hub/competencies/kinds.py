"""The words of competency evidence. Pure."""

from enum import StrEnum

from lms.kernel.text import N_


class ProofKind(StrEnum):
    """What was seen."""

    DEMONSTRATION = "demonstration"
    LAB = "lab"
    DOCUMENT = "document"


EVIDENCE_NAMES = {
    ProofKind.DEMONSTRATION: N_("demonstration"),
    ProofKind.LAB: N_("lab attended"),
    ProofKind.DOCUMENT: N_("document"),
}
# A document says that something was done elsewhere; nobody here has seen it.
SHOWN = frozenset({ProofKind.DEMONSTRATION, ProofKind.LAB})
