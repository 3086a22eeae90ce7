#!/bin/sh
# Bring the peers that the library is measured beside into .bench, once.
#
# vmify comes from the Python Package Index. QEMU's own qemu.machine is published nowhere but in
# QEMU's source, so it is taken from Debian's or Ubuntu's source package; where that cannot be had,
# `make bench` says so and measures beside qemu.qmp alone, which qemu.machine imports.
set -eu
cd "$(dirname "$0")/.."
mkdir -p .bench

if [ ! -e .bench/venv/.done ] || [ benchmarks/requirements.txt -nt .bench/venv/.done ]; then
    echo "bench: installing the peers into .bench/venv"
    .venv/bin/python -m venv --clear .bench/venv
    .bench/venv/bin/pip install -e . -r benchmarks/requirements.txt >.bench/log 2>&1 </dev/null ||
        { cat .bench/log >&2; exit 1; }
    touch .bench/venv/.done
fi

# In lists of its own: what the machine installs from stays as it is.
fetch_machine() {
    . /etc/os-release
    case $ID in
    debian) from=http://deb.debian.org/debian ;;
    ubuntu) from=http://archive.ubuntu.com/ubuntu ;;
    *) echo "this is neither Debian nor Ubuntu" && return 1 ;;
    esac
    key=/usr/share/keyrings/$ID-archive-keyring.gpg
    echo "deb-src [signed-by=$key] $from $VERSION_CODENAME main" >sources.list
    apt="apt-get -q -o Dir::Etc::SourceList=$PWD/sources.list -o Dir::Etc::SourceParts=/dev/null
         -o Dir::State::Lists=$PWD/lists"
    mkdir -p lists/partial &&
        $apt update &&
        $apt source --download-only qemu &&
        tar -xJf qemu_*.orig.tar.xz --wildcards '*/python/qemu' &&
        mv qemu-*/python ../qemu
}

if [ ! -e .bench/qemu ]; then
    echo "bench: taking qemu.machine out of QEMU's source"
    rm -rf .bench/source
    mkdir .bench/source
    (cd .bench/source && fetch_machine >log 2>&1 </dev/null) ||
        echo "bench: it cannot be had here: $(tail -n 1 .bench/source/log)"
    rm -rf .bench/source
fi
