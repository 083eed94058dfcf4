"""Rules about the plan itself: its texts, chapters, phases, groups and coverage."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from activities.models import Activity
from activities.quality.finding import Match, Rule
from activities.quality.reading import Reading
from display.dates import day
from display.text import enumeration
from plans.models import CyclePhase, Plan, PlanChapter

Stage = CyclePhase.Stage
CYCLE = (Stage.DIAGNOSIS, Stage.FORMULATION, Stage.IMPLEMENTATION, Stage.EVALUATION)
DIALOGUES = 2  # a year, that a strategy without other spaces owes (Ley 1757 de 2015, art. 53)
PROCEDURE = gettext_lazy("Decreto 1081 de 2015, art. 2.1.1.2.2.4")


def once(found: bool, url: str, aside: str = "") -> list[Match]:
    """What is said once, of the whole plan."""
    return [Match("", "", url, aside)] if found else []


def empty(field: str) -> Callable[[Reading], list[Match]]:
    return lambda plan: once(not getattr(plan.plan, field).strip(), plan.of_field(field))


def constantly(sentence) -> Callable[[Reading, Sequence[Match]], str]:
    return lambda plan, found: str(sentence)


def words(one, many) -> Callable[[Reading, Sequence[Match]], str]:
    """A sentence about one thing by its name, and one about several with how many."""

    def say(plan: Reading, found: Sequence[Match]) -> str:
        first = found[0]
        blanks = {"n": len(found), "name": first.name, "aside": first.aside, "names": names_of(found)}
        return str(one if len(found) == 1 else many) % blanks

    return say


def names_of(found: Sequence[Match], most: int = 3) -> str:
    """ "«Juventud», «Gremios» y 4 más"."""
    names = [f"«{match.name}»" for match in found[:most]]
    if rest := len(found) - len(names):
        names.append(ngettext("%(n)d más", "%(n)d más", rest) % {"n": rest})
    return enumeration(names)


# --- Texts ------------------------------------------------------------------------------------------------------------


def _has_chapter(plan: Reading, legal: bool) -> bool:
    return any((chapter.purpose == PlanChapter.Purpose.LEGAL) == legal for chapter in plan.chapters)


def _notes(plan: Reading, found: Sequence[Match]) -> str:
    n = len([part for part in plan.plan.notes.split("\n\n") if part.strip()])
    sentence = ngettext(
        "La matriz trajo %(n)d nota que no es de ningún espacio.",
        "La matriz trajo %(n)d notas que no son de ningún espacio.",
        n,
    )
    return sentence % {"n": n}


# --- Phases, groups and the crossing of both --------------------------------------------------------------------------


def _phases_without_stage(plan: Reading) -> list[Match]:
    return [Match(f"phase:{phase.pk}", str(phase), plan.structure_url) for phase in plan.phases if not phase.stage]


def _stages_without_phase(plan: Reading) -> list[Match]:
    named = {phase.stage for phase in plan.phases}
    missing = [stage for stage in CYCLE if stage not in named] if named - {""} else []
    return [Match(f"stage:{stage}", str(stage.label), plan.structure_url) for stage in missing]


def _stages_without_activity(plan: Reading) -> list[Match]:
    missing = plan.forgotten_stages if plan.activities else []
    return [Match(f"stage:{stage}", str(stage.label), plan.activities_url) for stage in missing]


def _groups_without_activity(plan: Reading) -> list[Match]:
    """None in a plan that names no group: that is said once."""
    forgotten = plan.forgotten_groups if plan.named_groups else []
    return [Match(f"group:{group.pk}", group.name, plan.activities_url) for group in forgotten]


def _retired_groups(plan: Reading) -> list[Match]:
    found = []
    for group in plan.groups.values():
        if not group.active:
            n = sum(group.pk in groups for groups in plan.groups_of.values())
            aside = ngettext("en %(n)d actividad", "en %(n)d actividades", n) % {"n": n}
            found.append(Match(f"group:{group.pk}", group.name, plan.activities_url, aside))
    return found


def lacking(field: str) -> Callable[[Reading], list[Match]]:
    """The groups of the plan that do not say something."""
    return lambda plan: [
        Match(f"group:{group.pk}", group.name, plan.of_group(group, field))
        for group in plan.groups_in_use
        if not getattr(group, field)
    ]


# --- Dates and dialogues ----------------------------------------------------------------------------------------------


def _outside_dates(plan: Reading) -> list[Match]:
    return [
        Match(f"session:{space.pk}", str(activity), plan.of_activity(activity), day(space.planned_on))
        for activity, space in plan.spaces
        if space.pk in plan.outside
    ]


def _dialogues(plan: Reading) -> int:
    dialogue = Activity.Accountability.DIALOGUE
    return sum(space.planned_units for activity, space in plan.spaces if activity.accountability_element == dialogue)


def _few_dialogues(plan: Reading) -> list[Match]:
    is_strategy = plan.plan.kind == Plan.Kind.ACCOUNTABILITY and plan.activities
    return once(bool(is_strategy) and _dialogues(plan) < DIALOGUES, plan.activities_url)


def _few_dialogues_words(plan: Reading, found: Sequence[Match]) -> str:
    n = _dialogues(plan)
    if not n:
        return _("La estrategia no programa ningún ejercicio de diálogo: la ley pide al menos dos al año.")
    return _("La estrategia programa un solo ejercicio de diálogo: la ley pide al menos dos al año.")


def _undecided(plan: Reading) -> list[Match]:
    """What dependencies proposed and nobody decided; of a plan that asked them."""
    if plan.plan.proposals_until is None:
        return []
    rows = plan.plan.changes.to_decide().select_related("dependency").order_by("pk")
    url = reverse("activities:proposal_list", args=[plan.plan.entity.slug, plan.plan.slug])
    return [
        Match(f"change:{row.pk}", row.after.get("name", ""), url, row.dependency.name if row.dependency else "")
        for row in rows
    ]


RULES = [
    Rule(
        "propuestas-sin-decidir",
        gettext_lazy("Propuestas sin decidir"),
        gettext_lazy("Acéptela, devuélvala o niéguela: quien la propuso espera la respuesta."),
        _undecided,
        words(
            gettext_lazy("Nadie ha decidido la propuesta «%(name)s»."),
            gettext_lazy("Nadie ha decidido %(n)d propuestas de las dependencias: %(names)s."),
        ),
    ),
    Rule(
        "sin-actividades",
        gettext_lazy("Sin actividades"),
        gettext_lazy("Importe su matriz o escríbalas."),
        lambda plan: once(not plan.activities, plan.activities_url),
        constantly(gettext_lazy("El plan no tiene actividades. Importe su matriz o escríbalas.")),
        blocks=True,
        may_stay=False,
    ),
    Rule(
        "espacio-fuera-de-fechas",
        gettext_lazy("Espacios por fuera de las fechas"),
        gettext_lazy("Cambie la fecha del espacio o las del plan."),
        _outside_dates,
        words(
            gettext_lazy("El espacio «%(name)s» del %(aside)s queda por fuera de las fechas del plan."),
            gettext_lazy("%(n)d espacios quedan por fuera de las fechas del plan."),
        ),
        blocks=True,
        may_stay=False,
    ),
    *(
        Rule(
            code,
            title,
            gettext_lazy("Escríbalo en los datos del plan: es lo que la ciudadanía lee primero."),
            empty(field),
            constantly(sentence),
            blocks=True,
            may_stay=False,
            source=PROCEDURE,
        )
        for code, field, title, sentence in (
            (
                "quienes-participan",
                "who_may_participate",
                gettext_lazy("Quiénes pueden participar"),
                gettext_lazy("El plan no dice quiénes pueden participar."),
            ),
            (
                "por-que-medios",
                "participation_means",
                gettext_lazy("Por qué medios"),
                gettext_lazy("El plan no dice por qué medios se participa."),
            ),
            (
                "que-dependencias-responden",
                "responsible_units",
                gettext_lazy("Qué dependencias responden"),
                gettext_lazy("El plan no dice qué dependencias responden por la participación."),
            ),
        )
    ),
    Rule(
        "grupo-sin-actividades",
        gettext_lazy("Grupos sin ninguna actividad"),
        gettext_lazy("Marque el grupo en las actividades que son para él, o diga por escrito por qué no tiene."),
        _groups_without_activity,
        words(
            gettext_lazy("Ninguna actividad es para «%(name)s»."),
            gettext_lazy("Ninguna actividad es para %(n)d de los grupos activos: %(names)s."),
        ),
        blocks=True,
    ),
    Rule(
        "etapa-sin-actividades",
        gettext_lazy("Etapas sin ninguna actividad"),
        gettext_lazy("Agregue una actividad a una fase de esa etapa, o diga por escrito por qué no tiene."),
        _stages_without_activity,
        words(
            gettext_lazy("Ninguna actividad es de la etapa «%(name)s»."),
            gettext_lazy("Ninguna actividad es de las etapas %(names)s."),
        ),
        blocks=True,
    ),
    Rule(
        "sin-objetivo",
        gettext_lazy("Objetivo"),
        gettext_lazy("Escriba en una o dos frases para qué es el plan."),
        empty("objective"),
        constantly(gettext_lazy("El plan no dice su objetivo.")),
    ),
    Rule(
        "sin-capitulos",
        gettext_lazy("Capítulos"),
        gettext_lazy("Escriba al menos la presentación: el documento del plan empieza por ella."),
        lambda plan: once(not _has_chapter(plan, legal=False), plan.chapters_url),
        constantly(gettext_lazy("El documento del plan no tiene capítulos: saldrá solo con la matriz.")),
    ),
    Rule(
        "sin-marco-legal",
        gettext_lazy("Marco legal"),
        gettext_lazy("Agregue un capítulo de la clase «Marco legal»."),
        lambda plan: once(not _has_chapter(plan, legal=True), plan.chapters_url),
        constantly(gettext_lazy("El plan no dice en qué normas se apoya.")),
    ),
    Rule(
        "sin-fases",
        gettext_lazy("Fases"),
        gettext_lazy("Cree las fases del plan y ponga en ellas sus actividades."),
        lambda plan: once(not plan.phases, plan.structure_url),
        constantly(gettext_lazy("El plan no tiene fases: no se sabe en qué momento del ciclo participa la gente.")),
    ),
    Rule(
        "sin-grupos",
        gettext_lazy("Grupos de valor"),
        gettext_lazy("Diga en cada actividad para quiénes es."),
        lambda plan: once(bool(plan.activities) and not plan.named_groups, plan.activities_url),
        constantly(gettext_lazy("Ninguna actividad dice para quiénes es.")),
    ),
    Rule(
        "fase-sin-etapa",
        gettext_lazy("Fases sin etapa"),
        gettext_lazy("Diga en la fase a qué etapa corresponde: así se compara con otros planes."),
        _phases_without_stage,
        words(
            gettext_lazy("No se sabe de qué etapa del ciclo es la fase «%(name)s»."),
            gettext_lazy("No se sabe de qué etapa del ciclo son %(n)d fases: %(names)s."),
        ),
    ),
    Rule(
        "etapa-sin-fase",
        gettext_lazy("Etapas que el plan no tiene"),
        gettext_lazy("Si el plan sí trabaja esa etapa, diga cuál de sus fases es."),
        _stages_without_phase,
        words(
            gettext_lazy("Ninguna fase del plan es de la etapa «%(name)s»."),
            gettext_lazy("Ninguna fase del plan es de las etapas %(names)s."),
        ),
    ),
    Rule(
        "grupo-retirado",
        gettext_lazy("Grupos que ya no están activos"),
        gettext_lazy("Quítelo de esas actividades o vuelva a activarlo en el catálogo."),
        _retired_groups,
        words(
            gettext_lazy("«%(name)s» ya no está activo y el plan lo sigue nombrando %(aside)s."),
            gettext_lazy("%(n)d grupos ya no están activos y el plan los sigue nombrando: %(names)s."),
        ),
    ),
    Rule(
        "grupo-sin-caracterizar",
        gettext_lazy("Caracterizados"),
        gettext_lazy("Escriba su caracterización en el catálogo de grupos."),
        lacking("characterization"),
        words(
            gettext_lazy("«%(name)s» no está caracterizado: no dice quiénes son ni qué necesitan."),
            gettext_lazy("%(n)d grupos no están caracterizados: no dicen quiénes son ni qué necesitan."),
        ),
    ),
    Rule(
        "caracterizacion-sin-fecha",
        gettext_lazy("Con la fecha de su caracterización"),
        gettext_lazy("Diga de qué día es: una caracterización vieja convoca mal."),
        lacking("characterized_on"),
        words(
            gettext_lazy("La caracterización de «%(name)s» no dice de cuándo es."),
            gettext_lazy("La caracterización de %(n)d grupos no dice de cuándo es."),
        ),
    ),
    Rule(
        "caracterizacion-sin-fuente",
        gettext_lazy("Con la fuente de su caracterización"),
        gettext_lazy("Diga de dónde sale: una encuesta, un registro, un estudio."),
        lacking("characterization_source"),
        words(
            gettext_lazy("La caracterización de «%(name)s» no dice de dónde sale."),
            gettext_lazy("La caracterización de %(n)d grupos no dice de dónde sale."),
        ),
    ),
    Rule(
        "pocos-dialogos",
        gettext_lazy("Ejercicios de diálogo"),
        gettext_lazy("Programe otro, o marque «Diálogo» en las actividades que lo son."),
        _few_dialogues,
        _few_dialogues_words,
        source=gettext_lazy("Ley 1757 de 2015, art. 53"),
    ),
    Rule(
        "notas-sin-espacio",
        gettext_lazy("Notas de la matriz"),
        gettext_lazy("Páselas a la nota al pie de su espacio, o déjelas si son del plan entero."),
        lambda plan: once(bool(plan.plan.notes.strip()), plan.of_field("notes")),
        _notes,
    ),
]
