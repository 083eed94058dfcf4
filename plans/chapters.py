"""The chapters of a plan: the texts of its document, in order. Refusals carry a message."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from plans.models import Plan, PlanChapter
from plans.states import hold_draft
from records import audit
from records.locks import raise_revisions

MOST = 60  # of a plan
Purpose = PlanChapter.Purpose
LISTS = (Purpose.INFORMATION, Purpose.DIALOGUE, Purpose.INCENTIVES)

# How a chapter of each purpose is usually called, and what it answers.
USUAL = {
    Purpose.TEXT: (
        gettext_lazy("Presentación"),
        gettext_lazy("¿Para qué hace la entidad este plan y cómo se construyó?"),
    ),
    Purpose.LEGAL: (
        gettext_lazy("Marco legal"),
        gettext_lazy("¿Qué normas obligan a la entidad y qué le piden hacer?"),
    ),
    Purpose.INFORMATION: (
        gettext_lazy("Acciones de información"),
        gettext_lazy("¿Qué debe saber la ciudadanía antes, durante y después de cada encuentro, y por dónde lo sabrá?"),
    ),
    Purpose.DIALOGUE: (
        gettext_lazy("Acciones de diálogo"),
        gettext_lazy("¿Cómo conversarán la entidad y la ciudadanía, con preguntas y con respuestas?"),
    ),
    Purpose.INCENTIVES: (
        gettext_lazy("Acciones de incentivos"),
        gettext_lazy("¿Qué hará que rendir cuentas y pedirlas valga la pena para todos?"),
    ),
    Purpose.CLOSING: (
        gettext_lazy("Conclusiones"),
        gettext_lazy("¿Qué se espera lograr y qué se recomienda a quienes lo ejecutan?"),
    ),
}


@dataclass(frozen=True, slots=True)
class Written:
    """A chapter as its document prints it."""

    purpose: str
    title: str
    body: str


def written(plan: Plan) -> list[Written]:
    """In order: of an approved plan those of its newest version, if it kept them. At most two queries."""
    if plan.is_approved:
        snapshot = plan.versions.order_by("-number").values_list("snapshot", flat=True).first() or {}
        if "chapters" in snapshot:
            # A version keeps the words of a choice, not its value.
            values = {str(label): value for value, label in Purpose.choices}
            return [
                Written(values.get(row["purpose"], row["purpose"]), row["title"], row["body"])
                for row in snapshot["chapters"]
            ]
    return [Written(row.purpose, row.title, row.body) for row in plan.chapters.all()]


@transaction.atomic
def save_chapter(*, chapter: PlanChapter, by: User, seen: int | None = None) -> PlanChapter:
    """A new one goes last. Raises Frozen when the plan is no draft, Stale when the chapter changed since revision
    `seen`, ValidationError when its title is taken or the plan has too many."""
    hold_draft(chapter.plan)
    if chapter.pk:
        chapter.claim(seen)
    else:
        _go_last(chapter)
    chapter.full_clean(exclude=["plan"])
    with audit.acting_as(by):
        chapter.save()
    return chapter


@transaction.atomic
def add_lists(*, plan: Plan, by: User) -> list[PlanChapter]:
    """The lists of actions of accountability that the plan lacks, each opened by its question. Raises Frozen."""
    hold_draft(plan)
    there = set(plan.chapters.values_list("purpose", flat=True))
    titles = set(plan.chapters.values_list("title", flat=True))
    added = []
    for purpose in LISTS:
        title, question = map(str, USUAL[purpose])
        if purpose not in there and title not in titles:
            added.append(PlanChapter(plan=plan, purpose=purpose, title=title, body=f"> {question}\n\n- "))
    with audit.acting_as(by):
        for chapter in added:
            _go_last(chapter)
            chapter.save()
    return added


@transaction.atomic
def delete_chapter(*, chapter: PlanChapter, by: User, seen: int | None = None) -> None:
    """Raises Frozen, and Stale when it changed since revision `seen`: what nobody read is not deleted."""
    hold_draft(chapter.plan)
    chapter.claim(seen)
    with audit.acting_as(by):
        chapter.delete()


@transaction.atomic
def move_chapter(*, chapter: PlanChapter, to: int, by: User) -> None:
    """To the place `to` among those of its plan, from 0; beyond the ends is at the end. Raises Frozen."""
    hold_draft(chapter.plan)
    rows = list(chapter.plan.chapters.all())
    moved = next(row for row in rows if row.pk == chapter.pk)
    rows.remove(moved)
    rows.insert(max(0, min(to, len(rows))), moved)
    changed = []
    for order, row in enumerate(rows):
        if row.order != order:
            row.plan, before = chapter.plan, copy(row)
            row.order = order
            changed.append((before, row))
    PlanChapter.objects.bulk_update([row for _before, row in changed], ["order"])
    raise_revisions([row for _before, row in changed])
    audit.record_changed(changed, by=by)


def _go_last(chapter: PlanChapter) -> None:
    found = chapter.plan.chapters.aggregate(last=models.Max("order"), number=models.Count("pk"))
    if found["number"] >= MOST:
        raise ValidationError(_("Caben %(most)s capítulos en un plan: una los que se parecen.") % {"most": MOST})
    chapter.order = 0 if found["last"] is None else found["last"] + 1
