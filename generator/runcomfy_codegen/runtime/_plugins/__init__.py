"""Plugins that other tools load by the entry points of this distribution."""
