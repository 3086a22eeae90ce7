#!/bin/sh
# Set up everything that a target of the Makefile needs, and install only what is missing.
#
#   .ci/setup.sh EXTRAS [PROGRAM:PACKAGE[,PACKAGE ...][?] ...]
#
# Each program that is not found is installed from Debian's or Ubuntu's packages, or left out, with
# a "?", where there are none; the library and the extras of pyproject.toml go into .venv.  Where
# all of it is there, nothing is asked of the network, and nothing is said.
set -eu
cd "$(dirname "$0")/.."

say() { echo "setup: $*"; }
fail() { echo "setup: $*" >&2; exit 1; }

# Run a command quietly; show what it said only when it fails.
quietly() {
    "$@" >"$log" 2>&1 </dev/null || { cat "$log" >&2; fail "this failed: $*"; }
}

log=$(mktemp)
trap 'rm -f "$log"' EXIT
as_root=
[ "$(id -u)" = 0 ] || as_root=sudo
updated=

apt_update() {
    [ -z "$updated" ] || return 0
    command -v apt-get >/dev/null ||
        fail "$1 is missing, and there is no apt-get to install it: please do it by hand"
    [ -z "$as_root" ] || command -v sudo >/dev/null ||
        fail "$1 is missing: install sudo, or run this as root"
    quietly $as_root apt-get -q update
    updated=yes
}

install_packages() {
    apt_update "$*"
    say "installing $*"
    quietly $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q install --yes \
        --no-install-recommends -o DPkg::Lock::Timeout=300 "$@"
}

# The first Python that is new enough, whatever it is called.
find_python() {
    for python in "${PYTHON:-python3}" python3 python3.14 python3.13 python3.12 python3.11; do
        if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            return 0
        fi
    done
    return 1
}

make_venv() {
    if ! find_python; then
        apt_update "Python 3.11 or newer"
        for package in python3.13 python3.12 python3.11; do
            apt-cache show "$package" >/dev/null 2>&1 || continue
            install_packages "$package" "$package-venv"
            break
        done
        find_python || fail "Python 3.11 or newer is needed; install one, or name it: PYTHON=..."
    fi
    # Debian keeps what makes a virtual environment in a package of its own.
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        install_packages "python$version-venv"
    fi
    say "making .venv with $("$python" --version)"
    quietly "$python" -m venv --clear .venv
}

extras=$1
shift

packages=
for need in "$@"; do
    command -v "${need%%:*}" >/dev/null && continue
    wanted=$(echo "${need#*:}" | tr -d '?' | tr ',' ' ')
    if [ "$need" != "${need%\?}" ]; then
        without=.cache/without-${need%%:*}
        [ ! -e "$without" ] || continue
        apt_update "$wanted"
        # shellcheck disable=SC2086  # one word for each package
        if ! apt-get -q install --simulate $wanted >/dev/null 2>&1; then
            say "there is no package of ${need%%:*} here: what needs it is skipped"
            mkdir -p .cache
            touch "$without"
            continue
        fi
    fi
    packages="$packages $wanted"
done
# shellcheck disable=SC2086  # one word for each package
[ -z "$packages" ] || install_packages $packages

.venv/bin/python -c 'import sys' 2>/dev/null || make_venv

# Once for each state of pyproject.toml; what "dev" installs holds all the rest.
current() { [ -e "$1" ] && [ ! pyproject.toml -nt "$1" ]; }
stamp=.venv/.installed-$extras
if ! current "$stamp" && ! current .venv/.installed-dev; then
    say "installing the library with its extra \"$extras\" into .venv"
    # What notebooks' browsers run is made by those targets that need it.
    export QEMUBUILD_ASSETS=none
    quietly .venv/bin/python -m pip install --disable-pip-version-check -e ".[$extras]"
    touch "$stamp"
fi
