"""The base classes of generated endpoints, and the record of one."""
