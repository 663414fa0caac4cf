"""``python -m agent.casework``: asks for a colleague's password and prints the line for the file of colleagues."""

from __future__ import annotations

import getpass
import sys

from agent.casework.staff import PASSWORD_CHARS_MIN, hashed


def main() -> int:
    """0 when a line was printed."""
    password = getpass.getpass("password: ")
    if len(password) < PASSWORD_CHARS_MIN:
        print(f"at least {PASSWORD_CHARS_MIN} characters", file=sys.stderr)
        return 1
    if getpass.getpass("again: ") != password:
        print("these are not the same", file=sys.stderr)
        return 1
    print(f'password = "{hashed(password)}"')
    return 0


if __name__ == "__main__":
    sys.exit(main())
