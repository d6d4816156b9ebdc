/** The file model.py for Triton's Python backend. */

/** Runs model.onnx beside it with ONNX Runtime; needs `onnxruntime` and `numpy` below 2 in Triton's Python. */
export const PYTHON_MODEL = `"""Runs the activation graph model.onnx beside this file. Written by alknet-model-export."""
import os

import numpy as np
import onnxruntime
import triton_python_backend_utils as pb_utils

if int(np.__version__.split(".")[0]) > 1:
    # Triton's Python backend up to 2.51 at least answers 200 with empty tensors under numpy 2.
    raise RuntimeError("numpy below 2 is needed")


class TritonPythonModel:
    def initialize(self, args):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        graph = os.path.join(os.path.dirname(os.path.abspath(__file__)), "model.onnx")
        self.session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        self.inputs = [value.name for value in self.session.get_inputs()]
        self.outputs = [value.name for value in self.session.get_outputs()]

    def execute(self, requests):
        """Requests that Triton's batcher put together have one length: they run as one batch."""
        feeds = [
            {name: pb_utils.get_input_tensor_by_name(request, name).as_numpy() for name in self.inputs}
            for request in requests
        ]
        try:
            together = {name: np.concatenate([feed[name] for feed in feeds]) for name in self.inputs}
            results = self.session.run(self.outputs, together)
        except Exception:  # its words may quote values
            error = pb_utils.TritonError("ONNX Runtime could not run the graph")
            return [pb_utils.InferenceResponse(error=error) for _ in requests]
        ends = np.cumsum([feed["input_ids"].shape[0] for feed in feeds])[:-1]
        parts = zip(*(np.split(result, ends) for result in results))
        return [
            pb_utils.InferenceResponse(
                [pb_utils.Tensor(name, np.ascontiguousarray(rows)) for name, rows in zip(self.outputs, part)]
            )
            for part in parts
        ]
`;
