"""A report's snapshot: everything that its pages print, resolved to words and figures, frozen, without a database.

An envelope with a section each (reports/sections), in the order in which it prints them. `snapshot.take` is the only
bridge from the tables to it; `Report.snapshot` stores it as canonical JSON, whose SHA-256 the pages print; they only
read it. Dates are dates, people and units whole numbers, ratios exact fractions, rounded only when printed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

import msgspec

from display.text import Unit

SCHEMA = 2


@dataclass(frozen=True, slots=True)
class EntityFacts:
    name: str
    short_name: str
    slug: str
    nit: str
    municipality: str
    primary: str  # "#0b3d73", contrast-checked against white
    secondary: str
    shield: str  # SHA-256 of the image among the assets, or ""
    website: str
    email: str
    address: str


@dataclass(frozen=True, slots=True)
class PlanFacts:
    title: str
    slug: str
    kind: str  # "Plan de participación ciudadana"
    unit: Unit  # what its execution counts
    starts_on: date
    ends_on: date
    version: int | None  # of the approved baseline; None while it is a draft
    approved_on: date | None


@dataclass(frozen=True, slots=True)
class Edition:
    kind: str  # slug of reports.documents
    title: str  # "Informe final de monitoreo"
    period: str  # "julio a diciembre de 2020" · "septiembre de 2020"
    starts_on: date
    ends_on: date
    cutoff: date
    whole: bool  # of the whole plan; else the period stands beside the plan to date
    version: int
    number: str  # "2026-007", or "" before publication
    published_on: date | None
    draft: bool  # marked "Borrador" on every page
    taken_on: date | msgspec.UnsetType = msgspec.UNSET  # only when the cut-off was still to come
    address: str = ""  # public, whole: where it is, or will be, published
    dependency: str | msgspec.UnsetType = msgspec.UNSET  # its name: only what it has in the plan
    correction: str | msgspec.UnsetType = msgspec.UNSET  # of a later version: what it corrects
    # Sections of its kind that the entity does not include: titles by slug.
    left_out: Mapping[str, str] | msgspec.UnsetType = msgspec.UNSET


@dataclass(frozen=True, slots=True)
class SectionFacts:
    slug: str
    schema: int  # of this section's facts
    title: str
    facts: Any  # an instance of the section's own class
    texts: Mapping[str, str | list[str]]  # by name, with their figures in place


@dataclass(frozen=True, slots=True)
class Snapshot:
    schema: int
    edition: Edition
    entity: EntityFacts
    plan: PlanFacts
    assets: tuple[str, ...]  # SHA-256 of the stored files that the pages show
    sections: tuple[SectionFacts, ...]

    def facts(self, slug: str) -> Any | None:
        """The facts of a section, None when this document lacks it."""
        return next((section.facts for section in self.sections if section.slug == slug), None)

    def leaves_out(self, slug: str) -> bool:
        """Whether the entity does not include a section of the kind: that it lacks it says nothing of the plan."""
        return bool(self.edition.left_out) and slug in self.edition.left_out


def canonical(snapshot: Snapshot | dict) -> bytes:
    """The snapshot, or the stored one as it is, as JSON in UTF-8: keys sorted, fractions and decimals as text."""
    return msgspec.json.encode(snapshot, order="sorted", enc_hook=_written)


def sha256(snapshot: Snapshot | dict) -> str:
    return hashlib.sha256(canonical(snapshot)).hexdigest()


def _written(value: object) -> str:
    if isinstance(value, Fraction):
        return str(value)
    raise NotImplementedError(type(value))
