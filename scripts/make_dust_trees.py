"""Fit the trees that tell dust from what belongs into a photo, and write them where the finder reads them.

    python scripts/make_dust_trees.py GROUNDS [--without NAME ...]

GROUNDS is a folder of photos, as `bench.finders.dust` takes it; both its halves are used. On each photo
defects are drawn twice, and two or three parts of it are looked at as they are; --without
leaves out those on which there is dust. What is found of a defect says yes, what is found elsewhere
no. Needs scikit-learn, which nothing else does.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from bench.finders.scenes import HALVES, compressed, cut_ground, grounds_of
from bench.finders.specks import DustyScene, clean_picture, dusty_scene
from numpy.typing import NDArray
from PIL import Image
from sklearn.ensemble import HistGradientBoostingClassifier

from wuhen.finders.dust.finder import levels
from wuhen.finders.dust.forest import WEIGHTS
from wuhen.finders.dust.traits import candidates
from wuhen.finders.search import Search

_TREES, _LEAVES = 150, 12
_LARGE, _WINDOW = 3.5e6, (1632, 1224)
_MATCH = 0.4
"""Share of a defect's core that a candidate covers, and of a candidate that lies on it."""


def examples(scene: DustyScene) -> tuple[NDArray[np.float64], NDArray[np.int8]]:
    """Return candidates' traits, and whether each is a defect: 1 or 0; those that are a part of one lack."""
    height, width = scene.picture.shape[:2]
    truth = np.zeros((height, width), np.int32)
    for number, defect in enumerate(scene.defects, 1):
        truth[defect.window][defect.core] = number
    traits, answers = [], []
    for scale, _, level in levels(scene.picture, Search()):
        rows, columns = level.bright.shape
        small = np.pad(truth, ((0, scale), (0, scale)))[scale // 2 :: scale, scale // 2 :: scale]
        flat = small[:rows, :columns].ravel()
        sizes = np.bincount(flat, minlength=len(scene.defects) + 1)
        for found in candidates(level, scale):
            for one, pixels in zip(found.traits, found.pixels, strict=True):
                met = np.bincount(flat[pixels], minlength=len(sizes))
                met[0] = 0
                best = int(met.argmax())
                right = met[best] >= _MATCH * sizes[best] and met[best] >= _MATCH * len(pixels)
                if not met[best] or right:
                    traits.append(one)
                    answers.append(met[best] > 0)
    return np.array(traits), np.array(answers, np.int8)


def clean(path: Path, index: int, half: str) -> Iterator[NDArray[np.uint8]]:
    """Cut two pictures of 2 megapixels out of a photo, and one in its own pixels from a large one."""
    yield clean_picture(path, index, half)
    rng = np.random.default_rng([index, 77])
    with Image.open(path) as file:
        image = file.convert("RGB")
    width, height = _WINDOW
    if image.width * image.height > _LARGE:
        left, top = (int(rng.integers(room)) for room in (image.width - width, image.height - height))
        yield np.asarray(image.crop((left, top, left + width, top + height)))
    yield compressed(cut_ground(path, rng), 88)


def save(model: HistGradientBoostingClassifier, path: Path) -> None:
    """Write trees as `wuhen.finders.dust.forest` reads them."""
    trees = [stage[0].nodes for stage in model._predictors]  # noqa: SLF001 - there is no other way to them
    most = max(map(len, trees))
    shape = (len(trees), most)
    trait, limit = np.zeros(shape, np.uint8), np.zeros(shape, np.float32)
    value = np.zeros(shape, np.float32)
    branches = np.tile(np.arange(most, dtype=np.uint8)[:, None], (len(trees), 1, 2))
    for number, nodes in enumerate(trees):
        inner = ~nodes["is_leaf"].astype(bool)
        here = np.flatnonzero(inner)
        trait[number, here] = nodes["feature_idx"][inner]
        limit[number, here] = nodes["num_threshold"][inner]
        branches[number, here] = np.stack([nodes["left"][inner], nodes["right"][inner]], axis=1)
        value[number, : len(nodes)] = np.where(inner, 0, nodes["value"])
    depth = max(int(nodes["depth"].max()) for nodes in trees)
    start = float(model._baseline_prediction.ravel()[0])  # noqa: SLF001 - as above
    np.savez_compressed(
        path, trait=trait, limit=limit, branches=branches, value=value, start=start, depth=depth
    )


def main() -> None:
    """Draw, look, fit and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("grounds", type=Path)
    parser.add_argument("--without", nargs="*", default=[])
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    given = parser.parse_args()
    seen = []
    for half in HALVES[:2]:
        paths = grounds_of(given.grounds, half)
        seen += [
            examples(dusty_scene(paths, index, half))
            for index in range(2 * len(paths))
            if paths[index % len(paths)].stem not in given.without
        ]
        for index, path in enumerate(paths):
            if path.stem not in given.without:
                seen += [examples(DustyScene(path.stem, one, ())) for one in clean(path, index, half)]
    traits, answers = (np.concatenate(part) for part in zip(*seen, strict=True))
    model = HistGradientBoostingClassifier(
        max_iter=_TREES,
        learning_rate=0.07,
        max_leaf_nodes=_LEAVES,
        l2_regularization=5,
        min_samples_leaf=15,
        random_state=0,
    )
    save(model.fit(traits, answers), given.out)
    print(f"{len(answers)} candidates, {answers.sum()} of them defects; {given.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
