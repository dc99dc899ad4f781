"""Calls to URLs that users typed in, without ever reaching a private address.

`addresses` decides, `wire` connects: see ADR 0020.
"""
