"""Drawing a sample that anybody can draw again (NH-12, NH-48, JC-26, QJ-10, XT-36, R-18).

1. The population is frozen as a text: what is drawn, from which period, at which ratio, the members line by line.
   Its SHA-256 is published before anybody knows the seed.
2. A named person enters a public seed (a lottery number, an index of a named day).
3. Each member's rank is the SHA-256 of ``<seed>|<hash of the population>|<member>``. In every stratum (a town, or the
   whole district) the members with the lowest ranks are drawn: ``ratio`` of them, rounded up, one at least.

To check by hand: ``sha256sum population.txt``, then ``printf '%s' 'SEED|HASH|MEMBER' | sha256sum`` for each
member, sort. Members that are checked all (households of staff's relatives) stand in the text, outside the pool.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import Final, Literal

FORMAT = "jiuzhu-sample 1"
POOL: Final = "pool"
ALL: Final = "all"
WHOLE = ""
"""Name of the stratum when the whole district is one."""
ROUNDINGS = {"up": ROUND_CEILING, "half_up": ROUND_HALF_UP}


@dataclass(frozen=True, kw_only=True, order=True)
class Member:
    """A household in the population; ``part`` says whether it can be drawn or is checked anyway."""

    member: str
    """Its case number: no name."""
    town: str
    part: Literal["pool", "all"] = POOL


@dataclass(frozen=True, kw_only=True)
class Population:
    """What is drawn from, as it is frozen: the order of its members says nothing."""

    draw_no: str
    district: str
    first_day: str
    last_day: str
    ratio: Decimal
    per: Literal["town", "district"]
    rounding: Literal["up", "half_up"]
    members: tuple[Member, ...]

    @property
    def pool(self) -> tuple[Member, ...]:
        """Return the members that can be drawn."""
        return tuple(one for one in self.members if one.part == POOL)

    @property
    def all_checked(self) -> tuple[Member, ...]:
        """Return the members that are checked anyway."""
        return tuple(one for one in self.members if one.part == ALL)

    def strata(self) -> Mapping[str, tuple[Member, ...]]:
        """Return the pool by stratum."""
        found: dict[str, list[Member]] = {}
        for one in sorted(self.pool):
            found.setdefault(one.town if self.per == "town" else WHOLE, []).append(one)
        return {name: tuple(members) for name, members in sorted(found.items())}


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A member that the seed drew, with its rank."""

    member: str
    town: str
    rank: str


def sample_size(ratio: Decimal, count: int, rounding: str = "up") -> int:
    """Return how many of a stratum are drawn: none of none, else one at least and all at most.

    Raises ValueError for a ratio that is not between 0 and 1, or a negative count.
    """
    if not Decimal(0) < ratio <= Decimal(1):
        raise ValueError(f"ratio {ratio} is not above 0 and at most 1")
    if count < 0:
        raise ValueError(f"count {count} is negative")
    if count == 0:
        return 0
    exact = ratio * Decimal(count)
    return min(count, max(1, int(exact.to_integral_value(rounding=ROUNDINGS[rounding]))))


def canonical_text(population: Population) -> str:
    """Return the text whose SHA-256 is published: heading, then one line for each member, sorted; LF at every end.

    Raises ValueError for a member that stands in it twice or has a tab or line break in its name.
    """
    members = sorted(population.members)
    names = [one.member for one in members]
    if len(set(names)) != len(names):
        raise ValueError("a member stands in the population twice")
    if any(set("\t\n\r") & set(one.member + one.town) for one in members):
        raise ValueError("a member's name has a tab or a line break")
    heading = [
        FORMAT,
        f"draw\t{population.draw_no}",
        f"district\t{population.district}",
        f"period\t{population.first_day}\t{population.last_day}",
        f"ratio\t{population.ratio}",
        f"strata\t{population.per}\t{population.rounding}",
    ]
    lines = [f"{one.part}\t{one.member}\t{one.town}" for one in members]
    return "\n".join([*heading, *lines, ""])


def read_text(text: str) -> Population:
    """Return the population that a frozen text describes. Raises ValueError when it is no such text."""
    lines = text.split("\n")
    if len(lines) < 7 or lines[0] != FORMAT or lines[-1] != "":
        raise ValueError("this is not the text of a population")
    head = {line.split("\t")[0]: line.split("\t")[1:] for line in lines[1:6]}
    try:
        (draw_no,), (district,), (ratio,) = head["draw"], head["district"], head["ratio"]
        (first_day, last_day), (per, rounding) = head["period"], head["strata"]
        members = tuple(_member(line) for line in lines[6:-1])
    except (KeyError, ValueError) as error:
        raise ValueError("this is not the text of a population") from error
    return Population(
        draw_no=draw_no,
        district=district,
        first_day=first_day,
        last_day=last_day,
        ratio=Decimal(ratio),
        per="town" if per == "town" else "district",
        rounding="half_up" if rounding == "half_up" else "up",
        members=members,
    )


def _member(line: str) -> Member:
    part, member, town = line.split("\t")
    if part not in (POOL, ALL):
        raise ValueError(f"{part} is no part of a population")
    return Member(member=member, town=town, part=ALL if part == ALL else POOL)


def hash_of(text: str) -> str:
    """Return the SHA-256 of a frozen text."""
    return hashlib.sha256(text.encode()).hexdigest()


def rank_of(seed: str, population_hash: str, member: str) -> str:
    """Return a member's place in the draw; the lowest are drawn."""
    return hashlib.sha256(f"{seed}|{population_hash}|{member}".encode()).hexdigest()


def draw(population: Population, seed: str) -> tuple[Drawn, ...]:
    """Return who is drawn, stratum by stratum, lowest rank first. Raises ValueError without a seed."""
    if population.pool and not seed.strip():
        raise ValueError("a seed is needed")
    published = hash_of(canonical_text(population))
    found: list[Drawn] = []
    for members in population.strata().values():
        ranked = sorted((rank_of(seed, published, one.member), one.member, one.town) for one in members)
        size = sample_size(population.ratio, len(members), population.rounding)
        found += [Drawn(member=member, town=town, rank=rank) for rank, member, town in ranked[:size]]
    return tuple(found)


def inspectors_for(seed: str, population_hash: str, member: str, free: Iterable[str], count: int) -> tuple[str, ...]:
    """Return which of the people who may check a member are drawn to do so (新泰's other random half, XT-36)."""
    ranked = sorted((rank_of(seed, population_hash, f"{member}|{person}"), person) for person in set(free))
    return tuple(person for _, person in ranked[:count])


def faults(
    text: str, published: str, ratio: str, seed: str, drawn: Sequence[str], all_checked: Sequence[str]
) -> tuple[str, ...]:
    """Recompute a draw from what is stored; returns in words what does not agree, nothing when all does."""
    if hash_of(text) != published:
        return (f"总体已被改动：现在的摘要是{hash_of(text)}，公布的摘要是{published}。",)
    try:
        population = read_text(text)
    except ValueError:
        return ("总体文本不是抽样总体的格式。",)
    found: list[str] = []
    if Decimal(ratio) != population.ratio:
        found.append(f"登记的比例{ratio}与总体文本中的{population.ratio}不一致。")
    expected = {one.member for one in draw(population, seed)} if seed or not population.pool else set()
    if population.pool and not seed:
        return (*found, "还没有录入种子，不能重算样本。")
    found += [f"{one}按种子应当抽中，样本里没有。" for one in sorted(expected - set(drawn))]
    found += [f"{one}按种子没有抽中，样本里却有。" for one in sorted(set(drawn) - expected)]
    owed = {one.member for one in population.all_checked}
    found += [f"{one}应当全部检查，样本里没有。" for one in sorted(owed - set(all_checked))]
    found += [f"{one}不在全部检查的名单里，样本里却有。" for one in sorted(set(all_checked) - owed)]
    return tuple(found)
