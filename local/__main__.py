"""Lets `python -m local` run the command line."""

from local.cli import main

if __name__ == "__main__":
    main()
