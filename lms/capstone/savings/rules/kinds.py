"""The words of the ledger: kinds of postings, levels of trust, decisions. Pure."""

from enum import IntEnum, StrEnum


class EntryKind(StrEnum):
    """What a posting does to the ledger."""

    TARGET = "target"
    """What the charter aims at."""
    FORECAST = "forecast"
    """What the team expected when the change went live; locked from then on."""
    CLAIM = "claim"
    """What a line is said to save."""
    AMEND = "amend"
    """The monthly differences of a new version of a claimed line."""
    FINANCE_ADJUST = "finance_adjust"
    """The difference between what was reported and what finance verified; follows the posting it adjusts."""
    REALIZE = "realize"
    """What a follow-up found a month to have brought; stands beside the claim."""
    REVERSE = "reverse"
    """Cancels one whole posting made in error."""
    COST = "cost"
    COST_REVERSE = "cost_reverse"
    FIRM_CEASED = "firm_ceased"
    """Takes back the months after a firm has ceased; the only posting that a job may make."""


class Level(IntEnum):
    """How far a saving has been attested; each level includes those below it."""

    DRAFT = 0
    REPORTED = 1
    """The project's sponsor reports it."""
    VERIFIED = 2
    """A finance person of the firm attests it."""
    REVIEWED = 3
    """A reviewer of the program has checked it."""
    SUSTAINED = 4
    """Still there after twelve months."""


class Decision(StrEnum):
    """What somebody decided about a posting."""

    ATTESTED = "attested"
    RETURNED = "returned"
    """Back to the team: it does not stand until it is claimed anew."""
    DISPUTED = "disputed"
    """Finance doubts it: it counts as reported at most until it is verified again."""
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    """An amendment that waited for finance has been replaced by another."""


class Reason(StrEnum):
    """Why finance changed or somebody cancelled an amount."""

    OVERLAP = "overlap"
    """The same saving is claimed elsewhere (a pool)."""
    RATE = "rate"
    VOLUME = "volume"
    CLASSIFICATION = "classification"
    EVIDENCE = "evidence"
    ENTERED_IN_ERROR = "entered_in_error"
    FIRM_CEASED = "firm_ceased"
    OTHER = "other"
