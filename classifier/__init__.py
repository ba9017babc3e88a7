"""First read of a police force's Freedom of Information inbox."""

__version__ = "0.1.0"
