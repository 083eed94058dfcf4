"""The bridge from the baseline to what is in force, and the changes that were decided."""

from datetime import date, datetime

import pytest
from django.utils import timezone

from activities import bridge
from activities.bridge import Bridge
from activities.models import ChangeRequest
from activities.progress import of_plan
from plans import versions
from plans.models import PlanVersion
from reports import published, snapshot
from reports.models import Report
from tests.factories import make_activity, make_dependency, make_session
from tests.reports.reporting import approve
from tests.reports.taking import END, MAR, final, monthly, printed, shown

SLUG = "cambios-plan"


def freeze(plan, on: date) -> PlanVersion:
    version = versions.freeze(plan, reason="Se corrió el foro", by=None)
    PlanVersion.objects.filter(pk=version.pk).update(
        created_at=timezone.make_aware(datetime(on.year, on.month, on.day))
    )
    return version


@pytest.fixture
def changed(plan, planner):
    """Three spaces approved; in March one moved, and in April another was withdrawn and two were added."""
    approve(plan)
    foro = make_activity(plan, make_dependency(plan.entity), name="Foro", number="2.1")
    mesa = make_activity(plan, make_dependency(plan.entity), name="Mesa")
    moved = make_session(foro, date(2026, 5, 12), place="Plaza")
    gone = make_session(mesa, date(2026, 6, 12))
    make_session(mesa, date(2026, 7, 14))
    freeze(plan, date(2026, 1, 15))
    heir = make_session(foro, date(2026, 5, 19), place="Parque", in_force_from=date(2026, 3, 10))
    moved.withdrawn_on, moved.replaced_by = date(2026, 3, 10), heir
    moved.save()
    asked = {"plan": plan, "state": "approved", "requested_by": planner, "decided_by": planner}
    ChangeRequest.objects.create(
        **asked,
        kind="reschedule",
        activity=foro,
        session=moved,
        before={"planned_on": "2026-05-12", "place": "Plaza"},
        after={"planned_on": "2026-05-19", "place": "Parque"},
        reason="other",
        reason_text="El alcalde viaja",
        public_note="Se corrió una semana.",
        decided_on=date(2026, 3, 10),
        version=freeze(plan, date(2026, 3, 10)),
    )
    gone.withdrawn_on = date(2026, 4, 6)
    gone.save()
    ChangeRequest.objects.create(
        **asked,
        kind="withdraw",
        activity=mesa,
        session=gone,
        before=versions.session_texts(gone),
        reason="budget",
        decided_on=date(2026, 4, 6),
    )
    make_session(mesa, date(2026, 8, 11), planned_units=2, in_force_from=date(2026, 4, 20))
    ChangeRequest.objects.create(
        **asked,
        kind="add",
        after={"name": "Cabildo", "sessions": [{"planned_on": "2026-08", "planned_units": 2}]},
        decided_on=date(2026, 4, 20),
    )
    ChangeRequest.objects.create(
        **{**asked, "state": "requested", "decided_by": None}, kind="add", after={"name": "No"}
    )
    return plan


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 3, 9), Bridge(3, 0, 0)),
        (date(2026, 3, 10), Bridge(3, 1, 1, 1, 1)),
        (date(2026, 4, 6), Bridge(3, 1, 2, 1, 1)),
        (END, Bridge(3, 3, 2, 1, 1)),
    ],
)
def test_bridge_at_every_cutoff_is_what_progress_says(changed, on, expected):
    found, progress = bridge.of_plan(changed, on), of_plan(changed, on)
    assert found == expected
    assert (found.baseline, found.added, found.withdrawn) == (progress.baseline, progress.added, progress.withdrawn)
    assert found.in_force == progress.total.planned + progress.scheduled_after


def test_bridge_leaves_out_percentages_and_what_is_outside(changed):
    make_session(make_activity(changed, target_kind="percentage", target_value=90), in_force_from=date(2026, 4, 1))
    make_session(make_activity(changed, outside_plan=True))
    assert bridge.of_plan(changed, END) == Bridge(3, 3, 2, 1, 1)


def test_final_report_tells_the_bridge_and_each_change(changed):
    context = shown(final(changed, "ejecucion", SLUG), SLUG)
    assert context["lead"] == "La línea base programó 3 espacios; se agregaron 3 y se retiraron 2: al corte rigen 4."
    assert not shown(final(changed), "ejecucion")["tells_bridge"]  # the same sentence is not said twice
    assert context["moved"] == (
        "De ellos, 1 solo cambió: salió del plan y volvió a entrar con otra fecha u otros datos."
    )
    assert printed(context["bridge_table"]) == [
        ["De la línea base a lo que rige", "Espacios"],
        ["Línea base", "3"],
        ["Agregados", "3 [1 de ellos, por un cambio]"],
        ["Retirados", "2 [1 de ellos, por un cambio]"],
        ["Rigen al corte", "4"],
    ]
    assert context["change_table"].title == "Cambios decididos hasta el corte"
    assert printed(context["change_table"]) == [
        ["Qué cambió", "De", "A", "Decidido", "Versión"],
        [
            "«2.1 Foro» (12 de mayo de 2026) [Cambiar la fecha · Se corrió una semana.]",
            "Programado para: 12 de mayo de 2026; Lugar o enlace: Plaza",
            "Programado para: 19 de mayo de 2026; Lugar o enlace: Parque",
            "10\u00a0mar\u00a02026",
            "2",
        ],
        [
            "«Mesa» (12 de junio de 2026) [Retirar]",
            "Programado para: 12 de junio de 2026; Cantidad programada: 1",
            "",
            "6\u00a0abr\u00a02026",
            "–",
        ],
        [
            "«Cabildo» [Agregar]",
            "",
            "Nombre: Cabildo; Espacios: agosto de 2026 · cuenta 2",
            "20\u00a0abr\u00a02026",
            "–",
        ],
    ]
    assert context["apart"] == "El plan tiene 2 versiones, que se pueden leer y comparar en su página."


def test_monthly_report_tells_the_changes_of_its_month_beside_those_to_date(changed):
    march, april = (shown(monthly(changed, month, "ejecucion", SLUG), SLUG) for month in (MAR, date(2026, 4, 30)))
    assert [row[0].value for row in march["change_table"].rows] == ["«2.1 Foro» (12 de mayo de 2026)"]
    assert printed(april["bridge_table"]) == [
        ["De la línea base a lo que rige", "Espacios", "En abril de 2026"],
        ["Línea base", "3", "–"],
        ["Agregados", "3 [1 de ellos, por un cambio]", "2"],
        ["Retirados", "2 [1 de ellos, por un cambio]", "1"],
        ["Rigen al corte", "4", "–"],
    ]
    assert april["change_table"].title == "Cambios decididos en abril de 2026"
    assert april["apart"].startswith("Antes se había decidido 1 cambio, que está en los informes anteriores.")
    may = shown(monthly(changed, date(2026, 5, 1), "ejecucion", SLUG), SLUG)
    assert not may["change_table"]
    assert may["apart"].startswith("En mayo de 2026 no se decidió ningún cambio.")


def test_report_of_a_plan_that_never_changed_lacks_the_section(plan):
    approve(plan)
    make_session(make_activity(plan))
    freeze(plan, date(2026, 1, 15))
    assert final(plan).facts(SLUG) is None
    freeze(plan, date(2026, 2, 15))
    assert shown(final(plan), SLUG)["lead"] == "La línea base programó 1 espacio y nada se agregó ni se retiró."


def test_cutoff_before_a_change_does_not_tell_it(changed):
    assert final(changed, cutoff=date(2026, 2, 28)).facts(SLUG) is None


def test_why_and_who_inside_the_entity_are_in_no_page_nor_file(changed, planner):
    taken = final(changed)
    text = snapshot.canonical(taken).decode()
    assert "El alcalde viaja" not in text and planner.full_name not in text
    [file] = [file for file in published.files(taken, {}) if file.name == "cambios-del-plan.csv"]
    lines = file.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "clase,que_cambia,campo,antes,despues,decidido_el,nota,version_del_plan"
    assert lines[1] == (
        "Cambiar la fecha,«2.1 Foro» (12 de mayo de 2026),Programado para,12 de mayo de 2026,19 de mayo de 2026,"
        "2026-03-10,Se corrió una semana.,2"
    )
    assert len(lines) == 7


def test_report_of_a_dependency_tells_its_own_changes(changed):
    unit = changed.activities.get(name="Foro").responsibilities.get().dependency
    report = Report(plan=changed, kind="dependency", period="2026", cutoff=END, dependency=unit)
    facts = snapshot.take(report).facts(SLUG)
    assert [change.what for change in facts.changes] == ["«2.1 Foro» (12 de mayo de 2026)"]
    assert facts.bridge == Bridge(1, 1, 1, 1, 1)


@pytest.mark.parametrize("size", [2, 40])
def test_changes_are_read_in_the_same_number_of_queries(changed, planner, django_assert_num_queries, size):
    activity = changed.activities.first()
    for _number in range(size):
        ChangeRequest.objects.create(
            plan=changed,
            kind="modify",
            activity=activity,
            state="approved",
            requested_by=planner,
            decided_by=planner,
            decided_on=MAR,
            before={"name": "Uno"},
            after={"name": "Dos"},
        )
    with django_assert_num_queries(5):  # a moment and its end; bridge, changes, versions
        final(changed, SLUG)
