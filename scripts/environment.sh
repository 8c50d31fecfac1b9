# What ./samverkan and tests/run share: a Python environment of the project's own, in .venv.
# Read by sh (POSIX). It expects $root, the folder of this repository, and uses
#   PYTHON           the Python to build it with, instead of the newest one found
#   SAMVERKAN_VENV   where to build it, instead of in .venv
# shellcheck shell=sh

venv=${SAMVERKAN_VENV:-$root/.venv}

# The first text where the locale is Swedish (LC_ALL, LC_MESSAGES, LANG, the first that is set), else the second.
either() {
    case ${LC_ALL:-${LC_MESSAGES:-${LANG:-}}} in
    sv*) printf '%s' "$1" ;;
    *) printf '%s' "$2" ;;
    esac
}

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
        stop "$(either "Det här saknas, och det är inget Debian eller Ubuntu där det kan installeras härifrån: $*" \
            "These are missing, and this is no Debian or Ubuntu on which they could be installed from here: $*")" \
            "$(either "Installera det på systemets eget sätt, och kör det här igen." \
                "Install them with the system's own means, and run this again.")"
    fi
    line="apt-get update && apt-get install -y --no-install-recommends $*"
    is_root || stop "$(either "Saknas: $*" "Missing: $*")" \
        "$(either "Kör det här, och sedan samma kommando igen:" "Run this, and then the same command again:")" \
        "    sudo sh -c '$line'"
    say "$(either "Installerar ur Debians paket: $*" "Installing from Debian's packages: $*")"
    policy=/usr/sbin/policy-rc.d
    [ -e $policy ] || { printf '#!/bin/sh\nexit 101\n' >$policy && chmod +x $policy && ours=yes; }
    status=0
    DEBIAN_FRONTEND=noninteractive sh -c "$line" >&2 || status=$?
    [ -z "${ours:-}" ] || rm -f $policy
    [ $status = 0 ] || stop "$(either "Det gick inte (slutkod $status)." "That failed, with exit code $status.")"
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
        [ -z "${PYTHON:-}" ] || stop "$(either "$PYTHON finns inte, är äldre än 3.11, eller saknar modulerna venv och ensurepip." \
            "$PYTHON is not there, is older than 3.11, or lacks the modules venv and ensurepip.")"
        echo python3 python3-venv
    fi
}

build() {
    if has_uv; then
        uv venv --quiet --clear --python '>=3.11' "$venv"
        return
    fi
    python=$(find_python)
    [ -n "$python" ] || stop "$(either "Python 3.11 eller nyare behövs, och det här systemet har $(python3 --version 2>&1)." \
        "Python 3.11 or newer is needed, and this system has $(python3 --version 2>&1).")"
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
    say "$(either "Installerar i $venv. Det tar någon minut, en enda gång." \
        "Installing into $venv. It takes a minute or so, once.")"
    "$venv/bin/python" -c '' 2>/dev/null || build >&2
    install "$root$1" >&2
    printf '%s\n' "$wanted" >"$stamp"
}
