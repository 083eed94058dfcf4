"""The first staff page, and the navigation that each role gets."""

import pytest
from django.urls import reverse


def test_panel_leads_to_the_board(client, entity, planner):
    client.force_login(planner)
    assert client.get("/panel/").url == reverse("dashboard:board", args=[entity.slug])


@pytest.mark.parametrize(
    ("who", "hidden"),
    [
        ("administrator", set()),
        ("planner", {"person_list", "entity_update", "audit_list"}),
        ("head", {"person_list", "entity_update", "audit_list"}),
        ("control", {"person_list", "entity_update"}),
    ],
)
def test_navigation_offers_what_one_may(request, client, entity, who, hidden):
    client.force_login(request.getfixturevalue(who))
    html = client.get(reverse("accounts:dependency_list", args=[entity.slug])).content.decode()
    pages = {"dependency_list", "person_list", "entity_update", "audit_list"}
    shown = {name for name in pages if f'href="{reverse(f"accounts:{name}", args=[entity.slug])}"' in html}
    assert shown == pages - hidden
