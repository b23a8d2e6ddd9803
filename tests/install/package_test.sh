#!/bin/bash
# Makes the .deb and the tarball, and runs what is in them in a root directory
# that holds nothing else but libc.
#
#   package_test.sh BUILD_DIRECTORY SOURCE_DIRECTORY
set -euo pipefail
build=$1 source=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  echo "$*" >&2
  exit 1
}

cpack --config "$build/CPackConfig.cmake" -B "$work/packages" >"$work/log" 2>&1 ||
  fail "$(cat "$work/log")"
deb=$(ls "$work"/packages/*.deb)
tarball=$(ls "$work"/packages/*.tar.gz)

# The package names what it needs, and where its files go.
[ "$(dpkg-deb -f "$deb" Package)" = rollwatch ] || fail "not called rollwatch"
dpkg-deb -f "$deb" Depends | grep -q '^libc6 ' || fail "Depends: $(dpkg-deb -f "$deb" Depends)"
[ "$(dpkg-deb -f "$deb" Depends | tr -cd ',' | wc -c)" = 0 ] ||
  fail "needs more than libc: $(dpkg-deb -f "$deb" Depends)"
mkdir "$work/deb"
dpkg-deb -x "$deb" "$work/deb"
for file in usr/bin/rollwatch lib/systemd/system/rollwatch.service usr/share/doc/rollwatch/LICENSE; do
  [ -e "$work/deb/$file" ] || [ -e "$work/deb/usr/$file" ] || fail "$file is not in the package"
done

# The tarball runs where there is nothing but libc.
root=$work/root
mkdir -p "$root/lib64" "$root/lib/x86_64-linux-gnu" "$root/tmp" "$root/proc"
tar -xzf "$tarball" -C "$root" --strip-components=1
program=$(cd "$root" && find . -name rollwatch -type f -perm -u+x | head -1)
[ -n "$program" ] || fail "no program in the tarball"
cp /lib64/ld-linux-x86-64.so.2 "$root/lib64/"
for library in libc.so.6 libm.so.6; do
  cp "/lib/x86_64-linux-gnu/$library" "$root/lib/x86_64-linux-gnu/"
done
cp "$source/examples/alerts.yml" "$root/tmp/alerts.yml"
inside() { unshare -r chroot "$root" "$program" "$@"; }
if ! unshare -r true 2>/dev/null; then
  inside() { chroot "$root" "$program" "$@"; }
fi
inside --version | grep -q '^rollwatch ' || fail "--version does not run on libc alone"
inside check /tmp/alerts.yml | grep -q '0 errors' || fail "check does not run on libc alone"
inside serve --print-config | grep -q 'web.listen-address' || fail "serve does not run on libc alone"

# systemd reads the unit, the program at its place.
if command -v systemd-analyze >/dev/null; then
  sed "s|/usr/bin/rollwatch|$work/deb/usr/bin/rollwatch|" "$source/examples/rollwatch.service" \
    >"$work/rollwatch.service"
  systemd-analyze verify --man=no "$work/rollwatch.service" >"$work/log" 2>&1 ||
    fail "$(cat "$work/log")"
  ! grep -i 'unknown\|ignoring' "$work/log" || fail "$(cat "$work/log")"
else
  echo "systemd-analyze is not installed: the unit was not read"
fi
echo "ok: $(basename "$deb"), $(basename "$tarball")"
