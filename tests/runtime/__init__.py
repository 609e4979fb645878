"""Tests of the client, its jobs and its errors."""
