"""Write the reference pages in Markdown: one for each endpoint, and an index."""
