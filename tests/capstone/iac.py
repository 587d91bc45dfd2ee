"""Recommendation files as the DOE publishes them, made up here: plants, resources, skewed savings, blanks."""

import csv
import gzip
import io
import random

HEAD = ("rec_id", "assessment_id", "rec_no", "fy", "status", "impl_cost_usd", "resource", "resource_qty",
        "primary_saved_usd", "arc_rounded")  # fmt: skip
PLANT_HEAD = ("assessment_id", "center", "fy", "sic", "naics", "state", "sales_usd", "employees")
RESOURCES = ("EC", "EC", "EC", "E2", "E2", "R1", "W1", "P2", "")


def made_up(seed=1, plants=60, tall=6.5):
    """Rows of both files; savings are skewed, so that some cells are dominated."""
    chance = random.Random(seed)
    assessments, rows = [], []
    for plant in range(plants):
        name = f"XX{plant:04}"
        naics = chance.choice(("332710", "333514", "311421", "336390", ""))
        assessments.append((name, "XX", "2015", "", naics, "MA", str(chance.randrange(10**6, 10**8)), "120"))
        for number in range(1, chance.randrange(2, 7)):
            saved = "" if chance.random() < 0.02 else str(round(10 ** chance.uniform(2, tall)))
            cost = "" if chance.random() < 0.1 else str(chance.randrange(0, 60_000))
            status = chance.choice(("I", "I", "N", "N", "P", "K", ""))
            year = str(chance.randrange(1990, 2026))
            row = (
                f"{name}{number:02}",
                name,
                str(number),
                year,
                status,
                cost,
                chance.choice(RESOURCES),
                "7",
                saved,
                "2",
            )
            rows.append(row)
    return assessments, rows


def write(path, head, rows):
    """A CSV file, gzipped where its name says so."""
    text = io.StringIO()
    csv.writer(text).writerows([head, *rows])
    data = text.getvalue().encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path
