"""What the plan promises: its activities by phase, each with all that the plan says of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.models import Activity, Responsibility, Session
from display.datasets import Dataset, of_rows
from reports.scope import Scope
from reports.sections import Section
from reports.sections.annex import target_words
from reports.sections.matrix import view


class Day(msgspec.Struct, frozen=True, gc=False):
    on: date
    precision: str
    units: int


class Row(msgspec.Struct, frozen=True, gc=False):
    phase: str
    number: str
    name: str
    line: str
    description: str
    objective: str
    target: str  # "4 informes" · "100 %"; "" when there is none
    unit: str  # of measure, when no target says it
    product: str
    indicator: str
    formula: str
    responsible: str  # leads first
    supports: str
    periodicity: str
    days: tuple[Day, ...]  # in order; of a percentage target those on which it is measured
    is_measured: bool  # a percentage target, whose dates are no spaces
    groups: tuple[str, ...]
    incidence: str
    instance: str
    element: str  # of accountability: as it is stored
    mechanism: str
    channels: str
    modality: str
    locality: str
    budget: int | None  # whole pesos
    resources: str
    alliances: str


@dataclass(frozen=True, slots=True)
class Phase:
    name: str  # "" of the activities that are in none
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    phases: tuple[Phase, ...]
    dependencies: int  # that answer for something; all of them are not counted
    groups: int  # that the plan names in something

    @property
    def rows(self) -> list[Row]:
        return [row for phase in self.phases for row in phase.rows]


def collect(scope: Scope) -> Facts:
    plan = scope.plan
    found = rows_of(plan)
    named = Responsibility.objects.filter(activity__plan=plan, activity__outside_plan=False)
    phases = [
        Phase(str(phase), tuple(row for pk, row in found if pk == phase.pk)) for phase in plan.phases.order_by("number")
    ]
    if rest := tuple(row for pk, row in found if pk is None):
        phases.append(Phase("", rest))
    return Facts(
        phases=tuple(phases),
        dependencies=named.filter(activity__withdrawn_on=None).values("dependency").distinct().count(),
        groups=len({name for _pk, row in found for name in row.groups}),
    )


def rows_of(plan) -> list[tuple[int | None, Row]]:
    """(phase, activity) of all that are in the plan, in its order. Five queries."""
    days, leads, supports, groups = (defaultdict(list) for _each in range(4))
    sessions = Session.objects.filter(activity__plan=plan, withdrawn_on=None, planned_units__gt=0)
    for pk, *day in sessions.order_by("planned_on", "pk").values_list(
        "activity", "planned_on", "planned_precision", "planned_units"
    ):
        days[pk].append(Day(*day))
    responsible = Responsibility.objects.filter(activity__plan=plan).order_by("pk")
    for pk, part, name in responsible.values_list("activity", "part", "dependency__name"):
        (leads if part == Responsibility.Part.LEAD else supports)[pk].append(name)
    through = Activity.groups.through.objects.filter(activity__plan=plan).order_by("stakeholdergroup__name")
    for pk, name in through.values_list("activity", "stakeholdergroup__name"):
        groups[pk].append(name)
    result = []
    for each in plan.activities.in_plan().filter(withdrawn_on=None).by_phase():
        lead = leads[each.pk]
        if each.all_dependencies:
            lead = [each.responsible_text or _("Todas las dependencias"), *lead]
        row = Row(
            phase=str(each.phase) if each.phase else "",
            number=each.number,
            name=" ".join(each.name.split()),
            line=str(each.line) if each.line else "",
            description=each.description,
            objective=each.objective,
            target=target_words(each.target_kind, each.target_value, each.unit),
            unit=each.unit if each.target_value is None else "",
            product=each.product,
            indicator=each.indicator,
            formula=each.formula,
            responsible="; ".join(lead or supports[each.pk]),
            supports="; ".join(supports[each.pk]) if lead else "",
            periodicity=each.periodicity,
            days=tuple(days[each.pk]),
            is_measured=each.target_kind == Activity.TargetKind.PERCENTAGE,
            groups=tuple(groups[each.pk]),
            incidence=str(each.get_incidence_level_display()),
            instance=each.formal_instance,
            element=each.accountability_element,
            mechanism=each.mechanism,
            channels=each.channels,
            modality=str(each.get_modality_display()),
            locality=each.locality,
            budget=each.budget,
            resources=each.resources,
            alliances=each.alliances,
        )
        result.append((each.phase_id, row))
    return result


def datasets(facts: Facts) -> Iterable[Dataset]:
    fields = (
        ("n", "orden", _("Lugar en el plan, desde 1.")),
        ("phase", "fase", _("Fase del ciclo de la gestión.")),
        ("number", "numero", _("Número de la actividad.")),
        ("name", "actividad", _("Nombre de la actividad.")),
        ("line", "linea", _("Línea estratégica.")),
        ("description", "descripcion", ""),
        ("objective", "objetivo", ""),
        ("target", "meta", _("Cantidad o porcentaje, con su unidad.")),
        ("unit", "unidad", _("Unidad de medida, cuando la meta no la dice.")),
        ("product", "producto", ""),
        ("indicator", "indicador", ""),
        ("formula", "formula", ""),
        ("responsible", "responsable", _("Dependencias que lideran.")),
        ("supports", "apoya", _("Dependencias que apoyan.")),
        ("periodicity", "periodicidad", ""),
        (lambda row: view.when(row.days), "fechas", _("Fechas programadas; con × cuando cuentan más de una vez.")),
        ("groups", "grupos", _("Grupos de valor y de interés.")),
        ("incidence", "incidencia", _("Nivel de incidencia de la ciudadanía.")),
        ("instance", "instancia", _("Instancia formal.")),
        (lambda row: view.element(row.element), "elemento", _("Elemento de la rendición de cuentas.")),
        ("mechanism", "mecanismo", ""),
        ("channels", "canales", ""),
        ("modality", "modalidad", ""),
        ("locality", "territorio", ""),
        ("budget", "presupuesto", _("Pesos.")),
        ("resources", "recursos", ""),
        ("alliances", "alianzas", ""),
    )
    yield of_rows("actividades", _("Las actividades del plan"), facts.rows, fields)


SECTION = Section(
    slug="matriz",
    title=gettext_lazy("Qué se hará"),
    facts=Facts,
    collect=collect,
    view=view.view,
    datasets=datasets,
    required=gettext_lazy("son las actividades que el plan promete."),
)
