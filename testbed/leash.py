"""Runs one program, and ends it when our parent goes away, however that happens.

Run as a script: `python leash.py PROGRAM ARGUMENTS…`. The parent holds the other end of our
standard input; the kernel closes it even when the parent is killed, and then the program ends too.
"""

import os
import signal
import subprocess
import sys
import threading


def main() -> int:
    program = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)  # noqa: S603
    threading.Thread(target=_stop_at_end_of_input, args=(program,), daemon=True).start()
    signal.signal(signal.SIGTERM, lambda *_: program.terminate())
    return program.wait()


def _stop_at_end_of_input(program: "subprocess.Popen[bytes]") -> None:
    while os.read(0, 1024):
        pass
    program.terminate()
    try:
        program.wait(5)
    except subprocess.TimeoutExpired:
        program.kill()


if __name__ == "__main__":
    sys.exit(main())
