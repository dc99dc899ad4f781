"""Calling addresses that people typed in, without ever reaching a private one.

`addresses` decides, `wire` connects: see ADR 0020.
"""
