"""What an entity promised citizens, in a space, in an instance or elsewhere, with a deadline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import MD5
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import places
from accounts.models import Dependency
from activities.models import Session
from commitments.standing import Standing, stands
from commitments.states import CLOSED, FULFILLED, OPEN, UNKEPT, State
from display.dates import Precision, short_day
from plans.models import Plan, StakeholderGroup
from records import audit
from records.locks import Revised
from records.search import Searchable, SearchableQuerySet
from records.texts import TypedText

LAST_DEADLINE = date(2099, 12, 31)  # later ones are slips, which nobody would ever see overdue
TOO_FAR = _("Revise el año: el plazo es a más tardar el 31 de diciembre de 2099.")


@dataclass(frozen=True)
class Row:
    """A commitment at a date, for lists. `days_overdue` is 0 unless it is overdue."""

    commitment: Commitment
    standing: Standing
    due_on: date  # in force at that date
    promised_for: date  # the deadline that citizens were told first
    days_overdue: int
    is_due_today: bool = False  # open, and its deadline is that day
    on: date | None = None

    @property
    def is_open(self) -> bool:
        return self.standing in (Standing.OVERDUE, Standing.OPEN)

    @property
    def is_extended(self) -> bool:
        return self.promised_for != self.due_on


class CommitmentQuerySet(SearchableQuerySet):
    def of_dependencies(self, ids):
        named = Commitment.responsible.through.objects.filter(commitment=models.OuterRef("pk"), dependency__in=ids)
        return self.filter(Q(all_dependencies=True) | models.Exists(named))

    def standing(self, as_, on):
        return self.filter(stands(as_, on))

    def at(self, on) -> list[Row]:
        return [commitment.at(on) for commitment in self.prefetch_related("extensions")]


class Commitment(Searchable, Revised):
    """A promise to citizens. `due_on` is the deadline in force today: once it is recorded, a granted extension alone
    moves it (extension.py). Overdue is computed at a date, never stored.
    """

    SEARCHED = ("code", "text", "instance")
    State, CLOSED = State, CLOSED

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="commitments", verbose_name=_("plan"))
    code = models.CharField(_("código"), max_length=30, blank=True)
    text = TypedText(_("compromiso"))
    session = models.ForeignKey(
        Session, models.PROTECT, null=True, blank=True, related_name="commitments", verbose_name=_("espacio de origen")
    )
    instance = models.CharField(_("instancia o espacio"), max_length=200, blank=True)
    groups = models.ManyToManyField(
        StakeholderGroup, blank=True, related_name="commitments", verbose_name=_("con quiénes")
    )
    made_on = models.DateField(_("adquirido el"), null=True, blank=True)
    made_precision = models.CharField(_("precisión"), max_length=5, choices=Precision.choices, default=Precision.DAY)
    due_on = models.DateField(
        _("plazo"), error_messages={"null": _("Diga hasta cuándo: todo compromiso tiene un plazo.")}
    )
    responsible = models.ManyToManyField(
        Dependency, blank=True, related_name="commitments", verbose_name=_("responsables")
    )
    all_dependencies = models.BooleanField(_("de todas las dependencias"), default=False)
    state = models.CharField(_("estado"), max_length=20, choices=State.choices, default=State.RECORDED)
    closed_on = models.DateField(_("cerrado el"), null=True, blank=True)
    closed_until = models.DateField(
        _("cerrado a más tardar el"),
        null=True,
        blank=True,
        help_text=_("De uno que se cerró en un día que nadie anotó: el último que pudo ser."),
    )
    verified_on = models.DateField(_("verificado con la ciudadanía el"), null=True, blank=True)
    reason = TypedText(_("motivo"), blank=True, help_text=_("Por qué no es viable, se incumplió o se aplaza."))
    carried_to_year = models.PositiveSmallIntegerField(_("pasa a la vigencia"), null=True, blank=True)
    carried_from = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="carried_to",
        verbose_name=_("viene de"),
    )

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("compromiso")
        verbose_name_plural = _("compromisos")
        ordering = ["due_on", "pk"]
        constraints = [
            # Long texts do not fit an index; their digests do.
            models.UniqueConstraint(
                F("plan"),
                F("instance"),
                F("made_on"),
                MD5("text"),
                name="commitment_unique",
                violation_error_message=_(
                    "Ese compromiso ya está: la misma instancia, la misma fecha, el mismo texto."
                ),
            ),
            models.UniqueConstraint(
                F("plan"),
                F("instance"),
                MD5("text"),
                condition=Q(made_on=None),
                name="commitment_undated_unique",
                violation_error_message=_("Ese compromiso ya está: la misma instancia y el mismo texto."),
            ),
            models.UniqueConstraint(
                "plan",
                "code",
                condition=~Q(code=""),
                name="commitment_code_unique",
                violation_error_message=_("El plan ya tiene un compromiso con ese código."),
            ),
            models.UniqueConstraint(
                "carried_from",
                name="commitment_carried_once",
                violation_error_message=_("Ese compromiso ya pasó a otro plan."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in CLOSED])
                & (Q(closed_on__isnull=False, closed_until=None) | Q(closed_on=None, closed_until__isnull=False))
                | Q(state__in=[state.value for state in OPEN], closed_on=None, closed_until=None),
                name="commitment_closing_dated",
                violation_error_message=_(
                    "Un compromiso cerrado dice qué día, o a más tardar cuándo; uno abierto no lleva esas fechas."
                ),
            ),
            models.CheckConstraint(
                condition=Q(state="verified", verified_on__isnull=False) | (~Q(state="verified") & Q(verified_on=None)),
                name="commitment_verification_dated",
                violation_error_message=_("Diga en qué fecha lo verificó con la ciudadanía."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[state.value for state in UNKEPT]) | Q(reason__gt=""),
                name="commitment_unkept_has_reason",
                violation_error_message=_("Diga por qué no se cumplió."),
            ),
            models.CheckConstraint(
                condition=Q(state="carried_over", carried_to_year__isnull=False)
                | (~Q(state="carried_over") & Q(carried_to_year=None)),
                name="commitment_carried_says_the_year",
                violation_error_message=_("Diga a qué vigencia pasa."),
            ),
            models.CheckConstraint(
                condition=Q(made_on=None) | Q(made_precision="month") | Q(due_on__gte=F("made_on")),
                name="commitment_due_after_made",
                violation_error_message=_("El plazo no puede ser anterior al día en que se adquirió."),
            ),
            models.CheckConstraint(
                condition=Q(due_on__lte=LAST_DEADLINE),
                name="commitment_due_in_this_century",
                violation_error_message=TOO_FAR,
            ),
        ]

    def __str__(self):
        return self.code or self.text[:80]

    def get_absolute_url(self) -> str:
        return reverse("commitments:commitment_detail", args=[self.plan.entity.slug, self.plan.slug, self.pk])

    @property
    def entity_id(self) -> int:
        return self.plan.entity_id

    @property
    def holds_deadline(self) -> bool:
        """Whether its deadline was told: from then on a granted extension alone moves it."""
        return bool(self.pk) and (self.plan.is_frozen or self.carried_from_id is not None)

    @property
    def granted(self) -> list[models.Model]:
        """Its `Extension` rows that were granted, the first before; those that were prefetched, or one statement."""
        rows = [row for row in self.extensions.all() if row.is_granted]
        return sorted(rows, key=lambda row: (row.decided_on, row.pk))

    @property
    def promised_for(self) -> date:
        """The deadline that citizens were told first; what moved it goes along to the plans that carry it on."""
        return next((row.due_before for row in self.granted), self.due_on)

    def due_in_words(self) -> str:
        """ "30 jun 2026; se prometió para el 30 abr 2026": today's, and the first when it is another."""
        first, now = self.promised_for, short_day(self.due_on)
        if first == self.due_on:
            return now
        return gettext("%(day)s; se prometió para el %(first)s") % {"day": now, "first": short_day(first)}

    def due_at(self, on: date) -> date:
        """The deadline in force at the cut-off `on`; `standing.due_at` is the same in SQL."""
        return next((row.due_before for row in self.granted if row.decided_on > on), self.due_on)

    def standing(self, on: date) -> Standing:
        """At the cut-off `on`, if made by then; `standing.stands` is the same in SQL."""
        closed = self.closed_on or self.closed_until
        if closed and closed <= on:
            return Standing.FULFILLED if self.state in FULFILLED else Standing.CLOSED
        if self.closed_until:
            return Standing.UNDATED
        return Standing.OVERDUE if self.due_at(on) < on else Standing.OPEN

    def at(self, on: date) -> Row:
        standing, due_on = self.standing(on), self.due_at(on)
        days_overdue = (on - due_on).days if standing == Standing.OVERDUE else 0
        is_due_today = standing == Standing.OPEN and due_on == on
        return Row(self, standing, due_on, self.promised_for, days_overdue, is_due_today, on)

    def is_owned(self, on: date) -> bool:
        """Whether somebody that exists on the day `on` answers for it."""
        return self.all_dependencies or any(
            unit.valid_to is None or unit.valid_to >= on for unit in self.responsible.all()
        )

    def answers_for(self, dependency: Dependency) -> bool:
        """Whether the head of `dependency` may follow it: named in it, above one named, or it is of all."""
        return self.all_dependencies or self.responsible.filter(pk__in=dependency.subtree()).exists()


audit.register(Commitment, exclude=["revision", "search_text"])
places.register(Commitment, "commitments:commitment_detail", key="pk", plan="plan", dependency="responsible")
