"""What people are told about reports."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_noop

from accounts.models import Entity, Role, User
from records import notices
from records.models import SignOff
from reports import documents, periods
from reports.models import Report


def _in_words(params: dict) -> dict:
    return {**params, "kind": documents.known()[params["kind"]].name, "period": periods.words(params["period"])}


notices.register(
    "report.published",
    notices.Kind(
        gettext_noop("Se publicó el informe %(number)s: %(kind)s, %(period)s"), text="%(plan)s", words=_in_words
    ),
)
notices.register(
    "reports.archived",
    notices.Kind(gettext_noop("Está listo el archivo de los informes que la entidad publicó en %(year)s")),
)
notices.register(
    "report.drafted",
    notices.Kind(
        gettext_noop("Se cerró el mes: está el borrador de %(kind)s, %(period)s"), text="%(plan)s", words=_in_words
    ),
)


def tell_draft(report: Report) -> None:
    """Tells the planners, who write it."""
    entity = report.plan.entity
    facts = {"kind": report.kind, "period": report.period, "plan": report.plan.title}
    planners = User.objects.with_role(entity, Role.PLANNER)
    notices.tell(planners, "report.drafted", entity=entity, url=report.get_absolute_url(), **facts)


def tell_archive(entity: Entity, year: int, *, to: User) -> None:
    url = reverse("archive:year_list", args=[entity.slug])
    notices.tell([to], "reports.archived", entity=entity, url=url, year=str(year))


def tell_publication(report: Report, *, by: User | None) -> None:
    """Tells planners and administrators, but not who published it. Call it in the transaction that publishes."""
    entity = report.plan.entity
    people = User.objects.with_role(entity, Role.PLANNER, Role.ADMINISTRATOR).exclude(pk=by and by.pk)
    facts = {"number": report.number, "kind": report.kind, "period": report.period, "plan": report.plan.title}
    notices.tell(people, "report.published", entity=entity, url=report.get_absolute_url(), **facts)


def _in_lower(params: dict) -> dict:
    words = _in_words(params)
    return {**words, "kind": str(words["kind"]).lower()}


def _signed(params: dict) -> dict:
    return {**_in_lower(params), "stage": str(SignOff.Stage(params["stage"]).label).lower()}


notices.register(
    "report.signed",
    notices.Kind(gettext_noop("%(who)s firmó el %(kind)s de %(period)s (%(stage)s)"), text="%(plan)s", words=_signed),
)
notices.register(
    "report.returned",
    notices.Kind(gettext_noop("%(who)s le devolvió el %(kind)s de %(period)s"), text="%(note)s", words=_in_lower),
)
notices.register(
    "report.signature_void",
    notices.Kind(
        gettext_noop("Se anuló su firma: %(who)s cambió el %(kind)s de %(period)s"), text="%(plan)s", words=_in_lower
    ),
)


def tell_signature(report: Report, signed: SignOff, *, by: User) -> None:
    """Tells planners and administrators, who sign what comes next."""
    people = User.objects.with_role(report.plan.entity, Role.PLANNER, Role.ADMINISTRATOR).exclude(pk=by.pk)
    _tell(report, people, "report.signed", by, stage=signed.stage)


def tell_return(report: Report, people: Iterable[User], *, note: str, by: User) -> None:
    _tell(report, people, "report.returned", by, note=note)


def tell_void(report: Report, people: Iterable[User], *, by: User) -> None:
    _tell(report, people, "report.signature_void", by)


def _tell(report: Report, people: Iterable[User], kind: str, by: User, **more) -> None:
    facts = {"who": by.full_name, "kind": report.kind, "period": report.period, "plan": report.plan.title, **more}
    told = [person for person in people if person.pk != by.pk]
    notices.tell(told, kind, entity=report.plan.entity, url=report.get_absolute_url(), **facts)
