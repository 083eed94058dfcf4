"""Writes of evaluations: an answer, what an opinion is about, and themes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

from django.db import transaction

from accounts.models import User
from activities.models import Opinion, Session, SurveyResponse, Theme
from plans.states import refuse_closed
from records.audit import acting_as


@transaction.atomic
def answer(
    *, session: Session, ratings: Mapping[str, str], opinions: Mapping[str, str], key: UUID, on: date
) -> SurveyResponse:
    """Stores what one person answered; `opinions` by question, empty ones left out. The form of a `key` is stored once,
    however often it is sent. By nobody: the trail says nothing of it."""
    response, is_new = SurveyResponse.objects.get_or_create(
        form_key=key, defaults={"session": session, "answered_on": on, **ratings}
    )
    if is_new:
        Opinion.objects.bulk_create(
            Opinion(response=response, question=question, text=text) for question, text in opinions.items() if text
        )
    return response


@transaction.atomic
def group(
    *, opinion: Opinion, themes: Collection[Theme], new_theme: str = "", is_quotable: bool, by: User, seen: int
) -> Opinion:
    """Says what an opinion is about, `new_theme` among it if it has a name, and whether it may be quoted.

    Raises Stale, or Refused when the plan is closed.
    """
    plan = opinion.response.session.activity.plan
    refuse_closed(plan)
    with acting_as(by):
        opinion.claim(seen)
        opinion.is_quotable = is_quotable
        opinion.save(update_fields=["is_quotable"])
        chosen = set(themes)
        if new_theme:
            chosen.add(plan.themes.filter(name__iexact=new_theme).first() or plan.themes.create(name=new_theme))
        opinion.themes.set(chosen)
    return opinion


@transaction.atomic
def save_theme(*, theme: Theme, by: User, seen: int | None = None) -> Theme:
    """Raises Stale, or ValidationError when the plan has one of that name."""
    refuse_closed(theme.plan)
    with acting_as(by):
        if theme.pk:
            theme.claim(seen)
        theme.validate_constraints()
        theme.save()
    return theme


@transaction.atomic
def delete_theme(*, theme: Theme, by: User) -> None:
    """The opinions that it gathered stay, without it."""
    refuse_closed(theme.plan)
    with acting_as(by):
        theme.delete()
