"""Options that QEMU has dropped, as old scripts have them: they are read, found and written back.

From QEMU's docs/about/removed-features.rst; each says what to write instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qemubuild.claims import Folder, User
from qemubuild.option import Flag, Option, Plain, key
from qemubuild.targets import ARM, X86
from qemubuild.values import TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator


class _Dropped(Option):
    def explain(self) -> str:
        """Say since when QEMU has no such thing."""
        return f"QEMU {self.removed} dropped {self.flag}: {self.instead}."


class _DroppedFlag(_Dropped, Flag):
    pass


class _DroppedValue(_Dropped, Plain):
    value: str = key(TEXT)


# What 7.2 still has.


class AsyncTeardown(_DroppedFlag):
    """Leave the freeing of memory to a second process."""

    flag = "-async-teardown"
    removed = "9.0"
    instead = "write run_with(async_teardown=True), from QEMU 8.1 on"


class AudioHelp(_DroppedFlag):
    """Print what environment variables made of the sound, and exit."""

    flag = "-audio-help"
    removed = "8.2"
    instead = "leave it out; audiodev() says what plays the sound"


class Chroot(_DroppedValue):
    """Change QEMU's root directory once the machine is up."""

    flag = "-chroot"
    removed = "9.0"
    instead = "write run_with(chroot=...), from QEMU 9.0 on"

    def claims(self) -> Iterator[Folder]:
        """State the directory."""
        yield Folder(self.value, "root directory")


class NoAcpi(_DroppedFlag):
    """Leave ACPI out."""

    flag = "-no-acpi"
    archs = X86 | ARM
    removed = "9.0"
    instead = "add acpi=False to machine_type()"


class NoHpet(_DroppedFlag):
    """Leave the HPET, a timer, out."""

    flag = "-no-hpet"
    archs = X86
    removed = "9.0"
    instead = "add hpet=False to machine_type()"


class OldParam(_DroppedFlag):
    """Start the kernel in the way of Arm before 2.4."""

    flag = "-old-param"
    archs = ARM
    removed = "10.2"
    instead = "leave it out: kernels since 2.4 have no use for it"


class Portrait(_DroppedFlag):
    """Turn the screen of a PXA board."""

    flag = "-portrait"
    removed = "9.2"
    instead = "leave it out: the boards it was for are gone, too"


class Rotate(_DroppedValue):
    """Turn the screen of a PXA board."""

    flag = "-rotate"
    removed = "9.2"
    instead = "leave it out: the boards it was for are gone, too"


class Runas(_DroppedValue):
    """Change QEMU's user once the machine is up."""

    flag = "-runas"
    removed = "10.0"
    instead = "write run_with(user=...), from QEMU 9.1 on"

    def claims(self) -> Iterator[User]:
        """State the user."""
        yield User(self.value)


class Singlestep(_DroppedFlag):
    """Emulate one instruction at a time."""

    flag = "-singlestep"
    removed = "9.0"
    instead = "write accel('tcg', one_insn_per_tb=True), from QEMU 8.1 on"


# What no QEMU has any more that machines are judged for.


class AltGrab(_DroppedFlag):
    """Catch the mouse by Ctrl-Alt-Shift."""

    flag = "-alt-grab"
    removed = "7.1"
    instead = "write display('sdl', grab_mod='lshift-lctrl-lalt')"


class Balloon(_DroppedValue):
    """Let the guest give memory back."""

    flag = "-balloon"
    removed = "3.1"
    instead = "write device('virtio-balloon'), or leave it out for 'none'"


class Bootp(_DroppedValue):
    """Name the file that the guest boots over the network."""

    flag = "-bootp"
    removed = "3.1"
    instead = "write nic('user', bootp=...)"


class Bt(_DroppedValue):
    """Emulate Bluetooth."""

    flag = "-bt"
    repeats = True
    removed = "5.0"
    instead = "leave it out: QEMU emulates no Bluetooth any more"


class CtrlGrab(_DroppedFlag):
    """Catch the mouse by the right Ctrl key."""

    flag = "-ctrl-grab"
    removed = "7.1"
    instead = "write display('sdl', grab_mod='rctrl')"


class Curses(_DroppedFlag):
    """Show text screens in the terminal."""

    flag = "-curses"
    removed = "7.1"
    instead = "write display('curses')"


class EnableFips(_DroppedFlag):
    """Obey the rules of FIPS."""

    flag = "-enable-fips"
    removed = "7.1"
    instead = "leave it out: a QEMU built with libgcrypt or gnutls obeys the host's"


class Hdachs(_DroppedValue):
    """Say how many cylinders, heads and sectors a disk has."""

    flag = "-hdachs"
    removed = "2.12"
    instead = (
        "write drive(..., interface='none', id='disk') and device('ide-hd', "
        "drive='disk', cyls=..., heads=..., secs=...)"
    )


class Localtime(_DroppedFlag):
    """Have the clock show local time."""

    flag = "-localtime"
    removed = "3.1"
    instead = "write rtc('localtime')"


class NoFrame(_DroppedFlag):
    """Open a window without a frame."""

    flag = "-no-frame"
    removed = "4.0"
    instead = "leave it out: QEMU's windows have frames"


class NoKvm(_DroppedFlag):
    """Emulate the processor."""

    flag = "-no-kvm"
    removed = "5.2"
    instead = "write accel('tcg'), or leave it out"


class NoKvmIrqchip(_DroppedFlag):
    """Emulate the interrupt controllers in QEMU."""

    flag = "-no-kvm-irqchip"
    removed = "3.0"
    instead = "write accel('kvm', kernel_irqchip='off')"


class NoKvmPit(_DroppedFlag):
    """Emulate the timer in QEMU."""

    flag = "-no-kvm-pit"
    removed = "2.12"
    instead = "write accel('kvm', kernel_irqchip='split')"


class NoKvmPitReinjection(_DroppedFlag):
    """Drop timer ticks that the guest missed."""

    flag = "-no-kvm-pit-reinjection"
    removed = "3.0"
    instead = "write global_property('kvm-pit', 'lost_tick_policy', 'discard')"


class NoQuit(_DroppedFlag):
    """Keep the window from being closed."""

    flag = "-no-quit"
    removed = "7.0"
    instead = "write display('gtk', window_close=False), or 'sdl'"


class Nodefconfig(_DroppedFlag):
    """Leave out the host's configuration."""

    flag = "-nodefconfig"
    removed = "3.1"
    instead = "write no_user_config()"


class Realtime(_DroppedValue):
    """Keep the guest's memory from being swapped out."""

    flag = "-realtime"
    removed = "6.0"
    instead = "write overcommit(mem_lock=True)"


class Redir(_DroppedValue):
    """Pass connections on to the guest."""

    flag = "-redir"
    repeats = True
    removed = "3.1"
    instead = "write nic('user', hostfwd='tcp::2222-:22'), with your ports"


class RtcTdHack(_DroppedFlag):
    """Deliver clock ticks that the guest missed."""

    flag = "-rtc-td-hack"
    removed = "3.1"
    instead = "write rtc(driftfix='slew')"


class Sdl(_DroppedFlag):
    """Open a window by SDL."""

    flag = "-sdl"
    removed = "7.1"
    instead = "write display('sdl')"


class ShowCursor(_DroppedFlag):
    """Show the host's mouse cursor."""

    flag = "-show-cursor"
    removed = "6.0"
    instead = "write display('gtk', show_cursor=True), or 'sdl'"


class Smb(_DroppedValue):
    """Share a directory with the guest."""

    flag = "-smb"
    removed = "3.1"
    instead = "write nic('user', smb=...)"


class Soundhw(_DroppedValue):
    """Give the guest a sound card."""

    flag = "-soundhw"
    adds_up = True
    removed = "7.1"
    instead = (
        "write audiodev('pa', id='snd') and device('AC97', audiodev='snd'), or your card's name"
    )


class Startdate(_DroppedValue):
    """Set the guest's clock."""

    flag = "-startdate"
    removed = "3.1"
    instead = "write rtc('2026-06-17T16:01:21'), with your date"


class TbSize(_DroppedValue):
    """Say how much translated code is kept."""

    flag = "-tb-size"
    removed = "6.0"
    instead = "write accel('tcg', tb_size=...)"


class Tdf(_DroppedFlag):
    """Deliver timer ticks that the guest missed."""

    flag = "-tdf"
    removed = "2.12"
    instead = "leave it out: KVM does so anyway"


class Tftp(_DroppedValue):
    """Serve a directory to the guest."""

    flag = "-tftp"
    removed = "3.1"
    instead = "write nic('user', tftp=...)"


class Watchdog(_DroppedValue):
    """Give the guest a watchdog."""

    flag = "-watchdog"
    removed = "7.2"
    instead = "write device('i6300esb'), or your watchdog's name"


class Writeconfig(_DroppedValue):
    """Write the options to a file."""

    flag = "-writeconfig"
    removed = "7.1"
    instead = "leave it out: keep the command line itself"
