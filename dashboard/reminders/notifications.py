"""What a digest says, on screen and by mail, in the language of who reads it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from django.core import signing
from django.urls import reverse
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import ngettext

from accounts.models import User
from dashboard.owed import Kind, Shown, Urgency, shown
from dashboard.reminders.steps import Line
from dashboard.retrace import to_do
from display.figures import whole
from records import mail, notices

KIND = "reminders.digest"
MOST = 20  # things that a mail names; the rest is counted
PAST = (Urgency.LATE, Urgency.OVER)
SALT = "reminders.off"


def _in_words(params: dict) -> dict:
    coming = params["coming"]
    parts = [to_do(params["report"], params["explain"])]
    if params["returns"]:
        text = ngettext("falta enviar %(n)s formato", "falta enviar %(n)s formatos", params["returns"])
        parts.append(text % {"n": whole(params["returns"])})
    if promises := params.get("promises"):  # those told before have none
        text = ngettext("%(n)s compromiso por cumplir", "%(n)s compromisos por cumplir", promises)
        parts.append(text % {"n": whole(promises)})
    if coming:
        parts.append(ngettext("viene %(n)s espacio", "vienen %(n)s espacios", coming) % {"n": whole(coming)})
    return {"what": capfirst("; ".join(part for part in parts if part)), "names": " · ".join(params["names"])}


# The mail says more than a notice's.
notices.register(KIND, notices.Kind("%(what)s", "%(names)s", template="", words=_in_words))


def tell(person: User, lines: Sequence[Line], on: date) -> None:
    """One notice, and one mail to whoever has an address. `lines`: in the order in which they are told."""
    entities = list({line.entity.pk: line.entity for line in lines}.values())
    entity = entities[0] if len(entities) == 1 else None
    counts = Counter(line.owed.kind for line in lines)
    with translation.override(person.language):
        rows = shown([line.owed for line in lines[:MOST]], on)
        names = {line.owed: line.entity.name for line in lines} if entity is None else {}
        tells = [_told(row, person, names.get(row.owed)) for row in rows]
        board = _board(entity)
        (notice,) = notices.tell(
            [person],
            KIND,
            entity=entity,
            url=rows[0].url if len(lines) == 1 else board,
            report=counts[Kind.REPORT],
            explain=counts[Kind.EXPLAIN],
            returns=counts[Kind.RETURN],
            promises=counts[Kind.PROMISE],
            coming=counts[Kind.COMING],
            names=[row.name for row in rows[:3]],
        )
        if not person.email:
            return
        context = {
            "title": notices.title(notice),
            "late": [told for told in tells if told["row"].urgency in PAST],
            "coming": [told for told in tells if told["row"].urgency not in PAST],
            "hidden": len(lines) - len(rows),
            "board": _absolute(board, person),
            "choose": _absolute(reverse("reminders:choice"), person),
            "off": _absolute(reverse("reminders:off", args=[token_of(person)]), person),
        }
    whose = {"to": person.email, "recipient": person, "entity": entity, "language": person.language}
    mail.post([mail.draft("reminders", context=context, unsubscribe=context["off"], **whose)])


def _board(entity) -> str:
    return reverse("dashboard:board", args=[entity.slug]) if entity else reverse("accounts:panel")


def _told(row: Shown, person: User, entity: str | None) -> dict:
    unit = row.owed.lead_name if row.owed.lead[0] == "dependency" and row.owed.kind != Kind.RETURN else ""
    aside = [str(row.label), f"{row.when}, {row.away}", row.place, unit, entity, row.note]
    return {"row": row, "aside": " · ".join(part for part in aside if part), "url": _absolute(row.url, person)}


def _absolute(url: str, person: User) -> str:
    return notices.absolute(notices.unprefixed(url), person.language)


# --- Without signing in -----------------------------------------------------------------------------------------------


def token_of(person: User) -> str:
    """Of the link that turns off a person's reminders, and does nothing else: it stays valid as long as the mail."""
    return signing.dumps(person.pk, salt=SALT)


def person_of(token: str) -> int | None:
    try:
        return signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
