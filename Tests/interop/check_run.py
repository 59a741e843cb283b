"""Checks the folder of a run with the packages that others would read it with.

Usage: check_run.py RUN [STEPS]
"""

import json
import pathlib
import sys
import zlib

import numpy
from safetensors import safe_open
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

MOMENTS = ("training.first-moment.", "training.second-moment.")


def check_checkpoint(path: pathlib.Path, parameters: int) -> int:
    """The newest checkpoint: names, checksums, moments of every weight, record. Returns its step."""
    with safe_open(path, framework="numpy") as file:
        metadata = file.metadata()
        tensors = {name: file.get_tensor(name) for name in file.keys()}
    sums = json.loads(metadata["crc32"])
    assert set(sums) == set(tensors), "checksums and tensors have different names"
    for name, tensor in tensors.items():
        assert tensor.dtype == numpy.float32, f"{name} is {tensor.dtype}"
        assert f"{zlib.crc32(tensor.tobytes()):08x}" == sums[name], f"{name} has another checksum"
        assert numpy.isfinite(tensor).all(), f"{name} is not finite"
    weights = {name: tensor for name, tensor in tensors.items() if not name.startswith("training.")}
    assert sum(tensor.size for tensor in weights.values()) == parameters, "another number of parameters"
    for name, weight in weights.items():
        for prefix in MOMENTS:
            assert tensors[prefix + name].shape == weight.shape, f"moments of {name}"
    record = json.loads(metadata["zoo"])
    for part in ("descriptor", "recipe", "trainer"):
        json.loads(record[part])
    json.loads(metadata["tokenizer"])
    print(f"{path.name}: {len(weights)} weights, {len(tensors)} tensors", file=sys.stderr)
    return record["step"]


def check_logs(run: pathlib.Path) -> None:
    """metrics.jsonl and the event files say the same."""
    accumulator = EventAccumulator(str(run), size_guidance={"scalars": 0, "tensors": 0})
    accumulator.Reload()
    tags = accumulator.Tags()["scalars"]
    events = {tag: [(e.step, numpy.float32(e.value)) for e in accumulator.Scalars(tag)] for tag in tags}
    lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    assert lines, "metrics.jsonl is empty"
    for tag, found in events.items():
        kind, key = tag.split("/", 1)
        key = key.split(" (")[0]  # the unit stands behind the name
        wanted = [(line["step"], numpy.float32(line[key])) for line in lines if line["kind"] == kind and key in line]
        assert found == wanted, f"{tag}: TensorBoard finds {found[:5]}, metrics.jsonl has {wanted[:5]}"
    for name in ["train/loss (", "evaluation/loss ("]:
        assert any(tag.startswith(name) for tag in events), f"tags: {tags}"
    print(f"{len(lines)} lines of metrics, {len(tags)} tags in TensorBoard", file=sys.stderr)


run = pathlib.Path(sys.argv[1])
record = json.loads((run / "run.json").read_text())
checkpoint = max((run / "checkpoints").glob("step-*.safetensors"))
step = check_checkpoint(checkpoint, record["parameters"])
assert step == record["state"]["step"], f"checkpoint of step {step}, run.json of {record['state']['step']}"
if len(sys.argv) > 2:
    assert step == int(sys.argv[2]), f"the run ended at step {step}"
check_logs(run)
