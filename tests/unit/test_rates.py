"""Amounts in other currencies are also told in US dollars, with the day of the rate; an operator may bring rates."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from monitor.config.settings import load_settings
from monitor.domain.errors import SettingsError
from monitor.domain.rates import Rates
from monitor.pipeline.compose.words import rows

OFFER = {
    "fact": "money",
    "text": "300万至500万元",
    "low": 3e6,
    "high": 5e6,
    "currency": "CNY",
    "role": "reward",
    "per": None,
}
TODAY = date(2026, 11, 22)


def test_an_offer_in_yuan_is_told_in_dollars_with_the_day_of_the_rates() -> None:
    money, note = rows([OFFER], TODAY, Rates(date(2026, 11, 20), {"CNY": 7.0}, confirmed=True))
    assert (money.value, note.value) == ("¥3,000,000–5,000,000, about $429–714 k", "approx., rates of 2026-11-20")


def test_the_shipped_table_names_its_bank_and_its_day() -> None:
    assert rows([OFFER], TODAY)[-1].value == "approx., ECB rates of 2026-10-30"


def test_rates_that_nobody_confirmed_say_so() -> None:
    note = rows([OFFER], TODAY, Rates(date(2026, 11, 20), {"CNY": 7.0}))[-1].value
    assert note == "approx., rates of 2026-11-20, to be confirmed"


def test_dollars_and_currencies_without_a_rate_stand_as_they_are() -> None:
    told = rows([OFFER | {"currency": "USD"}, OFFER | {"currency": "XTS"}], TODAY)
    assert not any("about" in row.value or row.label == "US dollars" for row in told)


def settings(tmp_path: Path, body: str) -> Rates | None:
    file = tmp_path / "rates.yaml"
    file.write_text(body, encoding="utf-8")
    return load_settings({"HOME": str(tmp_path), "MONITOR_RATES": str(file)}).rates


@pytest.mark.parametrize(
    "body", ['{"date": "2026-11-20", "units": {"cny": 7}}', "date: 2026-11-20\nunits:\n  CNY: 7\n"]
)
def test_an_operator_brings_rates_in_a_small_file(tmp_path: Path, body: str) -> None:
    assert settings(tmp_path, body) == Rates(date(2026, 11, 20), {"USD": 1.0, "CNY": 7.0}, confirmed=True)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("date: soon\nunits: {CNY: 7}", "no day"),
        ("date: 2026-11-20\nunits: {CNY: none}", "CNY"),
        ("date: 2026-11-20\nunits: {CNY: -7}", "-7"),
        ("date: 2026-11-20\nunits: {CNY: .nan}", "nan"),
        ("units: {CNY: 7}", "needs `date`"),
        ("{", "neither YAML nor JSON"),
        ("[]", "needs `date`"),
    ],
)
def test_a_wrong_file_of_rates_says_what_to_write(tmp_path: Path, body: str, said: str) -> None:
    with pytest.raises(SettingsError, match="MONITOR_RATES") as error:
        settings(tmp_path, body)
    assert said in str(error.value) and "units for one US dollar" in str(error.value)


def test_a_file_of_rates_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings({"HOME": str(tmp_path), "MONITOR_RATES": str(tmp_path / "none.yaml")})
