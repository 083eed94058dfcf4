"""Plans of the shapes that public entities publish, in our own words, made as people make them: by importing a sheet,
writing chapters, and registering an approval that was given on paper."""

import io
from datetime import date

from django.core.management import call_command

from accounts.models import Role
from plans import actions, chapters
from plans.models import Plan, PlanChapter
from plans.signing import OnPaper
from tests.factories import make_entity, make_user

DEEDS = ("Revisar", "Conformar", "Invitar", "Escuchar", "Responder", "Publicar", "Medir", "Corregir")
MATTERS = (
    "la caracterización de los grupos",
    "los canales de atención",
    "el equipo que acompaña",
    "lo que se aprendió",
)


def brought(tmp_path, slug: str, title: str, rows: list[list[str]]) -> Plan:
    entity = make_entity(slug)
    path = tmp_path / f"{slug}.tsv"
    path.write_text("\n".join("\t".join(row) for row in rows))
    options = (f"--entity={entity.slug}", f"--title={title}", "--start=2026-01-01", "--end=2026-12-31")
    call_command("import_plan", str(path), *options, "--create-missing", stdout=io.StringIO())
    return entity.plans.get()


def write(plan: Plan, by, *texts: tuple[str, str, str]) -> None:
    for purpose, title, body in texts:
        chapters.save_chapter(chapter=PlanChapter(plan=plan, purpose=purpose, title=title, body=body), by=by)


def one_page(tmp_path) -> Plan:
    """14 activities in five phases: objective and product, and nothing else."""
    rows = [["Fase del ciclo de la Gestión", "Actividades", "Objetivo(s) de la actividad", "Meta/Producto"]]
    phases = (("Diagnóstico", 3), ("Formulación", 3), ("Implementación", 3), ("Control/Evaluación", 2))
    for number, (phase, count) in enumerate((*phases, ("Acciones transversales", 3)), 1):
        for at in range(1, count + 1):
            deed = f"{DEEDS[(number + at) % 8]} {MATTERS[at % 4]}"
            name, objective = f"{number}.{at} {deed} ({phase.lower()})", f"Saber cómo {deed.lower()} sirve a la gente"
            rows.append([phase if at == 1 else "", name, objective, f"Acta {number}.{at} de lo acordado"])
    return brought(tmp_path, "una-pagina", "Estrategia de participación 2026", rows)


QUESTIONS = {
    "information": "¿Qué se le cuenta a la gente antes, durante y después?",
    "dialogue": "¿Cómo se conversa para que sirva?",
    "incentives": "¿Qué gana cada quien con que se rindan cuentas?",
}


def three_lists(tmp_path) -> Plan:
    """30 actions in three lists, each opened by a question; four subcomponents with 10 activities and 15 dates."""
    rows = [["Subcomponente", "Actividades", "Meta", "Indicadores", "Responsable", "Fecha programada"]]
    parts = ("Información clara", "Diálogo de doble vía", "Incentivos", "Evaluación")
    dates = (
        *("29/05/2026", "31/01/2026; 22/04/2026; 22/07/2026; 22/10/2026", "31/12/2026", "17/07/2026; 31/12/2026"),
        *("30/10/2026", "28/02/2026; 30/08/2026", "30/06/2026", "15/12/2026", "30/11/2026", "31/12/2026"),
    )
    goals = ("1", "4", "100%", "100%", "1", "2", "1", "1", "3", "1")
    places = (1, 1, 1, 1, 1, 1, 2, 2, 3, 4)
    counts: dict[int, int] = {}
    for at, part in enumerate(places):
        counts[part] = counts.get(part, 0) + 1
        deed = f"{DEEDS[at % 8]} {MATTERS[at % 4]}"
        unit = f"Secretaría {'de Planeación' if at % 2 else 'Jurídica'}; Oficina de Prensa"
        name = f"{part}.{counts[part]} {deed} en {parts[part - 1].lower()}"
        rows.append([f"Subcomponente {part}. {parts[part - 1]}", name, goals[at], f"Veces de {deed}", unit, dates[at]])
    plan = brought(tmp_path, "tres-listas", "Estrategia de rendición de cuentas 2026", rows)
    by = make_user(plan.entity, Role.PLANNER)
    plan.kind = Plan.Kind.ACCOUNTABILITY
    plan.parent_instrument = "Programa de transparencia"
    actions.edit_plan(plan=plan, by=by)
    for (purpose, question), (title, count) in zip(
        QUESTIONS.items(), (("Informar", 17), ("Dialogar", 9), ("Incentivar", 4)), strict=True
    ):
        items = "\n".join(f"- {title} por el medio número {n + 1}" for n in range(count))
        write(plan, by, (purpose, f"Acciones para {title.lower()}", f"> {question}\n\nLa entidad hará:\n\n{items}"))
    for phase, element in ((1, "information"), (2, "dialogue"), (3, "responsibility")):
        plan.activities.filter(phase__number=phase).update(accountability_element=element)
    return plan


def signed_on_paper(tmp_path) -> Plan:
    """31 activities of six columns, chapters around them, and signatures that say the month and no position."""
    rows = [["ACTIVIDADES DE GESTIÓN", "META", "UNIDAD DE MEDIDA", "INDICADOR", "RESPONSABLE", "PERIODICIDAD"]]
    for at in range(31):
        deed = f"{DEEDS[at % 8]} {MATTERS[at % 4]}"
        rows.append(
            [
                f"{deed} con todas las áreas, en su paso {at + 1}",
                f"Cuidar {MATTERS[at % 4]}",
                f"Documento {at + 1}",
                f"Documento {at + 1} adoptado",
                "Todas las dependencias",
                "Diciembre",
            ]
        )
    plan = brought(tmp_path, "en-papel", "Política de participación 2026", rows)
    by = make_user(plan.entity, Role.PLANNER)
    plan.objective = "Que la gente decida con la entidad."
    plan.who_may_participate = "Cualquier persona."
    plan.participation_means = "En la sede y por la página."
    plan.responsible_units = "La oficina de planeación."
    actions.edit_plan(plan=plan, by=by)
    write(
        plan,
        by,
        (
            "text",
            "Presentación",
            "La entidad **escucha**.\n\n## Por qué\n\n1. Porque sirve\n2. Porque es ley",
        ),
        ("text", "Justificación", "Sin la gente no hay *política*.\n\n- [La norma](https://www.funcionpublica.gov.co)"),
        ("legal", "Marco legal", "| Norma | Qué dice |\n|---|---|\n| Ley 1757 de 2015 | Participar es un derecho |"),
        ("closing", "Conclusiones", "- La política se cumple"),
        ("closing", "Recomendaciones", "- Medirla cada año"),
    )
    names = ("Sandra Ríos", "Lorenza Osorio", "Lorenza Osorio")
    signed = [OnPaper(stage, name) for stage, name in zip(("prepared", "reviewed", "approved"), names, strict=True)]
    return actions.approve(plan=plan, by=by, on=date(2025, 11, 30), precision="month", signed=signed)
