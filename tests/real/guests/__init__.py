"""Guests that really boot, and say in their own words what reached them.

`run` runs a QEMU and hands back what its guest said on the first serial port; `media` builds the
project's own boot programs; `linux` makes a small Linux guest of Debian's kernel and busybox.
"""
