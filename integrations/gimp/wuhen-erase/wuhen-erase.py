#!/usr/bin/env python3
"""GIMP 3: erase what is selected, or the text and watermarks of a layer, by the command `wuhen`.

One file, and nothing but what comes with GIMP. Put its folder `wuhen-erase` among GIMP's plug-ins (Edit >
Preferences > Folders > Plug-ins); it is then under Filters > Enhance > Erase with Wuhen.
"""

import shutil
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

import gi

gi.require_version("Gimp", "3.0")
gi.require_version("Gegl", "0.4")
gi.require_version("Babl", "0.1")
from gi.repository import Babl, Gegl, Gimp, Gio, GLib, GObject  # noqa: E402 - versions come first

PROCEDURE = "plug-in-wuhen-erase"
WHAT = {"selection": "What is selected", "text": "Text", "watermark": "A repeated watermark"}
COLOUR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}
"""PNG's numbers for grey, grey and alpha, RGB, RGB and alpha, by their channels."""
SECONDS = 600


class Failed(Exception):
    """The layer stays as it is; the message says why."""


class WuhenErase(Gimp.PlugIn):
    """The plug-in, as GIMP asks for it."""

    def do_set_i18n(self, _name):
        """Have no translations."""
        return False

    def do_query_procedures(self):
        """Name the one procedure."""
        return [PROCEDURE]

    def do_create_procedure(self, name):
        """Describe it."""
        procedure = Gimp.ImageProcedure.new(self, name, Gimp.PDBProcType.PLUGIN, run, None)
        procedure.set_image_types("RGB*, GRAY*")
        procedure.set_sensitivity_mask(Gimp.ProcedureSensitivityMask.DRAWABLE)
        procedure.set_menu_label("_Erase with Wuhen...")
        procedure.add_menu_path("<Image>/Filters/Enhance")
        procedure.set_documentation(
            "Erase what is selected, or text and watermarks",
            "Fills what is selected with what could be behind it, by the command `wuhen` on this machine. "
            "Text and watermarks are found by themselves, within the selection if there is one.",
            name,
        )
        procedure.set_attribution("The Wuhen authors", "The Wuhen authors", "2026")
        what = Gimp.Choice.new()
        for number, (key, label) in enumerate(WHAT.items()):
            what.add(key, number, label, "")
        flags = GObject.ParamFlags.READWRITE
        procedure.add_choice_argument("what", "_What", "What to erase", what, "selection", flags)
        procedure.add_int_argument(
            "seed", "_Seed", "Another one gives another fill", 0, GLib.MAXINT32, 0, flags
        )
        procedure.add_string_argument("command", "_Command", "Where `wuhen` is", "wuhen", flags)
        return procedure


def run(procedure, mode, image, drawables, config, _data):
    """Answer GIMP's call."""
    Gegl.init(None)
    if len(drawables) != 1 or not isinstance(drawables[0], Gimp.Layer):
        return refuse(procedure, "choose one layer")
    if mode == Gimp.RunMode.INTERACTIVE and not ask(procedure, config):
        return procedure.new_return_values(Gimp.PDBStatusType.CANCEL, GLib.Error())
    Gimp.progress_init("Erasing")
    try:
        erase(image, drawables[0], config)
    except (Failed, OSError) as error:
        return refuse(procedure, str(error))
    Gimp.displays_flush()
    return procedure.new_return_values(Gimp.PDBStatusType.SUCCESS, GLib.Error())


def refuse(procedure, message):
    """Return a failure that GIMP shows."""
    error = GLib.Error.new_literal(GLib.quark_from_string("wuhen-erase"), message, 0)
    return procedure.new_return_values(Gimp.PDBStatusType.EXECUTION_ERROR, error)


def ask(procedure, config):
    """Show the dialogue; tell whether it was confirmed."""
    gi.require_version("GimpUi", "3.0")
    from gi.repository import GimpUi

    GimpUi.init(PROCEDURE)
    dialogue = GimpUi.ProcedureDialog.new(procedure, config, "Erase with Wuhen")
    dialogue.fill(["what", "seed", "command"])
    confirmed = dialogue.run()
    dialogue.destroy()
    return confirmed


def erase(image, layer, config):
    """Have the layer erased from, in one step of GIMP's history."""
    what = config.get_property("what")
    command = shutil.which(config.get_property("command"))
    if command is None:
        raise Failed(f"there is no command {config.get_property('command')}: say where wuhen is")
    width, height = layer.get_width(), layer.get_height()
    samples, channels, depth = read_layer(layer)
    with tempfile.TemporaryDirectory(prefix="wuhen-") as folder:
        photo, mask, result = (Path(folder) / name for name in ("photo.png", "mask.png", "result.png"))
        photo.write_bytes(write_png(samples, width, height, channels, depth))
        arguments = [command, "erase", str(photo)]
        if what == "selection":
            if Gimp.Selection.is_empty(image):
                raise Failed("select what is to be erased")
            mask.write_bytes(write_png(read_selection(image, layer), width, height, 1, 8))
            arguments.append(str(mask))
        else:
            arguments += ["--find", what, *within(image, layer)]
        # The mark and the labels are of a file that is published; this is a step of an edit.
        arguments += ["--no-mark", "--seed", str(config.get_property("seed")), "-o", str(result)]
        call(arguments)
        filled = read_result(result, width, height)
    if filled[1:] != (channels, depth):
        raise Failed("the result's samples are of another kind than the layer's")
    write_layer(image, layer, samples, filled[0])


def call(arguments):
    """Run the command."""
    try:
        done = subprocess.run(
            arguments, capture_output=True, text=True, errors="replace", timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise Failed(f"wuhen took more than {SECONDS} seconds") from None
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines()
        raise Failed(lines[-1] if lines else f"wuhen ended with status {done.returncode}")


def within(image, layer):
    """Return the flag for looking only where something is selected."""
    if Gimp.Selection.is_empty(image):
        return []
    _, _, left, top, right, bottom = Gimp.Selection.bounds(image)
    _, dx, dy = layer.get_offsets()
    left, top = max(0, left - dx), max(0, top - dy)
    right, bottom = min(layer.get_width(), right - dx), min(layer.get_height(), bottom - dy)
    if right <= left or bottom <= top:
        raise Failed("what is selected lies outside the layer")
    return ["--find-in", f"{left},{top},{right - left},{bottom - top}"]


def layer_format(layer):
    """Return the layer's samples as PNG can hold them: Babl's name, channels, bits a sample."""
    channels = (1 if layer.is_gray() else 3) + layer.has_alpha()
    deep = not layer.get_image().get_precision().value_nick.startswith("u8")
    name = {1: "Y'", 2: "Y'A", 3: "R'G'B'", 4: "R'G'B'A"}[channels]
    return f"{name} {'u16' if deep else 'u8'}", channels, 16 if deep else 8


def read_layer(layer):
    """Return the layer's samples, channels and bits a sample."""
    name, channels, depth = layer_format(layer)
    samples = layer.get_buffer().get(whole(layer), 1.0, in_its_space(layer, name), Gegl.AbyssPolicy.CLAMP)
    return samples, channels, depth


def in_its_space(layer, name):
    """Return `name` in the layer's colour space if its samples are of that kind, else as it is."""
    own = layer.get_format()
    return Babl.get_name(own) if Babl.format_get_encoding(own) == name else name


def write_layer(image, layer, before, after):
    """Put what has changed into the layer, as one step to undo, whatever is selected.

    Only the changed part of each row is written, so that the rest of a layer whose samples are no whole
    numbers keeps what 16 bits cannot say.
    """
    image.undo_group_start()
    selected = None if Gimp.Selection.is_empty(image) else Gimp.Selection.save(image)
    Gimp.Selection.none(image)
    try:
        shadow, own, area = layer.get_shadow_buffer(), Babl.get_name(layer.get_format()), whole(layer)
        shadow.set(area, own, layer.get_buffer().get(area, 1.0, own, Gegl.AbyssPolicy.CLAMP))
        name, channels, depth = layer_format(layer)
        name, step = in_its_space(layer, name), channels * depth // 8
        for row, first, samples in changed_spans(before, after, layer.get_width() * step, step):
            shadow.set(Gegl.Rectangle.new(first, row, len(samples) // step, 1), name, samples)
        shadow.flush()
        layer.merge_shadow(True)
        layer.update(0, 0, layer.get_width(), layer.get_height())
    finally:
        if selected is not None:
            image.select_item(Gimp.ChannelOps.REPLACE, selected)
            image.remove_channel(selected)
        image.undo_group_end()


def changed_spans(before, after, row, step):
    """Yield row, column and samples of what differs, in each row from the first such pixel to the last."""
    for at in range(0, len(after), row):
        old, new = before[at : at + row], after[at : at + row]
        if old != new:
            pixels = [i for i in range(0, row, step) if old[i : i + step] != new[i : i + step]]
            yield at // row, pixels[0] // step, new[pixels[0] : pixels[-1] + step]


def read_selection(image, layer):
    """Return what is selected of the layer, 255 where wholly."""
    _, dx, dy = layer.get_offsets()
    area = Gegl.Rectangle.new(dx, dy, layer.get_width(), layer.get_height())
    return image.get_selection().get_buffer().get(area, 1.0, "Y u8", Gegl.AbyssPolicy.BLACK)


def whole(layer):
    """Return the layer's area."""
    return Gegl.Rectangle.new(0, 0, layer.get_width(), layer.get_height())


def write_png(samples, width, height, channels, depth):
    """Return a PNG file of samples in the machine's byte order."""
    samples = bytes(samples)
    if depth == 16:
        samples = swapped(samples)
    row = width * channels * depth // 8
    rows = b"".join(b"\0" + samples[at : at + row] for at in range(0, row * height, row))
    head = struct.pack(">IIBBBBB", width, height, depth, COLOUR_TYPES[channels], 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 1)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(chunk, parts))


def chunk(part):
    """Return one part of a PNG file."""
    kind, data = part
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def read_result(path, width, height):
    """Return samples, channels and bits of a picture that GIMP can open."""
    image = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, Gio.File.new_for_path(str(path)))
    try:
        (layer,) = image.get_layers()
        if (layer.get_width(), layer.get_height()) != (width, height):
            raise Failed("the result is not of the layer's size")
        return read_layer(layer)
    finally:
        image.delete()


def swapped(samples):
    """Turn samples of 16 bits from the machine's byte order to PNG's."""
    if sys.byteorder == "big":
        return bytes(samples)
    out = bytearray(samples)
    out[0::2], out[1::2] = out[1::2], out[0::2]
    return bytes(out)


if __name__ == "__main__":
    Gimp.main(WuhenErase.__gtype__, sys.argv)
