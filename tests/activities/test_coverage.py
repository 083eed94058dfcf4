"""Group × stage of a plan: how many activities each cell has, and what nobody covers."""

import pytest
from django.urls import reverse

from activities.coverage import coverage_of, coverage_with, groups_without_activity, stages_without_activity
from plans.models import CyclePhase
from tests.factories import make_activity, make_entity, make_plan


@pytest.fixture
def young(entity):
    return entity.groups.create(name="Juventud")


@pytest.fixture
def elders(entity):
    return entity.groups.create(name="Personas mayores")


@pytest.fixture
def first(plan):
    return plan.phases.create(number=1, name="Mirar", stage="diagnosis")


@pytest.fixture
def last(plan):
    return plan.phases.create(number=2, name="Evaluar", stage="evaluation")


def cells(coverage) -> dict[str, list[int]]:
    return {line.group.name: [cell.n for cell in line.cells] for line in coverage.lines}


def test_groups_without_activity_are_the_active_ones_that_the_plan_forgets(entity, plan, young, elders):
    entity.groups.create(name="Gremios", active=False)
    make_entity("otra").groups.create(name="De otra entidad")
    make_activity(plan).groups.add(young)
    make_activity(plan, outside_plan=True).groups.add(elders)
    make_activity(plan, withdrawn_on=plan.starts_on).groups.add(elders)
    make_activity(make_plan(entity)).groups.add(elders)
    assert groups_without_activity(plan) == [elders]


def test_stages_without_activity_are_those_that_phases_name(plan, first, last):
    plan.phases.create(number=3, name="Quién sabe")  # of no stage
    plan.phases.create(number=4, name="Mirar otra vez", stage="diagnosis")
    make_activity(plan, phase=first)
    make_activity(plan, phase=last, outside_plan=True)
    assert stages_without_activity(plan) == [CyclePhase.Stage.EVALUATION]


def test_plan_without_groups_or_phases_lacks_none(plan):
    make_activity(plan)
    assert groups_without_activity(plan) == stages_without_activity(plan) == []


@pytest.mark.parametrize("size", [2, 40])
def test_what_is_lacking_takes_a_statement_each(entity, plan, first, django_assert_num_queries, size):
    for number in range(size):
        group = entity.groups.create(name=f"Grupo {number}")
        make_activity(plan, phase=first).groups.add(group)
        entity.groups.create(name=f"Olvidado {number}")
    with django_assert_num_queries(1):
        assert len(groups_without_activity(plan)) == size
    with django_assert_num_queries(1):
        assert stages_without_activity(plan) == []
    with django_assert_num_queries(4):
        assert len(coverage_of(plan).lines) == 2 * size


def test_coverage_counts_activities_of_each_cell(plan, young, elders, first, last):
    nameless = plan.phases.create(number=3, name="Quién sabe")
    for phase, groups in (
        (first, [young, elders]),
        (first, [young]),
        (last, []),
        (None, [elders]),
        (nameless, [young]),
    ):
        make_activity(plan, phase=phase).groups.set(groups)
    coverage = coverage_of(plan)
    assert [(column.label, column.total) for column in coverage.columns] == [
        ("Diagnóstico", 2),
        ("Evaluación", 1),
        ("Fase sin etapa", 1),
        ("Sin fase", 1),
    ]
    assert cells(coverage) == {"Juventud": [2, 0, 1, 0], "Personas mayores": [1, 0, 0, 1]}
    assert coverage.ungrouped == 1 and coverage.has_phases and coverage.covers_somebody
    assert coverage.empty_groups == coverage.empty_stages == []


def test_coverage_names_empty_groups_and_stages(entity, plan, young, elders, first, last):
    retired = entity.groups.create(name="Gremios", active=False)
    make_activity(plan, phase=first).groups.set([young, retired])
    coverage = coverage_of(plan)
    assert cells(coverage) == {"Gremios": [1, 0], "Juventud": [1, 0], "Personas mayores": [0, 0]}
    assert coverage.empty_groups == [elders]
    assert [column.label for column in coverage.empty_stages] == ["Evaluación"]


def test_coverage_with_an_activity_moves_it_where_it_would_be(plan, young, elders, first, last):
    activity = make_activity(plan, phase=first)
    activity.groups.set([young])
    moved = coverage_with(plan, activity, last, [elders])
    assert cells(moved) == {"Juventud": [0, 0], "Personas mayores": [0, 1]}
    assert [cell.marked for line in moved.lines for cell in line.cells] == [False, False, False, True]
    added = coverage_with(plan, None, None, [])
    assert cells(added) == {"Juventud": [1, 0, 0], "Personas mayores": [0, 0, 0]}
    assert added.ungrouped == 1 and [column.total for column in added.columns] == [1, 0, 1]


# --- The pages --------------------------------------------------------------------------------------------------------


def page_of(client, plan, name="coverage", **asked):
    return client.get(reverse(f"activities:{name}", args=[plan.entity.slug, plan.slug]), asked)


def test_each_cell_is_the_door_to_its_activities(client, planner, plan, young, elders, first, last):
    nameless = plan.phases.create(number=3, name="Quién sabe")
    for phase, groups in ((first, [young, elders]), (first, [young]), (None, [elders]), (nameless, [young])):
        make_activity(plan, phase=phase).groups.set(groups)
    make_activity(plan, phase=first, outside_plan=True).groups.set([young])
    make_activity(plan, phase=first, withdrawn_on=plan.starts_on).groups.set([young])
    client.force_login(planner)
    listed = reverse("activities:activity_list", args=[plan.entity.slug, plan.slug])
    coverage = page_of(client, plan).context["coverage"]
    for line in coverage.lines:
        for cell in line.cells:
            assert client.get(f"{listed}?{cell.query}").context["page"].paginator.count == cell.n
    assert client.get(f"{listed}?group=ninguno&scope=vigente").context["page"].paginator.count == coverage.ungrouped


def test_page_says_what_is_lacking_and_what_to_do(client, planner, plan, young, elders, first, last):
    make_activity(plan, phase=first).groups.add(young)
    make_activity(plan, phase=first)
    client.force_login(planner)
    html = page_of(client, plan).content.decode()
    assert "<strong>Personas mayores</strong> no está en ninguna actividad" in html
    assert "En la etapa <strong>Evaluación</strong> no hay actividades" in html
    assert "<strong>1 actividad</strong> no dice para quiénes es." in html


def test_plan_without_phases_or_groups_says_so_once(client, planner, plan):
    make_activity(plan)
    client.force_login(planner)
    html = page_of(client, plan).content.decode()
    assert html.count("El plan no tiene fases") == html.count("todavía no tiene grupos de valor") == 1
    assert "Lo que falta" not in html


def test_form_shows_what_its_ticks_would_give(client, planner, plan, young, elders, first, last):
    activity = make_activity(plan, phase=first)
    activity.groups.add(young)
    client.force_login(planner)
    args = [plan.entity.slug, plan.slug, activity.pk]
    page = client.get(reverse("activities:activity_update", args=args))
    assert cells(page.context["coverage"]) == {"Juventud": [1, 0], "Personas mayores": [0, 0]}
    assert "Sin ninguna actividad todavía: Personas mayores." in page.content.decode()
    moved = page_of(client, plan, "coverage_live", activity=activity.pk, phase=last.pk, groups=[elders.pk, young.pk])
    assert cells(moved.context["coverage"]) == {"Juventud": [0, 1], "Personas mayores": [0, 1]}
    assert "Todo grupo activo queda en alguna actividad." in moved.content.decode()
    assert "Etapas sin ninguna actividad: Diagnóstico." in moved.content.decode()


def test_ticks_that_are_no_rows_of_the_plan_count_for_nothing(client, planner, plan, young, first):
    other = make_plan(make_entity("otra"))
    foreign = make_activity(other)
    client.force_login(planner)
    page = page_of(client, plan, "coverage_live", activity=foreign.pk, phase="x", groups=["9" * 30])
    assert cells(page.context["coverage"]) == {"Juventud": [0, 0]}


@pytest.mark.parametrize("size", [2, 60])
def test_pages_take_the_same_statements(client, entity, planner, plan, first, django_assert_num_queries, size):
    for number in range(size):
        make_activity(plan, phase=first).groups.add(entity.groups.create(name=f"Grupo {number}"))
    client.force_login(planner)
    page_of(client, plan)
    with django_assert_num_queries(9):  # session, person, entity, roles, plan, and four of the coverage
        page_of(client, plan)
    with django_assert_num_queries(12):  # and the phase and the groups
        page_of(client, plan, "coverage_live", phase=first.pk, groups=[entity.groups.first().pk])
