"""Who is told that a citizen says that a promise was not kept: planning, and who answers for it."""

from datetime import date

from django.utils.text import Truncator
from django.utils.translation import gettext_noop

from accounts.models import Role, User
from commitments.models import CitizenAnswer
from commitments.people import heads_of
from display import dates
from records import notices

KIND = "answer.disputed"

notices.register(
    KIND,
    notices.Kind(
        gettext_noop("Una persona dice que no se cumplió: «%(what)s»"),
        gettext_noop("Respóndale a más tardar el %(day)s."),
        words=lambda params: {**params, "day": dates.day(date.fromisoformat(params["day"]))},
    ),
)


def tell_disputed(answer: CitizenAnswer) -> None:
    commitment = answer.commitment
    entity = commitment.plan.entity
    people = [*User.objects.with_role(entity, Role.PLANNER), *heads_of(commitment)]
    notices.tell(
        people,
        KIND,
        entity=entity,
        url=commitment.get_absolute_url(),
        what=Truncator(commitment.text).chars(120),
        day=f"{answer.reply_by}",
    )
