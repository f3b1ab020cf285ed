"""The cellar: tables, engine and migrations. Knows nobody; `monitor.adapters.sql` and `monitor.wiring` open it."""
