#!/usr/bin/env bash
# Run an unpacked image as strictly as a container engine can, without one: nobody's user, no capabilities, no new
# privileges, a read-only root. Say how long it takes to be ready and to answer, what it could write, and what its workers
# could do. Needs root.
# try_image.sh ROOTFS [PORT]
set -euo pipefail
root=$(realpath "$1")
port=${2:-8123}
work=$(mktemp -d)
trap 'kill "${service:-}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"' EXIT
install -d -m 700 -o 10001 -g 10001 "$work/data"
mkdir "$work/root"

# As the image's own settings say, and no others.
as_in_image=(/usr/bin/setpriv --reuid 10001 --regid 10001 --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all
    /usr/bin/env -i PATH=/opt/wuhen/bin:/usr/bin:/bin PYTHONDONTWRITEBYTECODE=1
    WUHEN_DATA_DIR=/data WUHEN_HOST=0.0.0.0 "WUHEN_PORT=$port" WUHEN_WORKERS=1 WUHEN_LOG_FORMAT=json)

start=$(date +%s.%N)
# Expanded by the shell inside, which makes the mounts where nobody else sees them.
# shellcheck disable=SC2016
setsid unshare --mount --pid --fork --kill-child --uts --ipc bash -euc '
    mount --make-rprivate /
    mount --bind "$1" "$2/root"; mount -o remount,bind,ro "$2/root"
    mount -t proc proc "$2/root/proc"
    mount -t tmpfs -o size=64m,mode=1777,noexec,nosuid,nodev tmpfs "$2/root/tmp"
    mount -t tmpfs -o mode=755 tmpfs "$2/root/dev"
    for device in null zero random urandom; do
        touch "$2/root/dev/$device"; mount --bind "/dev/$device" "$2/root/dev/$device"
    done
    mount --rbind -o ro /sys "$2/root/sys"
    mount --bind "$2/data" "$2/root/data"
    root=$2/root; shift 2
    exec chroot "$root" "$@"
' - "$root" "$work" "${as_in_image[@]}" wuhen serve >"$work/log" 2>&1 &
unshared=$!

ready() { python3 -c "import urllib.request as u; u.urlopen('http://127.0.0.1:$port/readyz', timeout=2)" 2>/dev/null; }
for _ in $(seq 300); do
    ready && break
    kill -0 "$unshared" 2>/dev/null || { cat "$work/log" >&2; exit 1; }
    sleep .2
done
ready || { echo "not ready within a minute" >&2; cat "$work/log" >&2; exit 1; }
echo "ready after $(python3 -c "import time; print(f'{time.time() - $start:.1f}')") s"
service=$(pgrep -P "$unshared" | head -1)
inside() { nsenter --target "$service" --mount --pid -- chroot "/proc/$service/root" "${as_in_image[@]}" "$@"; }

inside python - "$port" <<'PYTHON'
import json, subprocess, sys, time
from importlib.resources import files
from PIL import Image

sample = files("wuhen.samples") / "hikers.jpg"
with Image.open(str(sample)) as photo:
    mask = Image.new("L", photo.size)
mask.paste(255, (100, 100, 140, 140))
mask.save("/tmp/mask.png")
begun = time.time()
done = subprocess.run(
    ["wuhen", "call", "--endpoint", f"http://127.0.0.1:{sys.argv[1]}", "--key", "/data/first-key.json",
     "--photo", str(sample), "--mask", "/tmp/mask.png", "-o", "/tmp/out.jpg"],
    capture_output=True, text=True, check=True,
)
assert "Error" not in json.loads(done.stdout)["Response"], done.stdout
print(f"first answer after {time.time() - begun:.1f} s, the command's own start included")
PYTHON
grep -o '"seconds": [0-9.]*' "$work/log" | tail -1 | sed 's/.*: /of which the service took /; s/$/ s/'
echo "health: $(inside wuhen health)"
inside grep -E '^(Uid|CapBnd|NoNewPrivs)' /proc/1/status
echo "writable: $(inside find / -xdev -type d -writable ! -path '/proc/*' 2>/dev/null | tr '\n' ' ')"

# Its workers, by what the system says of them; and by what one could do that a picture has taken over.
for worker in $(pgrep -P "$service"); do
    grep -E '^(NoNewPrivs|Seccomp):' "/proc/$worker/status" | tr -s '\t\n' ' ' | sed 's/^/a worker: /; s/ $/\n/'
done
if grep -F 'workers are confined with gaps' "$work/log"; then exit 1; fi
inside env OPENBLAS_NUM_THREADS=1 python - "$port" <<'PYTHON'
import os, socket, subprocess, sys
from wuhen.workers.confinement import Confinement

confinement = Confinement()
confinement.close_files()
confinement.close_system()
crimes = {
    "open a socket": lambda: socket.socket(),
    "reach the service": lambda: socket.create_connection(("127.0.0.1", int(sys.argv[1]))),
    "start a program": lambda: subprocess.run(["true"]),
    "become two": os.fork,
    "signal another": lambda: os.kill(1, 0),
    "read the keys": lambda: open("/data/accounts.sqlite3"),
    "list the data": lambda: os.listdir("/data"),
    "read the users": lambda: open("/etc/passwd"),
    "read another's environment": lambda: open("/proc/1/environ"),
    "write into the data": lambda: open("/data/crime", "w"),
    "write into /tmp": lambda: open("/tmp/crime", "w"),
    "write into the compiled code": lambda: open("/var/cache/wuhen/crime", "w"),
}
done = list(confinement.gaps)
for name, crime in crimes.items():
    try:
        crime()
    except (PermissionError, FileNotFoundError):
        continue
    except OSError as error:
        name = f"{name}: {error}"
    done.append(name)
print(f"a worker can: {'; '.join(done) or f'none of {len(crimes)} things that it should not'}")
sys.exit(bool(done))
PYTHON
kill -TERM "$service"
wait "$unshared" 2>/dev/null || true
grep -q 'shutdown complete' "$work/log" && echo "stopped in good order"
