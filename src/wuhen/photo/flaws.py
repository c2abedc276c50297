"""What keeps a file of a known format from being decoded, in English and in Chinese."""

from enum import Enum

__all__ = ["Flaw"]


class Flaw(Enum):
    """What is wrong with a file, each as the end of a sentence; braces take what was found."""

    # Of any format.
    CUT_OFF = ("it is cut off before the end of the picture", "文件不完整，图片数据被截断")
    STRUCTURE = ("its structure is damaged", "文件结构已损坏")
    DECODER = ("{}", "解码器报告“{}”")
    SAMPLE_KIND = (
        "its kind of samples is not supported; save it with 8 or 16 unsigned bits per sample",
        "不支持这种采样格式，请另存为每通道 8 位或 16 位无符号整数",
    )
    LONG_INTEGERS = (
        "32-bit integer samples have no agreed white; save it with 8 or 16 bits per sample",
        "32 位整数采样没有约定的白色，请另存为每通道 8 位或 16 位",
    )
    FLOATS = (
        "floating-point samples have no agreed white; save it with 8 or 16 bits per sample",
        "浮点采样没有约定的白色，请另存为每通道 8 位或 16 位",
    )
    OTHER_SAMPLES = (
        "{} samples have no agreed white; save it with 8 or 16 bits per sample",
        "{} 采样没有约定的白色，请另存为每通道 8 位或 16 位",
    )
    LAB = ("its CIELAB colours cannot be converted to RGB", "CIELAB 颜色无法转换为 RGB")
    NO_SIZE = ("its header has no usable width and height", "文件头中没有可用的宽和高")
    HEADER = ("its header is damaged", "文件头已损坏")
    CHUNKS = ("it has more than {} chunks", "数据块超过 {} 个")

    # JPEG
    SEGMENTS = ("it has more than {} segments before its picture", "图片数据之前的段超过 {} 个")
    SCANS = ("it has more than {} progressive scans", "渐进式扫描超过 {} 次")
    SCANS_WITHOUT_END = (
        "it has more than {} progressive scans and no end",
        "渐进式扫描超过 {} 次，并且没有结束标记",
    )
    GAIN_MAP = ("its gain map is of another shape", "增益图与图片的形状不符")

    # PNG
    PALETTES = ("it has {} palettes where its samples need one", "应有一个调色板，实际有 {} 个")
    PALETTE = ("its palette is damaged", "调色板已损坏")
    NO_SUCH_SAMPLES = (
        "{} bits of colour type {} are no samples that PNG has",
        "PNG 没有位深为 {}、颜色类型为 {} 的采样",
    )
    NO_SUCH_METHOD = ("it is coded by a method that PNG does not have", "使用了 PNG 没有的编码方法")

    # BMP
    WITHIN_HEADER = ("its samples begin within its header", "采样数据与文件头重叠")
    COLOUR_MASKS = (
        "its colours have masks that overlap, have gaps, or are empty",
        "颜色掩码相互重叠、不连续或为空",
    )

    # HEIC and AVIF
    OTHER_SIZE = ("its picture is not of the size that its header says", "图片的实际尺寸与文件头不符")
    TWO_SIZES = ("it says two sizes of its picture", "文件中图片的尺寸前后矛盾")
    CODING = ("its picture is coded in a way that is not read ({})", "不支持图片的编码方式（{}）")
    LARGE_TILES = ("its tiles are far larger than its picture", "分块远大于图片")
    METADATA = ("its metadata belong to too many pictures", "元数据对应的图片过多")
    CROPPED = (
        "it is cropped to parts of pixels, or to what it does not have",
        "裁剪范围不在像素边界上，或超出图片",
    )
    COLOURS = (
        "its colours (primaries {}, transfer {}) are not known",
        "颜色（primaries {}，transfer {}）无法识别",
    )
    NO_STILL = ("it holds no still picture", "文件中没有静态图片")
    NOT_SAID = ("it does not say which picture it shows", "没有说明主图片是哪一张")
    TABLES = ("it has tables of more than {} entries", "表中的条目超过 {} 个")

    # TIFF
    TILES = ("its tiles have {}x{} pixels", "分块为 {}x{} 像素，过大")
    FAX = ("its fax codes are damaged", "传真编码已损坏")
    SIGNED = (
        "signed samples have no agreed black; save it with unsigned samples",
        "有符号采样没有约定的黑色，请另存为无符号采样",
    )
    WHITE_IS_ZERO = (
        "floating-point samples whose white is zero have no agreed black",
        "以 0 为白色的浮点采样没有约定的黑色",
    )
    SAMPLES = ("its samples are damaged", "采样数据已损坏")
    SHARED_CHROMA = (
        "its strips or tiles end within what shares its chroma",
        "条带或分块的边界没有与色度采样对齐",
    )
    MISSING_TILES = ("it lacks some of its strips or tiles", "缺少部分条带或分块")
    SHORT_TILES = (
        "its strips or tiles have not as many bytes as its samples take",
        "条带或分块的字节数与采样不符",
    )
    DIFFERENCES = ("differences of {} bits are not supported", "不支持 {} 位的差分")
    PREDICTOR = (
        "its samples are predicted in a way that they cannot be",
        "采样的预测方式不合法",
    )
    ROOM = (
        "its samples take {} MB; save it without extra samples",
        "采样数据需要 {} MB，请去掉多余的通道后另存",
    )
    MIXED_SAMPLES = (
        "its samples differ in their kind, which is not supported",
        "不支持各通道格式不同的采样",
    )
    SAMPLE_ORDER = ("its samples lie in an order that does not exist", "采样的排列方式不合法")
    NO_NUMBERS = ("a field has no whole numbers ({}, {})", "字段的值不是整数（{}，{}）")
    NO_FIELD = ("it lacks a field that it must have ({}, {})", "缺少必需的字段（{}，{}）")
    COMPRESSION = ("compression {} is not supported", "不支持压缩方式 {}")
    PHOTOMETRIC = ("photometric interpretation {} is not supported", "不支持光度解释 {}")
    NO_BLACK = (
        "signed, floating-point and wide samples have no agreed black and white",
        "有符号、浮点和位深过大的采样没有约定的黑色与白色",
    )
    PLANES = (
        "its kind of compression is not supported in separate planes",
        "各通道分开存放时，不支持这种压缩方式",
    )
    UNNAMED_SAMPLES = (
        "it has {} samples per pixel and does not say what they are",
        "每像素有 {} 个采样，却没有说明其含义",
    )
    FURTHER_SAMPLES = (
        "it has further samples of a kind that does not exist",
        "附加采样的种类不合法",
    )
    ALPHA = (
        "its kind of alpha is not supported with its kind of colours",
        "这种颜色不支持该类透明通道",
    )
    INKS = (
        "inks other than cyan, magenta, yellow and black have no agreed colours",
        "青、品红、黄、黑以外的油墨没有约定的颜色",
    )
    INK_RANGE = (
        "inks that do not use the whole range of their samples are not supported",
        "不支持没有用满采样范围的油墨",
    )
    CHROMA = ("its kind of chroma is not supported", "不支持这种色度")
    CHROMA_PLANE = (
        "subsampled chroma in a plane of its own is not supported",
        "不支持单独存放的降采样色度",
    )
    OTHER_CHROMA = (
        "JPEG with other luma and chroma than JFIF's is not supported",
        "不支持亮度和色度与 JFIF 不同的 JPEG",
    )
    SHORT_PALETTE = (
        "its palette is missing, or has not as many colours as its samples can name",
        "调色板缺失，或颜色数少于采样所能表示的",
    )

    def en(self, *found: object) -> str:
        """Say it in English, with what was found."""
        return self.value[0].format(*found)

    def zh(self, *found: object) -> str:
        """Say it in Chinese."""
        return self.value[1].format(*found)
