"""Group × stage of a plan: how many activities each cell has, and what nobody covers."""

import pytest

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
