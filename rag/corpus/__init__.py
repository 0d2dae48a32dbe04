from rag.corpus.article import safe_id
from rag.corpus.walk import Meter, sources

__all__ = ["Meter", "safe_id", "sources"]
