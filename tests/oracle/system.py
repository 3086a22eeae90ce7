"""The values of options about firmware, tables, the host's system, and the clock of emulation."""

from __future__ import annotations

from typing import Final

from tests.oracle.choices import BOOL, CHARDEVS, OBJECTS, Method, values

_FILE: Final = values("code.fd", "cd.iso", odd=("missing", "folder"))
_OWN: Final = values("./code.fd", "./cd.iso", odd=("./missing",))
_TEXT: Final = values("Acme", "a,b", "", "x" * 300)
_UUID: Final = values(
    "12345678-1234-1234-1234-123456789abc", odd=("1234", "12345678123412341234123456789abc", "x")
)
_ALLOW: Final = values("allow", "deny")

FIRMWARE: Final[dict[str, Method]] = {
    "bios": Method(values("./code.fd", odd=("./missing", "./folder", "./text.txt", "./odd.raw"))),
    "kernel": Method(values("kernel", odd=("missing", "folder"))),
    "initrd": Method(_FILE),
    "append": Method(values("console=ttyS0", "a,b", "")),
    "dtb": Method(_OWN),
    "option_rom": Method(_OWN, {"bootindex": values(0, 1, -1)}),
    "fw_cfg": Method(
        values("opt/org.x/a", "opt/org.x/b", odd=("etc/a", "x" * 56, "", "opt/" + "x" * 60)),
        {"file": _FILE, "string": _TEXT, "gen_id": OBJECTS},
    ),
    "acpitable": Method(
        values("text.txt", odd=("missing", "folder", "empty.raw", "code.fd")),
        {
            "sig": values("SSDT", "OEM1", odd=("x", "TOOLONG")),
            "rev": values(1, odd=(256, -1)),
            "oem_id": values("ACME", odd=("toolongid",)),
            "oem_table_id": values("TABLE", odd=("toolongtable",)),
            "oem_rev": values(1),
            "asl_compiler_id": values("AAAA", odd=("AAAAA",)),
            "asl_compiler_rev": values(1),
        },
    ),
    "smbios_bios": Method(
        None,
        {"vendor": _TEXT, "version": _TEXT, "date": _TEXT, "uefi": BOOL,
         "release": values("1.2", odd=("x", "300.1", "1"))},
    ),
    "smbios_system": Method(
        None,
        {"manufacturer": _TEXT, "product": _TEXT, "serial": _TEXT, "uuid": _UUID, "sku": _TEXT},
    ),
    "smbios_processor": Method(
        None,
        {"sock_pfx": _TEXT, "max_speed": values(1000, odd=(65536, 10**6)), "asset": _TEXT,
         "current_speed": values(1000, odd=(65536,))},
    ),
    "smbios_memory": Method(
        None, {"bank": _TEXT, "part": _TEXT, "speed": values(1000, odd=(65536, 10**6))}
    ),
    "smbios_strings": Method(values("a", ("a", "b"), ())),
    "smbios_file": Method(values("text.txt", odd=("missing", "folder", "empty.raw"))),
}  # fmt: skip

SYSTEM: Final[dict[str, Method]] = {
    "uuid": Method(_UUID),
    "action": Method(
        None,
        {
            "reboot": values("reset", "shutdown"),
            "shutdown": values("poweroff", "pause"),
            "panic": values("pause", "shutdown", "none"),
            "watchdog": values("reset", "none", "debug"),
        },
    ),
    "watchdog_action": Method(values("reset", "none", "debug")),
    "icount": Method(
        values(0, 5, 10, "auto", odd=(11, None)),
        {
            "align": BOOL,
            "sleep": BOOL,
            # What is in a record would decide when QEMU ends.
            "rr": values("record"),
            "rrfile": values("replay.bin", odd=("no/such/replay", "missing.bin")),
        },
    ),
    "overcommit": Method(None, {"mem_lock": BOOL, "cpu_pm": BOOL}),
    "seed": Method(values(0, 1, 1 << 31, odd=(1 << 63, -1))),
    "msg": Method(BOOL, {"guest_name": BOOL}),
    "log_items": Method(values("guest_errors", "unimp", "cpu,int", odd=("nonsense",))),
    "log_file": Method(values("qemu.log", odd=("no/such/log", "folder", "a%d.log", "a%s.log"))),
    "only_migratable": Method(),
    "no_fd_bootchk": Method(),
    "full_screen": Method(),
    "win2k_hack": Method(),
    "pidfile": Method(values("pid", odd=("no/such/pid", "folder"))),
    "mem_path": Method(values("memory", ".", odd=("no/such/memory", "folder"))),
    "mem_prealloc": Method(),
    "sandbox": Method(
        BOOL,
        {
            "obsolete": _ALLOW,
            "elevateprivileges": values("allow", "deny", "children"),
            "spawn": _ALLOW,
            "resourcecontrol": _ALLOW,
        },
    ),
    "mon": Method(
        CHARDEVS,
        {"mode": values("readline", "control"), "pretty": BOOL, "id": values("m0", "m1")},
    ),
    "fsdev": Method(
        values("local", "synth"),
        {
            "path": values("folder", odd=("missing", "text.txt")),
            "security_model": values("none", "mapped", "mapped-file", "passthrough"),
            "id": values("f0", "f1"),
            "readonly": BOOL,
            "writeout": values("immediate"),
            "multidevs": values("remap", "forbid", "warn"),
            "fmode": values(0o600),
        },
    ),
    "virtfs": Method(
        values("local", "synth"),
        {
            "path": values("folder", odd=("missing", "text.txt")),
            "security_model": values("none", "mapped", "mapped-file", "passthrough"),
            "mount_tag": values("host", odd=("t" * 40, "")),
            "id": values("f0", "f1"),
            "readonly": BOOL,
        },
    ),
    "rng": Method(values(None, "/dev/urandom", odd=("missing",))),
    "balloon": Method(None, {"deflate_on_oom": BOOL, "free_page_reporting": BOOL}),
    "user_network": Method(
        values({2222: 22}, (), odd=({2222: 22, 2223: 22}, {0: 0}, ("nonsense",))),
        {"id": values("n0", "n1"), "model": values("e1000", "virtio-net-pci"),
         "mac": values("52:54:00:12:34:56", odd=("x", "01:00:00:00:00:00"))},
    ),
    "gdb_default": Method(),
    "compat": Method(
        None,
        {"deprecated_input": values("accept", "reject"), "unstable_output": values("hide")},
    ),
    "audio": Method(
        values("none"), {"id": values("a0"), "model": values("hda", "ac97")}, ("model",)
    ),
    "snapshot": Method(),
}  # fmt: skip
