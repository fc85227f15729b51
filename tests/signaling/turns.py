"""How many threads of a crew have a turn at the same time."""

import asyncio
import threading


async def how_many_begin(crew, *, of):
    """Give the crew so many works that do not end by themselves; returns how many it begins."""
    begun, is_over = [], threading.Event()

    def work():
        begun.append(threading.get_ident())
        is_over.wait(5)

    works = [crew.run(work) for _ in range(of)]
    # Time has to pass, in which one too many could begin.
    await asyncio.sleep(0.2)
    number = len(begun)
    is_over.set()
    await asyncio.gather(*works)
    return number
