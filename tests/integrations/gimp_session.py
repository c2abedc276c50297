"""Runs in GIMP's own Python: erases a selection from layers of several kinds, and tells what has changed."""

# mypy: ignore-errors

import gi

gi.require_version("Gimp", "3.0")
gi.require_version("Gegl", "0.4")
gi.require_version("Babl", "0.1")
from gi.repository import Babl, Gegl, Gimp

SIDE = 96
SELECTED = (40, 36, 24, 20)
KINDS = (
    (Gimp.ImageBaseType.RGB, Gimp.ImageType.RGB_IMAGE, Gimp.Precision.U8_NON_LINEAR),
    (Gimp.ImageBaseType.RGB, Gimp.ImageType.RGBA_IMAGE, Gimp.Precision.U8_NON_LINEAR),
    (Gimp.ImageBaseType.GRAY, Gimp.ImageType.GRAY_IMAGE, Gimp.Precision.U16_NON_LINEAR),
    (Gimp.ImageBaseType.RGB, Gimp.ImageType.RGB_IMAGE, Gimp.Precision.FLOAT_LINEAR),
)


def noise(count):
    state, out = 1, bytearray()
    for _ in range(count):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        out.append(state >> 16 & 255)
    return bytes(out)


def samples(layer):
    own = Babl.get_name(layer.get_format())
    return bytes(
        layer.get_buffer().get(Gegl.Rectangle.new(0, 0, SIDE, SIDE), 1.0, own, Gegl.AbyssPolicy.CLAMP)
    )


def changed(before, after):
    step = len(before) // SIDE**2
    return {
        (at // step % SIDE, at // step // SIDE)
        for at in range(0, len(before), step)
        if before[at : at + step] != after[at : at + step]
    }


def one(base, kind, precision, command):
    image = Gimp.Image.new_with_precision(SIDE, SIDE, base, precision)
    layer = Gimp.Layer.new(image, "photo", SIDE, SIDE, kind, 100, Gimp.LayerMode.NORMAL)
    image.insert_layer(layer, None, 0)
    area = Gegl.Rectangle.new(0, 0, SIDE, SIDE)
    layer.get_buffer().set(area, "R'G'B' u8", noise(SIDE * SIDE * 3))
    image.select_rectangle(Gimp.ChannelOps.REPLACE, *SELECTED)
    before = samples(layer)
    procedure = Gimp.get_pdb().lookup_procedure("plug-in-wuhen-erase")
    config = procedure.create_config()
    config.set_property("run-mode", Gimp.RunMode.NONINTERACTIVE)
    config.set_property("image", image)
    config.set_core_object_array("drawables", [layer])
    config.set_property("command", command)
    status = procedure.run(config).index(0)
    if status != Gimp.PDBStatusType.SUCCESS:
        return Gimp.get_pdb().get_last_error()
    left, top, width, height = SELECTED
    there = changed(before, samples(layer))
    inside = all(left <= x < left + width and top <= y < top + height for x, y in there)
    if not inside or len(there) < 0.9 * width * height:
        return f"{len(there)} pixels changed, inside {inside}"
    if Gimp.Selection.bounds(image)[2:] != (left, top, left + width, top + height):
        return "the selection changed"
    image.delete()
    return "only the selection changed"


def main(command, _folder):
    for base, kind, precision in KINDS:
        print(
            f"layer {kind.value_nick} {precision.value_nick}: {one(base, kind, precision, command)}",
            flush=True,
        )
