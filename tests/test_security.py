"""What holds whatever the page: no address of another is taken, nothing private is kept, nothing absurd breaks it."""

from datetime import date

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse

from activities.models import Activity, Metric, Session
from plans.models import StakeholderGroup
from records import locks
from sheets.loading.load import plan_for
from tests.factories import make_activity, make_session

POLICY = {
    "default-src 'self'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
}


def test_nobody_changes_the_address_that_they_sign_in_with(client, head):
    """Taking that of somebody not yet invited would take the role that is given to it."""
    client.force_login(head)
    before, address = head.email, reverse("account_email")
    for action in ("action_add", "action_primary"):
        assert client.post(address, {action: "", "email": "futura@example.org"}).status_code == 405
    head.refresh_from_db()
    assert head.email == before
    assert client.get(address).status_code == 200


def test_pages_of_a_signed_in_person_are_kept_by_nobody(client, entity, planner):
    staff, public = reverse("dashboard:board", args=[entity.slug]), reverse("portal:home")
    assert "Cache-Control" not in client.get(public)
    client.force_login(planner)
    for address in (staff, public, "/panel/no-existe/"):
        answer = client.get(address)
        assert answer["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
        assert "Cookie" in answer["Vary"]


@pytest.mark.parametrize("address", ["/", "/verificar/", "/panel/", "/cuenta/login/", "/no-existe/", "/panel/a/"])
def test_policy_of_content_stands_on_every_answer(client, db, address):
    policy = client.get(address)["Content-Security-Policy"]
    assert {part.strip() for part in policy.split(";")} == POLICY


def test_too_large_a_request_is_refused_unread(client, db, monkeypatch):
    monkeypatch.setattr(settings, "LARGEST_REQUEST", 1000)
    for address in (reverse("account_login"), "/panel/"):
        assert client.post(address, {"login": "x" * 2000}).status_code == 413


@pytest.mark.parametrize("seen", [2_147_483_647, 9_223_372_036_854_775_807, 10**30])
def test_revision_that_never_was_is_stale(plan, seen):
    with pytest.raises(locks.Stale):
        plan.claim(seen)


@pytest.mark.parametrize(
    ("model", "name", "largest"),
    [
        (Session, "planned_units", 2_147_483_647),
        (Session, "carried_to_year", 32_767),
        (StakeholderGroup, "size_estimate", 2_147_483_647),
        (Activity, "budget", 9_223_372_036_854_775_807),
    ],
)
def test_integers_have_the_same_limits_on_both_databases(model, name, largest):
    field = model._meta.get_field(name)
    field.run_validators(largest)
    with pytest.raises(ValidationError):
        field.run_validators(largest + 1)


def test_sums_of_the_largest_figures_do_not_overflow(client, plan, planner):
    activity = make_activity(plan)
    for month in (1, 2, 3):
        on = date(2026, month, 1)
        make_session(activity, planned_on=on, planned_units=2_147_483_647, executed_units=2_147_483_647, held_on=on)
    client.force_login(planner)
    assert client.get(plan.get_absolute_url()).status_code == 200


def test_rows_that_no_database_can_number_are_not_offered(client, plan, planner):
    client.force_login(planner)
    address = reverse("activities:activity_create", args=[plan.entity.slug, plan.slug])
    for name in ("groups", "support", "lead", "phase"):
        answer = client.post(address, {"name": "Mesa", name: "9" * 30})
        assert answer.status_code == 200
        assert list(answer.context["form"].errors) == [name]
    assert not plan.activities.exists()


@pytest.mark.parametrize("number", ["9" * 30, "9" * 5000, "-1", "²", "\0"])
def test_numbers_of_the_address_that_are_none_are_not_found_or_left(client, plan, planner, number):
    client.force_login(planner)
    at = [plan.entity.slug, plan.slug]
    assert client.get(reverse("activities:activity_list", args=at), {"page": number}).status_code == 200
    assert client.get(reverse("plans:version_compare", args=at), {"de": number, "a": number}).status_code == 200
    assert client.get(reverse("commitments:commitment_create", args=at), {"session": number}).status_code == 404


def test_largest_metric_comes_back_as_it_went_in(client, plan, planner):
    """SQLite keeps 15 digits of a number."""
    activity = make_activity(plan)
    address = reverse("activities:metric_create", args=[plan.entity.slug, plan.slug, activity.pk])
    typed = {"name": "Alcance", "period_from": "2026-03-01", "period_to": "2026-03-31"}
    client.force_login(planner)
    assert list(client.post(address, typed | {"value": "99999999999999.9999"}).context["form"].errors) == ["value"]
    assert client.post(address, typed | {"value": "999999999999"}).status_code == 302
    assert Metric.objects.get().value == 999_999_999_999


def test_extra_session_of_a_day_to_come_is_told(client, plan, planner):
    address = reverse("activities:session_extra", args=[plan.entity.slug, plan.slug, make_activity(plan).pk])
    client.force_login(planner)
    answer = client.post(address, {"held_on": "9999-12-31", "executed_units": "1", "uncounted": "on"})
    assert answer.context["form"].errors == {
        "held_on": ["Esa fecha todavía no llega: se reporta lo que ya se hizo."],
    }


@pytest.mark.parametrize(
    ("starts", "ends", "field"),
    [
        (date(1, 1, 1), date(2026, 12, 31), "starts_on"),
        (date(2026, 1, 1), date(9999, 12, 31), "ends_on"),
        (date(2101, 1, 1), date(2101, 12, 31), "starts_on"),
        (date(2026, 1, 1), date(2039, 1, 1), "ends_on"),
    ],
)
def test_plan_of_centuries_is_refused(entity, starts, ends, field):
    with pytest.raises(ValidationError) as caught:
        plan_for(entity, "Plan", starts, ends)
    assert list(caught.value.message_dict) == [field]


def test_longest_plan_is_taken(entity):
    assert plan_for(entity, "Plan", date(2026, 1, 1), date(2038, 12, 31)).title == "Plan"


def test_cutoff_far_away_is_refused(client, plan, planner):
    client.force_login(planner)
    address = reverse("reports:report_create", args=[plan.entity.slug, plan.slug])
    answer = client.post(address, {"kind": "final", "cutoff": "9999-12-31"})
    assert list(answer.context["form"].errors) == ["cutoff"]
    draft = client.post(address, {"kind": "final"})["Location"]
    answer = client.post(draft, {"cutoff": "9999-12-31", "revision": "0"})
    assert list(answer.context["form"].errors) == ["cutoff"]


@pytest.mark.parametrize("query", [{"until": "9999-12-31"}, {"since": "0001-01-01"}, {"q": "x" * 100_000}, {"q": "\0"}])
def test_trail_bears_any_question(client, entity, administrator, query):
    client.force_login(administrator)
    assert client.get(reverse("accounts:audit_list", args=[entity.slug]), query).status_code == 200
    assert client.get(reverse("accounts:person_list", args=[entity.slug]), query).status_code == 200


def test_language_link_of_an_odd_address_stays_on_the_site(client, db):
    html = client.get("/", PATH_INFO="//evil.example/").content.decode()
    assert 'href="//' not in html
    assert 'href="/%2Fevil.example/en/"' in html
