"""What each role may do, asked of a row, of an entity, and of the audit trail's completeness."""

from datetime import date
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts.models import AuditEntry, Membership, Role
from accounts.permissions import Permission, may, require
from activities.models import SurveyResponse
from dashboard.models import Look, Reminded
from demo.load import load
from records import audit
from records.models import Mail, Notice, Source, StoredFile
from reports.models import Picture, Stint
from tests.factories import make_activity, make_dependency, make_user


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("administrator", "read read_audit manage_users edit_entity edit_catalogues sign_report"),
        (
            "planner",
            "read read_personal edit_catalogues edit_plan approve_plan import_plan report_session record_commitment "
            "follow_commitment write_report publish_report sign_report request_change decide_change "
            "accept_return",
        ),
        ("head", "read read_personal request_change report_session record_commitment follow_commitment"),
        ("control", "read read_personal read_audit"),
    ],
)
def test_role_may_in_its_entity(entity, role, allowed):
    user = make_user(entity, role)
    assert {p.value for p in Permission if may(user, p, entity)} == set(allowed.split())


def test_outsider_gets_404_and_insider_403(entity, outsider, control):
    with pytest.raises(Http404):
        require(outsider, Permission.READ, entity)
    with pytest.raises(PermissionDenied):
        require(control, Permission.EDIT_PLAN, entity)


def test_head_reports_what_names_the_dependency_or_one_below_or_all(entity, plan, dependency, head):
    below = make_dependency(entity, "Oficina de Convivencia", parent=dependency)
    other = make_dependency(entity, "Secretaría de Hacienda")
    mine, under, of_all, foreign = (
        make_activity(plan, dependency),
        make_activity(plan, below),
        make_activity(plan, all_dependencies=True),
        make_activity(plan, other),
    )
    assert [may(head, Permission.REPORT_SESSION, one) for one in (mine, under, of_all, foreign)] == [
        True,
        True,
        True,
        False,
    ]
    assert [may(head, Permission.READ, one) for one in (mine, foreign)] == [True, True]


def test_head_of_a_part_does_not_report_the_whole(entity, plan, dependency):
    below = make_dependency(entity, "Oficina de Convivencia", parent=dependency)
    assert not may(make_user(entity, Role.HEAD, below), Permission.REPORT_SESSION, make_activity(plan, dependency))


def test_every_model_is_in_the_audit_trail():
    """A model neither registered nor exempted by name fails here."""
    # Bytes and cells say nothing by themselves: the rows that point at them are in the trail.
    # A notice or a mail tells of what is in the trail; it says nothing that the trail should keep beyond its erasure.
    # A picture of a published report is named in its snapshot, which never changes.
    # A stint is an entry of the trail that is still being written.
    # A look says when somebody read a board: reading changes nothing. What somebody was reminded of is a notice's.
    # An answer to a survey is written once, by nobody knows whom, and never changed: no trail tells of it.
    exempt = {AuditEntry, StoredFile, Source, Notice, Mail, Picture, Stint, Look, Reminded, SurveyResponse}
    ours = [app for app in apps.get_app_configs() if Path(app.path).parent == settings.BASE_DIR]
    assert {model for app in ours for model in app.get_models()} - exempt == set(audit.tracked())


@pytest.mark.once
def test_every_permission_has_an_answer_for_every_row(db):
    """No row makes `may` fail: those that say nothing of dependencies are no head's to report."""
    load(date(2026, 11, 21))
    heads = [membership.user for membership in Membership.objects.filter(role=Role.HEAD)]
    rows = [model.objects.first() for model in audit.tracked()]
    rows = [row for row in rows if row is not None and audit.entity_id_of(row) is not None]
    assert len({type(row) for row in rows}) > 15
    for row in rows:
        for permission in Permission:
            assert {may(head, permission, row) for head in heads} <= {True, False}


def test_head_may_report_in_a_plan_that_names_the_dependency(plan, dependency, head):
    assert not may(head, Permission.REPORT_SESSION, plan)
    make_activity(plan, dependency)
    assert may(head, Permission.REPORT_SESSION, plan)
    assert not may(head, Permission.EDIT_PLAN, plan)
    assert not may(head, Permission.REPORT_SESSION, plan.phases.create(number=1, name="Diagnóstico"))
