"""Builds it with MkDocs."""

MARKDOWN_EXTENSIONS = ("tables", "toc", "pymdownx.superfences", "pymdownx.highlight")
