"""``-spice``: the guest's screen, keyboard, mouse and sound, served to SPICE clients."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, Literal

from qemubuild.claims import OBJECT, Claim, Listens, Opens, Refers, Screen
from qemubuild.keyed import Keyed
from qemubuild.option import key
from qemubuild.options._versions import newer_keys
from qemubuild.values import COUNT, ID, NAME, SWITCH, TEXT, Verbatim, choice, integer, many

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

Channel = Literal[
    "default",
    "main",
    "display",
    "inputs",
    "cursor",
    "playback",
    "record",
    "tunnel",
    "smartcard",
    "usbredir",
    "port",
    "webdav",
]
Compression = Literal["auto_glz", "auto_lz", "quic", "glz", "lz", "off"]
Sometimes = Literal["auto", "never", "always"]

_PORT: Final = integer(0, 65535)
_CHANNEL: Final = many(
    choice(
        "default",
        "main",
        "display",
        "inputs",
        "cursor",
        "playback",
        "record",
        "tunnel",
        "smartcard",
        "usbredir",
        "port",
        "webdav",
    )
)
_SOMETIMES: Final = choice("auto", "never", "always")
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
# The names under which certificates lie in x509_dir.
_CERTIFICATES: Final = {
    "x509_key_file": "server-key.pem",
    "x509_cert_file": "server-cert.pem",
    "x509_cacert_file": "ca-cert.pem",
}
_SINCE: Final = {"video_codec": "10.2", "max_refresh_rate": "10.2"}


class Spice(Keyed):
    """Serve the guest's screen to SPICE clients (``-spice``): ``Spice(port=5930, ...)``.

    Attributes:
        port: the TCP port; 0 for none.
        tls_port: the one for clients that encrypt, which needs certificates.
        addr: the address to listen on, all interfaces without; with `unix`, the socket's path.
        unix: whether to listen on a socket in place of a port.
        ipv4: whether to listen by IPv4 alone.
        ipv6: whether to listen by IPv6 alone.
        disable_ticketing: let everyone in, without a password.
        password: the password, in everyone's sight; gone from QEMU 8.0.
        password_secret: the id of an ``-object secret`` that holds the password.
        sasl: ask for a user by SASL, as set up on the host.
        x509_dir: the folder of the certificates; the current one without.
        x509_key_file: the server's key, in place of ``server-key.pem`` there.
        x509_key_password: the key's password, in everyone's sight.
        x509_cert_file: the server's certificate, in place of ``server-cert.pem``.
        x509_cacert_file: the authority's certificate, in place of ``ca-cert.pem``.
        x509_dh_key_file: Diffie-Hellman parameters.
        tls_ciphers: the ciphers that may be used, as OpenSSL lists them.
        tls_channel: the channels that have to be encrypted: a tuple of ``"main"`` ...
        plaintext_channel: those that must not be.
        image_compression: how images are compressed; ``"auto_glz"`` by default.
        jpeg_wan_compression: when images are compressed with loss, for slow lines.
        zlib_glz_wan_compression: when images are compressed twice, for slow lines.
        streaming_video: which moving parts are sent as video; ``"off"`` by default.
        playback_compression: whether sound is compressed; on by default.
        agent_mouse: whether an agent in the guest moves the pointer; on by default.
        disable_copy_paste: keep clipboards apart.
        disable_agent_file_xfer: let no files be sent to the guest.
        seamless_migration: keep clients when the guest migrates.
        gl: let clients on this host share the graphics memory.
        rendernode: the device file that draws, such as ``/dev/dri/renderD128``.
        video_codec: how video is encoded for clients elsewhere with `gl` (QEMU 10.2).
        max_refresh_rate: frames a second for clients elsewhere with `gl` (QEMU 10.2).
    """

    flag = "-spice"
    merges = True

    port: int | None = key(_PORT, default=None, kw_only=True)
    tls_port: int | None = key(_PORT, default=None, kw_only=True)
    addr: str | os.PathLike[str] | None = key(TEXT, default=None, kw_only=True)
    unix: bool | None = key(SWITCH, default=None, kw_only=True)
    ipv4: bool | None = key(SWITCH, default=None, kw_only=True)
    ipv6: bool | None = key(SWITCH, default=None, kw_only=True)
    disable_ticketing: bool | None = key(SWITCH, default=None, kw_only=True)
    password: str | None = key(TEXT, default=None, kw_only=True)
    password_secret: str | None = key(ID, default=None, kw_only=True)
    sasl: bool | None = key(SWITCH, default=None, kw_only=True)
    x509_dir: str | os.PathLike[str] | None = key(NAME, default=None, kw_only=True)
    x509_key_file: str | os.PathLike[str] | None = key(NAME, default=None, kw_only=True)
    x509_key_password: str | None = key(TEXT, default=None, kw_only=True)
    x509_cert_file: str | os.PathLike[str] | None = key(NAME, default=None, kw_only=True)
    x509_cacert_file: str | os.PathLike[str] | None = key(NAME, default=None, kw_only=True)
    x509_dh_key_file: str | os.PathLike[str] | None = key(NAME, default=None, kw_only=True)
    tls_ciphers: str | None = key(NAME, default=None, kw_only=True)
    tls_channel: tuple[Channel, ...] = key(_CHANNEL, default=(), kw_only=True)
    plaintext_channel: tuple[Channel, ...] = key(_CHANNEL, default=(), kw_only=True)
    image_compression: Compression | None = key(
        choice("auto_glz", "auto_lz", "quic", "glz", "lz", "off"), default=None, kw_only=True
    )
    jpeg_wan_compression: Sometimes | None = key(_SOMETIMES, default=None, kw_only=True)
    zlib_glz_wan_compression: Sometimes | None = key(_SOMETIMES, default=None, kw_only=True)
    streaming_video: Literal["off", "all", "filter"] | None = key(
        choice("off", "all", "filter"), default=None, kw_only=True
    )
    playback_compression: bool | None = key(SWITCH, default=None, kw_only=True)
    agent_mouse: bool | None = key(SWITCH, default=None, kw_only=True)
    disable_copy_paste: bool | None = key(SWITCH, default=None, kw_only=True)
    disable_agent_file_xfer: bool | None = key(SWITCH, default=None, kw_only=True)
    seamless_migration: bool | None = key(SWITCH, default=None, kw_only=True)
    gl: bool | None = key(SWITCH, default=None, kw_only=True)
    rendernode: str | os.PathLike[str] | None = key(NAME, default=None, kw_only=True)
    video_codec: str | None = key(NAME, default=None, kw_only=True)
    max_refresh_rate: int | None = key(COUNT, default=None, kw_only=True)

    @property
    def _ports(self) -> tuple[int, ...]:
        """The ports that it listens on."""
        if self.unix is True:
            return ()
        return tuple(port for port in (self.port, self.tls_port) if isinstance(port, int) and port)

    def claims(self) -> Iterator[Claim]:
        """State the ports, the certificates and the secret."""
        yield Screen("spice")
        for port in self._ports:
            yield Listens(os.fsdecode(self.addr or ""), port)
        if self.tls_port:
            folder = os.fsdecode(self.x509_dir or ".")
            for field, name in _CERTIFICATES.items():
                path = getattr(self, field) or os.path.join(folder, name)
                yield Opens(os.fsdecode(path), "certificate")
        if self.password_secret is not None and self.password_secret.__class__ is not Verbatim:
            yield Refers(OBJECT, self.password_secret)

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge who can connect, and what QEMU refuses."""
        yield from newer_keys(self, machine, _SINCE)
        if not self._ports and not self.unix and not self.gl and not self._unread:
            yield self.warning(
                "spice-nowhere",
                "no port and no socket is given, so nobody can connect",
                "add port=5930 and addr='127.0.0.1', or unix=True and addr='/path'",
                "port",
            )
        if self.tls_channel and not self.tls_port:
            yield self.error(
                "spice-tls-channel-without-port",
                "tls_channel has channels encrypted, and no port takes such clients",
                "add tls_port=, or leave tls_channel out",
                "tls_channel",
            )
        if self.gl is True and (self.port or self.tls_port):
            # Since 10.2 there is a way, over video.
            finding = self.warning if self.video_codec is not None else self.error
            yield finding(
                "spice-gl-remote",
                "gl shares graphics memory, which clients on this host alone can do, and not by a "
                "port",
                "write unix=True and addr='/path' in place of port, or leave gl out",
                "gl",
            )
        yield from self._guards()

    def _guards(self) -> Iterator[Finding]:
        """Judge the passwords."""
        if self.password is not None and self.password_secret is not None:
            yield self.error(
                "spice-password-twice",
                "password and password_secret are two ways to say the same",
                "leave password out",
                "password",
            )
        for field in ("password", "x509_key_password"):
            if getattr(self, field) is not None:
                gone = ", and QEMU 8.0 and newer refuse it" if field == "password" else ""
                yield self.warning(
                    "spice-password-in-sight",
                    f"everyone on the host can read the command line, and {field} in it{gone}",
                    "write it to a file of yours alone: secret('spice0', file=...) and "
                    "password_secret='spice0'"
                    if field == "password"
                    else "take a key without a password, in a file of yours alone",
                    field,
                )
        if self.disable_ticketing is True:
            if self._ports and os.fsdecode(self.addr or "") not in _LOOPBACK and not self.sasl:
                yield self.warning(
                    "spice-open",
                    "whoever reaches the port sees the guest's screen, and types",
                    "add addr='127.0.0.1', or password_secret= in place of disable_ticketing",
                    "disable_ticketing",
                )
        elif not (self.password or self.password_secret or self.sasl):
            yield self.warning(
                "spice-password-unset",
                "clients are asked for a password that is not set, so nobody can connect until a "
                "monitor's set_password sets one",
                "add password_secret=, or disable_ticketing=True where everyone may",
                "password_secret",
            )

    def explain(self) -> str:
        """Say where it is served, and to whom."""
        host = os.fsdecode(self.addr or "")
        if self.unix is True:
            where = f"on the socket {host}"
        elif self._ports:
            ports = " and ".join(map(str, self._ports))
            where = f"on port {ports} of {host or 'every network interface'}"
        else:
            where = "on no port"
        asks = "no password" if self.disable_ticketing is True else "a password"
        return (
            f"Serves the guest's screen and sound to SPICE clients {where}, and asks for {asks}. "
            "Without it no SPICE client can connect."
        )
