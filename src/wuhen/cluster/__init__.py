"""The whole service as an application of Ray Serve: what a configuration of `serve deploy` names.

`wuhen.cluster:build` is its `import_path`, and its `args` are the settings. Doors are replicas that answer
calls, behind Ray Serve's proxies; erasers are replicas that do what is asked for.
"""

from wuhen.cluster.application import build

__all__ = ["build"]
