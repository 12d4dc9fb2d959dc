"""A file to start from: commented, and sound."""

import json

import jsonschema
import yaml

from gslb.cli import main
from gslb.config import load


def test_what_init_prints_passes_check(tmp_path, capsys):
    assert main(["init"]) == 0
    text = capsys.readouterr().out
    path = tmp_path / "gslb.yaml"
    path.write_text(text)

    assert main(["check", str(path)]) == 0
    assert capsys.readouterr().out.startswith("ok  1 zone, 1 steered name, 1 monitor x 2 endpoints\n")
    assert load(str(path), lambda _: text).listen.dns[0].port == 5300


def test_the_schema_for_editors_fits_what_init_prints(capsys):
    main(["init"])
    text = capsys.readouterr().out

    assert main(["init", "--schema"]) == 0
    jsonschema.validate(yaml.safe_load(text), json.loads(capsys.readouterr().out))


def test_every_part_is_explained(capsys):
    main(["init"])

    assert capsys.readouterr().out.count("#") >= 12
