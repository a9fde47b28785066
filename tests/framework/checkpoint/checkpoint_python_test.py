"""A checkpoint as PyTorch reads it, as docs/results.md shows. Skipped where torch is missing."""

import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import snippets

snippets.skip_without("torch")
snippets.write_now("Checkpoint.ComesBackBitForBit", BYOLAB_CHECKPOINT_OUT="checkpoint.pt")
(code,) = [code for code in snippets.pieces("python") if "torch" in snippets.modules(code)]
shown = snippets.run(code)
assert "online/encoder/conv.weight (4, 3, 3, 3) torch.float32" in shown and "brain (7,) torch.bfloat16" in shown, shown

import torch

checkpoint = torch.load("checkpoint.pt", weights_only=True)
assert checkpoint["integers"]["low"] == -(2**63) and checkpoint["integers"]["big"] == 2**63 - 1
assert checkpoint["numbers"]["tau"] == 0.1 + 0.2 and checkpoint["texts"]["identity"] == 'päper "quoted"\nline'
assert checkpoint["tensors"]["online/encoder/conv.weight"].stride() == (27, 1, 9, 3)
assert checkpoint["tensors"]["count"].item() == -(2**63)
assert torch.isnan(checkpoint["tensors"]["special"][0]) and checkpoint["tensors"]["special"][2] == 1e-310
