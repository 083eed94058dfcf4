"""What needs me now, and how a plan goes: boards and summaries that read every app."""
