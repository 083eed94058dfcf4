"""From a live figure to the rows that make it. The address says the cut-off and the set, so that it can be sent on;
the sum is that of activities/progress.py."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.db.models import F, Q, QuerySet, Sum, TextChoices
from django.db.models.functions import Least
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import AuditEntry, User
from activities import progress
from activities.agenda import reported_by
from activities.counting import PERCENTAGE, done_by, due_sessions, targets_of
from activities.figures import BlockKey, Figure, Place, Target, Targets
from activities.models import Activity, ExecutionState, Session
from activities.pending import Need, Pending, needs, pending
from activities.returns.locking import held_among
from display import figures
from display.dates import month_end
from display.text import Unit, normalise
from plans.models import Plan
from records import sources
from records.sources import Cited
from reports.reporters import last_entries

TOTAL, TARGETS, ACTIVITY = "total", "metas", "actividad"
BLOCKS = {"line": "estrategia", "dependency": "dependencia", "all": "todas", "none": "sin-responsable"}
NAMED = {"dependency": "nombra", "group": "grupo"}  # an activity counts in each that it names
PLACES, WAYS = "localidad", "modalidad"  # of a space, else of its activity
LEADS = {"dependency": "responde", "all": "responden-todas", "none": "responde-nadie"}


class What(TextChoices):
    EVERYTHING = "", gettext_lazy("Todo")
    MISSING = "falta", gettext_lazy("Lo que faltó")
    UNEXPLAINED = "sin-explicar", gettext_lazy("Lo que faltó sin explicación")
    PENDING = "pendiente", gettext_lazy("Falta reportar o explicar")
    TO_COME = "por-venir", gettext_lazy("Lo que viene después del corte")


def code_of(key: BlockKey, names: dict[str, str] = BLOCKS) -> str:
    """ "dependencia-7", as it stands in addresses."""
    kind, pk = key
    return names[kind] if pk is None and kind in names else f"{names.get(kind, 'fase')}-{pk or 0}"


def address(
    plan: Plan,
    on: date | None,
    group: str = TOTAL,
    month: date | None = None,
    what: str = "",
    *,
    until: date | None = None,
) -> str:
    """`on`: None for the day on which it is opened. `until`: a day of the last month, when there are several."""
    several = month and until and f"{until:%Y-%m}" != f"{month:%Y-%m}"
    asked = {
        "corte": on and f"{on:%Y-%m-%d}",
        "conjunto": group,
        "mes": month and f"{month:%Y-%m}",
        "hasta": several and f"{until:%Y-%m}",
        "que": what,
    }
    url = reverse("dashboard:figure", args=[plan.entity.slug, plan.slug])
    return f"{url}?{urlencode({name: value for name, value in asked.items() if value})}"


# --- The sets of a plan -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Group:
    """Activities that an address names, or some of their sessions; None: all of them."""

    code: str
    name: str
    activities: Collection[int] | None
    heading: str = ""
    lead: BlockKey | None = None  # who answers for all of them
    sessions: Q | None = None


def groups_of(plan: Plan, places: dict[int, Place], asked: str = "") -> list[Group]:
    """In the order in which they are offered. `asked`: the code of one that stands beside them only when asked for: an
    activity, a dependency that it names, a group, a place, a modality."""
    found = [Group(TOTAL, _("Todo el plan"), None)]
    has_lines = any(place.block[0] == "line" for place in places.values())
    blocks = {place.block: place.name for place in places.values()}
    heading = _("Por estrategia o dependencia")
    for block, name in blocks.items():
        lead = None if has_lines else block
        found.append(
            Group(code_of(block), name, _those(places, lambda place, at=block: place.block == at), heading, lead)
        )
    if has_lines:
        for lead, name in {place.lead: place.lead_name for place in places.values()}.items():
            those = _those(places, lambda place, at=lead: place.lead == at)
            found.append(Group(code_of(lead, LEADS), name, those, _("Por quien responde"), lead))
    phases = {phase.pk: str(phase) for phase in plan.phases.all()}
    if phases and any(place.phase is None for place in places.values()):
        phases[None] = _("Sin fase")
    for phase, name in phases.items():
        those = _those(places, lambda place, at=phase: place.phase == at)
        found.append(Group(f"fase-{phase or 0}", name, those, _("Por fase")))
    percentages = list(
        plan.activities.in_plan().filter(target_kind=Activity.TargetKind.PERCENTAGE).values_list("pk", flat=True)
    )
    if percentages:
        found.append(Group(TARGETS, _("Metas en porcentaje"), percentages, _("Aparte")))
    kind, _dash, key = asked.partition("-")
    if kind == ACTIVITY and key.isdecimal() and int(key) in places:
        named = str(plan.activities.get(pk=int(key)))
        found.append(Group(asked, named, [int(key)], _("Una actividad")))
    elif kind in NAMED.values():
        found += _naming(plan, kind, key)
    elif kind == PLACES:
        found += _in_place(plan, key)
    elif kind == WAYS and key in ("", *Activity.Modality.values):
        name = Activity.Modality(key).label if key else _("Sin modalidad")
        found.append(Group(asked, str(name), None, _("Por modalidad"), sessions=_said("modality", [key])))
    return found


def _naming(plan: Plan, kind: str, key: str) -> list[Group]:
    """The activities that name a dependency or a group; of "todas" all the dependencies, of "0" none."""
    activities = plan.activities.in_plan()
    if kind == NAMED["dependency"]:
        heading, everybody = _("Por dependencia"), (_("Todas las dependencias"), Q(all_dependencies=True))
        nobody = (_("Sin responsable"), Q(responsibilities=None, all_dependencies=False))
        special = {"todas": everybody, "0": nobody}
        named, rows = "responsibilities__dependency", plan.entity.dependencies
    else:
        special, heading = {"0": (_("Sin grupo"), Q(groups=None))}, _("Por grupo")
        named, rows = "groups", plan.entity.groups
    if key in special:
        name, condition = special[key]
    elif key.isdecimal() and (row := rows.filter(pk=key).first()):
        name, condition = row.name, Q(**{named: row.pk})
    else:
        return []
    return [Group(f"{kind}-{key}", name, list(activities.filter(condition).values_list("pk", flat=True)), heading)]


def _in_place(plan: Plan, key: str) -> list[Group]:
    """Localities are written by hand: those that read alike are one."""
    sessions = Session.objects.filter(activity__plan=plan).in_plan().order_by()
    written = {*sessions.values_list("locality", flat=True), *sessions.values_list("activity__locality", flat=True)}
    alike = sorted(text for text in written if normalise(text) == key)
    if not alike:
        return []
    name = alike[0] or _("Sin localidad")
    return [Group(f"{PLACES}-{key}", name, None, _("Por localidad o vereda"), sessions=_said("locality", alike))]


def _said(field: str, values: list[str]) -> Q:
    """What a session says of itself, else its activity."""
    own = Q(**{f"{field}__in": values}) & ~Q(**{field: ""})
    return own | Q(**{field: "", f"activity__{field}__in": values})


def code_of_lead(lead: BlockKey, has_lines: bool) -> str:
    """Of who answers for activities: the block, where a plan has no lines."""
    return code_of(lead, LEADS if has_lines else BLOCKS)


def _those(places: dict[int, Place], belongs) -> list[int]:
    return [pk for pk, place in places.items() if belongs(place)]


# --- The rows of a set, and their sum ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Traced:
    """A set at a cut-off: its figure, its rows as a QuerySet with `counted`, and what nobody said of them yet."""

    group: Group
    on: date
    month: date | None  # its first day; of several, that of the first
    what: str
    figure: Figure
    scheduled: int  # units of what comes after the cut-off
    rows: QuerySet[Session]
    targets: list[Target]
    pending: dict[int, Pending]  # of the set, whatever of it is shown
    held: set[int]  # of them, those that an accepted month holds: nobody is asked for them until it is reopened
    until: date | None = None  # the last day of the last month, when there are several

    @property
    def of_targets(self) -> Targets:
        return Targets.of(self.targets)

    @property
    def asked(self) -> list[Pending]:
        return [row for row in self.pending.values() if row.session not in self.held]

    def said(self, unit: Unit) -> str:
        """The sum, written out: "10 de 16 espacios: 62,5 %"."""
        figure, n = self.figure, figures.whole
        if self.what == What.PENDING:
            return to_do(*needs(self.pending.values())) or _("Nada falta por reportar ni por explicar.")
        if self.what == What.TO_COME:
            return _("%(n)s %(units)s después del corte") % {"n": n(self.scheduled), "units": unit.of(self.scheduled)}
        if self.what == What.MISSING:
            return _("Faltó: %(n)s %(units)s") % {"n": n(figure.shortfall), "units": unit.of(figure.shortfall)}
        if self.what == What.UNEXPLAINED:
            return _("Sin explicación: %(n)s %(units)s") % {
                "n": n(figure.unexplained),
                "units": unit.of(figure.unexplained),
            }
        if self.group.code == TARGETS or (not figure.planned and self.targets):
            return (
                self.targets[0].measured
                if len(self.targets) == 1 and self.targets[0].measured
                else self.of_targets.words
            )
        if not figure.planned:
            return _("Nada estaba programado hasta ese día: no hay porcentaje.")
        return _("%(done)s de %(planned)s %(units)s: %(percent)s") % {
            "done": n(figure.executed),
            "planned": n(figure.planned),
            "units": unit.of(figure.planned),
            "percent": figures.percent(figure.ratio),
        }


def to_do(to_report: int, to_explain: int) -> str:
    """ "falta reportar 2 y explicar 1"; "" when nothing is."""
    if to_report and to_explain:
        text = _("falta reportar %(report)s y explicar %(explain)s")
    else:
        text = _("falta reportar %(report)s") if to_report else _("falta explicar %(explain)s") if to_explain else ""
    return text % {"report": figures.whole(to_report), "explain": figures.whole(to_explain)} if text else ""


def trace(
    plan: Plan, on: date, group: Group, month: date | None = None, what: str = "", until: date | None = None
) -> Traced:
    """Eleven statements at most, whatever the size of the plan. `until`: the last day of the last of several months."""
    activities = Activity.objects.filter(plan=plan).in_plan()
    sessions = Session.objects.filter(activity__plan=plan).in_plan()
    if group.activities is not None:
        activities = activities.filter(pk__in=group.activities)
        sessions = sessions.filter(activity__in=group.activities)
    some = None
    if group.sessions is not None:
        sessions = sessions.filter(group.sessions)
        some = set(sessions.values_list("pk", flat=True))
    months = (month, until or month_end(month)) if month else None
    if months:
        sessions = sessions.filter(planned_on__range=months)
    due = due_sessions(sessions, on)
    among = set(places) if (places := group.activities) is not None else None
    open_rows = {
        row.session: row
        for row in pending([plan], on)
        if (among is None or row.activity in among)
        and (some is None or row.session in some)
        and (not months or months[0] <= row.planned_on <= months[1])
    }
    targets = [] if month or group.sessions is not None else [target for _plan, target in targets_of(activities, on)]
    of_target = group.code == TARGETS or (group.code.startswith(ACTIVITY) and len(targets) == 1)
    chosen = _chosen(sessions, due, on, what, open_rows, of_target=of_target)
    after = sessions.in_force(on).filter(planned_on__gt=on).exclude(PERCENTAGE)
    return Traced(
        group=group,
        on=on,
        month=month,
        what=what,
        figure=progress.execution(chosen if what in (What.MISSING, What.UNEXPLAINED) else due, on),
        scheduled=after.aggregate(units=Sum("planned_units", default=0))["units"],
        rows=chosen.select_related("activity").order_by("activity__order", "activity", "planned_on", "pk"),
        targets=targets,
        pending=open_rows,
        held=set(held_among(due).values_list("pk", flat=True)) & open_rows.keys() if open_rows else set(),
        until=until,
    )


def _chosen(sessions, due, on: date, what: str, open_rows: dict[int, Pending], *, of_target: bool) -> QuerySet[Session]:
    counted = {"counted": Least(done_by(on), F("planned_units"))}
    if what == What.PENDING:  # dates of percentage targets too: they are told like any other
        return due.annotate(**counted).filter(pk__in=list(open_rows))
    if what == What.TO_COME:
        return sessions.in_force(on).filter(planned_on__gt=on, planned_units__gt=0).annotate(**counted)
    rows = due.annotate(**counted) if of_target else due.exclude(PERCENTAGE).annotate(**counted)
    if what == What.EVERYTHING:
        return rows.filter(planned_units__gt=0)  # what was not programmed stands apart, in no percentage
    rows = rows.filter(counted__lt=F("planned_units"))
    return rows.filter(reason="") if what == What.UNEXPLAINED else rows


# --- One row ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    session: Session  # with `counted`
    state: ExecutionState
    need: Need | None
    is_space: bool  # else a date of a percentage target: in no sum of units
    entry: AuditEntry | None  # of the trail: who said it last, and when
    cited: list[Cited]
    can_report: bool
    is_held: bool  # what it lacks is said once planning reopens its month


def rows_of(page: Iterable[Session], traced: Traced, plan: Plan, user: User) -> list[Row]:
    """Four statements, whatever their number."""
    sessions = list(page)
    for session in sessions:
        session.activity.plan = plan
    entries = last_entries(plan.entity, Session, [session.pk for session in sessions], traced.on)
    cited = sources.of_rows(sessions)
    own = set(
        reported_by(user, plan)
        .filter(pk__in={session.activity_id for session in sessions})
        .values_list("pk", flat=True)
    )
    return [
        Row(
            session=session,
            state=session.execution_state(traced.on),
            need=traced.pending[session.pk].need if session.pk in traced.pending else None,
            is_space=session.activity.target_kind != Activity.TargetKind.PERCENTAGE,
            entry=entries.get(session.pk),
            cited=cited.get(session.pk, []),
            can_report=session.activity_id in own,
            is_held=session.pk in traced.held,
        )
        for session in sessions
    ]
