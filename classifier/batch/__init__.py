"""The unattended run: what is new since the last one, once, with a digest for the morning."""
