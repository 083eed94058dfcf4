"""From its approval on, what a plan promises changes by a decided request alone.

Every form of every page is filled in while the plan is a draft, and the same payloads are sent again once it is
approved; so are those of the pages as they are then. What they write in the draft shows that they would.
"""

import json
from collections import Counter
from contextlib import suppress
from datetime import date

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.urls import resolve
from lxml import html
from openpyxl import load_workbook

from accounts.models import Role
from activities.changes import actions
from activities.models import (
    Activity,
    Attendance,
    ChangeRequest,
    Evidence,
    Metric,
    Opinion,
    Responsibility,
    Session,
    SurveyResponse,
)
from plans.models import Plan
from tests.factories import make_activity, make_session
from tests.world import ROUTES, World

pytestmark = pytest.mark.once  # every form of every page: which database is behind it changes none of them

TODAY = date(2026, 2, 2)
EARLIER, LATER = "2026-02-01", "2026-11-17"
PAST = ("held_on", "period_from", "period_to", "captured_on", "made_on", "on")  # of what is reported
# A decided request, which is the one way; what a draft is asked, which is told apart below.
DECIDES = {
    "activities:session_change",
    "activities:activity_change",
    "activities:change_create",
    "activities:change_decide",
    "activities:change_detail",
    "activities:change_update",
}
MOST = 8  # payloads of an address
EXECUTION = {
    "activities:session_update",
    "activities:session_extra",
    "activities:session_explain",
    "activities:metric_create",
    "activities:metric_update",
    "activities:metric_delete",
}


# --- What is promised, and what was reported --------------------------------------------------------------------------

REPORTED = {
    *("id", "revision", "search_text", "held_on", "held_precision", "executed_units", "numerator", "denominator"),
    *("attendance_total", "attendance_source", "attendance_note", "questions", "comments", "topics", "contributions"),
    *("results", "achieved_incidence", "summary", "reason_kind", "reason", "footnote"),
    *("carried_to_year", "sent_as"),
    *("modality", "place", "locality", "hour"),  # a report says where it was in the end
}


def promised(plan):
    """Activities and spaces of the plan with targets, owners and groups; but extra spaces and those outside it."""
    activities = Activity.objects.filter(plan=plan, outside_plan=False)
    sessions = Session.objects.filter(activity__in=activities, planned_units__gt=0)
    fields = [field.attname for field in Session._meta.concrete_fields if field.attname not in REPORTED - {"id"}]
    of_activity = [field.attname for field in Activity._meta.concrete_fields if field.attname != "revision"]
    return {
        "activities": list(activities.order_by("pk").values_list(*of_activity)),
        "sessions": list(sessions.order_by("pk").values_list(*fields)),
        "owners": sorted(
            Responsibility.objects.filter(activity__in=activities).values_list("activity", "dependency", "part")
        ),
        "groups": sorted(
            Activity.groups.through.objects.filter(activity__in=activities).values_list("activity", "stakeholdergroup")
        ),
        "phases": list(plan.phases.order_by("pk").values_list("pk", "number", "name")),
        "lines": list(plan.lines.order_by("pk").values_list("pk", "name")),
        "dates": Plan.objects.values_list("title", "starts_on", "ends_on").get(pk=plan.pk),
    }


def reported(plan):
    """What a closed plan keeps too."""
    return {
        "sessions": list(Session.objects.filter(activity__plan=plan).order_by("pk").values()),
        "attendance": sorted(Attendance.objects.filter(session__activity__plan=plan).values_list("pk", "people")),
        "metrics": list(Metric.objects.filter(activity__plan=plan).order_by("pk").values()),
        "activities": list(Activity.objects.filter(plan=plan).order_by("pk").values()),
    }


# --- Filling in whatever a page asks ----------------------------------------------------------------------------------


def filled(form) -> list[dict]:
    """The form with another value in each field, once for each of its buttons."""
    values = {}
    for field in form.inputs:
        kind, name = field.get("type", field.tag), field.get("name")
        if not name or kind in ("submit", "button", "file", "image"):
            continue
        if kind == "hidden":
            values.setdefault(name, []).append(field.get("value") or "")
        elif name in ("support", "all_dependencies", "outside_plan"):
            continue  # who leads does not support
        elif field.tag == "select":
            options = [option.get("value") for option in field.iter("option") if option.get("value")]
            values[name] = options[-1:]
        elif kind in ("checkbox", "radio"):
            values.setdefault(name, []).append(field.get("value", "on"))
        else:
            values[name] = [another(kind, name, field)]
    for field in form.inputs:
        if field.get("type") == "radio":
            values[field.get("name")] = values[field.get("name")][-1:]
    buttons = [
        button for button in form.iter("button", "input") if button.get("type") == "submit" and button.get("name")
    ]
    return [values, *({**values, button.get("name"): [button.get("value") or "1"]} for button in buttons)]


def another(kind, name, field) -> str:
    if kind == "date":
        return field.get("value") if name in ("starts_on", "ends_on") else EARLIER if name in PAST else LATER
    if kind == "number" or name in ("target_value", "budget", "units", "planned_units"):
        return "7"
    if kind == "time":
        return "10:00"
    if name == "days":
        return "17/11/2026"
    if name == "block":
        return "Número\tActividad\n77\tPegada"
    return f"{(field.text or '') if kind == 'textarea' else field.get('value', '')} otra cosa".strip()[:90]


def forms_of(client, address) -> list[tuple[str, dict]]:
    """(where it goes, a payload) of each form of a page that writes."""
    answer = client.get(address)
    if answer.status_code != 200 or "text/html" not in answer.headers["Content-Type"] or not answer.content.strip():
        return []
    page = html.document_fromstring(answer.content)
    found = []
    for form in page.forms:
        if form.method == "POST" and "/cuenta/" not in (form.action or ""):
            found += [(form.action or address, values) for values in filled(form)]
    return found


# Those that scripts send, and what belongs to buttons outside a form.
def by_hand(world) -> list[tuple[str, dict]]:
    at = world.address
    pk, revision = world.activity.pk, world.activity.revision
    row = f"{pk}:{revision}"
    return [
        (at("activities:grid_cell"), {"column": "name", "text": "Otro nombre", "was": world.activity.name}),
        (at("activities:grid_move"), {"phase": str(world.phase.pk), "after": ""}),
        (at("activities:grid_duplicate"), {"rows": [row]}),
        (at("activities:grid_paste"), {"block": "Número\tActividad\n77\tPegada", "do": "apply"}),
        (at("activities:activity_several"), {"do": "delete", "rows": [row], "picked": row}),
        (
            at("activities:activity_several"),
            {"do": "apply", "rows": [row], "picked": row, "phase": str(world.phase.pk)},
        ),
        (at("activities:activity_duplicate"), {}),
        (at("activities:activity_renumber"), {}),
        (at("activities:activity_delete"), {}),
        (at("activities:session_delete"), {}),
        (
            at("activities:session_update"),
            {"revision": "0", "answer": "not_held", "reason_kind": "other", "reason": "Llovió."},
        ),
        (
            at("activities:session_extra"),
            {"revision": "0", "held_on": EARLIER, "executed_units": "1", "uncounted": "on"},
        ),
        (at("plans:plan_delete"), {}),
        (at("plans:phase_delete"), {}),
        (at("plans:line_delete"), {}),
        (at("plans:phase_move"), {"to": "down"}),
    ]


def payloads(world, client, names=ROUTES) -> list[tuple[str, dict]]:
    """Of every page of the entity, or of those `names`, as it stands now."""
    found = by_hand(world)
    for name in sorted(names):
        if name.startswith("accounts:language") or getattr(world, ROUTES[name][1] or "plan") is None:
            continue
        address = world.address(name)
        places = [address]
        if name in ("activities:session_change", "activities:activity_change"):
            places += [f"{address}?que={kind}" for kind in ChangeRequest.Kind]
        for place in places:
            found += [(action or place, values) for action, values in forms_of(client, place)]
    once, of_name = {}, Counter()
    for address, values in found:
        key = json.dumps([address, {**values, "csrfmiddlewaretoken": ""}], sort_keys=True)
        name = named(address)
        # Every page has the switch of language, and a list has the same form in each of its rows.
        if key not in once and of_name[name] < MOST:
            once[key], of_name[name] = (address, values), of_name[name] + 1
    return list(once.values())


def changing(world, client, sent, look) -> set[str]:
    """The names of the addresses that change what `look` tells; each is taken back."""
    before, changed = look(world.plan), set()
    for address, values in sent:
        with transaction.atomic():
            answer = client.post(address, values)
            assert answer.status_code < 500, (address, answer.status_code)
            gone = not Plan.objects.filter(pk=world.plan.pk).exists()
            if gone or look(world.plan) != before:
                changed.add(named(address))
            transaction.set_rollback(True)
    return changed


def named(address) -> str:
    found = resolve(address.partition("?")[0])
    return f"{found.namespace}:{found.url_name}"


@pytest.fixture
def world(db):
    with time_machine.travel(TODAY, tick=False):
        world = World("propia")
        ChangeRequest.objects.all().delete()
        world.change = None
        Opinion.objects.all().delete()  # what somebody evaluated or showed is not deleted, in a draft either
        Evidence.objects.all().delete()
        SurveyResponse.objects.all().delete()
        world.opinion = None
        world.plan.reports.all().delete()
        make_session(world.activity, date(2026, 8, 3))
        make_activity(world.plan, world.dependency)
        yield world


@pytest.fixture
def planner(world):
    client = Client(raise_request_exception=True)
    client.force_login(world.users[Role.PLANNER])
    return client


def approve(world):
    Plan.objects.filter(pk=world.plan.pk).update(state="approved", approved_on=TODAY)
    world.plan.refresh_from_db()


def test_no_address_changes_an_approved_plan_but_a_decided_request(world, planner):
    sent = payloads(world, planner)
    writing = changing(world, planner, sent, promised)
    assert {
        "activities:activity_update",
        "activities:activity_create",
        "activities:activity_delete",
        "activities:activity_duplicate",
        "activities:activity_several",
        "activities:grid_cell",
        "activities:grid_paste",
        "activities:session_create",
        "activities:session_plan",
        "activities:session_delete",
        "plans:phase_update",
        "plans:phase_create",
        "plans:plan_update",
    } <= writing
    approve(world)
    assert changing(world, planner, sent, promised) == set()
    world.change = actions.ask(
        change=ChangeRequest(
            plan=world.plan, kind="withdraw", session=world.session, activity=world.activity, reason="agenda"
        ),
        by=world.users[Role.PLANNER],
        on=TODAY,
    )
    now = payloads(world, planner)
    assert changing(world, planner, now, promised) <= DECIDES
    assert "activities:change_detail" in changing(world, planner, now, promised)


def test_nobody_else_changes_an_approved_plan(world, planner):
    sent = payloads(world, planner)
    approve(world)
    for role in (Role.HEAD, Role.ADMINISTRATOR, Role.CONTROL):
        client = Client(raise_request_exception=True)
        client.force_login(world.users[role])
        assert changing(world, client, [*sent, *payloads(world, client)], promised) == set(), role


def test_deadline_that_was_told_moves_by_a_granted_extension_alone(world, planner):
    told = dict(world.plan.commitments.values_list("pk", "due_on"))

    def deadlines(plan):
        return told | {pk: on for pk, on in plan.commitments.values_list("pk", "due_on") if pk in told}

    names = [name for name in ROUTES if name.startswith("commitments:")]
    sent = payloads(world, planner, names)
    assert "commitments:commitment_update" in changing(world, planner, sent, deadlines)
    approve(world)
    sent += payloads(world, planner, names)
    assert changing(world, planner, sent, deadlines) == {"commitments:extension_decide"}
    for role in (Role.HEAD, Role.ADMINISTRATOR, Role.CONTROL):
        client = Client(raise_request_exception=True)
        client.force_login(world.users[role])
        assert changing(world, client, [*sent, *payloads(world, client, names)], deadlines) == set(), role


def test_closed_plan_takes_no_execution_either(world, planner):
    approve(world)
    sent = payloads(world, planner)
    assert EXECUTION - {"activities:session_explain"} <= changing(world, planner, sent, reported)
    Plan.objects.filter(pk=world.plan.pk).update(state="closed", closed_on=TODAY)
    world.plan.refresh_from_db()
    assert changing(world, planner, [*sent, *payloads(world, planner)], reported) == set()


def test_no_command_nor_import_changes_an_approved_plan(world, tmp_path):
    path = tmp_path / "plan.xlsx"
    call_command("export_plan", world.plan.slug, "--output", str(path))
    approve(world)
    before, told = promised(world.plan), dict(world.plan.commitments.values_list("pk", "due_on"))
    edited = edit(path)
    dates = ("--start", "2026-01-01", "--end", "2026-12-31")
    for file in (path, edited):
        for options in ((), ("--repair",), ("--create-missing",)):
            into = ("--entity", world.entity.slug, "--title", world.plan.title, *dates)
            run("import_plan", str(file), *into, *options)
            assert promised(world.plan) == before
    run("create_entity", "otra", "--name", "Otra")
    run("check_files", "--repair")
    run("render_report", world.plan.slug, "--kind", "final", "--output", str(tmp_path / "informe.pdf"))
    run("load_demo")
    assert promised(world.plan) == before
    assert dict(world.plan.commitments.values_list("pk", "due_on")) == told


def run(name, *args):
    with suppress(CommandError, SystemExit):  # refused, which is what is asked of it
        call_command(name, *args)


def edit(path):
    """The export with another name, another date and a row more."""
    book = load_workbook(path)
    changed = 0
    for sheet in book.worksheets:
        for row in sheet.iter_rows(min_row=2):
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("Mesa de trabajo"):
                    cell.value, changed = "Otro nombre", changed + 1
                if hasattr(cell.value, "year") and cell.value.year == 2026 and cell.value.month in (3, 4):
                    cell.value, changed = cell.value.replace(month=10), changed + 1
    assert changed
    other = path.with_name("editado.xlsx")
    book.save(other)
    return other
