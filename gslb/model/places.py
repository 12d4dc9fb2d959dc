"""Words for where clients are: continents, countries (ISO 3166-1), subdivisions (ISO 3166-2), and the sets built in."""

from __future__ import annotations

import re
from collections.abc import Iterable

from gslb.model.suggest import did_you_mean

CONTINENTS = ("africa", "antarctica", "asia", "europe", "north-america", "oceania", "south-america")

_CODE = re.compile(r"[A-Z]{2}")
_SUBDIVISION = re.compile(r"([A-Z]{2})-[A-Z0-9]{1,3}")

COUNTRIES = frozenset(
    _CODE.findall(
        """
        AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW
        BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI
        FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN
        IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME
        MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF
        PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV
        SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK
        YE YT ZA ZM ZW
        """  # and XK, Kosovo, by common use
    )
)

EU = tuple(_CODE.findall("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"))
EEA = tuple(sorted((*EU, "IS", "LI", "NO")))
BUILT_IN = {"eu": EU, "eea": EEA}

_OFTEN_MEANT = {"UK": "GB", "EL": "GR"}  # in use for decades, but not the codes databases have


def is_country(word: str) -> bool:
    return word in COUNTRIES


def is_subdivision(word: str) -> bool:
    found = _SUBDIVISION.fullmatch(word)
    return found is not None and is_country(found[1])


def is_place(word: str) -> bool:
    """Whether it is a continent, a country or a subdivision."""
    return word in CONTINENTS or is_country(word) or is_subdivision(word)


def looks_like_code(word: str) -> bool:
    """Whether it is shaped like a country or subdivision, so that a set must not be called so."""
    return bool(_CODE.fullmatch(word) or _SUBDIVISION.fullmatch(word))


def hint_for(word: str, sets: Iterable[str]) -> str:
    """What to write instead of a word that is no place; `sets` are the names of place sets."""
    if word in _OFTEN_MEANT:
        return f"write {_OFTEN_MEANT[word]}"
    if is_place(word.upper()):
        return f"write {word.upper()}"
    if is_place(word.lower()):
        return f"write {word.lower()}"
    return did_you_mean(word, (*CONTINENTS, *BUILT_IN, *sets)) or (
        "write a continent (europe), a country (DE), a subdivision (US-CA) or a name under places:"
    )
