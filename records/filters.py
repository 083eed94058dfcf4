"""Filters of list pages: declared once per list, read from the query string, shown again in the form."""

from django.core.paginator import Page
from django.db.models import QuerySet
from django_filters import FilterSet

from display.lists import paginate


class ListFilter(FilterSet):
    """Filters of one list. An invalid value shows its error and filters nothing."""

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        return super().filter_queryset(queryset) if self.form.is_valid() else queryset

    @property
    def searching(self) -> bool:
        return not self.form.is_valid() or any(self.form.cleaned_data.values())

    def search(self, rows: QuerySet, name: str, words: str) -> QuerySet:
        return rows.search(words)  # the rows are Searchable; filters name it as `method="search"`


def filtered(request, filter_class: type[ListFilter], rows: QuerySet, **kwargs) -> tuple[Page, ListFilter]:
    filters = filter_class(request.GET, queryset=rows, request=request, **kwargs)
    return paginate(request, filters.qs), filters
