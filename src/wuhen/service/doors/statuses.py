"""Which status of HTTP says what a code of the protocol does, for interfaces that have statuses."""

from http import HTTPStatus

__all__ = ["status_of"]

_STATUSES = {
    "AuthFailure": HTTPStatus.UNAUTHORIZED,
    "FailedOperation": HTTPStatus.INTERNAL_SERVER_ERROR,
    "FailedOperation.ImageDecodeFailed": HTTPStatus.BAD_REQUEST,
    "FailedOperation.ImageDownloadError": HTTPStatus.BAD_REQUEST,
    "FailedOperation.ImageResolutionExceed": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "FailedOperation.ImageSizeExceed": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "FailedOperation.RequestTimeout": HTTPStatus.GATEWAY_TIMEOUT,
    "RequestLimitExceeded": HTTPStatus.TOO_MANY_REQUESTS,
    "RequestSizeLimitExceeded": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "ResourceUnavailable": HTTPStatus.SERVICE_UNAVAILABLE,
    "ServiceUnavailable": HTTPStatus.SERVICE_UNAVAILABLE,
    "UnauthorizedOperation": HTTPStatus.FORBIDDEN,
    "UnsupportedProtocol": HTTPStatus.METHOD_NOT_ALLOWED,
}
"""By code, or by its part before the dot; whatever else there is, the caller can put right."""


def status_of(code: str) -> int:
    """Return the status of an error."""
    status = _STATUSES.get(code) or _STATUSES.get(code.partition(".")[0])
    return int(status or HTTPStatus.BAD_REQUEST)
