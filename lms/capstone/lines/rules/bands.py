"""When a claim is unusually large for its kind: reference bands of the DOE Industrial Assessment Centers. Pure.

An unusual claim is never refused; it needs more evidence and a second reviewer.
Source of iac_reference_bands.csv: US DOE Industrial Assessment Centers database, fiscal years 1981 to 2025 (public
data), implemented recommendations, yearly savings in nominal US dollars; cells with few or dominant plants are blank.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from lms.capstone.lines.rules.kinds import Stream

BANDS_FILE = Path(__file__).with_name("iac_reference_bands.csv")
BANDS_ERA = "all"
BANDS_CURRENCY = "USD"
CENTS = 100

LARGEST_SALES_SHARE_BP = 200
"""2 % of the firm's sales. Source: the same data; savings of a plant are 1.5 % of sales at the 95th percentile."""


class Unusual(StrEnum):
    ABOVE_BAND = "above_band"
    """More than 95 of 100 implemented recommendations of this stream saved."""
    ABOVE_SALES_SHARE = "above_sales_share"
    """More than 2 % of what the firm sells in a year."""


@dataclass(frozen=True, slots=True)
class Band:
    """Yearly savings of implemented recommendations of one stream, in cents: quartiles and the 95th percentile."""

    low: int
    middle: int
    high: int
    p95: int
    implemented_bp: int


@cache
def bands() -> Mapping[Stream, Band]:
    """The published bands by stream; a stream without one is missing."""
    with BANDS_FILE.open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["era"] == BANDS_ERA and row["dim"] == "stream"]
    return {_stream(row["key"]): _band(row) for row in rows if row["published"] == "1"}


def _stream(key: str) -> Stream:
    return Stream.LABOR if key == "labour" else Stream(key)  # the file has the British spelling


def _band(row: Mapping[str, str]) -> Band:
    low, middle, high, p95 = (int(row[f"saved_{mark}"]) * CENTS for mark in ("q25", "q50", "q75", "q95"))
    whole, _, part = row["impl_rate"].partition(".")
    return Band(low, middle, high, p95, int(whole) * 10_000 + int(part.ljust(4, "0")))


def unusual(
    stream: Stream, annual_minor: int, currency: str, firm_sales_minor: int | None = None
) -> tuple[Unusual, ...]:
    """What makes a yearly claim unusual. Bands hold for US dollars only; sales are in the claim's currency."""
    found = []
    band = bands().get(stream)
    if band and currency == BANDS_CURRENCY and annual_minor > band.p95:
        found.append(Unusual.ABOVE_BAND)
    if firm_sales_minor and annual_minor * 10_000 > firm_sales_minor * LARGEST_SALES_SHARE_BP:
        found.append(Unusual.ABOVE_SALES_SHARE)
    return tuple(found)
