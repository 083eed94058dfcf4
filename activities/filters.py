"""Filters of a plan's list of activities, and the ones that people ask for most, with their counts."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.forms import HiddenInput
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters import CharFilter, ChoiceFilter, DateFilter

from accounts.filters import DependencyFilter
from accounts.models import Entity
from activities.counting import targets_of, unexplained
from activities.figures import Target, TargetState
from activities.models import ChangeRequest, Evidence, MonthlyReturn, Session
from display.dates import month, month_end
from plans.models import CyclePhase, Plan
from records.filters import ListFilter

MOST_MONTHS = 36  # of a longer plan, the month is found by its dates


class ActivityFilter(ListFilter):
    """Phases and lines are the plan's own; one of another plan is not a choice."""

    NONE, INSIDE, OUTSIDE, IN_FORCE = "ninguna", "plan", "fuera", "vigente"
    UNDATED = "ninguno"
    REPORT, EXPLAIN = "reportar", "explicar"

    q = CharFilter(label=gettext_lazy("Número o nombre"), method="search")
    dependency = DependencyFilter(mine=gettext_lazy("Las de mi dependencia"), none=gettext_lazy("Sin responsable"))
    phase = ChoiceFilter(label=gettext_lazy("Fase"), empty_label=gettext_lazy("Todas"), null_value=NONE)
    stage = ChoiceFilter(
        label=gettext_lazy("Etapa"), field_name="phase__stage", empty_label=gettext_lazy("Todas"), method="of_stage"
    )
    group = ChoiceFilter(
        label=gettext_lazy("Grupo"), field_name="groups", empty_label=gettext_lazy("Todos"), null_value=UNDATED
    )
    line = ChoiceFilter(label=gettext_lazy("Línea"), empty_label=gettext_lazy("Todas"), null_value=NONE)
    month = ChoiceFilter(label=gettext_lazy("Mes"), empty_label=gettext_lazy("Todos"), method="in_month")
    needs = ChoiceFilter(
        label=gettext_lazy("Falta"),
        empty_label=gettext_lazy("Todo"),
        choices=[(REPORT, gettext_lazy("Reportar")), (EXPLAIN, gettext_lazy("Explicar"))],
        method="that_needs",
    )
    scope = ChoiceFilter(
        label=gettext_lazy("Alcance"),
        empty_label=gettext_lazy("Todo"),
        choices=[
            (INSIDE, gettext_lazy("Solo el plan")),
            (IN_FORCE, gettext_lazy("Solo lo que rige del plan")),
            (OUTSIDE, gettext_lazy("Solo fuera del plan")),
        ],
        method="of_scope",
    )

    def __init__(self, *args, plan: Plan, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.plan, self.entity, self.today = plan, plan.entity, today
        phases, groups = list(plan.phases.all()), plan.entity.groups.values_list("pk", "name")
        used = {phase.stage for phase in phases}
        stages = [(stage.value, stage.label) for stage in CyclePhase.Stage if stage in used]
        self._offer("phase", [(str(phase.pk), str(phase)) for phase in phases], (self.NONE, _("Sin fase")))
        self._offer("stage", stages, (self.NONE, _("Fase sin etapa")))
        self._offer("group", [(str(pk), name) for pk, name in groups], (self.UNDATED, _("Sin grupo")))
        self._offer("line", [(str(line.pk), line.name) for line in plan.lines.all()], (self.NONE, _("Sin línea")))
        if not plan.is_frozen:
            del self.filters["needs"]  # follow-up begins with the approval
        self._offer("month", months_of(plan), (self.UNDATED, _("Sin fecha")))

    def _offer(self, name: str, choices: list[tuple[str, str]], none: tuple[str, str]) -> None:
        if choices:
            self.filters[name].extra["choices"] = [*choices, none]
        else:
            del self.filters[name]  # nothing to choose in a plan that has none

    def of_stage(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(phase__stage="" if value == self.NONE else value)

    def of_scope(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        rows = rows.filter(outside_plan=value == self.OUTSIDE)
        return rows.in_force() if value == self.IN_FORCE else rows

    def in_month(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.undated() if value == self.UNDATED else rows.filter(self._held_in(value))

    def _held_in(self, code: str) -> Exists:
        first = date.fromisoformat(f"{code}-01")
        sessions = Session.objects.in_force(self.today).filter(planned_on__range=(first, month_end(first)))
        return Exists(sessions.filter(activity=OuterRef("pk")))

    def that_needs(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(self._unreported() if value == self.REPORT else self._unexplained())

    def _unreported(self) -> Exists:
        return Exists(Session.objects.unreported(self.today).filter(activity=OuterRef("pk")))

    def _unexplained(self) -> Q:
        targets = [
            target.activity
            for _plan, target in targets_of(self.plan.activities.all(), self.today)
            if is_unexplained(target)
        ]
        short = unexplained(Session.objects.filter(activity=OuterRef("pk")), self.today)
        return Q(Exists(short)) | Q(pk__in=targets)

    def shortcuts(self) -> list[Shortcut]:
        """What people look for most, each a filter of this list; none that would find nothing. Two statements."""
        dependency, now = self.filters["dependency"], self.today.isoformat()[:7]
        rows = self.plan.activities.standing(self.today)
        asked = [
            (_("Sin responsable"), {"dependency": self.NONE}, Q(pk__in=rows.unowned().values("pk"))),
            (_("Sin fecha"), {"month": self.UNDATED}, Q(pk__in=rows.undated().values("pk"))),
        ]
        if own := dependency.owned():
            mine = Q(pk__in=rows.of_dependencies(own).values("pk"))
            asked.insert(0, (_("Lo mío"), {"dependency": dependency.MINE}, mine))
        if self.plan.is_frozen:
            asked += [
                (_("Falta reportar"), {"needs": self.REPORT}, Q(self._unreported())),
                (_("Falta explicar"), {"needs": self.EXPLAIN}, self._unexplained()),
            ]
        if now in dict(months_of(self.plan)):
            asked.append((_("Este mes"), {"month": now}, Q(self._held_in(now))))
        counts = rows.aggregate(**{f"n{at}": Count("pk", filter=test) for at, (*_told, test) in enumerate(asked)})
        given = {name: value for name, value in self.request.GET.items() if value and name not in ("page", "sort")}
        return [
            Shortcut(label, urlencode(query), counts[f"n{at}"], query == given)
            for at, (label, query, _test) in enumerate(asked)
            if counts[f"n{at}"] or query == given
        ]


class CalendarFilter(ListFilter):
    """Of the activities whose spaces are shown; `view` and `year` say how, `day` and `clash` which of their spaces."""

    LIST, CLASHING = "lista", "si"
    SHOWS = ("view", "year")

    dependency = DependencyFilter(mine=gettext_lazy("Las de mi dependencia"), none=gettext_lazy("Sin responsable"))
    group = ChoiceFilter(label=gettext_lazy("Grupo"), field_name="groups", empty_label=gettext_lazy("Todos"))
    clash = ChoiceFilter(
        label=gettext_lazy("Coincidencias"),
        empty_label=gettext_lazy("Todo"),
        choices=[(CLASHING, gettext_lazy("Mismo grupo, mismo día"))],
        method="as_it_is",
    )
    year = ChoiceFilter(label=gettext_lazy("Año"), empty_label=None, method="as_it_is")
    day = DateFilter(label=gettext_lazy("Día"), widget=HiddenInput(), method="as_it_is")
    view = ChoiceFilter(choices=[(LIST, "")], widget=HiddenInput(), method="as_it_is")

    def __init__(self, *args, plan: Plan, years: list[str], **kwargs):
        super().__init__(*args, **kwargs)
        self.entity = plan.entity
        groups = [(str(pk), name) for pk, name in plan.entity.groups.values_list("pk", "name")]
        self.filters["group"].extra["choices"] = groups
        self.filters["year"].extra["choices"] = [(year, year) for year in years]
        if not groups:
            del self.filters["group"]
        if len(years) < 2:
            del self.filters["year"]

    def as_it_is(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows

    def asked(self, name: str):
        return self.form.cleaned_data.get(name) if self.form.is_valid() else None


class Shortcut(NamedTuple):
    label: str
    query: str
    count: int
    current: bool


def is_unexplained(target: Target) -> bool:
    """Of a percentage target: short, and its latest date due says no reason."""
    return target.state == TargetState.SHORT and not target.reason


def months_of(plan: Plan) -> list[tuple[str, str]]:
    """("2026-10", "octubre de 2026") of each month of the plan."""
    first, found = plan.starts_on.replace(day=1), []
    while first <= plan.ends_on and len(found) < MOST_MONTHS:
        found.append((first.isoformat()[:7], month(first)))
        first = (month_end(first)).replace(day=1)
        first = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    return found


class ChangeFilter(ListFilter):
    state = ChoiceFilter(
        label=gettext_lazy("Estado"), empty_label=gettext_lazy("Todos"), choices=ChangeRequest.State.choices
    )
    kind = ChoiceFilter(
        label=gettext_lazy("Qué se pide"), empty_label=gettext_lazy("Todo"), choices=ChangeRequest.Kind.choices
    )
    dependency = DependencyFilter(mine=gettext_lazy("Las de mi dependencia"))

    def __init__(self, *args, entity: Entity, **kwargs):
        super().__init__(*args, **kwargs)
        self.entity = entity


class ReturnFilter(ListFilter):
    state = ChoiceFilter(
        label=gettext_lazy("Estado"), empty_label=gettext_lazy("Todos"), choices=MonthlyReturn.State.choices
    )
    dependency = DependencyFilter(mine=gettext_lazy("Los de mi dependencia"))
    month = ChoiceFilter(label=gettext_lazy("Mes"), empty_label=gettext_lazy("Todos"), method="in_month")

    def __init__(self, *args, plan: Plan, **kwargs):
        super().__init__(*args, **kwargs)
        self.entity = plan.entity
        self.filters["month"].extra["choices"] = months_of(plan)

    def in_month(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(month=month_end(date.fromisoformat(f"{value}-01")))


class EvidenceFilter(ListFilter):
    PRIVATE, PUBLIC, BROKEN, WITHDRAWN = "private", "public", "broken", "withdrawn"

    kind = ChoiceFilter(label=gettext_lazy("Clase"), empty_label=gettext_lazy("Todas"), choices=Evidence.Kind.choices)
    state = ChoiceFilter(
        label=gettext_lazy("Estado"),
        empty_label=gettext_lazy("Todo lo que sigue en pie"),
        choices=[
            (PRIVATE, gettext_lazy("Privadas")),
            (PUBLIC, gettext_lazy("Se pueden publicar")),
            (BROKEN, gettext_lazy("Enlaces que no abren")),
            (WITHDRAWN, gettext_lazy("Retiradas")),
        ],
        method="in_state",
    )
    dependency = DependencyFilter(mine=gettext_lazy("Las de mi dependencia"))

    def __init__(self, *args, entity: Entity, **kwargs):
        super().__init__(*args, **kwargs)
        self.entity = entity

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        rows = super().filter_queryset(queryset)
        withdrawn = self.form.is_valid() and self.form.cleaned_data.get("state") == self.WITHDRAWN
        return rows if withdrawn else rows.standing()

    def in_state(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        if value == self.WITHDRAWN:
            return rows.exclude(withdrawn_on=None)
        return rows.broken() if value == self.BROKEN else rows.filter(visibility=value)
