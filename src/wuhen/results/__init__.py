"""Where results live, and the URL that each gets for an hour."""

from wuhen.results.cos_signature import SigningKey
from wuhen.results.directory import DirectoryObjects
from wuhen.results.local import URL_PREFIX, LocalResults
from wuhen.results.objects import Listed, ObjectMissing, Objects
from wuhen.results.refusal import XML_MEDIA_TYPE, ResultRefused, error_xml
from wuhen.results.signing_key import SIGNING_KEY_FILE, load_signing_key, read_signing_key
from wuhen.results.store import ResultStore, ResultStoreError, StoredResult

__all__ = [
    "SIGNING_KEY_FILE",
    "URL_PREFIX",
    "XML_MEDIA_TYPE",
    "DirectoryObjects",
    "Listed",
    "LocalResults",
    "ObjectMissing",
    "Objects",
    "ResultRefused",
    "ResultStore",
    "ResultStoreError",
    "SigningKey",
    "StoredResult",
    "error_xml",
    "load_signing_key",
    "read_signing_key",
]
