"""pages: one file a page: a frozen dataclass that its template shows, and the function that fills it."""
