"""The pages of promises together: board, balance, an instance; each figure leads to as many rows as it says."""

import csv
import html
import re
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.urls import reverse

from commitments.board import CARDS
from commitments.models import CitizenAnswer, Commitment, Extension, FollowUp
from commitments.standing import Age, age_of, aged
from display.dates import working_days_ago, working_days_between
from plans.models import Plan, StakeholderGroup
from tests.factories import make_commitment, make_dependency, make_plan

JUN = date(2026, 6, 30)


def at(name: str, plan: Plan, *args) -> str:
    return reverse(f"commitments:{name}", args=[plan.entity.slug, plan.slug, *args])


def today(on: date):
    return time_machine.travel(datetime(on.year, on.month, on.day, 17, tzinfo=UTC))


def said(response) -> str:
    return response.content.decode().replace("\u00a0", " ")


def extended(commitment: Commitment, by, before: date, after: date, on: date) -> Commitment:
    """With another deadline since the day `on`."""
    Extension.objects.create(
        commitment=commitment,
        due_before=before,
        due_on=after,
        reason="Llovió",
        state="granted",
        asked_by=by,
        asked_on=on,
        decided_by=by,
        decided_on=on,
    )
    commitment.due_on = after
    commitment.save(update_fields=["due_on"])
    return commitment


@pytest.fixture
def varied(plan, dependency, planner):
    """Of two instances, dependencies and groups; of every standing at the end of June."""
    other = make_dependency(plan.entity, "Secretaría de Salud")
    youth = StakeholderGroup.objects.create(entity=plan.entity, name="Jóvenes")
    board, council = {"instance": "Mesa de agua"}, {"instance": "Consejo de planeación"}
    kept = {"state": "reported_done"}
    rows = [
        make_commitment(plan, text="A tiempo", closed_on=date(2026, 4, 20), **kept, **board),
        make_commitment(plan, text="Tarde", closed_on=date(2026, 5, 20), **kept, **board),
        make_commitment(plan, text="Sin día", closed_until=date(2026, 6, 1), **kept, **council),
        make_commitment(plan, text="Quién sabe", closed_until=date(2026, 12, 31), **kept, **council),
        make_commitment(plan, text="Vencido", made_on=None, **board),
        make_commitment(plan, text="Vencido ayer", due_on=JUN - timedelta(1), made_on=date(2026, 6, 2), **council),
        make_commitment(plan, text="Vence hoy", due_on=JUN),
        make_commitment(plan, text="Falta", due_on=date(2026, 9, 30), made_on=date(2026, 6, 10), **board),
        make_commitment(plan, text="Inviable", closed_on=date(2026, 6, 5), state="not_viable", reason="x", **council),
        make_commitment(plan, text="Después", made_on=date(2026, 7, 1), due_on=date(2026, 8, 1), **board),
    ]
    late = make_commitment(plan, text="Con prórroga", due_on=date(2026, 4, 30), closed_on=date(2026, 5, 10), **kept)
    extended(late, planner, date(2026, 4, 30), date(2026, 5, 15), date(2026, 4, 15))
    rows[0].responsible.add(dependency, other)
    rows[4].responsible.add(other)
    rows[5].groups.add(youth)
    Commitment.objects.filter(pk=rows[7].pk).update(all_dependencies=True)
    return plan


# --- Balance ----------------------------------------------------------------------------------------------------------


def listed(client, url: str) -> list[str]:
    page = client.get(url).context["page"]
    return [row.commitment.text for row in page.object_list]


def doors(page: str) -> list[tuple[int, str]]:
    """(figure, address) of each link to the list with a cut-off."""
    links = re.findall(r'<a href="([^"]*compromisos/\?[^"]*on=[^"]*)">(.*?)</a>', page, re.DOTALL)
    found = []
    for url, text in links:
        number = re.search(r"\d+", re.sub(r"<[^>]*>", "", text).replace(" ", ""))
        found.append((text, int(number.group()), html.unescape(url)))
    return found


def test_every_figure_of_the_balance_leads_to_as_many_rows(client, planner, varied):
    client.force_login(planner)
    with today(date(2026, 11, 22)):
        page = client.get(at("commitment_balance", varied), {"desde": "2026-05-01", "hasta": "2026-06-30"})
        links = [row for row in doors(page.content.decode()) if "%" not in row[0]]
        assert len(links) > 40
        for text, n, url in links:
            assert len(listed(client, url)) == n, (text, url)
        own = {parse_qs(urlsplit(url).query).get("figure", [""])[0]: n for _text, n, url in links}
        assert listed(client, next(url for *_told, url in links if "kept_late" in url)) == ["Tarde"]
        assert listed(client, next(url for *_told, url in links if "kept_as_promised" in url)) == ["A tiempo"]
    found = page.context["found"]
    assert (found.open_at_start, found.new, found.closed_in_period, found.open_at_end) == (7, 2, 4, 5)
    assert (own["open_at_start"], own["new"], own["closed_in_period"], own["open_at_end"]) == (7, 2, 4, 5)
    assert (found.fulfilled, found.kept_on_time, found.kept_late, found.kept_unknown) == (4, 2, 1, 1)
    assert (found.kept_as_promised, found.kept_after_promise) == (1, 2)
    assert found.ages == (1, 0, 1, 0)  # since yesterday, and since the 30th of April
    assert "7 abiertos al comenzar" in page.content.decode()


def test_balance_is_of_the_period_that_is_chosen(client, planner, varied):
    client.force_login(planner)
    with today(date(2026, 7, 15)):
        default = client.get(at("commitment_balance", varied)).context
        assert (default["since"], default["on"]) == (date(2026, 1, 1), date(2026, 7, 15))
        quarter = client.get(at("commitment_balance", varied), {"periodo": "2026-T2"}).context
        assert (quarter["since"], quarter["on"]) == (date(2026, 4, 1), JUN)
        answer = client.get(at("commitment_balance", varied), {"desde": "2026-06-30", "hasta": "2026-06-01"})
        assert "no puede ser anterior al primero" in answer.content.decode()
        assert client.get(at("commitment_balance", varied), {"periodo": "nunca", "hasta": "ayer"}).status_code == 200
        before = client.get(at("commitment_balance", make_plan(varied.entity))).content.decode()
    assert "Hasta ese día no se había adquirido ninguno." in before


def test_balance_and_its_files_say_the_same(client, planner, varied):
    client.force_login(planner)
    query = {"desde": "2026-05-01", "hasta": "2026-06-30"}
    months = client.get(at("commitment_balance", varied), {**query, "formato": "csv", "tabla": "meses"})
    assert months["Content-Disposition"].endswith('2026-05-01-2026-06-30-meses.csv"')
    rows = list(csv.reader(months.content.decode("utf-8-sig").splitlines()))
    assert rows[0][:4] == ["Instancia o espacio", "Adquiridos en", "Adquiridos", "Cumplidos"]
    assert rows[1][:5] == ["Mesa de agua", "sin fecha", "1", "0", "1"]
    assert rows[2][:5] == ["Mesa de agua", "marzo de 2026", "2", "2", "0"]
    assert [int(n) for n in rows[-1][2:]] == [sum(int(row[at]) for row in rows[1:-1]) for at in range(2, len(rows[0]))]
    chart = client.get(at("commitment_balance", varied), {**query, "formato": "svg"})
    assert chart["Content-Type"] == "image/svg+xml" and "Mesa de agua" in chart.content.decode()
    assert client.get(at("commitment_balance", varied), {**query, "formato": "csv", "tabla": "x"}).status_code == 200


@pytest.mark.parametrize("age", Age)
def test_age_is_the_same_in_sql_on_every_day_of_half_a_year(plan, age):
    rows = [make_commitment(plan, made_on=None, due_on=date(2025, 12, 1) + timedelta(n)) for n in range(180)]
    on = date(2026, 5, 30)  # a Saturday
    expected = [row.pk for row in rows if row.due_on < on and age_of(row.due_on, on) == age]
    assert list(Commitment.objects.filter(aged(age, on)).values_list("pk", flat=True)) == expected
    assert expected


@pytest.mark.parametrize("number", [0, 1, 5, 16, 61])
def test_working_days_ago_is_the_last_day_that_is_so_far(number):
    for n in range(40):
        on = date(2026, 4, 20) + timedelta(n)
        found = working_days_ago(on, number)
        assert working_days_between(found, on) == number
        assert working_days_between(found + timedelta(1), on) == number - (number > 0) or number == 0


# --- The list ---------------------------------------------------------------------------------------------------------


def test_list_finds_by_instance_group_month_and_age(client, planner, varied):
    group = varied.entity.groups.get()
    client.force_login(planner)
    with today(JUN):

        def found(**query):
            return listed(client, f"{at('commitment_list', varied)}?" + "&".join(f"{k}={v}" for k, v in query.items()))

        assert found(instance="Mesa de agua", standing="overdue") == ["Vencido"]
        assert found(instance="ninguna") == ["Vence hoy", "Con prórroga"]
        assert found(group=group.pk) == ["Vencido ayer"]
        assert found(made="2026-06") == ["Vencido ayer", "Falta"]
        assert found(made="ninguno") == ["Vencido"]
        assert found(age="15") == ["Vencido ayer"] and found(age="60") == ["Vencido"]


def test_what_is_looked_for_most_has_an_address_and_its_count(client, planner, varied):
    silent = varied.commitments.get(text="Vence hoy")
    told = varied.commitments.get(text="Vencido")
    FollowUp.objects.create(commitment=told, on=date(2026, 6, 20), progress=10, done="Visita")
    done = varied.commitments.get(text="Tarde")
    CitizenAnswer.objects.create(commitment=done, kind="disputes", text="No", same_text="x", answered_on=JUN)
    client.force_login(planner)
    with today(JUN):
        page = client.get(at("commitment_list", varied))
        assert [(one.label, one.count) for one in page.context["shortcuts"]] == [
            ("Vencidos", 2),
            ("Por vencer", 1),
            ("Sin seguimiento en 30 días", 1),
            ("Con objeción abierta", 1),
        ]
        found = [listed(client, f"{at('commitment_list', varied)}?{one.query}") for one in page.context["shortcuts"]]
    assert found == [["Vencido", "Vencido ayer"], ["Vence hoy"], [silent.text], ["Tarde"]]


def test_list_shows_the_deadline_that_was_told_first_beside_the_new_one(client, planner, varied):
    client.force_login(planner)
    page = said(client.get(at("commitment_list", varied), {"q": "prórroga"}))
    assert "15 may 2026" in page and "se prometió para el 30 abr 2026" in page
    then = said(client.get(at("commitment_list", varied), {"q": "prórroga", "on": "2026-04-10"}))
    assert "30 abr 2026" in then and "primero:" not in then and "Como estaban el 10 de abril de 2026." in then


# --- The board --------------------------------------------------------------------------------------------------------


def columns(response) -> dict[str, list[str]]:
    return {each.state: [card.row.commitment.text for card in each.cards] for each in response.context["columns"]}


def test_board_has_a_column_for_each_state(client, planner, varied):
    client.force_login(planner)
    response = client.get(at("commitment_board", varied))
    assert columns(response) == {
        "recorded": ["Vencido", "Vencido ayer", "Vence hoy", "Después", "Falta"],
        "in_progress": [],
        "reported_done": ["Quién sabe", "Sin día", "Tarde", "Con prórroga", "A tiempo"],
        "verified": [],
        "partly_done": [],
        "not_viable": ["Inviable"],
    }
    page = said(response)
    assert "se prometió para el 30 abr 2026" in page and "Cambiar el estado" in page
    assert "<h2 id=" in page and page.count("<h3>") == 11


def test_board_is_filtered_as_the_list_and_leads_back_to_it(client, planner, varied):
    client.force_login(planner)
    response = client.get(at("commitment_board", varied), {"instance": "Mesa de agua", "state": "recorded"})
    assert columns(response)["recorded"] == ["Vencido", "Después", "Falta"]
    assert f"{at('commitment_list', varied)}?instance=Mesa+de+agua&amp;state=recorded" in response.content.decode()


def test_board_offers_a_head_to_move_what_is_theirs_and_open(client, head, dependency, varied):
    client.force_login(head)
    assert client.get(at("commitment_board", varied)).url.endswith("?dependency=mias")
    varied.commitments.get(text="Vencido").responsible.add(dependency)
    response = client.get(at("commitment_board", varied), {"dependency": ""})
    moved = [card.row.commitment.text for each in response.context["columns"] for card in each.cards if card.may_move]
    assert moved == ["Vencido", "Falta"]  # the second is of all the dependencies
    for each in response.context["columns"]:
        for card in each.cards:
            answer = client.get(at("commitment_move", varied, card.row.commitment.pk))
            assert (answer.status_code == 200) == card.may_move, card.row.commitment


def test_board_of_who_only_reads_moves_nothing(client, control, varied):
    client.force_login(control)
    page = client.get(at("commitment_board", varied)).content.decode()
    assert "Cambiar el estado" not in page and "Nuevo compromiso" not in page


def test_column_shows_the_first_and_counts_the_rest(client, planner, plan):
    for n in range(CARDS + 3):
        make_commitment(plan, due_on=date(2026, 5, 1) + timedelta(n), text=f"Promesa {n:02}")
    client.force_login(planner)
    response = client.get(at("commitment_board", plan))
    assert columns(response)["recorded"] == [f"Promesa {n:02}" for n in range(CARDS)]
    assert f'{at("commitment_list", plan)}?state=recorded">Ver los 15' in response.content.decode()


# --- An instance ------------------------------------------------------------------------------------------------------


def test_instance_tells_its_promises_of_all_the_years_once(client, planner, plan):
    before = make_plan(plan.entity, starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31), title="Plan 2025")
    kept = make_commitment(
        before,
        text="Hecho",
        instance="Mesa",
        made_on=date(2025, 3, 1),
        due_on=date(2025, 6, 1),
        state="reported_done",
        closed_on=date(2025, 5, 1),
    )
    left = make_commitment(
        before,
        text="Sigue",
        instance="Mesa",
        made_on=date(2025, 4, 1),
        due_on=date(2025, 12, 1),
        state="carried_over",
        carried_to_year=2026,
        reason="Sigue",
        closed_on=date(2025, 12, 15),
    )
    brought = make_commitment(
        plan, text="Sigue", instance="Mesa", made_on=date(2025, 4, 1), due_on=date(2025, 12, 1), carried_from=left
    )
    Extension.objects.create(
        commitment=brought,
        due_before=date(2025, 10, 1),
        due_on=date(2025, 12, 1),
        reason="Faltó el estudio",
        state="granted",
        asked_by=planner,
        asked_on=date(2025, 9, 1),
        decided_by=planner,
        decided_on=date(2025, 9, 8),
    )
    make_commitment(plan, text="De otra", instance="Comité")
    client.force_login(planner)
    with today(JUN):
        response = client.get(at("instance_detail", plan), {"name": "Mesa"})
    assert [(group.title, [row.commitment.text for row in rows]) for group, rows in response.context["groups"]] == [
        (plan.title, ["Sigue"]),
        ("Plan 2025", [kept.text]),
    ]
    flow = [[getattr(cell, "value", cell) for cell in row] for row in response.context["years"].rows]
    assert flow == [
        ["2025", 0, 2, 1, 1, 1, 2, 1, Fraction(1, 2)],
        ["2026", 1, 0, 0, 1, 1, 2, 1, Fraction(1, 2)],
    ]
    assert "se prometió para el 1 oct 2025" in said(response)


def test_instance_of_nobody_is_not_found(client, planner, varied):
    client.force_login(planner)
    assert client.get(at("instance_detail", varied), {"name": "Nadie"}).status_code == 404
    assert client.get(at("instance_detail", varied)).url == at("commitment_balance", varied)


# --- Many -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [8, 200])
@pytest.mark.parametrize(
    ("name", "query", "statements"),
    [
        ("commitment_list", {"dependency": ""}, 17),
        ("commitment_board", {"dependency": ""}, 17),
        ("commitment_balance", {"periodo": "2026-T2"}, 10),
        ("instance_detail", {"name": "Mesa"}, 11),
    ],
)
def test_statements_do_not_grow(client, head, planner, plan, size, name, query, statements, django_assert_num_queries):
    units = [make_dependency(plan.entity) for _n in range(3)]
    for n in range(size):
        row = make_commitment(plan, instance="Mesa", due_on=date(2026, 3, 20) + timedelta(n))
        row.responsible.add(units[n % 3])
        if n % 4 == 0:
            extended(row, planner, row.due_on, row.due_on + timedelta(30), date(2026, 3, 18))
    client.force_login(head)
    with today(JUN):
        client.get(at(name, plan), query)
        with django_assert_num_queries(statements):
            assert client.get(at(name, plan), query).status_code == 200
