"""Writes the golden file of TensorBoardObserverTest with TensorBoard's own writer, or reads event files with its readers.

    python3 events.py                 writes ../resources/goldens/training.tfevents and prints what TensorBoard reads from it
    python3 events.py FILE|FOLDER...  prints what TensorBoard reads from event files, or from the event files of a run

Needs: tensorboard (made and checked with 2.21.0).
"""
import pathlib
import struct
import sys

from tensorboard.backend.event_processing import event_file_loader
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.summary.writer.record_writer import RecordWriter

GOLDEN = pathlib.Path(__file__).parent.parent / "resources" / "goldens" / "training.tfevents"

# The clock of the test is one second later at each event.
START = 1_700_000_000.25


def events():
    """The events of a training of 2 epochs with 3 steps, which writes every second step."""

    def summary(step, **values):
        return event_pb2.Event(
            step=step,
            summary=summary_pb2.Summary(
                value=[summary_pb2.Summary.Value(tag=tag, simple_value=value) for tag, value in values.items()]
            ),
        )

    def epoch(number, *values):
        tags = ("loss/train", "loss/valid", "score/train", "score/valid", "speed/images_per_second", "speed/seconds",
                "speed/wait_seconds", "metric/größe")
        return summary(number, **dict(zip(tags, values)))

    yield event_pb2.Event(file_version="brain.Event:2")
    yield event_pb2.Event(step=1, session_log=event_pb2.SessionLog(status=event_pb2.SessionLog.START))
    yield summary(2, **{"step/loss": 1.5})
    yield epoch(1, 1.25, 1.375, 0.5, 0.4, 120.5, 3.25, 0.125, 7.0)
    yield summary(4, **{"step/loss": 1.0})
    yield summary(6, **{"step/loss": 0.7})
    yield epoch(2, 0.7, float("nan"), 0.75, 0.6, 121.5, 3.0, 0.0, -0.0)


def write():
    GOLDEN.parent.mkdir(parents=True, exist_ok=True)
    with open(GOLDEN, "wb") as file:
        writer = RecordWriter(file)
        for seconds, event in enumerate(events(), 1):
            event.wall_time = START + seconds
            writer.write(event.SerializeToString(deterministic=True))


def read(path):
    files = sorted(path.glob("*tfevents*")) if path.is_dir() else [path]
    for file in files:
        loaded = list(event_file_loader.EventFileLoader(str(file)).Load())
        kinds = [event.WhichOneof("what") for event in loaded]
        print(f"{file.name}: EventFileLoader read {len(loaded)} events, {file.stat().st_size} bytes:",
              ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds)))
        size = 0
        with open(file, "rb") as bytes_:
            while header := bytes_.read(8):
                length = struct.unpack("<Q", header)[0]
                bytes_.seek(length + 8, 1)
                size += 1
        assert size == len(loaded), f"{file} has {size} records, TensorBoard read {len(loaded)}"
    accumulator = EventAccumulator(str(path)).Reload()
    print(f"{path.name}: EventAccumulator read, file version {accumulator.file_version}:")
    for tag in accumulator.Tags()["scalars"]:
        print(f"  {tag}:", ", ".join(f"{s.step}={s.value:.6g}" for s in accumulator.Scalars(tag)))


if __name__ == "__main__":
    if len(sys.argv) == 1:
        write()
    for name in sys.argv[1:] or [GOLDEN]:
        read(pathlib.Path(name))
