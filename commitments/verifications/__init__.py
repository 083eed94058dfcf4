"""A promise looked at with those to whom it was made. The model: `commitments.models.verification`."""
