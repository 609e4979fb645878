"""Run the stages for a whole project, and reuse what has not changed since the last run."""
