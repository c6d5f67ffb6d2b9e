-- name: widgets_by_id
SELECT id, name, division_code, made_on FROM widgets
WHERE district_code = :district_code AND id = key.value::uuid;

-- name: widgets_by_grid
SELECT id, name, division_code, made_on FROM widgets
WHERE district_code = :district_code AND division_code = key.value AND (:named::text IS NULL OR name = :named);

-- name: widgets_made_with
SELECT id, name, division_code, made_on FROM widgets
WHERE district_code = :district_code AND division_code = key.value ORDER BY name, id LIMIT 100;

-- name: insert_widget
INSERT INTO widgets (district_code, id, division_code, name, made_on)
VALUES (:district_code, :widget_id, :division_code, :name, :made_on);

-- name: widget_named
SELECT id, name, division_code, made_on FROM widgets WHERE district_code = :district_code AND name = :name;
