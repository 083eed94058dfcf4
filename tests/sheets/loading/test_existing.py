"""A file twice changes nothing; a changed cell changes its field."""

import pytest

from accounts.models import AuditEntry
from tests.factories import make_dependency
from tests.sheets.loading.matrices import DATED, MERGED, MONTHLY, counted, rows_stored, run, written


@pytest.mark.parametrize(("rows", "merged"), [(MONTHLY, MERGED), (DATED, [])])
def test_file_twice_changes_nothing(matrix, plan, rows, merged):
    found = matrix(rows, merged=merged)
    first = run(found, plan)
    before = rows_stored()
    second = run(found, plan)
    assert (counted(second), counted(second, "changed")) == ({}, {})
    assert counted(second, "unchanged") == counted(first)
    assert rows_stored() == before


def test_changed_cells_change_their_fields_and_say_before_and_after(matrix, plan):
    run(matrix(DATED), plan)
    changed = [*DATED[:2], ["Ejecución", "2.1 Audiencia pública", 3, "Despacho Alcalde", "30/06/26"]]
    result = run(matrix(changed), plan)
    assert counted(result, "changed") == {"activities": 1, "sessions": 1}
    changes = {item.kind: item.changes for item in result.items if item.state == "changed"}
    assert set(map(written, changes["activities"])) == {
        ("Nombre", "Audiencia", "Audiencia pública"),
        ("Meta", "2", "3"),
        ("De todas las dependencias", "Sí", "No"),
        ("Responsables", "", "Despacho Alcalde"),
    }
    assert list(map(written, changes["sessions"])) == [("Cantidad programada", "2", "3")]
    assert plan.activities.count() == 3  # what the file does not mention stays
    entry = AuditEntry.objects.filter(verb="session.update").get()
    assert entry.changes == {"planned_units": [2, 3]}


def test_dependency_named_only_by_the_block_keeps_those_that_support(matrix, plan):
    found = matrix([["Línea o dependencia", "Actividad"], ["Secretaría de Salud", "Foro"]])
    run(found, plan)
    activity = plan.activities.get()
    activity.responsibilities.create(dependency=make_dependency(plan.entity, "Apoyo"), part="support")
    assert counted(run(found, plan), "changed") == {}
    assert activity.responsibilities.count() == 2


def test_dependency_that_the_file_no_longer_names_goes(matrix, plan):
    def named(cell):
        return matrix([["Actividad", "Responsable"], ["1.1 Foro", cell]])

    run(named("Secretaría de Salud\nOficina de Prensa"), plan)
    responsible = plan.activities.get().responsibilities
    result = run(named("Oficina de Prensa"), plan)
    assert list(responsible.values_list("dependency__name", "part")) == [("Oficina de Prensa", "lead")]
    (change,) = next(item.changes for item in result.items if item.state == "changed")
    assert written(change) == (
        "Responsables",
        "Secretaría de Salud, Oficina de Prensa",
        "Oficina de Prensa",
    )
    assert AuditEntry.objects.filter(verb="responsibility.delete").count() == 2  # both, since the lead is another
    assert set(plan.entity.dependencies.values_list("name", flat=True)) == {"Secretaría de Salud", "Oficina de Prensa"}


def test_group_that_the_file_no_longer_names_goes(matrix, plan):
    def named(cell):
        return matrix([["Actividad", "Grupos de valor"], ["1.1 Foro", cell]])

    run(named("Ciudadanía; Mujeres; Jóvenes"), plan)
    run(named("Mujeres; Víctimas"), plan)
    assert set(plan.activities.get().groups.values_list("name", flat=True)) == {"Mujeres", "Víctimas"}
    entries = AuditEntry.objects.filter(verb="activity.update").order_by("pk")
    assert [(entry.changes["groups"]["operation"], entry.changes["groups"]["objects"]) for entry in entries] == [
        ("add", ["Ciudadanía", "Mujeres", "Jóvenes"]),
        ("add", ["Víctimas"]),
        ("delete", ["Ciudadanía", "Jóvenes"]),
    ]
    run(matrix([["Actividad", "Grupos de valor"], ["1.1 Foro", None]]), plan)
    assert plan.activities.get().groups.count() == 2  # an empty cell says nothing
