"""One file per QEMU option: what it holds, how it is written, read, judged and explained."""
