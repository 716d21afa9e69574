"""What `approval/_route.html` asks about its route: `{% load approval_routes %}`."""

from __future__ import annotations

from django import template

from payung.approval.models import Route
from payung.approval.route_queries import StageLine, timeline

register = template.Library()


@register.simple_tag
def timeline_of(route: Route) -> tuple[StageLine, ...]:
    """`{% timeline_of route as stages %}`: all stages with their stops."""
    return timeline(route)
