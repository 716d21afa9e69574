"""Tags and filters that every template has. `docs/look.md` shows each one."""

from django import template

from payung.web import components, forms, words

register = template.Library()

for _name, _filter in words.FILTERS.items():
    register.filter(_name, _filter)

register.simple_tag(components.tag, name="tag")
register.simple_tag(components.tile, name="tile")
register.simple_tag(components.progress, name="progress")
register.simple_tag(components.nothing, name="nothing")
register.simple_tag(components.breadcrumbs, name="breadcrumbs")
register.simple_tag(components.once, name="once")
register.simple_tag(components.pager, name="pager", takes_context=True)
register.simple_tag(components.sorting, name="sorting", takes_context=True)
register.simple_block_tag(components.card, name="card")
register.simple_block_tag(components.panel, name="panel")
register.simple_tag(forms.widget_attrs, name="widget_attrs")
register.simple_tag(forms.hint_of, name="hint_of")
register.simple_tag(forms.error_summary, name="error_summary")
