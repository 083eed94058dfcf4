"""Reminders: at which step a thing stands, who is told of it, once, and by their choice."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO
from threading import Barrier, Thread
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client, override_settings
from django.urls import reverse

from accounts.models import AuditEntry, Membership, Role
from activities.models import MonthlyReturn
from activities.returns import actions as returns
from dashboard.models import Reminded, ReminderChoice, Step
from dashboard.reminders import digests
from dashboard.reminders.notifications import person_of
from dashboard.reminders.recipients import Recipients
from dashboard.reminders.steps import AHEAD_OF_A_WEEK, step_of
from records import mail
from records.models import Mail, Notice
from tests.activities.executions import held
from tests.activities.returning import return_of
from tests.factories import make_activity, make_dependency, make_entity, make_plan, make_session

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (date(2026, 3, day) for day in range(2, 7))  # no holiday near


@pytest.fixture
def approved(entity):
    return make_plan(entity, state="approved", approved_on=date(2026, 1, 2))


@pytest.fixture
def space(approved, dependency):
    """Of a Wednesday."""
    return make_session(make_activity(approved, dependency, name="Mesa de agua"), WEDNESDAY, place="Vivero")


def sent(on: date) -> list[tuple[str, list[tuple[str, str]]]]:
    """What leaves on a day: (full name, [(name of the activity, step)])."""
    found = []
    for digest in digests.send(on):
        rows = Reminded.objects.filter(person=digest.person, on=on).exclude(step=Step.BY_HAND)
        lines = [(row.target.activity.name, row.step) for row in rows.order_by("due_on", "target_id")]
        found.append((digest.person.full_name, lines))
    return found


# --- Steps ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "step"),
    [
        (date(2026, 12, 1), None),  # a Tuesday; what is due is on Tuesday 8, a holiday
        (date(2026, 12, 2), "before"),
        (date(2026, 12, 7), "before"),
        (date(2026, 12, 8), "before"),
        (date(2026, 12, 9), "next_day"),
        (date(2026, 12, 10), "next_day"),
        (date(2026, 12, 11), "third_day"),
        (date(2026, 12, 16), "third_day"),
        (date(2026, 12, 17), "seventh_day"),
        (date(2027, 1, 4), "seventh_day"),  # the 18th working day after; Christmas and New Year between
        (date(2027, 1, 5), None),
        (date(2036, 1, 5), None),
    ],
)
def test_step_is_the_latest_reached_in_working_days(on, step):
    assert step_of(date(2026, 12, 8), on) == step


def test_whoever_has_one_mail_a_week_is_told_of_the_whole_week():
    assert step_of(FRIDAY + timedelta(days=5), MONDAY) is None
    assert step_of(FRIDAY + timedelta(days=5), MONDAY, ahead=AHEAD_OF_A_WEEK) == "before"


# --- Who --------------------------------------------------------------------------------------------------------------


def names(found) -> list[tuple[str, str]]:
    return [(each.person.full_name, each.why) for each in found]


def test_recipient_is_the_head_else_the_nearest_above_else_planning(entity, dependency, head, planner):
    office = make_dependency(entity, "Oficina de Paz", parent=dependency)
    alone = make_dependency(entity, "Prensa")
    recipients = Recipients(entity, MONDAY)
    assert names(recipients.of(("dependency", dependency.pk))) == [(head.full_name, "dirige Secretaría de Gobierno")]
    assert names(recipients.of(("dependency", office.pk))) == [
        (head.full_name, "dirige Secretaría de Gobierno, de la que depende Oficina de Paz")
    ]
    for lead in (("dependency", alone.pk), ("none", None)):
        assert names(recipients.of(lead)) == [
            (planner.full_name, "es de planeación, y nadie dirige la dependencia"),
        ]
    assert names(recipients.of(("all", None))) == [(head.full_name, "dirige una dependencia, y es de todas")]
    assert [name for name, _why in names(recipients.of(("dependency", office.pk), is_late=True))] == [
        head.full_name,
        planner.full_name,
    ]


def test_who_left_is_inactive_or_directs_what_is_no_more_is_nobody(entity, dependency, head, planner):
    lead = ("dependency", dependency.pk)
    dependency.valid_to = MONDAY - timedelta(days=1)
    dependency.save()
    assert [each.person for each in Recipients(entity, MONDAY).of(lead)] == [planner]
    dependency.valid_to = MONDAY  # still today
    dependency.save()
    assert [each.person for each in Recipients(entity, MONDAY).of(lead)] == [head]
    head.is_active = False
    head.save()
    assert [each.person for each in Recipients(entity, MONDAY).of(lead)] == [planner]
    Membership.objects.filter(user=planner).delete()
    assert Recipients(entity, MONDAY).of(lead) == []


def test_a_planner_who_directs_is_told_once(entity, approved, dependency, planner, space):
    Membership.objects.create(user=planner, entity=entity, role=Role.HEAD, dependency=dependency)
    (digest,) = digests.digests(FRIDAY + timedelta(days=7))
    assert [(digest.person, len(digest.lines))] == [(planner, 1)]


# --- Once -------------------------------------------------------------------------------------------------------------


def test_a_day_run_twice_sends_once(space, head):
    assert sent(THURSDAY) == [(head.full_name, [("Mesa de agua", "next_day")])]
    assert sent(THURSDAY) == []
    assert (Mail.objects.count(), Notice.objects.count(), Reminded.objects.count()) == (1, 1, 1)


def test_what_a_dead_worker_missed_goes_on_the_next_working_day_at_its_latest_step(space, head):
    assert sent(MONDAY) == [(head.full_name, [("Mesa de agua", "before")])]
    next_monday = MONDAY + timedelta(days=7)  # nothing ran from Tuesday to Friday: the day after is not told any more
    assert sent(next_monday) == [(head.full_name, [("Mesa de agua", "third_day")])]


def test_nothing_leaves_on_a_day_off(space, head):
    saturday = FRIDAY + timedelta(days=1)
    assert sent(saturday) == []
    assert [digest.held for digest in digests.digests(saturday)] == ["no es día hábil"]


def test_two_mails_have_two_working_days_between(approved, dependency, space, head):
    other = make_session(make_activity(approved, dependency, name="Foro"), THURSDAY)
    assert sent(THURSDAY) == [(head.full_name, [("Mesa de agua", "next_day"), ("Foro", "before")])]
    assert sent(FRIDAY) == []
    assert [digest.held for digest in digests.digests(FRIDAY)] == ["recibió uno hace menos de 2 días hábiles"]
    assert sent(MONDAY + timedelta(days=7)) == [(head.full_name, [("Mesa de agua", "third_day"), ("Foro", "next_day")])]
    held(other.activity, date(2026, 3, 25))
    assert Reminded.objects.filter(target_id=other.pk).count() == 2


def test_one_digest_for_a_person_of_two_entities(client, approved, space, head):
    other = make_entity("otra")
    unit = make_dependency(other, "Hacienda")
    Membership.objects.create(user=head, entity=other, role=Role.HEAD, dependency=unit)
    plan = make_plan(other, state="approved", approved_on=date(2026, 1, 2))
    make_session(make_activity(plan, unit, name="Feria"), WEDNESDAY)
    digests.send(THURSDAY)
    (mail,) = Mail.objects.all()
    assert (mail.entity, mail.subject) == (None, "Convite: Falta reportar 2")
    assert "Secretaría de Gobierno · Alcaldía de San Jacinto\n" in mail.text
    assert "Hacienda · Alcaldía de otra\n" in mail.text
    (notice,) = Notice.objects.all()
    assert notice.path == reverse("accounts:panel")


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_one_mail(space, head):
    together, found = Barrier(2), []

    def work():
        ready = digests.digests(THURSDAY)
        together.wait()
        try:
            found.extend(digest for digest in ready if digests._send(digest, THURSDAY))
        finally:
            connection.close()

    workers = [Thread(target=work) for _number in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert (len(found), Mail.objects.count(), Reminded.objects.count()) == (1, 1, 1)


def test_a_step_twice_of_a_thing_is_refused_by_the_database(space, head):
    digests.send(THURSDAY)
    row = Reminded.objects.get()
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.parametrize("size", [2, 40])
def test_what_is_due_asks_the_same_number_of_queries(
    approved, dependency, head, planner, django_assert_num_queries, size
):
    for number in range(size):
        activity = make_activity(approved, dependency, name=f"Mesa {number}")
        make_session(activity, WEDNESDAY)
        make_session(activity, FRIDAY + timedelta(days=7))
    digests.digests(THURSDAY)  # the process then knows the content types
    with django_assert_num_queries(17):
        (digest,) = digests.digests(THURSDAY)
    assert len(digest.lines) == size


# --- What it says -----------------------------------------------------------------------------------------------------


def test_mail_leads_to_that_very_space_after_signing_in(client, approved, dependency, space, head):
    coming = make_session(make_activity(approved, dependency, name="Foro"), FRIDAY)
    short = held(make_activity(approved, dependency, name="Taller"), TUESDAY, planned_units=3, executed_units=1)
    digests.send(THURSDAY)
    (mail,) = Mail.objects.all()
    assert mail.subject == "Convite: Falta reportar 1 y explicar 1; viene 1 espacio"
    base = f"http://localhost:8000/panel/{approved.entity.slug}/planes/{approved.slug}/actividades/espacios"
    links = [f"{base}/{short.pk}/motivo/", f"{base}/{space.pk}/reporte/", f"{base}/{coming.pk}/"]
    order = [mail.text.index(f"{link}\n") for link in links]
    assert order == sorted(order)
    assert "4 de marzo de 2026, ayer" in mail.text and "6 de marzo de 2026, mañana" in mail.text
    path = links[1].removeprefix("http://localhost:8000")
    answer = client.get(path)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/cuenta/login/?next={path}")
    head.set_password("una-clave-larga-2026")
    head.save()
    answer = client.post(answer.headers["Location"], {"login": head.email, "password": "una-clave-larga-2026"})
    assert answer.headers["Location"] == path


def test_mail_is_in_the_language_of_who_reads_it(space, head):
    head.language = "en"
    head.save()
    digests.send(THURSDAY)
    assert f"http://localhost:8000/en/panel/{space.activity.plan.entity.slug}/" in Mail.objects.get().text


def test_notice_of_one_space_leads_to_it_and_of_several_to_the_board(client, approved, dependency, space, head):
    digests.send(THURSDAY)
    (notice,) = Notice.objects.all()
    assert notice.path.endswith(f"/espacios/{space.pk}/reporte/")
    client.force_login(head)
    inbox = client.get(reverse("accounts:notice_list")).content.decode()
    assert "Falta reportar 1" in inbox and "Mesa de agua" in inbox


def test_mail_names_twenty_and_counts_the_rest(approved, dependency, head):
    activity = make_activity(approved, dependency)
    for number in range(23):
        make_session(make_activity(approved, dependency, name=f"Mesa {number}") if number else activity, WEDNESDAY)
    digests.send(THURSDAY)
    (mail,) = Mail.objects.all()
    assert (mail.text.count("/reporte/"), "Y 3 más." in mail.text) == (20, True)
    assert Reminded.objects.count() == 23


def test_person_without_an_address_is_told_on_screen(space, head):
    head.email = ""
    head.save()
    digests.send(THURSDAY)
    assert (Notice.objects.count(), Mail.objects.count()) == (1, 0)


# --- By choice --------------------------------------------------------------------------------------------------------


def test_who_wants_only_what_is_late_is_not_told_what_comes(approved, dependency, space, head):
    make_session(make_activity(approved, dependency, name="Foro"), FRIDAY)
    ReminderChoice.objects.create(person=head, coming=False)
    assert sent(MONDAY) == []
    assert sent(THURSDAY) == [(head.full_name, [("Mesa de agua", "next_day")])]


def test_who_turned_them_off_is_told_nothing(space, head):
    ReminderChoice.objects.create(person=head, coming=False, owed=False)
    assert sent(THURSDAY) == []
    assert [digest.held for digest in digests.digests(THURSDAY)] == ["no quiere estos recordatorios"]


def test_digest_of_a_weekday_goes_on_it_or_on_the_working_day_after_a_holiday(approved, dependency, head):
    for day in (date(2026, 12, 9), date(2026, 12, 16), date(2026, 12, 17)):
        make_session(make_activity(approved, dependency, name=f"Del {day.day}"), day)
    ReminderChoice.objects.create(person=head, weekday=1)  # Tuesdays; the 8th is a holiday
    went = {day: sent(date(2026, 12, day)) for day in range(1, 32)}
    assert {day: rows[0][1] for day, rows in went.items() if rows} == {
        1: [("Del 9", "before")],
        9: [("Del 16", "before"), ("Del 17", "before")],
        15: [("Del 9", "third_day")],
        22: [("Del 9", "seventh_day"), ("Del 16", "third_day"), ("Del 17", "third_day")],
        29: [("Del 16", "seventh_day"), ("Del 17", "seventh_day")],
    }


def test_choice_is_saved_and_shown(client, head):
    client.force_login(head)
    url = reverse("reminders:choice")
    assert 'name="weekday"' in client.get(url).content.decode()
    answer = client.post(url, {"owed": "on", "weekday": "4"}, follow=True).content.decode()
    assert "Sus recordatorios quedaron guardados." in answer
    choice = ReminderChoice.objects.get(person=head)
    assert (choice.coming, choice.owed, choice.weekday) == (False, True, 4)
    assert "No recibirá recordatorios." in client.post(url, {"weekday": ""}, follow=True).content.decode()
    assert ReminderChoice.objects.get().weekday is None
    assert client.post(url, {"weekday": "6"}).status_code == 200
    assert ReminderChoice.objects.get().weekday is None


def test_reminders_are_turned_off_from_the_mail_without_signing_in(client, space, head):
    digests.send(THURSDAY)
    path = urlsplit(Mail.objects.get().unsubscribe).path
    assert path in Mail.objects.get().text
    assert person_of(path.split("/")[-2]) == head.pk
    assert "No recibir más" in client.get(path).content.decode()
    assert not ReminderChoice.objects.exists()  # a mail reader that opens links changes nothing
    assert "no le enviará más recordatorios" in client.post(path).content.decode()
    assert ReminderChoice.objects.get(person=head).is_off
    assert AuditEntry.objects.filter(actor=head, verb__startswith="reminderchoice").exists()


@override_settings(SITE_URL="https://convite.example.org")
def test_mail_reader_turns_them_off_with_its_own_button(space, head):
    digests.send(THURSDAY)
    row = Mail.objects.get()
    path = row.unsubscribe.removeprefix("https://convite.example.org")
    assert path in row.text
    headers = mail.message_of(row).extra_headers
    assert headers["List-Unsubscribe"] == f"<{row.unsubscribe}>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    reader = Client(enforce_csrf_checks=True)  # no cookie, no page opened before
    assert reader.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert ReminderChoice.objects.get(person=head).is_off
    mail.send_due()
    row.refresh_from_db()
    assert (row.state, row.unsubscribe) == ("sent", "")


def test_a_link_of_nobody_is_not_found(client, db):
    assert person_of("7:falso") is None
    assert client.get(reverse("reminders:off", args=["7:falso"])).status_code == 404


# --- By hand and from the command -------------------------------------------------------------------------------------


def remind(client, space):
    plan = space.activity.plan
    dependency = space.activity.responsibilities.get().dependency_id
    asked = {"conjunto": f"dependencia-{dependency}", "mes": f"{space.planned_on:%Y-%m}"}
    url = reverse("dashboard:remind", args=[plan.entity.slug, plan.slug])
    return client.post(url, asked, follow=True).content.decode()


def test_what_planning_reminded_by_hand_counts_for_the_gap_and_the_other_way_round(client, space, head, planner):
    with time_machine.travel(datetime(2026, 3, 5, 9, tzinfo=UTC), tick=False):
        client.force_login(planner)
        assert f"Se le recordó a {head.full_name}." in remind(client, space)
        assert sent(THURSDAY) == sent(FRIDAY) == []
        monday = MONDAY + timedelta(days=7)
        assert sent(monday) == [(head.full_name, [("Mesa de agua", "third_day")])]
    with time_machine.travel(datetime(2026, 3, 9, 15, tzinfo=UTC), tick=False):
        client.force_login(planner)
        assert f"Hoy ya se le recordó a {head.full_name}." in remind(client, space)


def run(*arguments: str) -> str:
    output = StringIO()
    call_command("send_reminders", *arguments, stdout=output)
    return output.getvalue()


def test_dry_run_says_to_whom_and_why_and_writes_nothing(space, head, planner):
    said = run("--on", "2026-03-13", "--dry-run")
    assert f"{head.full_name} <{head.email}>\n  7 días hábiles después de su día · Mesa de agua · 4 de marzo de" in said
    assert "es de planeación, y sigue sin respuesta · san-jacinto" in said
    assert said.endswith("2026-03-13: saldrían 2 correos.\n")
    assert not (Mail.objects.exists() or Notice.objects.exists() or Reminded.objects.exists())
    assert run("--on", "2026-03-13").endswith("2026-03-13: salieron 2 correos.\n")
    assert (Mail.objects.count(), Reminded.objects.count()) == (2, 2)
    assert run("--on", "2026-03-13") == "2026-03-13: salieron 0 correos.\n"


def test_command_says_who_is_left_out_and_why(space, head):
    ReminderChoice.objects.create(person=head, weekday=0)
    assert "· no sale: los recibe un solo día de la semana" in run("--on", "2026-03-05", "--dry-run")
    assert "no es día hábil" in run("--on", "2026-03-07", "--dry-run")
    with pytest.raises(CommandError, match="no es una fecha"):
        run("--on", "mañana")


# --- Monthly returns --------------------------------------------------------------------------------------------------


def test_a_return_is_reminded_around_its_term_and_not_once_it_is_sent(entity, approved, dependency, head, planner):
    activity = make_activity(approved, dependency, name="Mesa de agua")
    held(activity, date(2026, 11, 10))
    monthly = return_of(approved, dependency, month=date(2026, 11, 30), on=date(2026, 12, 1))  # until Monday the 7th
    MonthlyReturn.objects.exclude(pk=monthly.pk).delete()
    went = {day: digests.send(date(2026, 12, day)) for day in range(1, 12)}
    days = {day: [digest.lines[0].step for digest in found] for day, found in went.items() if found}
    assert days == {2: ["before"], 9: ["next_day"], 11: ["third_day"]}
    mail = Mail.objects.order_by("pk")[1]
    assert mail.subject == "Convite: Falta enviar 1 formato"
    assert f"{monthly.get_absolute_url()}\n" in mail.text
    assert "Formato de noviembre de 2026 de Secretaría de Gobierno" in mail.text
    returns.submit(monthly=return_of(approved, dependency, date(2026, 11, 30)), by=head, on=date(2026, 12, 14))
    assert digests.digests(date(2026, 12, 17)) == []
