"""What generated endpoints have in common, and all that is known of one."""
