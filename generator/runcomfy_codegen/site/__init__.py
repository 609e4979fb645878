"""Build the reference pages into a website with search, filters and a form for each endpoint."""
