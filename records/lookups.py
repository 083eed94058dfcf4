"""What Django's own lookups lack."""

from django.db.models.lookups import In


class OneOf(In):
    """`IN` over the rows of a query, which PostgreSQL runs once and looks up by index: `OneOf(F("object_id"), rows)`.

    Of a plain `IN (SELECT …)` it must guess the size, and guesses one row of what was imported a moment ago and is not
    analysed yet: then it compares every row with every entry of the trail, for minutes.
    """

    def as_postgresql(self, compiler, connection) -> tuple[str, tuple]:
        left, left_params = self.process_lhs(compiler, connection)
        rows, params = self.process_rhs(compiler, connection)
        return f"{left} = ANY (ARRAY{rows})", (*left_params, *params)
