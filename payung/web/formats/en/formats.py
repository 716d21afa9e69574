"""English words, but figures and dates as every paper in the office has them."""

from payung.web.formats.id.formats import *  # noqa: F403
