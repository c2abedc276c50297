"""What messages call a file that is no picture, in both languages."""

from collections.abc import Mapping
from typing import Final

from wuhen.photo import Kind
from wuhen.wire import Message

__all__ = ["KINDS"]

_CHINESE: Final = {
    Kind.HEIC: "HEIC 图片",
    Kind.AVIF: "AVIF 图片",
    Kind.JPEG_XL: "JPEG XL 图片",
    Kind.JPEG_2000: "JPEG 2000 图片",
    Kind.JPEG_XR: "JPEG XR 图片",
    Kind.GIF: "GIF 图片",
    Kind.PSD: "Photoshop 文档",
    Kind.RAW: "相机 RAW 文件",
    Kind.REDUCED: "以缩略图开头的 TIFF 文件",
    Kind.BIG_ENDIAN_BIGTIFF: "大端序的 BigTIFF 图片",
    Kind.XCF: "GIMP 文档",
    Kind.SVG: "SVG 矢量图",
    Kind.ICON: "图标文件",
    Kind.EPS: "PostScript 文档",
    Kind.EXR: "OpenEXR 图片",
    Kind.RADIANCE: "Radiance HDR 图片",
    Kind.DDS: "DDS 纹理",
    Kind.QOI: "QOI 图片",
    Kind.PNM: "PNM 图片",
    Kind.DICOM: "DICOM 图片",
    Kind.PDF: "PDF 文档",
    Kind.OFFICE: "旧版 Office 文档",
    Kind.VIDEO: "视频",
    Kind.AUDIO: "音频",
    Kind.ZIP: "ZIP 压缩包",
    Kind.ARCHIVE: "压缩包",
    Kind.NUMPY: "NumPy 数组",
    Kind.APPLE_DOUBLE: "macOS 的附属文件（并非图片本身）",
    Kind.PROGRAM: "可执行程序",
    Kind.HTML: "HTML 网页",
    Kind.XML_ERROR: "XML 错误信息",
    Kind.XML: "XML 文档",
    Kind.JSON: "JSON 文本",
    Kind.LFS_POINTER: "Git LFS 指针（并非文件本身）",
    Kind.DATA_URI: "data URI",
    Kind.BASE64: "图片的 Base64 文本",
    Kind.TEXT: "文本",
    Kind.ZEROS: "全零数据",
    Kind.UNKNOWN: "未知类型的数据",
}

KINDS: Final[Mapping[Kind, Message]] = {kind: Message(kind.value, _CHINESE[kind]) for kind in Kind}
"""The name of each kind, as it stands after "is"."""
