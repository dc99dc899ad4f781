"""Entente on one machine: its own PostgreSQL and Valkey, and a supervisor for every process.

Nothing here is imported by the application itself; `make run`, the tests and the benchmarks use it.
"""
