"""Several activities of a draft changed or deleted at once, all or none, and the way back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from copy import copy
from datetime import date
from itertools import chain
from typing import Any

from django.core import serializers
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from accounts.models import Dependency, User
from activities.kept import LEAD, Kept, Seen, held, kept_of, names, write_kept
from activities.models import Activity, Attendance, Evidence, Metric, Responsibility, Session, SurveyResponse
from display.dates import Precision
from plans.models import Plan, StakeholderGroup
from plans.states import hold_draft
from records import audit
from records.locks import raise_revisions
from records.refusals import Refused

MOST_DELETED = 500  # each with its sessions and the trail of all: 2,000 with 24,000 sessions took 25 seconds
Stash = dict[str, Any]  # what undoes it


@transaction.atomic
def change(*, plan: Plan, seen: Seen, wanted: dict[str, Any], by: User) -> tuple[int, Stash]:
    """Sets what `wanted` names in every activity of `seen`; returns how many changed, and what undoes it.

    `wanted`: "lead" (a Dependency, or None for nobody), "phase" and "line" (or None), "groups" to add, "month" (its
    last day) in which each gets one session, unless it has one then. Raises Frozen, or Stale with the names.
    """
    rows = held(plan, seen)
    before = kept_of(rows)
    after = {row.pk: _with(before[row.pk], wanted) for row in rows}
    added = _programmed(rows, wanted["month"], by) if wanted.get("month") else []
    changed = write_kept(plan, rows, before, after, by)
    raised = {row.pk for row in changed} | {session.activity_id for session in added}
    raise_revisions([row for row in rows if row.pk in raised])
    stash = {
        "rows": [[row.pk, seen[row.pk] + 1, before[row.pk]] for row in rows if row.pk in raised],
        "sessions": [session.pk for session in added],
    }
    return len(raised), stash


@transaction.atomic
def delete(*, plan: Plan, seen: Seen, by: User) -> Stash:
    """With their sessions and metrics. Raises Frozen, Stale, or ValidationError with the names of those that were
    reported or made promises."""
    if len(seen) > MOST_DELETED:
        raise Refused(_("Se eliminan a lo sumo %(n)s actividades a la vez.") % {"n": MOST_DELETED})
    rows = held(plan, seen)
    pks = [row.pk for row in rows]
    used = Activity.objects.filter(
        models.Exists(Session.objects.reported().filter(activity=models.OuterRef("pk")))
        | models.Exists(plan.commitments.filter(session__activity=models.OuterRef("pk")))
        | models.Exists(plan.changes.filter(activity=models.OuterRef("pk")))
        | models.Exists(SurveyResponse.objects.filter(session__activity=models.OuterRef("pk")))
        | models.Exists(Evidence.objects.filter(session__activity=models.OuterRef("pk"))),
        pk__in=pks,
    )
    if kept := list(used.by_phase()):
        raise ValidationError(
            _(
                "No se eliminó ninguna: tienen ejecución reportada, evidencias, evaluaciones, compromisos o "
                "solicitudes de cambio %(names)s."
            )
            % {"names": names(kept)}
        )
    below = {model: list(model.objects.filter(activity__in=pks)) for model in (Responsibility, Session, Metric)}
    below[Attendance] = list(Attendance.objects.filter(session__activity__in=pks))
    models.prefetch_related_objects(rows, "groups")
    gone = list(chain(rows, *below.values()))
    stash = {"deleted": serializers.serialize("python", gone)}
    _know(plan, rows, chain(*below.values()))
    with audit.record_at_once(by=by) as pairs:
        pairs += [(copy(row), None) for row in gone]
        plan.activities.filter(pk__in=pks).delete()
    return stash


@transaction.atomic
def undo(*, plan: Plan, stash: Stash, by: User) -> int:
    """Puts back what `change` or `delete` took; returns of how many activities. Raises Frozen, or Refused when somebody
    changed them since."""
    if "deleted" in stash:
        return _restore(plan, stash, by)
    seen = {pk: revision for pk, revision, _kept in stash["rows"]}
    rows = held(plan, seen)
    after = {
        pk: Kept(phase, line, of_all, tuple((key, part) for key, part in parts), tuple(groups))
        for pk, _revision, (phase, line, of_all, parts, groups) in stash["rows"]
    }
    sessions = Session.objects.filter(pk__in=stash["sessions"]).select_related("activity__plan")
    untouched = list(sessions.untouched())
    if len(untouched) < len(stash["sessions"]):
        raise Refused(_("Alguien ya cambió los espacios que se agregaron: quítelos uno por uno."))
    with audit.record_at_once(by=by) as pairs:
        pairs += [(copy(session), None) for session in untouched]
        sessions.delete()
    write_kept(plan, rows, kept_of(rows), after, by)
    raise_revisions(rows)
    return len(rows)


def _with(kept: Kept, wanted: dict[str, Any]) -> Kept:
    found = kept._asdict()
    for name in ("phase", "line"):
        if name in wanted:
            found[name] = wanted[name] and wanted[name].pk
    if "lead" in wanted:
        lead = wanted["lead"] and wanted["lead"].pk
        others = tuple((pk, part) for pk, part in kept.parts if part != LEAD and pk != lead)
        found["parts"] = (*([(lead, LEAD.value)] if lead else []), *others)
        found["of_all"] = False  # whoever leads it answers for it, or nobody does
    more = [group.pk for group in wanted.get("groups", ()) if group.pk not in kept.groups]
    return Kept(**found | {"groups": (*kept.groups, *more)})


def _programmed(rows: list[Activity], month: date, by: User) -> list[Session]:
    has = set(Session.objects.filter(activity__in=rows, planned_on=month, withdrawn_on=None).values_list("activity"))
    added = [
        Session(activity=row, planned_on=month, planned_precision=Precision.MONTH)
        for row in rows
        if (row.pk,) not in has
    ]
    Session.objects.bulk_create(added)
    audit.record_created(added, by=by)
    return added


# --- Put back ---------------------------------------------------------------------------------------------------------


def _know(plan: Plan, rows: list[Activity], below: Iterable[models.Model]) -> None:
    """The trail names rows by those above them: no statement for each."""
    activities = {row.pk: row for row in rows}
    dependencies = {row.pk: row for row in Dependency.objects.filter(entity=plan.entity)}
    sessions = {}
    for row in below:
        if isinstance(row, Attendance):
            row.session = sessions[row.session_id]
            continue
        row.activity = activities[row.activity_id]
        if isinstance(row, Responsibility):
            row.dependency = dependencies[row.dependency_id]
        if isinstance(row, Session):
            sessions[row.pk] = row


def _taken() -> Refused:
    return Refused(
        _("No se pudo deshacer: desde entonces alguien usó uno de esos números, o quitó algo de lo que tenían.")
    )


def _restore(plan: Plan, stash: Stash, by: User) -> int:
    hold_draft(plan)
    through, rows, groups = Activity.groups.through, defaultdict(list), []
    for found in serializers.deserialize("python", stash["deleted"]):
        rows[type(found.object)].append(found.object)
        groups += [through(activity=found.object, stakeholdergroup_id=pk) for pk in found.m2m_data.get("groups", ())]
    # Asked before writing: a database says of what is gone only when the whole transaction ends.
    named = (
        (plan.phases, {row.phase_id for row in rows[Activity]}),
        (plan.lines, {row.line_id for row in rows[Activity]}),
        (Dependency.objects, {row.dependency_id for row in rows[Responsibility]}),
        (
            StakeholderGroup.objects,
            {row.group_id for row in rows[Attendance]} | {row.stakeholdergroup_id for row in groups},
        ),
    )
    if any(set(stored.filter(pk__in=pks).values_list("pk", flat=True)) < pks - {None} for stored, pks in named):
        raise _taken()
    try:
        with transaction.atomic():
            for model in (Activity, Responsibility, Session, Metric, Attendance):
                model.objects.bulk_create(rows[model])
            through.objects.bulk_create(groups)
    except IntegrityError as error:
        raise _taken() from error
    for row in rows[Activity]:
        row.plan = plan
    below = list(chain(rows[Responsibility], rows[Session], rows[Metric], rows[Attendance]))
    _know(plan, rows[Activity], below)
    audit.record_created([*rows[Activity], *below], by=by)
    return len(rows[Activity])
