"""One reading of a letter's numbering, chosen for the whole letter.

A number is only the number of an item in its sequence: `2019.` at the start of a line is a year unless 2018 items
went before it, `(ii)` after `(i)` in one sentence is no item, `i)` after `h)` is a letter and after `2)` a roman
numeral. So the candidates of `markers` are read from first to last and the cheapest consistent outline is kept: runs
that count up cost nothing, gaps, repeats, restarts and changes of style a little, runs that begin in the middle a
lot. The search is a beam over stacks of open lists, so its time is linear in the number of candidates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from classifier.questions.marks import Candidate, Reading

BEAM = 6
NARROW_BEAM = 2
MANY = 250
"""From this many candidates on (tables, lists of rows) a narrow beam is enough: they are all of one kind."""
DEEPEST = 5


class Marker(msgspec.Struct, frozen=True):
    """A candidate that stands: `level` 0 is outermost, `run` tells the lists of a letter apart.

    `number` is as the applicant wrote it, "" for a bullet; `position` counts within its run from 0. `above` is the
    index of the marker (in the outline) that this one's list stands under by numbering alone, or None.
    """

    candidate: Candidate
    number: str
    family: str
    value: tuple[int, ...]
    level: int
    run: int
    position: int
    above: int | None


class _Level(msgspec.Struct, frozen=True):
    family: str
    style: str
    value: tuple[int, ...]
    indent: int
    inline: bool
    run: int
    position: int
    at: int


class _State(msgspec.Struct, frozen=True):
    cost: float
    stack: tuple[_Level, ...]
    taken: tuple[int, int, int, int] | None  # (candidate, reading, level, run)
    before: _State | None
    count: int
    runs: int


def choose(found: list[Candidate]) -> list[Marker]:
    """The markers of the cheapest reading, in order. Never raises; an empty list where nothing numbers an item."""
    width = BEAM if len(found) <= MANY else NARROW_BEAM
    beam = [_State(0.0, (), None, None, 0, 0)]
    for index, candidate in enumerate(found):
        options: list[_State] = []
        for state in beam:
            options.append(_State(state.cost + candidate.skip, state.stack, None, state, state.count, state.runs))
            for number, reading in enumerate(candidate.readings):
                if reading.compound and (state.taken is not None or index == 0):
                    continue  # the outer marker already stands on its own
                _accept(state, candidate, index, number, reading, options)
        options.sort(key=_cost)
        beam = []
        seen: set[tuple[tuple[str, tuple[int, ...], str], ...]] = set()
        for option in options:
            key = tuple((x.family, x.value, x.style) for x in option.stack)
            if key not in seen:
                seen.add(key)
                beam.append(option)
                if len(beam) == width:
                    break
    return _markers(found, beam[0])


def _cost(state: _State) -> float:
    return state.cost


def _accept(state: _State, c: Candidate, index: int, number: int, reading: Reading, out: list[_State]) -> None:
    """Add the ways in which `state` can go on with this reading of the candidate."""
    stack = state.stack
    # Read together, the two markers are one: what it cost to pass over the outer one comes back.
    base_cost = state.cost + c.accept - (1.6 if reading.compound else 0.0)
    for depth in range(len(stack) - 1, -1, -1):
        level = stack[depth]
        step = _step(level, c, reading)
        if step is None:
            continue
        # Leaving deeper lists is free, but a bullet that skips past a list of its own kind is not.
        cost = base_cost + step
        if c.inline != level.inline:
            cost += 0.5
        same = step < 5 and not _restarts(level, reading)
        run = level.run if same else state.runs
        moved = _Level(
            reading.family,
            c.style,
            reading.value,
            c.indent,
            c.inline,
            run,
            level.position + 1 if same else 0,
            state.count,
        )
        out.append(
            _State(
                cost,
                (*stack[:depth], moved),
                (index, number, depth, run),
                state,
                state.count + 1,
                state.runs + (0 if same else 1),
            )
        )
    if len(stack) < DEEPEST:
        first = _opening(stack, c, reading)
        if first is not None:
            level = _Level(reading.family, c.style, reading.value, c.indent, c.inline, state.runs, 0, state.count)
            out.append(
                _State(
                    base_cost + first, (*stack, level), (index, number, len(stack), state.runs), state,
                    state.count + 1, state.runs + 1,
                )
            )  # fmt: skip
    # A new list that replaces an open one: a second list of another kind at the same depth.
    if stack:
        first = _opening((), c, reading)
        if first is not None:
            level = _Level(reading.family, c.style, reading.value, c.indent, c.inline, state.runs, 0, state.count)
            cost = base_cost + first + 0.55 - (0.2 if c.indent < stack[0].indent else 0.0)
            out.append(_State(cost, (level,), (index, number, 0, state.runs), state, state.count + 1, state.runs + 1))


def _restarts(level: _Level, reading: Reading) -> bool:
    return (
        reading.family != "ordinal"
        and not reading.family.startswith("bullet")
        and reading.value <= level.value
        and reading.value[0] == 1
    )


def _step(level: _Level, c: Candidate, reading: Reading) -> float | None:
    """The cost of this reading as the next item of an open list; None where it can't be."""
    if reading.family != level.family:
        return None
    if reading.family.startswith("bullet"):
        return min(abs(c.indent - level.indent), 8) * 0.06
    style = 0.0 if c.style == level.style else 0.35
    if c.style != level.style and (c.inline or "number-" in c.style or "number-" in level.style):
        style = 0.15
    if c.indent != level.indent and not c.inline:
        style += min(abs(c.indent - level.indent), 8) * 0.05
    if reading.family == "dotted":
        return style + _dotted_step(level.value, reading.value)
    if reading.family == "ordinal":
        if reading.value[0] == 0 or reading.value[0] == level.value[0] + 1:
            return 0.0
        return 1.2
    last, new = level.value[0], reading.value[0]
    if len(level.value) == 2 and len(reading.value) == 2:
        last_sub, new_sub = level.value[1], reading.value[1]
        if new == last and new_sub:
            if new_sub == last_sub + 1:
                return style
            return style + (0.8 if new_sub > last_sub else 1.3)
        if new == last + 1:
            return style + (0.0 if new_sub <= 1 else 0.8)
    elif new == last + 1:
        return style
    if new == last:
        return style + (0.8 if new == 1 else 1.3)  # "every item 1.", two 3.s, an item given twice
    if new > last:
        gap = new - last - 1
        return style + 0.7 + min(gap * 0.25, 3.0)
    if new == 1 or reading.value[:1] == (1,):
        return style + 0.7 + (0.4 if last == 1 else 0.0)
    return style + 2.0 + min((last - new) * 0.2, 2.0)


def _dotted_step(last: tuple[int, ...], new: tuple[int, ...]) -> float:
    if len(new) == len(last):
        if new[:-1] == last[:-1]:
            gap = new[-1] - last[-1]
            return 0.0 if gap == 1 else 0.8 + 0.3 * min(abs(gap), 6)
        if new[0] == last[0] + 1 and new[1:] <= (1,) * (len(new) - 1):
            return 0.0
        return 1.5
    if len(new) > len(last) and new[: len(last)] == last and new[len(last)] == 1:
        return 0.0
    if len(new) < len(last) and new[:-1] == last[: len(new) - 1] and new[-1] == last[len(new) - 1] + 1:
        return 0.0
    return 1.6


def _opening(stack: tuple[_Level, ...], c: Candidate, reading: Reading) -> float | None:
    """The cost of a list that begins with this reading, beneath the open ones; None where it can't be."""
    above = stack[-1] if stack else None
    if above is not None and reading.family == above.family:
        if reading.family.startswith("bullet"):
            return 0.35 if c.indent > above.indent + 1 else None
        deeper = c.indent > above.indent + 1
        if not deeper and c.style == above.style:
            return None
        base = 0.55 if deeper else 0.85
    else:
        base = 0.4
    if above is not None and any(x.family == reading.family and x.style == c.style for x in stack[:-1]):
        base += 0.9
    if reading.family.startswith("bullet"):
        return base - 0.05
    if reading.family.startswith("named"):
        return base + (0.0 if reading.value[0] == 1 else 0.5)
    if reading.family == "ordinal":
        return base if reading.value[0] == 1 else base + 0.9
    if reading.family == "dotted":
        value = reading.value
        number = next(
            (x.value[0] for x in reversed(stack) if x.family in {"number", "named:part", "named:q", "named:request"}),
            None,
        )
        if value[1:] == (1,) * (len(value) - 1) or value[1:2] == (0,):
            return base if number in (None, value[0]) or value[0] == 1 else base + 0.7
        return base + 1.6
    first = reading.value[0]
    if len(reading.value) == 2 and reading.value[1]:
        number = next((x.value[0] for x in reversed(stack) if x.family.startswith(("number", "named"))), None)
        if reading.value[1] == 1 and (first == 1 or number == first):
            return base
        return base + 0.9
    if first == 1:
        return base
    if c.mid_sentence:
        base += 0.6
    if first == 2:
        return base + 0.75
    return base + 1.3 + min(first * 0.05, 1.5)


def _markers(found: list[Candidate], best: _State) -> list[Marker]:
    chain: list[_State] = []
    state: _State | None = best
    while state is not None:
        if state.taken is not None:
            chain.append(state)
        state = state.before
    chain.reverse()
    out: list[Marker] = []
    for s in chain:
        assert s.taken is not None
        index, number, depth, run = s.taken
        top = s.stack[depth]
        above = s.stack[depth - 1].at if depth else None
        reading = found[index].readings[number]
        candidate, written = found[index], found[index].number
        if reading.compound:
            candidate = msgspec.structs.replace(candidate, start=found[index - 1].start)
            written = f"{reading.value[0]}{written.lower()}"
        out.append(Marker(candidate, written, reading.family, reading.value, depth, run, top.position, above))
    return out
