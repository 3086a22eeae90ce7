#!/bin/sh
# Fetch what the Linux test guest is made of: a kernel of Debian's or Ubuntu's, for virtual
# machines, a static busybox, and the guest agent.
#
#   tests/real/guests/fetch.sh [DIRECTORY]     (default: $QEMUBUILD_GUESTS, else .cache/guests)
#
# Nothing is installed: the packages are only unpacked, and only the files the guest needs are
# kept.  Does nothing where they are there already.
set -eu

repository=$(cd "$(dirname "$0")/../../.." && pwd)
directory=${1:-${QEMUBUILD_GUESTS:-$repository/.cache/guests}}

fail() {
    echo "fetch.sh: $*" >&2
    exit 1
}

if [ -e "$directory/vmlinuz" ] && [ -e "$directory/qemu-ga" ]; then
    exit 0
fi
if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
    fail "the Linux test guest is made from Debian packages: apt-get and dpkg-deb are needed" \
        "(or put a vmlinuz, its *.ko modules and a static busybox in $directory)"
fi

mkdir -p "$directory"
work=$(mktemp -d "$directory/fetch.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"

# Debian's and Ubuntu's names of an empty package that depends on the kernel of the day.
download() {
    for newest in linux-image-cloud-amd64 linux-image-virtual; do
        kernel=$(apt-cache depends "$newest" 2>/dev/null |
            sed -n 's/^ *Depends: \(linux-image-[0-9].*\)$/\1/p')
        [ -z "$kernel" ] || break
    done
    [ -n "$kernel" ] && apt-get download -q "$kernel" busybox-static qemu-guest-agent >log 2>&1
}

# Without package lists, as in a fresh container, or with old ones, an update is needed first.
update() {
    as_root=
    [ "$(id -u)" = 0 ] || as_root=sudo
    $as_root apt-get update -q >log 2>&1
}

download || { update && download; } || fail "apt-get has no packages: $(cat log)"

mkdir files
for package in *.deb; do
    dpkg-deb -x "$package" files
done
mv files/boot/vmlinuz-* vmlinuz
mv files/bin/busybox busybox 2>/dev/null || mv files/usr/bin/busybox busybox
# Ubuntu's kernel has these built in.
for module in virtio virtio_ring virtio_pci virtio_pci_modern_dev virtio_pci_legacy_dev virtio_blk \
    virtio_console \
    scsi_common scsi_mod libata ata_piix cdrom sr_mod; do
    find files -name "$module.ko" -exec mv {} "$directory" \;
done
mv busybox files/usr/sbin/qemu-ga "$directory"
mv vmlinuz "$directory"         # last: with it there, all is there
