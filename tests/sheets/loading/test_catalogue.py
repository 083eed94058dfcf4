"""Names of dependencies and groups: known, decided about, created."""

from activities.models import Responsibility
from plans.models import StakeholderGroup
from sheets.loading.result import CREATE, KINDS, Choices
from tests.factories import make_dependency
from tests.sheets.loading.matrices import counted, run, said


def test_unknown_dependency_is_an_error_with_the_nearest(matrix, plan):
    make_dependency(plan.entity, "Secretaría de Planeación")
    rows = [["Actividad", "Responsable"], ["Foro", "Planeacion"], ["Feria", "Hacienda"]]
    result = run(matrix(rows), plan, create_missing=False)
    assert said(result.errors) == [
        ("B2", "«Planeacion» no es una dependencia de esta entidad. ¿Quiso decir «Secretaría de Planeación»?"),
        ("B3", "«Hacienda» no es una dependencia de esta entidad."),
    ]
    assert plan.activities.count() == 0
    assert result.as_dict()["created"] == dict.fromkeys(KINDS, 0)


def test_name_close_to_a_known_one_is_never_created_without_asking(matrix, plan):
    unit = make_dependency(plan.entity, "Secretaría de Planeación")
    found = matrix([["Actividad", "Responsable"], ["Foro", "Secretaria de Planeasión"]])
    result = run(found, plan)
    assert said(result.errors) == [
        (
            "B2",
            "«Secretaria de Planeasión» no es una dependencia de esta entidad. "
            "¿Quiso decir «Secretaría de Planeación»?",
        )
    ]
    proposal = run(found, plan, create_missing=False, propose=True, dry_run=True).dependencies[0]
    assert (proposal.taken, proposal.nearest) == (str(unit.pk), ((unit.pk, "Secretaría de Planeación"),))
    created = run(found, plan, dry_run=True, choices=Choices(dependencies={proposal.key: CREATE}))
    assert counted(created)["dependencies"] == 1


def test_mapped_name_becomes_an_alias_and_is_not_asked_again(matrix, plan):
    unit = make_dependency(plan.entity, "Secretaría de Planeación", aliases="SEPLAN")
    found = matrix([["Actividad", "Responsable"], ["Foro", "Oficina del Plan"], ["Feria", "seplan"]])
    key = run(found, plan, create_missing=False, dry_run=True).dependencies[0].key
    result = run(found, plan, create_missing=False, choices=Choices(dependencies={key: str(unit.pk)}))
    assert counted(result, "changed") == {"dependencies": 1}
    assert set(Responsibility.objects.values_list("dependency", flat=True)) == {unit.pk}
    unit.refresh_from_db()
    assert (unit.aliases, unit.revision) == ("SEPLAN\nOficina del Plan", 1)
    again = run(found, plan, create_missing=False)
    assert (again.errors, counted(again), counted(again, "changed")) == ([], {}, {})


def test_group_mapped_once_is_known_from_then_on(matrix, plan):
    group = StakeholderGroup.objects.create(entity=plan.entity, name="Víctimas del conflicto armado")
    found = matrix([["Actividad", "Grupos de valor"], ["Foro", "Víctimas"], ["Feria", "Jóvenes"]])
    key = run(found, plan, dry_run=True).groups[0].key
    result = run(found, plan, choices=Choices(groups={key: str(group.pk)}))
    assert (counted(result)["groups"], counted(result, "changed")) == (1, {"groups": 1})
    group.refresh_from_db()
    assert group.aliases == "Víctimas"
    again = run(found, plan, create_missing=False)
    assert (again.errors, again.groups, counted(again), counted(again, "changed")) == ([], [], {}, {})


def test_names_without_separator_are_told_apart_by_those_of_other_cells(matrix, plan):
    rows = [
        ["Actividad", "Responsable"],
        ["Foro", "Secretaría de Salud Oficina Jurídica"],
        ["Feria", "Oficina Jurídica"],
        ["Taller", "Secretaría de Salud"],
    ]
    run(matrix(rows), plan)
    assert set(plan.entity.dependencies.values_list("name", flat=True)) == {"Secretaría de Salud", "Oficina Jurídica"}


def test_block_switches_between_line_and_dependency(matrix, plan):
    found = matrix([["Línea o dependencia", "Actividad"], ["Programa de aguas", "Foro"], ["Barrios", "Feria"]])
    blocks = run(found, plan, dry_run=True).blocks
    assert [(block.name, block.taken) for block in blocks] == [("Programa de aguas", "line"), ("Barrios", "dependency")]
    choices = Choices(blocks={blocks[0].key: "dependency", blocks[1].key: "line"})
    run(found, plan, choices=choices)
    assert [line.name for line in plan.lines.all()] == ["Barrios"]
    assert [unit.name for unit in plan.entity.dependencies.all()] == ["Programa de aguas"]


def test_hundreds_of_unknown_names_are_one_error(matrix, plan):
    rows = [["Actividad", "Responsable"], *([f"Foro {n}", f"Persona {n}a"] for n in range(301))]
    assert said(run(matrix(rows), plan).errors) == [
        (
            "B2",
            "El archivo trae más de 300 nombres distintos que la entidad no tiene. "
            "Revise que la columna sea la correcta.",
        )
    ]


def test_cell_is_cut_by_known_names_only_when_they_cover_it(matrix, plan):
    make_dependency(plan.entity, "Prensa")
    rows = [["Actividad", "Responsable"], ["Foro", "Prensa y Comunicaciones"], ["Feria", "Prensa; Bomberos"]]
    found = matrix(rows)
    assert said(run(found, plan, create_missing=False).errors) == [
        (
            "B2",
            "«Prensa y Comunicaciones» no es una dependencia de esta entidad. ¿Quiso decir «Prensa»?",
        ),
        ("B3", "«Bomberos» no es una dependencia de esta entidad. La celda dice «Prensa; Bomberos»."),
    ]
    asked = run(found, plan, create_missing=False, propose=True, dry_run=True).dependencies
    assert [(one.name, one.cell) for one in asked] == [
        ("Prensa y Comunicaciones", ""),
        ("Bomberos", "Prensa; Bomberos"),
    ]


def test_date_or_indicator_is_nobody(matrix, plan):
    rows = [
        ["Actividad", "Responsable"],
        ["Foro de la cuenca", "31/12/2026"],
        ["Feria de la semilla", "Número de ferias hechas"],
        ["Taller de compost", "100%"],
    ]
    result = run(matrix(rows), plan)
    told = "no es un nombre: parece una fecha, una cifra o un indicador."
    assert said(result.errors) == [
        ("B2", f"«31/12/2026» {told}"),
        ("B3", f"«Número de ferias hechas» {told}"),
        ("B4", f"«100%» {told}"),
    ]
    assert result.dependencies == []


def test_nobody_is_asked_about_from_a_row_in_error(matrix, plan):
    rows = [["No.", "Actividad", "Responsable"], ["x y z", "Foro", "Oficina de Riego"], ["2", "Feria", "Despacho"]]
    assert [one.name for one in run(matrix(rows), plan, dry_run=True).dependencies] == ["Despacho"]


def test_all_the_groups_are_a_set_and_no_new_group(matrix, plan):
    rows = [["Actividad", "Grupos de valor"], ["Foro", "Jóvenes; Todos los grupos de valor"]]
    result = run(matrix(rows), plan)
    assert [group.name for group in plan.entity.groups.all()] == ["Jóvenes"]
    assert (
        "B2",
        "«Todos los grupos de valor» es un conjunto y no un grupo: no se guarda. Marque después sus grupos.",
    ) in said(result.warnings)


def test_endless_list_of_names_is_one_error_of_its_cell(matrix, plan):
    endless = "palabra, " * 1_000
    result = run(matrix([["Actividad", "Responsable"], ["Foro", endless]]), plan, create_missing=True)
    assert said(result.errors) == [
        (
            "B2",
            "El texto es demasiado largo para ser una lista de nombres. Deje en la celda solo los nombres.",
        )
    ]
