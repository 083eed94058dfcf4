"""A deadline moves by a decided request alone, and only from the day of the decision on."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from commitments import balance
from commitments.extensions.actions import ask_extension, grant_extension, refuse_extension
from commitments.models import Commitment, Extension
from commitments.standing import Standing, due_at, promised_for, stands
from records.models import Notice
from records.refusals import NotAllowed, NotReady, Stale
from tests.factories import make_commitment

ASKED, GRANTED = date(2026, 5, 4), date(2026, 5, 11)
FIRST, LATER = date(2026, 4, 30), date(2026, 6, 30)


@pytest.fixture
def commitment(plan, dependency):
    commitment = make_commitment(plan, due_on=FIRST)
    commitment.responsible.add(dependency)
    return commitment


def asked(commitment, by, due_on=LATER, reason="Faltan los estudios de suelo"):
    return ask_extension(commitment=commitment, due_on=due_on, reason=reason, on=ASKED, by=by)


@pytest.mark.parametrize(
    ("on", "due_on", "standing"),
    [
        (FIRST, FIRST, Standing.OPEN),
        (date(2026, 5, 10), FIRST, Standing.OVERDUE),  # asked, not decided
        (GRANTED, LATER, Standing.OPEN),
        (LATER, LATER, Standing.OPEN),
        (date(2026, 7, 1), LATER, Standing.OVERDUE),
    ],
)
def test_deadline_at_a_cut_off_is_the_one_in_force_then(commitment, head, planner, on, due_on, standing):
    grant_extension(extension=asked(commitment, head), on=GRANTED, by=planner)
    commitment.refresh_from_db()
    assert (commitment.due_on, commitment.promised_for) == (LATER, FIRST)
    assert (commitment.due_at(on), commitment.standing(on)) == (due_on, standing)
    rows = Commitment.objects.annotate(then=due_at(on), told=promised_for())
    assert rows.values_list("then", "told").get() == (due_on, FIRST)
    assert [each for each in Standing if rows.filter(stands(each, on))] == [standing]


def test_two_extensions_are_told_one_after_the_other(commitment, planner):
    grant_extension(extension=asked(commitment, planner), on=GRANTED, by=planner)
    commitment.refresh_from_db()
    last = date(2026, 9, 30)
    grant_extension(extension=asked(commitment, planner, last), on=date(2026, 6, 1), by=planner)
    commitment.refresh_from_db()
    days = [commitment.due_at(on) for on in (ASKED, GRANTED, date(2026, 5, 31), date(2026, 6, 1))]
    assert days == [FIRST, LATER, LATER, last]
    assert commitment.promised_for == FIRST


def test_kept_in_time_is_counted_against_both_deadlines(plan, commitment, planner):
    grant_extension(extension=asked(commitment, planner), on=GRANTED, by=planner)
    Commitment.objects.update(state="reported_done", closed_on=date(2026, 6, 2))
    found = balance.of_plan(plan, date(2026, 7, 31))
    assert (found.kept_on_time, found.kept_late, found.kept_as_promised) == (1, 0, 0)
    assert balance.of_plan(plan, date(2026, 5, 10)).overdue == 1


def test_refused_moves_nothing_and_says_why(commitment, head, planner):
    extension = asked(commitment, head)
    with pytest.raises(NotReady, match="Diga por qué se niega"):
        refuse_extension(extension=extension, on=GRANTED, by=planner, note=" ")
    refuse_extension(extension=extension, on=GRANTED, by=planner, note="Ya hubo tiempo", seen=0)
    commitment.refresh_from_db()
    assert commitment.due_on == FIRST
    assert list(Notice.objects.order_by("pk").values_list("recipient", "kind")) == [
        (planner.pk, "extension.requested"),
        (head.pk, "extension.refused"),
    ]


def test_what_cannot_be_asked_says_so(commitment, head):
    with pytest.raises(ValidationError, match="es para después del plazo"):
        asked(commitment, head, FIRST)
    with pytest.raises(ValidationError, match="Diga por qué"):
        asked(commitment, head, reason=" ")
    asked(commitment, head)
    with pytest.raises(ValidationError, match="Ya hay una prórroga por decidir"):
        asked(commitment, head)
    Extension.objects.all().delete()
    Commitment.objects.update(state="reported_done", closed_on=ASKED)
    commitment.refresh_from_db()
    with pytest.raises(NotReady, match="ya está cerrado"):
        asked(commitment, head)


def test_only_planning_decides_and_only_once(commitment, head, planner):
    extension = asked(commitment, head)
    with pytest.raises(NotAllowed):
        grant_extension(extension=extension, on=GRANTED, by=head)
    extension.refresh_from_db()
    extension.commitment.refresh_from_db()
    grant_extension(extension=extension, on=GRANTED, by=planner, seen=0)
    again = Extension.objects.get()
    with pytest.raises(Stale):
        grant_extension(extension=again, on=GRANTED, by=planner, seen=0)


def test_promise_closed_meanwhile_is_not_extended(commitment, head, planner):
    extension = asked(commitment, head)
    Commitment.objects.update(state="reported_done", closed_on=ASKED, revision=5)
    with pytest.raises(NotReady, match="ya está cerrado"):
        grant_extension(extension=Extension.objects.get(), on=GRANTED, by=planner)
    assert Extension.objects.get().state == "requested"
    assert extension.due_before == FIRST
