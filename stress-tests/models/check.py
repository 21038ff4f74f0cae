#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs Spin over the models of this directory and compares each verdict with the expected one.

usage: check.py [NAME ...]        only the configurations whose name holds one of these
Exit: 0 all as expected, 1 a verdict differs, 2 Spin or gcc is missing.
A configuration that fails and should not leaves its shortest trace on the output.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
HOLDS, LOSES = "holds", "loses"

# name, model, definitions, expected. A search that is not completed is no "holds".
CONFIGURATIONS = [
    # the protocols as implemented
    ("stamped", "move", "PROTOCOL=0 MOVES=1", HOLDS),
    ("stamped-there-and-back", "move", "PROTOCOL=0 RAISES_B=0", HOLDS),
    ("three-step", "move", "PROTOCOL=1 MOVES=1", HOLDS),
    ("three-step-there-and-back", "move", "PROTOCOL=1", HOLDS),
    ("three-step-always", "move", "PROTOCOL=2 MOVES=1 RAISES=1", HOLDS),
    ("three-step-always-there-and-back", "move", "PROTOCOL=2 RAISES=1 RAISES_B=0", HOLDS),
    ("stamped-two-devices", "move", "PROTOCOL=0 MOVES=1 DEVICES=2 RAISES=1 RAISES_B=0", HOLDS),
    # what is not needed
    ("stamped-no-claim", "move", "PROTOCOL=0 MOVES=1 NO_CLAIM=1", HOLDS),
    ("stamped-late-forward", "move", "PROTOCOL=0 MOVES=1 LATE_FORWARD=1", HOLDS),
    ("stamped-no-forward", "move", "PROTOCOL=0 MOVES=1 NO_FORWARD=1", HOLDS),
    ("stamped-claim-free-at-once", "move", "PROTOCOL=0 MOVES=1 FREE_AT_ONCE=1", HOLDS),
    # each step is needed
    ("stamped-no-reread", "move", "PROTOCOL=0 MOVES=1 NO_REREAD=1", LOSES),
    ("stamped-by-value", "move", "PROTOCOL=0 BY_VALUE=1", LOSES),
    ("stamped-no-fence", "move", "PROTOCOL=0 MOVES=1 NO_FENCE=1", LOSES),
    ("stamped-skip-is-done", "move", "PROTOCOL=0 MOVES=1 DEVICES=2 RAISES=1 RAISES_B=0 SKIP_IS_DONE=1", LOSES),
    ("stamped-free-at-once", "move", "PROTOCOL=0 MOVES=1 NO_CLAIM=1 FREE_AT_ONCE=1", LOSES),
    ("stamped-no-claim-no-forward", "move", "PROTOCOL=0 MOVES=1 NO_CLAIM=1 NO_FORWARD=1", LOSES),
    ("stamped-drop", "move", "PROTOCOL=0 MOVES=1 DROP=1", LOSES),
    ("stamped-no-state", "move", "PROTOCOL=0 MOVES=1 NO_STATE=1", LOSES),
    ("stamped-clear-late", "move", "PROTOCOL=0 MOVES=1 CLEAR_LATE=1", LOSES),
    ("three-step-no-reread", "move", "PROTOCOL=1 MOVES=1 NO_REREAD=1", LOSES),
    ("three-step-by-value", "move", "PROTOCOL=1 BY_VALUE=1", LOSES),
    ("three-step-stamp-late", "move", "PROTOCOL=1 MOVES=1 STAMP_LATE=1", LOSES),
    ("three-step-no-check", "move", "PROTOCOL=1 MOVES=1 NO_CHECK=1", LOSES),
    ("three-step-not-stopped", "move", "PROTOCOL=1 MOVES=1 NOT_STOPPED=1", LOSES),
    ("three-step-always-no-retrigger", "move", "PROTOCOL=2 MOVES=1 NO_CHECK=1", LOSES),
    # three steps past a neighbour that is moved off meanwhile
    ("three-step-neighbour", "move", "PROTOCOL=1 MOVES=1 RAISES=1 RAISES_B=0 NEIGHBOUR=1", HOLDS),
    ("three-step-neighbour-bit-alone", "move", "PROTOCOL=1 MOVES=1 RAISES=1 RAISES_B=0 NEIGHBOUR=1 BIT_ALONE=1", LOSES),
    # the run state, close, mask, what is held, retrigger
    ("serve", "serve", "", HOLDS),
    ("serve-drop", "serve", "DROP=1", LOSES),
    ("serve-form-b", "serve", "FORM_B=1 MASK=1 RAISES=1", HOLDS),
    ("serve-form-b-store-leave", "serve", "FORM_B=1 STORE_LEAVE=1", LOSES),
    ("serve-close", "serve", "CLOSE=1", HOLDS),
    ("serve-close-look-first", "serve", "CLOSE=1 LOOK_FIRST=1", LOSES),
    ("serve-close-state-first", "serve", "CLOSE=1 STATE_FIRST=1", LOSES),
    ("serve-close-no-ended", "serve", "CLOSE=1 NO_ENDED=1", LOSES),
    ("serve-mask", "serve", "MASK=1", HOLDS),
    ("serve-mask-close", "serve", "MASK=1 CLOSE=1 RAISES=1", HOLDS),
    ("serve-mask-look-first", "serve", "MASK=1 LOOK_FIRST=1", LOSES),
    ("serve-mask-state-first", "serve", "MASK=1 STATE_FIRST=1", LOSES),
    ("serve-mask-held-apart", "serve", "MASK=1 HELD_APART=1", LOSES),
    ("serve-mask-no-replay", "serve", "MASK=1 NO_REPLAY=1", LOSES),
    ("serve-detach", "serve", "DETACH=1", HOLDS),
    ("serve-detach-held-skips", "serve", "DETACH=1 HELD_SKIPS=1", LOSES),
    ("serve-detach-lift-apart", "serve", "DETACH=1 LIFT_APART=1", LOSES),
    ("serve-retrigger", "serve", "RETRIGGERS=1 RAISES=1", HOLDS),
    ("serve-retrigger-left-to-run", "serve", "RETRIGGERS=1 RAISES=1 LEFT_TO_RUN=1", LOSES),
    # a CPU goes offline: with an owner and without, while a move to it is under way, while it is brought back
    ("offline", "offline", "RAISES=2", HOLDS),
    ("offline-unowned", "offline", "OWNER=0", HOLDS),
    ("offline-online", "offline", "ONLINE=1", HOLDS),
    ("offline-unowned-online", "offline", "ONLINE=1 OWNER=0", HOLDS),
    ("offline-move", "offline", "START=1 RAISES=0", HOLDS),
    ("offline-move-online", "offline", "START=1 RAISES=0 ONLINE=1 OWNER=0", HOLDS),
    ("offline-move-no-mark", "offline", "START=1 RAISES=0 NO_MARK=1", HOLDS),
    ("offline-no-reread", "offline", "NO_REREAD=1", LOSES),
    ("offline-silenced", "offline", "SILENCED=1", LOSES),
    ("offline-move-at-once", "offline", "START=1 RAISES=0 AT_ONCE=1", LOSES),
    ("offline-move-no-go-on", "offline", "START=1 RAISES=0 NO_GO_ON=1", LOSES),
    ("offline-no-turning", "offline", "ONLINE=1 NO_TURNING=1", LOSES),
    ("offline-move-lower-late", "offline", "START=1 RAISES=0 LOWER_LATE=1", LOSES),
    ("offline-move-no-look-back", "offline", "START=1 RAISES=0 OWNER=0 NO_LOOK_BACK=1", LOSES),
    # an owner that sleeps
    ("sleep", "sleep", "", HOLDS),
    ("sleep-stall", "sleep", "STALL=1", HOLDS),
    ("sleep-no-fence", "sleep", "NO_FENCE=1", LOSES),
    ("sleep-look-first", "sleep", "LOOK_FIRST=1", LOSES),
    ("sleep-stall-skip-is-done", "sleep", "STALL=1 SKIP_IS_DONE=1", LOSES),
    ("sleep-stall-raiser-lowers", "sleep", "STALL=1 RAISER_LOWERS=1", LOSES),
    ("sleep-no-request-look", "sleep", "NO_REQUEST_LOOK=1", LOSES),
    ("sleep-ask-late", "sleep", "ASK_LATE=1", LOSES),
    ("sleep-ask-no-fence", "sleep", "ASK_NO_FENCE=1", LOSES),
    # test before set alone: two devices, one owner
    ("tbs-always-set", "tbs", "TEST=0", HOLDS),
    ("tbs-fence", "tbs", "TEST=1 FENCE=1", HOLDS),
    ("tbs-park", "tbs", "TEST=1 FENCE=1 PARK=1 PFENCE=1", HOLDS),
    ("tbs-park-no-fence", "tbs", "TEST=1 FENCE=1 PARK=1 PFENCE=0", LOSES),
    ("tbs-no-fence", "tbs", "TEST=1 FENCE=0", LOSES),
    ("tbs-fence-plain-clear", "tbs", "TEST=1 FENCE=1 CLEAR=1 ND=1", LOSES),
    ("tbs-clear-after-read", "tbs", "TEST=0 CLEAR=2", LOSES),
]
TBS_DEFAULTS = "TSO=1 FENCE=0 TEST=1 CLEAR=0 PARK=0 PFENCE=1".split()


def definitions(model, text):
    names = dict(item.split("=") for item in (TBS_DEFAULTS if model == "tbs" else []) + text.split())
    return [f"-D{name}={value}" for name, value in names.items()]


def command(arguments, directory):
    return subprocess.run(arguments, cwd=directory, capture_output=True, text=True)


def check(model, text):
    """The verdict, what Spin says of it, and the shortest trace if it fails."""
    flags = definitions(model, text)
    with tempfile.TemporaryDirectory() as work:
        shutil.copy(os.path.join(HERE, model + ".pml"), work)
        made = command(["spin", *flags, "-a", model + ".pml"], work)
        if made.returncode or "Error" in made.stdout:
            return "broken", made.stdout + made.stderr, ""
        gcc = ["gcc", "-O2" if model == "move" else "-O1", "-w", "-DSAFETY", "-DCOLLAPSE", "-DMEMLIM=3000", "-DVECTORSZ=2048"]
        command([*gcc, "-o", "pan", "pan.c"], work)
        out = command(["./pan", "-m200000", "-w22"], work).stdout
        errors = re.search(r"errors: (\d+)", out)
        states = re.search(r"(\d+) states, stored", out)
        said = f"{int(states.group(1)):,} states" if states else out[-300:]
        if not errors:
            return "broken", said, ""
        if errors.group(1) == "0":
            return ("incomplete" if "not completed" in out else HOLDS), said, ""
        why = re.search(r"pan:\d+: (.*?) \(at", out)
        trace = command(["spin", *flags, "-T", "-B", "-t", model + ".pml"], work).stdout
        return LOSES, said + ", " + (why.group(1) if why else "?"), trace


def main():
    missing = [tool for tool in ("spin", "gcc") if shutil.which(tool) is None]
    if missing:
        print(f"missing: {', '.join(missing)}. On Debian: apt-get install spin gcc libc6-dev", file=sys.stderr)
        return 2
    differ = 0
    start = time.time()

    def timed(configuration):
        began = time.time()
        return (*check(*configuration[1:3]), time.time() - began)

    chosen = [c for c in CONFIGURATIONS if not sys.argv[1:] or any(name in c[0] for name in sys.argv[1:])]
    with ThreadPoolExecutor(2) as workers:
        results = workers.map(timed, chosen)
        for (name, model, text, expected), (verdict, said, trace, took) in zip(chosen, results):
            ok = verdict == expected
            differ += not ok
            print(f"{'ok  ' if ok else 'DIFF'} {name:34s} {verdict:6s} {took:5.1f} s  {said}", flush=True)
            if not ok:
                print(f"     expected: {expected}\n{trace}")
    print(f"{len(chosen)} configurations, {differ} differ, {time.time() - start:.0f} s")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
