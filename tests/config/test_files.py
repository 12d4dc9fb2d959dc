"""Several files as one configuration: included by pattern, each name defined once."""

from kit.language import faults, load, model

POOL = "pools: {{{}: {{endpoints: {{a: 192.0.2.1}}}}}}\n"


def said(text, others=None):
    return [str(fault) for fault in faults(text, others)]


def test_files_are_included_by_pattern_and_from_the_folder_of_their_file():
    found = model(
        "gslb: 1\ninclude: [conf.d/*.yaml]\n" + POOL.format("a"),
        {
            "conf.d/b.yaml": POOL.format("b"),
            "conf.d/c.yaml": "include: more/d.yaml\n",
            "conf.d/more/d.yaml": POOL.format("d"),
        },
    )

    assert sorted(found.pools) == ["a", "b", "d"]
    assert found.pools["b"].mark.file == "conf.d/b.yaml"


def test_a_pattern_that_fits_nothing_includes_nothing():
    assert said("gslb: 1\ninclude: [conf.d/*.yaml]\n") == []


def test_a_file_is_read_once_however_often_it_is_included():
    assert said("gslb: 1\ninclude: [a.yaml, '*.yaml']\n", {"a.yaml": "include: [gslb.yaml]\n" + POOL.format("a")}) == []


def test_a_name_defined_twice_is_a_fault_that_tells_both_places():
    assert said("gslb: 1\ninclude: [b.yaml]\n" + POOL.format("a"), {"b.yaml": POOL.format("a")}) == [
        "b.yaml:1:9  a is defined twice (first at gslb.yaml:3:9)"
    ]
    assert said("gslb: 1\ninclude: b.yaml\nworkers: 1\n", {"b.yaml": "workers: 2\n"}) == [
        "b.yaml:1:1  workers is defined twice (first at gslb.yaml:3:1)"
    ]


def test_each_file_tells_its_first_syntax_fault_and_the_rest_is_still_checked():
    text = "gslb: 1\ninclude: [b.yaml, c.yaml]\nworkers: x\n"

    assert [fault.split("  ")[0] for fault in said(text, {"b.yaml": "a: [\nb: ]]\n", "c.yaml": "a: {\n"})] == [
        "b.yaml:2:5",
        "c.yaml:2:1",
        "gslb.yaml:3:10",
    ]


def test_files_that_cannot_be_read_are_told_where_they_are_asked_for():
    assert said("gslb: 1\ninclude: [b.yaml]\n", {"b.yaml": "gslb: 2\n"}) == ["b.yaml:1:7  this version reads gslb: 1"]
    assert said("gslb: 1\ninclude: [{}]\n") == ["gslb.yaml:2:11  include: is a list of files (write [conf.d/*.yaml])"]


def test_the_version_of_the_language_comes_first():
    assert said("workers: 1\n") == ["gslb.yaml:1:1  gslb: is missing (start with gslb: 1)"]
    assert said("gslb: 2\n") == ["gslb.yaml:1:7  this version reads gslb: 1"]


def test_without_a_glob_function_a_pattern_is_a_path():
    texts = {"gslb.yaml": "gslb: 1\ninclude: [b.yaml]\n", "b.yaml": POOL.format("b")}

    assert list(load("gslb.yaml", texts.__getitem__).pools) == ["b"]


def test_unknown_sections_suggest_the_nearest():
    assert said("gslb: 1\npoools: {}\n") == ["gslb.yaml:2:1  unknown key poools (did you mean pools?)"]
    assert "known: gslb, include, node" in said("gslb: 1\nqqq: {}\n")[0]


def test_keys_that_start_with_x_are_free():
    assert (
        said("gslb: 1\nx-base: &b {interval: 5s}\nmonitors: {x-n: 1, m: {probe: 'tcp://:1', <<: *b, x-note: 2}}\n")
        == []
    )


def test_a_section_is_a_map():
    assert said("gslb: 1\npools: [a]\nzones: x\n") == [
        "gslb.yaml:2:8  pools: a map of names is expected here",
        "gslb.yaml:3:8  zones: a map of names is expected here",
    ]
