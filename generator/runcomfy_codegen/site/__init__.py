"""The reference pages as a website, with search, filters and a form for each endpoint."""
