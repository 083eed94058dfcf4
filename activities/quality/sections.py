"""How complete a plan is, section by section: «4 de 6», and where each thing that is missing is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from activities.quality.finding import Finding
from activities.quality.reading import Reading

# The rules of each section; what other rules say is listed after them.
OF_PLAN = (
    *("sin-objetivo", "quienes-participan", "por-que-medios", "que-dependencias-responden"),
    *("sin-capitulos", "sin-marco-legal"),
)
OF_GROUPS = ("grupo-sin-caracterizar", "caracterizacion-sin-fecha", "caracterizacion-sin-fuente")
OF_ACTIVITIES = (
    *("sin-responsable", "sin-fecha", "sin-meta", "sin-indicador", "sin-grupo", "sin-fase", "sin-incidencia"),
)
OF_COVERAGE = ("sin-fases", "sin-grupos", "grupo-sin-actividades", "etapa-sin-actividades")


@dataclass(frozen=True)
class Check:
    title: str
    total: int  # rows that it looks at; 0: the plan as a whole
    finding: Finding | None  # what is missing, or left with a reason

    @property
    def is_done(self) -> bool:
        return not (self.finding and self.finding.is_open)

    @property
    def done(self) -> int:
        return self.total - (self.finding.n if self.finding else 0)


@dataclass(frozen=True)
class Section:
    title: str
    checks: list[Check]
    nothing: str = ""  # why there is nothing to check

    @property
    def total(self) -> int:
        return len(self.checks)

    @property
    def done(self) -> int:
        return sum(check.is_done for check in self.checks)


@dataclass(frozen=True)
class Completeness:
    sections: list[Section]
    open: list[Finding]  # what blocks first
    blocking: list[Finding]
    n_attention: int
    left: list[Finding]  # those of which something was left as it is


def completeness_of(reading: Reading, findings: list[Finding], titles: dict[str, str]) -> Completeness:
    """`titles`: of every rule, by its code."""
    by_code = {finding.code: finding for finding in findings}
    titles = titles | {
        "grupo-sin-actividades": _("Cada grupo activo con alguna actividad"),
        "etapa-sin-actividades": _("Cada etapa con alguna actividad"),
    }

    def checks(codes: Iterable[str], total: int = 0) -> list[Check]:
        return [Check(titles[code], total, by_code.get(code)) for code in codes]

    n_groups, n_activities = len(reading.groups_in_use), len(reading.activities)
    n_active = sum(group.active for group in reading.groups.values())
    n_stages = len({phase.stage for phase in reading.phases} - {""})
    coverage = [
        *checks(OF_COVERAGE[:2]),
        *(checks(OF_COVERAGE[2:3], n_active) if reading.named_groups else []),
        *(checks(OF_COVERAGE[3:], n_stages) if n_stages else []),
    ]
    sections = [
        Section(_("El plan"), checks(OF_PLAN)),
        Section(
            _("Los grupos"),
            checks(OF_GROUPS, n_groups) if n_groups else [],
            _("El plan no nombra todavía a ningún grupo."),
        ),
        Section(
            _("Las actividades"),
            checks(OF_ACTIVITIES, n_activities) if n_activities else [],
            _("El plan no tiene todavía actividades."),
        ),
        Section(_("La cobertura"), coverage),
    ]
    is_open = [finding for finding in findings if finding.is_open]
    return Completeness(
        sections,
        is_open,
        [finding for finding in is_open if finding.rule.blocks],
        sum(not finding.rule.blocks for finding in is_open),
        [finding for finding in findings if finding.left],
    )
