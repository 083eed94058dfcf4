"""What people do to the list of sections of an entity's reports of a kind: switch, move, rename, add, undo it all.

Each under the lock of the entity, so that two people on a list never mix theirs. Drafts follow the list: whoever is
looking at one has an older one from then on, and what was signed of it no longer holds.
"""

from __future__ import annotations

from copy import copy

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Entity, User
from records import audit
from records.locks import raise_revisions
from records.refusals import Stale
from reports import outline, signing
from reports.models import Chapter, Report

MOST_OWN = 12  # of a kind


def drafts(kind: str, entity: Entity) -> QuerySet[Report]:
    """The reports that follow the list."""
    found = Report.objects.light().filter(plan__entity=entity, kind=kind, state=Report.State.DRAFT)
    return found.select_related("plan__entity", "dependency").order_by("-cutoff", "pk")


@transaction.atomic
def save_chapter(*, entity: Entity, kind: str, slug: str, title: str, seen: int, by: User) -> Chapter:
    """Renames a section; "" is its own title again. Raises Stale when the entity changed since revision `seen`, and
    ValidationError."""
    row = _row(_claimed(entity, kind, seen), slug)
    row.title = title
    return _saved(row, by)


@transaction.atomic
def add_chapter(*, entity: Entity, kind: str, title: str, seen: int, by: User) -> Chapter:
    """One of its own, after all those that can be moved. Raises Stale, and ValidationError for one too many."""
    rows = _claimed(entity, kind, seen)
    if sum(not row.section for row in rows) >= MOST_OWN:
        raise ValidationError(_("Caben %(most)s secciones propias: elimine una.") % {"most": MOST_OWN})
    return _saved(Chapter(entity=entity, kind=kind, title=title, order=len(rows)), by)


@transaction.atomic
def switch_chapter(*, entity: Entity, kind: str, slug: str, is_on: bool, by: User) -> Chapter:
    """Raises ValidationError for one that every report has, Stale when somebody changes the entity at the moment."""
    row = _row(_claimed(entity, kind), slug)
    row.is_on = is_on
    return _saved(row, by)


@transaction.atomic
def move_chapter(*, entity: Entity, kind: str, slug: str, up: bool, by: User) -> None:
    """Swaps its place with its neighbour's; does nothing at the ends, nor to one that stays in its place."""
    rows = _claimed(entity, kind)
    movable = [place.slug for place in outline.arranged(kind, rows) if place.is_movable]
    if slug not in movable:
        return
    at = movable.index(slug)
    to = at - 1 if up else at + 1
    if not 0 <= to < len(movable):
        return
    pair = [_row(rows, movable[place]) for place in (at, to)]
    before = [copy(row) for row in pair]
    pair[0].order, pair[1].order = pair[1].order, pair[0].order
    Chapter.objects.bulk_update(pair, ["order"])
    audit.record_changed(zip(before, pair, strict=True), by=by)
    _tell_drafts(entity, kind, by)


@transaction.atomic
def delete_chapter(*, entity: Entity, kind: str, slug: str, seen: int, by: User) -> None:
    """One of its own. What reports wrote for it stays with them, and prints no more."""
    row = _row(_claimed(entity, kind, seen), slug)
    if row.section:
        raise ValidationError(_("Solo se eliminan las secciones propias: esta no la incluya."))
    with audit.acting_as(by):
        row.delete()
    _tell_drafts(entity, kind, by)


@transaction.atomic
def reset(*, entity: Entity, kind: str, seen: int, by: User) -> None:
    """The kind's own list again. The trail keeps what there was, in one entry."""
    rows = _claimed(entity, kind, seen)
    with audit.record_at_once(by=by):
        entity.chapters.filter(kind=kind).delete()
    audit.record(by=by, verb="chapter.reset", target=entity, changes={"sections": (in_words(kind, rows), "")})
    _tell_drafts(entity, kind, by)


def in_words(kind: str, rows: list[Chapter]) -> str:
    """ "1. En una página; 2. Cómo va el plan (no incluida)"."""
    with translation.override("es-co"):  # as the trail keeps it
        told = [
            f"{number}. {outline.usual_title(place.section, kind)}{'' if place.is_on else ' (no incluida)'}"
            for number, place in enumerate(outline.arranged(kind, rows), 1)
        ]
    return "; ".join(told)


def _claimed(entity: Entity, kind: str, seen: int | None = None) -> list[Chapter]:
    """The whole list as rows in their order, those that were missing stored. Raises Stale."""
    entity.claim(seen)
    found = outline.arranged(kind, entity.chapters.filter(kind=kind))
    rows = [place.row or Chapter(entity=entity, kind=kind, section=place.slug) for place in found]
    for order, row in enumerate(rows):
        row.order = order
    Chapter.objects.bulk_create(row for row in rows if row.pk is None)
    Chapter.objects.bulk_update(rows, ["order"])
    return rows


def _row(rows: list[Chapter], slug: str) -> Chapter:
    """Raises Stale when it was deleted meanwhile."""
    row = next((row for row in rows if row.slug == slug), None)
    if row is None:
        raise Stale
    return row


def _saved(row: Chapter, by: User) -> Chapter:
    row.full_clean(exclude=["entity"])
    with audit.acting_as(by):
        row.save()
    _tell_drafts(row.entity, row.kind, by)
    return row


def _tell_drafts(entity: Entity, kind: str, by: User) -> None:
    found = list(drafts(kind, entity))
    raise_revisions(found)
    for report in found:
        report.plan.entity = entity
        signing.void(report, by=by)
