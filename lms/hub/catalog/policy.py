"""The rules of one program version as values: week band, late policy, grace. Stored as JSON in ProgramVersion.policy.

Rates are basis points, times are minutes. Sample values follow `product.md` D3, D20 and D24.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from lms.hub.catalog.profile import Box

NEVER = "never"
BasisPoints = Annotated[int, Field(ge=0, le=10_000)]


class Policy(BaseModel):
    """What a version decides for every course in it."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    week_min_minutes: int = Field(default=600, ge=0, le=6_000)
    week_max_minutes: int = Field(default=840, ge=1, le=6_000)
    grace_minutes: int = Field(default=15, ge=0, le=1_440)
    late_rate_bp: BasisPoints = 1_000
    late_interval_minutes: int = Field(default=1_440, ge=1, le=10_080)
    late_floor_bp: BasisPoints = 5_000
    cutoff_days: int = Field(default=14, ge=0, le=364)
    missing_after_days: int | None = Field(default=14, ge=0, le=364)
    missing_counts_bp: BasisPoints = 0
    prior_learning_cap_bp: BasisPoints = 5_000
    probation_days: int = Field(default=28, ge=0, le=364)
    spoke_first_week: int = Field(default=1, ge=1, le=104)
    spoke_last_week: int = Field(default=52, ge=1, le=104)
    spoke_ranks: int = Field(default=3, ge=1, le=20)
    spoke_change_weeks: int = Field(default=4, ge=0, le=52)  # after the last week of choice
    mentor_cap: int = Field(default=6, ge=1, le=100)  # students of one mentor at a time
    prerequisites: Literal["warn", "block"] = "warn"  # what a spoke does whose prerequisites are not met

    box_name: str = Field(default="Workforce Pell", min_length=1, max_length=60)
    box_min_hours: int = Field(default=150, ge=0, le=5_000)
    box_below_hours: int = Field(default=600, ge=1, le=5_000)
    box_min_weeks: int = Field(default=8, ge=0, le=104)
    box_below_weeks: int = Field(default=15, ge=1, le=105)

    @classmethod
    def of(cls, stored: dict[str, Any]) -> "Policy":
        """The policy of a stored version; what it does not say holds by default."""
        return cls.model_validate(stored)

    @field_validator("missing_after_days", mode="before")
    @classmethod
    def _never(cls, value: object) -> object:
        """A curriculum file has no word for nothing; it says "never"."""
        return None if value == NEVER else value

    @model_validator(mode="after")
    def _band_is_a_band(self) -> "Policy":
        if self.week_min_minutes > self.week_max_minutes:
            raise ValueError("week_min_minutes is above week_max_minutes")
        return self

    @property
    def box(self) -> Box:
        """The box of clock hours and weeks in which a course stands on its own."""
        return Box(self.box_name, self.box_min_hours, self.box_below_hours, self.box_min_weeks, self.box_below_weeks)
