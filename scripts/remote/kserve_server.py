"""Serves an activation graph with KServe's model server: kserve_server.py GRAPH NAME --http_port PORT."""
import sys

import numpy as np
import onnxruntime
import uvicorn
from kserve import InferOutput, InferResponse, Model, ModelServer, model_server
from kserve.errors import InferenceError

graph, name = sys.argv[1], sys.argv[2]


class Activations(Model):
    def load(self):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        self.ready = True
        return self.ready

    def predict(self, payload, headers=None, response_headers=None):
        feeds = {tensor.name: tensor.as_numpy() for tensor in payload.inputs}
        try:
            results = self.session.run([value.name for value in self.session.get_outputs()], feeds)
        except Exception:
            raise InferenceError("ONNX Runtime could not run the graph")
        outputs = []
        for value, result in zip(self.session.get_outputs(), results):
            output = InferOutput(value.name, list(result.shape), "FP32")
            output.set_data_from_numpy(np.ascontiguousarray(result))
            outputs.append(output)
        return InferResponse(payload.id, self.name, outputs, requested_outputs=payload.request_outputs)

    async def get_input_types(self):
        return [describe(value) for value in self.session.get_inputs()]

    async def get_output_types(self):
        return [describe(value) for value in self.session.get_outputs()]


def describe(value):
    datatype = {"tensor(int64)": "INT64", "tensor(float)": "FP32"}[value.type]
    shape = [size if isinstance(size, int) else -1 for size in value.shape]
    return {"name": value.name, "datatype": datatype, "shape": shape}


class LoopbackConfig(uvicorn.Config):
    """KServe listens on every interface and has no setting for it."""

    def __init__(self, app, **options):
        super().__init__(app, **{**options, "host": "127.0.0.1"})


if __name__ == "__main__":
    uvicorn.Config = LoopbackConfig
    args, _ = model_server.parser.parse_known_args(sys.argv[3:])
    model = Activations(name)
    model.load()
    ModelServer(http_port=args.http_port, enable_grpc=False, workers=1).start([model])
