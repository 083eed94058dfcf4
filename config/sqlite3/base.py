"""SQLite with the integers of PostgreSQL: both databases refuse the same values."""

from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.backends.sqlite3 import base


class DatabaseOperations(base.DatabaseOperations):
    integer_field_range = BaseDatabaseOperations.integer_field_range


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class = DatabaseOperations
