"""A worker process, as `wuhen.workers.local` starts it."""

from wuhen.workers.process import main

main()
