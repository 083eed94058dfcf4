"""Why a request cannot be asked or applied on a day: one sentence each, with what to do instead."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Dependency
from activities.changes import wanted
from activities.models import Activity, ChangeRequest, Session
from activities.returns import locking
from display.dates import Precision, day, when
from display.text import enumeration
from display.values import label
from plans.models import Plan, StakeholderGroup
from records.refusals import Blocker

LABELS = {"lead": gettext_lazy("Lidera"), "support": gettext_lazy("Apoyan")}


def blockers(change: ChangeRequest, on: date) -> list[Blocker]:
    """Empty when it can be applied on `on`; its plan, activity and session are as stored now."""
    found = list(_of_plan(change))
    if found:
        return found
    if change.kind == change.Kind.ADD:
        return list(_addition(change))
    if change.session is None:
        return list(_activity(change))
    return list(still_as_it_was(change.session)) or [*_meanwhile(change), *_session(change, on)]


def _of_plan(change: ChangeRequest) -> Iterator[Blocker]:
    plan = change.plan
    if plan.is_running or (change.kind == change.Kind.ADD and plan.state == Plan.State.DRAFT):
        return
    if plan.state == Plan.State.DRAFT:
        yield Blocker(_("El plan volvió a borrador: lo que promete se corrige en él, sin solicitud."))
    elif plan.state == Plan.State.IN_REVIEW:
        yield Blocker(_("El plan está en revisión: espere a que se apruebe o se devuelva."))
    else:
        yield Blocker(_("El plan está cerrado: lo que prometió ya no cambia."))


def still_as_it_was(session: Session) -> Iterator[Blocker]:
    """What happened to a space since: it is told once, the first that holds."""
    activity = session.activity
    if activity.outside_plan or not session.planned_units:
        yield Blocker(_("El espacio no es de los que el plan promete: se cambia en su propia página."))
    elif session.withdrawn_on:
        yield Blocker(
            _("El espacio ya no está en el plan desde el %(day)s: pida el cambio sobre el que lo reemplaza, si lo hay.")
            % {"day": day(session.withdrawn_on)}
        )
    elif is_reported(session):
        yield Blocker(
            _(
                "El espacio ya se reportó, y lo reportado no cambia por una solicitud. Si el reporte está mal, "
                "corríjalo en la página del espacio y vuelva a decidir."
            )
        )
    elif session.carried_to_year:
        yield Blocker(
            _("El espacio ya pasa a la vigencia %(year)s: prográmelo en el plan de esa vigencia.")
            % {"year": session.carried_to_year}
        )


def is_reported(session: Session) -> bool:
    """As `SessionQuerySet.reported`, of a row in memory."""
    told = (session.executed_units, session.denominator, session.held_on, session.attendance_total)
    return any(value is not None for value in told)


def _meanwhile(change: ChangeRequest) -> Iterator[Blocker]:
    """What the row says of what is asked has to be what it said when it was asked."""
    row = change.session or change.activity
    now = wanted.session_values(row) if change.session else wanted.stored(row)
    was = change.wanted.get("from", {})
    if moved := [name for name, value in was.items() if now[name] != value]:
        names = enumeration([f"«{label(type(row), name, LABELS)}»" for name in moved])
        yield Blocker(
            _("Mientras se decidía cambió %(fields)s: devuelva la solicitud para que se pida sobre lo que hay ahora.")
            % {"fields": names}
        )


def _session(change: ChangeRequest, on: date) -> Iterator[Blocker]:
    session, kind = change.session, change.kind
    if kind == change.Kind.WITHDRAW:
        if session.planned_on <= on:
            yield Blocker(
                _(
                    "La fecha del espacio ya llegó (%(day)s): no se retira del plan. Reporte que no se hizo y por "
                    "qué, o pida otra fecha."
                )
                % {"day": when(session.planned_on, session.planned_precision)}
            )
    elif kind == change.Kind.CARRY:
        yield from _carried(change, on)
    else:
        after = wanted.sessions_of(change, session.activity)[0]
        if wanted.session_values(after) == wanted.session_values(session):
            yield Blocker(_("Así queda igual: diga qué cambia."))
        yield from _dates(session.activity, [after], {session.pk})


def _carried(change: ChangeRequest, on: date) -> Iterator[Blocker]:
    session = change.session
    if session.planned_on < on:  # said later, it would change the figures of days that are past
        yield Blocker(
            _(
                "La fecha del espacio ya pasó (%(day)s): diga en su reporte que no se hizo, por qué y a qué "
                "vigencia pasa."
            )
            % {"day": when(session.planned_on, session.planned_precision)}
        )
    if not change.wanted.get("year") or change.wanted["year"] <= change.plan.ends_on.year:
        yield Blocker(_("Diga una vigencia posterior a la de este plan."), field="year")


def _dates(
    activity: Activity, sessions: list[Session], but: set[int] = frozenset(), lead: int | None = None
) -> Iterator[Blocker]:
    """The sessions fall inside the plan, each on a date of its own, in no month of which nothing more is reported.
    `lead`: of an activity that is not stored yet."""
    plan = activity.plan
    taken = set()
    if activity.pk:
        rows = activity.sessions.filter(withdrawn_on=None).exclude(pk__in=but)
        taken = set(rows.values_list("planned_on", "planned_precision"))
    for held in locking.accepted_of(activity, [session.planned_on for session in sessions], lead):
        yield Blocker(locking.sentence(held.month, held.dependency.name), held.get_absolute_url())
    for session in sessions:
        written = when(session.planned_on, session.planned_precision)
        is_month = session.planned_precision == Precision.MONTH
        first = session.planned_on.replace(day=1) if is_month else session.planned_on
        if first > plan.ends_on or session.planned_on < plan.starts_on:
            yield Blocker(
                _("%(date)s queda por fuera del plan, que va del %(start)s al %(end)s.")
                % {"date": written, "start": day(plan.starts_on), "end": day(plan.ends_on)}
            )
        place = session.planned_on, session.planned_precision
        if place in taken:
            yield Blocker(_("La actividad ya tiene un espacio en esa fecha: %(date)s.") % {"date": written})
        taken.add(place)


def _activity(change: ChangeRequest) -> Iterator[Blocker]:
    activity = change.activity
    found = list(withdrawn(activity))
    if found:
        yield from found
    elif change.kind == change.Kind.MODIFY:
        yield from _meanwhile(change)
        if not change.wanted.get("activity"):
            yield Blocker(_("Así queda igual: diga qué cambia."))
        yield from _content(change)


def withdrawn(activity: Activity) -> Iterator[Blocker]:
    if activity.outside_plan:
        yield Blocker(_("La actividad está por fuera del plan: se cambia en su propia página."))
    elif activity.withdrawn_on:
        yield Blocker(
            _(
                "La actividad ya no está en el plan desde el %(day)s: pida el cambio sobre la que la reemplaza, si la "
                "hay."
            )
            % {"day": day(activity.withdrawn_on)}
        )


def _addition(change: ChangeRequest) -> Iterator[Blocker]:
    activity, sessions = change.activity, change.wanted.get("sessions", [])
    if activity is None:
        yield from _content(change)
    elif found := list(withdrawn(activity)):
        yield from found
        return
    elif not sessions:
        yield Blocker(_("Diga al menos una fecha."))
    lead = None if activity else change.wanted.get("activity", {}).get("lead")
    activity = activity or Activity(plan=change.plan)
    yield from _dates(activity, wanted.sessions_of(change, activity), lead=lead)


def _content(change: ChangeRequest) -> Iterator[Blocker]:
    """What is asked of an activity still exists, and breaks no rule of its rows."""
    plan, asked = change.plan, change.wanted.get("activity", {})
    people = {*([asked["lead"]] if asked.get("lead") else []), *asked.get("support", [])}
    gone = (
        (asked.get("phase") and not plan.phases.filter(pk=asked["phase"]).exists(), _("la fase")),
        (asked.get("line") and not plan.lines.filter(pk=asked["line"]).exists(), _("la línea")),
        (missing(Dependency.objects.filter(entity=plan.entity_id), people), _("una dependencia")),
        (missing(StakeholderGroup.objects.filter(entity=plan.entity_id), asked.get("groups", ())), _("un grupo")),
    )
    for is_gone, what in gone:
        if is_gone:
            yield Blocker(_("Ya no existe %(what)s que se pedía: devuelva la solicitud.") % {"what": what})
    number = asked.get("number")
    if number and plan.activities.in_force().filter(number=number).exclude(pk=change.activity_id).exists():
        yield Blocker(_("El plan ya tiene una actividad con ese número."), field="number")


def missing(rows, pks) -> bool:
    pks = set(pks)
    return bool(pks) and rows.filter(pk__in=pks).count() < len(pks)
