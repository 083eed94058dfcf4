"""A report's snapshot (reports/envelope): taken from the tables, and read again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
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
from display.colour import legible
from plans.models import Plan
from records import files
from records.collector import collector_off
from reports import documents, outline, sections, signing, texts
from reports.envelope import (
    SCHEMA,
    Edition,
    EntityFacts,
    PlanFacts,
    SectionFacts,
    Snapshot,
    canonical,
    sha256,
)
from reports.models import Report
from reports.scope import Scope

__all__ = ["Snapshot", "canonical", "load", "sha256", "take"]


def take(report: Report, *, on: date | None = None, number: str = "", only: tuple[str, ...] = ()) -> Snapshot:
    """The facts of a report (saved or not; its plan, kind, days, cut-off, version and texts are read) as of now.

    `on`: the day of publication, with the `number` given for it; without it, a draft. `only`: slugs of the sections to
    take, for pages that show a few figures. Always in Spanish; the number of queries does not grow with the plan.
    """
    with translation.override("es-co"), collector_off(leaves_circles=False), _one_moment():
        plan, kind, scope = report.plan, documents.known()[report.kind], scope_of(report)
        edition = Edition(
            kind=kind.slug,
            title=str(kind.title),
            period=kind.words_of(plan, report.period),
            starts_on=scope.first,
            ends_on=scope.last,
            cutoff=report.cutoff,
            whole=scope.whole,
            version=report.version,
            number=number,
            published_on=on,
            draft=on is None,
            taken_on=scope.today if report.cutoff > scope.today else msgspec.UNSET,
            address=scope.address,
            dependency=scope.dependency.name if scope.dependency else msgspec.UNSET,
            correction=report.correction or msgspec.UNSET,
        )
        missing = [each for each in outline.left_out(report) if each.slug in kind.sections]
        if missing:
            edition = replace(edition, left_out={each.slug: outline.title(each, edition) for each in missing})
        entity = _entity(plan.entity)
        chosen = [each for each in outline.of(report) if not only or each.slug in only]
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
            assets=_assets(entity, present),
            sections=tuple(
                SectionFacts(
                    slug=section.slug,
                    schema=section.schema,
                    title=outline.title(section, edition),
                    facts=section.printed(facts, lambda text: texts.with_figures(texts.point(text), figures)),
                    texts={
                        text.name: texts.with_figures(scope.texts[text.name], figures)
                        for text in section.texts
                        if scope.texts.get(text.name)
                    },
                )
                for section, facts in present
            ),
        )


def _assets(entity: EntityFacts, present: list[tuple[sections.Section, Any]]) -> tuple[str, ...]:
    shown = (file for section, facts in present for file in section.pictures(facts))
    return tuple(dict.fromkeys(file for file in (entity.shield, *shown) if file))


def scope_of(report: Report) -> Scope:
    plan, kind = report.plan, documents.known()[report.kind]
    first, last = kind.days_of(plan, report.period)
    return Scope(
        plan=plan,
        first=first,
        last=last,
        cutoff=report.cutoff,
        today=timezone.localdate(),
        sections=tuple(each.slug for each in outline.of(report)),
        dependency=report.dependency,
        report=report,
        texts=texts.listed(report.narrative),
        signatures=tuple(signing.standing(report)),
        address=settings.SITE_URL + report.public_url,
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


def load(data: dict) -> Snapshot:
    """The snapshot in `Report.snapshot`, its sections as those of today. Raises ValueError for anything else."""
    if data.get("schema") != SCHEMA:
        raise ValueError(f"Snapshot of schema {data.get('schema')}; this program reads {SCHEMA}")
    envelope = _convert({**data, "sections": ()}, Snapshot)
    return replace(envelope, sections=tuple(map(_section, data["sections"])))


def _section(row: dict) -> SectionFacts:
    section = sections.of(row["slug"])
    facts = _convert(section.read(row["facts"], row["texts"], row["schema"]), section.facts)
    return SectionFacts(row["slug"], section.schema, row["title"], facts, row["texts"])


def _convert(value: object, kind: type) -> Any:
    # strict=False would take "3" for 3: only what JSON has no word for is read from text.
    return msgspec.json.decode(msgspec.json.encode(value), type=kind, dec_hook=_read)


def _read(kind: type, value: object) -> Fraction:
    if kind is Fraction and isinstance(value, str):
        return Fraction(value)
    raise NotImplementedError(kind)
