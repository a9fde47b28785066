"""The paper's MLP in torch.nn, the optimal linear predictor by lstsq, DirectPred by eigh: writes heads.pt.

What they follow, file and lines:

  paper         google-deepmind/deepmind-research f5de0ed, byol/utils/networks.py 40-45, configs/byol.py 47-55; running
                statistics are torch's (from 0 and 1, variances × n / (n - 1)), where Haiku's begin with the first batch
  optimal       Grill et al. 2020 (arXiv 2006.07733v3), appendix I.2; the ridge is ours
  direct_pred   Tian et al. 2021 (arXiv 2102.06810), Eq. 18 and 19, with rho and epsilon of its Table 8
"""

import pathlib

import torch
from torch import nn

torch.manual_seed(7)
stored = {}


def mlp(name, layers, batch=8, inputs=6):
    model = nn.Sequential(*layers).double()
    with torch.no_grad():
        for module in model:
            if isinstance(module, nn.BatchNorm1d):
                module.weight.add_(torch.randn_like(module.weight))
                module.bias.add_(torch.randn_like(module.bias))
    x = torch.randn(batch, inputs, dtype=torch.float64, requires_grad=True)
    weights = [value.detach().clone() for value in model.parameters()]
    y = model(x)
    y.square().sum().backward()
    stored[name] = {
        "x": x.detach(),
        "y": y.detach(),
        "weights": weights,  # in the order of the layers
        "gradients": [value.grad for value in model.parameters()],
        "x_gradient": x.grad,
        "running": [value for key, value in model.named_buffers() if "running" in key],
    }


mlp("paper", [nn.Linear(6, 10), nn.BatchNorm1d(10), nn.ReLU(), nn.Linear(10, 4, bias=False)])
mlp(
    "deep",
    [nn.Linear(6, 10, bias=False), nn.BatchNorm1d(10), nn.ReLU(), nn.Linear(10, 10, bias=False), nn.BatchNorm1d(10)]
    + [nn.ReLU(), nn.Linear(10, 4), nn.BatchNorm1d(4)],
)
mlp("plain", [nn.Linear(6, 10), nn.ReLU(), nn.Linear(10, 4, bias=False)])
mlp("shallow", [nn.Linear(6, 4, bias=False)])

z, target = torch.randn(40, 6, dtype=torch.float64), torch.randn(40, 6, dtype=torch.float64)
stored["optimal"] = {"z": z, "target": target, "q": torch.linalg.lstsq(z, target).solution}
few = z[:4]  # fewer rows than columns: the least-norm solution
stored["optimal_few"] = {"z": few, "target": target[:4],
                         "q": torch.linalg.lstsq(few, target[:4], driver="gelsd").solution}
ridge = 0.01
gram = z.T @ z
damped = gram + ridge * gram.trace() / 6 * torch.eye(6, dtype=torch.float64)
stored["optimal_ridge"] = {"z": z, "target": target, "q": torch.linalg.inv(damped) @ z.T @ target}

rho, epsilon = 0.3, 0.1
batches = [torch.randn(20, 5, dtype=torch.float64) @ torch.diag(torch.tensor([3.0, 2, 1, 0.5, 0.1]).double())
           for _ in range(3)]
correlation = None
predictors = []
for batch in batches:
    new = sum(torch.outer(row, row) for row in batch) / len(batch)
    correlation = new if correlation is None else rho * correlation + (1 - rho) * new
    values, vectors = torch.linalg.eigh(correlation)
    predictors.append(sum(
        (value.sqrt() + epsilon * values.max()) * torch.outer(v, v)
        for value, v in zip(values, vectors.T, strict=True)))
stored["direct_pred"] = {"batches": batches, "predictors": predictors}

torch.save(stored, pathlib.Path(__file__).parent / "heads.pt")
