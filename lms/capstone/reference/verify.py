"""What `flask verify` asks of the reference data: the bands follow from the rows."""

from collections.abc import Iterator

from lms.capstone.reference.queries import given_rows, list_bands, list_files
from lms.capstone.reference.rules.bands import bands_of


def differences() -> Iterator[str]:
    """Every band that the rows do not give, unless a file is still being read."""
    if any(file.done_at is None for file in list_files()):
        return
    made = {(band.dimension, band.key, band.first_year): band for band in bands_of(given_rows())}
    stored = {(band.dimension, band.key, band.first_year): band for band in list_bands()}
    for key in sorted(made.keys() | stored.keys()):
        if made.get(key) != stored.get(key):
            yield f"reference band {key[0]} {key[1]} from {key[2]}: the recommendations give another one"
