"""The compiled engine: a query is turned into code once, and answered from the services' bytes."""
