import pytest

from gslb.geo import distance_km, site, site_country
from gslb.model import Faults, Mark

MARK = Mark("gslb.yaml", 7, 12)


@pytest.mark.parametrize(
    ("code", "near", "country"),
    [
        ("FRA", (50.03, 8.54), "DE"),
        ("ARN", (59.65, 17.92), "SE"),
        ("IAD", (38.95, -77.46), "US"),
        ("BOM", (19.09, 72.87), "IN"),
        ("GRU", (-23.43, -46.47), "BR"),
    ],
)
def test_an_airport_is_where_it_is(code: str, near: tuple[float, float], country: str):
    assert distance_km(site(code), near) < 5
    assert site_country(code) == country


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("50.1,8.7", (50.1, 8.7)),
        (" -33.9 , 151.2 ", (-33.9, 151.2)),
        ("0,0", (0.0, 0.0)),
        ("+90.,-180", (90.0, -180.0)),
    ],
)
def test_degrees_are_taken_as_they_are(text: str, place: tuple[float, float]):
    assert site(text) == place
    assert site_country(text) is None


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("91,8", "gslb.yaml:7:12  91,8 is no place on Earth (latitude is -90 to 90"),
        ("8,181", "gslb.yaml:7:12  8,181 is no place on Earth"),
        ("fra", "gslb.yaml:7:12  unknown airport fra (write FRA)"),
        ("ARF", "gslb.yaml:7:12  unknown airport ARF (did you mean AFR or FAR or FRA?)"),
        ("FRQ", "gslb.yaml:7:12  unknown airport FRQ (did you mean FRA or FRB or FRC?)"),
        ("QQX", "gslb.yaml:7:12  unknown airport QQX (write an IATA code"),
        ("Frankfurt", "gslb.yaml:7:12  'Frankfurt' is no place (write an IATA code (FRA) or"),
        ("50.1", "gslb.yaml:7:12  '50.1' is no place"),
        ("50.1,8.7,9", "gslb.yaml:7:12  '50.1,8.7,9' is no place"),
        ("", "gslb.yaml:7:12  '' is no place"),
        ("٣,٤", "gslb.yaml:7:12  '٣,٤' is no place"),
    ],
)
def test_anything_else_is_a_fault_that_says_what_to_write(text: str, fault: str):
    with pytest.raises(Faults) as raised:
        site(text, MARK)

    assert str(raised.value).startswith(fault)
