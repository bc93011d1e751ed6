#!/usr/bin/env python3
"""Runs exported networks in ONNX Runtime and compares what they make with what selfplay made.

    python3 Tests/Peers/check_onnx.py FOLDER      with NAME.onnx and NAME.safetensors; see `make check-onnx`

Needs the packages onnx, onnxruntime, numpy and safetensors.
"""

import pathlib
import sys

import numpy
import onnx
import onnxruntime
from safetensors.numpy import load_file


def main():
    paths = sorted(pathlib.Path(sys.argv[1]).glob("*.onnx"))
    worst = 0.0
    for path in paths:
        onnx.checker.check_model(onnx.load(path), full_check=True)
        tensors = load_file(path.with_suffix(".safetensors"))
        session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        planes = tensors.pop("planes")
        for rows in (len(planes), 1):
            found = session.run(sorted(tensors), {"planes": planes[:rows]})
            for (name, expected), values in zip(sorted(tensors.items()), found):
                difference = numpy.abs(values - expected[:rows]) / numpy.maximum(1, numpy.abs(expected[:rows]))
                worst = max(worst, float(difference.max()))
                if difference.max() > 2e-5:
                    sys.exit(f"{path.name}: {name} differs by {difference.max()} in a batch of {rows}")
    if not paths:
        sys.exit(f"{sys.argv[1]}: no ONNX files")
    print(f"{len(paths)} networks agree with ONNX Runtime {onnxruntime.__version__}; largest difference {worst:.1e}")


if __name__ == "__main__":
    main()
