"""Plans of any size for the scratch database, written in bulk."""

from datetime import date, timedelta

from django.db import connection

from accounts.models import Dependency
from activities.metrics import PARTICIPANTS
from activities.models import Activity, Metric, Responsibility, Session
from commitments.models import Commitment, FollowUp
from plans.models import Plan
from tests.factories import make_dependency, make_entity, make_plan

ATTENDANCE = """
INSERT INTO activities_attendance (session_id, group_id, people)
SELECT s.id, g.id, 4
  FROM activities_session s JOIN activities_activity a ON a.id = s.activity_id CROSS JOIN plans_stakeholdergroup g
 WHERE a.plan_id = %s AND g.entity_id = %s AND s.attendance_total IS NOT NULL"""

YEAR = date(2026, 1, 1)


def plan_of(slug: str, count: int, sessions: int = 10) -> Plan:
    """An approved plan of 2026: `count` activities of 24 dependencies with `sessions` each, five groups per session.

    One session in ten has texts, as many leave a commitment with a follow-up, and one activity in ten is measured.
    """
    entity = make_entity(slug)
    units = [make_dependency(entity, f"Secretaría {n}") for n in range(24)]
    groups = [entity.groups.create(name=f"Grupo {n}") for n in range(5)]
    plan = make_plan(entity, state=Plan.State.APPROVED, approved_on=date(2026, 1, 15))
    phases = [plan.phases.create(number=n, name=f"Fase {n}") for n in range(1, 6)]
    lines = [plan.lines.create(name=f"Línea {n}") for n in range(8)]
    activities = Activity.objects.bulk_create(
        Activity(
            plan=plan,
            order=n,
            number=f"{n % 5 + 1}.{n // 5 + 1}",
            name=f"Mesa de diálogo {n} con la ciudadanía",
            phase=phases[n % 5],
            line=lines[n % 8] if n % 3 == 0 else None,
            **({"target_kind": "percentage", "target_value": 95} if n % 50 == 0 else {}),
        )
        for n in range(count)
    )
    Responsibility.objects.bulk_create(
        Responsibility(activity=activity, dependency=units[activity.order % 24]) for activity in activities
    )
    Activity.groups.through.objects.bulk_create(
        Activity.groups.through(activity=activity, stakeholdergroup=groups[activity.order % 5])
        for activity in activities
    )
    held = Session.objects.bulk_create(
        (
            session_of(activity, YEAR + timedelta((activity.order * 7 + k * 36) % 360), activity.order * sessions + k)
            for activity in activities
            for k in range(sessions)
        ),
        batch_size=1000,
    )
    promised(plan, [session for n, session in enumerate(held) if n % 10 == 5], units)
    Metric.objects.bulk_create(
        Metric(activity=activity, kind=kind, name=name, value=7, period_from=YEAR, period_to=date(2026, 1, 31))
        for activity in activities[::10]
        for kind, name in (("reproducciones", "Reproducciones"), (PARTICIPANTS, "Participantes"))
    )
    with connection.cursor() as cursor:
        cursor.execute(ATTENDANCE, [plan.pk, entity.pk])
        if connection.vendor == "postgresql":  # autovacuum would do it later
            cursor.execute("VACUUM ANALYZE")
    return plan


def promised(plan: Plan, sessions: list[Session], units: list[Dependency]) -> None:
    """A commitment made in each of the sessions, with one that answers for it and one follow-up; a third are kept."""
    commitments = Commitment.objects.bulk_create(
        Commitment(
            plan=plan,
            code=f"C-{n}",
            text=f"Publicar las memorias de la mesa {n} y responder a lo que allí se preguntó",
            session=session,
            instance=f"Mesa {n % 12}",
            made_on=session.planned_on,
            due_on=session.planned_on + timedelta(60),
            **(
                {"state": Commitment.State.REPORTED_DONE, "closed_on": session.planned_on + timedelta(30)}
                if n % 3 == 0
                else {}
            ),
        )
        for n, session in enumerate(sessions)
    )
    Commitment.responsible.through.objects.bulk_create(
        Commitment.responsible.through(commitment=commitment, dependency=units[n % 24])
        for n, commitment in enumerate(commitments)
    )
    FollowUp.objects.bulk_create(
        FollowUp(
            commitment=commitment, on=commitment.made_on + timedelta(15), progress=40, done="Se envió el borrador."
        )
        for commitment in commitments
    )


def session_of(activity: Activity, on: date, n: int) -> Session:
    """One in 25 has no report, one in 40 did less than planned with a reason, the others are complete."""
    planned = {"activity": activity, "planned_on": on}
    if n % 25 == 3:
        return Session(**planned)
    held = {"held_on": on, "attendance_total": 20, "attendance_source": "Listado de asistencia"}
    if n % 10 == 5:
        held |= {
            "topics": "• Agua y saneamiento\n• Vías de las veredas",
            "contributions": "Que las obras empiecen por las veredas que no tienen acueducto.",
            "results": "Se acordó un calendario de visitas.",
        }
    if activity.target_kind == "percentage":
        return Session(**planned, **held, numerator=18, denominator=20)
    if n % 40 == 1:
        return Session(**planned, **held, planned_units=3, executed_units=2, reason="Lluvias y cierre de vías.")
    return Session(**planned, **held, planned_units=n % 3 + 1, executed_units=n % 3 + 1)
