"""`gslb lab down|up` without a lab, and without a region."""

from gslb.cli import main


def test_a_region_has_to_be_named(capsys):
    assert main(["lab", "down"]) == 2
    assert "which region?" in capsys.readouterr().err


def test_without_a_lab_it_says_how_to_start_one(tmp_path, capsys):
    assert main(["lab", "down", "eu-west", "--folder", str(tmp_path)]) == 1
    assert "gslb lab" in capsys.readouterr().err
