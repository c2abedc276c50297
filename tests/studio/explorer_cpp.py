"""The part of the C++ SDK's interface that the explorer's code uses, declared as its headers declare it."""

import re
from pathlib import Path

_DECLARATIONS = """
#pragma once
#include <cstdint>
#include <map>
#include <string>
namespace rapidjson {
class Value {
public:
    bool HasMember(const char *name) const;
    const char *GetString() const;
    Value &operator[](const char *name);
};
class Document : public Value {
public:
    Document &Parse(const char *text);
    bool HasParseError() const;
};
}
namespace TencentCloud {
void InitAPI();
void ShutdownAPI();
class Credential {
public:
    Credential(const std::string &secretId, const std::string &secretKey, const std::string &token);
};
class HttpProfile {
public:
    enum Scheme { HTTPS, HTTP };
    HttpProfile();
    void SetEndpoint(const std::string &endpoint);
    void SetProtocol(const HttpProfile::Scheme &protocol);
};
class ClientProfile {
public:
    ClientProfile(const HttpProfile &httpProfile);
};
class Error {
public:
    std::string PrintAll() const;
};
template <typename E, typename R> class Outcome {
public:
    bool IsSuccess() const;
    const R &GetResult() const;
    const E &GetError() const;
};
class HttpResponse {
public:
    const char *Body() const;
    size_t BodySize() const;
};
class CommonClient {
public:
    CommonClient(const std::string &service, const std::string &version, const Credential &credential,
                 const std::string &region, const ClientProfile &profile);
    void SetHeader(const std::map<std::string, std::string> &headers);
    Outcome<Error, HttpResponse> MakeRequestJson(const std::string &action, const std::string &payload);
};
namespace Aiart {
namespace V20221229 {
namespace Model {
class LogoRect {
public:
    void SetX(const int64_t &value);
    void SetY(const int64_t &value);
    void SetWidth(const int64_t &value);
    void SetHeight(const int64_t &value);
};
class LogoParam {
public:
    void SetLogoUrl(const std::string &value);
    void SetLogoImage(const std::string &value);
    void SetLogoRect(const LogoRect &value);
};
class ImageInpaintingRemovalRequest {
public:
    void SetInputImage(const std::string &value);
    void SetInputUrl(const std::string &value);
    void SetMask(const std::string &value);
    void SetMaskUrl(const std::string &value);
    void SetRspImgType(const std::string &value);
    void SetLogoAdd(const int64_t &value);
    void SetLogoParam(const LogoParam &value);
};
class ImageInpaintingRemovalResponse {
public:
    std::string GetResultImage() const;
    std::string GetRequestId() const;
};
}
class AiartClient {
public:
    AiartClient(const Credential &credential, const std::string &region, const ClientProfile &profile);
    void SetHeader(const std::map<std::string, std::string> &headers);
    Outcome<Error, Model::ImageInpaintingRemovalResponse> ImageInpaintingRemoval(
        const Model::ImageInpaintingRemovalRequest &request);
};
}
}
}
"""
_OPENSSL = """
#pragma once
extern "C" int EVP_EncodeBlock(unsigned char *, const unsigned char *, int);
extern "C" int EVP_DecodeBlock(unsigned char *, const unsigned char *, int);
"""
_CORE = (
    "CommonClient",
    "Credential",
    "TencentCloud",
    "profile/ClientProfile",
    "profile/HttpProfile",
    "utils/rapidjson/document",
)
_AIART = (
    "AiartClient",
    "model/ImageInpaintingRemovalRequest",
    "model/ImageInpaintingRemovalResponse",
    "model/LogoParam",
    "model/LogoRect",
)


def write_headers(folder: Path) -> None:
    """Write headers of the SDK's names, each of which declares all of it."""
    sdk = folder / "tencentcloud"
    names = [sdk / "core" / f"{name}.h" for name in _CORE]
    names += [sdk / "aiart/v20221229" / f"{name}.h" for name in _AIART]
    for file in names:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text('#include "all.h"\n')
    (folder / "all.h").write_text(_DECLARATIONS)
    (folder / "openssl").mkdir()
    (folder / "openssl/evp.h").write_text(_OPENSSL)


def write_units(folder: Path, files: list[str]) -> list[str]:
    """Write what is compiled in place of programs, and return its files.

    Reading the standard headers is most of the work. So programs that include the same of them, no more and
    no less, are one unit, each in a namespace of its own.
    """
    units: dict[frozenset[str], list[str]] = {}
    sdk: set[str] = set()
    for file in files:
        included = set(re.findall("#include .*", (folder / file).read_text(encoding="utf-8")))
        of_sdk = {line for line in included if "<tencentcloud/" in line}
        sdk |= of_sdk
        units.setdefault(frozenset(included - of_sdk), []).append(file)
    written = []
    for number, (standard, programs) in enumerate(units.items()):
        lines = [*sorted(standard), *sorted(sdk)]
        lines += [f'namespace n{at} {{\n#include "{file}"\n}}' for at, file in enumerate(programs)]
        (folder / f"unit{number}.cpp").write_text("\n".join(lines) + "\n", encoding="utf-8")
        written.append(f"unit{number}.cpp")
    return written
