"""A plan that is approved keeps what it promises; approving and reopening: test_approval.py."""

import pytest

from plans.models import Plan
from plans.states import Frozen, hold_draft
from tests.factories import make_plan


def test_draft_is_held_as_it_is(plan):
    before = Plan.objects.values().get()
    hold_draft(plan)
    assert Plan.objects.values().get() == before


def test_approved_plan_is_frozen_however_it_looks_in_hand(plan):
    make_plan(plan.entity)  # a draft of somebody else
    Plan.objects.filter(pk=plan.pk).update(state="approved", approved_on=plan.starts_on)
    assert plan.state == "draft"
    with pytest.raises(Frozen) as refused:
        hold_draft(plan)
    assert refused.value.messages == [
        "El plan está aprobado y lo que promete ya no se edita. Pida el cambio con una solicitud; o, mientras no "
        "tenga informes publicados, vuelva el plan a borrador con un motivo."
    ]
    assert Plan.objects.get(pk=plan.pk).state == "approved"
