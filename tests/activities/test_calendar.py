"""The year of a plan: its months, what each day has, what clashes, and the same as a list."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from tests.factories import make_activity, make_dependency, make_plan, make_session

TODAY = date(2026, 3, 16)


@pytest.fixture
def signed(client, planner):
    client.force_login(planner)
    return client


@pytest.fixture
def young(entity):
    return entity.groups.create(name="Juventud")


def page_of(client, plan, **asked):
    return client.get(reverse("activities:calendar", args=[plan.entity.slug, plan.slug]), asked)


def days(page) -> dict[str, list[str]]:
    """The days that have something, and those of a month without a day as "2026-04"."""
    found = {}
    for month in page.context["months"]:
        for day in (day for week in month.weeks for day in week if day and day.spaces):
            found[day.on.isoformat()] = [space.name for space in day.spaces]
        if month.undated:
            found[f"{month.first:%Y-%m}"] = [space.name for space in month.undated]
    return found


def listed(page) -> list[str]:
    return [space.name for _month, rows in page.context["months"] for space, _others in rows]


@time_machine.travel("2026-03-16T12:00Z")
def test_each_day_has_its_spaces_and_holidays_are_named(signed, plan, dependency):
    mesa = make_activity(plan, dependency, name="Mesa")
    make_session(mesa, date(2026, 3, 16))
    make_session(mesa, date(2026, 4, 30), planned_precision="month")
    make_session(make_activity(plan, name="Foro"), date(2026, 3, 16))
    make_session(mesa, date(2026, 5, 4), withdrawn_on=date(2026, 2, 1))
    make_session(mesa, date(2026, 5, 5), planned_units=0)
    make_session(make_activity(make_plan(plan.entity), name="De otro plan"), date(2026, 3, 16))
    page = page_of(signed, plan)
    assert days(page) == {"2026-03-16": ["Mesa", "Foro"], "2026-04": ["Mesa"]}
    months = page.context["months"]
    assert [month.first.month for month in months] == list(range(1, 13))
    assert [(day.on.day, day.holiday) for day in months[3].holidays] == [(2, "Jueves Santo"), (3, "Viernes Santo")]
    assert [day.on for month in months for week in month.weeks for day in week if day and day.is_today] == [TODAY]
    html = page.content.decode()
    assert 'aria-current="date"' in html and "(Jueves Santo)" in html
    assert "<strong>3 espacios</strong> del 1" in html


@time_machine.travel("2026-03-16T12:00Z")
def test_dates_are_told_from_the_spaces_that_they_count_for(signed, plan):
    make_session(make_activity(plan, name="Boletín"), date(2026, 3, 31), planned_units=6)
    make_session(make_activity(plan, name="Foro"), date(2026, 3, 20))
    make_session(make_activity(plan, name="PQRS", target_kind="percentage", target_value=100), date(2026, 3, 31))
    make_session(make_activity(plan, name="Cabildo", outside_plan=True), date(2026, 4, 2))
    page = page_of(signed, plan)
    assert page.context["told"] == "7 espacios en 2 fechas, 1 corte y 1 fuera del plan"
    told = {month.first.month: month.told for month in page.context["months"]}
    assert (told[1], told[3], told[4]) == ("0 espacios", "7 espacios en 2 fechas y 1 corte", "1 fuera del plan")


def test_weeks_start_on_monday(signed, plan):
    first = page_of(signed, plan).context["months"][0].weeks[0]
    assert [day and day.on.day for day in first] == [None, None, None, 1, 2, 3, 4]  # 1 January 2026 is a Thursday


def test_day_names_the_first_and_counts_the_rest(signed, plan):
    for number in range(6):
        make_session(make_activity(plan, name=f"Mesa {number}"))
    html = page_of(signed, plan).content.decode()
    assert "Mesa 2" in html and "Mesa 3" not in html and "3 más" in html
    assert listed(page_of(signed, plan, day="2026-03-16")) == [f"Mesa {number}" for number in range(6)]


def test_filters_stay_in_the_address_and_name_what_they_leave(signed, entity, plan, dependency, young):
    health = make_dependency(entity, "Salud")
    for unit, name in ((dependency, "Mesa"), (health, "Foro")):
        make_session(make_activity(plan, unit, name=name))
    plan.activities.get(name="Foro").groups.add(young)
    assert days(page_of(signed, plan, dependency=health.pk)) == {"2026-03-16": ["Foro"]}
    assert days(page_of(signed, plan, group=young.pk)) == {"2026-03-16": ["Foro"]}
    page = page_of(signed, plan, group=young.pk, view="lista")
    assert listed(page) == ["Foro"] and page.context["filters"].chips == [("Grupo: Juventud", "?view=lista")]
    assert f"group={young.pk}" in page.content.decode()  # the other view keeps it
    assert "Ningún espacio responde" in page_of(signed, plan, dependency=health.pk, day="2026-05-05").content.decode()


def test_list_has_what_the_months_have_and_what_each_clashes_with(signed, entity, plan, dependency, young):
    mesa, foro, feria = (make_activity(plan, dependency, name=name) for name in ("Mesa", "Foro", "Feria"))
    other = make_activity(make_plan(entity, title="Otro plan"), name="Cabildo")
    for activity in (mesa, foro, other):
        activity.groups.add(young)
    for activity in (mesa, foro, feria):
        make_session(activity)
    make_session(mesa, date(2026, 5, 12))
    make_session(other, date(2026, 5, 12))
    make_session(foro, date(2026, 6, 30), planned_precision="month")
    page = page_of(signed, plan, view="lista")
    told = {
        (space.name, f"{space.on:%m-%d}"): [other.activity for other in others]
        for _month, rows in page.context["months"]
        for space, others in rows
    }
    assert told == {
        ("Mesa", "03-16"): ["Foro"],
        ("Foro", "03-16"): ["Mesa"],
        ("Feria", "03-16"): [],
        ("Mesa", "05-12"): ["Cabildo"],
        ("Foro", "06-30"): [],
    }
    assert "· Otro plan" in page.content.decode()
    assert listed(page_of(signed, plan, clash="si", view="lista")) == ["Mesa", "Foro", "Mesa"]
    assert "3 convocan un grupo que ese día también está en otro" in page_of(signed, plan).content.decode()


@time_machine.travel("2026-03-16T12:00Z")
def test_plan_of_several_years_is_seen_year_by_year(signed, entity):
    plan = make_plan(entity, starts_on=date(2025, 7, 1), ends_on=date(2037, 3, 31))
    make_session(make_activity(plan, name="Mesa"), date(2037, 3, 2))
    assert len(page_of(signed, plan).context["months"]) == 12 and days(page_of(signed, plan)) == {}
    last = page_of(signed, plan, year="2037")
    assert len(last.context["months"]) == 3 and days(last) == {"2037-03-02": ["Mesa"]}
    assert listed(page_of(signed, plan, day="2037-03-02")) == ["Mesa"]


def test_plan_across_two_years_is_seen_whole(signed, entity):
    plan = make_plan(entity, starts_on=date(2026, 7, 1), ends_on=date(2027, 6, 30))
    assert [f"{month.first:%Y-%m}" for month in page_of(signed, plan).context["months"]][::11] == ["2026-07", "2027-06"]


@pytest.mark.parametrize(
    "asked", [{"year": "x"}, {"day": "nunca"}, {"group": "9" * 30}, {"view": "otra"}, {"page": "z"}]
)
def test_addresses_that_say_nothing_show_the_year(signed, plan, young, asked):
    make_session(make_activity(plan))
    assert page_of(signed, plan, **asked).status_code == 200


@pytest.mark.parametrize("size", [1, 40])
def test_pages_take_the_same_statements(signed, entity, plan, young, django_assert_num_queries, size):
    for number in range(size):
        activity = make_activity(plan, make_dependency(entity))
        activity.groups.add(young, entity.groups.create(name=f"Grupo {number}"))
        make_session(activity)
        make_session(activity, date(2026, 3, 31), planned_precision="month")
    make_session(make_activity(plan), date(2026, 4, 14))
    other = make_activity(plan)
    other.groups.add(young)
    make_session(other)
    page_of(signed, plan)
    with django_assert_num_queries(9):
        page_of(signed, plan)
    with django_assert_num_queries(10):  # and what those of the page clash with
        page_of(signed, plan, view="lista")
