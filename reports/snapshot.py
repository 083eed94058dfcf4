"""A report's snapshot: everything that its pages print, resolved to words and figures, frozen, without a database.

An envelope with a section each (reports/sections), in the order in which it prints them. `take` is the only bridge from
the tables to it; `Report.snapshot` stores it as canonical JSON, whose SHA-256 the pages print; pages, PDF and data files
only read it. Dates are dates, people and units whole numbers, ratios exact fractions, rounded only when printed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

import msgspec
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Entity
from display import dates
from display.colour import legible
from display.text import Unit
from plans.models import Plan
from records import files
from reports import documents, sections, texts
from reports.models import Report
from reports.scope import Scope

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


def take(report: Report, *, on: date | None = None, number: str = "", only: tuple[str, ...] = ()) -> Snapshot:
    """The facts of a report (saved or not; its plan, kind, days, cut-off, version and texts are read) as of now.

    `on`: the day of publication, with the `number` given for it; without it, a draft. `only`: slugs of the sections to
    take, for pages that show a few figures. Always in Spanish; the number of queries does not depend on the plan's size.
    """
    with translation.override("es-co"), _one_moment():
        plan, kind, scope = report.plan, documents.known()[report.kind], scope_of(report)
        edition = Edition(
            kind=kind.slug,
            title=str(kind.title),
            period=dates.months(scope.first, scope.last),
            starts_on=scope.first,
            ends_on=scope.last,
            cutoff=report.cutoff,
            whole=scope.whole,
            version=report.version,
            number=number,
            published_on=on,
            draft=on is None,
            taken_on=scope.today if report.cutoff > scope.today else msgspec.UNSET,
        )
        entity = _entity(plan.entity)
        chosen = [sections.known()[slug] for slug in kind.sections if not only or slug in only]
        collected = [(section, section.collect(scope)) for section in chosen]
        present = [
            (section, facts)
            for section, facts in collected
            if section.is_present(facts, {text.name: scope.texts.get(text.name) for text in section.texts})
        ]
        figures = sections.figures((section.slug, facts) for section, facts in present)
        return Snapshot(
            schema=SCHEMA,
            edition=edition,
            entity=entity,
            plan=_plan(plan),
            assets=(entity.shield,) if entity.shield else (),
            sections=tuple(
                SectionFacts(
                    slug=section.slug,
                    schema=section.schema,
                    title=str(section.title(edition) if callable(section.title) else section.title),
                    facts=facts,
                    texts={
                        text.name: texts.with_figures(scope.texts[text.name], figures)
                        for text in section.texts
                        if scope.texts.get(text.name)
                    },
                )
                for section, facts in present
            ),
        )


def scope_of(report: Report) -> Scope:
    plan, kind = report.plan, documents.known()[report.kind]
    first, last = kind.days_of(plan, report.period)
    place = (plan.entity.slug, plan.slug, kind.slug, report.period, report.version)
    return Scope(
        plan=plan,
        first=first,
        last=last,
        cutoff=report.cutoff,
        today=timezone.localdate(),
        texts=texts.listed(report.narrative),
        address=settings.SITE_URL + reverse("portal:report", args=place),
        verification=settings.SITE_URL + reverse("portal:verify"),
    )


@contextmanager
def _one_moment() -> Iterator[None]:
    """All queries inside see the database at one moment, so figures add up while people go on working."""
    if connection.in_atomic_block:  # its opener chose the isolation
        yield
        return
    with transaction.atomic():
        if connection.vendor == "postgresql":  # on SQLite nobody can write meanwhile
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _entity(entity: Entity) -> EntityFacts:
    return EntityFacts(
        name=entity.name,
        short_name=entity.short_name,
        slug=entity.slug,
        nit=entity.nit,
        municipality=entity.municipality,
        primary=legible(entity.primary),
        secondary=entity.secondary.lower(),
        shield=entity.shield.sha256 if entity.shield and files.is_intact(entity.shield) else "",
        website=entity.website,
        email=entity.email,
        address=entity.address,
    )


def _plan(plan: Plan) -> PlanFacts:
    kind = plan.get_kind_display()
    return PlanFacts(
        title=plan.title,
        slug=plan.slug,
        kind=f"{kind}: {plan.parent_instrument}" if plan.parent_instrument else kind,
        unit=plan.unit,
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        version=plan.versions.aggregate(last=Max("number"))["last"] if plan.is_approved else None,
        approved_on=plan.approved_on,
    )


# --- The frozen form --------------------------------------------------------------------------------------------------


def canonical(snapshot: Snapshot | dict) -> bytes:
    """The snapshot, or the stored one as it is, as JSON in UTF-8: keys sorted, fractions and decimals exact, as text."""
    return msgspec.json.encode(snapshot, order="sorted", enc_hook=_written)


def sha256(snapshot: Snapshot | dict) -> str:
    return hashlib.sha256(canonical(snapshot)).hexdigest()


def load(data: dict) -> Snapshot:
    """The snapshot in `Report.snapshot`, its sections as those of today. Raises ValueError for anything else."""
    if data.get("schema") != SCHEMA:
        raise ValueError(f"Snapshot of schema {data.get('schema')}; this program reads {SCHEMA}")
    known = sections.known()
    read = [
        SectionFacts(
            slug=row["slug"],
            schema=known[row["slug"]].schema,
            title=row["title"],
            facts=_convert(known[row["slug"]].read(row["facts"], row["schema"]), known[row["slug"]].facts),
            texts=row["texts"],
        )
        for row in data["sections"]
    ]
    envelope = _convert({**data, "sections": ()}, Snapshot)
    return replace(envelope, sections=tuple(read))


def _convert(value: object, kind: type) -> Any:
    # strict=False would take "3" for 3: only what JSON has no word for is read from text.
    return msgspec.json.decode(msgspec.json.encode(value), type=kind, dec_hook=_read)


def _written(value: object) -> str:
    if isinstance(value, Fraction):
        return str(value)
    raise NotImplementedError(type(value))


def _read(kind: type, value: object) -> Fraction:
    if kind is Fraction and isinstance(value, str):
        return Fraction(value)
    raise NotImplementedError(kind)
