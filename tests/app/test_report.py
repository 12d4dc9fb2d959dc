"""The builder's report comes out as it went in."""

from gslb.app.report import Report


def test_a_report_survives_the_way_through_text():
    report = Report("d1", ("+ zones example.com",), ("a\nwarning", "ünwise"))

    assert Report.from_json(report.to_json()) == report
    assert "\n" not in report.to_json()
