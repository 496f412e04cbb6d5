"""Operations that take several calls."""
