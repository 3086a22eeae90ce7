#!/bin/sh
# Open JupyterLab, with the folder of notebooks, in the browser; it says itself where it is.
#
#   .ci/notebook.sh [OPTION OF JUPYTERLAB ...]        --no-browser, --port=9999, --ip=0.0.0.0
set -eu
cd "$(dirname "$0")/.."

.venv/bin/python .ci/bundle.py ||
    echo "notebook: so vm.viewer() and vm.terminal() are left out; all the rest works" >&2

# It is not to ask newcomers whether it may fetch its makers' news; nor to look for newer versions.
settings=.venv/share/jupyter/lab/settings
mkdir -p "$settings"
cat >"$settings/overrides.json" <<'SETTINGS'
{"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": false}}
SETTINGS

# Kernels of the user's own could hide that of .venv.
export JUPYTER_PREFER_ENV_PATH=1
[ "$(id -u)" != 0 ] || set -- --allow-root "$@"
# What it logs at this level is where to find it, with the token that lets only this user in.
exec .venv/bin/jupyter lab --log-level=CRITICAL --ServerApp.root_dir=notebooks "$@"
