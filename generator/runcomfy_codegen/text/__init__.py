"""Documents, problems, Markdown and untrusted text: what every stage stands on."""
