"""Names to regions and bodies, with evidence; refuses when more than one remains."""

from extractors.organisation.gazetteer import Gazetteer, GazetteerError
from extractors.organisation.resolver import is_of_township, resolve

__all__ = ["Gazetteer", "GazetteerError", "is_of_township", "resolve"]
