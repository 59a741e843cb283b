"""Writes a file with the safetensors package, for the zoo to read."""

import json
import sys

import numpy
from safetensors.numpy import save_file

tensors = {
    "weight": numpy.arange(6, dtype=numpy.float32).reshape(2, 3) / 3,
    "bias": numpy.array([-1.5, 2.5], dtype=numpy.float32),
    "half": numpy.array([0.5, 1, 2], dtype=numpy.float16),
    "empty": numpy.zeros((0, 4), dtype=numpy.float32),
    "count": numpy.array(7, dtype=numpy.int64),
}
save_file(tensors, sys.argv[1], metadata={"by": "safetensors é \"\\"})
print(json.dumps({name: tensor.astype(float).ravel().tolist() for name, tensor in tensors.items()}))
