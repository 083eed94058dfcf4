"""The versions of a public plan: what everybody may read of them, and nothing of who or why inside the entity."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import User
from plans.actions import reopen
from plans.versions import freeze
from records.models import SignOff
from tests.factories import make_activity, make_dependency, make_session
from tests.reports.reporting import approve, make_published_facts

PAGES = (("version_list",), ("version_detail", 1), ("version_compare",))


def address(plan, name, *args):
    return reverse(f"portal:{name}", args=[plan.entity.slug, plan.slug, *args])


@pytest.fixture
def public(plan, planner):
    """Approved twice: the second time with one space less and another objective."""
    plan.objective = "Escuchar al campo"
    signer = User.objects.create_user("lorena@example.org", full_name="Lorena Ossa Pendiente")
    plan.signatories.create(stage="approved", person=signer)
    approve(plan)
    foro = make_activity(plan, make_dependency(plan.entity, "Gobierno"), name="Foro", number="1.1")
    space = make_session(foro, date(2026, 3, 16))
    make_session(foro, date(2026, 5, 12))
    first = freeze(plan, reason="Línea base", by=planner)
    SignOff.objects.create(
        entity=plan.entity, target=first, stage="approved", name="Marta Ruiz", position="Alcaldesa",
        signed_on=date(2026, 1, 30),
    )  # fmt: skip
    space.withdrawn_on = date(2026, 2, 1)
    space.save()
    plan.objective = "Escuchar al río"
    plan.save()
    plan.signatories.all().delete()
    freeze(plan, reason="Por un pleito con el contratista", by=planner)
    return plan


def test_anybody_reads_each_version_and_what_changed(client, public):
    listed = client.get(address(public, "version_list")).content.decode()
    assert listed.index("Versión 2") < listed.index("Versión 1") and "La que rige" in listed
    first = client.get(address(public, "version_detail", 1)).content.decode()
    assert "1.1 Foro" in first and "16 de marzo de 2026 · cuenta 1" in first
    assert "Marta Ruiz, Alcaldesa · 30 de enero de 2026" in first
    answer = client.get(address(public, "version_compare"))
    assert [(row.kind, row.name, row.state) for row in answer.context["page"]] == [
        ("Plan", public.title, "changed"),
        ("Espacios", "1.1 Foro · 16 de marzo de 2026", "removed"),
    ]
    assert client.get(address(public, "version_detail", 3)).status_code == 404


def test_who_saved_it_who_was_to_sign_and_why_are_not_told(client, public, planner):
    for page in PAGES:
        html = client.get(address(public, *page)).content.decode()
        assert "pleito" not in html and planner.full_name not in html and "Lorena Ossa" not in html


def test_versions_of_a_plan_that_is_not_public_are_not_found(client, public, planner):
    for page in PAGES:
        wrong = reverse(f"portal:{page[0]}", args=["otra-entidad", public.slug, *page[1:]])
        assert client.get(wrong).status_code == 404
    reopen(plan=public, reason="Corregir", by=planner)
    client.force_login(planner)
    assert {client.get(address(public, *page)).status_code for page in PAGES} == {404}


@pytest.mark.parametrize("page", PAGES)
def test_page_that_did_not_change_is_not_sent_again(client, public, page):
    first = client.get(address(public, *page))
    again = client.get(address(public, *page), headers={"if-none-match": first["ETag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert client.post(address(public, *page)).status_code == 405


@pytest.mark.parametrize("size", [2, 60])
def test_pages_ask_the_same_number_of_queries(client, public, django_assert_num_queries, size):
    for number in range(size):
        make_session(make_activity(public, name=f"Mesa {number}"))
        freeze(public, reason="Otra", by=None)
    with django_assert_num_queries(4):  # plan, count, versions, numbers
        client.get(address(public, "version_list"))
    with django_assert_num_queries(3):  # plan, version, signatures
        client.get(address(public, "version_detail", 1))
    with django_assert_num_queries(3):  # plan, numbers, versions
        client.get(address(public, "version_compare") + "?de=1&a=3")


def test_plan_leads_to_its_versions_and_tells_the_bridge_of_its_last_report(client, public):
    page = reverse("portal:plan", args=[public.entity.slug, public.slug])
    html = client.get(page).content.decode()
    assert "Leer y comparar las 2 versiones del plan" in html and "se retiraron" not in html
    make_published_facts(public)
    html = client.get(page).content.decode()
    assert "La línea base programó 2 espacios; se agregaron 0 y se retiraron 1: al corte rigen 1." in html
    public.activities.get().sessions.update(withdrawn_on=date(2026, 2, 2))  # the report says what it said
    assert "se agregaron 0 y se retiraron 1" in client.get(page).content.decode()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.django_db(transaction=True)
def test_pages_of_versions_are_accessible_and_fit_a_phone(page, visit, violations, public, scheme):
    page.emulate_media(color_scheme=scheme)
    for width in (1280, 360):
        for each in PAGES:
            visit(address(public, *each), width=width)
            assert violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
