"""Roles of digital manufacturing that a topic can serve, as MxD and ManpowerGroup published them. Pure.

Source: the MxD / ManpowerGroup digital manufacturing jobs taxonomy, in the part that Manufacturing USA published: 20 of
its 165 roles, in 6 domains (`mxd_roles.csv`). The other 145 are not public, so they are left out, not invented.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

SOURCE = "MxD / ManpowerGroup digital manufacturing jobs taxonomy, 20 roles published by Manufacturing USA"


@dataclass(frozen=True, slots=True)
class Role:
    """One role. key: how rows name it."""

    key: str
    name: str
    domain: str


def _read() -> Mapping[str, Role]:
    with Path(__file__).with_name("mxd_roles.csv").open(newline="", encoding="utf-8") as file:
        rows = [Role(_key(row["role"]), row["role"], row["domain"]) for row in csv.DictReader(file)]
    return MappingProxyType({role.key: role for role in rows})


def _key(name: str) -> str:
    return "-".join("".join(letter if letter.isalnum() else " " for letter in name.lower()).split())


ROLES = _read()


def roles_by_domain() -> dict[str, list[Role]]:
    """Every role under its domain, in the order in which they were published."""
    found: dict[str, list[Role]] = {}
    for role in ROLES.values():
        found.setdefault(role.domain, []).append(role)
    return found
