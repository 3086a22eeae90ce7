"""QEMU's command line as fluent, typed, immutable builder objects."""

__version__ = "0.1.0.dev0"
