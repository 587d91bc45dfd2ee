"""The kinds of things in coursework, for rules and tables alike. Pure."""

from enum import StrEnum


class ActivityKind(StrEnum):
    """What sort of work it is."""

    ASSIGNMENT = "assignment"
    LAB = "lab"
    QUIZ = "quiz"
    SIMULATION = "simulation"
    REFLECTION = "reflection"


class ExtensionReason(StrEnum):
    """Why more time was given."""

    WORK = "work"
    HEALTH = "health"
    FAMILY = "family"
    EQUIPMENT = "equipment"
    OTHER = "other"


class GradingMode(StrEnum):
    """Whether points are given one by one, or all or none."""

    POINTS = "points"
    PASS = "pass"  # noqa: S105 - not a password


class Counts(StrEnum):
    """Which attempt counts where several were scored."""

    LATEST = "latest"
    HIGHEST = "highest"


class DueReason(StrEnum):
    """Why a due date is what it is, from the most general to the most personal."""

    BASE = "base"
    SECTION = "section"
    LATE_START = "late_start"
    LEAVE = "leave"
    EXTENSION = "extension"
