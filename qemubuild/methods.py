"""The methods of `Machine` that most programs use: one line for each option.

The others are in ``more.py``, which is loaded when one of them is first asked for: importing stays
cheap. The signature of a method is written once, in the option's own class.
"""

from __future__ import annotations

from qemubuild.adding import adds
from qemubuild.options import flags
from qemubuild.options.accel import Accel, EnableKvm
from qemubuild.options.boot import Boot
from qemubuild.options.cpu import Cpu
from qemubuild.options.device import Device
from qemubuild.options.drive import Drive
from qemubuild.options.keyboard import Keyboard
from qemubuild.options.machine_type import MachineType
from qemubuild.options.media import Cdrom, Fda, Fdb, Hda, Hdb, Hdc, Hdd, Mtdblock, Pflash, Sd
from qemubuild.options.memory import Memory
from qemubuild.options.name import Name
from qemubuild.options.netdev import Netdev
from qemubuild.options.raw import Raw
from qemubuild.options.smp import Smp
from qemubuild.options.usbdevice import Usbdevice
from qemubuild.options.vnc import Vnc


class Methods:
    """What most machines are given, by name; `Machine` has all the rest."""

    accel = adds(Accel)
    boot = adds(Boot)
    cdrom = adds(Cdrom)
    cpu = adds(Cpu)
    device = adds(Device)
    drive = adds(Drive)
    enable_kvm = adds(EnableKvm)
    fda = adds(Fda)
    fdb = adds(Fdb)
    full_screen = adds(flags.FullScreen)
    hda = adds(Hda)
    hdb = adds(Hdb)
    hdc = adds(Hdc)
    hdd = adds(Hdd)
    keyboard = adds(Keyboard)
    machine_type = adds(MachineType)
    memory = adds(Memory)
    mtdblock = adds(Mtdblock)
    name = adds(Name)
    netdev = adds(Netdev)
    no_fd_bootchk = adds(flags.NoFdBootchk)
    no_reboot = adds(flags.NoReboot)
    no_shutdown = adds(flags.NoShutdown)
    nodefaults = adds(flags.Nodefaults)
    nographic = adds(flags.Nographic)
    paused = adds(flags.Paused)
    pflash = adds(Pflash)
    preconfig = adds(flags.Preconfig)
    raw = adds(Raw)
    sd = adds(Sd)
    smp = adds(Smp)
    snapshot = adds(flags.Snapshot)
    usb = adds(flags.Usb)
    usbdevice = adds(Usbdevice)
    vnc = adds(Vnc)
    win2k_hack = adds(flags.Win2kHack)
