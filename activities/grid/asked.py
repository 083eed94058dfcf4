"""The names of a pasted block that nobody has: whose each is, asked once, and made when the person wants it."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.db import models

from accounts.actions import save_dependency
from accounts.models import Dependency, User
from activities.grid.block import Sent
from activities.grid.catalogue import KINDS, Catalogue, Unknown, Unread
from display.text import normalise
from matrices.reading.cells import split_number
from matrices.reading.vocabulary import stage_of
from plans import structure
from plans.models import CyclePhase, Plan, StakeholderGroup
from records.refusals import Refused

CREATE, EMPTY = "crear", "vacio"


@dataclass
class Ask:
    """A name that nobody has. `choice`: the key of a row, CREATE, EMPTY, or "" while nobody answered."""

    id: str
    kind: str
    name: str
    near: list[models.Model]
    others: list[models.Model]
    choice: str
    is_proposed: bool


def answered(texts: dict[int, dict[str, str]], sent: Sent, catalogue: Catalogue, may_create: bool) -> list[Ask]:
    """The unknown names, each once; what is answered of them goes into the catalogue."""
    asks: dict[tuple[str, str], Ask] = {}
    rows = {"phase": catalogue.phases, "lead": catalogue.dependencies, "groups": catalogue.groups}
    for kind, text in {(kind, row[kind]) for row in texts.values() for kind in KINDS if row.get(kind)}:
        while True:
            try:
                catalogue.read(kind, text)
                break
            except Unknown as error:
                key = kind, normalise(error.name)
                if key in catalogue.answers:
                    break
                asks[key] = _ask(error, sent, catalogue, may_create)
                catalogue.answers[key] = None  # so that the next name of the cell is found
            except Unread:
                break
    for at, (key, ask) in enumerate(asks.items(), start=1):
        del catalogue.answers[key]
        if ask.choice == CREATE:
            row = made(catalogue.plan, ask.kind, ask.name, catalogue, key=-at)
            rows[ask.kind][-at] = row
            catalogue.answers[key] = row
        elif ask.choice == EMPTY:
            catalogue.answers[key] = None
        elif ask.choice:
            catalogue.answers[key] = rows[ask.kind][int(ask.choice)]
    return sorted(asks.values(), key=lambda ask: (KINDS.index(ask.kind), ask.name))


def _ask(error: Unknown, sent: Sent, catalogue: Catalogue, may_create: bool) -> Ask:
    key = f"{error.kind}-{sha256(normalise(error.name).encode()).hexdigest()[:12]}"
    closest, near = catalogue.closest(error.kind, error.name), catalogue.near(error.kind, error.name)
    others = [row for row in dict.fromkeys(catalogue.known[error.kind].values()) if row not in near]
    options = {EMPTY, *(str(row.pk) for row in (*near, *others)), *([CREATE] if may_create else [])}
    choice = sent.names.get(key, str(closest.pk) if closest else "")
    return Ask(key, error.kind, error.name, near, others, choice if choice in options else "", key not in sent.names)


def made(plan: Plan, kind: str, name: str, catalogue: Catalogue, key: int | None = None) -> models.Model:
    if kind == "phase":
        name = split_number(name)[1] or name
        number = max((phase.number for phase in catalogue.phases.values()), default=0) + 1
        return CyclePhase(pk=key, plan=plan, number=number, name=name, stage=stage_of(name))
    model = Dependency if kind == "lead" else StakeholderGroup
    return model(pk=key, entity=plan.entity, name=name)


def store(row: models.Model, by: User) -> models.Model:
    try:
        if isinstance(row, CyclePhase):
            return structure.save_part(part=row, by=by)
        if isinstance(row, Dependency):
            return save_dependency(dependency=row, by=by)
        return structure.save_group(group=row, by=by)
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error
