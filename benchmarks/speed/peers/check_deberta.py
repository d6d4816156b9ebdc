"""Compares `deberta.py` with transformers (pip install torch transformers onnxruntime): prints the largest difference."""
import numpy as np
import onnxruntime
import torch
from transformers import DebertaV2Config, DebertaV2ForSequenceClassification

from deberta import Shape, graph, parameters

shape = Shape(width=96, layers=3, heads=3, inner=192, vocabulary=1000)
config = DebertaV2Config(
    vocab_size=shape.vocabulary, hidden_size=shape.width, num_hidden_layers=shape.layers,
    num_attention_heads=shape.heads, intermediate_size=shape.inner, max_position_embeddings=512, type_vocab_size=0,
    relative_attention=True, max_relative_positions=-1, position_buckets=256, norm_rel_ebd="layer_norm",
    share_att_key=True, pos_att_type=["p2c", "c2p"], position_biased_input=False, layer_norm_eps=1e-7, num_labels=2,
    pooler_hidden_act="gelu", pooler_hidden_size=shape.width, initializer_range=0.2, attn_implementation="eager")
torch.manual_seed(1)
model = DebertaV2ForSequenceClassification(config).eval()
weights = {name: value.numpy() for name, value in model.state_dict().items()}
missing = set(parameters(shape)) ^ {name for name in weights if "position_ids" not in name}
assert not missing, missing
session = onnxruntime.InferenceSession(graph(shape, weights).SerializeToString(), providers=["CPUExecutionProvider"])
worst = 0.0
for tokens in (1, 5, 64, 130, 300, 512):
    ids = np.random.default_rng(tokens).integers(5, shape.vocabulary, (2, tokens))
    mask = np.ones_like(ids)
    mask[1, max(1, tokens * 3 // 4):] = 0
    with torch.no_grad():
        expected = model(input_ids=torch.tensor(ids), attention_mask=torch.tensor(mask)).logits.numpy()
    got = session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
    difference = np.abs(got - expected).max() / np.abs(expected).max()
    print(f"{tokens} tokens: relative difference {difference:.1e}")
    worst = max(worst, difference)
raise SystemExit(worst > 1e-4)
