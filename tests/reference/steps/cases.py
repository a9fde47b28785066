"""Experiments of 20 steps, each with one thing changed in base.toml: what steps.py computes, and the tests compare.

A value stands as `--set KEY=VALUE` takes it.
"""

# At base.toml's rate, ResNet's normalisations of 8 images make so much of each step's rounding that PyTorch's own
# float32 is a few percent from its float64 after ten steps.
RESNET = {"optimizer.lr": 2e-6, "encoder.plugin": "resnet", "encoder.depth": 18, "encoder.width": 4,
          "encoder.stem": "cifar"}
ADAMW = {"optimizer.plugin": "adamw", "optimizer.lr": 1e-5, "optimizer.weight_decay": 0.1}
LARS = {"optimizer.plugin": "lars", "optimizer.lr": 0.2, "optimizer.lr_reference_batch": 0,
        "optimizer.weight_decay": 1e-3, "optimizer.trust_coefficient": 0.02}
SHARED = {"target.plugin": "online", "target.load": ""}
SIMCLR = {**SHARED, "target.gradient": True, "predictor.plugin": "identity", "predictor.load": "",
          "loss.plugin": "simclr", "loss.temperature": 0.5}
NCE = {"loss.plugin": "info_nce", "loss.alpha": 0.3}

CASES = {
    # Networks.
    "byol": {},
    "byol_resnet": RESNET,
    # Switches of the step.
    "one_step": {"run.steps": 1},
    "accumulate": {"run.accumulate": 2},
    "accumulate_resnet": {**RESNET, "run.accumulate": 4},
    "joint": {"run.batch_statistics": "joint"},
    "joint_resnet": {**RESNET, "run.batch_statistics": "joint"},
    "joint_accumulate": {"run.batch_statistics": "joint", "run.accumulate": 2},
    "channels_last": {"run.memory_format": "channels_last"},
    "channels_last_resnet": {**RESNET, "run.memory_format": "channels_last"},
    "before_forward": {"target.when": "before_forward"},
    "before_forward_accumulate": {"target.when": "before_forward", "run.accumulate": 2},
    "freeze_encoder": {"encoder.freeze": True},
    "freeze_projector": {"projector.freeze": True},
    "freeze_predictor": {"predictor.freeze": True},
    "lr_factor_encoder": {"encoder.lr_factor": 0.1},
    "lr_factor_predictor": {"predictor.lr_factor": 5.0},
    "gradient": {**SHARED, "target.gradient": True},
    "init_online": {"target.init": "online", "target.load": ""},
    "buffers_copy": {"target.buffers": "copy"},
    "buffers_ema": {"target.buffers": "ema"},
    # Rules.
    "ema_cosine": {"target.tau": '{ schedule = "cosine", from = 0.5, to = 1.0 }'},
    "periodic_checkpoint": {"target.plugin": "periodic_checkpoint", "target.interval": "3 steps"},
    "periodic_checkpoint_copy": {"target.plugin": "periodic_checkpoint", "target.interval": "3 steps",
                                 "target.buffers": "copy"},
    "fixed_random": {"target.plugin": "fixed_random"},
    "online": SHARED,
    "hybrid": {"target.plugin": "hybrid", "target.encoder": "fixed_random",
               "target.projector": '{ plugin = "ema", tau = 0.8 }'},
    "ladder": {"target.plugin": "ladder", "target.interval": "7 steps"},
    # Optimizers.
    "sgd_plain": {"optimizer.momentum": 0.0, "optimizer.weight_decay": 0.0},
    "sgd_nesterov": {"optimizer.nesterov": True},
    "sgd_exclude": {"optimizer.exclude_bias_norm": True, "optimizer.weight_decay": 0.1},
    "sgd_cosine": {"optimizer.lr": '{ schedule = "cosine", from = 0.02, to = 0.0 }'},
    "adamw": {**ADAMW, "optimizer.lr": 1e-4},
    "adamw_lr_factor": {**ADAMW, "predictor.lr_factor": 5.0},
    "adamw_resnet": {**RESNET, **ADAMW},
    "lars": LARS,
    "lars_lr_factor": {**LARS, "encoder.lr_factor": 0.1},
    "lars_all": {**LARS, "optimizer.exclude_bias_norm": False},
    "lars_resnet": {**RESNET, **LARS, "optimizer.lr": 0.002},
    # Losses.
    "byol_scale": {"loss.scale": 0.25},
    "byol_one_way": {"loss.symmetric": False},
    "simclr": SIMCLR,
    "simclr_accumulate": {**SIMCLR, "run.accumulate": 2},
    "simclr_resnet": {**RESNET, **SIMCLR},
    "info_nce": NCE,
    "info_nce_byol": {**NCE, "loss.beta": 0.0},
    "info_nce_between": {**NCE, "loss.beta": 0.5},
    "info_nce_resnet": {**RESNET, **NCE, "loss.beta": 0.5},
}

# lightly 1.6's own heads: no bias before BatchNorm, one after the last layer; SimCLR's ends in BatchNorm.
LIGHTLY_BYOL = {**RESNET, "target.when": "before_forward", "loss.scale": 0.25,
                "projector.hidden_bias": False, "projector.last_bias": True,
                "predictor.hidden_bias": False, "predictor.last_bias": True}
PEERS = {
    "lightly_byol": LIGHTLY_BYOL,
    "lightly_byol_adamw": {**LIGHTLY_BYOL, **ADAMW},
    "lightly_simclr": {**RESNET, **SIMCLR, "projector.hidden_bias": False, "projector.last_batch_norm": True},
}
