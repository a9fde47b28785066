"""The losses of steps.py, from their papers. Each view is a table of projection, prediction and target."""

import torch
from torch.nn.functional import cross_entropy, normalize


def byol(views, scale=1.0, symmetric=True):
    """Grill et al. 2020, equation 2: |n(q) - n(z')|^2, summed over the two directions, meant over the batch."""
    total = 0
    for a, b in [(0, 1), (1, 0)] if symmetric else [(0, 1)]:
        apart = normalize(views[a]["prediction"], dim=1) - normalize(views[b]["target"], dim=1)
        total = total + apart.square().sum(dim=1).mean()
    return scale * total


def simclr(views, temperature):
    """Chen et al. 2020, equation 1 and algorithm 1: NT-Xent over the 2N projections."""
    z = normalize(torch.cat([view["projection"] for view in views]), dim=1)
    n = len(z) // 2
    alike = (z @ z.T / temperature).masked_fill(torch.eye(2 * n, dtype=torch.bool), float("-inf"))
    return cross_entropy(alike, (torch.arange(2 * n) + n) % (2 * n))


def info_nce(views, alpha, beta=1.0, symmetric=True):
    """Grill et al. 2020, section 5 and appendix F.4, equation 8, to be minimised, for each of the two directions.

    Its S is the cosine of a prediction with a target; of the negatives, those of the same view are of other images.
    """
    total = 0
    for a, b in [(0, 1), (1, 0)] if symmetric else [(0, 1)]:
        q = normalize(views[a]["prediction"], dim=1)
        same, other = (q @ normalize(views[i]["target"], dim=1).T for i in (a, b))
        itself = torch.eye(len(q), dtype=torch.bool)
        negatives = torch.cat([same.masked_fill(itself, float("-inf")), other], dim=1) / alpha
        total = total - 2 * other.diagonal().mean() + beta * 2 * alpha * negatives.logsumexp(dim=1).mean()
    return total
