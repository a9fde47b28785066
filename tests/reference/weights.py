"""Writes weights.pt, a state_dict as PyTorch users save it, and weights_legacy.pt, the same in the format before 1.6:
for tests/framework/checkpoint/checkpoint_test.cpp.

The values are counted up, so that the test knows them without another file.
"""
import pathlib

import torch


def counted(tensor):
    return torch.arange(tensor.numel(), dtype=torch.float64).reshape(tensor.shape).to(tensor.dtype)


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = torch.nn.Conv2d(3, 4, 3, bias=False)
        self.bn1 = torch.nn.BatchNorm2d(4)
        self.fc = torch.nn.Linear(4, 2)
        self.tied = self.fc


net = Net().to(memory_format=torch.channels_last)
with torch.no_grad():
    for value in net.state_dict().values():
        value.copy_(counted(value))
state = net.state_dict()
state["half"] = counted(torch.empty(5)).half()
state["brain"] = counted(torch.empty(5)).bfloat16()
state["transposed"] = counted(torch.empty(2, 3)).t()
state["part_of_more"] = counted(torch.empty(10))[3:7]
state["nothing"] = torch.empty(0, 4)
state["scalar"] = torch.tensor(2.5, dtype=torch.float64)
state["flags"] = torch.tensor([True, False, True])
state["a_parameter"] = torch.nn.Parameter(torch.tensor([1.0, 2.0]))
saved = {"epoch": 3, "optimizer": {"lr": 0.1, "betas": (0.9, 0.999)}, "state_dict": state}
torch.save(saved, pathlib.Path(__file__).with_name("weights.pt"))
torch.save(saved, pathlib.Path(__file__).with_name("weights_legacy.pt"), _use_new_zipfile_serialization=False)
