"""SQLite with the integers of PostgreSQL, so that both refuse the same values, and with its flush."""

from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.backends.sqlite3 import base


class DatabaseOperations(base.DatabaseOperations):
    integer_field_range = BaseDatabaseOperations.integer_field_range

    def sql_flush(self, style, tables, **options):
        """Past the triggers that refuse to delete rows, as TRUNCATE goes past those of PostgreSQL."""
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = [(name, sql) for name, table, sql in cursor.fetchall() if table in tables]
        drop = [f"DROP TRIGGER {self.quote_name(name)}" for name, _sql in triggers]
        return [*drop, *super().sql_flush(style, tables, **options), *(sql for _name, sql in triggers)]


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class = DatabaseOperations
