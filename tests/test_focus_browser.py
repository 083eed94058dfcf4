"""Who uses the keyboard sees where they are: WCAG 2.4.7 and 1.4.11, of every kind of control, light and dark."""

import pytest

from accounts.models import Role
from tests.reports.reporting import make_published
from tests.world import World

pytestmark = pytest.mark.browser
PAGES = {
    "accounts:panel": Role.PLANNER,
    "dashboard:board": Role.PLANNER,
    "dashboard:plan_detail": Role.PLANNER,
    "plans:plan_list": Role.PLANNER,
    "plans:plan_update": Role.PLANNER,
    "plans:plan_delete": Role.PLANNER,
    "plans:structure": Role.PLANNER,
    "sheets:import_upload": Role.PLANNER,
    "activities:activity_list": Role.PLANNER,
    "activities:activity_update": Role.PLANNER,
    "activities:session_update": Role.PLANNER,
    "commitments:commitment_list": Role.PLANNER,
    "commitments:commitment_move": Role.PLANNER,
    "reports:report_create": Role.PLANNER,
    "reports:report_detail": Role.PLANNER,
    "accounts:person_list": Role.ADMINISTRATOR,
    "accounts:entity_update": Role.ADMINISTRATOR,
    "accounts:audit_list": Role.ADMINISTRATOR,
    "portal:home": None,
    "portal:entity": None,
    "portal:verify": None,
}
# Of the focused element: its kind, and the contrast of its ring with what is behind it; 0 without a ring.
RING = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const channel = (value) => (value /= 255) <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const parse = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => {
    const [red, green, blue] = parse(colour).map(channel);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const behind = (node) => {
    for (; node; node = node.parentElement) {
      const colour = getComputedStyle(node).backgroundColor, parts = parse(colour);
      if (parts.length < 4 || parts[3] === 1) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const style = getComputedStyle(element), names = (element.getAttribute("class") || "").split(" ").sort().join(".");
  const drawn = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const [one, two] = [light(style.outlineColor), light(behind(element.parentElement))].sort((a, b) => b - a);
  const kind = [element.tagName.toLowerCase(), element.type || "", names].join(" ");
  return [kind, drawn ? (one + 0.05) / (two + 0.05) : 0];
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_focus_is_seen_on_every_kind_of_control(transactional_db, visit, page, scheme):
    page.emulate_media(color_scheme=scheme)
    world = World("propia")
    world.plan.versions.all().delete()
    world.plan.reports.all().delete()
    world.plan.evidence.all().delete()  # what has some is not deleted
    found = {}
    for name, role in PAGES.items():
        if name.startswith("reports:report_detail"):
            world.report = make_published(world.plan)
        seen = visit(world.address(name), by=world.users.get(role))
        for _step in range(60):
            seen.keyboard.press("Tab")
            ring = seen.evaluate(RING)
            if ring is None:
                break
            found.setdefault(ring[0], []).append((name, round(ring[1], 1)))
    assert {kind.split()[0] for kind in found} >= {"a", "button", "input", "select", "textarea", "summary"}
    assert any("btn-danger" in kind for kind in found) and any("btn-primary" in kind for kind in found)
    unseen = {kind: rings[0] for kind, rings in found.items() if min(ratio for _name, ratio in rings) < 3}
    assert unseen == {}
