"""A module for each endpoint: its request, its output and its methods."""
