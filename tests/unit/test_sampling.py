"""Samples: their size, the draw that anybody can repeat, and what a check of it says."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiuzhu.domain import sampling
from jiuzhu.domain.sampling import Member, Population
from jiuzhu.domain.schedules import days_of

THIRTY = Decimal("0.30")


def population(count: int = 10, *, towns: int = 1, relatives: int = 0, per: str = "town") -> Population:
    pool = [Member(member=f"示例-2026-低保-{n:04d}", town=f"town-{n % towns + 1}") for n in range(1, count + 1)]
    everyone = [
        Member(member=f"示例-2026-低保-{count + n:04d}", town="town-1", part="all") for n in range(1, relatives + 1)
    ]
    return Population(
        draw_no="示例-2026-抽查-0001",
        district="example",
        first_day="2026-09-01",
        last_day="2026-09-30",
        ratio=THIRTY,
        per="district" if per == "district" else "town",
        rounding="up",
        members=tuple(pool + everyone),
    )


@pytest.mark.req("NH-12", "NH-48", "JC-26", "QJ-10")
@pytest.mark.parametrize(("count", "size"), [(0, 0), (1, 1), (3, 1), (4, 2), (10, 3), (11, 4), (100, 30)])
def test_thirty_per_cent_rounded_up_one_at_least(count: int, size: int) -> None:
    assert sampling.sample_size(THIRTY, count) == size
    assert len(sampling.draw(population(count), "seed")) == size


def test_rounding_to_the_nearest_is_a_setting() -> None:
    assert [sampling.sample_size(THIRTY, n, "half_up") for n in (1, 4, 5, 11)] == [1, 1, 2, 3]


@pytest.mark.parametrize("ratio", ["0", "-0.1", "1.01"])
def test_a_ratio_is_a_share(ratio: str) -> None:
    with pytest.raises(ValueError, match="ratio"):
        sampling.sample_size(Decimal(ratio), 10)
    assert sampling.sample_size(Decimal(1), 10) == 10


@given(st.decimals("0.01", "1", places=2), st.integers(1, 3000))
def test_never_less_than_the_share_and_never_one_too_many(ratio: Decimal, count: int) -> None:
    size = sampling.sample_size(ratio, count)
    assert 1 <= size <= count
    assert ratio * count <= size < ratio * count + 1


@pytest.mark.req("NH-12")
def test_every_town_gives_its_share() -> None:
    drawn = sampling.draw(population(23, towns=3), "4821")
    per_town = {town: sum(1 for one in drawn if one.town == town) for town in ("town-1", "town-2", "town-3")}
    assert per_town == {"town-1": 3, "town-2": 3, "town-3": 3}  # of 7, 8 and 8
    assert len(sampling.draw(population(23, towns=3, per="district"), "4821")) == 7


@given(st.text(min_size=1).filter(str.strip), st.permutations(range(12)))
def test_the_same_seed_draws_the_same_whatever_the_order(seed: str, order: list[int]) -> None:
    one = population(12, towns=2, relatives=1)
    shuffled = replace(one, members=tuple(one.members[n] for n in order) + one.members[12:])
    assert sampling.draw(one, seed) == sampling.draw(shuffled, seed)
    text = sampling.canonical_text(one)
    assert text == sampling.canonical_text(shuffled)
    assert sampling.canonical_text(sampling.read_text(text)) == text


def test_another_seed_draws_others() -> None:
    samples = {tuple(one.member for one in sampling.draw(population(100), str(seed))) for seed in range(20)}
    assert len(samples) == 20


def test_anybody_can_draw_it_again_with_sha256sum() -> None:
    """As the handbook says it, without our functions."""
    whole = population(10)
    text = sampling.canonical_text(whole)
    assert text.splitlines()[:6] == [
        "jiuzhu-sample 1",
        "draw\t示例-2026-抽查-0001",
        "district\texample",
        "period\t2026-09-01\t2026-09-30",
        "ratio\t0.30",
        "strata\ttown\tup",
    ]
    published = hashlib.sha256(text.encode("utf-8")).hexdigest()
    names = [line.split("\t")[1] for line in text.splitlines() if line.startswith("pool\t")]
    ranked = sorted(names, key=lambda name: hashlib.sha256(f"20260930-4821|{published}|{name}".encode()).hexdigest())
    assert [one.member for one in sampling.draw(whole, "20260930-4821")] == ranked[:3]


@pytest.mark.req("NH-13")
def test_households_of_relatives_are_outside_the_pool() -> None:
    whole = population(10, relatives=2)
    assert len(sampling.draw(whole, "s")) == 3
    drawn = [one.member for one in sampling.draw(whole, "s")]
    assert not set(drawn) & {one.member for one in whole.all_checked}
    text = sampling.canonical_text(whole)
    published = sampling.hash_of(text)
    (fault,) = sampling.faults(text, published, "0.30", "s", drawn, [whole.all_checked[0].member])
    assert "应当全部检查" in fault


def check(text: str, published: str, *, ratio: str = "0.30", seed: str = "s", drawn: list[str]) -> tuple[str, ...]:
    return sampling.faults(text, published, ratio, seed, drawn, [])


@pytest.mark.req("NH-12", "XT-36")
def test_whatever_was_changed_is_said() -> None:
    text = sampling.canonical_text(population(10))
    published = sampling.hash_of(text)
    drawn = [one.member for one in sampling.draw(population(10), "s")]
    assert check(text, published, drawn=drawn) == ()
    shorter = "\n".join(line for line in text.split("\n") if "0001\t" not in line)
    assert "总体已被改动" in check(shorter, published, drawn=drawn)[0]
    assert "比例" in check(text, published, ratio="0.20", drawn=drawn)[0]
    assert "样本里没有" in check(text, published, drawn=drawn[1:])[0]
    outsider = next(one.member for one in population(10).pool if one.member not in drawn)
    (fault,) = check(text, published, drawn=[*drawn, outsider])
    assert fault.endswith("按种子没有抽中，样本里却有。")
    assert check(text, published, seed="t", drawn=drawn)
    assert "种子" in check(text, published, seed="", drawn=[])[0]
    assert "格式" in check("x", sampling.hash_of("x"), drawn=[])[0]


def test_no_seed_no_draw_and_no_member_twice() -> None:
    with pytest.raises(ValueError, match="seed"):
        sampling.draw(population(1), " ")
    assert sampling.draw(population(0), "") == ()
    twice = population(2)
    with pytest.raises(ValueError, match="twice"):
        sampling.canonical_text(replace(twice, members=(*twice.members, twice.members[0])))
    with pytest.raises(ValueError, match="line break"):
        sampling.canonical_text(replace(twice, members=(Member(member="a\tb", town=""),)))


@pytest.mark.req("XT-36")
def test_inspectors_are_drawn_too_from_those_who_may() -> None:
    free = ["p1", "p2", "p3", "p4"]
    drawn = {sampling.inspectors_for("s", "h", f"m{n}", free, 2) for n in range(40)}
    assert all(len(set(pair)) == 2 for pair in drawn)
    assert {person for pair in drawn for person in pair} == set(free)
    assert sampling.inspectors_for("s", "h", "m1", ["p3"], 2) == ("p3",)
    assert sampling.inspectors_for("s", "h", "m1", free, 2) == sampling.inspectors_for("s", "h", "m1", free[::-1], 2)


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2026-09", "2026-09-01", "2026-09-30"),
        ("2028-02", "2028-02-01", "2028-02-29"),
        ("2026Q4", "2026-10-01", "2026-12-31"),
        ("2026H2", "2026-07-01", "2026-12-31"),
        ("2026", "2026-01-01", "2026-12-31"),
        ("2026-09-16", "2026-09-16", "2026-09-16"),
    ],
)
def test_a_period_has_its_days(period: str, first: str, last: str) -> None:
    assert days_of(period) == (date.fromisoformat(first), date.fromisoformat(last))


def test_what_is_no_period_has_no_days() -> None:
    for wrong in ("", "M1", "2026-13", "2026Q5"):
        with pytest.raises(ValueError, match="period"):
            days_of(wrong)


@pytest.mark.parametrize("text", ["", "jiuzhu-sample 1\n", "jiuzhu-sample 1\na\nb\nc\nd\ne\n", "other\n" * 8])
def test_other_texts_are_no_population(text: str) -> None:
    with pytest.raises(ValueError, match="population"):
        sampling.read_text(text)
