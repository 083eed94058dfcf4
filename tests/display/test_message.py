"""Sentences kept as data: written in the language of whoever reads them, when they read them."""

from datetime import date
from decimal import Decimal

import msgspec
import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy, ngettext_lazy, override

from activities.models import Activity, Session
from display.message import Day, Label, Message, Told, Value, message, message_of, value_of


def spanish_and_english(words):
    with override("en"):
        english = str(words)
    return str(words), english


@pytest.mark.parametrize(
    ("blank", "written"),
    [
        ("Marzo", ("Marzo", "Marzo")),
        (12151, ("12.151", "12,151")),
        (Decimal("4.850"), ("4,85", "4.85")),
        (date(2026, 10, 12), ("12 de octubre de 2026", "12 October 2026")),
        (Day(date(2026, 10, 31), "month"), ("octubre de 2026", "October 2026")),
        (Day(date(2000, 10, 12), "month_day"), ("12 de octubre", "12 October")),
        (Day(date(2000, 10, 1), "month_name"), ("octubre", "October")),
        (message("%(days)s a %(days)s", days=3), ("3 a 3", "3 a 3")),
        (gettext_lazy("Responsables"), ("Responsables", "Responsible departments")),
    ],
)
def test_blanks_are_written_in_the_language_of_the_moment(blank, written):
    assert spanish_and_english(message("%(blank)s", blank=blank)) == written


def test_sentence_without_blanks_keeps_its_signs_and_one_that_begins_with_a_blank_is_capitalised():
    assert str(message("La meta va con %.")) == "La meta va con %."
    assert str(message("%(date)s.", opens=True, date=Day(date(2026, 10, 31), "month"))) == "Octubre de 2026."


def test_labels_and_values_of_fields():
    assert spanish_and_english(Label("activities.activity", "name")) == ("Nombre", "Name")
    assert spanish_and_english(value_of(Activity, "all_dependencies", True)) == ("Sí", "Yes")
    assert spanish_and_english(value_of(Session, "planned_on", date(2026, 10, 12))) == (
        "12 de octubre de 2026",
        "12 October 2026",
    )
    assert spanish_and_english(value_of(Session, "planned_precision", "month"))[0] == "Solo el mes"
    assert value_of(Activity, "target_value", None) == ""
    assert value_of(Activity, "target_value", Decimal("2.00")) == Value("activities.activity", "target_value", "2.00")


def test_problem_of_a_field_is_told_in_both_languages():
    too_long = Activity._meta.get_field("number")
    with pytest.raises(ValidationError) as caught:
        too_long.clean("1" * 1000, None)
    spanish, english = spanish_and_english(message_of(caught.value.error_list[0]))
    assert spanish.startswith("Asegúrese de que este valor tenga como máximo")
    assert english.startswith("Ensure this value has at most")


def test_plural_follows_the_number_that_it_names():
    text = ngettext_lazy("%(days)s día", "%(days)s días", "days")
    told = [str(message_of(ValidationError(text, params={"days": days}))) for days in (1, 2)]
    assert told == ["1 día", "2 días"]


def test_exception_says_itself():
    error = Told("«%(words)s» no es una fecha.", words="x")
    assert (str(error), error.message) == ("«x» no es una fecha.", message("«%(words)s» no es una fecha.", words="x"))


def test_message_is_the_same_after_a_journey():
    told = message("%(a)s %(b)s %(c)s", a=date(2026, 1, 2), b=message("%(n)s", n=Decimal("1.5")), c=7)
    encoded = msgspec.msgpack.encode(told)
    assert msgspec.msgpack.decode(encoded, type=Message) == told
    assert hash(msgspec.msgpack.decode(encoded, type=Message)) == hash(told)
