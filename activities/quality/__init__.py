"""How well a plan is written: what blocks its approval, what asks for attention, and what somebody left with a reason.

Rules are a table (`RULES`); each looks at the same `Reading` of the plan. It stands in this room because it has to see
activities and spaces; approving a plan asks it through `plans/approval.py`.
"""

from __future__ import annotations

from activities.quality import activity_rules, norms, plan_rules, shape_rules
from activities.quality.finding import Finding, Left, Match, Rule
from activities.quality.reading import Reading, read
from plans.models import Justification, Plan

RULES = {  # in the order in which they are told: first what changes the figures of every report
    rule.code: rule for rule in (*activity_rules.RULES, *shape_rules.RULES, *plan_rules.RULES, *norms.RULES)
}

__all__ = ["RULES", "Finding", "Left", "Match", "Reading", "Rule", "findings_in", "findings_of", "read"]


def findings_of(plan: Plan) -> list[Finding]:
    """What blocks first, then what asks for attention; those left with a reason keep their place. Eleven statements."""
    return findings_in(read(plan))


def findings_in(reading: Reading) -> list[Finding]:
    kept: dict[str, dict[str, Justification]] = {}
    for why in reading.plan.justifications.select_related("by"):
        kept.setdefault(why.finding, {})[why.subject] = why
    results = []
    for rule in RULES.values():
        if matches := list(rule.find(reading)):
            results.append(_finding(rule, matches, kept.get(rule.code, {}) if rule.may_stay else {}, reading))
    return sorted(results, key=lambda finding: not finding.rule.blocks)


def _finding(rule: Rule, matches: list[Match], reasons: dict[str, Justification], reading: Reading) -> Finding:
    # One reason may cover all that a rule finds; what blocks an approval is justified one by one.
    of_all = None if rule.blocks or any(not match.subject for match in matches) else reasons.get("")
    found = [match for match in matches if match.subject not in reasons and not of_all]
    left = [Left(match, reasons[match.subject]) for match in matches if match.subject in reasons]
    if of_all:
        left.insert(0, Left(None, of_all))
    list_url = rule.listed(reading) if rule.listed else ""
    return Finding(rule, rule.say(reading, found or matches), found, left, list_url, reading)
