"""A list against a minimal view, and the SQL statements of pages and of saving a report."""

from collections.abc import Callable, Iterator

from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Page, Paginator
from django.db import connection
from django.db.models import prefetch_related_objects
from django.shortcuts import render
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import path, reverse
from django.utils import timezone

import config.urls
from accounts.models import Role
from activities.filters import ActivityFilter
from activities.models import Activity, Session
from activities.rows import PAGE_SIZE, facts_of, place_of, sections_of
from activities.rows import Row as ListRow
from activities.views.activities import columns
from plans.models import Plan
from reports import snapshot
from reports.models import Report
from tests.factories import make_user
from tools.bench.measure import Row, at_least, compare


def rows(small: Plan, large: Plan) -> Iterator[Row]:
    config.urls.urlpatterns.insert(0, path("bare/<int:pk>/", bare_list))
    yield listed(small)
    yield listed(large)
    sizes = f"plans of {small.activities.count():,} and {large.activities.count():,} activities"
    others = works(large)
    for work, (most, act) in works(small).items():
        few, many = statements(act), statements(others[work][1])
        goal = f"≤ {most}, the same" if most else "the same"
        yield Row(f"Statements: {work}", sizes, str(many), str(few), "–", goal, few == many <= (most or many))


def bare_list(request, pk):
    # The query and template of the list, without permissions, filters or pagination.
    plan = Plan.objects.select_related("entity").get(pk=pk)
    request.entity = plan.entity
    found, today = plan.activities.all(), timezone.localdate()
    activities, sections = list(found.by_phase()[:PAGE_SIZE]), sections_of(found, plan)
    prefetch_related_objects(activities, "responsibilities__dependency")
    facts = facts_of(Activity.objects.filter(pk__in=[activity.pk for activity in activities]), plan, today)
    for activity in activities:
        activity.plan = plan
        sections[place_of(activity)].rows.append(ListRow(activity, facts[activity.pk]))
    filters = ActivityFilter({}, queryset=found, request=request, plan=plan, today=today)
    context = {
        "plan": plan,
        "page": Page(activities, 1, Paginator(range(found.count()), PAGE_SIZE)),
        "filters": filters,
        "shortcuts": filters.shortcuts(),
        "index": list(sections.values()),
        "sections": [section for section in sections.values() if section.rows],
        "columns": columns(plan, ""),
        "can_add": True,
    }
    return render(request, "activities/activity_list.html", context)


def listed(plan: Plan) -> Row:
    client = signed_in(plan)
    ours = reverse("activities:activity_list", args=[plan.entity.slug, plan.slug])
    bare = f"/bare/{plan.pk}/"
    assert get(client, ours).count(b"<tr") == get(client, bare).count(b"<tr") > PAGE_SIZE
    taken, ratios = compare(21, lambda: get(client, ours), lambda: get(client, bare))
    work = f"Page: first 200 of {plan.activities.count():,} activities"
    return at_least(0.8, work, "same query and template in a bare view, all middleware", *taken, ratios[1])


def works(plan: Plan) -> dict[str, tuple[int | None, Callable]]:
    """{work: (most statements allowed, or None; what runs them)}."""
    client, at = signed_in(plan), [plan.entity.slug, plan.slug]
    session = Session.objects.filter(activity__plan=plan, activity__target_kind="", held_on=None).earliest("pk")
    people = {f"people_{pk}": "5" for pk in plan.entity.groups.values_list("pk", flat=True)}
    data = {"held_on": f"{plan.starts_on}", "executed_units": "1", "revision": session.revision, **people}
    save = reverse("activities:session_update", args=[*at, session.pk])
    pages = {
        "the list of activities": reverse("activities:activity_list", args=at),
        "the page of a plan": reverse("dashboard:plan_detail", args=at),
        "the board of an entity": reverse("dashboard:board", args=at[:1]),
    }
    return {
        **{work: (10, lambda address=address: get(client, address)) for work, address in pages.items()},
        "the facts of a report": (
            None,
            lambda: snapshot.take(Report(plan=plan, kind="final", period="2026", cutoff=plan.ends_on)),
        ),
        "saving a session's report": (15, lambda: post(client, save, data)),
    }


def statements(act: Callable) -> int:
    """How many SQL statements it sends, savepoints apart."""
    ContentType.objects.clear_cache()  # as in a process that has just started
    with CaptureQueriesContext(connection) as queries:
        act()
    return sum("SAVEPOINT" not in query["sql"] for query in queries)


def signed_in(plan: Plan) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(make_user(plan.entity, Role.PLANNER))
    return client


def get(client: Client, address: str) -> bytes:
    response = client.get(address)
    assert response.status_code == 200, f"{address} answers {response.status_code}"
    return response.content


def post(client: Client, address: str, data: dict) -> None:
    response = client.post(address, data)
    assert response.status_code == 302, f"{address} answers {response.status_code}"
