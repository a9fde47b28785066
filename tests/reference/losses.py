"""The losses written out element by element, with autograd's gradients: writes losses.pt.

What they follow, file and lines:

  regression   Grill et al. 2020 (arXiv 2006.07733v3), Eq. 2; google-deepmind/deepmind-research f5de0ed,
               byol/utils/helpers.py 109-112; both directions and the mean: byol/byol_experiment.py 243-250
  byol_none, byol_layer_norm, byol_batch_norm
               Grill et al. 2020, appendix F.6; the 1e-5 beside the variance is torch's
  nt_xent      Chen et al. 2020 (arXiv 2002.05709), Eq. 1. google-research/simclr 383d414, objective.py 53-86, gives
               twice that, and lightly-ai/lightly e8d317f, lightly/loss/ntx_ent_loss.py 124-194, just that
  info_nce     Grill et al. 2020, Eq. 6 (and 8, appendix F.4)
  supervised   byol/byol_experiment.py 256-275, of two views where that takes the first
"""

import math
import pathlib

import torch
import torch.nn.functional as F

torch.manual_seed(3)
VIEWS, N, D = 3, 6, 5


def draw():
    return [torch.randn(N, D, dtype=torch.float64, requires_grad=True) for _ in range(VIEWS)]


def cosine(a, b):
    return (a @ b) / (a.norm() * b.norm())


def regression(q, z):
    """Eq. 2: 2 − 2 cos, mean over the batch."""
    return sum(2 - 2 * cosine(q[i], z[i]) for i in range(N)) / N


def nt_xent(z, temperature):
    """Chen et al. 2020, Eq. 1, anchor by anchor; for more than two views the mean over the positives."""
    total, rows = 0, [(v, i) for v in range(len(z)) for i in range(N)]
    for v, i in rows:
        others = sum(torch.exp(cosine(z[v][i], z[w][j]) / temperature) for w, j in rows if (w, j) != (v, i))
        positives = [w for w in range(len(z)) if w != v]
        for w in positives:
            total = total - torch.log(torch.exp(cosine(z[v][i], z[w][i]) / temperature) / others) / len(positives)
    return total / len(rows)


def info_nce(q, own, other, alpha, beta):
    """Grill et al. 2020, Eq. 6, negated; φ = q, ψ(v) = own, ψ(v′) = other."""
    total = 0
    for i in range(N):
        total = total - 2 / N * cosine(q[i], other[i])
        negatives = sum(torch.exp(cosine(q[i], own[j]) / alpha) for j in range(N) if j != i)
        negatives = negatives + sum(torch.exp(cosine(q[i], other[j]) / alpha) for j in range(N))
        total = total + beta * 2 * alpha / N * torch.log(negatives)
    return total


def standard(x, dim):
    mean, var = x.mean(dim, keepdim=True), x.var(dim, unbiased=False, keepdim=True)
    return (x - mean) / torch.sqrt(var + 1e-5)


stored = {}


def keep(name, value, **inputs):
    leaves = [x for group in inputs.values() for x in group]
    gradients = torch.autograd.grad(value, leaves, allow_unused=True)
    gradients = [torch.zeros_like(x) if g is None else g for x, g in zip(leaves, gradients, strict=True)]
    stored[name] = {"value": value.detach(), "gradients": gradients}


q, z, p = draw(), draw(), draw()
stored["predictions"] = [x.detach() for x in q]
stored["targets"] = [x.detach() for x in z]
stored["projections"] = [x.detach() for x in p]

keep("byol", regression(q[0], z[1]) + regression(q[1], z[0]), q=q, z=z)
pairs = [(i, j) for i in range(3) for j in range(3) if i != j]
keep("byol_three", 2 * sum(regression(q[i], z[j]) for i, j in pairs) / 6, q=q, z=z)
keep("byol_one_way", regression(q[0], z[1]), q=q, z=z)
for name, norm in (
    ("none", lambda x: x),
    ("layer_norm", lambda x: F.layer_norm(x, (D,)) / math.sqrt(D)),
    ("batch_norm", lambda x: F.batch_norm(x, None, None, training=True) / math.sqrt(D)),
):
    terms = [((norm(q[i]) - norm(z[j])) ** 2).sum(1).mean() for i, j in ((0, 1), (1, 0))]
    keep("byol_" + name, sum(terms), q=q, z=z)
keep("simclr", nt_xent(p[:2], 0.2), p=p)
keep("simclr_three", nt_xent(p, 0.2), p=p)
for beta in (0.0, 0.5, 1.0):
    both = info_nce(q[0], z[0], z[1], 0.1, beta) + info_nce(q[1], z[1], z[0], 0.1, beta)
    keep(f"info_nce_{beta}", both, q=q, z=z)

weight, bias = torch.randn(4, D, dtype=torch.float64), torch.randn(4, dtype=torch.float64)
weight.requires_grad_(), bias.requires_grad_()
labels = torch.tensor([0, 3, -1, 2, 1, 1])  # −1: unknown
stored["classifier"] = [weight.detach(), bias.detach(), labels]
known = labels >= 0
total = sum(F.cross_entropy(F.linear(x[known], weight, bias), labels[known]) for x in p[:2]) / 2
keep("supervised", total, p=p, classifier=[weight, bias])
hits = sum((F.linear(x[known], weight, bias).argmax(1) == labels[known]).double().mean() for x in p[:2]) / 2
stored["top1"] = hits.detach()

torch.save(stored, pathlib.Path(__file__).parent / "losses.pt")
