"""Where results live, and the URL that each gets for an hour."""

from wuhen.results.cos_signature import SigningKey
from wuhen.results.directory import DirectoryObjects
from wuhen.results.local import URL_PREFIX, LocalResults, LocalResultStore
from wuhen.results.objects import Listed, ObjectMissing, Objects
from wuhen.results.place import Access, Place, find_bucket_url
from wuhen.results.refusal import XML_MEDIA_TYPE, ResultRefused, error_xml
from wuhen.results.shared import SharedResults
from wuhen.results.signing_key import SIGNING_KEY_FILE, load_signing_key, read_signing_key
from wuhen.results.store import ResultStore, ResultStoreError, StoredResult

__all__ = [
    "SIGNING_KEY_FILE",
    "URL_PREFIX",
    "XML_MEDIA_TYPE",
    "Access",
    "DirectoryObjects",
    "Listed",
    "LocalResultStore",
    "LocalResults",
    "ObjectMissing",
    "Objects",
    "Place",
    "ResultRefused",
    "ResultStore",
    "ResultStoreError",
    "SharedResults",
    "SigningKey",
    "StoredResult",
    "error_xml",
    "find_bucket_url",
    "load_signing_key",
    "read_signing_key",
]
