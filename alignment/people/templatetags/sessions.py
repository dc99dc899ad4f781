"""Words for a session."""

from django import template

from alignment.people.rules import browser_of

register = template.Library()
register.filter("browser", browser_of)
