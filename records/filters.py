"""Filters of list pages: declared once per list, read from the query string, shown again in the form."""

from datetime import date

from django.core.paginator import Page
from django.db.models import QuerySet
from django_filters import FilterSet

from display.dates import day
from display.lists import PAGE_SIZE, paginate


class ListFilter(FilterSet):
    """Filters of one list. An invalid value shows its error and filters nothing.

    Those named in `SHOWS` only say how the rows are shown.
    """

    SHOWS: tuple[str, ...] = ()

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        return super().filter_queryset(queryset) if self.form.is_valid() else queryset

    @property
    def searching(self) -> bool:
        if not self.form.is_valid():
            return True
        return any(value for name, value in self.form.cleaned_data.items() if name not in self.SHOWS)

    @property
    def chips(self) -> list[tuple[str, str]]:
        """(words, the address without it) of each filter in use: «Fase: 2. Diagnóstico»."""
        if not self.form.is_valid():
            return []
        chips = []
        for field in self.form:
            if field.name in self.SHOWS:
                continue
            if value := self.form.cleaned_data[field.name]:
                address = self.request.GET.copy()
                for name in (field.name, "page"):
                    address.pop(name, None)
                chips.append((f"{field.label}: {in_words(field.field, value)}", f"?{address.urlencode()}"))
        return chips

    def search(self, rows: QuerySet, name: str, words: str) -> QuerySet:
        return rows.search(words)  # the rows are Searchable; filters name it as `method="search"`


def in_words(field, value) -> str:
    if isinstance(value, date):
        return day(value)
    return str(dict(getattr(field, "choices", ())).get(value, f"«{value}»"))


def filtered(
    request, filter_class: type[ListFilter], rows: QuerySet, *, size: int = PAGE_SIZE, **kwargs
) -> tuple[Page, ListFilter]:
    filters = filter_class(request.GET, queryset=rows, request=request, **kwargs)
    return paginate(request, filters.qs, size), filters
