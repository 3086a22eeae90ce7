#!/bin/sh
# Fetch a second QEMU, newer than the installed one: that of Debian's bookworm-backports, for
# x86_64 and aarch64.
#
#   tests/real/qemu/fetch.sh [DIRECTORY]     (default: $QEMUBUILD_QEMU_10, else .cache/qemu-10)
#
# Nothing is installed: the packages are only unpacked, and only what these two need is kept.  Run
# them by DIRECTORY/qemu-system-x86_64 and DIRECTORY/qemu-system-aarch64.  Does nothing where they
# are there already.  Where they cannot be had, says why in one line, keeps that in
# DIRECTORY.missing for the tests that are skipped, and fails nothing.
set -eu

repository=$(cd "$(dirname "$0")/../../.." && pwd)
directory=${1:-${QEMUBUILD_QEMU_10:-$repository/.cache/qemu-10}}
packages="qemu-system-x86 qemu-system-arm qemu-system-common qemu-system-data seabios
    qemu-system-modules-opengl qemu-system-modules-spice"

there() { [ -e "$directory/qemu-system-aarch64" ]; }

missing() {
    reason="no second QEMU: $*"
    echo "$reason" >"$directory.missing"
    echo "fetch.sh: $reason; tests that need it are skipped"
    exit 0
}

there && exit
mkdir -p "$(dirname "$directory")"
directory=$(realpath "$directory")
[ "$(uname -sm)" = "Linux x86_64" ] || missing "it is built for Linux on x86_64"
for program in apt-get dpkg-deb flock; do
    command -v "$program" >/dev/null || missing "it is made of Debian packages, without $program"
done

# One at a time: who waited finds it there.
exec 9>"$directory.lock"
flock 9
there && exit
work=$directory.new
rm -rf "$work"
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/apt/lists/partial" "$work/apt/cache/archives/partial" "$work/debs" "$work/files"
cd "$work/debs"

# Apt with lists and a state of its own, so that nothing of the system's is changed; of its settings
# only those of the network count: not what it runs after an update.
{
    apt-config dump | grep '^Acquire::' | grep -v '^Acquire::\(IndexTargets\|Languages\)' || :
    cat <<SETTINGS
Acquire::Languages "none";
Acquire::Retries "1";
Acquire::http::Timeout "20";
APT::Update::Error-Mode "any";
APT::Architecture "amd64";
APT::Architectures { "amd64"; };
APT::Sandbox::User "root";
Dir::Etc::main "/dev/null";
Dir::Etc::parts "/dev/null";
Dir::Etc::sourcelist "$work/apt/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State::lists "$work/apt/lists";
Dir::State::status "/dev/null";
Dir::Cache "$work/apt/cache";
SETTINGS
} >"$work/apt/apt.conf"

own_apt() { APT_CONFIG=$work/apt/apt.conf apt-get -qq "$@" >"$work/log" 2>&1; }
complaint() { sed -n 's/^[EW]: //p' "$work/log" | head -n 1; }

# Packages of a suite, from the first mirror that has them.
download() {
    suite=$1
    shift
    for mirror in $mirrors; do
        echo "deb [signed-by=$keys] $mirror $suite main" >"$work/apt/sources.list"
        own_apt update && own_apt download "$@" && return
    done
    return 1
}

# The mirror that a Debian has already, then the one that every Debian can have.
everyone=http://deb.debian.org/debian
# shellcheck source=/dev/null
own=$(
    . /etc/os-release
    [ "$ID" != debian ] || apt-get indextargets --format '$(RELEASE) $(REPO_URI)' \
        'Created-By: Packages' 2>/dev/null | sed -n "s/^${VERSION_CODENAME:-stable} //p" | head -n 1
)
mirrors=$everyone
[ -z "$own" ] || [ "${own%/}" = "$everyone" ] || mirrors="$own $everyone"

# Debian's keys; elsewhere from the package that the distribution itself vouches for.
keys=/usr/share/keyrings/debian-archive-keyring.gpg
if [ ! -e "$keys" ]; then
    apt-get download -qq debian-archive-keyring >"$work/log" 2>&1 ||
        missing "apt-get has no debian-archive-keyring"
    dpkg-deb -x ./*.deb "$work/keyring"
    rm ./*.deb
    keys=$work/keyring$keys
fi

# Unpack from all that was downloaded what matches, and remove the rest.
unpack() {
    for package in ./*.deb; do
        # Not every package has something to every pattern.
        dpkg-deb --fsys-tarfile "$package" |
            tar -x -C "$work/files" --wildcards "$@" 2>/dev/null || :
        rm "$package"
    done
}

# shellcheck disable=SC2086  # one word for each package
download bookworm-backports $packages || missing "$(complaint)"
unpack './usr/bin/qemu-system-x86_64' './usr/bin/qemu-system-aarch64' './usr/lib/*/qemu/*.so' \
    './usr/share/qemu/*.bin' './usr/share/qemu/*.rom' './usr/share/qemu/keymaps' \
    './usr/share/seabios/*.bin'
cd "$work/files/usr"
mkdir "$work/qemu" "$work/qemu/lib"
mv bin "$work/qemu/bin"
mv lib/*/qemu "$work/qemu/modules"
mv share/qemu "$work/qemu/firmware"
mv share/seabios/* "$work/qemu/firmware"
cd "$work/debs"

# Libraries that an Ubuntu has under other names, or not at all, come from bookworm too.  A module
# that lacks some is left out, as if its package were not installed.
absent() {
    LD_LIBRARY_PATH=$work/qemu/lib ldd "$@" 2>&1 |
        sed -n 's/^.*\(lib[^ ]*\)\.so\.\([0-9]*\) => not found$/\1 \2/p' | sort -u
}
while lacking=$(absent "$work"/qemu/bin/*) && [ -n "$lacking" ]; do
    # libfuse3.so.3 is in libfuse3-3, libaio.so.1 in libaio1
    libraries=$(echo "$lacking" | sed 's/\([0-9]\) /\1-/; s/ //; s/^libjpeg62$/&-turbo/')
    # shellcheck disable=SC2086
    download bookworm $libraries || missing "$(complaint)"
    unpack './usr/lib/*/lib*.so.*' './lib/*/lib*.so.*'
    find "$work/files" -name 'lib*.so.*' -exec mv {} "$work/qemu/lib" \;
    [ "$(absent "$work"/qemu/bin/*)" != "$lacking" ] || missing "it lacks" $libraries
done
for module in "$work"/qemu/modules/*.so; do
    [ -z "$(absent "$module")" ] || rm "$module"
done

for architecture in x86_64 aarch64; do
    cat >"$work/qemu/qemu-system-$architecture" <<'WRAPPER'
#!/bin/sh
here=$(realpath "$0")
program=${here##*/}
here=${here%/*}
export QEMU_MODULE_DIR="$here/modules" LD_LIBRARY_PATH="$here/lib"
exec "$here/bin/$program" -L "$here/firmware" "$@"
WRAPPER
    chmod +x "$work/qemu/qemu-system-$architecture"
    "$work/qemu/qemu-system-$architecture" -version >"$work/log" 2>&1 ||
        missing "$(tail -n 1 "$work/log")"
done
# All of it at once.
mv -T "$work/qemu" "$directory" 2>/dev/null || missing "something else is in $directory"
rm -f "$directory.missing"
