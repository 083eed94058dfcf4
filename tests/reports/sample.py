"""An invented snapshot, made without a database: a year's final report of execution alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from activities.figures import Figure, Targets, TargetState
from display.text import Unit
from reports.envelope import SCHEMA, Edition, EntityFacts, PlanFacts, SectionFacts, Snapshot
from reports.sections import execution
from reports.sections.execution import Block, Footnote, Missing, Month, Percentage

FINGERPRINT = "7f3a91c2e04b55d8a1b6c7d90e2f4433a5b6c7d8e9f00112233445566778899a"

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
    unit=Unit("espacio", "espacios"),
    starts_on=date(2020, 7, 1),
    ends_on=date(2020, 12, 31),
    version=1,
    approved_on=date(2020, 6, 26),
)
EDITION = Edition(
    kind="final",
    title="Informe final de monitoreo",
    period="julio a diciembre de 2020",
    starts_on=date(2020, 7, 1),
    ends_on=date(2020, 12, 31),
    cutoff=date(2020, 12, 31),
    whole=True,
    version=1,
    number="2021-003",
    published_on=date(2021, 1, 15),
    draft=False,
)


def block(name: str, planned: int, executed: int, silent: int = 0, marks: tuple[str, ...] = ()) -> Block:
    missing = Missing(explained=planned - executed - silent, silent=silent)
    return Block(name, Figure(planned, executed, silent), None, Targets(), missing, marks)


EXECUTION = execution.Facts(
    total=Figure(206, 199, 1),
    period=None,
    missing=Missing(explained=6, silent=1),
    missing_in_period=None,
    targets=Targets(),
    blocks=(
        block("Consejería de tecnologías de la información", 14, 10, 1, ("a",)),
        block("Mesas de participación", 192, 189),
    ),
    phases=(),
    months=(
        Month(date(2020, 7, 31), Figure(100, 99)),
        Month(date(2020, 12, 31), Figure(106, 100, 1)),
    ),
    footnotes=(Footnote("a", "Consejería de tecnologías de la información", "No hubo quórum."),),
    misses=(),
    percentages=(),
    carried_over=0,
    carried_to_year=None,
    baseline=200,
    added=10,
    withdrawn=4,
    scheduled_after=0,
)


def of(facts: execution.Facts = EXECUTION, **edition) -> Snapshot:
    """A snapshot of these facts, with something else in its edition."""
    return Snapshot(
        schema=SCHEMA,
        edition=replace(EDITION, **edition),
        entity=ENTITY,
        plan=PLAN,
        assets=(),
        sections=(SectionFacts("ejecucion", 1, "Cómo cerró el plan", facts, {"reading": "Fue un buen semestre."}),),
    )


def targets_alone() -> Snapshot:
    """A plan without a single space: three percentage targets, one met, one short, one not reported."""

    def target(name: str, state: TargetState, attended: int, received: int, reported: int = 2) -> Percentage:
        return Percentage(name, "Secretaría de Gobierno", "", Decimal(90), 2, reported, attended, received, state, "")

    percentages = (
        target("5.1 Respuesta a las preguntas de las mesas", TargetState.MET, 98, 100),
        target("5.2 Respuesta a las peticiones", TargetState.SHORT, 40, 50),
        target("5.3 Publicación de actas", TargetState.NOT_REPORTED, 0, 0, reported=1),
    )
    targets = Targets(met=1, counted=3, unexplained=2, total=3)
    nothing = replace(EXECUTION, total=Figure(0, 0), missing=Missing(), targets=targets, months=(), footnotes=())
    own = Block("Secretaría de Gobierno", Figure(0, 0), None, targets, Missing(), ())
    return of(replace(nothing, blocks=(own,), percentages=percentages, baseline=0, added=0, withdrawn=0))


FINAL = of()
DRAFT = of(number="", published_on=None, draft=True)
