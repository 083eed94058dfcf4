"""What an approved plan promises changes by a decided request alone: asked, decided, applied (docs/adr/0024)."""
