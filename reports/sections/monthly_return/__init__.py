"""The five parts of what a dependency told of a month, and who sent and accepted it.

What was sent is read as it was; of one that was not, what the month holds now.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.models import MonthlyReturn
from activities.returns import contents, shown
from activities.returns.contents import Contents
from activities.returns.published import of_period
from display.datasets import Dataset, of_rows
from display.dates import month_end
from reports.scope import Scope
from reports.sections import Section
from reports.sections.monthly_return.view import view


@dataclass(frozen=True, slots=True)
class Signed:
    """A step: who, as what, when."""

    name: str
    position: str
    on: date


@dataclass(frozen=True, slots=True)
class Facts:
    month: date  # its last day
    contents: Contents
    texts: dict[str, str]  # by part: what the dependency adds
    submitted: Signed | None
    accepted: Signed | None
    part: str = ""  # the only one that is shown; of what is stored, none


def collect(scope: Scope) -> Facts:
    month = month_end(scope.first)
    monthly = of_period(scope.plan, scope.dependency, f"{month:%Y-%m}")
    if monthly is None:  # its month has not ended, or nobody opened it yet
        monthly = MonthlyReturn(plan=scope.plan, dependency=scope.dependency, month=month)
    return Facts(
        month,
        contents.of(monthly),
        {name: getattr(monthly, name) for name in MonthlyReturn.TEXTS if getattr(monthly, name).strip()},
        _signed(monthly.submitted_by, monthly.submitted_on),
        _signed(monthly.accepted_by, monthly.accepted_on),
    )


def _signed(person, on: date | None) -> Signed | None:
    return Signed(person.full_name, person.position, on) if person else None


def parts(facts: Facts) -> Iterator[tuple[str, Facts]]:
    for name, title in shown.TITLES.items():
        yield str(title), replace(facts, part=name)
    if facts.submitted:
        yield str(SENT), replace(facts, part="sent")


def datasets(facts: Facts) -> list[Dataset]:
    found = facts.contents
    of_activities = (
        ("id", "actividad", _("La misma de la lista de espacios.")),
        ("name", "nombre", ""),
        ("phase", "fase", ""),
        ("stage", "etapa", ""),
        ("incidence", "nivel_de_incidencia", ""),
        ("planned", "programado", _("Al terminar el mes. 0: no cuenta en espacios.")),
        ("executed", "hecho", _("Al terminar el mes.")),
    )
    of_spaces = (
        ("activity", "actividad", ""),
        ("planned_on", "programado_para", ""),
        ("held_on", "realizado_el", _("Vacío: no se hizo, o nadie dijo cuándo.")),
        ("planned", "programado", ""),
        ("executed", "ejecutado", _("Vacío: sin reporte. 0: no se hizo.")),
        ("people", "personas", _("Vacío: nadie las contó. No se suman: una misma pudo ir a varios espacios.")),
        ("topics", "temas", ""),
        ("contributions", "aportes", ""),
        ("results", "resultados", ""),
        ("incidence", "incidencia_lograda", ""),
        ("reason", "motivo_de_lo_que_falto", ""),
    )
    return [
        of_rows("formato-actividades", _("Las actividades del mes"), found.activities, of_activities),
        of_rows("formato-espacios", _("Qué pasó en cada fecha"), found.spaces, of_spaces),
    ]


SENT = gettext_lazy("Quién lo envió y quién lo aceptó")
SECTION = Section(
    slug="formato",
    title=gettext_lazy("Formato interno de reporte"),
    facts=Facts,
    collect=collect,
    view=view,
    datasets=datasets,
    parts=parts,
    required=gettext_lazy("es lo que la dependencia envió."),
)
