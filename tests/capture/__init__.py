"""Tests of reading and capturing schemas."""
