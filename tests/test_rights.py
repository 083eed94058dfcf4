"""Every address × every role × own and foreign rows, against the table of rights (accounts/permissions.py)."""

import re

import pytest
from django.conf import settings
from django.db import transaction

from accounts.models import Role
from accounts.permissions import RIGHTS
from tests.world import ANYBODY, PUBLIC, ROUTES, P, World, addresses, needed

pytestmark = pytest.mark.once  # who may open what is asked of roles, not of a database


def test_every_address_says_what_it_asks_for():
    assert addresses().keys() - ROUTES.keys() == set()
    assert ROUTES.keys() - addresses().keys() == set()


@pytest.fixture
def world(db):
    return World("propia")


@pytest.fixture
def abroad(db):
    return World("ajena")


def visits(client, user, names, address):
    """(name, method, status) of a GET and a POST of each address; whatever they write is taken back."""
    client.raise_request_exception = True
    if user:
        client.force_login(user)
    for name in names:
        for method in (client.get, client.post):
            with transaction.atomic():
                status = method(address(name)).status_code
                transaction.set_rollback(True)
            yield name, method.__name__, status


STAFF = [name for name, (needs, _row) in ROUTES.items() if needs not in (PUBLIC, ANYBODY)]


@pytest.mark.parametrize("role", list(Role))
def test_role_reaches_what_it_may_and_nothing_else(client, world, role):
    wrong = [
        (name, method, status)
        for name, method, status in visits(client, world.users[role], STAFF, world.address)
        if status != 405
        and (status < 400 or status == 409) is not (needed(name, method) in RIGHTS[role])
        or (status >= 400 and status not in (403, 404, 405, 409))
    ]
    assert wrong == []


def test_head_of_another_dependency_reports_nothing_here(client, world):
    own = (P.REPORT_SESSION, P.RECORD_COMMITMENT, P.FOLLOW_COMMITMENT)
    names = [name for name in STAFF if ROUTES[name][0] in own]
    statuses = {status for _name, _method, status in visits(client, world.head_of_another, names, world.address)}
    assert statuses <= {403, 405} and 403 in statuses


def test_outsider_finds_nothing(client, world, abroad):
    visitor = abroad.users[Role.PLANNER]
    assert {status for _name, _method, status in visits(client, visitor, STAFF, world.address)} <= {404, 405}


@pytest.mark.parametrize("role", list(Role))
def test_foreign_rows_do_not_exist_under_ones_own_addresses(client, world, abroad, role):
    names = [name for name in STAFF if ROUTES[name][1]]
    wrong = [
        (name, method, status)
        for name, method, status in visits(
            client, world.users[role], names, lambda name: world.address(name, rows=abroad)
        )
        if status not in ((404, 405) if needed(name, method) in RIGHTS[role] else (403, 404, 405))
    ]
    assert wrong == []


def test_anonymous_is_asked_to_sign_in(client, world):
    own = [name for name, (needs, _row) in ROUTES.items() if needs == ANYBODY]
    wrong = [
        (name, method, status)
        for name, method, status in visits(client, None, [*STAFF, *own], world.address)
        if status != 302
    ]
    assert wrong == []


def test_draft_is_not_public(client, world):
    for name in ("plan", "report", "report_pdf", "report_data", "report_figures", "report_figure", "report_row"):
        assert client.get(world.address(f"portal:{name}")).status_code == 404


def test_templates_name_addresses_that_exist():
    """With `{% url … as %}` and `nav_item` a wrong name is silent: the link would just not be there."""
    apps = {name.partition(":")[0] for name in addresses() if ":" in name}
    assert {"dashboard", "portal", "sheets"} < apps
    name = re.compile(rf"""["']((?:{"|".join(apps)}):\w+)["']""")
    templates = (settings.BASE_DIR / "templates").rglob("*.html")
    named = {found for template in templates for found in name.findall(template.read_text())}
    assert "portal:verify" in named
    assert named - addresses().keys() == set()
