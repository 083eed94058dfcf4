"""What the report of a space asks besides the space itself: each part is drawn, checked and saved with it.

Parts register themselves, those of higher rooms too: this one knows no commitment.
"""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.db import models
from django.http import QueryDict

from accounts.models import User
from activities.models import Session
from plans.models import StakeholderGroup
from records.audit import Act, Pair


class Part:
    """Rows that a report adds to a space, at most `MOST` at once; the first form stands open, the rest folded."""

    name = ""  # opens the names of its fields
    legend = ""
    another = ""  # of the fold of the next form
    more = ""  # where the rest are added
    MOST = 4
    form: type[forms.Form]
    is_held = False  # whether the rows of `hold` are locked

    def __init__(self, session: Session, by: User, groups: list[StakeholderGroup], data: QueryDict | None = None):
        """`groups`: those of the activity."""
        self.session, self.by, self.groups = session, by, groups
        self.forms = [
            # One that nobody typed misses nothing, also when the page is shown again for another mistake.
            self.form(data, prefix=f"{self.name}-{n}", empty_permitted=True, use_required_attribute=False)
            for n in range(self.MOST)
        ]

    @classmethod
    def is_asked(cls, session: Session, by: User) -> bool:
        return True

    @property
    def typed(self) -> list[forms.Form]:
        return [form for form in self.forms if form.has_changed()]

    @property
    def is_open(self) -> bool:
        return bool(self.typed)

    def check(self) -> list[str]:
        """A sentence for each mistake, once the report has read the space."""
        found: list[str] = []
        for n, form in enumerate(self.forms, start=1):
            if form.has_changed():
                form.is_valid()
                self.check_one(form)
                for name, sentences in form.errors.items():
                    found += [f"{self.legend}, {n} · {form.fields[name].label}: {each}" for each in sentences]
        return found

    def check_one(self, form: forms.Form) -> None:
        """Adds the errors that need the space to be known."""

    def hold(self) -> models.QuerySet | None:
        """Rows that its save needs locked, with the write of the space itself: no statement for it. None needs none."""

    def save(self) -> Iterable[Pair | Act]:
        """Inside the transaction of the report: what it wrote, for the trail."""
        raise NotImplementedError


PARTS: list[type[Part]] = []


def register(part: type[Part]) -> type[Part]:
    PARTS.append(part)
    return part


def parts_of(session: Session, by: User, groups: list[StakeholderGroup], data: QueryDict | None) -> list[Part]:
    """Those that a person may fill in. What nobody typed costs no statement."""
    return [part(session, by, groups, data) for part in PARTS if part.is_asked(session, by)]
