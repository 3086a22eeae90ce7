"""Snapshots of a guest as it runs: its memory, its devices and its disks, kept in a disk image."""

from __future__ import annotations

import os
from typing import Any

from qemubuild.control.talk import Talk
from qemubuild.errors import CommandError, ControlError


class Snapshots(Talk):
    """Keeping the whole state of a guest, to go back to it."""

    async def snapshots(self) -> tuple[str, ...]:
        """The names of the guest's snapshots that it can be taken back to."""
        tags = [tag for node in await self._disks() for tag in _tags(node)]
        return tuple(dict.fromkeys(tags))

    async def save_snapshot(self, name: str, *, timeout: float | None = None) -> None:
        """Keep the state of the whole guest under a name, in its first disk; it pauses meanwhile.

        Args:
            name: how to call it.
            timeout: how many seconds it may take, which grow with the guest's memory; ``None`` for
                as many as it takes.

        Raises:
            ControlError: the guest has no disk that can hold it, or one whose format has no
                snapshots.
            CommandError: it failed, as where there is one of that name.
        """
        disks = await self._disks()
        if not disks:
            raise ControlError(
                "a snapshot is kept in a disk, and the guest has none that it can write to",
                hint="give it one of format qcow2",
            )
        for disk in disks:
            if disk["drv"] != "qcow2":
                raise ControlError(
                    f"{disk['file']!r} is of format {disk['drv']}, which has no snapshots",
                    hint="give the guest disks of format qcow2; or let it not write to this one",
                )
        await self._job("snapshot-save", name, disks, timeout, vmstate=disks[0]["node-name"])

    async def load_snapshot(self, name: str, *, timeout: float | None = None) -> None:
        """Take the whole guest back to a snapshot: what it did since is lost.

        Args:
            name: as it was called.
            timeout: how many seconds it may take; ``None`` for as many as it takes.

        Raises:
            ControlError: there is none of that name.
            CommandError: it failed.
        """
        disks = await self._disks()
        holder = await self._holder(name)
        await self._job("snapshot-load", name, disks, timeout, vmstate=holder["node-name"])

    async def delete_snapshot(self, name: str, *, timeout: float | None = None) -> None:
        """Forget a snapshot.

        Args:
            name: as it was called.
            timeout: how many seconds it may take; ``None`` for as many as it takes.

        Raises:
            ControlError: there is none of that name.
            CommandError: it failed.
        """
        await self._holder(name)
        having = [disk for disk in await self._disks() if name in _tags(disk, of_disk=True)]
        await self._job("snapshot-delete", name, having, timeout)

    async def _disks(self) -> list[dict[str, Any]]:
        """What is in each drive that the guest can write to."""
        inserted = [one.get("inserted") for one in await self.execute("query-block")]
        return [one for one in inserted if one and not one["ro"]]

    async def _holder(self, name: str) -> dict[str, Any]:
        """The disk that holds the guest's memory of that snapshot."""
        disks = await self._disks()
        for disk in disks:
            if name in _tags(disk):
                return disk
        there = ", ".join(await self.snapshots())
        raise ControlError(
            f"the guest has no snapshot {name!r}",
            hint=f"it has {there}" if there else "it has none at all",
        )

    async def _job(
        self,
        command: str,
        tag: str,
        disks: list[dict[str, Any]],
        timeout: float | None,
        **more: str,
    ) -> None:
        """Run a job, and see how it ended."""
        import asyncio

        devices = [disk["node-name"] for disk in disks]
        try:
            async with asyncio.timeout(timeout):
                error = await self._run_job(command, {"tag": tag, "devices": devices, **more})
        except TimeoutError as problem:
            text = str(problem) or f"{command} goes on after {timeout:g} seconds"
            raise TimeoutError(text) from None
        if error:
            raise CommandError(command, "GenericError", error)

    async def _run_job(self, command: str, arguments: dict[str, Any]) -> str:
        """Run a job to its end; what went wrong with it."""
        job = f"qemubuild-{os.urandom(6).hex()}"
        async with await self.events("JOB_STATUS_CHANGE") as events:
            await self.execute(command, {"job-id": job, **arguments})
            async for event in events:
                if event.data == {"id": job, "status": "concluded"}:
                    break
            ended = {one["id"]: one for one in await self.execute("query-jobs", timeout=None)}
            await self.execute("job-dismiss", id=job)
        return str(ended[job].get("error", ""))


def _tags(disk: dict[str, Any], *, of_disk: bool = False) -> list[str]:
    """The snapshots that a disk holds: with the guest's memory, or of the disk at all."""
    found = disk["image"].get("snapshots", [])
    return [one["name"] for one in found if of_disk or one["vm-state-size"]]
