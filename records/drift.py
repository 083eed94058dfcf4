"""What was published of a row, and a change of it would contradict: said before it is saved.

The app that publishes registers, for a model, how to find that; whoever changes rows asks here and knows no report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from hashlib import sha256

from django.db import models, transaction

from display.message import Message
from records.refusals import Refused

ACCEPTED = "published_differs"  # of the button with which a person goes on

# The sentences of each row, as it is in memory (`gone`: once it is deleted); the rows are of one plan.
Compare = Callable[[Sequence[models.Model], bool], list[list[Message]]]
# Of the plan of a row: None when nothing of it is published.
Opener = Callable[[models.Model], Compare | None]
OPENERS: dict[type[models.Model], Opener] = {}
# In SQL, whether anything of a plan is published: who reads the plan with it (`plan.is_published`) spares a look.
IS_PUBLISHED: list[Callable[[models.OuterRef], models.Exists]] = []


def register(model: type[models.Model], opener: Opener) -> None:
    OPENERS[model] = opener


def is_published(plan: models.OuterRef) -> models.Q:
    return models.Q(*(of(plan) for of in IS_PUBLISHED), _connector=models.Q.OR)


class Contradicted(Refused):
    """A published document says otherwise, and the person has not been told: `digest` is of what they are told."""

    def __init__(self, sentences: list[str]):
        super().__init__(sentences)
        self.digest = sha256("\n".join(sentences).encode()).hexdigest()[:16]


def of_deletion(row: models.Model) -> list[str]:
    """What is said before deleting a row."""
    compare = _opened(row)
    return [str(sentence) for sentence in compare([row], True)[0]] if compare else []


Pair = tuple[models.Model | None, models.Model]  # the row before, None for a new one; after


def of_changes(pairs: Sequence[Pair]) -> list[list[Message]]:
    """What each change adds to what is contradicted already."""
    compare = _opened(pairs[0][1]) if pairs else None
    return _added(compare, pairs) if compare else [[] for _pair in pairs]


def _opened(row: models.Model | None) -> Compare | None:
    opener = OPENERS.get(type(row))
    return opener(row) if opener else None


def _added(compare: Compare, pairs: Sequence[Pair]) -> list[list[Message]]:
    after = compare([row for _before, row in pairs], False)
    stored = [before for before, _row in pairs if before is not None]
    known = iter(compare(stored, False) if stored and any(after) else [[]] * len(stored))
    before = [[] if row is None else next(known) for row, _after in pairs]
    return [[each for each in told if each not in was] for told, was in zip(after, before, strict=True)]


@contextmanager
def said_before(row: models.Model | None, accepted: str) -> Iterator[None]:
    """Around what changes `row`: undoes it, the row in memory too, and raises Contradicted unless `accepted` is the
    digest of what the person was told."""
    compare = _opened(row)
    if compare is None:
        yield
        return
    before = type(row)._base_manager.filter(pk=row.pk).first() if row.pk else None
    kept, state = row.__dict__.copy(), copy(row._state)
    try:
        with transaction.atomic():
            yield
            [told] = _added(compare, [(before, row)])
            if told and (error := Contradicted([str(sentence) for sentence in told])).digest != accepted:
                raise error
    except Contradicted:
        row.__dict__.clear()
        row.__dict__.update(kept | {"_state": state})
        raise
