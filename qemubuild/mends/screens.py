"""Screens, keyboards, sound."""

from __future__ import annotations

from qemubuild.mends.mend import Mend

MENDS = (
    Mend(
        "display-missing",
        "this QEMU has no window of the kind {name}",
        "install it (Debian, Ubuntu: qemu-system-gui); vnc(0) and nographic() need none",
        ("Display '{name}' is not available",),
    ),
    Mend(
        "display-without-desktop",
        "there is no desktop here to show a window on (neither $DISPLAY nor $WAYLAND_DISPLAY)",
        "start it in a terminal on the desktop (ssh -X); vnc(0) and nographic() need none",
        ("gtk initialization failed", "Could not initialize SDL("),
    ),
    Mend(
        "display-without-terminal",
        "the display curses draws on a terminal, and a guest that is launched has none",
        "use vnc(0), or nographic() and the guest's serial port",
        ("We need a terminal output",),
    ),
    Mend(
        "display-without-gpu",
        "drawing with OpenGL needs a graphics card of the host's, and it has none (/dev/dri)",
        "leave gl= out, and take virtio-vga instead of virtio-vga-gl",
        ("egl: no drm render node available", "render node init failed", "to initialize EGL"),
    ),
    Mend(
        "display-without-gl",
        "that graphics card draws with OpenGL, and the display does not",
        "display('gtk', gl=True) or display('egl-headless'); or take it without -gl",
        ("The display backend does not have OpenGL support enabled",),
    ),
    Mend(
        "display-without-bus",
        "the display 'dbus' needs a session bus, and there is none",
        "start it in a session (`dbus-run-session`), or use vnc(0)",
        ("failed to connect to DBus: ",),
    ),
    Mend(
        "display-without-viewer",
        "the display spice-app starts a viewer, and none is there",
        "install virt-viewer, or use vnc(0)",
        ("You need a capable Spice client",),
    ),
    Mend(
        "keymap-unknown",
        "QEMU has no keyboard layout {name}",
        "use one of QEMU's, such as en-us or de; or leave keyboard() out, which most"
        " clients do not need",
        ("could not read keymap file: '{name}'",),
    ),
    Mend(
        "vnc-place",
        "a VNC display is HOST:N or :N, and N is no port, but port 5900+N belongs to it",
        "vnc(0) listens on port 5900, for this host alone",
        ("no vnc port specified", "can't convert to a number: ", ": port {port} out of range"),
    ),
    Mend(
        "vnc-password",
        "the password itself does not go onto the command line, where everybody could read it",
        "secret('pass', file='password.txt') and vnc(0, password_secret='pass')",
        (
            "Parameter 'password' expects 'on' or 'off'",
            "-spice {rest}: Invalid parameter 'password'",
        ),
    ),
    Mend(
        "spice-failed",
        "the Spice server did not start; its own warnings above say why",
        "mostly the port is taken (give another), or certificates cannot be read (x509_dir=)",
        ("failed to initialize spice server",),
    ),
    Mend(
        "spice-port-range",
        "a port is a number up to 65535",
        "spice(port=5930, addr='127.0.0.1')",
        ("spice port is out of range", "spice tls-port is out of range"),
    ),
    Mend(
        "spice-gl-remote",
        "Spice draws with OpenGL only for a viewer on this host",
        "leave port= and tls_port= out: spice(gl=True, unix=True, addr='spice.sock')",
        ("SPICE GL support is local-only",),
    ),
    Mend(
        "spice-off",
        "that is a channel of Spice, and there is no Spice",
        "add spice(port=5930, addr='127.0.0.1'), or leave it out",
        ("spice not enabled",),
    ),
    Mend(
        "tls-file-missing",
        "there is no {path}, or it cannot be read",
        "dir= names a directory with ca-cert.pem, server-cert.pem and server-key.pem (keys.psk"
        " with tls-creds-psk)",
        ("Unable to access credentials {path}: ",),
    ),
    Mend(
        "tls-file-broken",
        "that is no certificate or key, or not the one that belongs to the others ({path})",
        "`certtool -i --infile` with its name shows what it is; make PEM, not DER",
        (
            "Unable to import server certificate {path}: ",
            "Unable to import client certificate {path}: ",
        ),
    ),
    Mend(
        "tls-endpoint",
        "a screen is the server, and those credentials are a client's",
        "make them with endpoint='server'",
        ("Expected TLS credentials for a server endpoint",),
    ),
    Mend(
        "audio-missing",
        "sound cannot go that way here, where its module or its server is not there",
        "install qemu-system-gui for PulseAudio, SDL and JACK; audiodev('none', id=...) needs"
        " nothing and is silent",
        (
            "Unknown audio driver `{name}'",
            "Could not init `{name}' audio driver",
            "/dev/dsp not accessible",
        ),
    ),
)
