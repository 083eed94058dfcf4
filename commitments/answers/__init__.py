"""What those who were promised say of it, and what the entity answers. The model: `commitments.models.answer`."""
