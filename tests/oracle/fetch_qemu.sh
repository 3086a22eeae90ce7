#!/usr/bin/env bash
# Unpacks the QEMU of bookworm-backports beside the installed one, without installing it, and prints
# the program that runs it:  python -m tests.oracle 2000 --qemu "$(tests/oracle/fetch_qemu.sh DIR)"
set -euo pipefail
mkdir -p "${1:?usage: fetch_qemu.sh DIRECTORY}"
folder=$(realpath "$1")
program=$folder/qemu-system-x86_64
[[ -x $program ]] && echo "$program" && exit

mkdir -p "$folder"/{lists/partial,cache/archives/partial,root}
# From where the system itself has its packages.
read -r mirror < <(apt-get indextargets --format '$(REPO_URI)' \
    'Created-By: Packages' 'Codename: bookworm')
keys=/usr/share/keyrings/debian-archive-keyring.gpg
echo "deb [signed-by=$keys] $mirror bookworm-backports main" >"$folder/sources.list"
# Apt with lists and a state of its own: nothing of the system's is changed.
own=(-o "Dir::Etc::sourcelist=$folder/sources.list" -o Dir::Etc::sourceparts=-
    -o "Dir::State::lists=$folder/lists" -o "Dir::Cache=$folder/cache"
    -o APT::Get::List-Cleanup=0 -qq)
apt-get "${own[@]}" update >&2
cd "$folder"
apt-get "${own[@]}" download qemu-system-x86 qemu-system-common qemu-system-data qemu-block-extra \
    qemu-system-modules-opengl qemu-system-modules-spice seabios >&2
for package in ./*.deb; do
    dpkg-deb -x "$package" root
    rm "$package"
done

# QEMU looks for its modules and firmware where it was built to be.
cat >"$program" <<EOF
#!/bin/sh
export QEMU_MODULE_DIR="$folder/root/usr/lib/x86_64-linux-gnu/qemu"
exec "$folder/root/usr/bin/qemu-system-x86_64" -L "$folder/root/usr/share/qemu" \\
    -L "$folder/root/usr/share/seabios" "\$@"
EOF
chmod +x "$program"
echo "$program"
