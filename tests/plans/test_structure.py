"""Phases and lines of a plan, and the entity's groups."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.models import AuditEntry
from plans import structure
from plans.models import CyclePhase, Plan, StakeholderGroup, StrategicLine
from tests.factories import make_activity, make_commitment, make_entity, make_plan, make_session


def url(plan, name, *args):
    return reverse(f"plans:{name}", args=[plan.entity.slug, plan.slug, *args])


def group_url(entity, name, *args):
    return reverse(f"plans:{name}", args=[entity.slug, *args])


@pytest.fixture
def phases(plan):
    return [plan.phases.create(number=n, name=name) for n, name in ((1, "Alistamiento"), (2, "Diálogo"), (5, "Cierre"))]


def freeze(plan):
    Plan.objects.filter(pk=plan.pk).update(state="approved", approved_on=date(2026, 1, 2))


def test_new_phase_proposes_the_next_number(client, plan, phases, planner):
    client.force_login(planner)
    assert 'value="6"' in client.get(url(plan, "phase_create")).content.decode()
    client.post(url(plan, "phase_create"), {"number": 6, "name": "Evaluación", "stage": "evaluation"})
    phase = plan.phases.get(number=6)
    assert (phase.name, phase.stage) == ("Evaluación", "evaluation")
    assert AuditEntry.objects.get(verb="cyclephase.create", object_pk=phase.pk).actor == planner


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (1, "El plan ya tiene una fase con ese número."),
        (0, "Asegúrese de que este valor sea mayor o igual a 1."),
        ("", "Este campo es obligatorio."),
    ],
)
def test_phase_with_a_wrong_number_says_so(client, plan, phases, planner, number, sentence):
    client.force_login(planner)
    html = client.post(url(plan, "phase_create"), {"number": number, "name": "Otra"}).content.decode()
    assert sentence in html
    assert plan.phases.count() == 3


def test_lines_go_last_and_are_renamed(client, plan, planner):
    client.force_login(planner)
    for name in ("Gobierno abierto", "Control social"):
        client.post(url(plan, "line_create"), {"name": name})
    first, second = plan.lines.all()
    assert [(line.name, line.order) for line in (first, second)] == [("Gobierno abierto", 0), ("Control social", 1)]
    typed = {"name": "Gobierno abierto", "revision": 0}
    html = client.post(url(plan, "line_update", second.pk), typed).content.decode()
    assert "El plan ya tiene una línea con ese nombre." in html
    client.post(url(plan, "line_update", second.pk), {"name": "Veedurías", "revision": 0})
    assert [line.name for line in plan.lines.all()] == ["Gobierno abierto", "Veedurías"]


def test_phase_moves_by_exchanging_numbers(client, plan, phases, planner):
    client.force_login(planner)
    last = phases[2]
    client.post(url(plan, "phase_move", last.pk), {"to": "up"})
    assert [str(phase) for phase in plan.phases.all()] == ["1. Alistamiento", "2. Cierre", "5. Diálogo"]
    entries = AuditEntry.objects.filter(verb="cyclephase.update").order_by("object_id")
    assert [entry.changes for entry in entries] == [{"number": [2, 5]}, {"number": [5, 2]}]
    client.post(url(plan, "phase_move", phases[0].pk), {"to": "up"})  # the first stays
    client.post(url(plan, "phase_move", phases[1].pk), {"to": "down"})  # and the last
    assert [phase.number for phase in plan.phases.all()] == [1, 2, 5]
    assert AuditEntry.objects.filter(verb="cyclephase.update").count() == 2
    html = client.get(url(plan, "structure")).content.decode()
    assert html.index("1. Alistamiento") < html.index("2. Cierre") < html.index("5. Diálogo")


def test_line_moves_also_when_all_had_the_same_place(client, plan, planner):
    lines = [plan.lines.create(name=name) for name in "ABC"]
    client.force_login(planner)
    client.post(url(plan, "line_move", lines[0].pk), {"to": "down"})
    assert [line.name for line in plan.lines.all()] == ["B", "A", "C"]


def test_delete_only_without_activities(client, plan, phases, planner):
    make_activity(plan, phase=phases[0])
    client.force_login(planner)
    answer = client.post(url(plan, "phase_delete", phases[0].pk), follow=True)
    assert (
        "«1. Alistamiento» está en uso y no se puede eliminar. Actividades: 1. Pase antes sus actividades a otra."
        in answer.content.decode()
    )
    client.post(url(plan, "phase_delete", phases[1].pk))
    assert [phase.number for phase in plan.phases.all()] == [1, 5]
    line = plan.lines.create(name="Gobierno abierto")
    make_activity(plan, line=line)
    with pytest.raises(ValidationError, match="Actividades: 1."):
        structure.delete_part(part=line, by=planner)


def test_frozen_plan_refuses_every_change(client, plan, phases, planner):
    line = plan.lines.create(name="Gobierno abierto")
    freeze(plan)
    client.force_login(planner)
    page = client.get(url(plan, "structure")).content.decode()
    assert "El plan está aprobado: lo programado ya no se edita." in page
    assert url(plan, "phase_create") not in page
    assert 'name="name"' not in client.get(url(plan, "phase_update", phases[0].pk)).content.decode()
    html = client.post(url(plan, "phase_update", phases[0].pk), {"number": 1, "name": "Tarde"}).content.decode()
    assert "Tarde" in html
    assert "El plan está aprobado" in html
    for name, pk in (("phase_delete", phases[1].pk), ("line_delete", line.pk)):
        client.post(url(plan, name, pk))
    client.post(url(plan, "phase_move", phases[0].pk), {"to": "down"})
    client.post(url(plan, "line_create"), {"name": "Otra"})
    assert [str(phase) for phase in plan.phases.all()] == ["1. Alistamiento", "2. Diálogo", "5. Cierre"]
    assert [line.name for line in plan.lines.all()] == ["Gobierno abierto"]


def test_page_counts_activities(client, plan, phases, control):
    line = plan.lines.create(name="Gobierno abierto")
    for phase in (phases[0], phases[0], None):
        make_activity(plan, phase=phase, line=line)
    client.force_login(control)
    context = client.get(url(plan, "structure")).context
    assert [phase.n_activities for phase in context["phases"]] == [2, 0, 0]
    assert [line.n_activities for line in context["lines"]] == [3]
    assert context["without_phase"] == 1


@pytest.mark.parametrize("size", [2, 40])
def test_page_asks_the_same_number_of_queries(client, plan, planner, django_assert_num_queries, size):
    for n in range(1, size + 1):
        make_activity(plan, phase=plan.phases.create(number=n, name="F"), line=plan.lines.create(name=f"L{n}"))
    client.force_login(planner)
    with django_assert_num_queries(8):  # session, person, entity, roles, plan, phases, lines, those without a phase
        client.get(url(plan, "structure"))


@pytest.mark.parametrize("part", ["phase", "line"])
@pytest.mark.parametrize(
    ("who", "status"), [("planner", 200), ("administrator", 403), ("head", 403), ("control", 403), ("outsider", 404)]
)
def test_rights(request, client, plan, phases, part, who, status):
    pk = phases[0].pk if part == "phase" else plan.lines.create(name="L").pk
    client.force_login(request.getfixturevalue(who))
    assert client.get(url(plan, f"{part}_create")).status_code == status
    assert client.get(url(plan, f"{part}_update", pk)).status_code == status
    assert client.get(url(plan, f"{part}_delete", pk)).status_code == status
    if status != 200:
        assert client.post(url(plan, f"{part}_move", pk)).status_code == status


def test_parts_of_another_plan_are_404(client, plan, planner):
    other = make_plan(plan.entity)
    phase, line = other.phases.create(number=1, name="F"), other.lines.create(name="L")
    client.force_login(planner)
    assert client.get(url(plan, "phase_update", phase.pk)).status_code == 404
    assert client.post(url(plan, "line_delete", line.pk)).status_code == 404
    assert (CyclePhase.objects.count(), StrategicLine.objects.count()) == (1, 1)


# --- Groups -----------------------------------------------------------------------------------------------------------


def test_group_is_created_and_changed(client, entity, planner):
    client.force_login(planner)
    facts = {"name": "Juventud", "kind": "value", "active": "on"}
    client.post(group_url(entity, "group_create"), facts | {"size_estimate": 1200, "characterized_on": "2026-02-01"})
    group = entity.groups.get()
    assert (group.name, group.size_estimate, group.characterized_on, group.active) == (
        "Juventud",
        1200,
        date(2026, 2, 1),
        True,
    )
    assert "La entidad ya tiene un grupo con ese nombre." in (
        client.post(group_url(entity, "group_create"), facts).content.decode()
    )
    client.post(group_url(entity, "group_update", group.pk), {"name": "Jóvenes", "kind": "interest", "revision": 0})
    group.refresh_from_db()
    assert (group.name, group.kind, group.active) == ("Jóvenes", "interest", False)


def test_group_in_use_is_not_deleted(client, entity, plan, planner):
    group, other = entity.groups.create(name="Juventud"), entity.groups.create(name="Gremios")
    activity = make_activity(plan)
    activity.groups.add(group)
    make_session(activity).attendances.create(group=group, people=12)
    make_commitment(plan).groups.add(group)
    client.force_login(planner)
    html = client.post(group_url(entity, "group_delete", group.pk), follow=True).content.decode()
    assert (
        "«Juventud» está en uso y no se puede eliminar. Actividades: 1. Asistencias: 1. Compromisos: 1. "
        "Si ya no se convoca, déjelo como no activo." in html
    )
    client.post(group_url(entity, "group_delete", other.pk))
    assert list(StakeholderGroup.objects.all()) == [group]


def test_groups_tell_in_how_many_activities_they_are(client, entity, plan, control):
    group = entity.groups.create(name="Juventud")
    for _number in range(3):
        make_activity(plan).groups.add(group)
    entity.groups.create(name="Gremios")
    make_entity("otra").groups.create(name="Ajeno")
    client.force_login(control)
    answer = client.get(group_url(entity, "group_list"))
    told = [(group.name, [n for _draft, n in named]) for group, _known, named in answer.context["rows"]]
    assert told == [("Gremios", []), ("Juventud", [3])]
    assert "En ninguna actividad" in answer.content.decode()


@pytest.mark.parametrize("size", [2, 60])
def test_groups_ask_the_same_number_of_queries(client, entity, plan, planner, django_assert_num_queries, size):
    for number in range(size):
        make_activity(plan).groups.add(entity.groups.create(name=f"Grupo {number}"))
    client.force_login(planner)
    with django_assert_num_queries(8):  # session, person, entity, roles, drafts, count, groups, activities
        client.get(group_url(entity, "group_list"))


@pytest.mark.parametrize(
    ("text", "on", "known"),
    [
        ("", None, "missing"),
        ("", date(2025, 5, 1), "missing"),
        ("Quiénes son", None, "undated"),
        ("Quiénes son", date(2023, 12, 31), "old"),
        ("Quiénes son", date(2024, 1, 1), "current"),
        ("Quiénes son", date(2025, 5, 1), "current"),
    ],
)
def test_groups_tell_what_is_known_of_them_when_the_draft_starts(client, entity, plan, planner, text, on, known):
    entity.groups.create(name="Juventud", characterization=text, characterized_on=on)
    client.force_login(planner)
    answer = client.get(group_url(entity, "group_list"))
    assert [found for _group, found, _named in answer.context["rows"]] == [known]  # the plan starts on 1 January 2026


def test_group_keeps_its_source_and_its_own_category(client, entity, planner):
    client.force_login(planner)
    page = client.get(group_url(entity, "group_create")).content.decode()
    assert 'list="furag"' in page and '<option value="Veedurías ciudadanas">' in page
    typed = {
        "name": "Barequeros",
        "kind": "value",
        "furag_category": "Minería",
        "active": "on",
        "revision": 0,
    }
    typed |= {"characterization": "500 familias", "characterized_on": "2025-05-01", "characterization_source": "Censo"}
    client.post(group_url(entity, "group_create"), typed)
    group = entity.groups.get()
    assert (group.furag_category, group.characterization_source) == ("Minería", "Censo")


def test_group_retired_in_mid_year_says_which_drafts_name_it(client, entity, plan, planner):
    group = entity.groups.create(name="Juventud")
    make_activity(plan, name="Foro juvenil").groups.add(group)
    approved = make_plan(entity, state="approved", approved_on=date(2026, 1, 2))
    kept = make_activity(approved, name="Mesa aprobada")
    kept.groups.add(group)
    client.force_login(planner)
    typed = {"name": "Juventud", "kind": "value", "revision": group.revision}
    answer = client.post(group_url(entity, "group_update", group.pk), typed, follow=True)
    html = answer.content.decode()
    assert "Ya no se ofrece, y sigue en actividades de borradores" in html and "Foro juvenil" in html
    assert "Mesa aprobada" not in html and list(kept.groups.all()) == [group]
    other = make_activity(plan)
    offered = {
        activity: group in plan.offered_groups([row.pk for row in activity.groups.all()])
        for activity in (other, plan.activities.get(name="Foro juvenil"))
    }
    assert list(offered.values()) == [False, True]


@pytest.mark.parametrize(
    ("who", "status"), [("planner", 200), ("administrator", 200), ("head", 403), ("control", 403), ("outsider", 404)]
)
def test_group_rights(request, client, entity, who, status):
    group = entity.groups.create(name="Juventud")
    client.force_login(request.getfixturevalue(who))
    for address in (
        group_url(entity, "group_create"),
        group_url(entity, "group_update", group.pk),
        group_url(entity, "group_delete", group.pk),
    ):
        assert client.get(address).status_code == status


@pytest.mark.parametrize(
    ("number", "name", "shown"),
    [
        (1, "Diagnóstico", "1. Diagnóstico"),
        (2, "Subcomponente 2. Diálogo", "Subcomponente 2. Diálogo"),
        (3, "Fase 3", "Fase 3"),
        (1, "Subcomponente 2. Diálogo", "1. Subcomponente 2. Diálogo"),
        (4, "2 encuentros", "4. 2 encuentros"),
    ],
)
def test_phase_is_numbered_once(number, name, shown):
    assert str(CyclePhase(number=number, name=name)) == shown
