"""Exports 导出 of forms: asked for, approved by a second person, prepared, marked, downloaded, forgotten."""
