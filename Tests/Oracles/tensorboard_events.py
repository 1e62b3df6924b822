"""Reads Tests/Fixtures/tensorboard, or the folder that is named, with TensorBoard's own reader.

The fixture's files are the tests' (ESPALIER_RECORD=1 swift test --filter EventFileTests); here every number, text and
setting in them is found again, and what a later session takes back is forgotten. Of a run's folder the tags are listed.
"""

import glob
import pathlib
import struct
import sys

import tensorboard
from tensorboard.backend.event_processing import event_accumulator, event_file_loader
from tensorboard.plugins.hparams import metadata

FIXTURE = pathlib.Path(__file__).resolve().parent.parent / "Fixtures" / "tensorboard"


def read(folder):
    # Every record's checksums are compared by the loader; it ends at the first that is wrong.
    events = [event for path in sorted(glob.glob(f"{folder}/events*"))
              for event in event_file_loader.LegacyEventFileLoader(path).Load()]
    sizes = {event_accumulator.HISTOGRAMS: 0, event_accumulator.SCALARS: 0, event_accumulator.TENSORS: 0}
    accumulator = event_accumulator.EventAccumulator(str(folder), size_guidance=sizes)
    accumulator.Reload()
    return events, accumulator


def number(value):
    return struct.unpack("<f", struct.pack("<f", value))[0]


def check_fixture():
    events, accumulator = read(FIXTURE)
    assert len(events) == 11, len(events)
    assert events[0].file_version == "brain.Event:2"
    train = [(event.step, event.value, event.wall_time) for event in accumulator.Scalars("loss/train")]
    # The second session goes on from step 2: what the first said of later steps is gone.
    assert train == [(1, 1.0, 1001.0), (3, 0.25, 2001.0)], train
    assert [event.value for event in accumulator.Scalars("speed")] == [number(-2.5e10)]
    raw = {value.tag: value for event in events for value in event.summary.value}
    histogram = raw["norms/layers.query"].histo
    assert (histogram.min, histogram.max, histogram.num, histogram.sum) == (1, 4, 4, 9.5)
    assert histogram.sum_squares == 27.25 and sum(histogram.bucket) == 4 and histogram.bucket_limit[-1] == 4
    assert list(raw["norms/one"].histo.bucket) == [2]
    assert accumulator.Tensors("recipe")[0].tensor_proto.string_val[0].decode() == "    name: é 🙂\n"
    assert accumulator.SummaryMetadata("recipe").plugin_data.plugin_name == "text"
    content = accumulator.SummaryMetadata(metadata.SESSION_START_INFO_TAG).plugin_data.content
    settings = metadata.parse_session_start_info_plugin_data(content).hparams
    assert settings["model.width"].number_value == 64 and settings["kernels"].string_value == "auto"
    assert settings["model.tiedEmbedding"].bool_value is True


def main():
    if sys.argv[1:]:
        _, accumulator = read(sys.argv[1])
        for kind, tags in accumulator.Tags().items():
            if tags:
                print(f"{kind}: {tags}")
        return
    check_fixture()
    print(f"tensorboard {tensorboard.__version__}: two sessions read")


if __name__ == "__main__":
    main()
