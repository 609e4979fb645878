"""The folder `schemas/`: endpoints as published, their overlays and references."""
