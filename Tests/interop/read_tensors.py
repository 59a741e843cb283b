"""Prints what the safetensors package finds in a file, as JSON: metadata, and each tensor's shape and bits."""

import json
import sys

import numpy
from safetensors import safe_open

with safe_open(sys.argv[1], framework="numpy") as file:
    tensors = {}
    for name in file.keys():
        tensor = file.get_tensor(name)
        assert tensor.dtype == numpy.float32, f"{name} is {tensor.dtype}"
        tensors[name] = {"shape": list(tensor.shape), "bits": tensor.view(numpy.uint32).ravel().tolist()}
    print(json.dumps({"metadata": file.metadata(), "tensors": tensors}))
