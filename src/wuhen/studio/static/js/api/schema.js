/** What the page knows of the API without asking. Written by `make docs`. */

/** What a picture may be in the vendor's action. */
export const VENDOR_LIMITS = {"side": 5000, "pixels": 200000000, "base64": 6291456};

/** The same in our own, where the service says nothing else. */
export const OWN_LIMITS = {"side": 65500, "pixels": 120000000, "base64": 134217728};

/** Media types of the pictures that our own actions take. */
export const FORMATS = ["image/jpeg", "image/png", "image/bmp", "image/tiff", "image/webp", "image/heic", "image/avif"];

/** The same by the ending of a file's name. */
export const TYPES = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "jpe": "image/jpeg", "jfif": "image/jpeg", "png": "image/png", "bmp": "image/bmp", "tiff": "image/tiff", "tif": "image/tiff", "webp": "image/webp", "heic": "image/heic", "heif": "image/heic", "hif": "image/heic", "heics": "image/heic", "heifs": "image/heic", "avif": "image/avif", "avifs": "image/avif"};

/** Characters that calls may be searched for. */
export const LONGEST_SEARCH = 128;

/** Actions that are not in the call log. */
export const UNRECORDED = ["DeleteCalls", "DescribeCall", "DescribeCallStatistics", "DescribeCalls", "DescribeErase", "FindEffects"];

/** The pictures among the parameters, and what examples call their files. */
export const PICTURE_FILES = {"InputImage": "photo.jpg", "Mask": "mask.png", "LogoImage": "logo.png", "EffectsMask": "effects.png", "KeepOut": "keep-out.png", "Image": "patch.png"};

/** The vendor's action. */
export const VENDOR = {"service": "aiart", "version": "2022-12-29", "action": "ImageInpaintingRemoval"};

/** Our own, which takes more. */
export const ERASE = {"service": "wuhen", "version": "2026-11-25", "action": "EraseRegions"};
