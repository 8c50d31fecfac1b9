# What ./samverkan and tests/run share: a Python environment of the project's own, in .venv.
# Read by sh (POSIX). It expects $root, the folder of this repository, and uses
#   PYTHON           the Python to build it with, instead of the newest one found
#   SAMVERKAN_VENV   where to build it, instead of in .venv
# shellcheck shell=sh

venv=${SAMVERKAN_VENV:-$root/.venv}

say() { printf '%s\n' "$@" >&2; } # a line for each argument

stop() {
    say "$@"
    exit 3
}

is_root() { [ "$(id -u)" = 0 ]; }

# Install packages of Debian's where we may, or print the line that does it and end.
# A server that comes with them is not started: nothing may listen that nobody asked for.
debian_packages() {
    if ! command -v apt-get >/dev/null; then
        stop "These are missing, and this is no Debian or Ubuntu on which they could be installed from here: $*" \
            "Install them with the system's own means, and run this again."
    fi
    line="apt-get update && apt-get install -y --no-install-recommends $*"
    is_root || stop "Missing: $*" "Run this, and then the same command again:" "    sudo sh -c '$line'"
    say "Installing from Debian's packages: $*"
    policy=/usr/sbin/policy-rc.d
    [ -e $policy ] || { printf '#!/bin/sh\nexit 101\n' >$policy && chmod +x $policy && ours=yes; }
    status=0
    DEBIAN_FRONTEND=noninteractive sh -c "$line" >&2 || status=$?
    [ -z "${ours:-}" ] || rm -f $policy
    [ $status = 0 ] || stop "That failed, with exit code $status."
}

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

# The name of a Python that is new enough, on standard output; nothing where there is none.
find_python() {
    for python in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if command -v "$python" >/dev/null && new_enough "$python"; then
            printf '%s\n' "$python"
            return
        fi
    done
}

# Debian packs Python without what builds environments.
can_build() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }

has_uv() { command -v uv >/dev/null && [ -z "${PYTHON:-}" ]; }

# The packages of Debian's, a word each, that building an environment lacks; none where there is one, or uv builds it.
python_packages() {
    python=$(find_python)
    if ! has_uv && ! [ -x "$venv/bin/python" ] && { [ -z "$python" ] || ! can_build "$python"; }; then
        [ -z "${PYTHON:-}" ] || stop "$PYTHON is not there, is older than 3.11, or lacks the modules venv and ensurepip."
        echo python3 python3-venv
    fi
}

build() {
    if has_uv; then
        uv venv --quiet --clear --python '>=3.11' "$venv"
        return
    fi
    python=$(find_python)
    [ -n "$python" ] || stop "Python 3.11 or newer is needed, and this system has $(python3 --version 2>&1)."
    "$python" -m venv --clear "$venv"
}

install() {
    if command -v uv >/dev/null && ! [ -x "$venv/bin/pip" ]; then
        VIRTUAL_ENV=$venv uv pip install --quiet --constraint "$root/constraints.txt" --editable "$1"
    else
        "$venv/bin/pip" install --quiet --disable-pip-version-check --constraint "$root/constraints.txt" --editable "$1"
    fi
}

# Make $venv hold this project with some extras, such as "[test]" or ""; it is only touched where it does not yet.
environment() {
    wanted=$(cat "$root/pyproject.toml" "$root/constraints.txt" | cksum)
    stamp=$venv/installed$1
    if "$venv/bin/python" -c '' 2>/dev/null && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
        return
    fi
    packages=$(python_packages)
    # shellcheck disable=SC2086 # a word for each package
    [ -z "$packages" ] || debian_packages $packages
    say "Installing into $venv. It takes a minute or so, once."
    "$venv/bin/python" -c '' 2>/dev/null || build >&2
    install "$root$1" >&2
    printf '%s\n' "$wanted" >"$stamp"
}
