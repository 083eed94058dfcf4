"""Plans with something in every field, for sheets that go out and come back."""

from datetime import date, time
from decimal import Decimal

from activities.models import Activity, Attendance, Metric, Responsibility, Session
from commitments.models import Commitment, FollowUp
from plans.models import CyclePhase, Plan, StakeholderGroup, StrategicLine
from tests.factories import make_activity, make_commitment, make_dependency, make_plan, make_session


def make_full_plan(entity, by=None) -> Plan:
    """A draft of 2026 in which every field of every sheet has a value in some row, and none in another."""
    plan = make_plan(
        entity,
        title="Plan de participación 2026",
        slug="participacion-2026",
        objective="Que la gente decida.\n\nY que se vea.",
        parent_instrument="PAAC",
        notes="=1+1",
    )
    first = CyclePhase.objects.create(plan=plan, number=1, name="Diagnóstico", stage="diagnosis")
    CyclePhase.objects.create(plan=plan, number=3, name="Otra cosa")
    plan.chapters.create(
        title="Presentación", purpose="text", body="=1+1\n\n- **Uno**\n\n" + "palabra " * 4_500, order=1
    )
    line = StrategicLine.objects.create(plan=plan, name="Línea de juventud", order=2)
    lead, support, other = (
        make_dependency(entity, name)
        for name in ("Secretaría de Gobierno", "Oficina de Planeación; y Sistemas", "Salud, Educación y Cultura")
    )
    youth = StakeholderGroup.objects.create(
        entity=entity,
        name="Jóvenes",
        kind="interest",
        furag_category="Academia",
        aliases="Juventud\r\nMuchachos",
        characterization="De 14 a 28 años",
        characterized_on=date(2025, 5, 1),
        size_estimate=1200,
        active=False,
    )
    council = StakeholderGroup.objects.create(entity=entity, name="Consejo de Planeación")
    full = make_activity(
        plan,
        lead,
        number="1.10",
        name="Mesa de diálogo",
        phase=first,
        line=line,
        description="Con\nvarias líneas",
        objective="@todos",
        product="-5 actas",
        target_kind="count",
        target_value=Decimal("2.50"),
        unit="encuentros",
        indicator="+1",
        formula="=A1/B1",
        incidence_level="co_execution",
        formal_instance="Consejo",
        accountability_element="dialogue",
        mechanism="Taller",
        channels="Radio; prensa",
        modality="hybrid",
        periodicity="Mensual",
        locality="0012",
        budget=9_007_199_254_740_993,
        resources="TRUE",
        alliances="1/2",
        all_dependencies=True,
        responsible_text="Todas las áreas",
    )
    Responsibility.objects.create(activity=full, dependency=support, part="support")
    Responsibility.objects.create(activity=full, dependency=other, part="support")
    for group in (youth, council):  # one by one: several at once have no order
        full.groups.add(group)
    bare = make_activity(plan, name="Sin nada más", outside_plan=True)
    share = make_activity(plan, name="PQRSD", target_kind="percentage", target_value=Decimal("100"))
    held = make_session(
        full,
        date(2026, 3, 16),
        planned_units=2,
        held_on=date(2026, 3, 31),
        held_precision="month",
        executed_units=1,
        modality="in_person",
        place="Salón «comunal»",
        locality="Centro",
        hour=time(14, 30),
        attendance_total=0,
        attendance_source="Planilla",
        attendance_note="Vecinos",
        questions=3,
        comments=0,
        topics="Agua",
        contributions="Más parques",
        results="Acta",
        achieved_incidence="consultation",
        summary="Bien",
        reason="Llovió",
        footnote="* Llovió",
        carried_to_year=2027,
    )
    make_session(full, date(2026, 6, 30), planned_precision="month")
    make_session(bare, date(2026, 8, 1), planned_units=0, executed_units=0)
    make_session(share, date(2026, 12, 31), numerator=0, denominator=0, held_on=date(2026, 12, 31), executed_units=1)
    make_session(full, date(2026, 9, 9), in_force_from=date(2026, 2, 1), withdrawn_on=date(2026, 5, 1))
    Attendance.objects.create(session=held, group=youth, people=0)
    Attendance.objects.create(session=held, group=council)
    for value, at in (("1234.5000", 1), ("0.3333", 2), ("999999999999.9999", 3), ("12", 4), ("1.2340", 5)):
        Metric.objects.create(
            activity=full,
            session=held if at == 1 else None,
            kind="reproducciones",
            name="Reproducciones",
            value=Decimal(value),
            period_from=date(2026, at, 1),
            period_to=date(2026, at, 28),
            source="YouTube" if at == 1 else "",
            captured_on=date(2026, at, 28) if at == 1 else None,
        )
    promise = make_commitment(
        plan,
        text="Entregar el acta\nen su mesa",
        code="C-01",
        session=held,
        instance="Mesa de agua",
        made_precision="month",
        made_on=date(2026, 3, 31),
        state="carried_over",
        closed_on=date(2026, 7, 1),
        reason="Sin recursos",
        carried_to_year=2027,
    )
    promise.groups.set([youth])
    promise.responsible.set([lead, other])
    make_commitment(
        plan,
        text="'=Verificar",
        made_on=None,
        all_dependencies=True,
        state="verified",
        closed_on=date(2026, 5, 1),
        verified_on=date(2026, 5, 2),
    )
    FollowUp.objects.create(
        commitment=promise, on=date(2026, 4, 1), progress=50, done="Se citó", evidence="https://x.co/a", by=by
    )
    FollowUp.objects.create(commitment=promise, on=date(2026, 5, 1), progress=0, done="Nada")
    return plan


def make_large_plan(entity, activities: int, sessions: int = 12, slug: str = "") -> Plan:
    """A plan of so many activities with so many reported sessions each, and attendance of two groups."""
    plan = make_plan(entity, title=f"Plan de {activities} actividades", slug=slug or f"plan-de-{activities}")
    units = [make_dependency(entity, f"Dependencia {n}") for n in range(12)]
    groups = [StakeholderGroup.objects.create(entity=entity, name=f"Grupo {n}") for n in range(10)]
    phase = CyclePhase.objects.create(plan=plan, number=1, name="Implementación", stage="implementation")
    made = Activity.objects.bulk_create(
        Activity(
            plan=plan,
            number=f"1.{n}",
            order=n,
            name=f"Actividad número {n} con la ciudadanía",
            phase=phase,
            description="Se reúne a la comunidad del sector para decidir con ella. " * 3,
            target_kind="count",
            target_value=sessions,
        )
        for n in range(1, activities + 1)
    )
    Responsibility.objects.bulk_create(
        Responsibility(activity=row, dependency=units[(n + at) % 12], part="support" if at else "lead")
        for n, row in enumerate(made)
        for at in range(2)
    )
    Activity.groups.through.objects.bulk_create(
        Activity.groups.through(activity=row, stakeholdergroup=groups[(n + at) % 10])
        for n, row in enumerate(made)
        for at in range(2)
    )
    held = Session.objects.bulk_create(
        [
            Session(
                activity=row,
                planned_on=date(2026, month % 12 + 1, 10 + month // 12),
                held_on=date(2026, month % 12 + 1, 12),
                executed_units=1,
                attendance_total=30,
                place="Casa de la cultura",
                topics="Agua y vías",
            )
            for row in made
            for month in range(sessions)
        ],
        batch_size=1000,
    )
    Attendance.objects.bulk_create(
        [
            Attendance(session=session, group=groups[(n + at) % 10], people=10 + at)
            for n, session in enumerate(held)
            for at in range(2)
        ],
        batch_size=2000,
    )
    promises = [
        Commitment(plan=plan, text=f"Compromiso {n}", made_on=date(2026, 3, 1), due_on=date(2026, 6, 1))
        for n in range(activities // 10)
    ]
    Commitment.objects.bulk_create(promises)
    FollowUp.objects.bulk_create(
        FollowUp(commitment=promise, on=date(2026, 4, 1), progress=10, done="Se citó") for promise in promises
    )
    return plan
