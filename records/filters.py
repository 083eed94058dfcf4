"""What a list is looked through by: declared once per list, kept in its address, said back in its form."""

from django.core.paginator import Page
from django.db.models import QuerySet
from django_filters import FilterSet

from display.lists import paginate


class ListFilter(FilterSet):
    """Filters of one list. With a value that is no choice the form says so, and the list stays whole."""

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        return super().filter_queryset(queryset) if self.form.is_valid() else queryset

    @property
    def searching(self) -> bool:
        """Whether something is looked for, even in vain."""
        return not self.form.is_valid() or any(self.form.cleaned_data.values())

    def search(self, rows: QuerySet, name: str, words: str) -> QuerySet:
        """Of Searchable rows, for a filter with `method="search"`."""
        return rows.search(words)


def filtered(request, filter_class: type[ListFilter], rows: QuerySet, **about) -> tuple[Page, ListFilter]:
    """The page of `rows` that the address asks for, and the filters that chose them; `about` is what these ask for."""
    filters = filter_class(request.GET, queryset=rows, request=request, **about)
    return paginate(request, filters.qs), filters
