"""A page at a time."""

import pytest
from django.test import RequestFactory

from display.lists import PAGE_SIZE, page_of, paginate


@pytest.mark.parametrize(
    ("address", "first", "last"),
    [("/", 1, 50), ("/?page=2", 51, 100), ("/?page=3", 101, 101), ("/?page=99", 101, 101), ("/?page=dos", 1, 50)],
)
def test_page_of_the_address(address, first, last):
    page = paginate(RequestFactory().get(address), range(1, 102))
    assert (page.object_list[0], page.object_list[-1]) == (first, last)


def test_first_page_of_what_has_no_address():
    assert len(page_of(range(101)).object_list) == PAGE_SIZE == 50
