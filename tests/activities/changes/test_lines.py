"""A change is known again by who compares versions: the same activity with another leader, the same space on another
day; and what was reported before it stays with whoever answered for it then."""

from datetime import date

from activities.models import Activity
from plans import versions
from tests.activities.changes.asking import JUN, decided, to
from tests.activities.executions import held
from tests.factories import make_activity, make_dependency, make_session
from tests.reports.reporting import approve

MAR, MAY, SEP, OCT = date(2026, 3, 16), date(2026, 5, 11), date(2026, 9, 10), date(2026, 10, 5)


def differences(plan):
    newer, older = plan.versions.all()[:2]
    return {each.title: each for each in versions.compare(older.snapshot, newer.snapshot)}


def test_another_leader_is_one_change_of_one_activity(plan, dependency, planner):
    other = make_dependency(plan.entity, "Hacienda")
    activity = make_activity(plan, dependency, name="Foro", number="1.1")
    held(activity, MAR)
    late, to_come = make_session(activity, MAY), make_session(activity, SEP)
    approve(plan)
    versions.freeze(plan, reason="Línea base", by=planner)
    values = {"lead": other.pk}
    decided(plan, planner, "modify", activity=activity, activity_values=values)
    heir = Activity.objects.get(replaces=activity)
    # What fell due is still to be reported by whoever led it then.
    assert set(activity.sessions.in_force(JUN).values_list("planned_on", flat=True)) == {MAR, MAY}
    assert list(heir.sessions.values_list("planned_on", flat=True)) == [SEP]
    late.refresh_from_db(), to_come.refresh_from_db()
    assert (late.withdrawn_on, to_come.withdrawn_on) == (None, JUN)
    found = differences(plan)
    assert list(found) == ["Actividades"]  # its spaces are those that it had
    [(name, changes)] = found["Actividades"].changed
    assert (name, [(each.label, each.before, each.after) for each in changes]) == (
        "1.1 Foro",
        [("Responsables", f"{dependency.name} (lidera)", "Hacienda (lidera)")],
    )


def test_another_day_is_one_change_of_one_space(plan, dependency, planner):
    session = make_session(make_activity(plan, dependency, name="Foro"), SEP)
    approve(plan)
    versions.freeze(plan, reason="Línea base", by=planner)
    decided(plan, planner, "reschedule", session=session, sessions=[to(OCT)])
    [(_name, changes)] = differences(plan)["Espacios"].changed
    assert [(each.label, each.before, each.after) for each in changes] == [
        ("Programado para", "10 de septiembre de 2026", "5 de octubre de 2026")
    ]
