#!/usr/bin/env bash
# Installs the system libraries that a set of packages needs, through apt where that is permitted; else names them in one line.
# usage: install_system_libraries.sh run | test
set -euo pipefail

python=${PYTHON:-python3}
build="gcc portaudio19-dev"  # PyAudio is built from its source
window="libegl1 libgl1 libxkbcommon0 libdbus-1-3 libfontconfig1 libglib2.0-0 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1
  libxcb-image0 libxcb-randr0 libxcb-render-util0 libxcb-shape0 libxcb-xkb1 libxkbcommon-x11-0 libx11-xcb1"
letters="fonts-wqy-microhei"  # Chinese, Japanese and Korean names, in the window and in PDF
sound="libportaudio2 libasound2-plugins"
tests="pulseaudio pulseaudio-utils xvfb xauth ffmpeg espeak-ng fonts-dejavu-core"

case ${1:-} in
  run) wanted="$build $window $letters $sound" ;;
  test) wanted="$build $window $letters $sound $tests" ;;
  *) sed -n 2,3p "$0"; exit 2 ;;
esac

if ! command -v "$python" >/dev/null; then
  wanted="$wanted python3 python3-venv python3-dev"
else
  "$python" -c 'import ensurepip, venv' 2>/dev/null || wanted="$wanted python3-venv"
  "$python" -c 'import os, sysconfig, sys; sys.exit(not os.path.exists(os.path.join(sysconfig.get_paths()["include"], "Python.h")))' ||
    wanted="$wanted python3-dev"
fi

if ! command -v apt-get >/dev/null; then
  [ "$(uname -s)" = Linux ] && echo "This is not Debian or Ubuntu: install what these packages hold, where it is missing: ${wanted//$'\n'/ }" >&2
  exit 0
fi

present() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ] || dpkg-query -W -f '${Provides} ${db:Status-Status}\n' 2>/dev/null | grep -q "\b$1\b.* installed$"; }
missing=()
for package in $wanted; do present "$package" || missing+=("$package"); done
[ ${#missing[@]} -eq 0 ] && exit 0

line="apt-get install -y --no-install-recommends ${missing[*]}"
if [ "$(id -u)" = 0 ]; then sudo=(); elif sudo -n true 2>/dev/null; then sudo=(sudo); else
  printf 'Some system libraries are missing, and this account may not install them. Paste this line, then try again:\n  sudo %s\n' "$line" >&2
  exit 1
fi
echo "Installing system libraries: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086
"${sudo[@]}" $line >/dev/null 2>&1 || { "${sudo[@]}" apt-get update -q >/dev/null && "${sudo[@]}" $line >/dev/null; } || {
  printf 'apt could not install the system libraries. Paste this line to see why:\n  sudo %s\n' "$line" >&2
  exit 1
}
