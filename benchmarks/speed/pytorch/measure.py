"""One PyTorch process, printed as JSON: the same eight layers in float32, read by forward hooks.

    measure.py write FOLDER            random weights in the shape of the shipped model
    measure.py read FOLDER TOKENS RUNS milliseconds to import, to load and to the first text; median of RUNS; memory
"""

import json
import resource
import statistics
import sys
import time

TAPS = (1, 2, 4, 8)


def write(folder: str) -> None:
    from transformers import LlamaConfig, LlamaModel

    config = LlamaConfig(
        vocab_size=49152, hidden_size=576, intermediate_size=1536, num_hidden_layers=max(TAPS), num_attention_heads=9,
        num_key_value_heads=3, max_position_embeddings=1024, rms_norm_eps=1e-5,
    )  # fmt: skip
    LlamaModel(config).save_pretrained(folder)


def read(folder: str, tokens: int, runs: int) -> None:
    started = time.perf_counter()
    import torch
    from transformers import LlamaModel

    imported = time.perf_counter()
    model = LlamaModel.from_pretrained(folder, dtype=torch.float32).eval()
    states: dict[int, torch.Tensor] = {}
    for tap in TAPS:
        model.layers[tap - 1].register_forward_hook(
            lambda _module, _inputs, output, tap=tap: states.__setitem__(
                tap, output if torch.is_tensor(output) else output[0]
            )
        )
    loaded = time.perf_counter()

    def screen() -> float:
        ids = torch.randint(0, 49152, (1, tokens))
        began = time.perf_counter()
        with torch.inference_mode():
            model(ids, use_cache=False)
            for tap in TAPS:
                states[tap].mean(1)
        return (time.perf_counter() - began) * 1000

    first = screen()
    times = [screen() for _ in range(runs)]
    print(json.dumps({
        "importMs": (imported - started) * 1000,
        "loadMs": (loaded - imported) * 1000,
        "firstMs": first,
        "medianMs": statistics.median(times),
        "peakMb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }))  # fmt: skip


if __name__ == "__main__":
    command, folder, *rest = sys.argv[1:]
    if command == "write":
        write(folder)
    else:
        read(folder, *map(int, rest))
