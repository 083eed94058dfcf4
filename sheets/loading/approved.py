"""What is said of a row that an approved plan does not take, with advice that can be followed."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_noop as _

from display.figures import DASH
from display.message import Message, message
from plans.models import Plan
from plans.states import can_reopen
from sheets.loading.result import Change


def advice_on(plan: Plan) -> Message | None:
    """What to do instead; asks the database once. None for a plan that still takes everything."""
    if not plan.is_frozen:
        return None
    if can_reopen(plan):
        return message(
            _("Deje en la hoja lo aprobado y pida el cambio con una solicitud, o devuelva el plan a borrador.")
        )
    return message(_("Deje en la hoja lo aprobado y pida el cambio con una solicitud."))


def not_in_plan(name: object, advice: Message) -> ValidationError:
    text = _("«%(name)s» no está en el plan aprobado. %(advice)s")
    return ValidationError(text, params={"name": name, "advice": advice})


def differs(field: str, change: Change, advice: Message) -> ValidationError:
    """The error of one field, which is its `code`."""
    return ValidationError(
        _("%(field)s: el plan aprobado dice «%(before)s» y la hoja «%(after)s». %(advice)s"),
        code=field,
        params={
            "field": change.label,
            "before": change.before or DASH,
            "after": change.after or DASH,
            "advice": advice,
        },
    )
