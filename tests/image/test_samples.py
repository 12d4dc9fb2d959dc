"""Samples go from workers to whoever watches, whole, in order, and never hold anybody up."""

from hypothesis import given
from hypothesis import strategies as st

from gslb.image import Sample, SampleKind, SampleReader, SampleWriter
from gslb.image.samples import HEAD, PACKET, RECORD, RECORDS


def sample(number=0, **changes):
    words = {"kind": SampleKind.CHANCE, "at": 5 + number, "weight": 64, "sender": b"\x7f\0\0\1", "packet": b"abc"}
    return Sample(**(words | changes))


def test_what_a_worker_notes_is_read_once(tmp_path):
    writer = SampleWriter(tmp_path, 0)
    reader = SampleReader(tmp_path)
    writer.note(sample(1))
    writer.note(sample(2, kind=SampleKind.TRACED, sender=bytes(range(16)), weight=1))

    assert reader.read() == ([sample(1), sample(2, kind=SampleKind.TRACED, sender=bytes(range(16)), weight=1)], 0)
    assert reader.read() == ([], 0)


@given(st.binary(max_size=400), st.sampled_from([4, 16]))
def test_a_packet_is_kept_up_to_a_length(tmp_path_factory, packet, length):
    folder = tmp_path_factory.mktemp("samples")
    SampleWriter(folder, 3).note(sample(packet=packet, sender=b"\xff" * length))

    ((found,), _) = SampleReader(folder).read()

    assert found == sample(packet=packet[:PACKET], sender=b"\xff" * length)


def test_workers_have_a_ring_each(tmp_path):
    reader = SampleReader(tmp_path)
    for slot in (0, 1, 10):
        SampleWriter(tmp_path, slot).note(sample(slot))

    assert sorted(found.at for found in reader.read()[0]) == [5, 6, 15]


def test_what_was_overwritten_is_counted(tmp_path):
    writer, reader = SampleWriter(tmp_path, 0), SampleReader(tmp_path)
    for number in range(RECORDS + 10):
        writer.note(sample(number))

    found, lost = reader.read()

    assert lost == 10
    assert [one.at for one in found] == [5 + number for number in range(10, RECORDS + 10)]


def test_a_successor_goes_on_in_the_same_ring(tmp_path):
    reader = SampleReader(tmp_path)
    SampleWriter(tmp_path, 0).note(sample(1))
    reader.read()
    SampleWriter(tmp_path, 0).note(sample(2))

    assert reader.read() == ([sample(2)], 0)


def test_workers_are_told_what_to_note(tmp_path):
    writer, reader = SampleWriter(tmp_path, 0), SampleReader(tmp_path)
    assert (writer.every, writer.traced) == (0, -1), "nothing, until somebody watches"

    reader.ask(64, traced=0)
    assert (writer.every, writer.traced) == (64, 0)

    reader.ask(0)
    assert (writer.every, writer.traced) == (0, -1)


def test_a_ring_is_laid_out_as_c_writes_it(tmp_path):
    SampleWriter(tmp_path, 0).note(sample(packet=b"abc"))

    octets = (tmp_path / "samples-0").read_bytes()

    assert (HEAD, RECORD.size, len(octets)) == (32, 256, 32 + 256 * RECORDS)
    assert octets[HEAD : HEAD + 8] == (1).to_bytes(8, "little")
    assert octets[HEAD + 40 : HEAD + 43] == b"abc"
