"""When a plan may still be edited."""

from django.utils.translation import gettext as _

from plans.models import Plan
from records.refusals import Refused


class Frozen(Refused):
    """The plan is approved, and what was to change is what it promises."""

    def __init__(self):
        super().__init__(
            _(
                "El plan está aprobado y lo que promete ya no se edita. Para corregirlo, vuelva el plan a borrador "
                "con un motivo: se puede mientras no tenga informes publicados."
            )
        )


def hold_draft(plan: Plan) -> None:
    """Keeps the plan a draft until the transaction ends, so that edits and approval never cross. Raises Frozen."""
    draft = Plan.objects.filter(pk=plan.pk, state=Plan.State.DRAFT)
    if not draft.update(state=Plan.State.DRAFT):
        raise Frozen
