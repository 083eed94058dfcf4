"""A deadline that moves: asked with a reason, decided by planning. The model: `commitments.models.extension`."""
