"""Undoing an import while nothing was built on it: the rows that it made go, and the plan if it made that too."""

from __future__ import annotations

from collections import Counter

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.actions import delete_dependency
from accounts.models import Dependency, User
from activities.models import Activity, Attendance, Metric, Responsibility, Session
from commitments.models import Commitment, FollowUp
from plans.actions import delete_plan, deletion_blockers
from plans.models import CyclePhase, Plan, PlanChapter, StakeholderGroup, StrategicLine
from plans.states import hold_draft
from plans.structure import delete_group
from records import audit
from records.models import Origin, Source
from records.refusals import NotReady

# Who refers first.
OF_PLAN = (FollowUp, Commitment, Attendance, Metric, Session, Activity, StrategicLine, CyclePhase, PlanChapter)
OF_ENTITY = (StakeholderGroup, Dependency)
_PARTS = (Responsibility, Attendance)  # they come and go with the row that they are of, which counts their changes
_COUNTED = {
    "n_phases": CyclePhase,
    "n_lines": StrategicLine,
    "n_activities": Activity,
    "n_sessions": Session,
    "n_metrics": Metric,
    "n_commitments": Commitment,
}


def plan_of(origin: Origin) -> Plan | None:
    """The plan that a file went to; None of one imported before this was written down, or whose plan is gone."""
    source = _of(origin, Plan).first()
    return Plan.objects.select_related("entity").filter(pk=source.target_id).first() if source else None


def imports_of(plan: Plan) -> models.QuerySet[Origin]:
    """The files that went to a plan, the latest first."""
    kind = ContentType.objects.get_for_model(Plan)
    sources = Source.objects.filter(target_type=kind, target_id=plan.pk)
    return Origin.objects.filter(pk__in=sources.values("origin")).select_related("brought_by")


def made_by(origin: Origin) -> Counter[type[models.Model]]:
    """How many rows of each kind the file made and are still there."""
    return Counter({model: n for model in (*OF_PLAN, *OF_ENTITY) if (n := _made(origin, model).count())})


def makes_plan(origin: Origin) -> bool:
    return _of(origin, Plan).filter(is_new=True).exists()


def blockers(origin: Origin, plan: Plan) -> list[str]:
    """Why an import cannot be undone, a sentence each; empty when it can."""
    if plan.state != Plan.State.DRAFT:
        return [_("El plan está aprobado: su línea base nació de esta importación y no se deshace.")]
    found = deletion_blockers(plan)
    kinds = [ContentType.objects.get_for_model(model) for model in OF_PLAN]
    changed = Source.objects.filter(origin=origin, is_new=False, target_type__in=kinds).count()
    if changed:
        found.append(
            ngettext(
                "La importación cambió %(n)s fila que el plan ya tenía: corríjala en ella.",
                "La importación cambió %(n)s filas que el plan ya tenía: corríjalas en ellas.",
                changed,
            )
            % {"n": changed}
        )
    touched = sum(
        _made(origin, model).filter(revision__gt=0).count() for model in OF_PLAN if hasattr(model, "revision")
    )
    if touched:
        found.append(
            ngettext(
                "%(n)s de sus filas se cambió o se reportó después.",
                "%(n)s de sus filas se cambiaron o se reportaron después.",
                touched,
            )
            % {"n": touched}
        )
    if built := _built(origin, plan):
        found.append(
            ngettext(
                "Sobre lo importado se agregó después %(n)s fila: elimínela antes.",
                "Sobre lo importado se agregaron después %(n)s filas: elimínelas antes.",
                built,
            )
            % {"n": built}
        )
    if not found and not makes_plan(origin) and not made_by(origin):
        found.append(_("De esta importación no queda en el plan ninguna fila que se pueda quitar."))
    return found


@transaction.atomic
def undo(*, origin: Origin, by: User) -> Plan | None:
    """Removes what the import made; the plan, unless it went too.

    Raises Frozen when the plan is approved, NotReady with the reasons. The words of notes that joined a plan stay, and
    so do units and groups that something else names by now.
    """
    plan = plan_of(origin)
    if plan is None:
        raise NotReady(_("Esta importación es de antes de que se pudieran deshacer, o su plan ya no está."))
    hold_draft(plan)
    if found := blockers(origin, plan):
        raise NotReady(*found)
    counts = made_by(origin)
    units = [(model, list(_made(origin, model))) for model in OF_ENTITY]
    gone = {name: (counts[model], None) for name, model in _COUNTED.items() if counts[model]}
    audit.record(by=by, verb="origin.undo", target=origin, changes={"file_name": (origin.file_name, None), **gone})
    is_new = makes_plan(origin)
    if is_new:
        delete_plan(plan=plan, by=by)
    else:
        with audit.record_at_once(by=by):
            for model in OF_PLAN:
                _made(origin, model).delete()
    for model, rows in units:
        for row in rows:
            _delete_unused(model, row, by)
    with audit.acting_as(by):
        origin.delete()
    return None if is_new else plan


def _delete_unused(model: type[models.Model], row: models.Model, by: User) -> None:
    if row.revision:
        return  # somebody made it theirs
    try:
        with transaction.atomic():
            if model is Dependency:
                delete_dependency(dependency=row, by=by)
            else:
                delete_group(group=row, by=by)
    except ValidationError:
        pass  # something else names it by now


def _of(origin: Origin, model: type[models.Model]) -> models.QuerySet[Source]:
    return Source.objects.filter(origin=origin, target_type=ContentType.objects.get_for_model(model))


def _made(origin: Origin, model: type[models.Model]) -> models.QuerySet:
    return model._base_manager.filter(pk__in=_of(origin, model).filter(is_new=True).values("target_id"))


def _built(origin: Origin, plan: Plan) -> int:
    """Rows that others made and that refer to those of the import, or stand in the plan that it made."""
    count = 0
    for model in OF_PLAN:
        for relation in model._meta.related_objects:
            other = relation.related_model
            if other in _PARTS or relation.many_to_many:
                continue
            of_made = other._base_manager.filter(**{f"{relation.field.name}__in": _made(origin, model)})
            count += _not_made(of_made, origin, other).count()
    if makes_plan(origin):
        for model in (Commitment, Activity, StrategicLine, CyclePhase, PlanChapter):
            count += _not_made(model._base_manager.filter(plan=plan), origin, model).count()
    return count


def _not_made(rows: models.QuerySet, origin: Origin, model: type[models.Model]) -> models.QuerySet:
    return rows.exclude(pk__in=_of(origin, model).filter(is_new=True).values("target_id"))
