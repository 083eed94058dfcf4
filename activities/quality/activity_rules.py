"""Rules about each activity: who, when, how much, for whom."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from activities.models import Activity, Session
from activities.quality.finding import Match, Rule
from activities.quality.plan_rules import words
from activities.quality.reading import Reading
from display.dates import Precision, day, is_working_day
from display.figures import measure

SATURDAY, SUNDAY = 5, 6
Kind = Activity.TargetKind
# What an indicator that is a share says, and one that counts.
SHARE = re.compile(r"%|\bporcentaje\b|\bporcentual\b|\btasa\b|\bproporci[oó]n\b", re.IGNORECASE)
COUNTS = re.compile(r"^\s*(n[uú]mero|cantidad|n[.º°o]*|total|#)\s+(de|total)\b", re.IGNORECASE)
RATIO = re.compile(r"\w\s*/\s*[^\W\d]|\bsobre (el |la |los |las )?total\b|\bdividido\b", re.IGNORECASE)


def each(test: Callable[[Reading, Activity], object], field: str, aside=None) -> Callable[[Reading], list[Match]]:
    """The activities of which something holds; `field` is the element of the form where it is mended."""
    return lambda plan: [
        Match(
            f"activity:{activity.pk}",
            str(activity),
            plan.of_activity(activity, field),
            aside(plan, activity) if aside else "",
        )
        for activity in plan.activities
        if test(plan, activity)
    ]


def filtered(query: str) -> Callable[[Reading], str]:
    return lambda plan: f"{plan.activities_url}?{query}&scope=plan"


# --- Who, when --------------------------------------------------------------------------------------------------------


def _as_written(plan: Reading, activity: Activity) -> str:
    said = activity.responsible_text
    return _("la matriz dice «%(words)s»") % {"words": said} if said else ""


def _as_often(plan: Reading, activity: Activity) -> str:
    said = activity.periodicity
    return _("dice «%(words)s»") % {"words": said} if said else ""


def _unowned_words(plan: Reading, found: Sequence[Match]) -> str:
    sentence = ngettext(
        "%(n)d actividad no dice quién responde por ella.",
        "%(n)d actividades no dicen quién responde por ellas.",
        len(found),
    )
    return sentence % {"n": len(found)}


def _undated_words(plan: Reading, found: Sequence[Match]) -> str:
    sentence = ngettext(
        "%(n)d actividad no tiene espacios: no entra en el porcentaje de ejecución.",
        "%(n)d actividades no tienen espacios: no entran en el porcentaje de ejecución.",
        len(found),
    )
    return sentence % {"n": len(found)}


def _rest_day(space: Session) -> str:
    """ "sábado", "domingo" or "festivo"; "" of a working day, or when only the month is known."""
    on = space.planned_on
    if space.planned_precision == Precision.MONTH or is_working_day(on):
        return ""
    return {SATURDAY: _("sábado"), SUNDAY: _("domingo")}.get(on.weekday(), _("festivo"))


def _on_rest_days(plan: Reading) -> list[Match]:
    return [
        Match(
            f"session:{space.pk}",
            str(activity),
            plan.of_activity(activity),
            _("%(day)s, %(which)s") % {"day": day(space.planned_on), "which": which},
        )
        for activity, space in plan.spaces
        if (which := _rest_day(space))
    ]


# --- How much ---------------------------------------------------------------------------------------------------------


def is_measurable(activity: Activity) -> bool:
    """Whether somebody else could say if it was met: a number, or something that is there or not."""
    return activity.target_kind == Kind.MILESTONE or (bool(activity.target_kind) and activity.target_value is not None)


def _disagreement(plan: Reading, activity: Activity) -> str:
    """What the indicator says against the target; "" when they agree."""
    said = next((text for text in (activity.indicator, activity.unit) if SHARE.search(text)), "")
    if activity.target_kind == Kind.COUNT and said:
        target = measure(activity.target_value) if activity.target_value is not None else _("una cantidad")
        return _("la meta es %(target)s y el indicador habla de un porcentaje: «%(words)s»") % {
            "target": target,
            "words": said,
        }
    if activity.target_kind == Kind.PERCENTAGE and COUNTS.search(activity.indicator):
        return _("la meta es %(target)s %% y el indicador cuenta: «%(words)s»") % {
            "target": measure(activity.target_value),
            "words": activity.indicator,
        }
    return ""


def _ratio_without_formula(plan: Reading, activity: Activity) -> bool:
    is_share = activity.target_kind == Kind.PERCENTAGE and activity.indicator.strip()
    return bool(not activity.formula.strip() and (is_share or RATIO.search(activity.indicator)))


def _units(plan: Reading, activity: Activity) -> int:
    return sum(space.planned_units for space in plan.spaces_of.get(activity.pk, ()))


def _target_against_spaces(plan: Reading, activity: Activity) -> bool:
    is_count = activity.target_kind == Kind.COUNT and activity.target_value is not None
    return bool(is_count and activity.pk in plan.spaces_of and activity.target_value != _units(plan, activity))


def _both_numbers(plan: Reading, activity: Activity) -> str:
    return _("la meta es %(target)s y sus espacios suman %(units)s") % {
        "target": measure(activity.target_value),
        "units": measure(_units(plan, activity)),
    }


def _quoted(plan: Reading, activity: Activity) -> str:
    return f"«{activity.indicator}»"


RULES = [
    Rule(
        "sin-responsable",
        gettext_lazy("Responsable"),
        gettext_lazy("Diga qué dependencia lidera."),
        each(lambda plan, activity: activity.pk not in plan.owned, "id_lead", _as_written),
        _unowned_words,
        listed=filtered("dependency=ninguna"),
    ),
    Rule(
        "sin-fecha",
        gettext_lazy("Fecha"),
        gettext_lazy("Prográmele al menos un espacio, aunque solo se sepa el mes."),
        each(lambda plan, activity: activity.pk not in plan.spaces_of, "", _as_often),
        _undated_words,
        listed=filtered("month=ninguno"),
    ),
    Rule(
        "sin-meta",
        gettext_lazy("Meta que se puede medir"),
        gettext_lazy("Diga cuánto: una cantidad, un porcentaje o un hito que se cumple o no."),
        each(lambda plan, activity: not is_measurable(activity), "id_target_kind"),
        words(
            gettext_lazy("«%(name)s» no tiene una meta que se pueda medir."),
            gettext_lazy("%(n)d actividades no tienen una meta que se pueda medir."),
        ),
    ),
    Rule(
        "sin-indicador",
        gettext_lazy("Indicador"),
        gettext_lazy("Escriba con qué se sabrá si la meta se cumplió."),
        each(lambda plan, activity: not activity.indicator.strip(), "id_indicator"),
        words(
            gettext_lazy("«%(name)s» no dice con qué indicador se mide."),
            gettext_lazy("%(n)d actividades no dicen con qué indicador se miden."),
        ),
    ),
    Rule(
        "sin-grupo",
        gettext_lazy("Grupos"),
        gettext_lazy("Marque para quiénes es. Si es un paso interno de la entidad, déjela así y dígalo."),
        each(
            lambda plan, activity: plan.named_groups and not plan.groups_of.get(activity.pk), "div_id_groups"
        ),  # in a plan that names none it is said once
        words(
            gettext_lazy("«%(name)s» no dice para quiénes es. ¿Es un paso interno?"),
            gettext_lazy("%(n)d actividades no dicen para quiénes son. ¿Son pasos internos?"),
        ),
    ),
    Rule(
        "sin-fase",
        gettext_lazy("Fase"),
        gettext_lazy("Elija la fase del plan en la que se hace."),
        each(lambda plan, activity: plan.phases and activity.phase_id is None, "id_phase"),
        words(
            gettext_lazy("«%(name)s» no está en ninguna fase."),
            gettext_lazy("%(n)d actividades no están en ninguna fase."),
        ),
        listed=filtered("phase=ninguna"),
    ),
    Rule(
        "sin-incidencia",
        gettext_lazy("Nivel de incidencia"),
        gettext_lazy("Diga hasta dónde decide la gente: se informa, opina, formula, ejecuta o controla."),
        each(lambda plan, activity: not activity.incidence_level, "id_incidence_level"),
        words(
            gettext_lazy("«%(name)s» no dice hasta dónde incide la gente."),
            gettext_lazy("%(n)d actividades no dicen hasta dónde incide la gente."),
        ),
    ),
    Rule(
        "indicador-y-meta",
        gettext_lazy("El indicador y la meta no concuerdan"),
        gettext_lazy("Cambie la clase de meta, o escriba un indicador que la mida."),
        each(lambda plan, activity: bool(_disagreement(plan, activity)), "id_target_kind", _disagreement),
        words(
            gettext_lazy("En «%(name)s», %(aside)s."),
            gettext_lazy("En %(n)d actividades el indicador no mide la meta."),
        ),
    ),
    Rule(
        "razon-sin-formula",
        gettext_lazy("Indicadores sin fórmula"),
        gettext_lazy("Escriba qué se divide entre qué: de cada mes habrá que decir los dos números."),
        each(_ratio_without_formula, "id_formula", _quoted),
        words(
            gettext_lazy("El indicador de «%(name)s» es una razón y no dice su fórmula: %(aside)s."),
            gettext_lazy("Los indicadores de %(n)d actividades son razones y no dicen su fórmula."),
        ),
    ),
    Rule(
        "meta-y-espacios",
        gettext_lazy("La meta y los espacios no suman lo mismo"),
        gettext_lazy("Programe los que faltan, o cambie la meta."),
        each(_target_against_spaces, "id_target_value", _both_numbers),
        words(
            gettext_lazy("En «%(name)s», %(aside)s."),
            gettext_lazy("En %(n)d actividades la meta y los espacios no suman lo mismo."),
        ),
    ),
    Rule(
        "dia-no-habil",
        gettext_lazy("Espacios en días de descanso"),
        gettext_lazy("Compruebe que es a propósito, o cámbielos de día."),
        _on_rest_days,
        words(
            gettext_lazy("Un espacio de «%(name)s» cae en un día de descanso: %(aside)s."),
            gettext_lazy("%(n)d espacios caen en sábado, domingo o festivo."),
        ),
    ),
]
