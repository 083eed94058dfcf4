"""How it is written and drawn: dates, figures, texts, values, colours, charts, and the template tags."""
