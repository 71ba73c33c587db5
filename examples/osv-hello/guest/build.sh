#!/bin/sh
# Assembles the tiny guest: build.sh OUT writes boot sector and second stage, one after the other.
set -eu

if [ $# -ne 1 ]; then
  echo "usage: $0 OUT" >&2
  exit 2
fi
source=$(dirname "$0")/guest.S
object=$(mktemp)
trap 'rm -f "$object"' EXIT

"${AS:-as}" --32 -mx86-used-note=no -o "$object" "$source"
"${LD:-ld}" -m elf_i386 -Ttext 0x7c00 -e start --oformat binary -o "$1" "$object"
# ld marks what it writes as a program, which a boot sector is not.
chmod 644 "$1"
