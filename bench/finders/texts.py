"""Words in many scripts, and where this machine has fonts for them."""

import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

__all__ = ["SCRIPTS", "Script", "font_path"]


@dataclass(frozen=True, slots=True)
class Script:
    """A script: fonts by file name, the face in collections, and what is written in it."""

    name: str
    fonts: tuple[str, ...]
    words: tuple[str, ...]
    face: int = 0
    upright: bool = False


_LATIN = tuple(
    f"{family}-{style}.ttf"
    for family in ("NotoSans", "NotoSerif", "LiberationSans", "LiberationSerif", "LiberationMono")
    for style in ("Regular", "Bold")
)
_CJK = tuple(f"Noto{kind}CJK-{style}.ttc" for kind in ("Sans", "Serif") for style in ("Regular", "Bold"))


def _noto(name: str) -> tuple[str, ...]:
    return (f"NotoSans{name}-Regular.ttf", f"NotoSans{name}-Bold.ttf")


SCRIPTS = (
    Script(
        "latin",
        _LATIN,
        ("Summer in the hills", "FOR SALE", "© Anna Weiss 2026", "www.example.org", "No. 47 Café"),
    ),
    Script(
        "digits", _LATIN, ("2026-11-29 21:57", "29.11.2026", "'26 11 29", "IMG_4711", "12/08/2025 7:45 PM")
    ),
    Script(
        "chinese",
        _CJK,
        ("夏日的山谷", "风景摄影", "样片请勿外传", "长江大桥 2026年", "欢迎光临"),
        2,
        upright=True,
    ),
    Script(
        "japanese",
        _CJK,
        ("ありがとうございます", "東京タワーの夜景", "カメラを止めるな", "お土産コーナー", "桜まつり"),
        0,
        upright=True,
    ),
    Script("korean", _CJK, ("안녕하세요", "서울의 아침", "사진 촬영 금지", "가을 여행"), 1),
    Script("thai", _noto("Thai"), ("สวัสดีปีใหม่", "ภาพถ่ายทะเล", "ยินดีต้อนรับ", "ห้ามจำหน่าย")),
    Script(
        "arabic", _noto("Arabic"), ("مرحبا بالعالم", "صورة من الصحراء", "حقوق النشر محفوظة", "شارع النيل")
    ),
    Script("hebrew", _noto("Hebrew"), ("שלום לכולם", "כל הזכויות שמורות", "תמונה מהחוף")),
    Script("devanagari", _noto("Devanagari"), ("नमस्ते दुनिया", "पहाड़ों का दृश्य", "सर्वाधिकार सुरक्षित")),
    Script("bengali", _noto("Bengali"), ("শুভ নববর্ষ", "নদীর ছবি", "সর্বস্বত্ব সংরক্ষিত")),
    Script("tamil", _noto("Tamil"), ("வணக்கம் உலகம்", "மலை காட்சி", "புகைப்படம்")),
    Script("cyrillic", _LATIN[:4], ("Привет из Москвы", "ФОТО НА ПАМЯТЬ", "Осень в горах", "ул. Лесная 12")),
    Script("greek", _LATIN[:4], ("Καλημέρα κόσμε", "ΑΘΗΝΑ 2026", "Το λιμάνι το βράδυ")),
)


@cache
def font_path(name: str) -> Path:
    """Return where a font's file is, as fontconfig knows it."""
    for line in _installed():
        if line.name == name:
            return line
    raise SystemExit(f"there is no {name}: apt-get install fonts-noto fonts-noto-cjk fonts-liberation")


@cache
def _installed() -> tuple[Path, ...]:
    listed = subprocess.run(["fc-list", "--format", "%{file}\n"], check=True, capture_output=True, text=True)  # noqa: S607
    return tuple(sorted({Path(line) for line in listed.stdout.splitlines()}))
