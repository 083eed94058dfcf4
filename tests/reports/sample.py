"""Invented snapshots: a year's final report, a monthly one, and what breaks layouts."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from activities.figures import TargetState
from reports.facts import (
    SCHEMA,
    AnnexRow,
    Block,
    CommitmentFact,
    CommitmentFacts,
    Edition,
    EntityFacts,
    ExecutionFacts,
    Figure,
    Footnote,
    InstanceBalance,
    MetricFact,
    Miss,
    MonthFigure,
    NamedFigure,
    Narrative,
    Participation,
    PercentageFact,
    PlanFacts,
    Snapshot,
    SpaceFact,
    Upcoming,
)

FINGERPRINT = "7f3a91c2e04b55d8a1b6c7d90e2f4433a5b6c7d8e9f00112233445566778899a"
LONG = (
    "Consejería para la articulación interinstitucional de los derechos de las víctimas, la paz, la reconciliación, "
    "la convivencia y la participación de las comunidades negras, afrocolombianas, raizales, palenqueras e indígenas "
    "en los territorios rurales y urbanos del municipio"
)

ENTITY = EntityFacts(
    name="Alcaldía de Puerto Sereno",
    short_name="Puerto Sereno",
    slug="puerto-sereno",
    nit="900.000.000-0",
    municipality="Puerto Sereno, Magdalena",
    primary="#0b3d73",
    secondary="#0b5cad",
    shield="",
    website="https://puertosereno.example",
    email="participacion@puertosereno.example",
    address="Calle 5 n.º 3-20, Palacio Municipal",
)
PLAN = PlanFacts(
    title="Plan institucional de participación ciudadana",
    slug="plan-institucional-2020",
    kind="Plan de participación ciudadana",
    starts_on=date(2020, 7, 1),
    ends_on=date(2020, 12, 31),
    objective="Dar a conocer el avance del plan.",
    version=1,
    approved_on=date(2020, 6, 26),
    notes=(),
)
EDITION = Edition(
    kind="final",
    title="Informe final de monitoreo",
    period="julio a diciembre de 2020",
    starts_on=date(2020, 7, 1),
    ends_on=date(2020, 12, 31),
    cutoff=date(2020, 12, 31),
    version=1,
    number="2021-003",
    published_on=date(2021, 1, 15),
    draft=False,
)
NARRATIVE = Narrative(
    objective="Contar a la ciudadanía y a los grupos de interés qué se programó, qué se hizo y qué falta del plan de "
    "participación del segundo semestre, con las cifras y sus razones.",
    reading="El primer semestre de vida del plan cerró con casi todo lo programado. Lo que faltó tuvo dos causas: la "
    "contingencia sanitaria y el cruce de agendas con los invitados.\n\nLos cambios pedidos por las dependencias hasta "
    "noviembre están incluidos en lo programado.",
    participants="Los talleres del modelo de gobierno abierto fueron el espacio que más creció: noviembre triplicó a "
    "septiembre.",
    commitments="Los compromisos se adquirieron en las mesas y comités. Los que siguen abiertos se atenderán en la "
    "vigencia 2021.",
    observations=(
        "El plan cerró en 96,6 % en su primer año; las causas de lo que faltó fueron la contingencia y las agendas.",
        "Se publicaron los informes mensuales en la sección Participa.",
        "La mayoría de los espacios pasó a canales virtuales sin perder asistencia.",
        "Los compromisos con las víctimas se cumplieron en su mayoría; los pendientes pasan a 2021.",
    ),
    recommendations=(
        "Prever contingencias en la programación y acordar canales alternos con cada grupo.",
        "Pedir la reprogramación con anticipación y avisar a los grupos de valor.",
        "Hacer seguimiento mensual a los compromisos.",
        "Informar a Planeación todo cambio en el cronograma.",
        "Fortalecer la convocatoria con las organizaciones de base.",
        "Evaluar cada espacio con quienes asistieron.",
    ),
)


def figure(planned: int, executed: int | Fraction, unexplained: int | Fraction = 0, excess: int = 0) -> Figure:
    return Figure(planned, Fraction(executed), Fraction(unexplained), excess)


def month_end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


EXECUTION = ExecutionFacts(
    total=figure(206, 199, 1),
    period=None,
    blocks=(
        Block("Estrategia de difusión y posicionamiento del modelo de gobierno abierto", figure(27, 26), ("a",)),
        Block("Consejería para los derechos de las víctimas, la paz y la reconciliación", figure(154, 152), ("b",)),
        Block("Consejería de tecnologías de la información", figure(14, 10, 1), ("c", "d")),
        Block("Subsecretaría técnica", figure(7, 7), ()),
        Block("Subsecretaría de servicio a la ciudadanía", figure(4, 4), ()),
    ),
    months=tuple(
        MonthFigure(month_end(2020, month), figure(planned, executed, silent))
        for month, planned, executed, silent in (
            (7, 29, 29, 0),
            (8, 29, 29, 0),
            (9, 36, 36, 0),
            (10, 39, 39, 0),
            (11, 40, 39, 1),
            (12, 33, 27, 0),
        )
    ),
    phases=(),
    footnotes=(
        Footnote("a", "Estrategia de difusión", "El taller de la vereda Alta pasa a la vigencia 2021 (contingencia)."),
        Footnote("b", "Consejería de víctimas", "En diciembre no se hicieron la mesa indígena ni la mesa local norte."),
        Footnote("c", "Consejería TIC", "El encuentro de diciembre no se hizo: los invitados no coincidieron."),
        Footnote("d", "Consejería TIC", "Se hicieron 2 visitas; las otras 2 pasan a la vigencia 2021."),
    ),
    misses=(
        Miss(
            "1.1 Talleres del modelo de gobierno abierto",
            "Estrategia de difusión",
            "diciembre de 2020",
            5,
            Fraction(4),
            "El taller de la vereda Alta no se hizo por la contingencia.",
            2021,
        ),
        Miss(
            "2.1 Mesas locales de participación efectiva de víctimas",
            "Consejería de víctimas",
            "diciembre de 2020",
            19,
            Fraction(18),
            "La mesa local norte no tuvo quórum.",
            None,
        ),
        Miss("2.3 Mesa indígena", "Consejería de víctimas", "diciembre de 2020", 1, Fraction(0), "Sin quórum.", None),
        Miss(
            "3.1 Encuentros de transformación digital",
            "Consejería de tecnologías de la información",
            "diciembre de 2020",
            1,
            Fraction(0),
            "Los invitados no lograron coincidir en la jornada.",
            None,
        ),
        Miss(
            "3.2 Visitas de apropiación digital",
            "Consejería de tecnologías de la información",
            "diciembre de 2020",
            4,
            Fraction(2),
            "Se hicieron 2 visitas; las otras 2 se harán el año siguiente.",
            2021,
        ),
        Miss(
            "3.3 Mesas de agendas sectoriales",
            "Consejería de tecnologías de la información",
            "noviembre de 2020",
            1,
            Fraction(0),
            "",
            None,
        ),
    ),
    carried_over=3,
    carried_to_year=2021,
    no_demand=(),
    baseline=206,
    added=0,
    withdrawn=0,
    scheduled_after=0,
    percentages=(),
)


def percentage(number, name, dates, reported, attended, received, goal, state, reason="") -> PercentageFact:
    return PercentageFact(
        *(number, name, "Subsecretaría técnica", "", dates, reported, attended, received, Decimal(goal)),
        *(TargetState(state), reason, None),
    )


PERCENTAGES = (
    percentage(
        "5.1", "Respuesta a las preguntas de las mesas", 2, 2, 337, 348, 100, "short", "Conceptos de otra entidad."
    ),
    percentage("5.2", "Respuesta a derechos de petición en lengua nativa", 2, 2, 0, 0, 100, "no_demand"),
    percentage("5.3", "Evaluación de los espacios", 1, 1, 49, 58, "80", "met"),
    percentage("5.4", "Solicitudes de apoyo", 2, 1, 9, 10, "92.5", "not_reported"),
    percentage("5.5", "Solicitudes de interpretación", 0, 0, 0, 0, 90, "not_yet_due"),
)


def people(activity: str, start: date, end: date, when: str, count: int) -> Participation:
    return Participation(activity, start, end, when, count, "listados de asistencia")


TALKS = "Conversatorios en vivo sobre la historia de la ciudad"
WORKSHOPS = "Talleres del modelo de gobierno abierto"
PARTICIPANTS = (
    people(WORKSHOPS, date(2020, 9, 1), date(2020, 9, 30), "septiembre", 65),
    people(WORKSHOPS, date(2020, 10, 1), date(2020, 10, 31), "octubre", 70),
    people(WORKSHOPS, date(2020, 11, 1), date(2020, 11, 30), "noviembre", 203),
    people(WORKSHOPS, date(2020, 12, 1), date(2020, 12, 31), "diciembre", 20),
    people(TALKS, date(2020, 7, 1), date(2020, 10, 31), "julio a octubre", 536),
)


def metric(activity: str, name: str, value: int | str, when: str = "julio a diciembre") -> MetricFact:
    return MetricFact(activity, when, name, Decimal(value), name.lower(), "")


METRICS = (
    metric(TALKS, "Reproducciones", 12151, "julio a octubre"),
    metric("Feria virtual de innovación", "Transmisiones", 265),
    metric("Feria virtual de innovación", "Conferencistas", 484),
    metric("Feria virtual de innovación", "Escenarios académicos", 7),
    metric("Feria virtual de innovación", "Visualizaciones en video", 28581),
    metric("Feria virtual de innovación", "Visitas a la plataforma", 91292),
    metric("Feria virtual de innovación", "Países", 60),
    metric("Feria virtual de innovación", "Publicaciones en medios", 40),
)

BOARDS, LOCAL, CITY, TOPICS = (
    "Mesas de participación efectiva de víctimas",
    "Comités locales de justicia transicional",
    "Comité municipal de justicia transicional",
    "Subcomités temáticos",
)


def commitment(number, text, instance, made, due, closed, state, standing, late=0) -> CommitmentFact:
    return CommitmentFact(
        f"C-{number:02d}", text, instance, "Consejería de víctimas", made, due, closed, state, standing, late
    )


DONE, GOING = "Reportado como cumplido", "En avance"
CUT = date(2020, 12, 31)
COMMITMENTS = CommitmentFacts(
    made=9,
    fulfilled=6,
    overdue=2,
    open=1,
    closed=0,
    due=8,
    fulfilled_due=6,
    open_at_start=0,
    new=9,
    closed_in_period=6,
    open_at_end=3,
    instances=(
        InstanceBalance(BOARDS, 5, 3, 1, 1, 0),
        InstanceBalance(LOCAL, 2, 1, 0, 1, 0),
        InstanceBalance(CITY, 1, 1, 0, 0, 0),
        InstanceBalance(TOPICS, 1, 1, 0, 0, 0),
    ),
    items=(
        commitment(
            1,
            "Entregar el cronograma de sesiones del semestre",
            BOARDS,
            "julio de 2020",
            date(2020, 8, 31),
            CUT,
            DONE,
            "fulfilled",
        ),
        commitment(
            2,
            "Socializar la ruta de atención en salud",
            BOARDS,
            "julio de 2020",
            date(2020, 9, 30),
            CUT,
            DONE,
            "fulfilled",
        ),
        commitment(
            3,
            "Gestionar apoyo logístico para las mesas",
            BOARDS,
            "agosto de 2020",
            date(2020, 10, 30),
            CUT,
            "Verificado con la ciudadanía",
            "fulfilled",
        ),
        commitment(
            4,
            "Presentar el presupuesto de reparación colectiva",
            BOARDS,
            "septiembre de 2020",
            date(2020, 11, 30),
            None,
            GOING,
            "overdue",
            31,
        ),
        commitment(
            5,
            "Capacitar a las mesas en control social",
            BOARDS,
            "noviembre de 2020",
            date(2021, 2, 26),
            None,
            GOING,
            "open",
        ),
        commitment(
            6,
            "Actualizar los planes de acción territorial",
            LOCAL,
            "agosto de 2020",
            date(2020, 12, 15),
            CUT,
            DONE,
            "fulfilled",
        ),
        commitment(
            7,
            "Enviar el balance de ayuda humanitaria por localidad",
            LOCAL,
            "octubre de 2020",
            date(2020, 11, 20),
            None,
            GOING,
            "overdue",
            41,
        ),
        commitment(
            8, "Publicar el acta de la sesión", CITY, "julio de 2020", date(2020, 8, 14), CUT, DONE, "fulfilled"
        ),
        commitment(
            9,
            "Definir el plan de trabajo de cada subcomité",
            TOPICS,
            "julio de 2020",
            date(2020, 7, 31),
            CUT,
            DONE,
            "fulfilled",
        ),
    ),
)


def space(name, when, count, note, questions, comments, reach, minutes, shares) -> SpaceFact:
    facts = (("Personas alcanzadas", reach), ("Minutos reproducidos", minutes), ("Veces compartido", shares))
    return SpaceFact(
        name,
        when,
        count,
        note,
        questions,
        comments,
        tuple(MetricFact(name, when, kind, Decimal(value), "", "") for kind, value in facts if value is not None),
    )


SPACES = (
    space("Puerto Sereno, territorio de paz", "26 de marzo de 2020", 219, "Ciudadanía", 34, 16, 19400, 7496, 55),
    space("Una ciudad inteligente", "27 de marzo de 2020", 235, "Ciudadanía y expertos", 47, 29, 10300, 8479, 50),
    space("Gobierno abierto", "30 de marzo de 2020", 529, "Ciudadanía y expertos", 36, 50, 70480, 12212, 81),
    space("Una ciudad eficiente en el servicio", "31 de marzo de 2020", 285, "Ciudadanía", 37, 90, 8900, 7047, None),
    space("El valor de lo público", "8 de abril de 2020", None, "", 0, None, 6651, 6892, 17),
)


def annex_row(number, name, block, groups, planned, executed, silent=0, target="", scheduled=0) -> AnnexRow:
    return AnnexRow(
        number, name, block, "", block, groups, target, figure(planned, executed, silent), planned, scheduled
    )


VICTIMS, TECH = EXECUTION.blocks[1].name, EXECUTION.blocks[2].name
ANNEX = (
    annex_row("1.1", WORKSHOPS, EXECUTION.blocks[0].name, "Ciudadanía", 27, 26),
    annex_row("2.1", "Mesas locales de participación efectiva de víctimas", VICTIMS, "Víctimas", 114, 113),
    annex_row("2.2", "Mesa municipal de participación efectiva de víctimas", VICTIMS, "Víctimas", 6, 6),
    annex_row("2.3", "Mesa indígena", VICTIMS, "Pueblos indígenas; Víctimas", 6, 5),
    annex_row("2.4", "Mesas con enfoque diferencial", VICTIMS, "Mujeres; Comunidades afro", 12, 12),
    annex_row("2.5", "Comités locales de justicia transicional", VICTIMS, "Víctimas", 12, 12),
    annex_row("2.6", "Comité municipal de justicia transicional", VICTIMS, "Entidades", 2, 2),
    annex_row("2.7", "Subcomités temáticos", VICTIMS, "Entidades", 2, 2),
    annex_row("3.1", "Encuentros de transformación digital", TECH, "Empresas; Academia", 4, 3),
    annex_row("3.2", "Visitas de apropiación digital", TECH, "Ciudadanía", 4, 2, target="4 visitas"),
    annex_row("3.3", "Mesas de agendas sectoriales", TECH, "Academia", 6, 5, 1),
    annex_row("4.1", TALKS, "Subsecretaría técnica", "Ciudadanía", 4, 4),
    annex_row("4.2", "Exposiciones y lanzamientos virtuales", "Subsecretaría técnica", "Ciudadanía", 3, 3),
    annex_row("5.1", "Encuentros de divulgación", EXECUTION.blocks[4].name, "Ciudadanía", 4, 4),
)

NO_COMMITMENTS = CommitmentFacts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (), ())
FINAL = Snapshot(
    schema=SCHEMA,
    entity=ENTITY,
    plan=PLAN,
    edition=EDITION,
    narrative=NARRATIVE,
    execution=EXECUTION,
    participants=PARTICIPANTS,
    metrics=METRICS,
    commitments=COMMITMENTS,
    other_spaces=SPACES,
    upcoming=(),
    annex=ANNEX,
)


def monthly() -> Snapshot:
    """October: the month, what goes so far, and what comes in November."""
    return replace(
        FINAL,
        entity=replace(ENTITY, primary="#7a1f3d", secondary="#f2b705"),
        plan=replace(PLAN, notes=("El plan se definió en julio; los espacios anteriores se muestran aparte.",)),
        edition=replace(
            EDITION,
            kind="monthly",
            title="Informe mensual de monitoreo",
            period="octubre de 2020",
            starts_on=date(2020, 10, 1),
            ends_on=date(2020, 10, 31),
            cutoff=date(2020, 10, 31),
            number="2020-009",
            published_on=date(2020, 11, 9),
        ),
        narrative=replace(
            NARRATIVE,
            reading="Octubre tuvo un solo faltante: un taller que no se pudo hacer por las lluvias.",
            participants="",
            commitments="",
            observations=("El cierre de la vía obligó a aplazar un taller; la vereda fue avisada con dos días.",),
            recommendations=(),
        ),
        execution=replace(
            EXECUTION,
            total=figure(133, 132, 0, 4),
            period=figure(39, 38),
            blocks=(
                Block(EXECUTION.blocks[0].name, figure(13, 12), ("a",)),
                Block(VICTIMS, figure(102, 102, 0, 4), ()),
                Block(TECH, figure(8, 8), ()),
                Block("Subsecretaría técnica", figure(7, 7), ()),
                Block(EXECUTION.blocks[4].name, figure(3, 3), ()),
            ),
            months=EXECUTION.months[:3] + (MonthFigure(month_end(2020, 10), figure(39, 38)),),
            phases=(
                NamedFigure("1. Diagnóstico", figure(20, 20)),
                NamedFigure("2. Formulación", figure(40, 40)),
                NamedFigure("3. Implementación", figure(73, 72)),
                NamedFigure("4. Evaluación", figure(0, 0)),
            ),
            footnotes=(Footnote("a", "Estrategia de difusión", "Un taller se aplazó por lluvias y cierre de vías."),),
            misses=(
                Miss(
                    "1.1 " + WORKSHOPS,
                    "Estrategia de difusión",
                    "octubre de 2020",
                    9,
                    Fraction(8),
                    "Lluvias y cierre de vías.",
                    None,
                ),
            ),
            carried_over=0,
            carried_to_year=None,
            percentages=PERCENTAGES,
            baseline=200,
            added=10,
            withdrawn=4,
            scheduled_after=73,
        ),
        participants=(people(WORKSHOPS, date(2020, 10, 1), date(2020, 10, 31), "octubre", 70),),
        metrics=(),
        commitments=CommitmentFacts(
            made=8,
            fulfilled=5,
            overdue=0,
            open=3,
            closed=0,
            due=5,
            fulfilled_due=5,
            open_at_start=3,
            new=1,
            closed_in_period=1,
            open_at_end=3,
            instances=(
                InstanceBalance(BOARDS, 4, 3, 1, 0, 0),
                InstanceBalance(LOCAL, 2, 0, 2, 0, 0),
                InstanceBalance(CITY, 1, 1, 0, 0, 0),
                InstanceBalance(TOPICS, 1, 1, 0, 0, 0),
            ),
            items=tuple(
                replace(item, closed_on=item.due_on)
                if item.due_on <= date(2020, 10, 31)
                else replace(item, closed_on=None, state=GOING, standing="open", days_overdue=0)
                for item in COMMITMENTS.items
                if item.code != "C-05"
            ),
        ),
        other_spaces=(),
        upcoming=(
            Upcoming(WORKSHOPS, EXECUTION.blocks[0].name, "noviembre de 2020", 9),
            Upcoming("Mesa indígena", VICTIMS, "12 de noviembre de 2020", 1),
        ),
        annex=tuple(replace(row, phase="3. Implementación", scheduled=3) for row in ANNEX),
    )


def targets_alone() -> Snapshot:
    """A plan whose activities all have percentage targets."""
    return replace(
        draft(),
        execution=replace(
            draft().execution,
            blocks=(Block("Subsecretaría técnica", figure(0, 0), ()),),
            percentages=PERCENTAGES,
        ),
    )


def draft() -> Snapshot:
    """A draft plan with nothing in it."""
    return replace(
        FINAL,
        plan=replace(PLAN, version=None, approved_on=None, objective=""),
        edition=replace(EDITION, number="", published_on=None, draft=True),
        narrative=Narrative("", "", "", "", (), ()),
        execution=replace(
            EXECUTION,
            total=figure(0, 0),
            blocks=(),
            months=(),
            footnotes=(),
            misses=(),
            carried_over=0,
            carried_to_year=None,
            baseline=0,
        ),
        participants=(),
        metrics=(),
        commitments=NO_COMMITMENTS,
        other_spaces=(),
        annex=(),
    )


def crowded() -> Snapshot:
    """Forty blocks with very long names, twelve months of two years, many targets, 60 commitments, odd letters."""
    odd = (
        "→ ✓ ≤ ≥ № 1\u202f234 e\u2011mail 😀 Ẽbera ẽ ĩ ũ wayuú «ñandú» 漢字 <script>alert(1)</script> & \u202eoirartnoc"
    )
    blocks = tuple(
        Block(
            f"{n}. {LONG if n % 3 else odd + ' ' + 'Sinespacios' * 14}",
            figure(n * 7 % 31, n * 7 % 31 - (1 if n % 4 == 0 and n * 7 % 31 else 0), 0),
            ("a",) if n == 1 else (),
        )
        for n in range(1, 41)
    )
    planned = sum(block.figure.planned for block in blocks)
    executed = sum((block.figure.executed for block in blocks), Fraction(0))
    silent = blocks[1].figure.planned
    blocks = (blocks[0], replace(blocks[1], figure=figure(silent, 0, silent)), *blocks[2:])
    executed -= silent
    months = tuple(
        MonthFigure(
            month_end(2025 + (n + 6) // 12, (n + 6) % 12 + 1),
            figure(planned * (n + 1) // 12 - planned * n // 12, executed * (n + 1) // 12 - executed * n // 12),
        )
        for n in range(12)
    )
    items = tuple(
        commitment(
            n,
            f"{LONG if n % 7 == 0 else 'Publicar el acta de la sesión'} {odd if n % 5 == 0 else ''}",
            BOARDS,
            "julio de 2025",
            date(2025, 8, 1) + timedelta(days=n),
            None,
            ("No viable", GOING, GOING, DONE)[n % 4],
            ("closed", "overdue", "open", "fulfilled")[n % 4],
            400 - n if n % 4 == 1 else 0,
        )
        for n in range(1, 61)
    )
    return replace(
        FINAL,
        entity=replace(ENTITY, name=LONG, short_name="Consejería", primary="#f5d000", secondary="#fff3a0"),
        plan=replace(PLAN, title=f"Plan de {LONG}", notes=(odd, LONG)),
        edition=replace(
            EDITION,
            title="Informe final de monitoreo y evaluación de la participación",
            period="julio de 2025 a junio de 2026",
            starts_on=date(2025, 7, 1),
            ends_on=date(2026, 6, 30),
            cutoff=date(2026, 6, 30),
            draft=True,
        ),
        narrative=replace(NARRATIVE, reading=odd + "\n\n" + LONG * 4, observations=(odd, LONG * 5)),
        execution=replace(
            EXECUTION,
            total=figure(planned, executed, silent),
            blocks=blocks,
            months=months,
            misses=EXECUTION.misses * 12 + (replace(EXECUTION.misses[0], activity=LONG, reason=odd + LONG),),
            percentages=tuple(
                replace(fact, number=f"7.{n}", name=odd if n % 4 else LONG, block=blocks[n % 5].name, reason=reason)
                for n, (fact, reason) in enumerate(zip(PERCENTAGES * 4, ("", LONG, odd, "") * 5, strict=False))
            ),
            added=12,
            withdrawn=5,
        ),
        participants=tuple(
            people(f"{n}. {LONG if n == 2 else WORKSHOPS}", date(y, m, 1), month_end(y, m), "", 12000 + n * m * 37)
            for n in range(1, 8)
            for y, m in [(2025, k) for k in range(7, 13)] + [(2026, k) for k in range(1, 7)]
            if (n + m) % 5
        )
        + (people("1. " + WORKSHOPS, date(2025, 8, 1), date(2026, 3, 31), "agosto a marzo", 9),),
        commitments=replace(COMMITMENTS, made=60, fulfilled=15, overdue=15, open=15, closed=15, items=items),
        annex=tuple(replace(row, name=odd if n == 3 else LONG) for n, row in enumerate(ANNEX * 2)),
    )


def large(activities: int = 1000) -> Snapshot:
    """An annex of many activities."""
    rows = tuple(
        replace(ANNEX[n % len(ANNEX)], number=f"{n // 50 + 1}.{n % 50 + 1}", scheduled=n % 3) for n in range(activities)
    )
    return replace(FINAL, annex=rows)
