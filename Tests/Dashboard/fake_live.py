"""How invented runs go on: many events a second, and an answer that comes word by word."""

import itertools
import time

from fake_data import now, stamp


def live_burst(world, run, rate, seconds):
    """Events of a run at `rate` a second: steps begin, are tried again, and end."""
    keys = list(world.steps[run])
    begun, sent = time.time(), 0
    kinds = itertools.cycle(
        ["step.started", "step.completed", "step.retrying", "step.started", "step.completed", "step.failed"]
    )
    while time.time() - begun < seconds:
        while sent < (time.time() - begun) * rate:
            key = world.random.choice(keys)
            kind = next(kinds)
            world.steps[run][key]["state"] = {
                "step.started": "running",
                "step.retrying": "running",
                "step.completed": "completed",
                "step.failed": "failed",
            }[kind]
            world.event(
                run, kind, key, attempt=world.random.randint(1, 3), message="case compared with what was expected"
            )
            sent += 1
        time.sleep(0.02)


WORDS = "The upload goes on where it stopped, and a photo that fails is shown to its owner with the reason.".split()


def live_text(world, run, key, words=400, pause=0.02):
    """A step that streams its answer, as a model does."""
    step, sent = world.steps[run][key], 0
    step.update(state="running", streamed="", output=None)
    for i in range(words):
        piece = WORDS[i % len(WORDS)] + " "
        with world.changed:
            step["streamed"] += piece
        world.frame(run, "text", key=key, attempt=step["attempt"], offset=sent, text=piece)
        sent += len(piece.encode())
        time.sleep(pause)
    step.update(state="completed", output=step["streamed"], ended=stamp(now()), duration_ms=words * 20)
    world.frame(run, "finished", key=key)
    world.event(run, "step.completed", key, attempt=step["attempt"])
