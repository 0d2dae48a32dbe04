from rag.corpus.article import safe_id
from rag.corpus.walk import sources

__all__ = ["safe_id", "sources"]
