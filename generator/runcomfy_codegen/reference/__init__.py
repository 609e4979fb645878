"""The reference pages: Markdown, one page for each endpoint and an index of them all."""
