"""The promise of an address."""

from django.shortcuts import get_object_or_404

from commitments.models import Commitment
from plans.models import Plan


def commitment_or_404(plan: Plan, pk: int) -> Commitment:
    """With what its page shows at hand."""
    rows = plan.commitments.select_related("session__activity").prefetch_related("groups", "responsible", "extensions")
    commitment = get_object_or_404(rows, pk=pk)
    commitment.plan = plan  # permissions and addresses read it: no statement for each
    if commitment.session:
        commitment.session.activity.plan = plan
    return commitment
