"""Train the generator, on one accelerator in earnest or on a CPU for a smoke test, in pieces that resume.

    python train/train.py --config train/config.toml --data PACK --run RUN [--minutes 9]

`PACK` holds what photographs.py and masks.py wrote; `RUN` receives ``checkpoint.pt`` (read again where it
exists), ``metrics.csv``, ``validation.csv``, ``samples.jpg`` and, at the end, ``checkpoint.part*`` to carry.
The first steps ask for reconstruction alone; then critics join, with a weight that keeps the norm of their
gradient at the picture in proportion to that of the reconstruction (a loss balancer as in Défossez et al.,
2022), so that no weight depends on a loss's scale.
"""

from __future__ import annotations

import argparse
import copy
import csv
import math
import time
import tomllib
from pathlib import Path
from typing import Any, TypeVar

import checkpoint
import losses
import numpy as np
import torch
from data import Batch, Batches, with_scenes
from drawn import make_scenes
from masks import Shapes, make_bank
from network import Discriminator, Generator, count_parameters
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor
from validate import Validation

import photographs

Network = TypeVar("Network", bound=torch.nn.Module)

PARTS = (*losses.WEIGHTS, "spread", "persuasion", "features", "critic", "penalty", "slope")
"""Columns of metrics.csv between the rate and the speed."""


def _place(module: Network, device: torch.device) -> Network:
    """Move a network to `device`, its weights in the order that convolutions like there."""
    module.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    return module


class Trainer:
    """Generator, critics, their optimisers and averages, and one step of training them.

    Parameters
    ----------
    config : dict
        What config.toml says.
    device : torch.device
        Where to train.
    compiled : bool
        Whether to compile the networks first, which pays on an accelerator.
    """

    def __init__(self, config: dict[str, Any], device: torch.device, *, compiled: bool) -> None:
        self.config, self.device = config, device
        torch.manual_seed(config["seed"])
        shape = config["network"]
        generator = Generator(widths=tuple(shape["widths"]), body=shape["body"], heads=shape["heads"])
        self.generator = _place(generator, device)
        self.average = copy.deepcopy(self.generator).requires_grad_(requires_grad=False).eval()
        self.critic = _place(Discriminator(tuple(shape["critic"])), device)
        fused = device.type == "cuda"
        schedule = config["schedule"]
        self.optimiser = torch.optim.AdamW(
            self.generator.parameters(),
            lr=schedule["rate"],
            betas=(0.9, 0.99),
            weight_decay=1e-4,
            fused=fused,
        )
        self.critic_optimiser = torch.optim.AdamW(
            self.critic.parameters(),
            lr=schedule["critic_rate"],
            betas=(0.5, 0.99),
            weight_decay=0,
            fused=fused,
        )
        self.norms = torch.ones(2, device=device)
        self.step, self.seconds = 0, 0.0
        wrap = torch.compile if compiled else (lambda module: module)
        self.run_generator, self.run_critic = wrap(self.generator), wrap(self.critic)
        self.reconstruction = wrap(losses.reconstruction)

    def autocast(self) -> torch.autocast:
        """Return the context of half precision, which pays on an accelerator alone."""
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.device.type == "cuda")

    def rate(self) -> float:
        """Return the generator's learning rate at this step."""
        schedule = self.config["schedule"]
        if self.step < schedule["warm_up"]:
            return float(schedule["rate"] * (self.step + 1) / schedule["warm_up"])
        done = (self.step - schedule["warm_up"]) / max(1, schedule["steps"] - schedule["warm_up"])
        low, high = schedule["rate_end"], schedule["rate"]
        return float(low + (high - low) * (1 + math.cos(math.pi * min(1.0, done))) / 2)

    def adversary_weight(self) -> float:
        """Return the critics' weight at this step, 0 before they join."""
        adversary = self.config["adversary"]
        risen = (self.step - adversary["from"]) / adversary["ramp"]
        return float(adversary["weight"] * min(1.0, max(0.0, risen)))

    def train_step(self, batch: Batch) -> Tensor:
        """Learn from one batch; return the values of `PARTS`."""
        rate = self.rate()
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        values = torch.zeros(len(PARTS), device=self.device)
        with self.autocast():
            made = self.run_generator(batch.image, batch.hole)
        rgb, spread = made.rgb.float(), made.spread.float()
        leaf = rgb.detach().requires_grad_()
        total, parts = self.reconstruction(leaf, batch.image, batch.hole)
        (slope,) = torch.autograd.grad(total, leaf)
        values[: len(parts)] = parts
        if self.step >= self.config["adversary"]["from"]:
            slope = slope + self._argue(leaf, batch, slope, values)
        likelihood = losses.spread_likelihood(rgb, spread, batch.image, batch.hole)
        self.optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward([rgb, 0.05 * likelihood], [slope, None])
        values[5] = likelihood.detach()
        values[10] = torch.nn.utils.clip_grad_norm_(self.generator.parameters(), 1.0)
        self.optimiser.step()
        decay = min(self.config["schedule"]["average"], (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            average: list[Tensor] = list(self.average.parameters())
            fresh: list[Tensor] = list(self.generator.parameters())
            torch._foreach_lerp_(average, fresh, 1 - decay)  # it has no public name
        self.step += 1
        return values

    def _argue(self, leaf: Tensor, batch: Batch, slope: Tensor, values: Tensor) -> Tensor:
        """Train the critics, then return their gradient at the picture, balanced against `slope`."""
        adversary = self.config["adversary"]
        filled = leaf * batch.hole + batch.image * (1 - batch.hole)
        self.critic.requires_grad_(requires_grad=True)
        with self.autocast():
            real = self.run_critic(batch.image)
            lost = losses.critic_loss(real, self.run_critic(filled.detach()), batch.hole)
        self.critic_optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(lost)
        values[8] = lost.detach()
        if self.step % adversary["penalty_every"] == 0:
            penalty = losses.gradient_penalty(self.critic, batch.image[: max(1, len(batch.image) // 4)])
            torch.autograd.backward(adversary["penalty"] * adversary["penalty_every"] * penalty)
            values[9] = penalty.detach()
        self.critic_optimiser.step()

        self.critic.requires_grad_(requires_grad=False)
        with self.autocast():
            with torch.no_grad():
                real = self.run_critic(batch.image)
            fake = self.run_critic(filled)
            persuasion = losses.persuasion(fake, batch.hole)
            features = losses.feature_distance(real, fake, batch.hole)
        (other,) = torch.autograd.grad(persuasion + adversary["features"] * features, leaf)
        values[6], values[7] = persuasion.detach(), features.detach()
        norms = torch.stack([slope.norm(), other.norm()])
        first = self.step == adversary["from"]
        self.norms = norms if first else self.norms.lerp(norms, 0.02)
        return other * (self.adversary_weight() * self.norms[0] / (self.norms[1] + 1e-12))

    def state(self) -> dict[str, Any]:
        """Return everything that a resumed run needs."""
        return {
            "config": self.config,
            "step": self.step,
            "seconds": self.seconds,
            "norms": self.norms,
            "generator": self.generator.state_dict(),
            "average": self.average.state_dict(),
            "critic": self.critic.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "critic_optimiser": self.critic_optimiser.state_dict(),
        }

    def resume(self, state: dict[str, Any]) -> None:
        """Take up a run where `state` left it."""
        self.step, self.seconds = state["step"], state["seconds"]
        self.norms = state["norms"].to(self.device)
        for name in ("generator", "average", "critic", "optimiser", "critic_optimiser"):
            getattr(self, name).load_state_dict(state[name])
        for group in self.critic_optimiser.param_groups:
            group["lr"] = self.config["schedule"]["critic_rate"]


def _append(path: Path, row: dict[str, float]) -> None:
    """Add one line to a table, under its header."""
    fresh = not path.exists()
    with path.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(row))
        if fresh:
            writer.writeheader()
        writer.writerow({name: f"{value:.6g}" for name, value in row.items()})


class Meter:
    """The means of what training steps return, and how fast they come."""

    def __init__(self, folder: Path, device: torch.device) -> None:
        self.table = folder / "metrics.csv"
        self.sums, self.steps = torch.zeros(len(PARTS), device=device), 0
        self.since = time.perf_counter()

    def add(self, values: Tensor) -> None:
        """Count one step."""
        self.sums += values
        self.steps += 1

    def skip(self, seconds: float) -> None:
        """Leave out `seconds` that were not spent on training."""
        self.since += seconds

    def report(self, trainer: Trainer) -> None:
        """Write a row of the means since the last one, and stop a run that has gone astray."""
        means = dict(zip(PARTS, (self.sums / self.steps).tolist(), strict=True))
        spent = time.perf_counter() - self.since
        trainer.seconds += spent
        speed = self.steps * trainer.config["data"]["batch"] / spent
        row = {"step": trainer.step, "seconds": trainer.seconds, "rate": trainer.rate(), **means}
        _append(self.table, {**row, "pictures_per_second": speed})
        print(
            f"{trainer.step} {trainer.seconds:.0f}s {speed:.0f}/s",
            *(f"{k}={v:.3f}" for k, v in means.items()),
        )
        if not all(math.isfinite(mean) for mean in means.values()):
            raise FloatingPointError(f"Step {trainer.step}: a loss is not finite; lower the learning rate.")
        self.sums.zero_()
        self.steps, self.since = 0, time.perf_counter()


def _prepare(config: dict[str, Any], pack: Path) -> tuple[photographs.Photographs, NDArray[np.bool_]]:
    """Unpack the photographs and draw the scenes and holes, on all cores."""
    started = time.perf_counter()
    data = config["data"]
    masks = make_bank(Shapes.load(pack / "shapes.npz"), data["masks"], seed=config["seed"])
    scenes = make_scenes(data["scenes"], seed=config["seed"])
    everything = with_scenes(photographs.load(sorted(pack.glob("photos-*.npz"))), scenes)
    print(f"{len(everything.sources)} pictures, {len(masks)} holes in {time.perf_counter() - started:.0f} s")
    return everything, masks


def _keep(trainer: Trainer, folder: Path) -> None:
    """Write both checkpoints."""
    checkpoint.save(folder / "checkpoint.pt", trainer.state())
    checkpoint.save_parts(folder, trainer.state())


def _validate(trainer: Trainer, validation: Validation, folder: Path) -> None:
    """Measure the averaged weights, show them, and keep them."""
    row = {"step": trainer.step, "seconds": trainer.seconds, **validation.measure(trainer.average)}
    _append(folder / "validation.csv", row)
    print("validation", *(f"{name}={value:.4f}" for name, value in row.items()))
    Image.fromarray(validation.sheet(trainer.average)).save(folder / "samples.jpg", quality=88)
    _keep(trainer, folder)


def run(config: dict[str, Any], pack: Path, folder: Path, *, device: torch.device, minutes: float) -> None:
    """Train until the configured step or for some minutes, whichever comes first."""
    deadline = time.monotonic() + minutes * 60
    everything, masks = _prepare(config, pack)
    validation = Validation(pack, device=device)
    fast = device.type == "cuda"
    torch.backends.cudnn.benchmark = fast
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    data, report, last = config["data"], config["report"], config["schedule"]["steps"]
    batches = Batches(
        everything, masks, data["shares"], size=data["batch"], seed=config["seed"], device=device
    )
    trainer = Trainer(config, device, compiled=fast)
    exact = folder / "checkpoint.pt"
    if exact.exists() or list(folder.glob("checkpoint.part*")):
        trainer.resume(checkpoint.load(exact if exact.exists() else folder))
    print(f"{count_parameters(trainer.generator):,} values, from step {trainer.step}")

    meter = Meter(folder, device)
    while trainer.step < last and time.monotonic() < deadline:
        meter.add(trainer.train_step(batches.draw(trainer.step)))
        if trainer.step % report["every"] == 0:
            meter.report(trainer)
        if trainer.step % report["validate_every"] == 0 or trainer.step == last:
            started = time.perf_counter()
            _validate(trainer, validation, folder)
            meter.skip(time.perf_counter() - started)
    _keep(trainer, folder)


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description="Train the generator.")
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True, help="what photographs.py and masks.py wrote")
    parser.add_argument("--run", type=Path, required=True, help="where checkpoints and curves go")
    parser.add_argument("--minutes", type=float, default=math.inf, help="stop after so long, to be resumed")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    args = parser.parse_args()
    args.run.mkdir(parents=True, exist_ok=True)
    config = tomllib.loads(args.config.read_text(encoding="utf-8"))
    run(config, args.data, args.run, device=torch.device(args.device), minutes=args.minutes)


if __name__ == "__main__":
    main()
