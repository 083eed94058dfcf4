"""The tree of dependencies: its page, its form, and what may not be deleted."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.actions import delete_dependency, save_dependency
from accounts.models import AuditEntry, Dependency, Membership, Role
from accounts.views.dependencies import in_tree_order
from tests.factories import make_activity, make_commitment, make_dependency, make_entity, make_user

TODAY = date(2026, 6, 1)


def url(entity, name="dependency_list", *args):
    return reverse(f"accounts:{name}", args=[entity.slug, *args])


def facts(**fields):
    return {"name": "Secretaría de Salud", "order": 0, **fields}


def test_tree_puts_each_below_its_parent(entity):
    a = make_dependency(entity, "A")
    b = make_dependency(entity, "B")
    below = make_dependency(entity, "A uno", parent=a)
    deep = make_dependency(entity, "A uno uno", parent=below)
    rows = in_tree_order([a, b, below, deep], TODAY)
    assert [(row.dependency.name, row.depth) for row in rows] == [("A", 0), ("A uno", 1), ("A uno uno", 2), ("B", 0)]


def test_tree_in_a_circle_loses_none(entity):
    a = make_dependency(entity, "A")
    b = make_dependency(entity, "B", parent=a)
    Dependency.objects.filter(pk=a.pk).update(parent=b)
    a.refresh_from_db()
    assert {row.dependency.name for row in in_tree_order([a, b], TODAY)} == {"A", "B"}


def test_tree_tells_which_exist_today(entity):
    gone = make_dependency(entity, "A", valid_to=date(2026, 5, 31))
    future = make_dependency(entity, "B", valid_from=date(2026, 6, 2))
    here = make_dependency(entity, "C", valid_from=TODAY, valid_to=TODAY)
    assert [row.exists for row in in_tree_order([gone, future, here], TODAY)] == [False, False, True]


def test_list_shows_who_directs(client, entity, dependency, head, control):
    client.force_login(control)
    html = client.get(url(entity)).content.decode()
    assert dependency.name in html
    assert head.full_name in html
    assert url(entity, "dependency_create") not in html


@pytest.mark.parametrize("size", [2, 40])
def test_list_asks_the_same_number_of_queries(client, entity, planner, django_assert_num_queries, size):
    for _number in range(size):
        make_user(entity, Role.HEAD)
    client.force_login(planner)
    with django_assert_num_queries(6):  # session, person, entity, roles, dependencies, heads
        client.get(url(entity))


def test_list_has_pages_of_50(client, entity, planner):
    for number in range(51):
        make_dependency(entity, f"Oficina {number:02}")
    client.force_login(planner)
    assert "Oficina 49" in client.get(url(entity)).content.decode()
    assert "Oficina 50" in client.get(url(entity), {"page": 2}).content.decode()


def test_create_keeps_it_and_its_author(client, entity, planner):
    client.force_login(planner)
    answer = client.post(
        url(entity, "dependency_create"), facts(code="210", aliases="Salud\nSec. de Salud", valid_from="2026-01-01")
    )
    assert answer.url == url(entity)
    made = Dependency.objects.get(entity=entity)
    assert (made.name, made.code, made.aliases, made.valid_from) == (
        "Secretaría de Salud",
        "210",
        "Salud\nSec. de Salud",
        date(2026, 1, 1),
    )
    entry = AuditEntry.objects.get(verb="dependency.create")
    assert (entry.actor, entry.entity) == (planner, entity)


def test_create_with_a_name_that_is_taken_says_so(client, entity, dependency, planner):
    client.force_login(planner)
    html = client.post(url(entity, "dependency_create"), facts(name=dependency.name)).content.decode()
    assert "La entidad ya tiene una dependencia con ese nombre." in html
    assert f'value="{dependency.name}"' in html


def test_create_ending_before_it_begins_says_so(client, entity, planner):
    client.force_login(planner)
    html = client.post(
        url(entity, "dependency_create"), facts(valid_from="2026-02-01", valid_to="2026-01-01")
    ).content.decode()
    assert "La dependencia no puede dejar de existir antes de empezar." in html


def test_update_into_a_circle_is_refused(client, entity, dependency, planner):
    child = make_dependency(entity, "Oficina de Paz", parent=dependency)
    grandchild = make_dependency(entity, "Grupo de Mesas", parent=child)
    client.force_login(planner)
    html = client.post(
        url(entity, "dependency_update", dependency.pk), facts(name=dependency.name, parent=grandchild.pk, revision=0)
    ).content.decode()
    assert "«Grupo de Mesas» ya depende de «Secretaría de Gobierno»: se formaría un círculo." in html
    dependency.refresh_from_db()
    assert dependency.parent is None


def test_parent_of_another_entity_is_refused(client, entity, dependency, planner):
    foreign = make_dependency(make_entity("otra"), "Ajena")
    client.force_login(planner)
    html = client.post(
        url(entity, "dependency_update", dependency.pk), facts(name=dependency.name, parent=foreign.pk)
    ).content.decode()
    assert "Ajena" not in html
    dependency.parent = foreign
    with pytest.raises(ValidationError, match="«Ajena» no es de esta entidad"):
        save_dependency(dependency=dependency, by=planner)


def test_delete_unused_deletes_it(client, entity, dependency, planner):
    client.force_login(planner)
    assert (
        "¿Eliminar «Secretaría de Gobierno»?"
        in client.get(url(entity, "dependency_delete", dependency.pk)).content.decode()
    )
    assert client.post(url(entity, "dependency_delete", dependency.pk)).url == url(entity)
    assert not Dependency.objects.exists()
    assert AuditEntry.objects.get(verb="dependency.delete").actor == planner


def test_delete_in_use_says_what_uses_it(entity, plan, dependency, head, planner):
    make_dependency(entity, "Oficina de Paz", parent=dependency)
    for _number in range(2):
        make_activity(plan, dependency)
    make_commitment(plan).responsible.add(dependency)
    with pytest.raises(ValidationError) as refused:
        delete_dependency(dependency=dependency, by=planner)
    assert refused.value.messages == [
        "«Secretaría de Gobierno» está en uso y no se puede eliminar. Dependencias que dependen de ella: 1. "
        "Personas que la dirigen: 1. Actividades: 2. Compromisos: 1. "
        "Si dejó de existir, escriba en «existe hasta» la fecha."
    ]
    assert Dependency.objects.filter(pk=dependency.pk).exists()


def test_delete_in_use_leads_back_with_the_reason(client, entity, dependency, head, planner):
    client.force_login(planner)
    answer = client.post(url(entity, "dependency_delete", dependency.pk), follow=True)
    assert "Personas que la dirigen: 1." in answer.content.decode()
    assert Membership.objects.filter(dependency=dependency).exists()


@pytest.mark.parametrize("name", ["dependency_create", "dependency_update", "dependency_delete"])
@pytest.mark.parametrize(
    ("who", "status"), [("administrator", 200), ("planner", 200), ("head", 403), ("control", 403), ("outsider", 404)]
)
def test_rights(request, client, entity, dependency, name, who, status):
    client.force_login(request.getfixturevalue(who))
    args = [] if name == "dependency_create" else [dependency.pk]
    assert client.get(url(entity, name, *args)).status_code == status


def test_dependency_of_another_entity_is_404(client, entity, planner):
    foreign = make_dependency(make_entity("otra"))
    client.force_login(planner)
    assert client.get(url(entity, "dependency_update", foreign.pk)).status_code == 404
    assert client.post(url(entity, "dependency_delete", foreign.pk)).status_code == 404
