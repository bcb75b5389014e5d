"""The road as a decoration, where no person is meant."""

from django import template

from recruitment.track import slips_of

register = template.Library()


@register.inclusion_tag("design/_scroll.html")
def scroll():
    """The scroll of twenty-five blank slips on the login page."""
    return {"stages": slips_of({})}
