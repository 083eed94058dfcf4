"""Reminders over a whole month, on a clock that moves: the exact list of mails."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from accounts.models import Role
from activities.models import Session
from dashboard.models import Reminded
from dashboard.tasks import send_reminders
from records.models import Mail
from tests.factories import make_activity, make_dependency, make_plan, make_session, make_user

BOGOTA = ZoneInfo("America/Bogota")


def december(day: int) -> date:
    return date(2026, 12, day)


@pytest.fixture
def people(entity, dependency):
    """By name. Nobody directs Oficina de Paz nor Prensa, and Archivo is no more since October."""

    def somebody(name: str, role: str, unit=None):
        person = make_user(entity, role, unit)
        person.full_name, person.email = name, f"{name.lower()}@example.org"
        person.save()
        return person

    treasury = make_dependency(entity, "Hacienda")
    retired = make_dependency(entity, "Archivo", parent=treasury, valid_to=date(2026, 9, 30))
    make_dependency(entity, "Oficina de Paz", parent=dependency)
    make_dependency(entity, "Prensa")
    found = {
        "Ana": somebody("Ana", Role.HEAD, dependency),
        "Beto": somebody("Beto", Role.HEAD, treasury),
        "Viejo": somebody("Viejo", Role.HEAD, retired),
        "Clara": somebody("Clara", Role.PLANNER),
        "Ida": somebody("Ida", Role.PLANNER),
    }
    found["Ida"].is_active = False
    found["Ida"].save()
    found["Beto"].language = "en"
    found["Beto"].save()
    return found


@pytest.fixture
def spaces(entity, people):
    """Of December, by the name of their activity."""
    plan = make_plan(entity, state="approved", approved_on=date(2026, 1, 2))
    units = {unit.name: unit for unit in entity.dependencies.all()}

    def space(name: str, unit: str, day: date, **fields) -> Session:
        return make_session(make_activity(plan, units[unit], name=name), day, **fields)

    rows = [
        space("Foro", "Secretaría de Gobierno", december(9)),  # reported on the 15th
        space("Mesa", "Oficina de Paz", december(7)),  # nobody ever says anything; its head is that of the unit above
        space("Feria", "Hacienda", december(8)),  # on a holiday; reported on the 11th
        space("Boletín", "Prensa", december(31), planned_precision="month"),  # of no head and nothing above
        space("Inventario", "Archivo", december(24)),  # its unit is no more; carried over on the 23rd
        space("Retirado", "Secretaría de Gobierno", december(10), withdrawn_on=date(2026, 11, 20)),
        space("Hecho", "Secretaría de Gobierno", december(10), executed_units=1, held_on=date(2026, 11, 30)),
        space("Llevado", "Secretaría de Gobierno", december(10), carried_to_year=2027),
        space("Movido", "Hacienda", december(16)),  # on the 13th, to the 21st
        space("Antiguo", "Secretaría de Gobierno", date(2026, 2, 10)),  # seen on the board alone
    ]
    draft = make_plan(entity)
    make_session(make_activity(draft, units["Hacienda"], name="Borrador"), december(10))
    return {row.activity.name: row for row in rows}


def pass_through(first: date, last: date, happens: dict | None = None) -> list[str]:
    """Lives those days, the schedule running twice at several hours; the mails of each."""
    told, day = [], first
    while day <= last:
        for hour in (5, 7, 11, 17, 21):
            with time_machine.travel(datetime(day.year, day.month, day.day, hour, 30, tzinfo=BOGOTA), tick=False):
                for _worker in range(2):
                    send_reminders()
        told += mails_of(day)
        if happens and (event := happens.get(day)):
            event()
        day += timedelta(days=1)
    return told


def mails_of(day: date) -> list[str]:
    """ "02 Ana: Mesa 07 before", with the day of each space."""
    found = []
    for mail in Mail.objects.filter(created_at__date=day).order_by("to"):
        rows = Reminded.objects.filter(person=mail.recipient, on=day).order_by("due_on", "target_id")
        lines = ", ".join(f"{row.target.activity.name} {row.due_on:%d} {row.step}" for row in rows)
        found.append(f"{day:%d} {mail.recipient.full_name}: {lines}")
    return found


def test_a_month_of_reminders(people, spaces):
    def report(name: str, day: date):
        spaces[name].executed_units, spaces[name].held_on = 1, day
        spaces[name].save()

    def carry(name: str):
        spaces[name].carried_to_year = 2027
        spaces[name].save()

    def move(name: str, day: date):
        old = spaces[name]
        old.withdrawn_on = december(14)
        old.replaced_by = make_session(old.activity, day, in_force_from=december(14))
        old.save()

    happens = {
        december(11): lambda: report("Feria", december(8)),
        december(13): lambda: move("Movido", december(21)),
        december(15): lambda: report("Foro", december(9)),
        december(23): lambda: carry("Inventario"),
    }
    told = pass_through(december(1), december(31), happens)
    assert told == [
        "02 Ana: Mesa 07 before",  # the 3rd, the 4th and the 7th
        "02 Beto: Feria 08 before",
        "04 Ana: Foro 09 before",  # reached on the 3rd, but she had a mail the day before
        "09 Ana: Mesa 07 next_day",  # the 8th is a holiday
        "09 Beto: Feria 08 next_day",
        "11 Ana: Mesa 07 third_day, Foro 09 next_day",
        "11 Beto: Feria 08 third_day, Movido 16 before",
        "15 Ana: Foro 09 third_day",
        "16 Beto: Movido 21 before",
        "17 Ana: Mesa 07 seventh_day",
        "17 Clara: Mesa 07 seventh_day",  # planning too, from here on
        "21 Beto: Inventario 24 before",
        "23 Beto: Movido 21 next_day",
        "28 Beto: Movido 21 third_day",
        "28 Clara: Boletín 31 before",
        "31 Beto: Movido 21 seventh_day",
        "31 Clara: Movido 21 seventh_day",
    ]
    assert not Mail.objects.filter(recipient=people["Viejo"]).exists()
    assert {timezone.localtime(mail.created_at).hour for mail in Mail.objects.all()} == {7}
