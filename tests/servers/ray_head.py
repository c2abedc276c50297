"""The process that `servers.cluster` starts: the head of a cluster of Ray on this machine, and its only node.

It says where it is when services can come, takes out the applications that the lines of its input name, and
ends with it.
"""

import os
import sys

# Before Ray is imported, which tells its makers how it is used unless told not to.
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"

import ray
from ray import serve

PROCESSORS = 64
"""That it takes this machine to have: all services of a run find room, and few work at a time."""
STORE_BYTES = 512 * 1024**2


def main(folder: str) -> None:
    """Run it, with its sockets and logs in a folder."""
    ray.init(
        address="local",
        num_cpus=PROCESSORS,
        include_dashboard=False,
        object_store_memory=STORE_BYTES,
        log_to_driver=False,
        configure_logging=False,
        _node_ip_address="127.0.0.1",
        _system_config={"worker_niceness": 0, "memory_monitor_refresh_ms": 0},
        _temp_dir=folder,
    )
    serve.start(proxy_location="Disabled")
    sys.stdout.write(f"{ray.get_runtime_context().gcs_address}\n")
    sys.stdout.flush()
    for line in sys.stdin:
        serve.delete(line.strip(), _blocking=False)
    ray.shutdown()


if __name__ == "__main__":
    main(sys.argv[1])
