"""The texts of a draft, saved one by one while several people write, and the trail of who wrote what.

A form says of each text the digest of what was read (docs/adr/0016): a text is written over that alone, so that two
writers of different texts never meet and of two writers of the same text the second is shown both.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from records import audit
from records.refusals import Stale
from reports import signing, texts
from reports.models import Report, Stint

Written = str | list[str]
CUTOFF = "cutoff"  # its key among what was seen, beside the names of texts
REST = timedelta(minutes=10)  # a writer who lets a text rest for so long has finished a stint
ROUNDS = 20  # other texts saved between our reading and our writing


@dataclass(frozen=True, slots=True)
class Conflict:
    """What somebody else saved over what was read."""

    stored: str  # as a form shows it
    digest: str
    by: User | None  # None: when is no longer known
    at: datetime | None


def typed(text: Written | None) -> str:
    """A stored text as a form shows it: a point per line."""
    return "\n".join(text) if isinstance(text, list) else text or ""


def digest(text: Written | None) -> str:
    return hashlib.sha256(typed(text).encode()).hexdigest()[:16]


def seen_of(report: Report) -> dict[str, str]:
    """What a form that is opened now has read, by the names of `save`."""
    asked = texts.asked(report, every=True)
    read = {name: digest(report.narrative.get(name)) for name in asked}
    return {**read, CUTOFF: report.cutoff.isoformat()}


def save(
    *, report: Report, narrative: Mapping[str, Written], seen: Mapping[str, str], cutoff: date | None = None, by: User
) -> dict[str, Conflict]:
    """Saves each text that the person changed, if it still is what they read; else leaves it and returns its conflict.

    `seen`: by name the digest of what was read, and the day under "cutoff". `report` is brought up to date. Raises
    Stale when it is no draft any more, ValidationError for a text that is too much.
    """
    if unknown := narrative.keys() - texts.asked(report, every=True).keys():
        raise ValueError(f"Not texts of a report: {', '.join(sorted(unknown))}")
    texts.check(dict(narrative))
    for _round in range(ROUNDS):
        report.refresh_from_db(fields=["narrative", "cutoff", "state", "revision"])
        if report.state != Report.State.DRAFT:
            raise Stale(_("Este informe ya está publicado: lo que escribió no se guardó. Cópielo para una corrección."))
        changed, conflicts = _compared(report, narrative, seen)
        moved = cutoff is not None and cutoff != report.cutoff
        if moved and seen.get(CUTOFF) != report.cutoff.isoformat():
            # A day that was only read is no change of this person.
            moved = False
            if seen.get(CUTOFF) != cutoff.isoformat():
                conflicts[CUTOFF] = Conflict(report.cutoff.isoformat(), report.cutoff.isoformat(), None, None)
        if not changed and not moved:
            return conflicts
        try:
            _store(report, changed, cutoff if moved else None, by)
        except Stale:  # somebody saved another text in between
            continue
        return conflicts
    raise Stale


def seen_after(report: Report, narrative: Mapping[str, Written], seen: Mapping[str, str]) -> dict[str, str]:
    """What the form that sent `narrative` has read after `save`; of what is stored otherwise, what it had read."""
    now = seen_of(report)
    return {
        name: now[name] if typed(text) == typed(report.narrative.get(name)) else seen.get(name, "")
        for name, text in narrative.items()
    }


def _compared(
    report: Report, narrative: Mapping[str, Written], seen: Mapping[str, str]
) -> tuple[dict[str, Written], dict[str, Conflict]]:
    changed, conflicts = {}, {}
    for name, text in narrative.items():
        stored = report.narrative.get(name)
        if typed(text) == typed(stored) or digest(text) == seen.get(name):  # saved already · only read
            continue
        if digest(stored) == seen.get(name):
            changed[name] = text
        else:
            stint = report.stints.filter(name=name).select_related("writer").first()
            conflicts[name] = Conflict(typed(stored), digest(stored), stint and stint.writer, stint and stint.saved_at)
    return changed, conflicts


@transaction.atomic
def _store(report: Report, changed: Mapping[str, Written], cutoff: date | None, by: User) -> None:
    report.claim(state=Report.State.DRAFT)
    now = timezone.now()
    signing.void(report, by=by)
    for name in changed:
        _note(report, name, by, now)
    if changed:
        report.narrative = {**report.narrative, **changed}
        with audit.record_at_once(by=by):  # the stints tell of it
            report.save(update_fields=["narrative"])
    if cutoff:
        report.cutoff = cutoff
        with audit.acting_as(by):
            report.save(update_fields=["cutoff"])


# --- The trail: an entry per text and stint of a writer, not per autosave ---------------------------------------------


def _note(report: Report, name: str, by: User, now: datetime) -> None:
    """Goes on with this person's stint in a text, or ends another's and begins theirs. Before the text changes."""
    own = report.stints.filter(name=name, writer=by, saved_at__gte=now - REST)
    if own.update(saved_at=now):
        return
    end(report.stints.filter(name=name))
    Stint.objects.create(
        report=report, name=name, writer=by, before=report.narrative.get(name), began_at=now, saved_at=now
    )


@transaction.atomic
def end(stints: models.QuerySet) -> None:
    """Writes what each writer made of a text into the trail, under their name: what was before and what is now."""
    ended = list(stints.select_for_update().order_by("pk"))
    # Read after the lock: from then on nobody changes these texts without ending the stints first.
    reports = Report.objects.select_related("plan").in_bulk({stint.report_id for stint in ended})
    writers = User.objects.in_bulk({stint.writer_id for stint in ended})
    for stint in ended:
        report = reports[stint.report_id]
        after = report.narrative.get(stint.name)
        if typed(stint.before) != typed(after):
            change = {"narrative": ({stint.name: stint.before or ""}, {stint.name: after or ""})}
            audit.write([audit.Act(report, audit.UPDATE, change)], by=writers[stint.writer_id])
    Stint.objects.filter(pk__in=[stint.pk for stint in ended]).delete()


def end_rested(*, on: datetime | None = None) -> None:
    """Ends the stints of those who stopped writing. May run at any time, and twice."""
    end(Stint.objects.filter(saved_at__lt=(on or timezone.now()) - REST))
