"""The database: engines, transactions, tables, migrations."""
