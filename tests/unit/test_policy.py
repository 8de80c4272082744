"""Policy files: dated values with sources; every mistake is named at start with file and key."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from jiuzhu.errors import ConfigurationError
from jiuzhu.policy import DistrictPolicy, load_policies

CATALOGUE = """
[[key]]
key = "notice.days"
kind = "integer"
label = "公示天数"

[[key]]
key = "deadlines.filing"
kind = "limit"
label = "备案时限"

[[key]]
key = "authority.without_letter"
kind = "text"
choices = ["county", "none"]
label = "无委托书时"

[[table]]
table = "standards"
label = "救助标准"
columns = { programme = "text", amount = "money", area = "text?" }
"""
HEAD = """
name = "示例区"
case_prefix = "示例"
short = "示例"
bureau = "示例区民政局"
hotline = "0000"
"""
VALUES = """
[[value]]
key = "notice.days"
value = 7
from = 2000-01-01
source = "57号第19条"

[[value]]
key = "deadlines.filing"
value = "5wd"
from = 2000-01-01
until = 2023-08-15
source = "assumption"

[[value]]
key = "deadlines.filing"
value = "7d"
from = 2023-08-16
source = "JC-25"

[[value]]
key = "authority.without_letter"
value = "county"
from = 2000-01-01
source = "assumption"

[[row]]
table = "standards"
programme = "dibao"
amount = "636"
from = 2021-09-01
source = "示例"

[[row]]
table = "standards"
programme = "dibao"
amount = 717.50
from = 2022-09-01
source = "另一示例"
"""


def write(folder: Path, *, catalogue: str = CATALOGUE, district: str = HEAD + VALUES) -> Path:
    (folder / "districts").mkdir()
    (folder / "policy.toml").write_text(catalogue, "utf-8")
    (folder / "districts" / "example.toml").write_text(district, "utf-8")
    return folder


@pytest.fixture
def example(tmp_path: Path) -> DistrictPolicy:
    return load_policies(write(tmp_path)).of("example")


def test_values_have_days_and_sources(example: DistrictPolicy) -> None:
    before, first = date(2023, 8, 15), date(2023, 8, 16)
    assert example.value("notice.days", before) == 7
    assert example.value("deadlines.filing", before) == {"amount": 5, "unit": "wd"}
    assert example.value("deadlines.filing", first) == {"amount": 7, "unit": "d"}
    assert example.source("deadlines.filing", first) == "JC-25"
    assert example.values("deadlines", first) == {"filing": {"amount": 7, "unit": "d"}}
    assert (example.name, example.case_prefix) == ("示例区", "示例")


def test_rows_have_days_and_sources(example: DistrictPolicy) -> None:
    assert example.rows("standards", date(2021, 8, 31)) == []
    [row] = example.rows("standards", date(2021, 9, 1))
    assert row == {
        "programme": "dibao", "amount": "636.00", "area": None,
        "from": "2021-09-01", "until": None, "source": "示例",
    }  # fmt: skip
    assert len(example.rows("standards", date(2022, 9, 1))) == 2
    assert example.source("standards", date(2022, 9, 1)) == "示例、另一示例"


def test_unknown_keys_and_days_without_a_value_are_errors(example: DistrictPolicy) -> None:
    with pytest.raises(ConfigurationError, match=r"notice\.weeks"):
        example.value("notice.weeks", date(2021, 1, 1))
    with pytest.raises(ConfigurationError, match="1999-12-31"):
        example.value("notice.days", date(1999, 12, 31))
    with pytest.raises(ConfigurationError, match="no policy table"):
        example.rows("nothing", date(2021, 1, 1))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('key = "notice.days"', 'key = "notice.weeks"', r"unknown key 'notice\.weeks'"),
        ("value = 7", 'value = "7"', r"notice\.days.*whole number"),
        ("value = 7", "value = true", r"notice\.days.*whole number"),
        ('value = "5wd"', 'value = "5 working days"', r"deadlines\.filing.*10wd"),
        ('value = "county"', 'value = "city"', r"authority\.without_letter.*none of"),
        ("value = 7\n", "", r"notice\.days.*no value"),
        ('source = "57号第19条"', 'source = " "', "source"),
        ('source = "57号第19条"', 'sauce = "57号第19条"', "unknown item 'sauce'"),
        ("value = 7\nfrom = 2000-01-01", "value = 7", "'from'"),
        ("until = 2023-08-15", "until = 1999-08-15", "before 'from'"),
        ("from = 2023-08-16", "from = 2000-01-01", "two values from the same day"),
        ("from = 2023-08-16", 'from = "2023-08-16"', "no date"),
        ('programme = "dibao"\n', "", r"standards\.programme.*no value"),
        ('amount = "636"', 'amount = "636.005"', r"standards\.amount.*two decimals"),
        ('amount = "636"', 'amount = "636"\ncolour = "red"', "unknown item 'colour'"),
        ('table = "standards"', 'table = "norms"', "unknown table 'norms'"),
        ('bureau = "示例区民政局"', "", "'bureau' is missing"),
        ('hotline = "0000"', 'hotline = "0000"\ncolour = "red"', "unknown key 'colour'"),
        ("[[value]]\nkey", "[[value]\nkey", "example.toml"),
    ],
)
def test_a_mistake_is_named_with_file_and_key(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in HEAD + VALUES
    with pytest.raises(ConfigurationError, match=words) as caught:
        load_policies(write(tmp_path, district=(HEAD + VALUES).replace(old, new)))
    assert "example.toml" in str(caught.value)


def test_every_district_has_the_same_keys(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / "districts" / "other.toml").write_text(
        HEAD + VALUES.replace("authority.without_letter", "notice.days"), "utf-8"
    )
    with pytest.raises(ConfigurationError, match=r"other\.toml.*(authority\.without_letter|kind|whole)"):
        load_policies(folder)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('kind = "integer"', 'kind = "number"', "unknown kind"),
        ('label = "公示天数"', "", "'label' is missing"),
        ('label = "公示天数"', 'label = "公示天数"\nunit = "d"', "unknown item"),
        ('key = "notice.days"', 'key = "deadlines.filing"', "declared twice"),
        ('amount = "money"', 'source = "text"', "reserved"),
        ("[[table]]", "[[tables]]", "unknown section"),
    ],
)
def test_a_wrong_catalogue_is_refused(tmp_path: Path, old: str, new: str, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        load_policies(write(tmp_path, catalogue=CATALOGUE.replace(old, new, 1)))


@pytest.mark.req("NH-06", "NH-20")
def test_ninghe_has_fifteen_towns_and_its_own_keys() -> None:
    config = Path(__file__).parents[2] / "config"
    lines = (config / "organisations" / "ninghe.csv").read_text("utf-8").splitlines()
    assert sum(",town," in line for line in lines) == 15
    policy = load_policies(config).of("ninghe")
    assert policy.values("panel_composition", date(2021, 9, 1)) == {"min_members": 5, "max_members": 7}
    assert "panel.unanimous" not in load_policies(config).of("jincheng").dated_values


def test_a_missing_folder_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"policy\.toml"):
        load_policies(tmp_path)


def test_the_shipped_files_hold_together() -> None:
    policies = load_policies(Path(__file__).parents[2] / "config")
    assert {"jincheng", "xintai"} <= set(policies.districts)
    for policy in policies.districts.values():
        for key, entry in policies.catalogue.keys.items():
            if entry.required or key in policy.dated_values:
                assert policy.source(key, date(2026, 9, 16))
        with pytest.raises(ConfigurationError):
            policies.of("nowhere")
