"""Whether mail leaves this machine."""

from django import template

from ..mail import reaches_people

register = template.Library()
register.simple_tag(reaches_people, name="mail_reaches_people")
