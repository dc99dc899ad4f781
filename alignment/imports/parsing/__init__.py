"""Reading tables that people bring: pure code, no database, bounded memory.

``tables`` opens a CSV or XLSX file, ``mapping`` guesses which column is which
field, ``rows`` turns cells into typed values and row errors. ``numbers``,
``moments``, ``web`` and ``fields`` parse single cells.
"""
