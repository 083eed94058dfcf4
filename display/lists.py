"""Long lists, a page at a time."""

from django.core.paginator import Page, Paginator

PAGE_SIZE = 50


def page_of(rows, number: str | int | None = 1, size: int = PAGE_SIZE) -> Page:
    """A page of a QuerySet or a list; the first or the last one when there is no such page."""
    return Paginator(rows, size).get_page(number)


def paginate(request, rows, size: int = PAGE_SIZE) -> Page:
    """The page that the address asks for, as templates/_components/pagination.html writes it."""
    return page_of(rows, request.GET.get("page"), size)
