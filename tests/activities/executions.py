"""Sessions that were held and measuring dates that were answered, in a few words; and the figures to expect of them."""

from datetime import date, timedelta
from random import Random

from activities.figures import Figure
from tests.factories import make_activity, make_dependency, make_session

JAN, FEB, MAR, APR = date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)
END = date(2026, 12, 31)


def held(activity, planned_on, executed=1, **fields):
    """A session planned and held on a day."""
    return make_session(activity, planned_on, **{"held_on": planned_on, "executed_units": executed, **fields})


def percentage(plan, target=100, **fields):
    return make_activity(plan, target_kind="percentage", target_value=target, **fields)


def answered(activity, planned_on, numerator, denominator, **fields):
    """A measuring date of a percentage target, reported on its day."""
    return make_session(
        activity,
        planned_on,
        **{"held_on": planned_on, "numerator": numerator, "denominator": denominator, **fields},
    )


def figure(planned, executed, unexplained=0, excess=0):
    return Figure(planned, executed, unexplained, excess)


def months_of(found):
    return {month.last_day: month.figure for month in found.months}


def filled(plan, seed):
    """Thirty activities of every kind, in lines, phases and dependencies, with sessions of every fate."""
    chance = Random(seed)
    units = [make_dependency(plan.entity) for _number in range(3)]
    lines = [plan.lines.create(name=f"Línea {number}") for number in range(2 * (seed % 2))]
    phases = [plan.phases.create(number=number, name=f"Fase {number}", stage="diagnosis") for number in (1, 2)]
    for _number in range(30):
        target = {"target_kind": "percentage", "target_value": 90} if chance.random() < 0.15 else {}
        activity = make_activity(
            plan,
            chance.choice([*units, None]),
            line=chance.choice([*lines, None]),
            phase=chance.choice([*phases, None]),
            all_dependencies=chance.random() < 0.2,
            outside_plan=chance.random() < 0.1,
            **target,
        )
        for month in chance.sample(range(1, 13), 4):
            planned_on = date(2026, month, chance.randint(1, 28))
            fields = {"planned_units": chance.choice([0, 1, 1, 5]), "reason": chance.choice(["", "Llovió."])}
            fate = chance.random()
            if target and fate < 0.6:
                fields |= {"numerator": 3, "denominator": chance.randint(3, 5), "held_on": planned_on}
            elif fate < 0.5:
                fields |= {
                    "executed_units": chance.randint(1, 6),
                    "held_on": planned_on + timedelta(days=chance.randint(0, 40)),
                }
            elif fate < 0.65:
                fields |= {"executed_units": 0}
            elif fate < 0.75:
                fields |= {"withdrawn_on": planned_on}
            elif fate < 0.8:
                fields |= {"in_force_from": planned_on + timedelta(days=15)}
            elif fate < 0.85:
                fields |= {"carried_to_year": 2027, "reason": "Pasa al otro año."}
            make_session(activity, planned_on, **fields)
