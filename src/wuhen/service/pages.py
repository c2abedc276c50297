"""What the service answers besides calls and the studio: results by URL."""

import time
import uuid

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from wuhen.results import XML_MEDIA_TYPE, LocalResults, ResultRefused, error_xml
from wuhen.service.logs import log

__all__ = ["ResultPages"]


class ResultPages:
    """Results under their presigned URLs: GET, HEAD and ranges.

    Parameters
    ----------
    results : LocalResults
        Where they are.
    host : str, optional
        The host that callers address where a proxy in front replaces it; by default what the request says.
    """

    def __init__(self, results: LocalResults, host: str | None) -> None:
        self._results = results
        self._host = host

    def send(self, request: Request) -> Response:
        """Send a result, or refuse it as the object store would. Runs in a thread: it looks at the disk."""
        path = request.scope["path"]
        host = self._host or request.headers.get("host", "")
        query = request.scope["query_string"].decode("latin-1")
        try:
            stored = self._results.resolve(request.method, path, query, host, time.time())
        except ResultRefused as refused:
            request_id = str(uuid.uuid4())
            log.info("result refused", RequestId=request_id, code=refused.code, reason=refused.message)
            return Response(
                error_xml(refused, host + path, request_id), refused.status, media_type=XML_MEDIA_TYPE
            )
        return _InFewPieces(
            stored.path,
            media_type=stored.media_type,
            headers={
                "cache-control": "private, max-age=3600",
                "cross-origin-resource-policy": "cross-origin",
            },
        )


class _InFewPieces(FileResponse):
    """A file, of which no more ranges are sent at a time than a viewer asks for; for more, all of it is."""

    max_ranges = 8
