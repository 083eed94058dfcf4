"""Searching without accents, and the column that it reads: right after every kind of write."""

from datetime import date
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from activities import order
from activities.models import Activity, Session
from commitments.models import Commitment
from demo.load import load
from plans.models import Plan
from records.search import Searchable, SearchableQuerySet, text_of
from tests.factories import make_activity, make_commitment, make_plan, make_session

MODELS = [model for model in apps.get_models() if issubclass(model, Searchable)]
MATRIX = Path(__file__).parents[1] / "guard" / "inputs" / "03-seguimiento-mensual-2020.xlsx"


def wrong() -> list:
    """Rows whose column is not what their fields say."""
    rows = [row for model in MODELS for row in model.objects.all()]
    assert rows
    return [(row, row.search_text) for row in rows if row.search_text != text_of(row, row.SEARCHED)]


def test_what_is_searched():
    assert {model: model.SEARCHED for model in MODELS} == {
        User: ("full_name", "email"),
        Activity: ("number", "name"),
        Session: ("place", "locality", "topics"),
        Commitment: ("code", "text", "instance"),
    }


@pytest.mark.parametrize("model", MODELS)
def test_every_manager_fills_the_column(model):
    assert isinstance(model._base_manager.all(), SearchableQuerySet)
    assert isinstance(model._default_manager.all(), SearchableQuerySet)


def test_search_wants_every_word_and_no_accents(plan):
    names = ["Rendición de cuentas a la niñez", "Mesa de juventud", "100 % de respuestas, a_tiempo"]
    for name in names:
        make_activity(plan, name=name, number=f"1.{names.index(name) + 1}")

    def found(words):
        return [names.index(activity.name) for activity in plan.activities.search(words)]

    assert found("CUENTAS rendicion") == found("ninez") == found("Niñéz") == found("1.1 rendi") == [0]
    assert found("mesa cuentas") == []
    assert found("") == found(" ¿? ") == found("%") == [0, 1, 2]
    assert found("a_t") == [2]
    assert found("a_n") == []  # an underscore is itself, not any letter


def test_search_of_people_by_name_or_address(planner):
    ana = User.objects.create_user("ana.perez@example.org", full_name="Ana María Pérez")
    assert list(User.objects.search("maria PEREZ")) == list(User.objects.search("ana.perez@example")) == [ana]


def test_save_of_some_fields_fills_the_column_when_one_is_searched(plan):
    activity = make_activity(plan, name="Mesa")
    activity.name = "Diálogo"
    activity.save(update_fields=["order"])
    assert Activity.objects.get().search_text == "mesa"
    activity.save(update_fields=["name"])
    assert Activity.objects.get().search_text == "dialogo"


def test_bulk_writes_fill_the_column(plan):
    rows = Activity._base_manager.bulk_create(Activity(plan=plan, name=f"Reunión {n}") for n in range(3))
    assert [row.search_text for row in plan.activities.all()] == ["reunion 0", "reunion 1", "reunion 2"]
    for row in rows:
        row.name = row.name.replace("Reunión", "Sesión")
    Activity._base_manager.bulk_update(rows, ["name"])
    assert wrong() == []
    Activity.objects.bulk_create(
        [Activity(pk=rows[0].pk, plan=plan, name="Jornada única")],
        update_conflicts=True,
        unique_fields=["pk"],
        update_fields=["name"],
    )
    assert Activity.objects.get(pk=rows[0].pk).search_text == "jornada unica"
    assert wrong() == []


def test_update_of_a_searched_field_is_refused(plan):
    make_commitment(plan)
    with pytest.raises(TypeError, match="bulk_update"):
        plan.commitments.update(text="Otro")
    assert plan.commitments.update(reason="Ninguno") == 1
    assert plan.commitments.update(code="C-1", search_text="c 1") == 1


def test_column_is_right_after_import_and_renumbering(entity, planner):
    options = {"entity": entity.slug, "title": "Plan", "start": "2020-07-01", "end": "2020-12-31"}
    call_command(
        "import_plan", str(MATRIX), *(f"--{key}={value}" for key, value in options.items()), "--create-missing"
    )
    plan = Plan.objects.get(title="Plan")
    assert plan.activities.count() > 5 and wrong() == []
    assert order.renumber(plan=plan, by=planner) == plan.activities.in_plan().count()
    assert wrong() == []


def test_column_is_right_after_the_demonstration(db):
    load(date(2026, 11, 21))
    assert wrong() == []
    assert Commitment.objects.count() > 10


@pytest.mark.parametrize(
    ("app", "migration", "model"),
    [
        ("accounts", "0005_fill_user_search_text", User),
        ("activities", "0003_fill_activity_search_text", Activity),
        ("activities", "0009_fill_session_search_text", Session),
        ("commitments", "0003_fill_commitment_search_text", Commitment),
    ],
)
def test_migration_fills_the_rows_that_were_there(plan, planner, app, migration, model):
    make_session(make_activity(plan, name="Rendición", number="1.1"), place="Salón de la vereda")
    make_commitment(plan, instance="Mesa de la niñez")
    for each in MODELS:
        each.objects.update(search_text="")
    import_module(f"{app}.migrations.{migration}").forwards(apps, None)
    assert {type(row) for row, _text in wrong()} == set(MODELS) - {model}


def test_search_of_ten_thousand_activities_reads_no_row_to_look(client, planner, entity):
    small, large = make_plan(entity), make_plan(entity)
    for plan, size in ((small, 10), (large, 10_000)):
        Activity.objects.bulk_create(Activity(plan=plan, order=n, name=f"Diálogo {n}") for n in range(size))
    client.force_login(planner)

    def statements(plan, words) -> list[str]:
        address = reverse("activities:activity_list", args=[entity.slug, plan.slug])
        with CaptureQueriesContext(connection) as queries:
            page = client.get(address, {"q": words}).context["page"]
        assert page.object_list
        return [query["sql"] for query in queries]

    few, many = statements(small, "dialogo 9"), statements(large, "dialogo 9999")
    assert len(few) == len(many)
    of_activities = [sql for sql in many if 'FROM "activities_activity"' in sql]
    # What is not counted in the database is asked of the row that was found.
    row = f"IN ({large.activities.get(name='Diálogo 9999').pk})"
    assert len(of_activities) == 10
    assert all("COUNT(" in sql or row in sql or ("LIKE" in sql and "LIMIT" in sql) for sql in of_activities)
