"""What a QEMU can do: asked of the program, kept in the user's cache, or shipped as data."""

from qemubuild.capabilities.qemu import CpuModel, DeviceInfo, MachineInfo, Property, Qemu, WithKvm

__all__ = ["CpuModel", "DeviceInfo", "MachineInfo", "Property", "Qemu", "WithKvm"]
