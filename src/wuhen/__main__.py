"""`python -m wuhen` is `wuhen`."""

from wuhen.cli import main

if __name__ == "__main__":
    main(prog_name="wuhen")
