#!/bin/sh
# Makes this machine ready: `tools/setup.sh run` or `tools/setup.sh test` (which also brings what the tests need).
# Does only what is missing, so it costs a second when nothing is. Needs root or sudo only for Debian packages.
set -eu
cd "$(dirname "$0")/.."
need=$1
state=${VAR_DIR:-var}

say() { printf '%s\n' "$*" >&2; }

# A stop signal must not leave pip behind: the work runs as a child that the trap can end.
child=
trap 'trap - HUP INT TERM; [ -z "$child" ] || kill "$child" 2>/dev/null || true; wait; exit 143' HUP INT TERM
interruptible() {
    "$@" &
    child=$!
    wait "$child"
    child=
}

# Installs the packages of one section of debian-packages.txt, or says which command does.
debian_packages() {
    missing=
    for package in $(sed -n "s/^$1 *\([^ ]*\).*/\1/p" tools/debian-packages.txt); do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    install="apt-get install --yes --no-install-recommends$missing"
    sudo=
    if [ "$(id -u)" != 0 ]; then
        sudo=sudo
        [ -t 0 ] || sudo="sudo -n"
    fi
    say "Instalando paquetes de Debian:$missing"
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086
    if { $sudo apt-get update && $sudo $install; } >"$state/apt.log" 2>&1 </dev/null; then
        return 0
    fi
    say "No se pudieron instalar (detalle en $state/apt.log). Pida a quien administra este equipo que ejecute:"
    say "    sudo apt-get update && sudo $install"
    return 1
}

# The first Python of 3.11 or newer.
find_python() {
    for python in python3 python3.14 python3.13 python3.12 python3.11; do
        if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            return 0
        fi
    done
    return 1
}

# Installs a locked list, with its hashes, when it changed since the last time.
python_packages() {
    cmp -s "$1" ".venv/$1" && return 0
    say "Instalando las bibliotecas de $1 (una sola vez; cerca de un minuto)…"
    interruptible .venv/bin/python -m pip install -qq --disable-pip-version-check --no-input \
        --require-hashes -r "$1"
    cp "$1" ".venv/$1"
}

mkdir -p -m 700 "$state"
if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    if ! find_python || ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        debian_packages python
        find_python || { say "Convite necesita Python 3.11 o más nuevo; este equipo no lo ofrece."; exit 1; }
    fi
    rm -rf .venv
    interruptible "$python" -m venv .venv
fi
python_packages requirements.txt
# Without these three the site works and only reports fail, with a message: not a reason to stop.
debian_packages run || [ "$need" = run ]
if [ "$need" = test ]; then
    debian_packages test
    python_packages requirements-dev.txt
fi
# One key for this machine, made once; production sets SECRET_KEY (see .env.example).
if [ ! -s "$state/secret-key" ]; then
    (umask 077 && .venv/bin/python -c 'import secrets; print(secrets.token_urlsafe(50))' >"$state/secret-key")
fi
