#!/bin/bash
# Builds examples/Dockerfile with buildah and runs the image: under its user, on
# a root file system that cannot be written, in a network of its own. Its bases
# are made here: this machine's /usr for the build, libc alone below the program.
# All steps run as they stand, but for the compiler: the program is the one that
# was built.
#
#   container_test.sh ROLLWATCH SOURCE_DIRECTORY
set -euo pipefail
program=$(realpath "$1") source=$(realpath "$2")
skip() {
  echo "skipped: $*"
  exit 77
}
command -v buildah >/dev/null || skip "buildah is not installed"
unshare -mn true 2>/dev/null || skip "no namespaces may be made here"
work=$(mktemp -d)
server=
finish() {
  if [ -n "$server" ]; then kill "$server" 2>/dev/null && wait "$server" || true; fi
  rm -rf "$work"
}
trap finish EXIT
fail() {
  echo "$*" >&2
  cat "$work"/*.log >&2 || true
  exit 1
}
buildah=(buildah --storage-driver vfs --root "$work/storage" --runroot "$work/run")

# What git has, and what is new.
mkdir "$work/context" "$work/shims"
(cd "$source" && tar -c --exclude=./build\* --exclude=./.git .) | tar -x -C "$work/context"

# base NAME ENVIRONMENT FOLDER: the folder as an image.
base() {
  printf 'FROM scratch\nCOPY . /\nENV %s\n' "$2" >"$work/base.dockerfile"
  "${buildah[@]}" bud -f "$work/base.dockerfile" -t "docker.io/library/debian:$1" "$3" >"$work/base.log" 2>&1 ||
    fail "the base $1"
}
mkdir -p "$work/bookworm"/{usr,etc,var/lib,shims,tmp,root}
for link in bin sbin lib lib64; do ln -s "usr/$link" "$work/bookworm/$link"; done
base bookworm PATH=/shims:/usr/sbin:/usr/bin "$work/bookworm"
slim=$work/slim
mkdir -p "$slim"/{lib64,lib/x86_64-linux-gnu,usr/bin,etc,var/lib,shims,tmp}
ln -s usr/bin "$slim/bin"
cp /lib64/ld-linux-x86-64.so.2 "$slim/lib64/"
for library in $(ldd "$program" | sed -nE 's/.*=> (\/[^ ]+).*/\1/p'); do
  cp "$library" "$slim/lib/x86_64-linux-gnu/"
done
base bookworm-slim PATH=/shims:/usr/sbin:/usr/bin "$slim"

# In place of hours of compiling: the target exists, and here is what it makes.
cat >"$work/shims/ninja" <<'END'
#!/bin/bash
set -e
[ "$*" = "-C /build rollwatch" ] || exec /usr/bin/ninja "$@"
/usr/bin/ninja -n "$@" | tail -1 | grep -q 'Linking CXX executable rollwatch'
cp /shims/rollwatch /build/rollwatch
END
# In place of a mirror: the libraries of a package as this machine has it, and
# those they need, beside libc. /usr is this machine's while a step runs.
cat >"$work/shims/apt-get" <<'END'
#!/bin/bash
set -euo pipefail
if [ "$1" = update ]; then exit; fi
[ "$1" = install ]
for package in "${@:2}"; do
  [[ $package = -* ]] && continue
  for library in $(dpkg -L "$package" | grep '^/usr/lib/.*\.so\.' || true); do
    cp -n "$library" $(ldd "$library" | sed -nE 's/.*=> (\/[^ ]+).*/\1/p') /lib/x86_64-linux-gnu/
  done
done
END
cp "$program" "$work/shims/rollwatch"
chmod +x "$work/shims/ninja" "$work/shims/apt-get"
# The command of the guide, with buildah in docker's place.
build=$(sed -n 's/^docker build //p' "$source/docs/deployment.md")
[ -n "$build" ] || fail "docs/deployment.md builds no image"
read -ra build <<<"$build"
cd "$work/context"
"${buildah[@]}" bud --isolation chroot --pull-never -v /usr:/usr:ro -v /etc:/etc:ro -v /var/lib/dpkg:/var/lib/dpkg:ro -v "$work/shims:/shims:ro" \
  "${build[@]}" >"$work/build.log" 2>&1 || fail "the image cannot be built"

# What the image says of itself.
"${buildah[@]}" inspect --type image rollwatch >"$work/image.json"
image() { jq -r ".OCIv1.config.$1" "$work/image.json"; }
[ "$(image User)" = 10001:10001 ] || fail "the user is $(image User)"
[ "$(image 'Entrypoint + .OCIv1.config.Cmd | join(" ")')" = "/usr/bin/rollwatch serve" ] || fail "it runs something else"
[ "$(image 'Volumes | keys | join(" ")')" = /var/lib/rollwatch ] || fail "no volume"
[ "$(image 'ExposedPorts | keys | join(" ")')" = "10970/tcp 10971/tcp" ] || fail "the ports"
run=$(sed -n 's/^docker run //p' "$source/docs/deployment.md")
for part in --read-only "-v rollwatch:$(image 'Volumes | keys[]')" "-p 127.0.0.1:10970-10971:10970-10971"; do
  [[ " $run " == *" $part "* ]] || fail "docs/deployment.md does not run the image with $part"
done
image 'Env[]' >"$work/environment"

# As a runtime starts it with --read-only and a volume.
container=$("${buildah[@]}" from --pull-never rollwatch)
root=$("${buildah[@]}" mount "$container")
[ "$(stat -c %u:%g "$root/var/lib/rollwatch")" = 10001:10001 ] || fail "the volume is not the user's"
mkdir -m 700 "$work/volume"
chown 10001:10001 "$work/volume"
chmod 711 "$work"
cat >"$work/start.sh" <<'END'
set -e
root=$1 volume=$2 environment=$3
shift 3
mount --bind "$root" "$root"
mount --bind "$volume" "$root/var/lib/rollwatch"
mount -o remount,bind,ro "$root"
if touch "$root/written" 2>/dev/null; then exit 9; fi
python3 -c 'import fcntl, socket, struct
fcntl.ioctl(socket.socket(), 0x8914, struct.pack("16sh14x", b"lo", 1))'  # lo is up
mapfile -t variables <"$environment"
exec env -i "${variables[@]}" "$(type -P chroot)" --userspec=10001:10001 "$root" "$@"
END
unshare -mn --propagation private bash "$work/start.sh" "$root" "$work/volume" "$work/environment" \
  /usr/bin/rollwatch serve >"$work/serve.out" 2>"$work/serve.log" &
server=$!
for _ in $(seq 300); do
  grep -q '^events: ' "$work/serve.out" && break
  kill -0 "$server" 2>/dev/null || fail "it does not start"
  sleep 0.1
done
grep -qxE 'scrapes: http://(\[::\]|0\.0\.0\.0):10970' "$work/serve.out" || fail "scrapes: $(cat "$work/serve.out")"
grep -qxE 'events: http://(\[::\]|0\.0\.0\.0):10971' "$work/serve.out" || fail "events: $(cat "$work/serve.out")"
grep -q 'open to the network without authentication' "$work/serve.log" || fail "no warning"
[ "$(stat -c %u "/proc/$server")" = 10001 ] || fail "it runs as $(stat -c %u "/proc/$server")"
inside() { nsenter -t "$server" -n "$@"; }
[ "$(inside curl -s -o "$work/answer" -w '%{http_code}' 127.0.0.1:10970/-/ready)" = 200 ] || fail "not ready"
# The image's own program, on the image's own libraries.
inside -m -r -S 10001 -G 10001 /usr/bin/rollwatch report rollback --url http://127.0.0.1:10971 --environment staging \
  --reason manual >/dev/null 2>"$work/report.log" || fail "the event"
# Not into grep, which would end before curl does.
inside curl -s 127.0.0.1:10970/metrics >"$work/page"
grep -qx 'deployment_rollback_total{environment="staging",reason="manual"} 1' "$work/page" ||
  fail "the event does not count"
kill -TERM "$server"
status=0
wait "$server" || status=$?
server=
[ "$status" = 0 ] || fail "SIGTERM ends it with $status"
"$program" journal verify --storage.path "$work/volume" >/dev/null || fail "no journal is in the volume"
echo ok
