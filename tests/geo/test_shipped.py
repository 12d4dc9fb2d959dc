from gslb.geo import COUNTRY_DATABASE, continents, countries, distance_km, site
from gslb.geo.shipped import airports

ISO_3166_1 = """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY
    BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK
    FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR
    IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK
    ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM
    PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF
    TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
""".split()  # noqa: SIM905 - 249 quotes would hide the codes


def test_every_country_of_iso_3166_has_a_continent_and_a_centre():
    assert set(countries()) == {*ISO_3166_1, "XK"}
    assert len(ISO_3166_1) == 249
    for country in countries().values():
        latitude, longitude = country.coordinates
        assert -90 <= latitude <= 90
        assert -180 <= longitude <= 180


def test_continents_are_the_words_of_the_configuration():
    assert continents() == ("africa", "antarctica", "asia", "europe", "north-america", "oceania", "south-america")


def test_centres_are_inside_or_near_their_country():
    """A capital or large city near the middle of each, known from elsewhere; also where maps are cut at 180 degrees."""
    near = {
        "DE": (51.0, 10.3), "FR": (46.6, 2.4), "US": (39.0, -98.0), "BR": (-10.0, -53.0), "IN": (22.0, 79.0),
        "FJ": (-17.8, 178.0), "RU": (60.0, 97.0), "NZ": (-43.5, 171.5), "AQ": (-80.0, 20.0), "ZA": (-29.0, 25.0),
        "SG": (1.35, 103.8), "BV": (-54.4, 3.4), "RE": (-20.9, 55.5), "XK": (42.6, 20.9), "JP": (36.5, 138.0),
    }  # fmt: skip

    assert {code for code, place in near.items() if distance_km(countries()[code].coordinates, place) > 700} == set()


def test_continents_of_countries_that_are_often_mistaken():
    words = {
        "RU": "europe", "TR": "asia", "CY": "europe", "EG": "africa", "GE": "asia", "GL": "north-america",
        "TL": "oceania", "CX": "oceania", "RE": "africa", "GF": "south-america", "AQ": "antarctica",
        "MX": "north-america",
    }  # fmt: skip

    assert {code: countries()[code].continent for code in words} == words


def test_airports_are_in_countries():
    assert len(airports()) > 7_000
    assert {airport.country for airport in airports().values()} <= set(countries())


def test_cities_with_a_code_of_their_own_are_amid_their_airports():
    assert distance_km(site("LON"), (51.5, -0.1)) < 60
    assert distance_km(site("NYC"), (40.7, -74.0)) < 60


def test_the_database_is_where_it_is_said_to_be():
    assert COUNTRY_DATABASE.stat().st_size > 1_000_000


def test_licences_stand_beside_the_data():
    licences = {path.name: path.read_text() for path in (COUNTRY_DATABASE.parent / "licences").iterdir()}

    assert "Public Domain Dedication" in licences["iptoasn-country.txt"]
    assert "MIT" in licences["airportsdata.txt"]
    assert {"countries-list.txt", "i18n-iso-countries.txt", "world-atlas.txt"} <= set(licences)
