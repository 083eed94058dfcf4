"""What hangs from a row when its file comes again: what is added, what goes, what stays, what the trail says."""

from datetime import date

import pytest

from accounts.models import AuditEntry
from activities.models import Activity, Attendance, Responsibility
from commitments.models import Commitment
from sheets.loading.load import load
from tests.factories import make_activity, make_commitment, make_dependency, make_session

PLAN = ["Actividad", "Responsable", "Grupos de valor", "Fecha"]
SPACES = ["Nombre del evento", "Fecha del evento", "Grupos de interés que participaron"]
COMMITMENTS = ["Instancia", "Mes", "Compromiso", "Responsable", "Fecha límite", "Estado"]


@pytest.fixture
def bring(matrix, plan, planner):
    """A function that loads rows into the plan, and returns the entries that this load left in the trail."""

    def run(rows):
        last = AuditEntry.objects.order_by("pk").values_list("pk", flat=True).last() or 0
        result = load(matrix(rows), plan=plan, by=planner, create_missing=True)
        assert result.errors == []
        return list(AuditEntry.objects.filter(pk__gt=last, actor=planner).order_by("pk"))

    return run


def responsible(activity):
    return list(activity.responsibilities.order_by("part", "pk").values_list("dependency__name", "part"))


def changes(entries, verb):
    return [entry.changes for entry in entries if entry.verb == verb]


def joined(field, operation, *names):
    return {field: {"type": "m2m", "operation": operation, "objects": list(names)}}


# --- Dependencies of an activity --------------------------------------------------------------------------------------


def test_dependency_that_the_file_no_longer_names_goes(bring, plan):
    bring([PLAN, ["Foro", "Salud\nHacienda\nDespacho", None, None], ["Feria", "Salud\nHacienda", None, None]])
    forum, fair = plan.activities.all()
    entries = bring([PLAN, ["Foro", "Salud\nDespacho", None, None], ["Feria", "Salud\nHacienda", None, None]])
    assert responsible(forum) == [("Salud", "lead"), ("Despacho", "support")]
    assert responsible(fair) == [("Salud", "lead"), ("Hacienda", "support")]
    assert sorted(entry.verb for entry in entries) == [
        *("responsibility.create", "responsibility.create"),
        *("responsibility.delete", "responsibility.delete", "responsibility.delete"),
    ]


def test_first_dependency_of_the_cell_leads(bring, plan):
    bring([PLAN, ["1.1 Foro", "Salud\nHacienda", None, None]])
    bring([PLAN, ["1.1 Foro", "Hacienda\nSalud", None, None]])
    assert responsible(plan.activities.get()) == [("Hacienda", "lead"), ("Salud", "support")]


@pytest.mark.parametrize("cell", [None, "Salud\nHacienda"])
def test_dependencies_that_the_file_does_not_change_keep_their_rows(bring, plan, cell):
    bring([PLAN, ["1.1 Foro", "Salud\nHacienda", None, None]])
    before = list(Responsibility.objects.order_by("pk").values())
    bring([PLAN, ["1.1 Foro en el parque", cell, None, None]])  # its name changes
    assert plan.activities.get().name == "Foro en el parque"
    assert list(Responsibility.objects.order_by("pk").values()) == before


def test_new_activity_takes_no_dependency_from_another(bring, plan):
    bring([PLAN, ["1.1 Foro", "Salud", None, None]])
    entries = bring([PLAN, ["1.2 Feria", "Salud", None, None]])
    assert [responsible(activity) for activity in plan.activities.all()] == [[("Salud", "lead")], [("Salud", "lead")]]
    assert [entry.verb for entry in entries] == ["activity.create", "responsibility.create"]


# --- Groups of an activity, dependencies of a commitment --------------------------------------------------------------


def test_groups_that_the_file_no_longer_names_go_and_new_ones_come(bring, plan):
    bring([PLAN, ["Foro", None, "Mujeres; Jóvenes", None], ["Feria", None, "Mujeres; Jóvenes", None]])
    forum, fair = plan.activities.all()
    through = Activity.groups.through.objects
    kept = through.get(activity=forum, stakeholdergroup__name="Jóvenes")
    entries = bring([PLAN, ["Foro", None, "Jóvenes; Víctimas", None], ["Feria", None, "Mujeres; Jóvenes", None]])
    assert list(forum.groups.order_by("name").values_list("name", flat=True)) == ["Jóvenes", "Víctimas"]
    assert list(fair.groups.order_by("name").values_list("name", flat=True)) == ["Jóvenes", "Mujeres"]
    assert through.get(activity=forum, stakeholdergroup__name="Jóvenes") == kept
    assert changes(entries, "activity.update") == [
        joined("groups", "add", "Víctimas"),
        joined("groups", "delete", "Mujeres"),
    ]


@pytest.mark.parametrize("cell", [None, "Jóvenes; Mujeres"])
def test_groups_that_the_file_does_not_change_stay(bring, plan, cell):
    bring([PLAN, ["1.1 Foro", None, "Mujeres; Jóvenes", None]])
    before = list(Activity.groups.through.objects.order_by("pk").values())
    entries = bring([PLAN, ["1.1 Foro en el parque", None, cell, None]])
    assert list(Activity.groups.through.objects.order_by("pk").values()) == before
    assert changes(entries, "activity.update") == [{"name": ["Foro", "Foro en el parque"]}]


def test_dependencies_of_a_commitment_that_the_file_no_longer_names_go(bring, plan):
    def rows(owner):
        return [
            COMMITMENTS,
            ["Mesa", "Julio", "Entregar el acta", owner, "31/08/2026", None],
            ["Mesa", "Julio", "Abrir la sede", "Salud\nHacienda", "31/08/2026", None],
        ]

    bring(rows("Salud\nHacienda"))
    minutes, office = Commitment.objects.order_by("pk")
    entries = bring(rows("Hacienda\nDespacho"))
    assert list(minutes.responsible.order_by("name").values_list("name", flat=True)) == ["Despacho", "Hacienda"]
    assert list(office.responsible.order_by("name").values_list("name", flat=True)) == ["Hacienda", "Salud"]
    assert changes(entries, "commitment.update") == [
        joined("responsible", "add", "Despacho"),
        joined("responsible", "delete", "Salud"),
    ]


@pytest.mark.parametrize("cell", [None, "Hacienda\nSalud"])
def test_dependencies_of_a_commitment_that_the_file_does_not_change_stay(bring, plan, cell):
    commitment = make_commitment(
        plan, instance="Mesa", text="Entregar el acta", made_on=date(2026, 7, 5), due_on=date(2026, 8, 31)
    )
    commitment.responsible.set([make_dependency(plan.entity, "Salud"), make_dependency(plan.entity, "Hacienda")])
    before = list(Commitment.responsible.through.objects.order_by("pk").values())
    entries = bring([COMMITMENTS, ["Mesa", "5/7/26", "Entregar el acta", cell, "30/09/2026", None]])
    assert list(Commitment.responsible.through.objects.order_by("pk").values()) == before
    assert changes(entries, "commitment.update") == [{"due_on": ["2026-08-31", "2026-09-30"]}]


# --- Who came ---------------------------------------------------------------------------------------------------------


def space(plan, name, people):
    """Held outside the plan; so many women came."""
    activity = make_activity(plan, name=name, outside_plan=True)
    session = make_session(activity, date(2026, 3, 26), planned_units=0, executed_units=1, held_on=date(2026, 3, 26))
    session.attendances.create(group=plan.entity.groups.get_or_create(name="Mujeres")[0], people=people)
    return session


@pytest.fixture
def held(plan):
    plan.entity.groups.create(name="Jóvenes")
    return space(plan, "Cabildo", 20)


def spaces(**cells):
    return {"Otros": [SPACES, *([name, "26 de marzo de 2026", cell] for name, cell in cells.items())]}


def attendance():
    return list(Attendance.objects.order_by("pk").values_list("session", "group__name", "people"))


def test_people_that_the_file_counts_anew_take_the_place_of_those_stored(bring, held):
    row = held.attendances.get()
    entries = bring(spaces(Cabildo="35 personas - Mujeres"))
    assert (attendance(), held.attendances.get()) == ([(held.pk, "Mujeres", 35)], row)
    assert changes(entries, "attendance.update") == [{"people": [20, 35]}]


def test_people_of_one_group_are_counted_among_several(bring, plan, held):
    held.attendances.create(group=plan.entity.groups.get(name="Jóvenes"), people=3)
    bring(spaces(Cabildo="35 personas - Mujeres"))
    assert attendance() == [(held.pk, "Mujeres", 35), (held.pk, "Jóvenes", 3)]


def test_people_counted_again_alike_leave_nothing_in_the_trail(bring, held):
    assert changes(bring(spaces(Cabildo="20 personas - Mujeres")), "attendance.update") == []
    assert attendance() == [(held.pk, "Mujeres", 20)]


def test_group_that_the_file_does_not_count_keeps_its_people(bring, held):
    bring(spaces(Cabildo="Mujeres"))
    assert attendance() == [(held.pk, "Mujeres", 20)]


def test_group_that_the_file_does_not_name_stays_beside_the_new_one(bring, held):
    entries = bring(spaces(Cabildo="12 personas - Jóvenes"))
    assert attendance() == [(held.pk, "Mujeres", 20), (held.pk, "Jóvenes", 12)]
    assert [entry.verb for entry in entries if entry.verb.startswith("attendance")] == ["attendance.create"]


def test_each_session_counts_its_own_people(bring, plan, held):
    other = space(plan, "Feria", 7)
    bring(spaces(Cabildo="20 personas - Mujeres", Feria="8 personas - Mujeres"))
    assert attendance() == [(held.pk, "Mujeres", 20), (other.pk, "Mujeres", 8)]


def test_people_of_several_groups_are_counted_for_none_and_those_stored_stay(bring, held):
    bring(spaces(Cabildo="35 personas - Mujeres y Jóvenes"))
    assert attendance() == [(held.pk, "Mujeres", 20), (held.pk, "Jóvenes", None)]


# --- Rows in error ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sheets", "cell"),
    [
        ({"Plan": [PLAN, ["F" * 501, "Salud", "Mujeres", None]]}, "A2"),
        ({"Otros": [SPACES, ["F" * 501, "26 de marzo de 2026", "8 personas - Mujeres"]]}, "A2"),
        ({"Otros": [[*SPACES, "Preguntas"], ["Feria", "26/3/26", "8 personas - Mujeres", -1]]}, "D2"),
        ({"Compromisos": [COMMITMENTS, ["M" * 301, "Julio", "Dar el acta", "Salud", "31/08/2026", None]]}, "A2"),
    ],
)
def test_row_in_error_says_its_cell_and_nothing_hangs_from_it(matrix, plan, sheets, cell):
    plan.entity.groups.create(name="Mujeres")
    result = load(matrix(sheets), plan=plan, by=None, create_missing=True)
    assert [f"{error.place.column}{error.place.row}" for error in result.errors] == [cell]
    assert not Activity.objects.exists() and not Commitment.objects.exists()
