"""Plans of any size for the scratch database, written in bulk."""

from datetime import date, timedelta

from django.db import connection

from activities.models import Activity, Responsibility, Session
from plans.models import Plan
from tests.factories import make_dependency, make_entity, make_plan

ATTENDANCE = """
INSERT INTO activities_attendance (session_id, group_id, people)
SELECT s.id, g.id, 4
  FROM activities_session s JOIN activities_activity a ON a.id = s.activity_id CROSS JOIN plans_stakeholdergroup g
 WHERE a.plan_id = %s AND g.entity_id = %s AND s.attendance_total IS NOT NULL"""


def plan_of(slug: str, count: int) -> Plan:
    """An approved plan of 2026: `count` activities of 24 dependencies, ten sessions each, five groups per session."""
    entity = make_entity(slug)
    units = [make_dependency(entity, f"Secretaría {n}") for n in range(24)]
    for n in range(5):
        entity.groups.create(name=f"Grupo {n}")
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
    sessions = (
        session_of(activity, date(2026, 1, 1) + timedelta((activity.order * 7 + k * 36) % 360), activity.order * 10 + k)
        for activity in activities
        for k in range(10)
    )
    Session.objects.bulk_create(sessions, batch_size=1000)
    with connection.cursor() as cursor:
        cursor.execute(ATTENDANCE, [plan.pk, entity.pk])
        if connection.vendor == "postgresql":  # autovacuum would do it later
            cursor.execute("VACUUM ANALYZE")
    return plan


def session_of(activity: Activity, on: date, n: int) -> Session:
    """One in 25 has no report, one in 40 did less than planned with a reason, the others are complete."""
    planned = {"activity": activity, "planned_on": on}
    if n % 25 == 3:
        return Session(**planned)
    held = {"held_on": on, "attendance_total": 20}
    if activity.target_kind == "percentage":
        return Session(**planned, **held, numerator=18, denominator=20)
    if n % 40 == 1:
        return Session(**planned, **held, planned_units=3, executed_units=2, reason="Lluvias y cierre de vías.")
    return Session(**planned, **held, planned_units=n % 3 + 1, executed_units=n % 3 + 1)
