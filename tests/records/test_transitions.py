"""The tables of states, read as tables; and the machine that runs them."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import AuditEntry
from commitments.states import COMMITMENTS
from plans.states import PLANS
from records.refusals import NotReady, Stale
from records.transitions import Machine, Transition
from reports.models import RenderJob
from reports.states import JOBS, REPORTS
from tests.factories import make_activity, make_commitment, make_session

TELLS, DECIDES = "follow_commitment", "edit_plan"


def table(machine):
    return {key: transition.permission for key, transition in machine.table.items()}


def test_plan_goes_from_draft_to_approved_and_back():
    assert table(PLANS) == {("draft", "approved"): "approve_plan", ("approved", "draft"): "approve_plan"}


def test_report_is_published_and_superseded_by_who_may_publish():
    assert table(REPORTS) == {("draft", "published"): "publish_report", ("published", "superseded"): "publish_report"}


def test_job_is_moved_by_workers_alone():
    assert table(JOBS) == {
        ("queued", "running"): None,
        ("queued", "queued"): None,
        ("queued", "failed"): None,
        ("running", "queued"): None,
        ("running", "done"): None,
        ("running", "failed"): None,
    }


def test_commitment_is_told_by_who_follows_it_and_decided_by_planning():
    told = {"in_progress", "reported_done", "partly_done", "not_viable"}
    still = ["recorded", "in_progress", "partly_done"]
    assert table(COMMITMENTS) == {
        **{(state, to): TELLS for state in still for to in told if to != state},
        **{(state, to): DECIDES for state in still for to in ("breached", "carried_over")},
        ("reported_done", "verified"): DECIDES,
        **{
            (state, "in_progress"): DECIDES
            for state in ("reported_done", "verified", "not_viable", "breached", "carried_over")
        },
    }


@pytest.mark.parametrize("machine", [PLANS, REPORTS, JOBS, COMMITMENTS])
def test_every_state_of_a_table_exists_and_can_be_reached_or_left(machine):
    states = {PLANS: "draft approved", REPORTS: "draft published superseded"}.get(machine, "").split()
    named = {state for key in machine.table for state in key}
    assert named == set(states) if states else len(named) > 3


def test_move_by_somebody_without_the_right_changes_nothing(plan, control):
    commitment = make_commitment(plan)
    with pytest.raises(PermissionDenied):
        COMMITMENTS.move(commitment, "in_progress", by=control, on=date(2026, 4, 1))
    commitment.refresh_from_db()
    assert (commitment.state, commitment.revision) == ("recorded", 0)


def test_move_that_is_no_persons_is_refused_to_every_person(plan, planner):
    machine = Machine(Transition("draft", "approved"), may=lambda *_asked: True)
    with pytest.raises(PermissionDenied):
        machine.move(plan, "approved", by=planner)
    plan.refresh_from_db()
    assert (plan.state, plan.revision) == ("draft", 0)


def test_move_of_a_row_that_somebody_else_moved_first_is_stale(plan, planner):
    first, second = make_commitment(plan), plan.commitments.get()
    COMMITMENTS.move(first, "in_progress", by=planner, on=date(2026, 4, 1))
    with pytest.raises(Stale):
        COMMITMENTS.move(second, "reported_done", by=planner, on=date(2026, 4, 2))
    assert plan.commitments.get().state == "in_progress"


def test_move_without_what_must_hold_names_each_field(plan, planner):
    with pytest.raises(NotReady) as refused:
        COMMITMENTS.move(make_commitment(plan), "carried_over", by=planner, on=date(2026, 1, 1))
    assert refused.value.message_dict == {
        "reason": ["Diga por qué."],
        "carried_to_year": ["Diga a qué vigencia pasa."],
        "on": ["Es anterior al día en que se reportó o se adquirió."],
    }
    assert plan.commitments.get().revision == 0


def test_move_with_a_verb_leaves_one_entry_with_what_changed(plan, planner):
    make_session(make_activity(plan))
    PLANS.move(plan, "approved", by=planner, on=date(2026, 1, 15), reason="")
    AuditEntry.objects.get(verb="plan.approve")
    assert not AuditEntry.objects.filter(verb="plan.update").exists()


def test_step_of_a_job_that_another_attempt_holds_changes_nothing(plan, planner):
    report = plan.reports.create(kind="final", period="2026", cutoff=date(2026, 12, 31))
    job = RenderJob.objects.create(report=report, purpose="preview", state="running", attempt=2)
    late = RenderJob.objects.filter(pk=job.pk, attempt=1)
    assert JOBS.step(late, "running", "done", at=timezone.now()) is False
    assert JOBS.step(RenderJob.objects.filter(pk=job.pk, attempt=2), "running", "done", at=timezone.now()) is True
    job.refresh_from_db()
    assert (job.state, job.progress) == ("done", 100)
