SIMPLIFIED: dict[int, int] = {}
