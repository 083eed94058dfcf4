"""What people answered, counted, and what is never shown of it."""

from datetime import date
from fractions import Fraction
from itertools import product

import pytest

from activities.models import Opinion, Session
from activities.surveys import perception
from activities.surveys.perception import LEAST, Tally, show
from tests.activities.surveys.answering import make_answers
from tests.factories import make_activity, make_dependency, make_session

DAYS = [date(2026, month, 16) for month in range(1, 13)]


def marks(*counts: int) -> list[bool]:
    parts = [Tally(n=n) for n in counts]
    show(parts)
    return [part.is_shown for part in parts]


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ((4, 1), [False, False]),
        ((6, 2), [False, False]),  # 8 - 6 would tell of 2
        ((7, 6, 2), [True, False, False]),
        ((5, 5), [True, True]),
        ((9, 4, 1), [True, False, False]),
        ((5, 0), [True, False]),
    ],
)
def test_parts_are_shown_when_nothing_is_left_to_deduce(counts, shown):
    assert marks(*counts) == shown


def test_what_is_hidden_of_a_whole_is_never_fewer_than_five():
    for counts in product(range(9), repeat=4):
        found = marks(*counts)
        hidden = sum(n for n, is_shown in zip(counts, found, strict=True) if not is_shown)
        assert hidden == 0 or hidden >= LEAST or sum(counts) < LEAST
        assert all(n >= LEAST for n, is_shown in zip(counts, found, strict=True) if is_shown)


@pytest.fixture
def blocks(plan):
    """Two dependencies with an activity of three spaces each."""
    found = []
    for name in ("Gobierno", "Salud"):
        activity = make_activity(plan, make_dependency(plan.entity, name))
        found.append([make_session(activity, day) for day in DAYS[:3]])
    return found


def test_block_of_five_is_shown_and_its_spaces_of_four_and_one_are_not(plan, blocks):
    make_answers(blocks[0][0], 4)
    make_answers(blocks[0][1], 1)
    found = perception.of_plan(plan)
    assert (found.total.n, found.total.spaces, found.total.is_shown) == (5, 2, True)
    [block] = found.blocks
    assert (block.name, block.tally.n, block.tally.is_shown) == ("Gobierno", 5, True)
    assert [space.tally.n for space in block.spaces] == [4, 1]
    assert found.told == set()


def test_small_block_takes_the_smallest_of_the_others_with_it(plan, blocks):
    make_answers(blocks[0][0], 6)
    make_answers(blocks[1][0], 2)
    found = perception.of_plan(plan)
    assert found.total.is_shown
    assert [block.tally.is_shown for block in found.blocks] == [False, False]
    assert found.told == set()  # its space of six would tell the other two


def test_nothing_is_shown_of_four(plan, blocks):
    make_answers(blocks[0][0], 4)
    found = perception.of_plan(plan)
    assert not found.total.is_shown and found.total.share("usefulness", "a_lot") is None
    assert perception.of_plan(plan).of(blocks[0][0]).n == 4


def test_answers_are_counted_by_question_and_against_who_came(plan, blocks):
    blocks[0][0].attendance_total = 20
    blocks[0][0].save()
    make_answers(blocks[0][0], 5)
    make_answers(blocks[0][0], 3, usefulness="nothing", would_return="maybe")
    make_answers(blocks[0][1], 6, clarity="little")  # nobody counted who came
    total = perception.of_plan(plan).total
    assert (total.n, total.people, total.of_people, total.rate) == (14, 20, 8, Fraction(8, 20))
    assert total.share("usefulness", "a_lot", "enough") == Fraction(11, 14)
    assert total.share("clarity", "little") == Fraction(6, 14)
    assert total.share("would_return", "yes") == Fraction(11, 14)


def test_more_answers_than_people_give_no_rate(plan, blocks):
    blocks[0][0].attendance_total = 5
    blocks[0][0].save()
    make_answers(blocks[0][0], 6)
    assert perception.of_plan(plan).total.rate is None


def test_statements_do_not_grow_with_the_spaces(plan, blocks, django_assert_num_queries):
    for rows in blocks:
        make_answers(rows[0], 5)
    with django_assert_num_queries(3):
        perception.of_plan(plan)
    for rows in blocks:
        for session in rows:
            make_answers(session, 7)
    with django_assert_num_queries(3):
        perception.of_plan(plan)


def test_themes_and_quotes_are_told_from_five_opinions_on(plan, blocks):
    theme = plan.themes.create(name="Sonido")
    make_answers(blocks[0][0], 4, liked="Se oyó bien")
    make_answers(blocks[0][0], 5, improve="Más sillas")
    for opinion in Opinion.objects.all():
        opinion.themes.add(theme)
    Opinion.objects.filter(question="liked").update(is_quotable=True)
    first = Opinion.objects.filter(question="improve").first()
    first.is_quotable = True
    first.save()
    opinions = perception.opinions_of(Session.objects.filter(activity__plan=plan))
    liked, improve = perception.written(opinions)
    assert (liked.n, liked.grouped, liked.themes, liked.quotes) == (4, 4, (), ())
    assert (improve.n, improve.themes, improve.quotes) == (5, (("Sonido", 5),), ("Más sillas",))
