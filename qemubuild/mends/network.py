"""Networks, sockets, monitors, and guests that come from elsewhere."""

from __future__ import annotations

from qemubuild.mends.mend import Mend

MENDS = (
    Mend(
        "address-taken",
        "another program listens there",
        "stop it (`ss -ltnp` names it), choose another port or display, or let QEMU look for a"
        " free one: vnc(0, to=99)",
        ("Address already in use", "Failed to find an available port"),
    ),
    Mend(
        "address-elsewhere",
        "no interface of this host has that address",
        "`ip address` lists those it has; 127.0.0.1 is for this host alone, 0.0.0.0 is all",
        (": Cannot assign requested address",),
    ),
    Mend(
        "address-unresolved",
        "that is no address, and no name of one ({address})",
        "give a host that `getent hosts` knows, or numbers: 127.0.0.1:4444",
        ("address resolution failed for {address}: ",),
    ),
    Mend(
        "port-privileged",
        "ports below 1024 are for root",
        "choose one above, or lead it there in the guest's own network: user_network({{2222: 22}})",
        ("Failed to bind socket: Permission denied",),
    ),
    Mend(
        "socket-name-too-long",
        "the kernel allows a socket's path 107 bytes, and that has more",
        "put it into a shorter directory, such as /run/user/$UID",
        ("Path must be less than 108 bytes",),
    ),
    Mend(
        "socket-unnamed",
        "what is to be opened there is not said, or said in two ways",
        "give one of path=, host= with port=, and fd=; and an id= to name it by",
        (
            "chardev: no id specified",
            "no filename given",
            "Unable to parse FD number",
            "None or one of 'path', 'fd' or 'host' option required",
            "exactly one of listen=, connect=, mcast= or udp= is required",
        ),
    ),
    Mend(
        "connection-refused",
        "nobody listens at {address}",
        "start the server first, and see that the port is its own",
        ("Failed to connect to '{address}': Connection refused",),
    ),
    Mend(
        "waits-for-client",
        "QEMU waits for somebody to connect before it starts ({address})",
        "write wait=False, so that it goes on without",
        ("QEMU waiting for connection on: {address}",),
    ),
    Mend(
        "stdio-doubled",
        "two options want QEMU's own input and output; nographic() is one of them",
        "keep one, or let the monitor share the serial port: serial('mon:stdio')",
        ("cannot use stdio by multiple character devices",),
    ),
    Mend(
        "character-device-unknown",
        "there is no character device {name}",
        "write one such as file:PATH, unix:PATH,server=on,wait=off, tcp:HOST:PORT, pty, null or"
        " chardev:ID",
        ("'{name}' is not a valid char driver",),
    ),
    Mend(
        "network-not-built-in",
        "this QEMU was built without networks of the kind {name}",
        "use user_network() or, for a bridge, tap_network(); Debian's QEMU has both",
        ("network backend '{name}' is not compiled into this binary",),
    ),
    Mend(
        "tap-denied",
        "only root may make a network interface, or use one that is not this user's own",
        "user_network() needs no rights; or prepare one and name it: `sudo ip tuntap add dev tap0"
        " mode tap user $USER`, tap_network('tap0')",
        ("could not configure /dev/net/tun",),
    ),
    Mend(
        "tap-missing",
        "this host has no /dev/net/tun, or this user may not open it",
        "`sudo modprobe tun` (a container: --device /dev/net/tun); user_network() needs none",
        ("could not open /dev/net/tun: ",),
    ),
    Mend(
        "tap-script-failed",
        "the script that is to set the interface up failed ({script})",
        "give tap_network() a script of one's own, or prepare the interface and leave it out",
        ("network script {script} failed with status",),
    ),
    Mend(
        "bridge-helper-failed",
        "QEMU's helper could not join the bridge; it says why above",
        "the bridge has to exist (`ip link`), /etc/qemu/bridge.conf to say `allow br0`, and the"
        " helper to be root's: `sudo chmod u+s /usr/lib/qemu/qemu-bridge-helper`",
        ("bridge helper failed",),
    ),
    Mend(
        "vhost-missing",
        "this host's kernel does not offer that device (vhost), or this user may not open it",
        "`sudo modprobe vhost_net vhost_vsock`, and see `ls -l /dev/vhost-*`; a network card does"
        " without: vhost=False",
        (
            "failed to open vhost device: ",
            "open vhost char device failed: ",
            "vhost-net requested but could not be initialized",
            "net_client_init1: Assertion `nc' failed",
        ),
    ),
    Mend(
        "forward-taken",
        "the host's port of that rule is taken, or below 1024 ({rule})",
        "choose another: user_network({{2222: 22}}) leads the host's port 2222 to the guest's 22",
        ("Could not set up host forwarding rule '{rule}'",),
    ),
    Mend(
        "forward-unreadable",
        "that is no rule for leading a port to the guest ({rule})",
        "write PROTOCOL:HOST:PORT-GUEST:PORT, such as tcp:127.0.0.1:2222-:22; or"
        " user_network({{2222: 22}})",
        ("Invalid host forwarding rule '{rule}'",),
    ),
    Mend(
        "smb-missing",
        "sharing a folder by smb= takes Samba's server",
        "install it (Debian, Ubuntu: samba), or share the folder with virtfs()",
        ("/smbd', please install it",),
    ),
    Mend(
        "incoming-unknown",
        "a guest cannot come from there ({channel})",
        "write tcp:HOST:PORT, unix:PATH, fd:N, exec:COMMAND, or defer; file:PATH since QEMU 8.2",
        (
            "unknown migration protocol: {channel}",
            "Parameter 'channel-type' does not accept value '{channel}'",
        ),
    ),
    Mend(
        "incoming-failed",
        "what came in is no guest for this machine",
        "both sides need the same command line, and the same version in machine_type()"
        " ('pc-q35-7.2', not 'q35')",
        ("load of migration failed: ",),
    ),
)
