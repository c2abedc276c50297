"""ComfyUI: two nodes that erase from images by the library `wuhen`.

One file. Put it into ComfyUI's folder `custom_nodes`, and install the library into ComfyUI's Python:
``pip install wuhen``. The nodes are under image/wuhen. No model is loaded, and no graphics card is used.
"""

import numpy as np
import torch

import wuhen

__all__ = ["NODE_CLASS_MAPPINGS", "NODE_DISPLAY_NAME_MAPPINGS"]

_COLOURS = 3
_EFFECTS = "Erase soft shadows, reflections and what remains of the rim too; changes pixels outside the mask."


class WuhenErase:
    """Fills what a mask covers; outside it, images stay as they are, bit for bit."""

    CATEGORY = "image/wuhen"
    FUNCTION = "erase"
    RETURN_TYPES = ("IMAGE",)
    DESCRIPTION = "Erases what the mask covers, and fills in what could be behind it."

    @classmethod
    def INPUT_TYPES(cls):  # noqa: N802 - ComfyUI's name
        """Declare the inputs, as ComfyUI asks for them."""
        return {
            "required": {
                "image": ("IMAGE",),
                "mask": ("MASK", {"tooltip": "One for all images, or one each."}),
                "seed": ("INT", {"default": 0, "min": 0, "max": 2**31 - 1}),
                "grow": (
                    "INT",
                    {"default": 0, "min": 0, "max": 64, "tooltip": "Pixels around the mask."},
                ),
                "with_effects": ("BOOLEAN", {"default": False, "tooltip": _EFFECTS}),
            }
        }

    def erase(self, image, mask, seed, grow, with_effects):
        """Return the images, erased from."""
        masks = _masks(mask, image)
        options = {"seed": seed, "grow": grow, "remove_traces": with_effects}
        return (_each(image, masks, options),)


class WuhenFind:
    """Finds text or a repeated watermark."""

    CATEGORY = "image/wuhen"
    FUNCTION = "find"
    RETURN_TYPES = ("MASK",)
    DESCRIPTION = "Finds text or a repeated watermark; the mask is empty where there is none."

    @classmethod
    def INPUT_TYPES(cls):  # noqa: N802 - ComfyUI's name
        """Declare the inputs, as ComfyUI asks for them."""
        return {
            "required": {
                "image": ("IMAGE",),
                "what": (["text", "watermark", "text and watermark"],),
                "sensitivity": ("FLOAT", {"default": 0.5, "min": 0.0, "max": 1.0, "step": 0.05}),
            }
        }

    def find(self, image, what, sensitivity):
        """Return a mask for each image."""
        found = [
            wuhen.find(samples, what.split(" and "), sensitivity=sensitivity).mask
            for samples in _samples(image)
        ]
        return (torch.from_numpy(np.stack(found).astype(np.float32)),)


def _each(image, masks, options):
    filled = image.clone()
    for number, samples in enumerate(_samples(image)):
        erased = wuhen.erase(samples, masks[number % len(masks)], allow_empty=True, **options)
        # What stays keeps its own numbers: 8 bits would round them.
        changed = torch.from_numpy((erased != samples).any(axis=-1)).to(image.device)
        new = torch.from_numpy(erased.astype(np.float32) / 255).to(image.device, image.dtype)
        filled[number, ..., : new.shape[-1]][changed] = new[changed]
    return filled


def _samples(image):
    """Return the images of a batch as uint8 (H, W, 3) or (H, W, 4)."""
    colours = image.detach().cpu().numpy()
    if colours.ndim != 4 or colours.shape[-1] not in (_COLOURS, _COLOURS + 1):
        raise ValueError(f"images are of the shape (N, H, W, 3) or (N, H, W, 4), not {tuple(colours.shape)}")
    return np.rint(np.clip(colours, 0, 1) * 255).astype(np.uint8)


def _masks(mask, image):
    """Return masks as coverage, float32 (N, H, W), for the images of a batch."""
    masks = np.clip(mask.detach().cpu().numpy().astype(np.float32), 0, 1)
    masks = masks[None] if masks.ndim == 2 else masks
    size, count = tuple(image.shape[1:3]), image.shape[0]
    if masks.shape[1:] != size:
        raise ValueError(f"the mask is {masks.shape[2]}x{masks.shape[1]}, the image {size[1]}x{size[0]}")
    if len(masks) not in (1, count):
        raise ValueError(f"there are {len(masks)} masks for {count} images: give one for all, or one each")
    return masks


NODE_CLASS_MAPPINGS = {"WuhenErase": WuhenErase, "WuhenFind": WuhenFind}
NODE_DISPLAY_NAME_MAPPINGS = {"WuhenErase": "Erase (Wuhen)", "WuhenFind": "Find text or watermark (Wuhen)"}
