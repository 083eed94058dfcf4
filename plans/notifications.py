"""What people are told about a plan's way to its approval."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_noop

from accounts.models import Role, User
from plans.models import Plan
from records import notices

notices.register("plan.turn", notices.Kind(gettext_noop("El plan «%(plan)s» espera su firma"), text="%(where)s"))
notices.register(
    "plan.returned", notices.Kind(gettext_noop("Devolvieron el plan «%(plan)s» para corregirlo"), text="%(note)s")
)
notices.register("plan.approved", notices.Kind(gettext_noop("Se aprobó el plan «%(plan)s»"), text="%(where)s"))


def tell_turn(plan: Plan, person: User, *, by: User) -> None:
    """Tells the next signatory, unless that is who acts."""
    if person != by:
        url = reverse("plans:plan_sign", args=[plan.entity.slug, plan.slug])
        notices.tell([person], "plan.turn", entity=plan.entity, url=url, plan=plan.title, where=plan.entity.name)


def tell_return(plan: Plan, people: Iterable[User | None], *, note: str, by: User) -> None:
    told = [person for person in people if person and person != by]
    url = plan.get_absolute_url()
    notices.tell(told, "plan.returned", entity=plan.entity, url=url, plan=plan.title, note=note)


def tell_approval(plan: Plan, *, by: User) -> None:
    """Tells those who answer for what it promises: planners and heads, but not who approved it."""
    people = User.objects.with_role(plan.entity, Role.PLANNER, Role.HEAD).exclude(pk=by.pk)
    notices.tell(
        people,
        "plan.approved",
        entity=plan.entity,
        url=plan.get_absolute_url(),
        plan=plan.title,
        where=plan.entity.name,
    )
