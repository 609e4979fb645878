"""Capture endpoints into schemas/: from saved API pages, or from the catalogue.

The parts of a page are found by structure only (the curl command, the JSON objects), never by the words around
them: the site has eleven languages, and some pages show untranslated keys.
"""

from .add import AddedPage, AddReport, add_pages
from .pages.captured import CapturedEndpoint, read_page

__all__ = ["AddReport", "AddedPage", "CapturedEndpoint", "add_pages", "read_page"]
