"""Forms 表单: what another office wants to be told, as versioned data over records."""
