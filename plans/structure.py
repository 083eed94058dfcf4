"""Actions on a plan's phases and lines, and on the entity's groups and cut-offs. Refusals carry a message."""

from copy import copy

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from accounts.models import Entity, User
from plans.cutoffs import Cutoff
from plans.models import CyclePhase, StakeholderGroup, StrategicLine
from plans.states import hold_draft
from records import audit
from records.locks import raise_revisions
from records.uses import in_words, uses_of


@transaction.atomic
def save_part(*, part: CyclePhase | StrategicLine, by: User, seen: int | None = None) -> CyclePhase | StrategicLine:
    """Raises Frozen when the plan is approved, Stale when the part changed since revision `seen`, ValidationError when
    the number or name is taken."""
    hold_draft(part.plan)
    if part.pk:
        part.claim(seen)
    if isinstance(part, StrategicLine) and part._state.adding:
        last = part.plan.lines.aggregate(last=models.Max("order"))["last"]
        part.order = 0 if last is None else last + 1
    part.validate_constraints()
    with audit.acting_as(by):
        part.save()
    return part


@transaction.atomic
def delete_part(*, part: CyclePhase | StrategicLine, by: User) -> None:
    """Raises Frozen when the plan is approved, ValidationError when the part has activities."""
    hold_draft(part.plan)
    refuse_used(part, _("Pase antes sus actividades a otra."))
    with audit.acting_as(by):
        part.delete()


@transaction.atomic
def move_part(*, part: CyclePhase | StrategicLine, up: bool, by: User) -> None:
    """Swaps the number of a phase, or the order of a line, with its neighbour's; does nothing at the ends."""
    hold_draft(part.plan)
    rows = list(type(part).objects.filter(plan=part.plan).select_related("plan"))
    at = [row.pk for row in rows].index(part.pk)
    to = at - 1 if up else at + 1
    if not 0 <= to < len(rows):
        return
    is_phase = isinstance(part, CyclePhase)
    # Phases keep their numbers, gaps included; lines are counted anew, since several may share the default order.
    field, places = ("number", [row.number for row in rows]) if is_phase else ("order", range(len(rows)))
    rows[at], rows[to] = rows[to], rows[at]
    changed = []
    for row, place in zip(rows, places, strict=True):
        if getattr(row, field) != place:
            before = copy(row)
            setattr(row, field, place)
            changed.append((before, row))
    # The unique constraint is checked row by row: 0, which no phase has, is a temporary number.
    type(part).objects.filter(pk=part.pk).update(**{field: 0})
    for _before, row in sorted(changed, key=lambda pair: pair[1].pk == part.pk):
        type(part).objects.filter(pk=row.pk).update(**{field: getattr(row, field)})
    raise_revisions([row for _before, row in changed])
    audit.record_changed(changed, by=by)


@transaction.atomic
def save_group(*, group: StakeholderGroup, by: User, seen: int | None = None) -> StakeholderGroup:
    """Raises Stale when it changed since revision `seen`, ValidationError when its name is taken."""
    if group.pk:
        group.claim(seen)
    group.validate_constraints()
    with audit.acting_as(by):
        group.save()
    return group


@transaction.atomic
def delete_group(*, group: StakeholderGroup, by: User) -> None:
    refuse_used(group, _("Si ya no se convoca, déjelo como no activo."))
    with audit.acting_as(by):
        group.delete()


def refuse_used(row: models.Model, advice: str) -> None:
    """ValidationError when something refers to `row`, with counts by kind and `advice`."""
    if uses := uses_of(row):
        raise ValidationError(
            _("«%(name)s» está en uso y no se puede eliminar. %(uses)s %(advice)s")
            % {"name": row, "uses": in_words(uses), "advice": advice}
        )


@transaction.atomic
def save_cutoffs(*, entity: Entity, rows: list[tuple[int, int, str]], seen: int, by: User) -> None:
    """The entity keeps these alone: (month, day, name). Raises Stale when it changed since revision `seen`."""
    entity.claim(seen)
    stored, wanted = {(row.month, row.day): row for row in entity.cutoffs.all()}, {row[:2]: row[2] for row in rows}
    with audit.acting_as(by):
        for place, row in stored.items():
            if place not in wanted:
                row.delete()
        for (month, day), name in wanted.items():
            row = stored.get((month, day)) or Cutoff(entity=entity, month=month, day=day)
            if row.name != name:
                row.name = name
                row.full_clean()
                row.save()
