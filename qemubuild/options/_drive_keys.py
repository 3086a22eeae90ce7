"""The keys of ``-drive`` that are no fields of their own: second names, block drivers', dropped."""

from __future__ import annotations

from typing import Final

ALIASES: Final = {
    "read-only": "readonly",
    "throttling.group": "group",
    "throttling.iops-size": "iops_size",
    **{
        f"throttling.{what}-{long}{end.replace('_', '-')}": f"{what}{short}{end}"
        for what in ("bps", "iops")
        for long, short in (("total", ""), ("read", "_rd"), ("write", "_wr"))
        for end in ("", "_max")
    },
}
"""Second names of keys, to the ones that are written (``drive_new``, blockdev.c)."""

# What QEMU's block drivers take beside the fields, from 7.2 to 10.2 (qapi/block-core.json, and the
# legacy spellings of the drivers themselves). A dotted key is known by its first part.
DRIVER_KEYS: Final = frozenset(
    """
    aio-max-batch align auth-client-required auto-read-only backing bitmap blkverify bottom cache
    cache-clean-interval cache-size cbw-timeout children conf config cookie cookie-secret data-file
    debug dir discard-no-unref drop-cache encrypt export extent-size-hint fat-type file filename
    floppy force-share hash-alg hash-prefix header header-digest host host-key-check image
    initiator-name inject-error key-secret keyid l2-cache-entry-size l2-cache-size label latency-ns
    lazy-refcounts locking log log-append log-sector-size log-super-update-interval logfile lun
    max-discard max-transfer max-write-zero min-cluster-size mode namespace offset on-cbw-error
    open-timeout opt-discard opt-write-zero overlap-check page-cache-size pass-discard-other
    pass-discard-request pass-discard-snapshot password-secret path pool port portal pr-manager
    prealloc-align prealloc-size proxy-password proxy-password-secret proxy-username raw
    read-pattern read-zeroes readahead readahead-size reconnect-delay refcount-cache-size
    rewrite-corrupted rw server set-state size sslverify stats-account-failed
    stats-account-invalid stats-intervals take-child-perms target tcp-syn-count test throttle-group
    throttling timeout tls-creds tls-hostname top-id transport unshare-child-perms url user username
    volume vote-threshold x-check-cache-dropped x-dirty-bitmap
    """.split()
)
# Keys of -drive that QEMU has dropped, and what has taken their place.
REMOVED: Final = {
    "serial": "add id=, interface='none', and device('virtio-blk-pci', drive=..., serial=...)",
    "addr": "add id=, interface='none', and device('virtio-blk-pci', drive=..., addr=...)",
    "cyls": "add id=, interface='none', and device('ide-hd', drive=..., cyls=...)",
    "heads": "add id=, interface='none', and device('ide-hd', drive=..., heads=...)",
    "secs": "add id=, interface='none', and device('ide-hd', drive=..., secs=...)",
    "trans": "add id=, interface='none', and device('ide-hd', drive=..., bios-chs-trans=...)",
    "boot": "write boot(), or a device with bootindex=",
}
