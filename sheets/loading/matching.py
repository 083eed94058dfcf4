"""Joins the facts of activities and sessions to the stored rows that they are about."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from sheets.loading.facts import ActivityFacts, SessionFacts
from sheets.loading.stored import Stored
from sheets.reading.ledger import Ledger


def match_activity(facts: ActivityFacts, stored: Stored) -> None:
    """Find the stored activity; what the row does not say about its dependencies stays."""
    facts.known = known = stored.activity_of(facts)
    if known and facts.units is not None and not facts.source.responsible:  # only the block speaks: it leads
        facts.units += [unit for unit in known.units_now if unit not in facts.units]
    if not facts.source.responsible and not facts.values.get("all_dependencies"):
        facts.values.pop("all_dependencies", None)


def match_session(facts: SessionFacts, stored: Stored, ledger: Ledger) -> bool:
    """Find the stored session; False when neither the file nor the plan has anything of that date."""
    values, known = facts.values, facts.activity.known
    if known:
        facts.known = stored.sessions.get((known.pk, values["planned_on"], values["planned_precision"]))
    executed = values.get("executed_units")
    if facts.known is None:
        planned = values.setdefault("planned_units", facts.units)
        if not planned and not executed:
            return False
    else:
        planned = values.get("planned_units", facts.known.planned_units)
        if executed and facts.known.held_on:  # the day that somebody reported is more exact than a month
            values.pop("held_on")
            values.pop("held_precision")
    if executed and not facts.activity.outside:
        where = facts.where("executed_units")
        if not planned:
            ledger.warn(where, _("Se ejecutó y no estaba programada: queda como jornada adicional."))
        elif executed > planned:
            ledger.warn(
                where,
                _("Se ejecutaron %(executed)s y había %(planned)s programadas: el exceso se muestra aparte.")
                % {"executed": executed, "planned": planned},
            )
    return True


def tell_unmentioned(
    activities: Sequence[ActivityFacts], sessions: Sequence[SessionFacts], stored: Stored, ledger: Ledger
) -> None:
    """Sessions that the plan has on other dates stay, and the person is told."""
    named = {session.known.pk for session in sessions if session.known}
    with_dates = {id(session.activity) for session in sessions}
    by_activity: dict[int, int] = {}
    for session in stored.sessions.values():
        if session.pk not in named and session.planned_units:
            by_activity[session.activity_id] = by_activity.get(session.activity_id, 0) + 1
    for one in activities:
        if one.known and id(one) in with_dates and (count := by_activity.get(one.known.pk)):
            ledger.warn(
                one.place,
                _("El plan tiene %(count)s jornadas de esta actividad en fechas que la hoja no trae: se conservan.")
                % {"count": count},
            )
