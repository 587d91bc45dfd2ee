"""Who and what stands in the sample: every person and firm is invented, and firms say so in their names."""

from dataclasses import dataclass

from lms.people.orgs.models import SiteKind

DOMAIN = "example.org"
STUDENTS = 72


@dataclass(frozen=True, slots=True)
class SamplePlace:
    """A delivery partner; sections are taught by one instructor each."""

    name: str
    kind: SiteKind
    city: str
    state: str
    sections: tuple[str, ...]
    coordinators: int = 1
    capacity: int = 24


PLACES = (
    SamplePlace("UMass Lowell", SiteKind.UNIVERSITY, "Lowell", "MA", ("Lowell day", "Lowell evening"), 2, 40),
    SamplePlace("Cape Cod Community College", SiteKind.COLLEGE, "West Barnstable", "MA", ("Cape Cod",)),
    SamplePlace(
        "Ohio State University", SiteKind.UNIVERSITY, "Columbus", "OH", ("Columbus day", "Columbus night"), capacity=40
    ),
    SamplePlace("Community College of Rhode Island", SiteKind.COLLEGE, "Warwick", "RI", ("Rhode Island",)),
    SamplePlace("Connecticut Center for Advanced Technology", SiteKind.HUB, "East Hartford", "CT", ("CCAT",)),
    SamplePlace("Berkshire Innovation Center", SiteKind.HUB, "Pittsfield", "MA", ("BIC",)),
)

# The named cast of the tests, at the same places: first names are enough to recognize them.
INSTRUCTORS = (
    "Ben Carter", "Iris Vance", "Omar Haddad", "Hana Suzuki", "Luis Ortega", "Greta Lind", "Noel Baptiste", "Pia Rossi",
)  # fmt: skip
COORDINATORS = (
    "Cleo Marsh", "Rosa Delgado", "Owen Pike", "Tara Singh", "Ivo Novak", "Mina Farrow", "Jude Kessler",
)  # fmt: skip
ADMIN = "Gus Palmer"
REVIEWERS = ("Rhea Quill", "Nils Okoro")
MENTOR = "Mara Dunn"
PILOT_TEACHER = "Walt Brandon"
PILOT_STUDENTS = ("Vera Molina", "Hugh Sato")
INTEGRATOR = "Wim Aalto"
REGION = "Southern New England (sample)"
REGION_OFFICE = "Bay and Sound Manufacturing Partners (sample)"
REGION_STATES = ("CT", "MA", "RI")
FIRMS = (
    "Acme Fixtures", "Bolt & Brace", "Cape Marine Castings", "Delta Springworks", "Eastfield Optics", "Ferro Forge",
    "Granite Gearing", "Harbor Plastics", "Ironbridge Tooling", "Juniper Packaging", "Keystone Valves",
    "Larkfield Paper", "Merrimack Molding", "Northgate Controls", "Oakum Cable", "Pioneer Pumps", "Quarry Street Foods",
    "Ridgeline Aerostructures", "Sagamore Textiles", "Tidewater Coatings", "Union Stampings", "Vantage Medical Parts",
    "Westbrook Castings", "Xylon Laminates", "Yardley Bearings", "Zenith Labels", "Alder Cabinetry", "Beacon Circuits",
    "Copper Mill Wire", "Dover Glass",
)  # fmt: skip
FIRST = (
    "Aaron", "Bianca", "Cesar", "Dina", "Emil", "Farah", "Gavin", "Helen", "Isaac", "Jana", "Karim", "Lena", "Marco",
    "Nadia", "Oscar", "Paula", "Quinn", "Rafael", "Selma", "Tomas", "Uma", "Victor", "Wanda", "Xavier", "Yara", "Zach",
)  # fmt: skip
LAST = (
    "Abbott", "Barros", "Castillo", "Dumont", "Egan", "Fontaine", "Garza", "Holm", "Ibarra", "Jansen", "Kowalski",
    "Lopes", "Mercer", "Nwosu", "Okafor", "Pereira", "Quigley", "Ramos", "Santos", "Tran", "Ueda", "Vega", "Walsh",
    "Xu", "Young", "Zamora",
)  # fmt: skip


def firm_name(number: int) -> str:
    """The firm's name with its label."""
    return f"{FIRMS[number]} (sample)"


def email_of(name: str, number: int | None = None) -> str:
    """Where a sample person signs in: ada@example.org for the cast, first.last for the others."""
    plain = name.lower().replace(" ", ".")
    return f"{plain}@{DOMAIN}" if number is None else f"{plain}{number}@{DOMAIN}"


def crowd(number: int) -> str:
    """The full name of the `number`-th person without a part of their own; no two alike below 676."""
    return f"{FIRST[number % len(FIRST)]} {LAST[(number // len(FIRST) + number * 7) % len(LAST)]}"


# Who of them the demo says can sign in.
CAST = (
    ("ada", "student at Lowell, works at Acme"),
    ("ben", "instructor at Lowell"),
    ("cleo", "coordinator at Lowell"),
    ("dee", "sponsor at Acme"),
    ("finn", "finance at Acme"),
    ("sam", "Ada's supervisor at Acme"),
    ("gus", "program admin"),
    ("rhea", "reviewer of savings for the program"),
    ("wim", "workforce integrator of a region, counts only"),
    ("eli", "student at another site and firm"),
    ("fay", "sponsor of that other firm"),
)
